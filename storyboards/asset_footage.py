"""Footage for the music video and pictures of the story's people, filmed by the house's own previz."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from pipeline.media import frames
from pipeline.media.run import ffmpeg
from pipeline.media.synth_place import synth_train
from pipeline.model import Size, Spec
from pipeline.ports import Frame
from pipeline.vision import camera, lower_third, panel

RATE = Fraction(24000, 1001)
SIZE = Size(1280, 720)
FOOTAGE = frames.Encoding(crf=25, preset="veryfast", gop=24, bframes=2)


@dataclass(frozen=True, slots=True)
class View:
    """What stands before the camera and how it is filmed; `seconds` of whole frames at 24000/1001."""

    scene: str
    motion: str
    lighting: str
    move: str
    seconds: int
    seed: int
    style: str = "cinematic"
    heard: bool = False


DAY, NEON, GOLD = "daylight", "neon", "golden_hour"
VIEWS = {
    "harbour": View("a boat on the sea, an island far off", "", GOLD, "pan_right", 10, 3),
    "neon": View("neon signs over a wet street in town at night", "rain", NEON, "dolly_in", 12, 21),
    "forest": View("a maple forest in autumn, a path between trees", "red leaves falling", DAY, "steadicam", 10, 7),
    "desert": View("sand dunes in the desert", "dust", GOLD, "aerial", 9, 16, "vintage"),
    "snow": View("snowy mountains under the moon, firs", "snow falling", "moonlight", "crane", 10, 5),
    "bridge": View("a red bridge over a river, a woman in a yellow dress", "petals, spring", DAY, "pan_left", 10, 8),
    "dancer": View("a woman in a red dress walks along a street in town at night", "", NEON, "orbit", 12, 30),
    "train": View("a train crosses a green field of flowers under a wide sky", "", DAY, "static", 10, 2, heard=True),
}

PORTRAITS = {
    "mio": View("portrait of a young woman in a red coat by the sea", "", GOLD, "static", 1, 4),
    "genzo": View("portrait of an old man in a blue jacket by the sea, a lighthouse", "", "overcast", "static", 1, 9),
}


def film(path: Path, view: View) -> None:
    """Write a clip; one that is heard carries a train's sound."""
    spec = Spec(SIZE, RATE, view.seconds * 24)
    if not view.heard:
        frames.write(path, _frames(view, spec.frames), spec, FOOTAGE)
        return
    silent, sound = path.with_suffix(".silent.mp4"), path.with_suffix(".wav")
    try:
        frames.write(silent, _frames(view, spec.frames), spec, FOOTAGE)
        synth_train(sound, float(spec.seconds))
        inputs = ["-i", f"file:{silent.absolute()}", "-i", f"file:{sound.absolute()}"]
        coded = ["-c:v", "copy", "-c:a", "aac", "-b:a", "128k", "-bitexact"]
        ffmpeg([*inputs, *coded, "-f", "mp4", f"file:{path.absolute()}"], 120)
    finally:
        silent.unlink(missing_ok=True)
        sound.unlink(missing_ok=True)


def photograph(path: Path, view: View) -> None:
    """Write one frame of a view as a picture."""
    frames.write_picture(path, next(_frames(view, 1)))


def _frames(view: View, count: int) -> Iterator[Frame]:
    size = (SIZE.width, SIZE.height)
    painted = panel.paint(view.scene, view.motion, view.lighting, view.style, view.seed, size)
    for place in range(count):
        seconds = float(place / RATE)
        pose = camera.pose(view.move, "high", place / max(count - 1, 1), seconds, view.seed)
        yield lower_third.frame_of(panel.film(painted, pose, seconds))
