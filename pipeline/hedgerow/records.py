"""The records that travel through Hedgerow, and the label set they speak of.

Offsets are counted in Python characters (code points) from the start of the untouched
document text; ``end`` is exclusive, so ``document.text[start:end] == segment.text``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

Label: TypeAlias = Literal["fact", "speculation", "recommendation"]
ClassName: TypeAlias = Literal["fact", "speculation", "recommendation", "none"]
SegmentKind: TypeAlias = Literal[
    "sentence", "heading", "list_item", "table_row", "table_header", "byline"
]
CueKind: TypeAlias = Literal["hedge", "directive", "attribution"]

LABELS: tuple[Label, ...] = ("fact", "speculation", "recommendation")
"""The three labels; their order is the order of every probability column."""

CLASSES: tuple[ClassName, ...] = ("fact", "speculation", "recommendation", "none")
"""The labels plus ``none``, the class of a segment that makes no claim."""

ATTRIBUTED = "attributed"
"""Name of the second output of a model: the main point is put in somebody else's mouth."""

SEGMENT_KINDS: tuple[SegmentKind, ...] = (
    "sentence",
    "heading",
    "list_item",
    "table_row",
    "table_header",
    "byline",
)


@dataclass(frozen=True, slots=True)
class Document:
    """One article as it was read: its text is never changed afterwards."""

    id: str
    text: str
    extra: Mapping[str, Any] = field(default_factory=dict)


# Segment, Context, Span and Cue are named tuples rather than dataclasses: they are made once
# per sentence of an archive, and a named tuple costs a third of a frozen dataclass to build.


class Context(NamedTuple):
    """What a reader has in view beside the segment itself; empty strings where there is none.

    Attributes:
        heading: the nearest heading above the segment.
        lead_in: for a list item the line that introduces its list, for a table row the
            column header.
        previous: the text of the segment before it in the document.
    """

    heading: str = ""
    lead_in: str = ""
    previous: str = ""


class Segment(NamedTuple):
    """A sentence, heading, list item, table row or by-line, with exact offsets."""

    document_id: str
    start: int
    end: int
    kind: SegmentKind
    text: str
    context: Context = Context()


class Span(NamedTuple):
    """A stretch of document text, ``end`` exclusive."""

    start: int
    end: int


class Cue(NamedTuple):
    """A stretch of document text that speaks for a label or names a speech act."""

    start: int
    end: int
    kind: CueKind


@dataclass(frozen=True, slots=True)
class LabeledSegment:
    """A segment with its label: a prediction, or a row of a gold file.

    Attributes:
        index: position of the segment in its document, from 0.
        label: one of ``LABELS``, or None where no claim is made or the model abstained.
        scores: probability per class in the order of ``CLASSES``; empty in gold rows.
        abstained: True when no class was sure enough for the risk the caller allowed.
        attributed: True when the main point is put in somebody else's mouth.
        source: where the text names who is speaking, if it does.
        cues: hedge, directive and attribution cues found in the segment.
        model: name and digest of the model, or empty in gold rows.
        hard: True when a gold reader hesitated.
        votes: reader name to class name, in gold rows.
        extra: other fields of the row, carried along.
    """

    document_id: str
    index: int
    start: int
    end: int
    kind: SegmentKind
    text: str
    context: Context
    label: Label | None
    scores: Mapping[ClassName, float] = field(default_factory=dict)
    abstained: bool = False
    attributed: bool = False
    source: Span | None = None
    cues: tuple[Cue, ...] = ()
    model: str = ""
    hard: bool = False
    votes: Mapping[str, ClassName] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def class_name(self) -> ClassName:
        """The label as a class of the model: ``none`` where the label is None."""
        return self.label or "none"

    @property
    def segment(self) -> Segment:
        """The segment without its label, as a model reads it."""
        return Segment(self.document_id, self.start, self.end, self.kind, self.text, self.context)

    def quote(self, span: Span | Cue) -> str:
        """The words of a span that lies inside the segment."""
        return self.text[span.start - self.start : span.end - self.start]
