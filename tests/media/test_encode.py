from fractions import Fraction

import av

from pipeline.media.encode import MEZZANINE, PIECE, TAKE, Encoding, write
from pipeline.model import Recipe, Size, Spec


def test_every_setting_is_part_of_a_recipe():
    base = Encoding(17, "veryfast", 48, 2)
    others = [Encoding(18, "veryfast", 48, 2), Encoding(17, "fast", 48, 2), Encoding(17, "veryfast", 24, 2)]
    others += [Encoding(17, "veryfast", 48, 0), Encoding(17, "veryfast", 48, 2, threads=2)]
    assert len({Recipe("piece/1", "x264", one.values()).key for one in [base, *others]}) == 6


def test_takes_and_mezzanines_have_short_groups_without_b_frames_and_all_are_tagged(tmp_path, numbered):
    for encoding, group in ((TAKE, 12), (MEZZANINE, 8), (PIECE, 48)):
        path = tmp_path / "a.mp4"
        write(path, numbered(50), Spec(Size(64, 48), Fraction(24), 50), encoding)
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            codec = stream.codec_context
            tags = (codec.colorspace, codec.color_primaries, codec.color_trc, codec.color_range, codec.pix_fmt)
            packets = [packet for packet in container.demux(stream) if packet.size]
            assert tags == (1, 1, 1, 1, "yuv420p")
        keys = [k for k, packet in enumerate(packets) if packet.is_keyframe]
        assert max(b - a for a, b in zip(keys, [*keys[1:], 50], strict=True)) <= group
        reordered = any(packet.pts != packet.dts for packet in packets)
        assert reordered == (encoding is PIECE)
