"""A signed film: it says where it comes from, and every change is found."""

from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import pytest

from pipeline.deliver import provenance
from pipeline.deliver.provenance_certificate import Signer
from pipeline.disclosure import IPTC
from pipeline.errors import MediaInvalid, OperatorError
from pipeline.media import boxes, run
from pipeline.media import frames as film_frames
from pipeline.model import PlacedCue
from tests.deliver import certificates
from tests.deliver.handout import clip, finished, flipped, manifest, planned, signed, source


def provider(path, title="a clip", source_type="trainedAlgorithmicMedia", who="Provider Inc"):
    """Sign a clip as a provider of a hosted model does."""
    text, key, _ = certificates.chain(who)
    definition = provenance._definition(title, source_type, [])
    with path.open("rb") as file, path.with_suffix(".new").open("w+b") as goal:
        provenance._sign(definition, [], Signer(text, key, "es256", own=False), "video/mp4", file, goal)
    return path.with_suffix(".new").replace(path)


# ---------------------------------------------------------------- a film that is as it was signed


def test_a_signed_film_is_valid_and_says_who_what_and_of_what(tmp_path, studio, who):
    found = provenance.read(signed(tmp_path, who), studio)
    assert (found.valid, found.state, found.reasons) == (True, "studio", ())
    assert found.issuer == "Dailies test certificate"
    assert (found.title, found.sources) == ("Kyoto", ("trainedAlgorithmicMedia",))
    assert not found.stamped
    assert found.facts["shots"][0] == {
        "id": "s1",
        "take": "1",
        "seed": str(2**63 + 5),
        "generator": "wan2.2-t2v@1",
        "sha256": "ab",
        "frames": ["0", "24"],
    }
    assert found.facts["recipe"] == "f00d"


def test_elsewhere_the_same_film_is_valid_but_by_someone_unknown(tmp_path, who):
    assert provenance.read(signed(tmp_path, who), tmp_path / "another").state == "unknown"


def test_a_root_that_this_house_trusts_makes_it_trusted(tmp_path, monkeypatch):
    text, key, root = certificates.chain("Film House")
    (tmp_path / "roots.pem").write_text(root)
    monkeypatch.setenv("DAILIES_C2PA_TRUST", str(tmp_path / "roots.pem"))
    out = signed(tmp_path, Signer(text, key, "es256", own=False))
    assert provenance.read(out).state == "trusted"
    monkeypatch.setenv("DAILIES_C2PA_TRUST", str(tmp_path / "gone.pem"))
    with pytest.raises(OperatorError, match="DAILIES_C2PA_TRUST"):
        provenance.read(out)


def test_signing_touches_no_frame_no_time_and_no_sound(tmp_path, who):
    made = finished(tmp_path)
    out = signed(tmp_path, who, made)

    def content(path):
        with av.open(str(path)) as container:
            return [(one.stream.index, one.pts, one.dts, bytes(one)) for one in container.demux() if one.size]

    assert content(out) == content(made.film)
    pairs = zip(film_frames.read(out), film_frames.read(made.film), strict=True)
    assert all(np.array_equal(one, other) for one, other in pairs)
    told = [run.ffmpeg(["-i", str(path), "-map", "0", "-f", "null", "-"], 60) for path in (out, made.film)]
    assert "error" not in told[0].lower()


def test_a_signed_film_still_starts_at_once_and_is_little_larger(tmp_path, who):
    made = finished(tmp_path)
    out = signed(tmp_path, who, made)
    kinds = [kind for kind, _, _ in boxes.boxes(out)]
    assert kinds == [b"ftyp", b"uuid", b"moov", b"free", b"mdat"]
    more = out.stat().st_size - made.film.stat().st_size
    print(f"credentials: {more} bytes")
    assert more < 20_000


def test_a_film_may_be_signed_in_its_place_and_nothing_is_left_beside_it(tmp_path, studio, who):
    made = finished(tmp_path)
    before = {one.name for one in made.cut.iterdir()}
    provenance.sign(made.film, made.film, made, who, manifest())
    assert provenance.read(made.film, studio).valid
    assert {one.name for one in made.cut.iterdir()} == before


def test_nothing_of_this_machine_travels_with_the_film(tmp_path, who):
    take = provider(clip(tmp_path / "secret_name.mp4"))
    made = finished(tmp_path, takes={"s1": {1: take}})
    whole = signed(tmp_path, who, made).read_bytes()
    secret = who.key.splitlines()[1].encode()
    assert not any(
        word in whole for word in (b"of_someone", b"secret_name", str(tmp_path).encode(), b"PRIVATE", secret)
    )
    assert who.key not in repr(who)


# ---------------------------------------------------------------- changes


