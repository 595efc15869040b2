"""From a document to segments with exact offsets and context."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hedgerow.records import Context, Document, Segment
from hedgerow.sentences import split
from hedgerow.structure import blocks


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
    heading = header = list_lead = previous = ""
    parents: list[tuple[int, str]] = []
    last = ""
    for block in blocks(text):
        kind, start, end, indent = block
        if kind == "paragraph" or kind == "bare_heading" or kind == "byline":
            spans = split(text, start, end)
            if kind == "bare_heading" and len(spans) == 1:
                body = text[start:end]
                segments.append(
                    Segment(
                        document_id, start, end, "heading", body, Context(heading, "", previous)
                    )
                )
                heading = previous = body
                last = "heading"
                continue
            for start, end in spans:
                body = text[start:end]
                segments.append(
                    Segment(
                        document_id,
                        start,
                        end,
                        "byline" if kind == "byline" else "sentence",
                        body,
                        Context(heading, "", previous),
                    )
                )
                previous = body
            last = kind
        elif kind == "list_item":
            if last != "list_item":
                list_lead = previous if last in ("paragraph", "bare_heading") else ""
                parents = []
            while parents and parents[-1][0] >= indent:
                parents.pop()
            lead = parents[-1][1] if parents and parents[-1][1].endswith(":") else list_lead
            for start, end in split(text, start, end):
                body = text[start:end]
                segments.append(
                    Segment(
                        document_id, start, end, "list_item", body, Context(heading, lead, previous)
                    )
                )
                previous = body
            parents.append((indent, previous))
            last = "list_item"
        else:
            body = text[start:end]
            if kind == "table_header" or last not in ("table_row", "table_header"):
                header = ""
            lead = header if kind == "table_row" else ""
            segments.append(
                Segment(document_id, start, end, kind, body, Context(heading, lead, previous))
            )
            if kind == "heading":
                heading = body
            elif kind == "table_header":
                header = body
            previous = body
            last = kind
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
