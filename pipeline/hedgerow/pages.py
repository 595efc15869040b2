"""One self-contained HTML page per article: no script, no network, readable without colour."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from hedgerow.records import CLASSES, Document, LabeledSegment, Span

TAGS = {"fact": "F", "speculation": "S", "recommendation": "R", "none": ""}
"""The letter that marks each label on the page, for readers who don't see the colours."""

_LINE_BREAK = re.compile(r"[\r\n\v\f\x85\u2028\u2029]")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n|\r[^\S\n]*\r|[\f\u2029]")
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]")


def render_article(document: Document, labeled: Sequence[LabeledSegment]) -> str:
    """The page of one labelled article, as HTML text.

    Args:
        document: the article the offsets point into.
        labeled: its segments in order.
    """
    counts = Counter(one.class_name for one in labeled)
    return load_template("article.html.j2").render(
        title=printable(document.id or "article"),
        blocks=list(_build_blocks(document.text, labeled)),
        counts={name: counts[name] for name in CLASSES},
        tags=TAGS,
        model=labeled[0].model if labeled else "",
        attributed=sum(one.attributed for one in labeled),
        total=len(labeled),
    )


@cache
def load_template(name: str) -> Template:
    """A template of the package; what it shows is escaped."""
    environment = Environment(
        loader=PackageLoader("hedgerow"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return environment.get_template(name)


def _build_blocks(text: str, labeled: Sequence[LabeledSegment]) -> Iterator[dict[str, Any]]:
    """Groups segments as a reader sees them: runs of one kind, and lines or paragraphs in them."""
    # Where sentences themselves are wrapped, a single line break is no new paragraph.
    wrapped = any(_LINE_BREAK.search(one.text) for one in labeled if one.kind == "sentence")
    paragraph_break = _BLANK_LINE if wrapped else _LINE_BREAK
    for kind, run in groupby(labeled, key=lambda one: one.kind):
        groups: list[list[dict[str, Any]]] = []
        line_break = paragraph_break if kind == "sentence" else _LINE_BREAK
        end = 0
        for one in run:
            if not groups or line_break.search(text, end, one.start):
                groups.append([])
            groups[-1].append(_segment_view(one))
            end = one.end
        yield {"kind": kind, "groups": groups}


def _segment_view(one: LabeledSegment) -> dict[str, Any]:
    name = "none" if one.abstained else one.class_name
    return {
        "class": name,
        "tag": "?" if one.abstained else TAGS[name],
        "label": "abstained" if one.abstained else name,
        "scores": one.scores,
        "attributed": one.attributed,
        "source": clip(one.quote(one.source)) if one.source else "",
        "lead_in": clip(one.context.lead_in),
        "kind": one.kind,
        "parts": list(_split_at_cues(one)),
        "cues": [(cue.kind, printable(one.quote(cue))) for cue in one.cues],
    }


def _split_at_cues(one: LabeledSegment) -> Iterator[tuple[str, str]]:
    position = one.start
    for cue in one.cues:
        yield "", printable(one.quote(Span(position, cue.start)))
        yield cue.kind, printable(one.quote(cue))
        position = cue.end
    yield "", printable(one.quote(Span(position, one.end)))


def printable(text: str) -> str:
    """Text with characters that HTML forbids shown as the replacement character."""
    return _FORBIDDEN.sub("\ufffd", text)


def clip(text: str, most: int = 300) -> str:
    """Printable text that is cut where it gets too long to be read at a glance."""
    return printable(text if len(text) <= most else f"{text[: most - 1]}…")
