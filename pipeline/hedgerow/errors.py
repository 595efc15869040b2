"""The one exception that the command line turns into a single clear line."""

from __future__ import annotations


class HedgerowError(Exception):
    """Bad input or a bad setting: says what was expected, what was found and what to do next."""
