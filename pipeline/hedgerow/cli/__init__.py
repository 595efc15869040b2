"""The command line: thin shells over the public functions."""

from hedgerow.cli.main import main

__all__ = ["main"]
