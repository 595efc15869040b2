"""Pipe tables: where they end, which row is the header, and the rows as spans."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hedgerow.lines import BLANK

_RULE = re.compile(r"[\s|:+=-]+\Z")
_LONGEST_HEADER_CELL = 40


def is_table_rule(body: str) -> bool:
    """Whether the line separates table rows, as "|---|:--:|" and "+----+" do."""
    return (
        ("|" in body or body[0] == "+")
        and ("-" in body or "=" in body)
        and _RULE.match(body) is not None
    )


def find_table(bodies: Sequence[str], first: int) -> tuple[int, int]:
    """Find the table in an unbroken stretch of lines with pipes or rules, which it always ends.

    A table has a rule line, or edge pipes in its first row, or rows with the same number of
    cells: three rows, or two with three cells each. Fewer is a headline or by-line with a pipe
    in it.

    Args:
        bodies: lines without white space at their ends.
        first: index of the line that opens the stretch.

    Returns:
        Where the table starts and where the stretch ends; equal without a table.
    """
    end = first
    ruled = False
    while end < len(bodies):
        rule = is_table_rule(bodies[end])
        if not rule and "|" not in bodies[end]:
            break
        ruled = ruled or rule
        end += 1
    if ruled or end == first:
        return first, end
    pipes = _pipes(bodies[end - 1])
    start = end - 1
    while start > first and _pipes(bodies[start - 1]) == pipes:
        start -= 1
    if end - start < (2 if pipes > 1 else 3):
        start = end
    return next((row for row in range(first, start) if _is_edged(bodies[row])), start), end


def header_index(bodies: Sequence[str]) -> int:
    """Index of the header row, -1 without one.

    It stands above the first rule line, or below it in a drawn frame; without a rule line it is
    a first row of short cells without digits.
    """
    rules = [number for number, body in enumerate(bodies) if is_table_rule(body)]
    if rules:
        if rules[0] > 0:
            return rules[0] - 1
        return 1 if rules[1:2] == [2] else -1
    cells = bodies[0].strip("|").split("|")
    plain = all(
        len(cell) <= _LONGEST_HEADER_CELL and not any(char.isdigit() for char in cell)
        for cell in cells
    )
    return 0 if plain and len(bodies) > 1 else -1


def row_span(body: str) -> tuple[int, int]:
    """Start and end of a row without its edge pipes; equal where nothing is left."""
    inner = body.strip("|" + BLANK)
    start = body.find(inner)
    return start, start + len(inner)


def _is_edged(body: str) -> bool:
    return len(body) > 2 and body[0] == body[-1] == "|"


def _pipes(body: str) -> int:
    return body.strip("|").count("|")
