"""Structure and segmentation: what holds for the segments of every text."""

from __future__ import annotations

import re
import zlib

from hedgerow.lines import BLANK, BULLETS
from hedgerow.records import SEGMENT_KINDS
from hedgerow.segmentation import segment

from .inputs import SENTENCES, bytes_of, text_of

SEEDS = [bytes_of(text) for text in SENTENCES]

_LONG = 20_000
_ONE_IN = 100
# A list may be numbered or lettered; no other letter or digit is ever a mark.
_MARKS = re.compile(
    rf"(?:[{re.escape(BLANK)}#>|:=_~()\[\]xX.{re.escape(''.join(BULLETS))}—]"
    r"|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{2,4})[.)]+)*"
)


def try_bytes(data: bytes) -> None:
    """One text; now and then many times over, since a loop in a loop shows in long texts only."""
    text = text_of(data)
    if text and zlib.crc32(data) % _ONE_IN == 0:
        text *= _LONG // len(text)
    check_segments(text)


def check_segments(text: str) -> None:
    """Offsets are exact, segments ordered and disjoint, and nothing is lost but space and marks."""
    end = 0
    previous = ""
    for one in segment(text, "d"):
        assert end <= one.start < one.end, "segments are not ordered and disjoint"
        assert text[one.start : one.end] == one.text, "offsets do not give the text"
        assert one.text == one.text.strip(BLANK), "a segment has space at its ends"
        assert one.kind in SEGMENT_KINDS, "unknown kind"
        assert one.document_id == "d", "another document"
        assert one.context.previous == previous, "context does not name the segment before"
        _check_lost(text[end : one.start])
        end, previous = one.end, one.text
    _check_lost(text[end:])


def _check_lost(lost: str) -> None:
    for line in lost.splitlines():
        assert _MARKS.fullmatch(line), f"lost between segments: {line[:80]!a}"