def test_a_flipped_byte_anywhere_makes_the_film_invalid(tmp_path, studio, who):
    out = signed(tmp_path, who)
    places = {kind: (start, length) for kind, start, length in boxes.boxes(out)}
    for kind in (b"ftyp", b"moov", b"mdat", b"free", b"uuid"):
        start, length = places[kind]
        for place in {start + length // 2, start + length - 1, start + 4}:
            found = provenance.read(flipped(out, place), studio)
            assert not found.valid, (kind, place)
            assert found.reasons, (kind, place)


@pytest.mark.slow
def test_no_byte_can_be_changed_so_that_the_film_shows_or_says_something_else(tmp_path, studio, who):
    from c2pa import C2paError

    from pipeline.deliver.provenance_reader import read as told

    out = signed(tmp_path, who, finished(tmp_path, counts=(2,), sound=False))
    (own,) = [(start, start + length) for kind, start, length in boxes.boxes(out) if kind == b"uuid"]
    before = provenance.read(out, studio)
    for place in range(0, out.stat().st_size, 5):
        other = flipped(out, place)
        try:
            found = provenance._credentials(other, told(other, studio)) if boxes.carries_credentials(other) else None
        except C2paError:
            continue
        if found and found.valid:  # fillings and names inside the credentials themselves, which C2PA leaves open
            assert own[0] <= place < own[1]
            assert found == before


def test_mdat_says_that_pictures_or_sound_were_changed(tmp_path, studio, who):
    out = signed(tmp_path, who)
    found = provenance.read(flipped(out, out.stat().st_size - 200), studio)
    assert found.state == "tampered"
    assert found.reasons == ("its pictures, its sound or its index were changed after it was signed",)


def test_what_is_added_or_cut_off_is_found(tmp_path, studio, who):
    out = signed(tmp_path, who)
    data = out.read_bytes()
    for change in (data + b"\0\0\0\x10free12345678", data + b"junk", data[:-100], data[: len(data) // 2], data[:40]):
        (tmp_path / "x.mp4").write_bytes(change)
        assert not provenance.read(tmp_path / "x.mp4", studio).valid


def test_a_copy_by_ffmpeg_has_no_credentials(tmp_path, studio, who):
    out = signed(tmp_path, who)
    run.ffmpeg(["-i", str(out), "-c", "copy", str(tmp_path / "copy.mp4")], 60)
    assert provenance.read(tmp_path / "copy.mp4", studio).state == "none"


@pytest.mark.parametrize("data", [b"", b"no film", b"\0\0\0\x18ftypmp42" + bytes(9)])
def test_other_files_have_no_credentials(tmp_path, data):
    (tmp_path / "x.mp4").write_bytes(data)
    assert provenance.read(tmp_path / "x.mp4").state == "none"


def test_a_hostile_file_is_damaged_and_no_failure(tmp_path):
    noise = np.random.default_rng(1).bytes(50_000)
    (tmp_path / "x.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(12) + boxes._CREDENTIALS + noise)
    found = provenance.read(tmp_path / "x.mp4")
    assert found.state in {"damaged", "none"}
    with pytest.raises(MediaInvalid):
        provenance.read(tmp_path)


# ---------------------------------------------------------------- ingredients


def test_credentials_of_takes_and_footage_are_kept(tmp_path, studio, who):
    take = provider(clip(tmp_path / "take.mp4"), who="Model House")
    footage = provider(clip(tmp_path / "mine.mp4", seed=3), source_type="digitalCapture", who="Camera Works")
    plain = clip(tmp_path / "plain.mp4", seed=4)
    plans = [planned("s1", 0, 24), planned("s2", 24, 48, "animatic@4", "conform", [source(footage), source(plain)])]
    made = finished(tmp_path, plans=plans, takes={"s1": {1: take, 2: plain}})
    found = provenance.read(signed(tmp_path, who, made), studio)
    assert found.state == "studio"
    assert [(one.title, one.issuer) for one in found.ingredients] == [
        ("take 1 of shot s1", "Model House"),
        ("source of shot s2", "Camera Works"),
    ]
    assert found.sources == ("compositeWithTrainedAlgorithmicMedia",)


def test_one_file_in_several_shots_and_sounds_is_one_ingredient(tmp_path, studio, who):
    footage = provider(clip(tmp_path / "mine.mp4"))
    plans = [planned(f"s{k}", 24 * k - 24, 24 * k, "animatic@4", "conform", [source(footage)]) for k in (1, 2)]
    made = finished(tmp_path, plans=plans)
    cue = PlacedCue(footage, "00", "clip", Fraction(0), Fraction(1))
    found = provenance.read(signed(tmp_path, who, replace(made, sound=replace(made.sound, cues=(cue,)))), studio)
    assert len(found.ingredients) == 1


def test_footage_that_says_a_model_made_it_is_believed(tmp_path, studio, who):
    footage = provider(clip(tmp_path / "mine.mp4"))
    plans = [
        planned("s1", 0, 24, "animatic@4", "conform", [source(footage)]),
        planned("s2", 24, 48, "animatic@4", "drawn"),
    ]
    assert provenance.read(signed(tmp_path, who, finished(tmp_path, plans=plans)), studio).sources == (
        "trainedAlgorithmicMedia",
    )


def test_a_take_that_was_changed_after_it_was_signed_is_kept_and_told(tmp_path, studio, who):
    take = provider(clip(tmp_path / "take.mp4"))
    data = bytearray(take.read_bytes())
    data[data.index(b"mdat") + 400] ^= 1
    take.write_bytes(data)
    found = provenance.read(signed(tmp_path, who, finished(tmp_path, takes={"s1": {1: take}})), studio)
    assert found.valid, "the film itself is as it was signed"
    assert [one.title for one in found.ingredients] == ["take 1 of shot s1"]


def test_the_sources_are_terms_of_the_iptc(tmp_path, who):
    assert IPTC.encode() + b"trainedAlgorithmicMedia" in signed(tmp_path, who).read_bytes()
