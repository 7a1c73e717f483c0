"""What a file is, found out once, without decoding more than its first frame."""

import hashlib
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from pipeline.errors import MediaInvalid
from pipeline.media.clock import clock
from pipeline.media.container import bounded, checked, is_still, opened, video_of
from pipeline.media.pixels import exif_turn, refuse, square, turn_of
from pipeline.media.weights import check_weights, is_weights
from pipeline.model import MediaFacts, Size, Spec

PROBE = f"probe@1 av@{av.__version__}"
"""Who finds the facts. The number is raised when a file would get other facts than before: those kept are void then."""

KINDS = ("picture", "video", "sound", "weights")
UNSEEN = ("sound", "weights")


def probe(path: Path, sha256: str | None = None) -> MediaFacts:
    """Tell what a file is: size as shown (rotation, EXIF and pixel shape resolved), exact rate, frame count.

    A clip of variable rate is counted at the standard rate nearest its usual one, which is how `frames.read` gives
    it. A picture has one frame at rate 1. The first frame is decoded, so what cannot be decoded is found here.
    Of weights only the list of what they hold is read. Whoever knows the `sha256` of the content spares it being read
    for that.

    Raises:
        MediaInvalid: missing, empty, no media, cut short, more than 64 megapixels, HDR; with the cure.
    """
    if is_weights(path):
        check_weights(path)
        return MediaFacts("weights", sha256 or digest(path), None, Fraction(0), has_sound=False)
    checked(path)
    with opened(path) as container:
        stream = video_of(container)
        if stream is not None and is_still(container, stream):
            return MediaFacts(
                "picture",
                sha256 or digest(path),
                Spec(_shown(path, container, stream), Fraction(1), 1),
                Fraction(0),
                False,
            )
        has_sound = bool(container.streams.audio)
        if stream is None:
            return MediaFacts("sound", sha256 or digest(path), None, _seconds(path, container), has_sound)
        size = _shown(path, container, stream)
    time = clock(path)
    spec = Spec(size, time.rate, time.frames)
    return MediaFacts("video", sha256 or digest(path), spec, spec.seconds, has_sound)


def facts_values(facts: MediaFacts) -> dict[str, Any]:
    """Give facts as plain values: the size as [width, height], rate and seconds as `a/b`."""
    spec = facts.spec
    return {
        "kind": facts.kind,
        "sha256": facts.sha256,
        "size": [spec.size.width, spec.size.height] if spec else None,
        "rate": _ratio(spec.rate) if spec else None,
        "frames": spec.frames if spec else None,
        "seconds": _ratio(facts.seconds),
        "has_sound": facts.has_sound,
    }


def facts_from(values: Mapping[str, Any]) -> MediaFacts | None:
    """Read what `facts_values` gave; None where it is anything else."""
    try:
        size, rate, frames = values["size"], values["rate"], values["frames"]
        spec = None if values["kind"] in UNSEEN else Spec(Size(*map(int, size)), Fraction(rate), int(frames))
        seconds, has_sound = Fraction(values["seconds"]), bool(values["has_sound"])
        facts = MediaFacts(values["kind"], str(values["sha256"]), spec, seconds, has_sound)
        return facts if facts.kind in KINDS and facts_values(facts) == values else None
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        return None


def _ratio(number: Fraction) -> str:
    return f"{number.numerator}/{number.denominator}"


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
