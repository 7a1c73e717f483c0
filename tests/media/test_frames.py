import gc
import hashlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from av import VideoFrame
from av.video.reformatter import ColorRange, Colorspace

from pipeline.errors import MediaInvalid, ToolFailed
from pipeline.media.frames import PIECE, TAKE, read, read_picture, write, write_picture
from pipeline.media.pixels import ACCURATE, Converter, Turn, matrix_of, range_of
from pipeline.media.probe import probe
from pipeline.model import Size, Spec

Binary = Callable[..., bytes]


def spec_of(frames: list[np.ndarray], rate: Fraction = Fraction(24)) -> Spec:
    return Spec(Size(frames[0].shape[1], frames[0].shape[0]), rate, len(frames))


def raw_clip(binary: Binary, path: Path, picture: np.ndarray, *coding: object) -> Path:
    """Let the bundled ffmpeg encode three frames of a picture, colours as `coding` says."""
    source = path.with_suffix(".rgb")
    source.write_bytes(picture.tobytes() * 3)
    size = f"{picture.shape[1]}x{picture.shape[0]}"
    binary("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-r", 24, "-i", source, *coding, path)
    return path


def test_flat_colours_written_are_the_ones_an_independent_decoder_sees(tmp_path, bars, furthest, decoded):
    write(tmp_path / "a.mp4", [bars] * 3, Spec(Size(256, 48), Fraction(24), 3), PIECE)
    seen = decoded(tmp_path / "a.mp4", 256, 48)
    assert len(seen) == 3
    assert max(furthest(frame) for frame in seen) <= 2


@pytest.mark.parametrize("matrix", ["bt709", "smpte170m", "bt470bg"])
@pytest.mark.parametrize("span", ["tv", "pc"])
def test_the_tags_of_a_clip_are_obeyed(tmp_path, bars, furthest, binary, matrix, span):
    to = f"scale=out_color_matrix={matrix}:out_range={span}:flags=accurate_rnd+full_chroma_inp,format=yuv420p"
    tags = f"setparams=colorspace={matrix}:color_primaries={matrix}:color_trc=bt709:range={span}"
    clip = raw_clip(binary, tmp_path / "a.mp4", bars, "-vf", f"{to},{tags}", "-crf", 5)
    assert max(furthest(frame) for frame in read(clip)) <= 3


def test_untagged_small_footage_is_601_and_large_footage_is_709(tmp_path, bars, furthest, binary):
    large = np.tile(bars, (15, 5, 1))
    for picture, matrix in ((bars, "smpte170m"), (large, "bt709")):
        bare = "setparams=colorspace=unknown:color_primaries=unknown:color_trc=unknown"
        to = f"scale=out_color_matrix={matrix}:out_range=tv,format=yuv420p,{bare}"
        clip = raw_clip(binary, tmp_path / f"{matrix}.mp4", picture, "-vf", to, "-crf", 5)
        first = next(iter(read(clip)))
        assert furthest(first[:48, :256]) <= 3, matrix


def test_reading_from_the_middle_gives_the_same_frames_as_reading_everything(tmp_path, numbered, number):
    frames = numbered(50)
    write(tmp_path / "take.mp4", frames, spec_of(frames), TAKE)
    write(tmp_path / "piece.mp4", frames, spec_of(frames), PIECE)
    for path in (tmp_path / "take.mp4", tmp_path / "piece.mp4"):
        everything = list(read(path))
        assert [number(frame) for frame in everything] == list(range(50))
        for start, stop in ((0, 1), (11, 14), (12, 13), (13, 40), (49, 50), (45, 99)):
            part = list(read(path, start, stop))
            assert len(part) == min(stop, 50) - start
            assert all(np.array_equal(a, b) for a, b in zip(part, everything[start:stop], strict=True))
    assert list(read(tmp_path / "take.mp4", 50, 60)) == []


@pytest.mark.parametrize(
    ("container", "codec"), [("mkv", "libx264"), ("avi", "mpeg4"), ("webm", "libvpx-vp9"), ("ts", "libx264")]
)
def test_seeking_is_exact_in_other_containers_and_with_open_groups(
    tmp_path, numbered, number, binary, container, codec
):
    frames = numbered(40)
    write(tmp_path / "a.mp4", frames, spec_of(frames), TAKE)
    clip = tmp_path / f"b.{container}"
    extra = ("-x264-params", "open-gop=1:bframes=3:keyint=10") if codec == "libx264" else ("-g", 10)
    binary("-i", tmp_path / "a.mp4", "-c:v", codec, "-b:v", "2M", *extra, clip)
    assert probe(clip).spec == Spec(Size(64, 48), Fraction(24), 40)
    assert [number(frame) for frame in read(clip)] == list(range(40))
    for start in (1, 9, 10, 11, 19, 29, 33):
        assert [number(frame) for frame in read(clip, start, start + 2)] == [start, start + 1]


