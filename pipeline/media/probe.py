"""What a file is, found out once, without decoding more than its first frame."""

import hashlib
from fractions import Fraction
from pathlib import Path

from av.container import InputContainer
from av.video.stream import VideoStream

from pipeline.errors import MediaInvalid
from pipeline.media.clock import clock
from pipeline.media.container import bounded, checked, is_still, opened, video_of
from pipeline.media.pixels import exif_turn, refuse, square, turn_of
from pipeline.model import MediaFacts, Size, Spec


def probe(path: Path) -> MediaFacts:
    """Tell what a file is: size as shown (rotation, EXIF and pixel shape resolved), exact rate, frame count.

    A clip of variable rate is counted at the standard rate nearest its usual one, which is how `frames.read` gives
    it. A picture has one frame at rate 1. The first frame is decoded, so what cannot be decoded is found here.

    Raises:
        MediaInvalid: missing, empty, no media, cut short, more than 64 megapixels, HDR; with the cure.
    """
    checked(path)
    with opened(path) as container:
        stream = video_of(container)
        if stream is not None and is_still(container, stream):
            return MediaFacts(
                "picture", digest(path), Spec(_shown(path, container, stream), Fraction(1), 1), Fraction(0), False
            )
        has_sound = bool(container.streams.audio)
        if stream is None:
            return MediaFacts("sound", digest(path), None, _seconds(path, container), has_sound)
        size = _shown(path, container, stream)
    time = clock(path)
    spec = Spec(size, time.rate, time.frames)
    return MediaFacts("video", digest(path), spec, spec.seconds, has_sound)


def digest(path: Path) -> str:
    """Give the sha256 of a file's content, in hexadecimal, in constant memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _shown(path: Path, container: InputContainer, stream: VideoStream) -> Size:
    """Decode the first frame, and give the size it is shown at."""
    coded = Size(stream.codec_context.width, stream.codec_context.height)
    if coded.pixels:
        bounded(path, coded)
    picture = next(container.decode(stream), None)
    if picture is None:
        raise MediaInvalid(f"{path.name} holds no frame that can be decoded", cure="copy or export it again")
    refuse(path, picture)
    head = checked(path)
    turn = exif_turn(head.orientation) if head and is_still(container, stream) else turn_of(picture)
    size = turn.size(square(stream))
    bounded(path, size)
    return size


def _seconds(path: Path, container: InputContainer) -> Fraction:
    """Give the exact length of a sound, from its packets where the file does not say."""
    if not container.streams.audio:
        raise MediaInvalid(f"{path.name} holds neither picture nor sound", cure="name a picture, a clip or a sound")
    stream = container.streams.audio[0]
    if stream.duration and stream.time_base:
        return stream.duration * stream.time_base
    ends = [(p.pts + (p.duration or 0)) * p.time_base for p in container.demux(stream) if p.size and p.pts is not None]
    if not ends or max(ends) <= 0:
        raise MediaInvalid(f"{path.name} holds no sound", cure="export it again as WAV")
    return Fraction(max(ends))
