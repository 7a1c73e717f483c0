"""The command `dailies`, one file per command."""

import importlib
import sys

COMMANDS = (
    "new",
    "import_",
    "check",
    "probe",
    "render",
    "plan",
    "shots",
    "diff",
    "report",
    "verify",
    "conform",
    "score",
    "calibrate",
    "finish",
    "retouch",
    "serve",
    "tools",
    "models",
    "gc",
)
"""Modules of this room, each adding one or more commands; the order is the order of `dailies --help`."""


def main() -> None:
    """Run `dailies`."""
    from pipeline.cli.app import run

    for name in COMMANDS:
        importlib.import_module(f"pipeline.cli.{name}")
    sys.exit(run())