@pytest.mark.parametrize(("degrees", "corner"), [(0, (0, 0)), (90, (-1, 0)), (180, (-1, -1)), (270, (0, -1))])
def test_a_phones_rotation_is_applied(tmp_path, binary, degrees, corner):
    picture = np.zeros((48, 64, 3), np.uint8)
    picture[:12, :16] = 255
    clip = raw_clip(binary, tmp_path / "a.mp4", picture, "-crf", 5)
    turned = tmp_path / "b.mp4"
    binary("-display_rotation", degrees, "-i", clip, "-c", "copy", turned)
    size = Size(48, 64) if degrees in (90, 270) else Size(64, 48)
    assert probe(turned).spec.size == size
    frame = next(iter(read(turned)))
    assert frame.shape == (size.height, size.width, 3)
    assert frame.flags.c_contiguous
    upright = np.frombuffer(
        binary("-i", turned, "-frames:v", 1, "-pix_fmt", "rgb24", "-f", "rawvideo", "-"), np.uint8
    ).reshape(frame.shape)
    assert frame[corner].min() > 200
    assert upright[corner].min() > 200


def test_pixels_that_are_not_square_are_resampled(tmp_path, bars, binary):
    for aspect, size in (("2/1", Size(512, 48)), ("1/2", Size(256, 96))):
        clip = raw_clip(binary, tmp_path / f"{aspect[0]}.mp4", bars, "-vf", f"setsar={aspect}")
        assert probe(clip).spec.size == size
        assert next(iter(read(clip))).shape[:2] == (size.height, size.width)


def test_a_variable_rate_becomes_constant_by_rounding_every_time(tmp_path, numbered, number, binary):
    frames = numbered(20)
    write(tmp_path / "a.mp4", frames, spec_of(frames, Fraction(25)), TAKE)
    held = "setpts='if(lt(N,10),N,N+5)/25/TB'"
    binary(
        "-i",
        tmp_path / "a.mp4",
        "-vf",
        held,
        "-fps_mode",
        "passthrough",
        "-enc_time_base",
        "1:1000",
        tmp_path / "b.mkv",
    )
    facts = probe(tmp_path / "b.mkv")
    assert facts.spec.rate == 25
    shown = [number(frame) for frame in read(tmp_path / "b.mkv")]
    assert shown == [*range(10), *[9] * 5, *range(10, 20)]
    assert facts.spec.frames == len(shown)
    assert [number(frame) for frame in read(tmp_path / "b.mkv", 12, 17)] == shown[12:17]


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
def test_hdr_is_refused_with_the_cure(tmp_path, bars, binary, transfer):
    tags = f"format=yuv420p10le,setparams=colorspace=bt2020nc:color_primaries=bt2020:color_trc={transfer}"
    clip = raw_clip(binary, tmp_path / "a.mp4", bars, "-vf", tags, "-c:v", "libx265", "-x265-params", "log-level=none")
    for act in (probe, lambda path: list(read(path))):
        with pytest.raises(MediaInvalid, match="HDR") as caught:
            act(clip)
        assert "Rec. 709" in caught.value.cure


def test_wide_gamut_sdr_is_converted(tmp_path, bars, furthest, binary):
    source = "primariesin=709:transferin=709:matrixin=gbr"
    to = f"zscale=primaries=2020:matrix=2020_ncl:transfer=2020_10:range=limited:{source}"
    chain = f"format=gbrp,setparams=color_primaries=bt709:color_trc=bt709,{to},format=yuv420p10le"
    clip = raw_clip(binary, tmp_path / "a.mkv", bars, "-vf", chain, "-c:v", "ffv1")
    assert max(furthest(frame) for frame in read(clip)) <= 8  # ten bits of saturated BT.2020 tell no better


def test_pictures_keep_their_values_whatever_their_format(tmp_path, bars, furthest, binary):
    source = tmp_path / "a.rgb"
    source.write_bytes(bars.tobytes())
    for name, layout, bound in (
        ("a.png", "rgb24", 0),
        ("b.png", "rgb48be", 1),
        ("d.bmp", "bgr24", 0),
        ("e.tif", "rgb24", 0),
        ("f.tif", "rgb48le", 1),
        ("g.jpg", "yuvj444p", 3),
        ("h.webp", "bgra", 0),
    ):
        lossless = ("-lossless", 1) if name.endswith("webp") else ("-q:v", 1)
        binary(
            "-f",
            "rawvideo",
            "-pix_fmt",
            "rgb24",
            "-s",
            "256x48",
            "-i",
            source,
            "-pix_fmt",
            layout,
            *lossless,
            tmp_path / name,
        )
        frame = read_picture(tmp_path / name)
        assert frame.dtype == np.uint8
        assert furthest(frame) <= bound, name


def test_grey_and_palette_pictures_are_full_range(tmp_path, binary):
    ramp = np.arange(256, dtype=np.uint8)[None].repeat(16, 0)
    (tmp_path / "a.gray").write_bytes(ramp.tobytes())
    for layout in ("gray", "gray16be", "pal8", "ya8"):
        path = tmp_path / f"{layout}.png"
        binary(
            "-f", "rawvideo", "-pix_fmt", "gray", "-s", "256x16", "-i", tmp_path / "a.gray", "-pix_fmt", layout, path
        )
        bound = 1 if layout != "pal8" else 40  # ffmpeg's fixed palette is coarse
        assert np.abs(read_picture(path)[..., 1].astype(int) - ramp).max() <= bound, layout


