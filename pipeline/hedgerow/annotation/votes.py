"""Annotations into rows: a vote each, and the cues, source and marks that the reader set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from hedgerow.annotation.rows import RowFile, is_settled
from hedgerow.annotation.tasks import SOURCE, Annotation, Judgement, Mark
from hedgerow.datacheck import ADJUDICATOR, UNGUIDED
from hedgerow.errors import HedgerowError
from hedgerow.reading import ErrorHandler, raise_error
from hedgerow.records import ClassName, Cue, CueKind, LabeledSegment, Span
from hedgerow.rows import from_row

# What a model said of a row says nothing about its label once a reader has set it.
_MODEL_FIELDS = ("scores", "abstained", "model")
_EVIDENCE_FIELDS = ("attributed", "source", "cues")


class Imported(NamedTuple):
    """What came of an import.

    Attributes:
        rows: those that readers labelled, now or before, in the order of the file.
        votes: how many votes were added.
        left_out: rows that still have no label, or only a model's.
    """

    rows: list[dict[str, Any]]
    votes: int
    left_out: int


class _Vote(NamedTuple):
    """One judgement about one row, with offsets of the document.

    ``complete`` says that the reader saw the spans, so that those not given are to go.
    """

    reader: str
    class_name: ClassName
    judgement: Judgement
    cues: tuple[Cue, ...]
    source: Span | None
    complete: bool


def add_votes(
    file: RowFile, annotations: Iterable[Annotation], on_error: ErrorHandler = raise_error
) -> Imported:
    """Adds readers' votes to rows, and sets cues, source, ``attributed`` and ``hard``.

    A row's label becomes what its readers agree on, or what the adjudicator said; where they
    disagree it stays as it was, for ``hedgerow gold adjudicate``. Everything else in a row stays.
    Rows without a reader's label are left out of the result, so that no prediction passes for gold.

    Args:
        file: the rows that were exported; not changed.
        annotations: what the tool gave back.
        on_error: called with each segment that doesn't fit the rows; the others are still done.

    Raises:
        HedgerowError: at the first annotation that doesn't fit, unless ``on_error`` handles it.
    """
    rows = [dict(row) for row in file.rows]
    places = _Places(file.segments)
    votes = 0
    for annotation in annotations:
        marks = _group_marks(annotation, on_error)
        for judgement in annotation.judgements:
            try:
                position = places.find(annotation, judgement)
                if judgement.class_name is None:
                    _check_unlabelled(annotation, marks[judgement])
                    continue
                vote = _make_vote(annotation, judgement, judgement.class_name, marks[judgement])
                _add_vote(rows[position], vote, annotation.where)
                votes += 1
            except HedgerowError as error:
                on_error(error)
    kept = [row for row in rows if is_settled(row)]
    return Imported(kept, votes, len(rows) - len(kept))


class _Places:
    """Finds the row that a judgement is about."""

    def __init__(self, segments: Sequence[LabeledSegment]) -> None:
        self._segments = segments
        self._by_span: dict[tuple[str, int, int], list[int]] = defaultdict(list)
        for position, one in enumerate(segments):
            self._by_span[one.document_id, one.start, one.end].append(position)

    def find(self, annotation: Annotation, judgement: Judgement) -> int:
        reference = annotation.reference
        start, end = reference.start + judgement.start, reference.start + judgement.end
        shown = annotation.text[judgement.start : judgement.end]
        for position in self._by_span[reference.document_id, start, end]:
            one = self._segments[position]
            if reference.index in (None, one.index):
                if one.text != shown:
                    raise HedgerowError(
                        f"{annotation.where}: expected the text {one.text[:40]!r} at {start}–{end} "
                        f"of {reference.document_id!r}, found {shown[:40]!r}; the rows changed "
                        "after the export, so export again"
                    )
                return position
        raise HedgerowError(
            f"{annotation.where}: expected a segment that the rows have, found "
            f"{reference.document_id!r} at {start}–{end} ({shown[:40]!r}); name the rows that "
            "were exported, or set the segment's span back in the tool"
        )


def _group_marks(
    annotation: Annotation, on_error: ErrorHandler
) -> Mapping[Judgement, Sequence[Mark]]:
    """The marks inside each judged segment; a mark outside all of them is reported."""
    groups: dict[Judgement, list[Mark]] = defaultdict(list)
    for mark in annotation.marks:
        for judgement in annotation.judgements:
            if judgement.start <= mark.start < mark.end <= judgement.end:
                groups[judgement].append(mark)
                break
        else:
            on_error(
                HedgerowError(
                    f"{annotation.where}: expected cues and sources inside a segment, found "
                    f"{mark.label!r} at {mark.start}–{mark.end} of the shown text; mark it within "
                    "one segment"
                )
            )
    return groups


def _check_unlabelled(annotation: Annotation, marks: Sequence[Mark]) -> None:
    """An article may be labelled in part; a segment shown alone, or with spans, wants a label."""
    if annotation.reference.index is not None or marks:
        raise HedgerowError(
            f"{annotation.where}: expected one of the four labels, found none; "
            "choose one in the tool"
        )


def _make_vote(
    annotation: Annotation, judgement: Judgement, class_name: ClassName, marks: Sequence[Mark]
) -> _Vote:
    offset = annotation.reference.start
    spans = [Span(offset + m.start, offset + m.end) for m in marks if m.label == SOURCE]
    if len(spans) > 1:
        raise HedgerowError(
            f"{annotation.where}: expected one source in a segment, found {len(spans)}; "
            "keep the one that names who is speaking"
        )
    cues = sorted(
        Cue(offset + mark.start, offset + mark.end, cast(CueKind, mark.label))
        for mark in marks
        if mark.label != SOURCE
    )
    return _Vote(
        annotation.reader,
        class_name,
        judgement,
        tuple(cues),
        spans[0] if spans else None,
        annotation.reference.preannotated,
    )


def _add_vote(row: dict[str, Any], vote: _Vote, where: str) -> None:
    votes = dict(row.get("votes") or {})
    if votes.get(vote.reader, vote.class_name) != vote.class_name:
        raise HedgerowError(
            f"{where}: expected one vote of {vote.reader!r} for a segment, found "
            f"{votes[vote.reader]} and now {vote.class_name}; import under another --reader, or "
            "into the rows before the first import"
        )
    if not is_settled(row) and not vote.complete:
        # The reader has not seen what the model said, so none of it is theirs.
        for name in _EVIDENCE_FIELDS:
            row.pop(name, None)
    votes[vote.reader] = vote.class_name
    row["votes"] = votes
    set_label(row, votes)
    # An earlier vote of this import may have changed the row.
    one = from_row(row, where)
    hard = vote.judgement.hard or (one.hard and not vote.complete)
    if hard != one.hard:
        row["hard"] = hard
    if vote.judgement.attributed not in (None, one.attributed):
        row["attributed"] = vote.judgement.attributed
    # Spans that are the same stay as they are written, with whatever else the row says of them.
    if (vote.cues or vote.complete) and vote.cues != tuple(sorted(one.cues)):
        row["cues"] = [cue._asdict() for cue in vote.cues]
    if (vote.source or vote.complete) and vote.source != one.source:
        row["source"] = vote.source and vote.source._asdict()


def set_label(row: dict[str, Any], votes: Mapping[str, ClassName]) -> None:
    """Sets a row's label to what the votes decide; where they decide nothing, it stays.

    Args:
        row: changed in place; a row that had no reader's label becomes a gold row.
        votes: one or more.
    """
    settled = settle(votes)
    if settled is None and is_settled(row):
        return
    # The first vote on a row that only a model had labelled makes it a gold row.
    label = settled or next(iter(votes.values()))
    if (row.get("label") or "none") != label or "label" not in row:
        row["label"] = None if label == "none" else label
    for name in _MODEL_FIELDS:
        row.pop(name, None)


def guided_votes(votes: Mapping[str, ClassName]) -> dict[str, ClassName]:
    """The readers' votes: not the adjudicator's, nor those of readers without the guide."""
    return {name: vote for name, vote in votes.items() if name not in (ADJUDICATOR, UNGUIDED)}


def settle(votes: Mapping[str, ClassName]) -> ClassName | None:
    """The class that the adjudicator chose or all readers agree on; None where they disagree."""
    if ADJUDICATOR in votes:
        return votes[ADJUDICATOR]
    classes = set(guided_votes(votes).values())
    return classes.pop() if len(classes) == 1 else None
