"""Which tests run in one row, where pytest-xdist runs several: what tests share is then made once.

pytest-xdist's own marker for it, `xdist_group`, does nothing under pytest 9.2 (pytest-xdist issue 1386).
"""

from xdist.scheduler import LoadScopeScheduling

TOGETHER = {
    "house": [f"tests/serving/test_{name}.py" for name in ("approval", "browser", "inbox", "retry")],
    "boards": [f"tests/boards/test_{name}.py" for name in ("assets", "boards", "mistakes")],
}
"""Files that share one served studio, or the files of the example boards."""

APART = [f"tests/serving/test_{name}.py" for name in ("killed", "nightly", "trouble")]
"""Files whose tests share nothing and take a minute each."""

ROWS = {file: row for row, files in TOGETHER.items() for file in files}


class Rows(LoadScopeScheduling):
    """Hands the tests of one file, or of files that belong together, to one worker."""

    def _split_scope(self, nodeid):
        file = nodeid.partition("::")[0]
        return nodeid if file in APART else ROWS.get(file, file)
