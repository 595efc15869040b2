"""The word before a stop and the word after it, and the characters around them."""

from __future__ import annotations

import re

from hedgerow.abbreviations import ABBREVIATIONS, SMALL_DOMAINS

INVISIBLE = (
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063"
    "\u2064\u2066\u2067\u2068\u2069\ufeff"
)
"""Soft hyphen, zero-width and direction marks, which web pages leave around words."""

LOOK_BACK = 40
"""Characters before a stop that are looked at; a bound keeps the time linear."""

OPENERS = frozenset("\"'“‘«([{*_¿¡")
"""Characters that may stand before the first letter of a sentence."""

_OPENERS = "".join(OPENERS)
_WORD = re.compile(r"[^\W\d_]{1,24}")


def last_words(text: str, begin: int, stop: int) -> list[str]:
    """The words before ``stop``, as far as they are looked at."""
    return text[max(begin, stop - LOOK_BACK) : stop].split()


def bare(word: str) -> str:
    """The word without quotation marks and brackets before it."""
    return word.lstrip(_OPENERS)


def next_word(text: str, first: int) -> str:
    """The letters that start at ``first``, without an apostrophe and what follows it."""
    found = _WORD.match(text, first)
    return found.group() if found else ""


def is_plain(word: str) -> bool:
    """Whether ``word`` is an ordinary word or number, so that a full stop after it is real."""
    if word in ABBREVIATIONS:
        return False
    last = word[-1:]
    if last.isdigit():
        return len(word) > 1
    if last == "%":
        return word[-2:-1].isdigit()
    if last in (")", "]", "}"):
        return True
    letters = re.sub(r"['’-]|[\"”]+\Z", "", word)
    return len(letters) > 1 and letters.isalnum()


def is_domain(word: str) -> bool:
    """Whether ``word`` ends like an address or a file name, as "port.example.org" does."""
    name, dot, ending = word.rpartition(".")
    return bool(name and dot) and ending.lower() in SMALL_DOMAINS
