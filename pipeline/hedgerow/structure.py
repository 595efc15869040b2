"""Blocks of an article: headings, paragraphs, list items, table rows and by-lines.

Lines are read once, in runs without a blank line between them. Every block carries the offsets
of its own text in the untouched document, without white space, marks and edge pipes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

from hedgerow.bylines import is_byline, trailing_byline
from hedgerow.lines import (
    BLANK,
    BULLETS,
    closing_mark,
    heading_mark,
    inline_marks,
    is_bare_heading,
    is_rule,
    is_title_case,
    list_mark,
    trimmed,
)
from hedgerow.tables import find_table, header_index, is_table_rule, row_span
from hedgerow.wrapping import LONGEST, breaks_off, joined

BlockKind: TypeAlias = Literal[
    "paragraph",
    "heading",
    "bare_heading",
    "list_item",
    "table_header",
    "table_row",
    "bare_row",
    "byline",
]
_Follower: TypeAlias = Literal["list", "text", "nothing"]

_EDGES = frozenset(BLANK)
_MARKS = BULLETS | frozenset("#(0123456789=_~ivx")
_LONGEST_HEADING = 130
_LONGEST_CREDIT = 300


class Block(NamedTuple):
    """A stretch of text of one kind.

    A ``bare_heading`` is a line that reads like a heading though no mark says so, a ``bare_row``
    a table row without a header above it; ``indent`` tells how deep a list item sits, in
    characters.
    """

    kind: BlockKind
    start: int
    end: int
    indent: int = 0


class _Line(NamedTuple):
    start: int
    body: str
    indent: int
    quoted: bool = False

    @property
    def end(self) -> int:
        return self.start + len(self.body)


def blocks(text: str) -> Iterator[Block]:
    """Read the blocks of a document in order.

    Args:
        text: the untouched document.

    Yields:
        Blocks with at least one character, in order and disjoint.
    """
    run: list[_Line] = []
    gap = wide = False
    offset = 0
    # A named tuple's own constructor costs as much as the rest of the loop.
    new = tuple.__new__
    for line in text.splitlines(keepends=True):
        start = offset
        offset += len(line)
        body = line.strip()
        if not body:
            gap = True
            continue
        first = body[0]
        quoted = first == ">"
        if first in _EDGES or body[-1] in _EDGES:
            body = body.strip(BLANK)
            quoted = body[:1] == ">"
        if quoted:
            body = body.lstrip(">" + BLANK)
        if not body:
            gap = True
            continue
        if gap:
            if len(run) == 1 and not wide and _is_plain(run[0].body):
                yield from _line_blocks(run[0], "text")
            elif run:
                yield from _run_blocks(run, wide, "text")
            run = []
            gap = wide = False
        first = body[0]
        indent = 0 if line[0] == first else line.find(first)
        start += indent
        length = len(body)
        # Most lines of an article are long prose, which no other rule touches.
        if (
            length > _LONGEST_HEADING
            and not run
            and _is_plain(body)
            and "•" not in body
            and (length > _LONGEST_CREDIT or trailing_byline(body) == 0)
        ):
            yield new(Block, ("paragraph", start, start + length, 0))
            wide = True
        else:
            run.append(new(_Line, (start, body, indent, quoted)))
    if run:
        yield from _run_blocks(run, wide, "nothing")


def _is_plain(body: str) -> bool:
    """Whether a line can't be a list item, a table row, a rule or a marked heading."""
    return body[0] not in _MARKS and "|" not in body and body[1:2] not in (")", ".")


