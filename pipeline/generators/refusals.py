"""What a hub, or the way to it, says no with, told with a cure."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pipeline.errors import DailiesError, OperatorError, ProducerError

AGAIN = "run the same command again: it goes on from there"


class Unreachable(OperatorError):
    """The hub, or the way to it, does not answer."""


def endpoint() -> str:
    """Give the hub's address: HF_ENDPOINT, else the one that huggingface_hub knows."""
    from huggingface_hub import constants

    return (os.environ.get("HF_ENDPOINT") or constants.ENDPOINT).rstrip("/")


@contextmanager
def told_of(repo: str, revision: str | None = None) -> Iterator[None]:
    """Have what goes wrong with a repository raised as what it means; what is no matter of the hub's stays as it is."""
    try:
        yield
    except DailiesError:
        raise
    except Exception as failure:
        sentence = _sentence(failure, repo, revision)
        if sentence is None:
            raise
        raise sentence from failure


def _sentence(failure: Exception, repo: str, revision: str | None) -> DailiesError | None:
    """Say what the hub or the way to it did; None for what is no matter of theirs, such as a full disk."""
    from huggingface_hub import errors

    if isinstance(failure, errors.HfHubHTTPError):
        return _refusal(failure, repo, revision)
    if isinstance(failure, errors.HFValidationError):
        return ProducerError(f"{repo!r} is no hub id", cure="it is written owner/name")
    if isinstance(failure, errors.OfflineModeIsEnabled):
        return Unreachable("HF_HUB_OFFLINE forbids to ask the hub", cure="unset it")
    if isinstance(failure, OSError) and failure.errno is not None:
        return None
    if isinstance(failure, errors.HfHubHTTPError.__bases__):  # what its HTTP library raises, whichever that is
        told = f"{type(failure).__name__} {str(failure).partition(chr(10))[0]}".strip()
        cure = f"see that the network, HTTPS_PROXY and HF_ENDPOINT lead there, then {AGAIN}"
        return Unreachable(f"the hub at {endpoint()} cannot be reached: {told}", cure=cure)
    return no_hub() if isinstance(failure, ValueError | KeyError) else None


def _refusal(failure: Any, repo: str, revision: str | None) -> DailiesError:
    from huggingface_hub import errors

    status = failure.response.status_code
    if isinstance(failure, errors.RevisionNotFoundError):
        told = f"{repo} has no revision {revision}"
        return ProducerError(told, cure="name a branch, a tag or a commit of it, or leave --revision out")
    if isinstance(failure, errors.GatedRepoError) or status == 403:
        return closed(repo)
    if status in (401, 404):
        told = f"the hub knows no model {repo}, or does not show it to you"
        cure = "check the name; for one that is not public set HF_TOKEN to a token of yours that may read it"
        return OperatorError(told, cure=cure)
    if status == 429:
        return OperatorError("the hub has had too many questions from here", cure=f"wait some minutes, then {AGAIN}")
    return Unreachable(f"the hub at {endpoint()} answers with error {status}", cure=f"wait a little, then {AGAIN}")


def closed(repo: str) -> OperatorError:
    """Say that a repository wants an agreement first."""
    told = f"{repo} is given only to those who agreed to its terms"
    cure = f"agree on its page, {endpoint()}/{repo}, then set HF_TOKEN to a token of yours that may read it"
    return OperatorError(told, cure=cure)


def no_hub() -> OperatorError:
    """Say that something else answers in the hub's place."""
    told = f"what answers at {endpoint()} is no hub"
    return OperatorError(told, cure="see what HF_ENDPOINT and HTTPS_PROXY name, and whether the network wants a login")
