"""Pairs gold segments with predicted ones where the two split the same text differently."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hedgerow.records import LabeledSegment


@dataclass(frozen=True, slots=True)
class Pair:
    """A gold segment and the predicted segment that covers most of it, None if none does."""

    gold: LabeledSegment
    predicted: LabeledSegment | None

    @property
    def same_span(self) -> bool:
        """True when both start and end at the same characters."""
        return self.predicted is not None and (self.gold.start, self.gold.end) == (
            self.predicted.start,
            self.predicted.end,
        )


def align(predicted: Iterable[LabeledSegment], gold: Sequence[LabeledSegment]) -> list[Pair]:
    """Pairs every gold segment with the predicted segment of largest character overlap.

    Args:
        predicted: segments of any documents, disjoint within each.
        gold: gold segments; the result has their order.
    """
    by_document: dict[str, list[LabeledSegment]] = defaultdict(list)
    for one in predicted:
        by_document[one.document_id].append(one)
    for segments in by_document.values():
        segments.sort(key=lambda one: one.start)
    position: dict[str, int] = defaultdict(int)
    paired: dict[int, Pair] = {}
    for row in sorted(range(len(gold)), key=lambda row: (gold[row].document_id, gold[row].start)):
        one = gold[row]
        segments = by_document.get(one.document_id, [])
        first = position[one.document_id]
        while first < len(segments) and segments[first].end <= one.start:
            first += 1
        position[one.document_id] = first
        best: LabeledSegment | None = None
        best_overlap = 0
        for candidate in segments[first:]:
            if candidate.start >= one.end:
                break
            overlap = min(one.end, candidate.end) - max(one.start, candidate.start)
            if overlap > best_overlap:
                best, best_overlap = candidate, overlap
        paired[row] = Pair(one, best)
    return [paired[row] for row in range(len(gold))]
