"""The storyboard: YAML as producers write it -> the film as a value, every problem with file, line and column."""

from pipeline.storyboard.loading import load, names

__all__ = ["load", "names"]
