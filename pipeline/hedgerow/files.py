"""Output files that appear whole or not at all, and JSON lines with their line numbers."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from hedgerow.errors import HedgerowError

_DEEPEST = 100
_SURROGATE = re.compile("[\ud800-\udfff]")


@contextmanager
def open_output(path: Path, *, force: bool = False) -> Iterator[TextIO]:
    """Opens a private temporary file beside ``path`` and renames it there at the end.

    An error inside the block leaves whatever was at ``path`` untouched.

    Raises:
        HedgerowError: ``path`` exists and ``force`` is false, or its folder can't be written.
    """
    check_output(path, force=force)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise _can_not_write(path, error) from error
    try:
        with open(handle, "w", encoding="utf-8", errors="surrogatepass", newline="") as stream:
            yield stream
        # mkstemp makes the file private; a result is as readable as any other new file.
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


@contextmanager
def new_folder(path: Path, *, force: bool = False) -> Iterator[Path]:
    """Fills a private temporary folder beside ``path`` and renames it there at the end.

    Raises:
        HedgerowError: ``path`` exists and ``force`` is false, or its folder can't be written.
    """
    check_folder(path, force=force)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        private = tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise _can_not_write(path, error) from error
    with private as temporary:
        folder = Path(temporary) / path.name
        folder.mkdir()
        yield folder
        if path.exists():
            shutil.rmtree(path)
        folder.rename(path)


def check_output(path: Path, *, force: bool = False) -> None:
    """Refuses to overwrite a file, and anything that is no ordinary file.

    Raises:
        HedgerowError: ``path`` is there already and ``force`` is false, or it is a folder, a link
            or a device.
    """
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise HedgerowError(
            f"{path}: expected a place for a file, found a folder, link or device; "
            "choose another with --out"
        )
    if path.exists() and not force:
        raise HedgerowError(
            f"{path}: expected a new file, found one that exists; "
            "choose another with --out or overwrite it with --force"
        )


def check_folder(path: Path, *, force: bool = False) -> None:
    """Refuses to replace a folder unless it is forced to, and any folder that holds no model.

    Raises:
        HedgerowError: ``path`` is there already and ``force`` is false, or it is not an empty
            folder or a model's.
    """
    if not path.exists() and not path.is_symlink():
        return
    # --force replaces the whole folder, so it must never be somebody's home.
    is_folder = path.is_dir() and not path.is_symlink()
    if not is_folder or (any(path.iterdir()) and not (path / "manifest.json").is_file()):
        raise HedgerowError(
            f"{path}: expected a new folder or a model's, found something else; "
            "choose another with --out"
        )
    if not force:
        raise HedgerowError(
            f"{path}: expected a new folder, found one that exists; "
            "choose another with --out or replace it with --force"
        )


def _can_not_write(path: Path, error: OSError) -> HedgerowError:
    if isinstance(error, FileExistsError | NotADirectoryError):
        found = "expected a folder around it, found a file"
    else:
        found = f"can't be written: {error.strerror}"
    return HedgerowError(f"{path}: {found}; choose another place with --out")


def try_lock(handle: int) -> bool:
    """Locks an open file against other processes, if none of them has.

    The system gives the lock back when the file is closed or the process ends, however it ends.

    Args:
        handle: of the file.

    Returns:
        False where another process holds the lock.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def parse_json(text: str | bytes) -> Any:
    """What a JSON text holds, if it can be written again as JSON in UTF-8.

    Numbers that JSON doesn't know, which other programs write (``NaN``) or which are too large
    (``1e999``), are read as null.

    Raises:
        ValueError: it is no JSON, is nested more than 100 deep, or holds half a surrogate pair.
    """
    try:
        content = json.loads(text, parse_constant=lambda _: None, parse_float=_finite)
    except RecursionError as error:
        raise ValueError(f"values nested more than {_DEEPEST} deep") from error
    check_values(content)
    return content


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def check_values(content: Any) -> None:
    """Refuses what couldn't be written as JSON in UTF-8.

    Args:
        content: as JSON, a CSV row or a Parquet row gave it.

    Raises:
        ValueError: it is nested more than 100 deep, or holds half a surrogate pair.
    """
    # With a stack of its own: what is nested too deep would overflow Python's.
    waiting = [(content, 0)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, str):
            if half := _SURROGATE.search(value):
                place = f"(\\u{ord(half[0]):04x}) at character {half.start()}"
                raise ValueError(f"half a character {place} of a text")
        elif isinstance(value, dict | list):
            if depth == _DEEPEST:
                raise ValueError(f"values nested more than {_DEEPEST} deep")
            if isinstance(value, dict):
                waiting += ((name, depth) for name in value)
                value = value.values()
            waiting += ((inner, depth + 1) for inner in value)


def read_json_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields ``(path:line, object)`` for each line that isn't blank.

    Raises:
        HedgerowError: the file can't be read, or a line is not a JSON object.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise HedgerowError(
            f"{path}: expected a file of JSON lines, found: {error.strerror}; check the path"
        ) from error
    except UnicodeDecodeError as error:
        raise HedgerowError(
            f"{path}: expected JSON lines in UTF-8, found byte 0x{error.object[error.start]:02x} "
            f"at offset {error.start}; convert the file"
        ) from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            row = parse_json(line)
        except ValueError as error:
            raise HedgerowError(
                f"{where}: expected one JSON object a line, found {error}; mend the line"
            ) from error
        if not isinstance(row, dict):
            raise HedgerowError(
                f"{where}: expected a JSON object, found {type(row).__name__}; mend the line"
            )
        yield where, row
