"""Scores on parts of a gold set: by kind, genre, length and what else may make a segment hard."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from hedgerow.alignment import Pair
from hedgerow.classification import Classifier
from hedgerow.evaluation import Interval, evaluate
from hedgerow.probabilities import most_probable
from hedgerow.records import LABELS, ClassName, Context, Label, LabeledSegment

SMALL_SEGMENTS = 50
SMALL_DOCUMENTS = 10
"""Below either number a slice is marked as small: its score says little about other articles."""

# The outlet may be another in each article: of so many parts the small ones are pooled.
_MOST_VALUES = 20

_LENGTHS = ("under 10 words", "10–19 words", "20–29 words", "30 words or more")
_QUOTE = re.compile(r"[“”„«»\"]|(?<!\w)[‘'](?=\w)")

Fields: TypeAlias = Mapping[str, Any]
"""Other fields of a gold row and of its article."""


@dataclass(frozen=True, slots=True)
class Slice:
    """The scores of one part of the gold.

    Attributes:
        by: what the gold is parted by, such as ``genre``.
        value: which part it is, such as ``politics``.
        labels: F1 of each label that occurs in the part.
        small: True when the part has fewer than 50 segments or 10 documents.
    """

    by: str
    value: str
    segments: int
    documents: int
    macro_f1: Interval
    accuracy: Interval
    labels: dict[ClassName, float]
    small: bool


def measure_slices(pairs: Sequence[Pair], articles: Mapping[str, Fields]) -> list[Slice]:
    """Scores every part of the gold, for each way to part it that has more than one part.

    Args:
        pairs: gold segments with a model's predictions for them.
        articles: other fields of each article by its id; empty where the articles aren't at hand.
    """
    slices: list[Slice] = []
    for by, value_of in _WAYS.items():
        parts: dict[str, list[Pair]] = defaultdict(list)
        for pair in pairs:
            value = value_of(pair.gold, articles.get(pair.gold.document_id, {}))
            if value is not None:
                parts[value].append(pair)
        if len(parts) > _MOST_VALUES:
            parts = _pool_small(parts)
        if len(parts) > 1:
            slices += [_score(by, value, parts[value]) for value in _in_order(parts)]
    return slices


def measure_context(pairs: Sequence[Pair], classifier: Classifier) -> list[Slice]:
    """Scores list items and table rows under their lead-in or header, and then read alone.

    Read alone they are held against ``label_alone``, what a reader makes of the words without the
    lines that introduce them; rows that don't have it are left out.

    Args:
        pairs: gold segments with the classifier's predictions for them.
        classifier: asked again, without context.
    """
    inside = [pair for pair in pairs if "label_alone" in pair.gold.extra]
    if not inside:
        return []
    alone = [
        replace(pair.gold, context=Context(), label=_label(pair.gold.extra["label_alone"]))
        for pair in inside
    ]
    labels = most_probable(classifier.predict_proba([one.segment for one in alone]))
    labeled = [
        Pair(one, replace(one, label=label, model=classifier.identifier))
        for one, label in zip(alone, labels, strict=True)
    ]
    by = "list or table"
    return [_score(by, "in context", inside), _score(by, "the same read alone", labeled)]


def _label(value: object) -> Label | None:
    return next((name for name in LABELS if name == value), None)


def _pool_small(parts: Mapping[str, list[Pair]]) -> dict[str, list[Pair]]:
    """Puts the parts that are too small to tell anything together, as long as they are many."""
    kept = {value: pairs for value, pairs in parts.items() if not _is_small(pairs)}
    rest = [pair for value, pairs in parts.items() if value not in kept for pair in pairs]
    return kept | ({f"{len(parts) - len(kept)} others": rest} if rest else {})


def _in_order(parts: Mapping[str, list[Pair]]) -> list[str]:
    """Lengths by length, everything else with the largest part first."""
    return sorted(
        parts,
        key=lambda value: (
            _LENGTHS.index(value) if value in _LENGTHS else 0,
            -len(parts[value]),
            value,
        ),
    )


def _is_small(pairs: Sequence[Pair]) -> bool:
    documents = {pair.gold.document_id for pair in pairs}
    return len(pairs) < SMALL_SEGMENTS or len(documents) < SMALL_DOCUMENTS


def _score(by: str, value: str, pairs: Sequence[Pair]) -> Slice:
    report = evaluate(
        [pair.predicted for pair in pairs if pair.predicted], [pair.gold for pair in pairs]
    )
    return Slice(
        by=by,
        value=value,
        segments=report.segments,
        documents=report.documents,
        macro_f1=report.macro_f1,
        accuracy=report.accuracy,
        labels={
            name: report.labels[name].f1.value for name in LABELS if report.labels[name].support
        },
        small=_is_small(pairs),
    )


def _length(one: LabeledSegment, _: Fields) -> str:
    return _LENGTHS[min(len(one.text.split()) // 10, 3)]


def _speaker(one: LabeledSegment, _: Fields) -> str | None:
    if not one.attributed:
        return None
    return "named in the segment" if one.source else "not named in the segment"


def _field(name: str) -> Callable[[LabeledSegment, Fields], str | None]:
    def read(one: LabeledSegment, article: Fields) -> str | None:
        value = one.extra.get(name, article.get(name))
        return None if value is None else str(value)

    return read


_WAYS: dict[str, Callable[[LabeledSegment, Fields], str | None]] = {
    "kind": lambda one, _: one.kind.replace("_", " "),
    "genre": _field("genre"),
    "attributed": lambda one, _: "attributed" if one.attributed else "not attributed",
    "speaker": _speaker,
    "hard": lambda one, _: "a reader hesitated" if one.hard else "no reader hesitated",
    "length": _length,
    "quoted": lambda one, _: "with quotation marks" if _QUOTE.search(one.text) else "without",
    "source": _field("source"),
    "outlet": _field("outlet"),
}
