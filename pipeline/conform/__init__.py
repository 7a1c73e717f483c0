"""From an editor's timeline back to a storyboard that renders to exactly that edit, without a new take."""

from pipeline.conform.conforming import Conformed, conform

__all__ = ["Conformed", "conform"]
