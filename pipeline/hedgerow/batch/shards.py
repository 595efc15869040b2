"""Cuts the stream of records into shards, the unit that is done or not done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hedgerow.batch.raw import START, Position, RawRecord, Record, RecordReader


@dataclass(frozen=True, slots=True)
class Shard:
    """A stretch of the input.

    Attributes:
        number: from 0, in the order of the input.
        records: in the order of the input.
        end: where the next shard begins.
    """

    number: int
    records: tuple[Record, ...]
    end: Position


def cut_shards(
    reader: RecordReader,
    *,
    first: int = 0,
    start: Position = START,
    max_records: int = 1000,
    max_bytes: int = 8_000_000,
) -> Iterator[Shard]:
    """Yields shards of at most ``max_records`` records and about ``max_bytes`` of raw text.

    Where a shard ends depends on the input and these limits alone, so a second run cuts the same
    shards, from the start or from the end of any of them.

    Args:
        reader: of the sources.
        first: number of the first shard.
        start: position at which it begins.
        max_records: records a shard.
        max_bytes: a shard is closed once its records hold this much.
    """
    number, records, size, end = first, list[Record](), 0, start
    for record, end in reader.read(start):
        records.append(record)
        size += _size(record)
        if len(records) >= max_records or size >= max_bytes:
            yield Shard(number, tuple(records), end)
            number, records, size = number + 1, [], 0
    if records:
        yield Shard(number, tuple(records), end)


def _size(record: Record) -> int:
    if not isinstance(record, RawRecord):
        return 0
    if isinstance(record.content, bytes):
        return len(record.content)
    return sum(len(value) for value in record.content.values() if isinstance(value, str))
