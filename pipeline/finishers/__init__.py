"""Steps from frames to frames, one file per step."""
