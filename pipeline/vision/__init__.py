"""The only room for OpenCV and scikit-image."""
