"""Whether the libraries of local models are here, told before a take is begun rather than in the middle of it."""

from pipeline.errors import ToolMissing
from pipeline.trained.libraries import mended

INSTALL = "pip install 'dailies[local]'"


def check() -> None:
    """See that everything a local model needs can be imported.

    Raises:
        ToolMissing: torch, diffusers or what they need is not installed, or is broken.
    """
    try:
        mended()
        import accelerate  # noqa: F401 - moving weights needs it
        import diffusers  # noqa: F401 - what the models are written in
        import transformers  # noqa: F401 - what reads their prompts
    except (ImportError, OSError, RuntimeError) as failure:
        missing = getattr(failure, "name", None) or failure
        message = f"models on this machine need a library that is not here: {missing}"
        raise ToolMissing(message, cure=INSTALL) from failure
