"""The API a render reports to: what is wrong with it is told in a sentence."""

import os

import pytest

from flows import local_api
from pipeline.errors import OperatorError


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/api", "nonsense"])
def test_a_dead_server_is_told_after_a_while(monkeypatch, url):
    monkeypatch.setattr(local_api, "ANSWER_DEADLINE", 0.1)
    with pytest.raises(OperatorError, match="unset PREFECT_API_URL"):
        local_api.wait_for_given(url)


def test_a_home_that_cannot_be_made_names_its_cure(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(OperatorError, match="set PREFECT_HOME"):
        local_api.prepare(tmp_path)


def test_no_proxy_stands_between_a_render_and_its_server(monkeypatch, tmp_path):
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NO_PROXY", "intern.example")
    monkeypatch.setenv("ALL_PROXY", "socks5://nowhere")
    for name in local_api.SETTINGS:
        monkeypatch.setenv(name, os.environ.get(name, local_api.SETTINGS[name]))
    monkeypatch.setenv("no_proxy", "")
    local_api.prepare(tmp_path)
    assert os.environ["NO_PROXY"] == "intern.example,127.0.0.1,localhost"
    assert os.environ["no_proxy"] == "127.0.0.1,localhost"
