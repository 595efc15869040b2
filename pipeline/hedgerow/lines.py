"""What one line of an article is, judged by itself: mark, rule or heading."""

from __future__ import annotations

import re

from hedgerow.words import INVISIBLE

BULLETS = frozenset("-*+•–·◦▪‣●○■□►▶⁃∙➢✓✔")
"""Characters that mark a list item; "-", "*", "+", "–" and "·" only before white space."""

ROUND_BULLETS = "•◦▪‣●○■□►▶⁃∙➢✓✔"
"""Bullets that news text uses for nothing else."""

BLANK = (
    " \t\n\r\f\v\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000" + INVISIBLE
)
"""White space and the invisible characters that web pages leave at the ends of lines."""

_SPACE = rf"[\s{INVISIBLE}]"
_NUMBER = r"(?:\d{1,3}(?:\.\)|[.)])|\(\d{1,3}\))"
_LIST_MARK = re.compile(
    rf"(?:[{ROUND_BULLETS}]{_SPACE}*|[-*+–·]{_SPACE}+)(?:{_NUMBER}{_SPACE}+|\[[ xX]\]{_SPACE}+)?"
    rf"|{_NUMBER}\s+|(?:[a-z]|[ivx]{{2,4}})(?:\.\)|[.)])\s+|[A-Z]\)\s+"
    r"|\((?!c\)\s+(?:19|20)\d\d)(?:[a-zA-Z]|[ivx]{2,4})\)\s+"
)
_SEQUENCE = re.compile(r"(\(?)(\d{1,3}|[a-zA-Z])(\.\)|[.)])\s+\Z")
_HEADING_MARK = re.compile(r"#{1,6}\s+")
_RULE = re.compile(rf"[-*_=~#·\s–—{ROUND_BULLETS}]+\Z")
_WORDS = re.compile(r"[^\W\d_][\w’'-]*")
_FINAL = frozenset(".!?…:;,")
_CLOSERS = "\"'”’»)]*_ "


def trimmed(body: str, start: int, end: int) -> tuple[int, int]:
    """Start and end of ``body[start:end]`` without blanks; equal where nothing is left."""
    inner = body[start:end].lstrip(BLANK)
    start = end - len(inner)
    return start, start + len(inner.rstrip(BLANK))


def list_mark(body: str) -> int:
    """Length of the list mark that opens ``body`` with the space after it, 0 without one."""
    found = _LIST_MARK.match(body)
    return found.end() if found and found.end() < len(body) else 0


def inline_marks(body: str, mark: int) -> list[tuple[int, int]]:
    """Further marks of the same list within the line, as in "1) Boil water 2) Add salt".

    Args:
        body: a line that opens with a list mark.
        mark: length of that mark.

    Returns:
        Where each further mark starts and where the text after it starts.
    """
    head = body[:mark]
    numbered = _SEQUENCE.search(head)
    bullet = head[0] if head[0] in ROUND_BULLETS else ""
    found: list[tuple[int, int]] = []
    position = mark
    while True:
        needle = f" {bullet}"
        if numbered:
            before, count, after = numbered.groups()
            following = str(int(count) + 1) if count.isdigit() else chr(ord(count) + 1)
            needle += f"{' ' if bullet and head[1:2] == ' ' else ''}{before}{following}{after} "
        elif not bullet:
            return []
        start = body.find(needle, position)
        if start < 0:
            return found
        position = start + 1 + (list_mark(body[start + 1 : start + 40]) or len(needle) - 1)
        if position >= len(body):
            return found
        found.append((start, position))
        if numbered:
            numbered = _SEQUENCE.search(body[start:position])
            if numbered is None:
                return found


def heading_mark(body: str) -> int:
    """Length of the Markdown heading mark that opens ``body``, 0 without one."""
    found = _HEADING_MARK.match(body)
    return found.end() if found else 0


def closing_mark(body: str) -> int:
    """Where a Markdown heading ends, before the hashes that may close it."""
    unclosed = body.rstrip("#")
    bare = unclosed.rstrip(BLANK)
    return len(bare) if len(bare) < len(unclosed) < len(body) else len(body)


def is_rule(body: str) -> bool:
    """Whether the line is nothing but marks: a drawn line such as "---", or an empty item."""
    return _RULE.match(body) is not None


def ends_open(body: str) -> bool:
    """Whether the line ends without the punctuation that closes a sentence or a clause."""
    bare = body.rstrip(_CLOSERS)
    return bool(bare) and bare[-1] not in _FINAL


def is_title_case(body: str) -> bool:
    """Whether most longer words after the first start with a capital, as in a headline."""
    words = _WORDS.findall(body)
    words = [word for word in words[1:] if len(word) > 3] or words
    return bool(words) and sum(word[0].isupper() for word in words) >= 0.7 * len(words)


def is_bare_heading(body: str) -> bool:
    """Whether a line without heading mark reads like a heading.

    It has no final punctuation and is in title case (up to 20 words) or opens with a capital,
    a digit or a quotation mark (up to 14 words).
    """
    if len(body) > 130 or not ends_open(body) or "://" in body:
        return False
    words = body.count(" ") + 1
    if is_title_case(body):
        return words <= 20
    first = body.lstrip("*_\"'“‘")[:1]
    return words <= 14 and first.isalnum() and not first.islower()
