"""The one exception that the command line turns into a single clear line."""

from __future__ import annotations


class HedgerowError(Exception):
    """Bad input or a bad setting: says what was expected, what was found and what to do next."""


class DeviceError(HedgerowError):
    """A device that isn't there or gave up: no fault of the text that it was to read."""
