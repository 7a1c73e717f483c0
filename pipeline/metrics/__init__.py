"""Features of a clip, one file per feature."""
