"""From a document to segments with exact offsets and context."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hedgerow.records import Context, Document, Segment, SegmentKind
from hedgerow.sentences import split
from hedgerow.structure import blocks

_WHOLE = frozenset(("heading", "table_header", "table_row", "bare_row"))
"""Kinds of blocks that are one segment, however many sentences they hold."""

_LONGEST_CREDIT = 80
"""A by-line up to this many characters is one segment too; in a longer one text follows."""


def segment(text: str, document_id: str = "") -> list[Segment]:
    """Split an article into sentences, headings, list items, table rows and by-lines.

    Args:
        text: the article as it was read; it is never changed.
        document_id: goes into every segment.

    Returns:
        Segments in order and disjoint, with ``text[s.start:s.end] == s.text``. Nothing but white
        space, invisible characters, list, heading and table marks lies between them.
    """
    segments: list[Segment] = []
    append = segments.append
    # A named tuple's own constructor costs as much as the rest of the loop.
    new = tuple.__new__
    heading = lead_in = list_lead = header = previous = before = ""
    parents: list[tuple[int, str]] = []
    kind: SegmentKind
    # One layer after the other is faster than in turns, because each stays in the cache.
    found = list(blocks(text))
    parts = [
        [(start, end)]
        if block in _WHOLE or (block == "byline" and end - start <= _LONGEST_CREDIT)
        else split(text, start, end)
        for block, start, end, _ in found
    ]
    for (block, _, _, indent), spans in zip(found, parts, strict=True):
        if block == "paragraph":
            kind, lead_in = "sentence", ""
        elif block == "bare_heading":
            kind, lead_in = "heading" if len(spans) == 1 else "sentence", ""
        elif block == "list_item":
            kind = "list_item"
            if before != "list_item":
                list_lead = previous if before == "sentence" else ""
                parents = []
            while parents and parents[-1][0] >= indent:
                parents.pop()
            lead_in = parents[-1][1] if parents and parents[-1][1].endswith(":") else list_lead
        elif block == "table_row":
            kind, lead_in = "table_row", header
        elif block == "bare_row":
            kind, lead_in = "table_row", ""
        else:
            kind, lead_in = block, ""
        for start, end in spans:
            body = text[start:end]
            context = new(Context, (heading, lead_in, previous))
            append(new(Segment, (document_id, start, end, kind, body, context)))
            previous = body
        before = kind
        if kind == "heading":
            heading = previous
        elif kind == "list_item":
            parents.append((indent, previous))
        elif kind == "table_header":
            header = previous
    return segments


def segment_documents(documents: Iterable[Document]) -> Iterator[Segment]:
    """Split many documents, one after the other.

    Args:
        documents: documents as they were read.

    Yields:
        The segments of each document; context never reaches over from another document.
    """
    for document in documents:
        yield from segment(document.text, document.id)
