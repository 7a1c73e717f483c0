"""Who signs: the studio's own test certificate, or the operator's."""

import multiprocessing
import os
import stat
from datetime import timedelta

import pytest

from pipeline.deliver import provenance, provenance_studio
from pipeline.errors import OperatorError
from tests.deliver import certificates
from tests.deliver.handout import signed

# ---------------------------------------------------------------- the studio's certificate


def test_the_studio_makes_its_certificate_once_and_keeps_its_key_to_itself(studio, who):
    again = provenance.check_signer(studio, {})
    assert (again.chain, again.key) == (who.chain, who.key)
    assert who.own
    assert "test certificate" in who.warning
    folder = studio / "credentials"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "studio.pem").stat().st_mode) == 0o600
    assert "PRIVATE" not in (folder / "roots.pem").read_text()


def _chain(studio, answers):
    answers.put(provenance_studio.own(studio)[0])


def test_two_processes_at_once_make_one_certificate(studio):
    spawn = multiprocessing.get_context("spawn")
    answers = spawn.Queue()
    both = [spawn.Process(target=_chain, args=(studio, answers)) for _ in range(2)]
    for one in both:
        one.start()
    chains = {answers.get(timeout=60) for _ in both}
    for one in both:
        one.join()
    assert len(chains) == 1
    assert chains == {provenance_studio.own(studio)[0]}


def test_a_certificate_near_its_end_is_renewed_and_older_films_stay_known(tmp_path, studio, who, monkeypatch):
    out = signed(tmp_path, who)
    monkeypatch.setattr(provenance_studio, "RENEW", timedelta(days=366 * 20))
    renewed = provenance.check_signer(studio, {})
    assert renewed.chain != who.chain
    assert provenance.read(out, studio).state == "studio"


def test_a_damaged_certificate_is_made_anew(studio, who):
    (studio / "credentials/studio.pem").write_text("nothing")
    (studio / "credentials/studio.pem").chmod(0o644)
    assert provenance.check_signer(studio, {}).chain != who.chain
    assert stat.S_IMODE((studio / "credentials/studio.pem").stat().st_mode) == 0o600


# ---------------------------------------------------------------- an operator's certificate


def environ(tmp_path, text, key, **more):
    (tmp_path / "chain.pem").write_text(text)
    (tmp_path / "key.pem").write_text(key)
    return {"DAILIES_C2PA_CERT": str(tmp_path / "chain.pem"), "DAILIES_C2PA_KEY": str(tmp_path / "key.pem"), **more}


@pytest.mark.parametrize("key", [certificates.curve, certificates.strong])
def test_a_certificate_of_ones_own_signs_without_a_warning(tmp_path, studio, key):
    text, private, _ = certificates.chain("Film House", key())
    who = provenance.check_signer(studio, environ(tmp_path, text, private))
    assert (who.own, who.warning) == (False, "")
    found = provenance.read(signed(tmp_path, who), studio)
    assert (found.valid, found.issuer) == (True, "Film House")
    assert not (studio / "credentials").exists(), "no test certificate is made that nobody needs"


def wrong(tmp_path):
    text, key, _ = certificates.chain()
    other = certificates.chain()[1]
    locked = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n"
    good = environ(tmp_path, text, key)
    (tmp_path / "other.pem").write_text(other)
    (tmp_path / "locked.pem").write_text(locked)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "expired.pem").write_text(certificates.chain(days=-1)[0])
    return {
        "does not belong": good | {"DAILIES_C2PA_KEY": str(tmp_path / "other.pem")},
        "DAILIES_C2PA_KEY is not": {"DAILIES_C2PA_CERT": good["DAILIES_C2PA_CERT"]},
        "DAILIES_C2PA_CERT is not": {"DAILIES_C2PA_KEY": good["DAILIES_C2PA_KEY"]},
        "names gone.pem": good | {"DAILIES_C2PA_CERT": str(tmp_path / "gone.pem")},
        "names no certificate": good | {"DAILIES_C2PA_CERT": good["DAILIES_C2PA_KEY"]},
        "names no private key": good | {"DAILIES_C2PA_KEY": good["DAILIES_C2PA_CERT"]},
        "KEY": good | {"DAILIES_C2PA_KEY": str(tmp_path / "locked.pem")},
        "which is no file": good | {"DAILIES_C2PA_CERT": str(tmp_path / "pipe")},
        "is no address": good | {"DAILIES_C2PA_TSA": "ftp://x"},
    }


def test_a_wrong_certificate_or_key_is_found_before_the_night(tmp_path, studio):
    for words, variables in wrong(tmp_path).items():
        with pytest.raises(OperatorError, match=words) as told:
            provenance.check_signer(studio, variables)
        assert told.value.cure, words
        assert "BEGIN" not in str(told.value)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"days": -1}, "expired on"),
        ({"begins": 2}, "valid only from"),
        ({"use": certificates.ExtendedKeyUsageOID.SERVER_AUTH}, "cannot sign films"),
    ],
)
def test_a_certificate_that_cannot_sign_films_is_found_before_the_night(tmp_path, studio, more, words):
    text, key, _ = certificates.chain(**more)
    with pytest.raises(OperatorError, match=words):
        provenance.check_signer(studio, environ(tmp_path, text, key))


def test_a_key_with_a_password_is_refused(tmp_path, studio):
    text, _, _ = certificates.chain()
    serial = certificates.serialization
    locked = certificates.curve().private_bytes(
        certificates.PEM, serial.PrivateFormat.PKCS8, serial.BestAvailableEncryption(b"word")
    )
    with pytest.raises(OperatorError, match="has a password"):
        provenance.check_signer(studio, environ(tmp_path, text, locked.decode()))
