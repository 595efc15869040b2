"""Streams the raw records of an archive in bounded memory, and keeps the broken ones apart."""

from __future__ import annotations

import codecs
import csv
import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple, TypeAlias, cast

from hedgerow.batch.sources import BatchFormat, Source, require_pyarrow
from hedgerow.errors import HedgerowError
from hedgerow.limits import BYTES_PER_CHAR, FREE_BYTES, MAX_CHARS, MAX_EXPANSION
from hedgerow.reading import has_wide_units

_PARQUET_ROWS = 64
_NO_LINES = "expected JSON lines, found an empty file; leave it out"


class RawRecord(NamedTuple):
    """One article before it is parsed.

    Attributes:
        source: name of its file.
        row: line or row from 1; 0 for a whole file.
        format: of ``content``.
        content: the bytes of a file or JSON line, or the fields of a CSV or Parquet row.
    """

    source: str
    row: int
    format: BatchFormat
    content: bytes | dict[str, Any]


class BrokenRecord(NamedTuple):
    """A place in the input where no article could be read.

    Attributes:
        reason: why, as one line.
        raw: what stood there, bounded.
    """

    source: str
    row: int
    reason: str
    raw: str = ""


Record: TypeAlias = RawRecord | BrokenRecord


class Position(NamedTuple):
    """Where reading goes on: before record ``record`` of source ``source``.

    Attributes:
        source: index among the sources.
        record: records of that source read before, broken ones counted.
        row: line or row reached.
        offset: in the unpacked bytes, where the format allows to begin there.
    """

    source: int = 0
    record: int = 0
    row: int = 0
    offset: int = 0


START = Position()


@dataclass(frozen=True, slots=True)
class RecordReader:
    """Reads the records of sources one after another.

    Attributes:
        encoding: of text formats.
        max_bytes: a record beyond it is broken; no more of it is kept in memory.
        max_expansion: times its packed size to which a file may unpack; beyond it no more is read.
    """

    sources: Sequence[Source]
    encoding: str = "utf-8"
    max_bytes: int = BYTES_PER_CHAR * MAX_CHARS
    max_expansion: int = MAX_EXPANSION

    def read(self, start: Position = START) -> Iterator[tuple[Record, Position]]:
        """Yields each record with the position after it.

        Args:
            start: where an earlier reading of the same sources ended.
        """
        for index in range(start.source, len(self.sources)):
            begin = start if index == start.source else Position(index)
            record, row = begin.record, begin.row
            source = self.sources[index]
            try:
                for one, offset in self._read_source(source, begin):
                    record, row = record + 1, one.row
                    yield one, Position(index, record, row, offset)
            # Whatever a file holds, and whichever library reads it, the other files go on.
            except Exception as error:
                reason = _explain(source, error)
                broken = BrokenRecord(source.name, row + 1 if row else 0, reason)
                yield broken, Position(index + 1)

    def _read_source(self, source: Source, begin: Position) -> Iterator[tuple[Record, int]]:
        if source.format is None:
            if not begin.record:
                reason = "expected a file, found an empty folder; remove it"
                yield BrokenRecord(source.name, 0, reason), 0
            return
        match source.format:
            case "parquet":
                yield from self._skip(self._read_parquet(source), begin.record)
            case "csv" | "tsv":
                yield from self._skip(self._read_csv(source), begin.record)
            case "jsonl" if has_wide_units(self.encoding):
                yield from self._skip(self._read_wide_lines(source), begin.record)
            case "jsonl":
                yield from self._read_lines(source, begin)
            case _:
                yield from self._skip(self._read_whole(source), begin.record)

    def _open(self, source: Source) -> BinaryIO:
        stream = source.open()
        if source.compression is None:
            return stream
        limit = max(FREE_BYTES, self.max_expansion * source.size)
        return cast(BinaryIO, io.BufferedReader(_Bounded(stream, limit), 1 << 16))

    @staticmethod
    def _skip(records: Iterator[tuple[Record, int]], count: int) -> Iterator[tuple[Record, int]]:
        for number, one in enumerate(records):
            if number >= count:
                yield one

    def _read_whole(self, source: Source) -> Iterator[tuple[Record, int]]:
        assert source.format is not None
        with self._open(source) as stream:
            content = stream.read(self.max_bytes + 1)
        if len(content) > self.max_bytes:
            yield self._too_long(source, 0, content), 0
        else:
            yield RawRecord(source.name, 0, source.format, content), 0

    def _read_lines(self, source: Source, begin: Position) -> Iterator[tuple[Record, int]]:
        row, offset = begin.row, begin.offset
        found = row > 0
        with self._open(source) as stream:
            _advance(stream, offset)
            while line := stream.readline(self.max_bytes + 1):
                row += 1
                offset += len(line)
                if len(line) > self.max_bytes and not line.endswith(b"\n"):
                    head = line
                    while not line.endswith(b"\n"):
                        line = stream.readline(self.max_bytes)
                        if not line:
                            break
                        offset += len(line)
                    yield self._too_long(source, row, head), offset
                elif line.strip():
                    yield RawRecord(source.name, row, "jsonl", line), offset
                else:
                    continue
                found = True
        if not found:
            raise HedgerowError(_NO_LINES)

    def _read_wide_lines(self, source: Source) -> Iterator[tuple[Record, int]]:
        # In these encodings a line break is no byte of its own.
        row, found = 0, False
        with io.TextIOWrapper(self._open(source), self.encoding, newline="\n") as stream:
            while line := stream.readline(self.max_bytes + 1):
                row += 1
                content = line.encode("utf-8")
                if len(content) > self.max_bytes:
                    while line and not line.endswith("\n"):
                        line = stream.readline(self.max_bytes)
                    yield self._too_long(source, row, content), 0
                elif line.strip():
                    yield RawRecord(source.name, row, "jsonl", content), 0
                else:
                    continue
                found = True
        if not found:
            raise HedgerowError(_NO_LINES)

    def _read_csv(self, source: Source) -> Iterator[tuple[Record, int]]:
        assert source.format is not None
        csv.field_size_limit(self.max_bytes)
        with self._open(source) as stream:
            reader = csv.reader(
                _decode_lines(stream, self.encoding, self.max_bytes),
                delimiter="\t" if source.format == "tsv" else ",",
            )
            names = next(reader, None)
            if not names:
                raise HedgerowError("expected a line of column names, found an empty file")
            row = 0
            while True:
                row += 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    reason = f"expected a CSV row, found {error}; mend the row"
                    yield BrokenRecord(source.name, row, reason), 0
                    continue
                if not cells:
                    continue
                if len(cells) != len(names):
                    reason = f"expected {len(names)} cells, found {len(cells)}; mend the row"
                    yield BrokenRecord(source.name, row, reason, _bound(",".join(cells))), 0
                    continue
                fields = dict(zip(names, cells, strict=True))
                yield RawRecord(source.name, row, source.format, fields), 0

    def _read_parquet(self, source: Source) -> Iterator[tuple[Record, int]]:
        pyarrow = require_pyarrow(f"{source.name}: a Parquet file")
        row = 0
        # Its reader has to seek; its pages are unpacked a few rows at a time.
        with source.open() as stream, pyarrow.parquet.ParquetFile(stream) as file:
            for batch in file.iter_batches(batch_size=_PARQUET_ROWS):
                for fields in batch.to_pylist():
                    row += 1
                    yield RawRecord(source.name, row, "parquet", fields), 0

    def _too_long(self, source: Source, row: int, head: bytes) -> BrokenRecord:
        reason = (
            f"expected at most {self.max_bytes} bytes, found more; raise --max-chars or split it"
        )
        return BrokenRecord(source.name, row, reason, _bound(head))


