"""How many cores OpenCV takes for one call."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import cv2

_lock = Lock()
_inside = 0
_outside = 0


@contextmanager
def single() -> Iterator[None]:
    """Keep OpenCV to one core a call while inside: on small planes its workers wait longer than they work.

    The setting is one for the whole process, so the first in sets it and the last out puts it back.
    """
    global _inside, _outside  # noqa: PLW0603 - it counts users of a setting that OpenCV keeps a process
    with _lock:
        if not _inside:
            _outside = cv2.getNumThreads()
            cv2.setNumThreads(1)
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                cv2.setNumThreads(_outside)
