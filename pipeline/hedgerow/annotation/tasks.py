"""What a labeller is shown and what comes back, whatever tool is between.

A task shows one segment in its context, or a whole article. Offsets in tasks and annotations
count the characters (code points) of the shown text; ``votes`` turns them into offsets of the
document.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Literal, NamedTuple, TypeAlias, get_args

from hedgerow.annotation.rows import RowFile
from hedgerow.annotation.surroundings import find_surroundings
from hedgerow.errors import HedgerowError
from hedgerow.records import CLASSES, ClassName, CueKind, LabeledSegment

Unit: TypeAlias = Literal["segment", "article"]

SOURCE = "source"
"""The span label of the words that name who is speaking."""

SPAN_LABELS: tuple[str, ...] = (*get_args(CueKind), SOURCE)

SEGMENT = "segment"
"""The label of a segment nobody has judged, so that it can be seen and chosen in an article."""

_ATTRIBUTED = {"attributed": True, "not attributed": False}
_HARD = "hard"

JUDGEMENT_LABELS: tuple[str, ...] = (*CLASSES, *_ATTRIBUTED, _HARD)


class Mark(NamedTuple):
    """A stretch of the shown text with one of ``SPAN_LABELS``."""

    start: int
    end: int
    label: str


class Judgement(NamedTuple):
    """What a reader says of one segment; None where nothing is said."""

    start: int
    end: int
    class_name: ClassName | None = None
    attributed: bool | None = None
    hard: bool = False

    @property
    def labels(self) -> list[str]:
        """The judgement as labels out of ``JUDGEMENT_LABELS``."""
        labels: list[str] = [] if self.class_name is None else [self.class_name]
        labels += [name for name, value in _ATTRIBUTED.items() if value is self.attributed]
        return labels + [_HARD] * self.hard


def parse_judgement(where: str, start: int, end: int, labels: Iterable[str]) -> Judgement:
    """The judgement that some labels of one segment make together.

    Raises:
        HedgerowError: a label is unknown, or two contradict each other.
    """
    found = list(labels)
    if unknown := [one for one in found if one not in (*JUDGEMENT_LABELS, SEGMENT)]:
        raise HedgerowError(
            f"{where}: expected labels out of {', '.join(JUDGEMENT_LABELS)}, found "
            f"{', '.join(sorted(map(str, unknown)))}; rename or remove them in the tool"
        )
    given = set(found) - {SEGMENT}
    classes = [name for name in CLASSES if name in given]
    attributed = [value for name, value in _ATTRIBUTED.items() if name in given]
    if len(classes) > 1 or len(attributed) > 1:
        raise HedgerowError(
            f"{where}: expected one label for a segment, found {', '.join(sorted(given))}; "
            "choose one in the tool"
        )
    return Judgement(
        start,
        end,
        class_name=classes[0] if classes else None,
        attributed=attributed[0] if attributed else None,
        hard=_HARD in given,
    )


@dataclass(frozen=True, slots=True)
class Reference:
    """What a task stands for; it travels through the tool and back.

    Attributes:
        index: position of the segment in its document; None for a whole article.
        start: where the shown text begins in the document.
        end: where it ends.
        preannotated: the labeller saw labels and spans, so one that is gone was removed.
    """

    document_id: str
    index: int | None
    start: int
    end: int
    preannotated: bool


def parse_reference(where: str, found: object) -> Reference:
    """The reference that a tool gave back.

    Raises:
        HedgerowError: there is none, or it isn't what was exported.
    """
    if (
        not isinstance(found, Mapping)
        or set(found) != {field.name for field in fields(Reference)}
        or not isinstance(found["document_id"], str)
        or not all(type(found[name]) is int for name in ("start", "end"))
        or not isinstance(found["preannotated"], bool)
        or not isinstance(found["index"], int | None)
    ):
        raise HedgerowError(
            f"{where}: expected the field 'hedgerow' that hedgerow gold export wrote, found "
            f"{found!r}; import what the tool exported, with all its fields"
        )
    return Reference(**found)


@dataclass(frozen=True, slots=True)
class Task:
    """One segment in its context, or one article, to be judged.

    Attributes:
        judgements: of a segment task one, over the whole text; of an article one a segment.
        marks: cues and sources.
        before: the text of the segments before it, for a segment task.
        after: the text of the segment after it, for a segment task.
        model: where the labels come from, or empty.
        score: the model's probability of its label; None without a model.
    """

    reference: Reference
    text: str
    judgements: tuple[Judgement, ...]
    marks: tuple[Mark, ...]
    heading: str = ""
    lead_in: str = ""
    before: str = ""
    after: str = ""
    model: str = ""
    score: float | None = None

    @property
    def is_article(self) -> bool:
        """Whether the task shows a whole article."""
        return self.reference.index is None


@dataclass(frozen=True, slots=True)
class Annotation:
    """What one reader made of one task; ``where`` names it in messages."""

    where: str
    reference: Reference
    reader: str
    text: str
    judgements: tuple[Judgement, ...]
    marks: tuple[Mark, ...]


def make_annotation(
    where: str,
    reference: Reference,
    reader: str,
    text: str,
    labels: Iterable[str],
    spans: Iterable[Mark],
) -> Annotation:
    """An annotation from plain labels and spans, as Prodigy and doccano keep them.

    Args:
        where: names the annotation in messages.
        reference: what the task stood for.
        reader: who made it.
        text: the text that was shown.
        labels: of the whole text, in a segment task.
        spans: cues and sources, and in an article the labels of its segments.

    Raises:
        HedgerowError: there is no text, a label is unknown or contradicts another, or a span lies
            outside the text.
    """
    if not isinstance(text, str):
        raise HedgerowError(
            f"{where}: expected the text that was shown, found {type(text).__name__}; import what "
            "the tool exported, with all its fields"
        )
    judged: dict[tuple[int, int], list[str]] = defaultdict(list)
    marks: list[Mark] = []
    if reference.index is not None:
        judged[0, len(text)] += labels
    for span in spans:
        # JSON's true and false are numbers, too, for isinstance.
        if not (type(span.start) is type(span.end) is int) or not (
            0 <= span.start < span.end <= len(text)
        ):
            raise HedgerowError(
                f"{where}: expected spans inside the text of {len(text)} characters, found "
                f"{span.start}–{span.end}; mark them again in the tool"
            )
        if span.label in SPAN_LABELS:
            marks.append(span)
        else:
            judged[span.start, span.end].append(span.label)
    judgements = tuple(
        parse_judgement(where, start, end, given) for (start, end), given in judged.items()
    )
    return Annotation(where, reference, reader, text, judgements, tuple(marks))


def build_tasks(file: RowFile, unit: Unit = "segment", *, blind: bool = False) -> Iterator[Task]:
    """Yields the tasks of some rows, in their order.

    Args:
        file: rows, with their articles where ``unit`` is "article".
        unit: what one task shows.
        blind: leave out all labels and spans, so that a reader's vote is their own.

    Raises:
        HedgerowError: two rows can't be told apart, or the articles aren't at hand.
    """
    _check_distinct(file.segments)
    return _article_tasks(file, blind) if unit == "article" else _segment_tasks(file, blind)


def _check_distinct(segments: Sequence[LabeledSegment]) -> None:
    seen = set()
    for one in segments:
        place = (one.document_id, one.index, one.start, one.end)
        if place in seen:
            raise HedgerowError(
                f"rows: expected each segment once, found {one.document_id!r}, segment "
                f"{one.index} at {one.start}–{one.end}, twice; give rows an index or offsets"
            )
        seen.add(place)


def _segment_tasks(file: RowFile, blind: bool) -> Iterator[Task]:
    for one, labelled, around in zip(
        file.segments, file.labelled, find_surroundings(file.segments), strict=True
    ):
        shown = not blind and labelled
        yield Task(
            Reference(one.document_id, one.index, one.start, one.end, shown),
            one.text,
            judgements=(_judge(one, one.start, shown),),
            marks=_marks(one, one.start) if shown else (),
            heading=one.context.heading,
            lead_in=one.context.lead_in,
            before=around.before,
            after=around.after,
            model=one.model,
            score=one.scores.get(one.class_name) if shown else None,
        )


def _article_tasks(file: RowFile, blind: bool) -> Iterator[Task]:
    if not file.documents:
        raise HedgerowError(
            "--unit article: expected a gold folder with the articles, found rows alone; "
            "name the folder, or export segments"
        )
    rows_of: dict[str, list[tuple[LabeledSegment, bool]]] = defaultdict(list)
    for one, labelled in zip(file.segments, file.labelled, strict=True):
        rows_of[one.document_id].append((one, labelled and not blind))
    for document in file.documents:
        rows = rows_of[document.id]
        yield Task(
            Reference(
                document.id,
                None,
                0,
                len(document.text),
                bool(rows) and all(shown for _, shown in rows),
            ),
            document.text,
            judgements=tuple(_judge(one, 0, shown) for one, shown in rows),
            marks=tuple(mark for one, shown in rows if shown for mark in _marks(one, 0)),
            model=rows[0][0].model if rows else "",
        )


def _judge(one: LabeledSegment, offset: int, shown: bool) -> Judgement:
    start, end = one.start - offset, one.end - offset
    if not shown:
        return Judgement(start, end)
    return Judgement(start, end, one.class_name, one.attributed, one.hard)


def _marks(one: LabeledSegment, offset: int) -> tuple[Mark, ...]:
    marks = [Mark(cue.start - offset, cue.end - offset, cue.kind) for cue in one.cues]
    if one.source is not None:
        marks.append(Mark(one.source.start - offset, one.source.end - offset, SOURCE))
    return tuple(marks)
