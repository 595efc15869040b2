"""What more than one surface promises."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from hedgerow.display import printable
from hedgerow.errors import HedgerowError
from hedgerow.records import Document

_Result = TypeVar("_Result")
_LONGEST_MESSAGE = 2100


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for the files of one input."""
    with TemporaryDirectory(prefix="hedgerow-fuzz-") as name:
        yield Path(name)


def or_error(function: Callable[[], _Result]) -> _Result | None:
    """What the function returns; None where it raises the one error that it may, a clear one."""
    try:
        return function()
    except HedgerowError as error:
        check_message(error)
        return None


def check_message(error: HedgerowError) -> None:
    """The message is one line that a terminal shows as it stands."""
    message = str(error)
    assert message == printable(message), f"unprintable message: {message[:200]!a}"
    assert len(message) <= _LONGEST_MESSAGE, f"long message: {message[:200]!a}"


def check_document(document: Document) -> None:
    """A document holds valid text, and fields that JSON can hold."""
    assert document.text.strip(), "a document without text"
    check_json({"id": document.id, "text": document.text, "extra": document.extra})


def check_json(value: Any) -> None:
    """The value goes through JSON as the standard has it, in UTF-8, and comes back the same."""
    assert json.loads(write_json(value)) == value, "JSON changes the value"


def write_json(value: Any) -> bytes:
    """Strict JSON: neither NaN nor half a surrogate pair."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")


def is_number(value: object) -> bool:
    """Whether the value is a finite number."""
    return isinstance(value, int | float) and math.isfinite(value)
