"""What is shown of an article: hostile text is text everywhere, and no cell is a formula."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser

from rich.console import Console

from hedgerow.baselines import KeywordClassifier
from hedgerow.labeling import ClaimLabeler
from hedgerow.pages import printable as printable_html
from hedgerow.pages import render_article
from hedgerow.records import Document, LabeledSegment
from hedgerow.rows import to_row
from hedgerow.terminal import show_article
from hedgerow.writing import CsvWriter, write_jsonl

from .inputs import SENTENCES, bytes_of, text_of

SEEDS = [bytes_of(f"=1+1\n{text}") for text in SENTENCES] + [
    b"<script>a</script>\n<img src=x onerror=a> may fail. </style></script><b>Bold.{{ 7 * 7 }}",
    b'"onmouseover="a\n- &lt;leave&gt; should <li onclick=a>\n-- > --><!-- x\n<![CDATA[ may ]]>',
    b"\x1b[2J\n\x1b]0;owned\x07\x1b[2J may rain.\r\x08\n[bold]may[/bold] [/]",
]

_TAGS = frozenset(
    "html head meta title style body header main footer h1 h2 p ul li div span b bdi".split()
)
_ATTRIBUTES = frozenset(
    "lang charset name content http-equiv class tabindex dir aria-hidden role".split()
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_STYLE = re.compile(r"\x1b\[[\d;]*m")
_TERMINAL_OBEYS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def try_bytes(data: bytes) -> None:
    """An article under a name: the first line of the text."""
    name, _, text = text_of(data).partition("\n")
    check_export(name, text)


def check_export(name: str, text: str) -> None:
    """All views of one article."""
    document = Document(name, text)
    (labeled,) = ClaimLabeler(KeywordClassifier()).label([document])
    check_page(document, labeled)
    check_csv(labeled)
    check_lines(labeled)
    check_terminal(name, labeled)


def check_page(document: Document, labeled: list[LabeledSegment]) -> None:
    """The page holds every segment as text, and no tag or attribute but its own."""
    html = render_article(document, labeled)
    html.encode("utf-8")
    page = _Page()
    page.feed(html)
    page.close()
    assert page.tags <= _TAGS, f"foreign tags: {page.tags - _TAGS}"
    assert page.attributes <= _ATTRIBUTES, f"foreign attributes: {page.attributes - _ATTRIBUTES}"
    shown = _squeeze("".join(page.text))
    for one in labeled:
        assert _squeeze(printable_html(one.text)) in shown, "a segment is not on the page"


class _Page(HTMLParser):
    """Collects tags, attributes and the text of the article without what is noted about it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text: list[str] = []
        self._notes = 0

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if self._notes or ("class", "note") in attrs:
            self._notes += tag != "meta"

    def handle_endtag(self, tag) -> None:
        self._notes = max(0, self._notes - 1)

    def handle_data(self, data) -> None:
        if not self._notes:
            self.text.append(data)


def _squeeze(text: str) -> str:
    return "".join(text.split())


def check_csv(labeled: list[LabeledSegment]) -> None:
    """Every cell comes back, none of them a formula; an apostrophe more is all that changed."""
    stream = io.StringIO(newline="")
    CsvWriter(stream).write(labeled)
    rows = list(csv.DictReader(io.StringIO(stream.getvalue(), newline="")))
    assert len(rows) == len(labeled), "rows were lost"
    for row, one in zip(rows, labeled, strict=True):
        assert not any(cell.startswith(_FORMULA) for cell in row.values()), "a formula"
        for cell, text in ((row["text"], one.text), (row["heading"], one.context.heading)):
            assert cell == (f"'{text}" if text.startswith(_FORMULA) else text), "a cell changed"


def check_lines(labeled: list[LabeledSegment]) -> None:
    """JSON lines are lines of JSON."""
    stream = io.StringIO()
    rows = [to_row(one) for one in labeled]
    write_jsonl(rows, stream)
    assert [json.loads(line) for line in stream.getvalue().split("\n")[:-1]] == rows, "changed"


def check_terminal(name: str, labeled: list[LabeledSegment]) -> None:
    """Nothing of the text is obeyed by a terminal: only our own colours are."""
    stream = io.StringIO()
    console = Console(file=stream, width=100, force_terminal=True, color_system="standard")
    show_article(console, name, labeled)
    shown = _STYLE.sub("", stream.getvalue())
    assert not _TERMINAL_OBEYS.search(shown), "the terminal obeys the text"
