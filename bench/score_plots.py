"""Draw how every term of the score answers to its fault: the small plots of docs/scoring.md.

    python bench/score_plots.py [FOLDER]

Every term has a fault that it is there for. Three drawn scenes get it at no, faint, visible and ruinous strength, and
the term is drawn over that: 0 is perfect, 1 (the dashed line) clearly visible.
"""

import argparse
from pathlib import Path

import numpy as np

from bench.faults import STRENGTHS, plant
from bench.scoring.scenes import shoot
from pipeline.score.combination import combine
from pipeline.score.parameters import parameters
from pipeline.score.readings import read

FOLDER = Path(__file__).parents[1] / "docs" / "scoring"

SHOWN = {
    "warp_error": "cut",
    "patch_error": "popping",
    "structure_loss": "boil",
    "shake": "jitter",
    "jolt": "swapped",
    "flicker": "flicker",
    "local_flicker": "local_flicker",
    "colour_flicker": "colour_flicker",
    "hue_flicker": "hue_flicker",
    "sharpness_flicker": "noise_bursts",
    "ghosting": "ghost",
    "grain": "noise",
    "banding": "banding",
    "wobble": "wobble",
    "local_wobble": "object_warp",
    "shimmer": "melting",
    "dissolving": "dissolve",
    "fading": "morph",
    "halted": "partly_frozen",
    "recurring": "loop_jump",
    "stall": "slow_down",
    "light_drift": "exposure_drift",
    "saturation_drift": "saturation_drift",
    "tint_drift": "colour_bleeding",
    "focus_drift": "blur_pumping",
    "frozen": "frozen",
    "duplicates": "dropped",
    "still": "ken_burns",
    "planar": "ken_burns",
    "dark": "fade_to_black",
}
"""The fault that each term is shown by."""

ON = ("parallax", "particles", "rotation")

WIDTH, HEIGHT, LEFT, BOTTOM = 220, 96, 22, 18
COLOURS = ("#c8553d", "#3d6fa8", "#5a8f4e")


def answers() -> dict[str, np.ndarray]:
    """Give every term at strengths 0 to 3 of its fault, (scenes, 4)."""
    clips = [shoot(name, 1) for name in ON]
    terms = {}
    for fault in sorted(set(SHOWN.values())):
        for clip in clips:
            made = [clip, *(plant(fault, clip, level) for level in STRENGTHS)]
            terms[fault] = [*terms.get(fault, []), [combine(read(one), "medium") for one in made]]
    return {term: np.array([[one[term] for one in row] for row in terms[fault]]) for term, fault in SHOWN.items()}


def drawing(term: str, values: np.ndarray) -> str:
    """Draw one plot as SVG."""
    most = max(1.2, float(values.max()) * 1.08)
    places = LEFT + 8 + (WIDTH - LEFT - 20) * np.arange(4) / 3

    def height(value: float) -> float:
        return 6 + (HEIGHT - BOTTOM - 6) * (1 - value / most)

    floor, seen = height(0), height(1)
    style = "font:9px sans-serif;fill:#777"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">',
        f"<title>{term} over the strength of {SHOWN[term]}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<path d="M{LEFT} {floor:.1f}H{WIDTH - 6}" stroke="#999"/>',
        f'<path d="M{LEFT} {seen:.1f}H{WIDTH - 6}" stroke="#bbb" stroke-dasharray="3 3"/>',
        f'<text x="{LEFT - 5}" y="{seen + 3:.1f}" text-anchor="end" style="{style}">1</text>',
        f'<text x="{LEFT - 5}" y="{floor + 3:.1f}" text-anchor="end" style="{style}">0</text>',
    ]
    for row, colour in zip(values, COLOURS, strict=True):
        points = " ".join(f"{x:.1f},{height(value):.1f}" for x, value in zip(places, row, strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.6"/>')
    for x, word in zip(places, ("none", "faint", "seen", "ruins"), strict=True):
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 5}" text-anchor="middle" style="{style}">{word}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    found = answers()
    for term in parameters():
        (folder / f"{term}.svg").write_text(drawing(term, found[term]), "utf-8")
        print(f"{term:18}", " ".join(f"{value:.2f}" for value in found[term].mean(axis=0)))


if __name__ == "__main__":
    main()