class _Bounded(io.RawIOBase):
    """An unpacked stream that ends with an error where a bomb would begin."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        super().__init__()
        self._stream = stream
        self._limit = limit
        self._left = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        # All up to the limit is given, so that a resumed run ends at the same line.
        content = self._stream.read(min(len(buffer), self._left) or 1)
        if content and not self._left:
            raise HedgerowError(
                f"expected at most {self._limit} bytes unpacked, found more; raise "
                "--max-expansion if the file is no bomb"
            )
        self._left -= len(content)
        buffer[: len(content)] = content
        return len(content)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


def _advance(stream: BinaryIO, offset: int) -> None:
    if stream.seekable():
        stream.seek(offset)
        return
    while offset and (passed := len(stream.read(min(offset, 1 << 20)))):
        offset -= passed


def _decode_lines(stream: BinaryIO, encoding: str, max_bytes: int) -> Iterator[str]:
    """Lines for csv.reader; bytes that don't decode stay as half characters, to be rejected."""
    encoding = "utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding
    # A stateful reader splits at every Unicode line break, which CSV doesn't.
    decoder = codecs.getincrementaldecoder(encoding)(errors="surrogateescape")
    # Kept in parts, since joining a long line anew for each would take time by its square.
    parts: list[str] = []
    while chunk := stream.read(65536):
        *lines, rest = decoder.decode(chunk).split("\n")
        for line in lines:
            yield "".join((*parts, line, "\n"))
            parts = []
        parts.append(rest)
        if sum(map(len, parts)) > max_bytes:
            yield "".join(parts)
            parts = []
    if rest := "".join((*parts, decoder.decode(b"", final=True))):
        yield rest


def _explain(source: Source, error: Exception) -> str:
    if source.fingerprint.startswith("unreadable: "):
        return f"can't be read: {source.fingerprint.removeprefix('unreadable: ')}; check it"
    if isinstance(error, HedgerowError):
        return str(error)
    if isinstance(error, (EOFError, zlib.error)) or type(error).__name__ == "BadGzipFile":
        return f"expected a whole {source.compression} file, found: {error}; fetch it again"
    if isinstance(error, OSError) and error.strerror:
        return f"can't be read: {error.strerror}; check it and its folder"
    return f"expected a {source.format} file, found: {' '.join(str(error).split())[:200]}; mend it"


def _bound(raw: bytes | str, limit: int = 2000) -> str:
    text = raw[:limit].decode("utf-8", "replace") if isinstance(raw, bytes) else raw[:limit]
    return text.encode("utf-8", "replace").decode()


def raw_excerpt(record: RawRecord) -> str:
    """What stood in the input, bounded, for the list of rejected records."""
    if isinstance(record.content, bytes):
        return _bound(record.content)
    return _bound(str(record.content))
