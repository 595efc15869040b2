"""Cues and attribution: every span lies inside its segment."""

from __future__ import annotations

from itertools import pairwise
from typing import get_args

from hedgerow.attribution import find_attribution, find_attributions
from hedgerow.cues import find_cues
from hedgerow.records import SEGMENT_KINDS, Context, CueKind, Segment
from hedgerow.segmentation import segment

from .inputs import SENTENCES, bytes_of, text_of

SEEDS = [bytes_of(text) for text in SENTENCES] + [
    bytes([16 + kind]) + bytes_of(text) for kind, text in enumerate(SENTENCES[: len(SEGMENT_KINDS)])
]

_SHIFT = 7


def try_bytes(data: bytes) -> None:
    """The segments of a text, or after a byte from 16 on one segment of any kind and context."""
    kind = data[0] - 16 if data else -1
    if 0 <= kind < len(SEGMENT_KINDS):
        previous, _, text = text_of(data[1:]).rpartition("\n\n")
        check_segment(
            Segment(
                "d",
                _SHIFT,
                _SHIFT + len(text),
                SEGMENT_KINDS[kind],
                text,
                Context(previous=previous),
            )
        )
    else:
        check_evidence(text_of(data))


def check_evidence(text: str) -> None:
    """Evidence of a whole article: one attribution a segment, all spans inside."""
    segments = segment(text)
    for one in segments:
        check_segment(one)
    attributions = find_attributions(segments)
    assert len(attributions) == len(segments), "not one attribution a segment"
    for one, attribution in zip(segments, attributions, strict=True):
        _check_source(one, attribution.attributed, attribution.source)


def check_segment(one: Segment) -> None:
    """Evidence of one segment by itself."""
    cues = find_cues(one)
    for cue in cues:
        assert one.start <= cue.start < cue.end <= one.end, "a cue outside its segment"
        assert cue.kind in get_args(CueKind), "unknown kind of cue"
    for before, after in pairwise(cues):
        assert before.end <= after.start, "cues overlap"
    attribution = find_attribution(one)
    _check_source(one, attribution.attributed, attribution.source)


def _check_source(one, attributed, source) -> None:
    if source is not None:
        assert attributed, "a source without attribution"
        assert one.start <= source.start < source.end <= one.end, "a source outside its segment"
        words = one.text[source.start - one.start : source.end - one.start]
        assert words.strip(), "a source of white space"
