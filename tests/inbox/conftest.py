"""A studio with an inbox."""

import pytest

from tests.inbox.desk import Desk


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)
