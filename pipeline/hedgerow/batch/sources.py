"""Finds the files of an archive and says of each what it is."""

from __future__ import annotations

import glob
import hashlib
import io
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, TypeAlias, cast

from hedgerow.errors import HedgerowError
from hedgerow.reading import FORMAT_OF_SUFFIX, InputFormat

BatchFormat: TypeAlias = Literal[InputFormat, "csv", "tsv", "parquet"]
Compression: TypeAlias = Literal["gzip", "zstd"]

_FORMATS: dict[str, BatchFormat] = {
    **FORMAT_OF_SUFFIX,
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_COMPRESSIONS: dict[str, Compression] = {".gz": "gzip", ".zst": "zstd", ".zstd": "zstd"}
_FINGERPRINT_BYTES = 65536


@dataclass(frozen=True, slots=True)
class Source:
    """One input file.

    Attributes:
        name: its path or URL, as written into every result row.
        format: what it holds; None for a folder that stands where a file should.
        compression: how it is packed, None if it isn't.
        size: in bytes, as stored.
        fingerprint: sha256 over size, time of change and both ends of the file: a run refuses to go
            on when it differs. Reading all of an archive just to start would take too long.
    """

    name: str
    format: BatchFormat | None
    compression: Compression | None
    size: int
    fingerprint: str

    def open(self) -> BinaryIO:
        """The unpacked bytes.

        Raises:
            HedgerowError: a library to open or unpack it is not installed.
            OSError: it can't be opened.
        """
        stream = _open_stored(self.name)
        match self.compression:
            case "gzip":
                import gzip

                return cast(BinaryIO, gzip.GzipFile(fileobj=stream))
            case "zstd":
                return cast(BinaryIO, io.BufferedReader(_unpack_zstd(self.name, stream)))
            case None:
                return stream


def find_sources(
    inputs: Iterable[str], default_format: BatchFormat | None = None
) -> tuple[list[Source], int]:
    """The files of paths, folders (searched recursively), globs and URLs, each once, in order.

    Args:
        inputs: paths, globs, or URLs that fsspec knows (``s3://…``).
        default_format: what every file is, whatever its suffix says.

    Returns:
        the sources, and the number of files passed over because of their suffix.

    Raises:
        HedgerowError: an input names nothing.
    """
    sources: dict[str, Source] = {}
    passed_over = 0
    for text in inputs:
        remote = "://" in text
        names, skipped = (_find_remote if remote else _find_local)(text, default_format)
        passed_over += skipped
        for name in names:
            key = name if remote else str(Path(name).resolve())
            if key not in sources:
                sources[key] = _describe(name, default_format)
    return list(sources.values()), passed_over


def _find_local(text: str, default_format: BatchFormat | None) -> tuple[list[str], int]:
    # A file may really be called "a[1].txt".
    found = [text] if os.path.lexists(text) else sorted(glob.glob(text, recursive=True))
    if not found:
        raise HedgerowError(
            f"{text}: expected a file, a folder or a glob that matches some, found nothing; "
            "check the path"
        )
    names: list[str] = []
    passed_over = 0
    for path in map(Path, found):
        if not path.is_dir():
            names.append(path.as_posix())
            continue
        inside = [child for child in sorted(path.rglob("*")) if not child.is_dir()]
        known = [child for child in inside if default_format or _split_name(child.name)[0]]
        passed_over += len(inside) - len(known)
        names += [child.as_posix() for child in known]
        # A folder called "news.jsonl" with nothing to read in it stands where a file should.
        names += [
            folder.as_posix()
            for folder in (path, *sorted(path.rglob("*")))
            if folder.is_dir() and _split_name(folder.name)[0] and not any(folder.iterdir())
        ]
    if not names:
        raise HedgerowError(
            f"{text}: expected files with {', '.join(_FORMATS)} (and .gz or .zst), found none; "
            "name the files with a glob, and their format with --input-format"
        )
    return names, passed_over


def _find_remote(text: str, default_format: BatchFormat | None) -> tuple[list[str], int]:
    system, path = _remote(text)
    try:
        if any(mark in path for mark in "*?["):
            found = [file for file in system.glob(path) if system.isfile(file)]
        elif system.isdir(path):
            found = list(system.find(path))
        else:
            found = [path] if system.exists(path) else []
    except (OSError, ValueError, ImportError) as error:
        raise HedgerowError(f"{text}: can't be listed: {error}; check URL and rights") from error
    known = sorted(
        file for file in found if default_format or _split_name(file)[0] or len(found) == 1
    )
    if not known:
        raise HedgerowError(f"{text}: expected files to read, found none; check the URL")
    return [system.unstrip_protocol(file) for file in known], len(found) - len(known)


def _remote(url: str) -> tuple[Any, str]:
    try:
        import fsspec
    except ImportError as error:
        raise HedgerowError(
            f"{url}: expected the extra 'cloud' for URLs, found no fsspec; "
            "run pip install 'hedgerow[cloud]'"
        ) from error
    try:
        system, path = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError, OSError) as error:
        reason = " ".join(str(error).split())
        raise HedgerowError(
            f"{url}: expected a URL that fsspec knows, found: {reason}; install what it names, or "
            "copy the files here"
        ) from error
    return system, str(path)


