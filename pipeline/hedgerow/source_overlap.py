"""How far predicted source spans cover gold ones.

The intersection-based measure that is usual for opinion holders (Johansson & Moschitti 2010,
Syntactic and Semantic Structure for Opinion Expression Detection, CoNLL): a span's coverage is the
share of it that lies within spans of the other side; precision is the mean coverage of the
predicted spans, recall that of the gold ones. Shares are of characters here, not of tokens, since
neither gold nor predictions have any.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from hedgerow.records import LabeledSegment, Span


def count_source_matches(
    predicted: Iterable[LabeledSegment], gold: Iterable[LabeledSegment], documents: Sequence[str]
) -> npt.NDArray[np.float64]:
    """What precision and recall of sources are made of, document by document.

    Args:
        predicted: segments, disjoint within each document; so are ``gold``.
        gold: segments of a gold file.
        documents: ids of all documents of both.

    Returns:
        of shape (documents, 5): the summed coverage of predicted and of gold spans, how many are
        the same on both sides, how many are predicted, and how many are in the gold.
    """
    predicted_spans, gold_spans = _group_spans(predicted), _group_spans(gold)
    counts = np.zeros((len(documents), 5))
    for row, document in enumerate(documents):
        found, wanted = predicted_spans[document], gold_spans[document]
        counts[row] = (
            sum(shared / (one.end - one.start) for one, _, shared in _intersect(found, wanted)),
            sum(shared / (one.end - one.start) for _, one, shared in _intersect(found, wanted)),
            len(set(found) & set(wanted)),
            len(found),
            len(wanted),
        )
    return counts


def _group_spans(segments: Iterable[LabeledSegment]) -> dict[str, list[Span]]:
    spans: dict[str, list[Span]] = defaultdict(list)
    for one in segments:
        if one.source is not None and one.source.start < one.source.end:
            spans[one.document_id].append(one.source)
    return spans


def _intersect(first: list[Span], second: list[Span]) -> list[tuple[Span, Span, int]]:
    """Pairs of spans that overlap, with how many characters they share."""
    pairs: list[tuple[Span, Span, int]] = []
    others = iter(sorted(second))
    other = next(others, None)
    for one in sorted(first):
        while other is not None and other.start < one.end:
            shared = min(one.end, other.end) - max(one.start, other.start)
            if shared > 0:
                pairs.append((one, other, shared))
            if other.end > one.end:
                break
            other = next(others, None)
    return pairs
