"""Other judges of a clip, computed from the same readings as ours; a higher number is a better clip."""

from collections.abc import Callable

import numpy as np

from pipeline.score.readings import Readings

Judge = Callable[[Readings], float]


def naive_mean(readings: Readings) -> float:
    """Score as the simplest tools do: few outliers among frame differences, little change of the flow's length."""
    change = readings.features["change"]
    outliers = np.abs(change - change.mean()) > 2.0 * change.std()
    motion = readings.features["motion"] * 180.0
    smooth = 1.0 / (1.0 + float(np.abs(np.diff(motion)).mean()))
    return (1.0 - float(outliers.mean()) + smooth) / 2.0


def temporal_flickering(readings: Readings) -> float:
    """VBench's temporal flickering, (255 - mean |difference of neighbours|) / 255, on luma at scoring size."""
    return (255.0 - float(readings.features["change"].mean())) / 255.0


def warp_error(readings: Readings) -> float:
    """Lai et al., ECCV 2018: what the flow does not explain where it can be seen; mean |difference|, negative."""
    return -float(readings.features["warp_error"].mean())


def flow_acceleration(readings: Readings) -> float:
    """Mean change of the flow from pair to pair, negative: "motion smoothness" without a trained interpolator."""
    return -float(readings.features["shake"][1:].mean())


RIVALS: dict[str, Judge] = {
    "naive mean": naive_mean,
    "VBench flickering": temporal_flickering,
    "warp error": warp_error,
    "flow acceleration": flow_acceleration,
}
