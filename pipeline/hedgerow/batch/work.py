"""One shard in, its encoded rows out: what every engine runs, whatever happens to a record."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from hedgerow.batch.encoding import encode_jsonl, encode_parquet
from hedgerow.batch.raw import BrokenRecord, RawRecord, raw_excerpt
from hedgerow.batch.shards import Shard
from hedgerow.classification import Classifier, load_classifier
from hedgerow.errors import DeviceError, HedgerowError
from hedgerow.labeling import SEGMENTS_AT_ONCE, build_records, risk_threshold
from hedgerow.limits import MAX_CHARS, MAX_EXPANSION
from hedgerow.reading import (
    ReadingOptions,
    has_wide_units,
    make_document,
    parse_file,
    parse_json_record,
    readable_path,
)
from hedgerow.records import Document, LabeledSegment, Segment
from hedgerow.rows import to_row
from hedgerow.segmentation import segment

OutputFormat: TypeAlias = Literal["parquet", "jsonl"]
Watch: TypeAlias = Callable[[Sequence[int]], None]
"""Called with the positions in the shard of the records that are worked on next."""


@dataclass(frozen=True, slots=True)
class BatchSettings:
    """What a run does with its input; all of it decides the rows.

    Attributes:
        model: bundled name or folder.
        format: of the shard files.
        keep: input fields that become columns of their own; the others go into ``extra``.
        max_chars: a longer article is rejected.
        max_expansion: a file that unpacks to more than so many times its size is read no further.
        shard_records: articles a shard, at most.
        max_risk: share of wrong labels allowed; None labels everything.
        device: where an encoder runs: ``cpu``, ``cuda`` (any GPU) or ``cuda:N``.
    """

    model: str = "base"
    format: OutputFormat = "parquet"
    encoding: str = "utf-8"
    id_field: str = "id"
    text_field: str = "text"
    keep: tuple[str, ...] = ()
    max_chars: int = MAX_CHARS
    max_expansion: int = MAX_EXPANSION
    shard_records: int = 1000
    max_risk: float | None = None
    device: str = "cpu"


@dataclass(frozen=True, slots=True)
class WorkSettings(BatchSettings):
    """What a worker needs to know.

    Attributes:
        lineage: columns written into every row.
    """

    lineage: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShardResult:
    """The outcome of a shard.

    Attributes:
        content: the encoded rows; empty where there are none.
        rejected: records without an outcome, in the order of the input.
        labels: number of segments by class.
    """

    number: int
    content: bytes
    documents: int
    rows: int
    rejected: tuple[BrokenRecord, ...]
    labels: Mapping[str, int]


def ignore(_: Sequence[int]) -> None:
    """A watch that looks away."""


class ShardLabeler:
    """Labels shards; the model loads with the first one."""

    def __init__(self, settings: WorkSettings) -> None:
        """Keeps the settings."""
        self.settings = settings
        self._classifier: Classifier | None = None
        self._threshold = 0.0
        self._options = ReadingOptions(
            encoding=settings.encoding,
            id_field=settings.id_field,
            text_field=settings.text_field,
            max_chars=settings.max_chars,
        )

    def load(self) -> Classifier:
        """The model, loaded at the first call.

        Raises:
            HedgerowError: it is missing or damaged, or the device is not there.
        """
        if self._classifier is None:
            self._classifier = load_classifier(self.settings.model, device=self.settings.device)
            if self.settings.max_risk is not None:
                self._threshold = risk_threshold(self._classifier, self.settings.max_risk)
        return self._classifier

    def label(
        self,
        shard: Shard,
        skip: Mapping[int, str] | None = None,
        watch: Watch = ignore,
        *,
        singly: bool = False,
    ) -> ShardResult:
        """Labels a shard; a record that fails is rejected alone.

        Args:
            shard: the records.
            skip: positions to reject without trying, with the reasons.
            watch: told which records are next, for whoever has to find the one that hangs.
            singly: ask the model about one article at a time.

        Raises:
            DeviceError: the device gave up.
        """
        rejected: dict[int, str] = dict(skip or {})
        rows: list[dict[str, Any]] = []
        counts: Counter[str] = Counter()
        documents = 0
        group: list[tuple[int, Document, list[Segment]]] = []
        for parsed in self._parse(shard, rejected, watch):
            group.append(parsed)
            if singly or sum(len(segments) for _, _, segments in group) >= SEGMENTS_AT_ONCE:
                documents += self._label_group(shard, group, rejected, rows, counts, watch)
                group = []
        documents += self._label_group(shard, group, rejected, rows, counts, watch)
        # Encoding is nobody's fault.
        watch(())
        return ShardResult(
            number=shard.number,
            content=self._encode(rows) if rows else b"",
            documents=documents,
            rows=len(rows),
            rejected=tuple(
                _reject(shard.records[position], rejected[position])
                for position in sorted(rejected)
            ),
            labels=dict(counts),
        )

    def _parse(
        self, shard: Shard, rejected: dict[int, str], watch: Watch
    ) -> Iterator[tuple[int, Document, list[Segment]]]:
        for position, record in enumerate(shard.records):
            if position in rejected:
                continue
            if isinstance(record, BrokenRecord):
                rejected[position] = record.reason
                continue
            watch([position])
            try:
                document = self._parse_document(record)
                yield position, document, segment(document.text, document.id)
            # One article must not end a run over millions, whatever it does to us.
            except Exception as error:
                rejected[position] = _explain(error)

    def _parse_document(self, record: RawRecord) -> Document:
        name = readable_path(record.source)
        where = f"{name}:{record.row}" if record.row else name
        match record.content:
            case dict() as fields:
                document = make_document(where, dict(fields), self._options)
            case line if record.format == "jsonl":
                # The reader has written such lines in UTF-8.
                wide = has_wide_units(self.settings.encoding)
                encoding = "utf-8" if wide else self.settings.encoding
                document = parse_json_record(where, line, 0, encoding, self._options)
            case content:
                assert record.format in ("text", "markdown", "html")
                document = parse_file(where, content, record.format, self._options)
        if not any(map(str.isalnum, document.text)):
            raise HedgerowError(f"{where}: expected text, found no letter or digit; leave it out")
        return document

    def _label_group(
        self,
        shard: Shard,
        group: Sequence[tuple[int, Document, list[Segment]]],
        rejected: dict[int, str],
        rows: list[dict[str, Any]],
        counts: Counter[str],
        watch: Watch,
    ) -> int:
        if not group:
            return 0
        watch([position for position, _, _ in group])
        try:
            labeled = self._label_documents(group)
        except DeviceError:
            # No article's fault: the run ends here and goes on once the device is mended.
            raise
        except Exception as error:
            if len(group) == 1:
                rejected[group[0][0]] = _explain(error)
                return 0
            return sum(
                self._label_group(shard, [one], rejected, rows, counts, watch) for one in group
            )
        for (position, document, _), segments in zip(group, labeled, strict=True):
            record = shard.records[position]
            rows += (self._make_row(one, document, record) for one in segments)
            counts.update(one.class_name for one in segments)
        return len(group)

    def _label_documents(
        self, group: Sequence[tuple[int, Document, list[Segment]]]
    ) -> list[list[LabeledSegment]]:
        classifier = self.load()
        scores = classifier.score([one for _, _, segments in group for one in segments])
        labeled, end = [], 0
        for _, _, segments in group:
            start, end = end, end + len(segments)
            labeled.append(
                build_records(
                    segments,
                    scores.take(slice(start, end)),
                    classifier.identifier,
                    threshold=self._threshold,
                )
            )
        return labeled

    def _encode(self, rows: Sequence[Mapping[str, Any]]) -> bytes:
        if self.settings.format == "jsonl":
            return encode_jsonl(rows)
        return encode_parquet(rows, keep=self.settings.keep, lineage=tuple(self.settings.lineage))

    def _make_row(self, one: LabeledSegment, document: Document, record: Any) -> dict[str, Any]:
        row = to_row(one)
        extra = dict(document.extra)
        kept = {name: _as_text(extra.pop(name, None)) for name in self.settings.keep}
        return {
            **row,
            **kept,
            "extra": json.dumps(extra, ensure_ascii=False, default=str) if extra else None,
            "source_file": readable_path(record.source),
            "source_row": record.row,
            **self.settings.lineage,
        }


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def _reject(record: RawRecord | BrokenRecord, reason: str) -> BrokenRecord:
    if isinstance(record, BrokenRecord):
        return record
    return BrokenRecord(record.source, record.row, reason, raw_excerpt(record))


def _explain(error: Exception) -> str:
    if isinstance(error, HedgerowError):
        return str(error)
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
