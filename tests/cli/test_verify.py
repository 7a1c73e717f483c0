"""`dailies verify`: one verdict, and what it rests on."""

import json

import pytest

from pipeline.cli import app as frame
from pipeline.cli import report, verify
from pipeline.deliver import provenance
from tests.deliver.handout import finished, flipped, manifest, signed

assert report, "`verify` is one command of several, as in `dailies`"


@pytest.fixture
def studio(tmp_path):
    return tmp_path / "renders"


@pytest.fixture
def who(studio):
    return provenance.check_signer(studio, {})


def run(capsys, *argv):
    assert verify.app is frame.app
    code = frame.app([str(one) for one in ("verify", *argv)], standalone_mode=False) or 0
    return code, capsys.readouterr().out


def test_verify_tells_a_valid_film_and_that_its_manifest_agrees(tmp_path, studio, who, capsys):
    out = signed(tmp_path, who)
    (out.parent / "manifest.json").write_text(json.dumps(manifest(made_at="another time")))
    code, told = run(capsys, out, "--studio", studio)
    assert code == 0
    assert "signed.mp4: VALID: signed with this studio's test certificate" in told
    assert "made by AI models: trainedAlgorithmicMedia" in told
    assert "the manifest.json beside it tells of this film" in told


def test_verify_tells_a_manifest_of_another_film(tmp_path, studio, who, capsys):
    out = signed(tmp_path, who)
    other = manifest(title="Osaka")
    other["shots"][1]["seed"] = 7
    (out.parent / "manifest.json").write_text(json.dumps(other))
    code, told = run(capsys, out, "--studio", studio)
    assert code == 2
    assert "NOT THIS FILM: the manifest.json beside it differs in its title; the seed of shot 's2'" in told


def test_verify_ends_with_2_for_a_changed_film_and_for_one_without_credentials(tmp_path, who, capsys):
    made = finished(tmp_path)
    out = signed(tmp_path, who, made)
    code, told = run(capsys, flipped(out, out.stat().st_size - 9))
    assert (code, "NOT VALID" in told, "because" in told) == (2, True, True)
    code, told = run(capsys, made.film)
    assert (code, "NO CREDENTIALS" in told) == (2, True)


def test_verify_speaks_json(tmp_path, studio, who, capsys):
    code, told = run(capsys, signed(tmp_path, who), "--json", "--studio", studio)
    found = json.loads(told)
    assert (code, found["kind"], found["valid"], found["state"], found["manifest"]) == (
        0,
        "verify/1",
        True,
        "studio",
        "absent",
    )
