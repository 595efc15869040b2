"""Pipe tables: where they end, which row is the header, and the rows as spans."""

from __future__ import annotations

import re
from collections.abc import Sequence

_RULE = re.compile(r"[\s|:+=-]+\Z")
_LONGEST_HEADER_CELL = 40


def is_table_rule(body: str) -> bool:
    """Whether the line separates table rows, as "|---|:--:|" and "+----+" do."""
    return (
        ("|" in body or body[0] == "+")
        and ("-" in body or "=" in body)
        and _RULE.match(body) is not None
    )


def table_length(bodies: Sequence[str]) -> int:
    """Number of lines of the table that ``bodies`` opens with, 0 without one.

    A table has a rule line, or edge pipes, or rows with the same number of cells: three rows, or
    two with three cells each. Fewer is a headline or by-line with a pipe in it.
    """
    length = 0
    ruled = False
    for body in bodies:
        rule = is_table_rule(body)
        if not rule and "|" not in body:
            break
        ruled = ruled or rule
        length += 1
    if ruled:
        return length
    pipes = {_pipes(body) for body in bodies[:length]}
    if len(pipes) == 1 and (length > 2 or (length == 2 and pipes.pop() > 1)):
        return length
    edged = length > 0 and len(bodies[0]) > 2 and bodies[0][0] == bodies[0][-1] == "|"
    return length if edged else 0


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
    inner = body.strip("| \t")
    start = body.find(inner)
    return start, start + len(inner)


def _pipes(body: str) -> int:
    return body.strip("|").count("|")
