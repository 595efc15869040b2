"""Blocks of an article: headings, paragraphs, list items, table rows and by-lines.

Lines are read once, in runs without a blank line between them. Every block carries the offsets
of its own text in the untouched document, without white space, marks and edge pipes.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import and_
from typing import Literal, NamedTuple, TypeAlias

from hedgerow.abbreviations import FUNCTION_WORDS, STARTERS
from hedgerow.bylines import is_byline, trailing_byline
from hedgerow.lines import (
    BULLETS,
    ends_open,
    heading_mark,
    inline_marks,
    is_bare_heading,
    is_rule,
    is_table_rule,
    is_title_case,
    list_mark,
)

BlockKind: TypeAlias = Literal[
    "paragraph", "heading", "bare_heading", "list_item", "table_row", "table_header", "byline"
]

_BLANK = (
    " \t\n\r\f\v\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068"
    "\u2069\ufeff"
)
"""White space and the invisible characters that web pages leave at the ends of lines."""

_EDGES = frozenset(_BLANK)
_MARKS = BULLETS | frozenset("#(0123456789>=_~")
_LONG = 120
_SHORT = 40
_FINAL = '.!?…"”'


class Block(NamedTuple):
    """A stretch of text of one kind; ``indent`` tells how deep a list item sits."""

    kind: BlockKind
    start: int
    end: int
    indent: int = 0


class _Line(NamedTuple):
    start: int
    body: str
    indent: int


def blocks(text: str) -> Iterator[Block]:
    """Read the blocks of a document in order.

    Args:
        text: the untouched document.

    Yields:
        Blocks with at least one character, in order and disjoint.
    """
    run: list[_Line] = []
    gap = False
    offset = 0
    for line in text.splitlines(keepends=True):
        body = line.strip()
        if body and (body[0] in _EDGES or body[-1] in _EDGES):
            body = body.strip(_BLANK)
        if not body:
            gap = True
        else:
            if gap and run:
                yield from _run_blocks(run, True)
                run = []
            gap = False
            indent = 0 if line[0] == body[0] else line.find(body[0])
            run.append(_Line(offset + indent, body, indent))
        offset += len(line)
    if run:
        yield from _run_blocks(run, False)


def _run_blocks(lines: list[_Line], followed: bool) -> Iterator[Block]:
    """Blocks of lines without a blank line between them."""
    index = 0
    count = len(lines)
    plain: list[_Line] = []
    while index < count:
        start, body, indent = lines[index]
        table = _table_end(lines, index) if "|" in body or body[0] == "+" else index
        if table > index:
            yield from _paragraphs(plain, "|")
            plain = []
            yield from _table_blocks(lines[index:table])
            index = table
            continue
        mark = 0
        if body[0] in _MARKS or body[1:2] in (")", "."):
            if is_rule(body):
                underlined = (
                    body[0] in "=-" and len(body) > 2 and plain and is_bare_heading(plain[-1].body)
                )
                if underlined:
                    yield from _paragraphs(plain[:-1], "a")
                    title = plain[-1]
                    yield Block("heading", title.start, title.start + len(title.body))
                else:
                    yield from _paragraphs(plain, "-")
                plain = []
                index += 1
                continue
            if body[0] == "#" and (mark := heading_mark(body)):
                yield from _paragraphs(plain, "#")
                plain = []
                title_end = len(body.rstrip("# "))
                if title_end > mark:
                    yield Block("heading", start + mark, start + title_end)
                index += 1
                continue
            if body[0] == ">":
                inner = body.lstrip("> ")
                yield from _paragraphs(plain, "a")
                plain = []
                if inner:
                    plain = [_Line(start + len(body) - len(inner), inner, indent)]
                index += 1
                continue
            mark = list_mark(body)
        if mark:
            yield from _paragraphs(plain, "-")
            plain = []
            text = body
            stop = start + len(body)
            index += 1
            while index < count and _continues(lines[index], indent, body):
                body = lines[index].body
                stop = lines[index].start + len(body)
                index += 1
            yield from _items(start, mark, stop, indent, text)
            continue
        plain.append(lines[index])
        index += 1
    yield from _paragraphs(plain, "a" if followed else "")


def _items(start: int, mark: int, stop: int, indent: int, body: str) -> Iterator[Block]:
    """The item that opens at ``start``, and those that follow it on the same line."""
    first = start + mark
    for mark_start, item_start in inline_marks(body, mark):
        yield Block("list_item", first, start + len(body[:mark_start].rstrip()), indent)
        first = start + item_start
    yield Block("list_item", first, stop, indent)


def _continues(line: _Line, indent: int, before: str) -> bool:
    """Whether a line goes on with the list item above it: indented, or broken mid-sentence."""
    body = line.body
    if list_mark(body) or "|" in body:
        return False
    if line.indent > indent + 1:
        return True
    return max(len(before), len(body)) <= _LONG and _breaks_off(before, body)


def _table_end(lines: list[_Line], index: int) -> int:
    """Index after the last row of the table that starts at ``index``; ``index`` without one."""
    stop = index
    ruled = False
    while stop < len(lines) and ("|" in lines[stop].body or is_table_rule(lines[stop].body)):
        ruled = ruled or is_table_rule(lines[stop].body)
        stop += 1
    if ruled or (stop - index > 1 and _is_grid(lines[index:stop])):
        return stop
    edged = lines[index].body[0] == "|" and lines[index].body[-1] == "|"
    return stop if edged and len(lines[index].body) > 2 else index


def _is_grid(rows: list[_Line]) -> bool:
    """Whether rows without a rule line still form a table: the same number of cells in each."""
    return len({row.body.strip("|").count("|") for row in rows}) == 1


def _table_blocks(rows: list[_Line]) -> Iterator[Block]:
    """Header and body rows of a table, without edge pipes."""
    rules = [number for number, row in enumerate(rows) if is_table_rule(row.body)]
    header = _header_index(rows, rules)
    for number, (start, body, _) in enumerate(rows):
        if number in rules:
            continue
        inner = body.strip("| \t")
        if inner:
            first = start + body.find(inner)
            kind: BlockKind = "table_header" if number == header else "table_row"
            yield Block(kind, first, first + len(inner))


def _header_index(rows: list[_Line], rules: list[int]) -> int:
    """Index of the header row: the one above the first rule, else a first row of bare words."""
    if rules:
        return rules[0] - 1 if rules[0] else (1 if len(rules) > 1 and rules[1] == 2 else -1)
    cells = rows[0].body.strip("|").split("|")
    bare = all(len(cell) <= 40 and not any(char.isdigit() for char in cell) for cell in cells)
    return 0 if len(rows) > 1 and bare else -1


def _paragraphs(lines: list[_Line], follower: str) -> Iterator[Block]:
    """Blocks of lines that bear no mark.

    Args:
        lines: lines that follow each other without a blank line.
        follower: what comes next: "-" a list or rule, "" the end of the document, else other.
    """
    last = len(lines) - 1
    wraps = _wrapped(lines) if last > 0 else ()
    index = 0
    while index <= last:
        start, body, _ = lines[index]
        stop = index
        while stop < last and wraps[stop]:
            stop += 1
        if stop > index:
            end = lines[stop].start + len(lines[stop].body)
            yield Block("paragraph", start, end)
        else:
            trailer = trailing_byline(body) if len(body) < 300 else 0
            end = start + len(body)
            if trailer:
                title = body[:trailer].rstrip()
                yield Block(_line_kind(title, "a"), start, start + len(title))
                yield Block("byline", start + trailer, end)
            else:
                yield Block(_line_kind(body, follower if index == last else "a"), start, end)
        index = stop + 1


def _line_kind(body: str, follower: str) -> BlockKind:
    """Kind of a line that stands alone."""
    if len(body) > 130:
        return "paragraph"
    if is_byline(body):
        return "byline"
    if not follower or not is_bare_heading(body):
        return "paragraph"
    if follower == "-" and body.count(" ") > 3 and not is_title_case(body):
        return "paragraph"
    return "bare_heading"


def _wrapped(lines: list[_Line]) -> list[bool]:
    """For every line but the last, whether its sentence goes on in the next one.

    Hard-wrapped text is known by two signs: no line is longer than about 120 characters, and
    the first word of a line wouldn't have fitted on the line before.
    """
    width = max(len(line.body) for line in lines)
    if width > _LONG:
        return [False] * (len(lines) - 1)
    pairs = list(zip(lines, lines[1:], strict=False))
    breaks = [_breaks_off(upper.body, lower.body) for upper, lower in pairs]
    tight = [_is_full(upper.body, lower.body, width) for upper, lower in pairs]
    full = any(map(and_, tight, breaks))
    if not full and all(tight):
        full = any(ends_open(line.body) for line in lines[:-1]) and (
            len(pairs) > 1 or _goes_on(lines[0].body, lines[1].body)
        )
    return [
        (full and fills) or (cut and not is_title_case(upper.body))
        for fills, cut, upper in zip(tight, breaks, lines, strict=False)
    ]


def _is_full(upper: str, lower: str, width: int) -> bool:
    """Whether the first word of ``lower`` wouldn't have fitted behind ``upper``."""
    if len(upper) <= _SHORT or is_byline(lower):
        return False
    return len(upper) + 1 + len(lower.split(None, 1)[0]) > width


def _breaks_off(upper: str, lower: str) -> bool:
    """Whether a sentence plainly goes on from one line to the next."""
    if len(upper) <= _SHORT or is_byline(lower):
        return False
    if upper[-1] in ",;" or upper.rpartition(" ")[2].lower() in FUNCTION_WORDS:
        return True
    return lower[0].islower() and (ends_open(upper) or lower.startswith("http"))


def _goes_on(upper: str, lower: str) -> bool:
    """Whether two lines alone, the second with a capital, look like one wrapped sentence."""
    if upper.isupper() or lower.isupper():
        return upper.isupper() and lower.isupper()
    first = lower.split(None, 1)[0]
    return (
        len(upper) > 55
        and lower[-1] in _FINAL
        and first not in STARTERS
        and not is_title_case(upper)
    )
