"""Labelled segments to plain rows and back: the one schema of results, gold and training data."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any, cast, get_args

from hedgerow.errors import HedgerowError
from hedgerow.records import (
    CLASSES,
    SEGMENT_KINDS,
    Context,
    Cue,
    CueKind,
    Label,
    LabeledSegment,
    Segment,
    Span,
)

_CUE_KINDS = get_args(CueKind)
_OWN_FIELDS = frozenset(
    "document_id index start end kind text heading lead_in previous label scores abstained "
    "attributed source cues model hard votes".split()
)


def segment_row(index: int, one: Segment, extra: Mapping[str, Any]) -> dict[str, Any]:
    """A segment that has no label yet, as a row; ``extra`` are other fields of its document."""
    return dict(extra) | {
        "document_id": one.document_id,
        "index": index,
        "start": one.start,
        "end": one.end,
        "kind": one.kind,
        "text": one.text,
        "heading": one.context.heading,
        "lead_in": one.context.lead_in,
        "previous": one.context.previous,
    }


def to_row(one: LabeledSegment) -> dict[str, Any]:
    """A JSON-ready row; ``hard`` and ``votes`` appear in gold rows only."""
    row: dict[str, Any] = {
        "label": one.label,
        "scores": {name: round(score, 4) for name, score in one.scores.items()},
        "abstained": one.abstained,
        "attributed": one.attributed,
        "source": None if one.source is None else one.source._asdict(),
        "cues": [cue._asdict() for cue in one.cues],
        "model": one.model,
    }
    if not one.model:
        row |= {"hard": one.hard, "votes": dict(one.votes)}
        del row["scores"], row["abstained"], row["model"]
    # Hedgerow's own fields win over an input column of the same name.
    return segment_row(one.index, one.segment, one.extra) | row


def from_row(row: Mapping[str, Any], where: str) -> LabeledSegment:
    """The record of a row; fields that Hedgerow doesn't know travel along as ``extra``.

    ``label`` may be written ``null`` or ``"none"``. ``where`` names the row in error messages.

    Raises:
        HedgerowError: a field is missing or holds something it can't.
    """
    try:
        label = row["label"] or "none"
        text, kind = row["text"], row.get("kind", "sentence")
        start = int(row.get("start", 0))
        end = int(row.get("end", start + len(text)))
        _expect(label in CLASSES, where, "label", f"{', '.join(CLASSES)} or null", label)
        _expect(isinstance(text, str) and bool(text), where, "text", "some text", text)
        _expect(kind in SEGMENT_KINDS, where, "kind", ", ".join(SEGMENT_KINDS), kind)
        _expect(0 <= start < end, where, "start and end", "0 ≤ start < end", (start, end))
        context = tuple(row.get(name) or "" for name in ("heading", "lead_in", "previous"))
        _expect(all(isinstance(c, str) for c in context), where, "context", "text", context)
        votes = row.get("votes") or {}
        _expect(set(votes.values()) <= set(CLASSES), where, "votes", ", ".join(CLASSES), votes)
        source = row.get("source")
        scores, model = row.get("scores") or {}, row.get("model") or ""
        numbers = all(
            isinstance(score, int | float) and isfinite(score) for score in scores.values()
        )
        _expect(numbers, where, "scores", "a number for each class", scores)
        _expect(isinstance(model, str), where, "model", "text", model)
        extra = {name: value for name, value in row.items() if name not in _OWN_FIELDS}
        if isinstance(source, str):
            # In other people's data it names the collection, not who is speaking.
            extra["source"] = source
        cues = tuple(Cue(cue["start"], cue["end"], cue["kind"]) for cue in row.get("cues") or ())
        for cue in cues:
            _expect(cue.kind in _CUE_KINDS, where, "cues", ", ".join(_CUE_KINDS), cue.kind)
        speaker = Span(source["start"], source["end"]) if isinstance(source, Mapping) else None
        spans = (*cues, *([speaker] if speaker else ()))
        whole = all(type(offset) is int for span in spans for offset in span[:2])
        _expect(whole, where, "cues and source", "spans of whole numbers", spans)
        return LabeledSegment(
            document_id=str(row["document_id"]),
            index=int(row.get("index", 0)),
            start=start,
            end=end,
            kind=kind,
            text=text,
            context=Context(*context),
            label=cast(Label | None, None if label == "none" else label),
            scores=scores,
            abstained=bool(row.get("abstained", False)),
            attributed=bool(row.get("attributed", False)),
            source=speaker,
            cues=cues,
            model=model,
            hard=bool(row.get("hard", False)),
            votes=votes,
            extra=extra,
        )
    except KeyError as error:
        raise HedgerowError(
            f"{where}: expected the field {error}, found only {', '.join(map(str, row))}; add it"
        ) from error
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise HedgerowError(
            f"{where}: expected a labelled segment, found {error}; mend the row"
        ) from error


def _expect(holds: bool, where: str, name: str, expected: str, found: object) -> None:
    if not holds:
        raise HedgerowError(
            f"{where}: expected {name} to be {expected}, found {found!r}; mend the row"
        )
