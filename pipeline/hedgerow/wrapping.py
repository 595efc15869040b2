"""Hard-wrapped lines: which of them go on with the sentence of the line above."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hedgerow.abbreviations import FUNCTION_WORDS, STARTERS
from hedgerow.bylines import is_byline
from hedgerow.lines import ends_open, is_title_case

LONGEST = 120
"""No line of hard-wrapped text is longer than this."""

_SHORTEST = 40
_FINAL = '.!?…"”'


def joined(bodies: Sequence[str]) -> list[bool]:
    """For every line but the last, whether its sentence goes on in the next one.

    Hard-wrapped text is known by two signs: no line is longer than about 120 characters, and
    the first word of a line wouldn't have fitted on the line before. At least one line must
    break off in mid-sentence, so that verse and headings stay apart.

    Args:
        bodies: two or more lines that follow each other, without white space at their ends.
    """
    width = max(map(len, bodies))
    pairs = list(pairwise(bodies))
    if width > LONGEST:
        return [False] * len(pairs)
    full = [_is_full(upper, lower, width) for upper, lower in pairs]
    broken = [breaks_off(upper, lower) for upper, lower in pairs]
    wrapped = any(cut and fills for cut, fills in zip(broken, full, strict=True))
    if not wrapped and all(full):
        wrapped = any(ends_open(upper) for upper, _ in pairs) and (
            len(pairs) > 1 or _looks_joined(*pairs[0])
        )
    if wrapped:
        return [
            cut or (fills and not is_byline(lower))
            for (_, lower), cut, fills in zip(pairs, broken, full, strict=True)
        ]
    return [cut and not is_title_case(upper) for (upper, _), cut in zip(pairs, broken, strict=True)]


def breaks_off(upper: str, lower: str) -> bool:
    """Whether a sentence plainly goes on from one line to the next."""
    if upper.rpartition(" ")[2].lower() in FUNCTION_WORDS:
        return lower[0].islower() or len(upper) > _SHORTEST
    if len(upper) <= _SHORTEST:
        return False
    goes_on = upper[-1] in ",;"
    if lower[0].islower():
        goes_on = goes_on or ends_open(upper) or lower.startswith("http")
    return goes_on and not is_byline(lower)


def _is_full(upper: str, lower: str, width: int) -> bool:
    """Whether the first word of ``lower`` wouldn't have fitted behind ``upper``."""
    if len(upper) <= _SHORTEST:
        return False
    return len(upper) + 1 + len(lower.split(None, 1)[0]) > width


def _looks_joined(upper: str, lower: str) -> bool:
    """Whether two lines alone, the second with a capital, look like one wrapped sentence."""
    if upper.isupper() or lower.isupper():
        return upper.isupper() and lower.isupper()
    return (
        len(upper) > 55
        and lower[-1] in _FINAL
        and lower.split(None, 1)[0] not in STARTERS
        and not is_title_case(upper)
    )
