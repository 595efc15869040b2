"""The text around a segment, for a reader who sees it alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hedgerow.records import LabeledSegment

_SEGMENTS_BEFORE = 2


class Surroundings(NamedTuple):
    """The sentences before and after a segment; empty at the ends of a document."""

    before: str
    after: str


def find_surroundings(segments: Sequence[LabeledSegment]) -> list[Surroundings]:
    """The two segments before each segment and the one after it, headings left out.

    Where a row's neighbours aren't there, as in a selection, its own ``previous`` and ``next``
    fields serve.
    """
    row_at = {(one.document_id, one.index): one for one in segments}

    def neighbour(one: LabeledSegment, step: int) -> str:
        other = row_at.get((one.document_id, one.index + step))
        if other is not None:
            return "" if other.kind == "heading" else other.text
        if step == -1 and one.context.previous != one.context.heading:
            return one.context.previous
        return str(one.extra.get("next", "")) if step == 1 else ""

    return [
        Surroundings(
            "\n".join(filter(None, (neighbour(one, step) for step in range(-_SEGMENTS_BEFORE, 0)))),
            neighbour(one, 1),
        )
        for one in segments
    ]
