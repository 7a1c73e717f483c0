from fractions import Fraction

import numpy as np
import pytest

from pipeline.media.encode import PIECE, write
from pipeline.media.planes import planes
from pipeline.media.probe import probe
from pipeline.model import Size, Spec


def test_planes_are_the_ones_the_bundled_decoder_gives(tmp_path, bars, binary):
    write(tmp_path / "a.mp4", [bars] * 2, Spec(Size(256, 48), Fraction(24), 2), PIECE)
    raw = np.frombuffer(
        binary("-i", tmp_path / "a.mp4", "-frames:v", 1, "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"), np.uint8
    )
    found = next(planes(tmp_path / "a.mp4"))
    assert np.array_equal(found.coded.ravel(), raw[: 256 * 48])
    assert np.array_equal(np.concatenate([found.u.ravel(), found.v.ravel()]), raw[256 * 48 :])
    assert found.luma[24, 32 * 3 + 16] == 255
    assert found.luma[24, 32 * 4 + 16] == 0
    assert abs(int(found.luma[24, 32 * 5 + 16]) - 128) <= 1


def test_they_are_the_same_on_any_number_of_cores(tmp_path, numbered):
    write(tmp_path / "a.mp4", numbered(12), Spec(Size(64, 48), Fraction(24), 12), PIECE)
    one, three = (list(planes(tmp_path / "a.mp4", cores)) for cores in (1, 3))
    assert len(one) == 12
    assert all(np.array_equal(a.coded, b.coded) for a, b in zip(one, three, strict=True))


def test_there_are_as_many_as_the_probe_counts_whatever_the_layout(tmp_path, numbered, binary):
    write(tmp_path / "a.mp4", numbered(12), Spec(Size(64, 48), Fraction(24), 12), PIECE)
    for name, layout in (("b.mkv", "yuv420p10le"), ("c.mkv", "gbrp"), ("d.mkv", "yuv444p")):
        binary("-i", tmp_path / "a.mp4", "-pix_fmt", layout, "-c:v", "ffv1", tmp_path / name)
        listed = list(planes(tmp_path / name))
        assert len(listed) == probe(tmp_path / name).spec.frames == 12
        assert abs(int(np.median(listed[5].luma)) - 28) <= 2


@pytest.mark.parametrize(
    ("how", "size"),
    [
        (["-vf", "setsar=2/1", "-c:v", "libx264"], Size(512, 48)),
        (["-vf", "setsar=1/2", "-c:v", "libx264"], Size(256, 96)),
        (["-c", "copy"], Size(256, 48)),
    ],
)
@pytest.mark.parametrize("degrees", [0, 90])
def test_they_know_the_size_that_the_probe_tells(tmp_path, bars, binary, how, size, degrees):
    write(tmp_path / "a.mp4", [bars] * 2, Spec(Size(256, 48), Fraction(24), 2), PIECE)
    binary("-i", tmp_path / "a.mp4", *how, tmp_path / "b.mp4")
    binary("-display_rotation", degrees, "-i", tmp_path / "b.mp4", "-c", "copy", tmp_path / "c.mp4")
    shown = next(planes(tmp_path / "c.mp4")).shown
    assert shown == probe(tmp_path / "c.mp4").spec.size
    assert shown == (size if not degrees else Size(size.height, size.width))
