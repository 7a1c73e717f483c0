"""`python -m pipeline` is `dailies`."""

from pipeline.cli import main

main()
