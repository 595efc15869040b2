"""The exceptions that the command line turns into a single clear line."""

from __future__ import annotations

from hedgerow.display import printable

_LONGEST = 2000
_TAIL = 500


class HedgerowError(Exception):
    """Bad input or a bad setting: says what was expected, what was found and what to do next.

    Messages quote what was found, and that may hold anything: the message is one line that a
    terminal doesn't obey, and one too long to be read loses its middle.
    """

    def __init__(self, message: str) -> None:
        if len(message) > _LONGEST:
            message = f"{message[: _LONGEST - _TAIL]} … {message[-_TAIL:]}"
        super().__init__(printable(message))


class DeviceError(HedgerowError):
    """A device that isn't there or gave up: no fault of the text that it was to read."""
