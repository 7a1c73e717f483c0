"""The only room for PyAV, ffmpeg-python and subprocess."""