def _describe(name: str, default_format: BatchFormat | None) -> Source:
    known, compression = _split_name(name)
    file_format = default_format or known
    remote = "://" in name
    if not remote and Path(name).is_dir():
        return Source(name, None, None, 0, "folder")
    if file_format is None:
        raise HedgerowError(
            f"{name}: expected one of {', '.join(_FORMATS)} (and .gz or .zst), found "
            f"{Path(name).suffix or 'no suffix'!r}; say what it is with --input-format"
        )
    try:
        if remote:
            system, path = _remote(name)
            info = system.info(path)
            size = int(info["size"] or 0)
            changed = str(info.get("ETag") or info.get("mtime") or info.get("LastModified") or "")
        else:
            status = os.stat(name)
            size, changed = status.st_size, str(status.st_mtime_ns)
        digest = hashlib.sha256(f"{size}:{changed}:".encode())
        with _open_stored(name) as stream:
            digest.update(stream.read(_FINGERPRINT_BYTES))
            if size > 2 * _FINGERPRINT_BYTES and stream.seekable():
                stream.seek(-_FINGERPRINT_BYTES, os.SEEK_END)
                digest.update(stream.read(_FINGERPRINT_BYTES))
    except OSError as error:
        # It is rejected when its turn comes; the others are read.
        return Source(name, file_format, compression, 0, f"unreadable: {error.strerror or error}")
    return Source(name, file_format, compression, size, digest.hexdigest())


def _open_stored(name: str) -> BinaryIO:
    if "://" in name:
        system, path = _remote(name)
        return cast(BinaryIO, system.open(path, "rb"))
    return open(name, "rb")


def _unpack_zstd(name: str, stream: BinaryIO) -> Any:
    pyarrow = require_pyarrow(f"{name}: a zstd file")
    return _Readable(pyarrow.CompressedInputStream(pyarrow.PythonFile(stream, mode="r"), "zstd"))


class _Readable(io.RawIOBase):
    """pyarrow's stream as Python's io expects it."""

    def __init__(self, stream: Any) -> None:
        super().__init__()
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        content = self._stream.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


def require_pyarrow(what: str, *, instead: str = "") -> Any:
    """The package pyarrow.

    Args:
        what: needs it, for the message.
        instead: what can be done without it, for the message.

    Raises:
        HedgerowError: it is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise HedgerowError(
            f"{what}: expected the extra 'batch', found no {error.name}; "
            f"run pip install 'hedgerow[batch]'{f', or {instead}' if instead else ''}"
        ) from error
    return pyarrow


def _split_name(name: str) -> tuple[BatchFormat | None, Compression | None]:
    suffixes: Sequence[str] = [suffix.lower() for suffix in Path(name).suffixes[-2:]]
    if not suffixes:
        return None, None
    compression = _COMPRESSIONS.get(suffixes[-1])
    rest = suffixes[:-1] if compression else suffixes
    return (_FORMATS.get(rest[-1]) if rest else None), compression