def test_alpha_is_laid_over_black(tmp_path, binary):
    picture = np.zeros((16, 16, 4), np.uint8)
    picture[..., :3] = (200, 100, 50)
    picture[:, 8:, 3] = 128
    (tmp_path / "a.rgba").write_bytes(picture.tobytes())
    binary("-f", "rawvideo", "-pix_fmt", "rgba", "-s", "16x16", "-i", tmp_path / "a.rgba", tmp_path / "a.png")
    frame = read_picture(tmp_path / "a.png")
    assert frame[4, 2].tolist() == [0, 0, 0]
    assert frame[4, 12].tolist() == [100, 50, 25]


def test_a_take_is_written_as_foretold_or_not_at_all(tmp_path, numbered):
    frames = numbered(3)
    for told in (spec_of(numbered(2)), spec_of(numbered(4))):
        with pytest.raises(ToolFailed, match="foretold"):
            write(tmp_path / "a.mp4", frames, told, TAKE)
    with pytest.raises(ToolFailed, match="64x48"):
        write(tmp_path / "a.mp4", frames, Spec(Size(32, 48), Fraction(24), 3), TAKE)
    with pytest.raises(ToolFailed, match="even"):
        write(tmp_path / "a.mp4", numbered(1, 63, 48), Spec(Size(63, 48), Fraction(24), 1), TAKE)
    with pytest.raises(ToolFailed, match="could not be written"):
        write(tmp_path / "nowhere" / "a.mp4", frames, spec_of(frames), TAKE)


def test_the_same_frames_give_the_same_bytes(tmp_path, numbered):
    frames = numbered(12)
    for name in ("a.mp4", "b.mp4"):
        write(tmp_path / name, iter(frames), spec_of(frames, Fraction(24000, 1001)), PIECE)
    digests = {hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in ("a.mp4", "b.mp4")}
    assert len(digests) == 1


@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_a_picture_written_is_the_picture_an_independent_decoder_sees(tmp_path, bars, furthest, binary, suffix):
    path = tmp_path / f"a.{suffix}"
    write_picture(path, bars, quality=95)
    seen = binary("-i", path, "-pix_fmt", "rgb24", "-f", "rawvideo", "-")
    assert furthest(np.frombuffer(seen, np.uint8).reshape(bars.shape)) <= (3 if suffix == "jpg" else 0)


def test_jpeg_quality_decides_the_size_of_the_file(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    sizes = []
    for quality in (30, 60, 85, 95):
        write_picture(tmp_path / "a.jpg", noise, quality)
        sizes.append((tmp_path / "a.jpg").stat().st_size)
    assert sizes == sorted(set(sizes))
    with pytest.raises(ToolFailed, match="jpg or"):
        write_picture(tmp_path / "a.bmp", noise)


def test_a_picture_read_as_a_clip_is_one_frame(tmp_path, bars):
    write_picture(tmp_path / "a.png", bars)
    assert len(list(read(tmp_path / "a.png"))) == 1
    assert list(read(tmp_path / "a.png", 1)) == []


@pytest.mark.parametrize("layout", ["yuv420p", "yuvj420p", "yuv422p", "yuv444p", "yuv420p10le", "nv12"])
@pytest.mark.parametrize("shape", [(54, 96), (37, 53)])
def test_frames_come_by_planes_to_the_bit_as_they_would_packed(tmp_path, layout, shape):
    noise = np.random.default_rng(2).integers(0, 256, (*shape, 3), dtype=np.uint8)
    picture = VideoFrame.from_ndarray(noise, format="rgb24").reformat(format=layout)
    whole = {"src_colorspace": matrix_of(picture), "src_color_range": range_of(picture), "interpolation": ACCURATE}
    to = {"dst_colorspace": Colorspace.ITU709, "dst_color_range": ColorRange.JPEG}
    packed = picture.reformat(format="rgb24", **whole, **to).to_ndarray()
    made = Converter(tmp_path / "a.mp4", Size(shape[1], shape[0])).frame(picture, Turn())
    assert np.array_equal(made, packed)


def test_what_was_read_leaves_memory_at_once(tmp_path):
    """A picture that is tied to itself stays until Python looks for such knots, and large ones fill the memory."""
    spec = Spec(Size(64, 48), Fraction(24), 30)
    write(tmp_path / "clip.mp4", (np.full((48, 64, 3), 8 * k, np.uint8) for k in range(30)), spec, TAKE)
    gc.collect()
    gc.disable()
    try:
        known = sum(isinstance(one, VideoFrame) for one in gc.get_objects())
        for _ in read(tmp_path / "clip.mp4"):
            pass
        left = sum(isinstance(one, VideoFrame) for one in gc.get_objects()) - known
    finally:
        gc.enable()
    assert left <= 3
