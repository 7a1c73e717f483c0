"""`--notify`: a real command, a real server on this machine, and what is said when they fail."""

import json
import shlex
import socket
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from pipeline.errors import ProducerError
from pipeline.media.tell import checked, told

VALUES = {"kind": "night/1", "headline": 'Night of 28 November: 潮騒 | "quoted"\n', "films": [{"usd": 0.5}]}


def script(folder, text: str) -> str:
    """Write a small program and give the command that runs it."""
    path = folder / "told here.py"
    path.write_text("import json, os, subprocess, sys, time\n" + text, "utf-8")
    return shlex.join([sys.executable, str(path)])


def waited(holds, seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return holds()


def lives(pid: int) -> bool:
    """Tell whether a process runs; one that is only waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


# ---------------------------------------------------------------- a command


def test_a_command_gets_the_values_on_its_input(tmp_path):
    heard = tmp_path / "heard.json"
    command = script(tmp_path, f"open({str(heard)!r}, 'w').write(sys.stdin.read())")
    checked(command)
    assert told(command, VALUES) == ""
    assert json.loads(heard.read_text()) == VALUES


def test_no_shell_reads_the_command(tmp_path):
    seen = tmp_path / "seen.txt"
    command = script(tmp_path, f"open({str(seen)!r}, 'w').write(repr(sys.argv[1:]))")
    assert told(f"{command} '; touch x' $HOME", {}) == ""
    assert seen.read_text() == repr(["; touch x", "$HOME"])


def test_a_command_need_not_read_and_may_talk_much(tmp_path):
    command = script(tmp_path, "sys.stdout.write('x' * 1_000_000); sys.stderr.write('x' * 1_000_000)")
    assert told(command, {"much": "y" * 1_000_000}) == ""


def test_a_failure_is_told_with_the_last_complaint_and_without_secrets(tmp_path):
    text = "sys.exit('first\\ncurl: cannot post to https://me:hidden@example.org/T0/B1?token=hidden now')"
    said = told(script(tmp_path, text), VALUES)
    assert said.endswith(
        "could not be told: it failed with 1: curl: cannot post to https://example.org now "
        "(run it by hand with a summary.json on its input)"
    )
    assert said.startswith("the command 'python")


def test_a_signal_is_named(tmp_path):
    assert "signal 9 ended it" in told(script(tmp_path, "os.kill(os.getpid(), 9)"), {})


def test_what_hangs_is_killed_with_its_children(tmp_path):
    if not Path("/proc/self").is_dir():
        pytest.skip("no /proc here: whether processes are gone was not looked at")
    pids = tmp_path / "pids"
    text = (
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        "time.sleep(60)"
    )
    began = time.monotonic()
    said = told(script(tmp_path, text), VALUES, deadline=1.5)
    assert time.monotonic() - began < 5
    assert "it was stopped after 1.5 s" in said
    both = [int(one) for one in pids.read_text().split()]
    assert len(both) == 2
    assert waited(lambda: not any(map(lives, both)))


def test_a_child_left_behind_holds_nothing_up(tmp_path):
    text = "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(4)'])"
    began = time.monotonic()
    assert told(script(tmp_path, text), VALUES) == ""
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("target", ["no-such-command-here", "'open", "", "a\0b"])
def test_a_command_that_is_not_here_is_a_sentence(target):
    assert "could not be" in told(target, VALUES)


def test_commands_are_checked_at_the_start(tmp_path):
    program = tmp_path / "notify"
    program.write_text("#!/bin/sh\n")
    with pytest.raises(ProducerError, match="chmod"):
        checked(str(program))
    program.chmod(0o755)
    checked(f"{program} --to 'the producer'")
    for wrong in ("", "  ", "'open", "no-such-command-here --at all"):
        with pytest.raises(ProducerError) as caught:
            checked(wrong)
        assert caught.value.cure


def test_a_file_beside_needs_its_folder(tmp_path, monkeypatch):
    (tmp_path / "tell-them").write_text("#!/bin/sh\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProducerError, match=r"write \./tell-them"):
        checked("tell-them")


# ---------------------------------------------------------------- an address


@pytest.fixture
def serve():
    """Give a function that serves one answer and gives the address, and what was posted there."""
    servers, going = [], Event()

    def start(status: int, wait: bool = False, **head: str):
        heard = []

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                heard.append((self.path, dict(self.headers), body))
                if wait:
                    going.wait(10)
                self.send_response(status)
                for name, value in head.items():
                    self.send_header(name, value)
                self.send_header("content-length", "0")
                self.end_headers()

            def do_GET(self):
                self.do_POST()

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        servers.append(server)
        Thread(target=server.serve_forever, daemon=True).start()
        return f"127.0.0.1:{server.server_port}", heard

    yield start
    going.set()
    for server in servers:
        server.shutdown()
        server.server_close()


def test_an_address_gets_the_values_by_post(serve):
    host, heard = serve(204)
    checked(f"http://{host}/hook?x=1")
    assert told(f"http://me:word@{host}/hook?x=1", VALUES) == ""
    ((path, head, body),) = heard
    assert path == "/hook?x=1"
    assert json.loads(body) == VALUES
    assert {name.lower(): value for name, value in head.items()}["content-type"] == "application/json"


def test_no_proxy_is_asked_for_this_machine(serve, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    host, heard = serve(200)
    assert told(f"http://{host}/", VALUES) == ""
    assert heard


def test_a_proxy_is_asked_for_other_machines(serve, monkeypatch):
    proxy, heard = serve(200)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("http_proxy", f"http://{proxy}")
    assert told("http://hook.invalid/in", VALUES) == ""
    assert heard[0][0] == "http://hook.invalid/in"


def test_a_proxy_that_cannot_be_used_is_a_sentence(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://me:hidden@[broken")
    said = told("http://hook.invalid/", VALUES)
    assert "could not be told" in said
    assert "hidden" not in said


@pytest.mark.parametrize(
    ("status", "cure"), [(500, "its log"), (401, "wants a key"), (404, "a slip"), (429, "wait a while")]
)
def test_a_refusal_is_told_without_secrets(serve, status, cure):
    host, _ = serve(status)
    said = told(f"http://me:hidden@{host}/hidden/path?token=hidden#hidden", VALUES)
    assert said.startswith(f"http://{host} could not be told: it answered {status} (")
    assert cure in said
    assert "hidden" not in said


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(serve, status):
    other, heard = serve(200)
    host, _ = serve(status, location=f"http://{other}/?token=hidden")
    said = told(f"http://{host}/", VALUES)
    assert (
        said == f"http://{host} could not be told: it answered {status} (it has moved: give --notify the new address)"
    )
    assert heard == []


def test_a_server_that_hangs_is_left(serve):
    host, _ = serve(200, wait=True)
    began = time.monotonic()
    said = told(f"http://{host}/?token=hidden", VALUES, deadline=0.7)
    assert time.monotonic() - began < 3
    assert said.startswith(f"http://{host} could not be told: it did not answer within 0.7 s (")


def test_a_server_that_answers_drop_by_drop_is_left():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def drip():
            there, _ = server.accept()
            with there:
                there.sendall(b"HTTP/1.1 200 OK\r\n")
                for _ in range(40):
                    try:
                        there.sendall(b"x: y\r\n")
                    except OSError:
                        return
                    time.sleep(0.1)

        dripping = Thread(target=drip, daemon=True)
        dripping.start()
        began = time.monotonic()
        said = told(f"http://127.0.0.1:{port}/", VALUES, deadline=1)
        assert time.monotonic() - began < 3
        assert "did not answer within 1 s" in said
        dripping.join(10)


def test_a_server_that_is_away_or_speaks_nonsense_is_a_sentence():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def nonsense():
            there, _ = server.accept()
            with there:
                there.recv(65536)
                there.sendall(b"hello\r\n\r\n")

        Thread(target=nonsense, daemon=True).start()
        said = told(f"http://127.0.0.1:{port}/?token=hidden", VALUES, deadline=5)
        assert "the connection failed" in said
        assert "hidden" not in said
    said = told(f"http://u:hidden@127.0.0.1:{port}/?token=hidden", VALUES, deadline=5)
    assert f"http://127.0.0.1:{port} could not be told: it cannot be reached" in said
    assert "hidden" not in said


@pytest.mark.parametrize(
    "wrong",
    ["http://", "https:///hook", "http:hook", "https://u:hidden@host:port/", "https://a b/", "https://[1/", "ftp://x/"],
)
def test_addresses_are_checked_at_the_start(wrong):
    with pytest.raises(ProducerError) as caught:
        checked(wrong)
    assert caught.value.cure
    assert "hidden" not in str(caught.value)
    assert "could not be" in told(wrong, VALUES, deadline=5)


def test_whole_addresses_pass():
    for right in ("https://example.org/hook?a=b&c=d", "HTTP://[::1]:8080", "http://localhost"):
        checked(right)