def _run_blocks(run: list[_Line], wide: bool, follower: _Follower) -> Iterator[Block]:
    """Blocks of lines without a blank line between them.

    Args:
        run: the lines, at least one.
        wide: whether a line too long for hard-wrapped text stands right above them.
        follower: whether text comes after them.
    """
    bodies = [line.body for line in run]
    wide = wide or any(len(body) > LONGEST for body in bodies)
    plain: list[_Line] = []
    index = table = table_end = 0
    while index < len(run):
        line = run[index]
        body = line.body
        first = body[0]
        # A stretch may be the whole document, so it is looked at once, not from each of its lines.
        if index >= table_end and ("|" in body or first == "+"):
            table, table_end = find_table(bodies, index)
        if index == table < table_end:
            yield from _paragraphs(plain, wide, "text")
            plain = []
            yield from _table_blocks(run[table:table_end])
            index = table_end
            continue
        index += 1
        if line.quoted:
            yield from _paragraphs(plain, wide, "text")
            plain = []
        if first not in _MARKS and body[1:2] not in (")", "."):
            plain.append(line)
        elif is_rule(body):
            underlined = first in "=-" and bool(plain) and is_bare_heading(plain[-1].body)
            title = plain.pop() if underlined else None
            yield from _paragraphs(plain, wide, "text" if underlined else "list")
            plain = []
            if title:
                yield Block("heading", title.start, title.end)
        elif first == "#" and (mark := heading_mark(body)):
            yield from _paragraphs(plain, wide, "text")
            plain = []
            start, end = trimmed(body, mark, max(mark, closing_mark(body)))
            if start < end:
                yield Block("heading", line.start + start, line.start + end)
        elif mark := list_mark(body):
            yield from _paragraphs(plain, wide, "list")
            plain = []
            last = line
            while index < len(run) and _continues(run[index], line.indent, last.body):
                last = run[index]
                index += 1
            yield from _item_blocks(line, mark, last.end)
        else:
            plain.append(line)
    yield from _paragraphs(plain, wide, follower)


def _item_blocks(line: _Line, mark: int, end: int) -> Iterator[Block]:
    """The list item that a line opens, and those that follow it on the same line."""
    item_start = mark
    for mark_start, next_start in inline_marks(line.body, mark):
        start, stop = trimmed(line.body, item_start, mark_start)
        if start < stop:
            yield Block("list_item", line.start + start, line.start + stop, line.indent)
        item_start = next_start
    start, _ = trimmed(line.body, item_start, len(line.body))
    yield Block("list_item", line.start + start, end, line.indent)


def _continues(line: _Line, indent: int, before: str) -> bool:
    """Whether a line goes on with the list item above it: indented, or broken mid-sentence."""
    if line.quoted or line.body[0] in BULLETS or list_mark(line.body) or "|" in line.body:
        return False
    if line.indent > indent + 1:
        return True
    return max(len(before), len(line.body)) <= LONGEST and breaks_off(before, line.body)


def _table_blocks(rows: Sequence[_Line]) -> Iterator[Block]:
    """Header and body rows of a table; rule rows give nothing."""
    header = header_index([row.body for row in rows])
    for number, row in enumerate(rows):
        start, end = row_span(row.body)
        if start < end and not is_table_rule(row.body):
            kind: BlockKind = "table_row" if 0 <= header < number else "bare_row"
            if number == header:
                kind = "table_header"
            yield Block(kind, row.start + start, row.start + end)


def _paragraphs(lines: Sequence[_Line], wide: bool, follower: _Follower) -> Iterator[Block]:
    """Blocks of lines that bear no mark, hard-wrapped ones joined."""
    joins = [] if wide or len(lines) < 2 else joined([line.body for line in lines])
    first = 0
    for index, line in enumerate(lines):
        if index < len(joins) and joins[index]:
            continue
        if index > first:
            yield Block("paragraph", lines[first].start, line.end)
        else:
            yield from _line_blocks(line, follower if index == len(lines) - 1 else "text")
        first = index + 1


def _line_blocks(line: _Line, follower: _Follower) -> Iterator[Block]:
    """The block of a line that stands alone, apart from a date or credit at its end."""
    body = line.body
    credit = trailing_byline(body) if len(body) <= _LONGEST_CREDIT else 0
    if credit:
        title = body[:credit].rstrip(BLANK)
        yield Block(_line_kind(title, "text"), line.start, line.start + len(title))
        yield Block("byline", line.start + credit, line.end)
        return
    kind = _line_kind(body, follower)
    bullet = body.find(" •") if kind != "byline" else -1
    if bullet > 0 and body[bullet - 1] in ".:" and (mark := list_mark(body[bullet + 1 :])):
        yield Block("paragraph", line.start, line.start + bullet)
        item = _Line(line.start + bullet + 1, body[bullet + 1 :], line.indent)
        yield from _item_blocks(item, mark, line.end)
    else:
        yield Block(kind, line.start, line.end)


def _line_kind(body: str, follower: _Follower) -> BlockKind:
    """Kind of a line that stands alone."""
    if len(body) > _LONGEST_HEADING:
        return "paragraph"
    if is_byline(body):
        return "byline"
    if follower == "nothing" or not is_bare_heading(body):
        return "paragraph"
    if follower == "list" and body.count(" ") > 3 and not is_title_case(body):
        return "paragraph"
    return "bare_heading"
