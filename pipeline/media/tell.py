"""Telling somebody outside what happened: JSON to an address by POST, or to a command on its standard input.

It stands in this room because it starts processes. Whoever listens is not ours: it may be away, hang or fail, and the
night's work must not suffer from that. So `told` never raises for it, and ends at its deadline.
"""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import IO, Any
from urllib.parse import urlsplit

from pipeline.errors import ProducerError

DEADLINE = 30.0

_ADDRESS = re.compile(r"https?:", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^\s'\"<>]+", re.IGNORECASE)
_TAIL = 4096
"""Bytes at the end of what a command complained that are looked into."""

_CURES = {
    401: "it wants a key: give --notify the whole address with it",
    403: "it refuses the key: give --notify a new address",
    404: "it knows no such address: look for a slip in --notify",
    405: "it takes no POST: give --notify the address of a webhook",
    413: "it takes only short messages: give --notify a command that shortens the summary",
    429: "it was told too much: wait a while",
}


def checked(target: str) -> None:
    """Look at a `--notify` when the program starts, rather than at seven in the morning.

    Raises:
        ProducerError: it is neither a whole http or https address nor a command that is here.
    """
    if _ADDRESS.match(target):
        _checked_address(target)
    elif _SCHEME.match(target):
        raise ProducerError("--notify takes http and https addresses only", cure="or give a command")
    else:
        _checked_command(target)


def told(target: str, values: Mapping[str, Any], deadline: float = DEADLINE) -> str:
    """Tell `values` as JSON to an address or a command; give "", or a sentence that says what failed and what helps.

    Of an address the sentence has the host alone: the rest may be a secret (a password, a token in the query, and the
    whole path of most webhooks). Of a command it has the program's name and its last complaint, addresses shortened.
    """
    body = json.dumps(values).encode()
    return _posted(target, body, deadline) if _ADDRESS.match(target) else _piped(target, body, deadline)


# ---------------------------------------------------------------- an address


def _checked_address(target: str) -> None:
    import httpx

    try:
        known, again = httpx.URL(target), urlsplit(target)
        whole = (
            bool(known.host)
            and bool(again.hostname)
            and again.port != 0
            and "\\" not in target
            and not set(target) & set(" \t\r\n")
        )
    except (httpx.InvalidURL, ValueError, TypeError):
        whole = False
    if not whole:
        cure = "such as https://example.org/hook, in quotes where it holds & or ?"
        raise ProducerError("the address given as --notify is not a whole one", cure=cure)


def _posted(url: str, body: bytes, deadline: float) -> str:
    """Post in a thread of its own: httpx's limits are for each step, and looking up a name knows none."""
    answer: list[str] = []
    thread = Thread(target=lambda: answer.append(_post(url, body, deadline)), name="notify", daemon=True)
    thread.start()
    thread.join(deadline)
    late = _sentence(_host(url), f"it did not answer within {deadline:g} s", "see that it runs and can be reached")
    return answer[0] if answer else late


def _post(url: str, body: bytes, deadline: float) -> str:
    """Post once and look at the status alone.

    No redirect is followed: a POST that moves becomes a GET without its body, and the summary would go to a host that
    nobody named. Proxies and certificates of the environment (HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE) hold, as for every
    program in a company's network, but not for this very machine, which no proxy can reach.
    """
    import httpx

    host, head = _host(url), {"content-type": "application/json", "user-agent": "dailies"}
    try:
        with (
            httpx.Client(timeout=deadline, follow_redirects=False, trust_env=not _here(url)) as client,
            client.stream("POST", url, content=body, headers=head) as response,
        ):
            return "" if response.is_success else _refused(host, response.status_code)
    except httpx.TimeoutException:
        return _sentence(host, f"it did not answer within {deadline:g} s", "see that it runs and can be reached")
    except httpx.ConnectError as failure:
        return _sentence(host, f"it cannot be reached: {_told_by(failure)}", "see that it runs, and the host's name")
    except httpx.HTTPError as failure:
        return _sentence(host, f"the connection failed ({type(failure).__name__})", "see that it runs, then try again")
    except (httpx.InvalidURL, ValueError, TypeError):
        return _sentence(host, "the address, or that of the proxy, is not a whole one", "look for a slip in it")
    except (ImportError, OSError) as failure:
        cure = "mend HTTPS_PROXY, ALL_PROXY or SSL_CERT_FILE"
        return _sentence(host, f"this machine's proxy or certificates cannot be used ({type(failure).__name__})", cure)


def _refused(host: str, status: int) -> str:
    usual = "look for its own words in its log"
    moved = "it has moved: give --notify the new address"
    return _sentence(host, f"it answered {status}", moved if 300 <= status < 400 else _CURES.get(status, usual))


def _host(url: str) -> str:
    """Give what of an address may be shown: scheme, host and port."""
    try:
        parts = urlsplit(url)
        name, port = parts.hostname, parts.port
    except ValueError:
        return "the address given"
    shown = f"[{name}]" if name and ":" in name else name
    return f"{parts.scheme}://{shown}{f':{port}' if port else ''}" if shown else "the address given"


def _here(url: str) -> bool:
    """Tell whether an address is this very machine's."""
    name = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


# ---------------------------------------------------------------- a command


def _checked_command(target: str) -> None:
    words = _words(target)
    if not words:
        raise ProducerError("--notify is no command: it is empty, or a quote is not closed", cure="mend it")
    name = words[0]
    if shutil.which(name):
        return
    if Path(name).is_file():
        cure = f"run `chmod +x {shlex.quote(name)}`" if "/" in name else f"write ./{name}"
        raise ProducerError(f"the command '{name}' given as --notify cannot be run as it is", cure=cure)
    cure = "give its whole path, or an address that begins with http:// or https://"
    raise ProducerError(f"there is no command '{name}' for --notify", cure=cure)


def _words(target: str) -> list[str]:
    """Split a command as a shell does; none where a quote is not closed."""
    try:
        return shlex.split(target)
    except ValueError:
        return []


def _piped(target: str, body: bytes, deadline: float) -> str:
    """Run a command, without a shell; files rather than pipes, so that neither side can hold up the other."""
    words = _words(target)
    if not words:
        return _sentence("the command", "it is empty, or a quote is not closed", "mend --notify")
    name = f"the command '{Path(words[0]).name}'"
    try:
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as complaint:
            given.write(body)
            given.seek(0)
            status = _run(words, given, complaint, deadline)
            last = _last(complaint) if status else ""
    except (OSError, ValueError) as failure:
        why = getattr(failure, "strerror", None) or "it cannot be started"
        return _sentence(name, f"it could not be run: {why}", "see that it is there and may be run")
    if status is None:
        return _sentence(name, f"it was stopped after {deadline:g} s", "see what it waits for")
    ended = f"signal {-status} ended it" if status < 0 else f"it failed with {status}"
    cure = "run it by hand with a summary.json on its input"
    return _sentence(name, f"{ended}: {last}" if last else ended, cure) if status else ""


def _run(words: Sequence[str], given: IO[bytes], complaint: IO[bytes], deadline: float) -> int | None:
    """Run a command in a process group of its own and give its exit status; None = it was stopped, with its children.

    It is also stopped when this program is interrupted meanwhile.
    """
    process = subprocess.Popen(words, stdin=given, stdout=subprocess.DEVNULL, stderr=complaint, start_new_session=True)
    try:
        return process.wait(deadline)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.poll() is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _last(complaint: IO[bytes]) -> str:
    """Give the last line of what a command complained, with nothing of an address but its host."""
    complaint.seek(max(0, complaint.seek(0, os.SEEK_END) - _TAIL))
    lines = [line.strip() for line in complaint.read().decode("utf-8", "replace").splitlines() if line.strip()]
    return _without_secrets(lines[-1])[:200] if lines else ""


def _without_secrets(text: str) -> str:
    return _URL.sub(lambda found: _host(found[0]), text)


def _told_by(failure: Exception) -> str:
    """Give what the system says of a connection that failed; it names hosts alone."""
    return _without_secrets(" ".join(str(failure).split()))[:200] or "no reason was given"


def _sentence(whom: str, what: str, cure: str) -> str:
    return f"{whom} could not be told: {what} ({cure})"
