"""Make the sounds of the example storyboards: a music bed and a bell, synthesised, the same bytes every time."""

from pathlib import Path

from pipeline.media.synth import synth_bed, synth_bell

ASSETS = Path(__file__).parent / "assets"
BED_SECONDS = 30


def main() -> None:
    """Write what is not there yet."""
    ASSETS.mkdir(exist_ok=True)
    if not (ASSETS / "bed.wav").is_file():
        synth_bed(ASSETS / "bed.wav", BED_SECONDS)
    if not (ASSETS / "bell.wav").is_file():
        synth_bell(ASSETS / "bell.wav")


if __name__ == "__main__":
    main()
