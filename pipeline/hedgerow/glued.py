"""Sentences glued to the one before, as in "The vote passed.Nobody objected".

Addresses, file names, versions and dotted abbreviations stay whole: the word before the stop
must be an ordinary one, and the word after it must look like the start of a sentence.
"""

from __future__ import annotations

import re

from hedgerow.abbreviations import (
    BRANDS,
    DOMAINS,
    GLUED_STARTERS,
    LATIN,
    SMALL_DOMAINS,
    STARTERS,
    TITLES,
)
from hedgerow.words import bare, is_plain, last_words, next_word

_IN_ADDRESS = re.compile(r"://|www\.|[@/\\_]", re.IGNORECASE)
_MORE_ADDRESS = re.compile(r"[/_\\=@(]|[.:]\w|:/")
_QUOTES_SEEN = 2000


def find_glued_end(text: str, begin: int, match: re.Match[str]) -> int:
    """Where a sentence ends at a stop that no white space follows.

    Args:
        text: the whole document.
        begin: where the sentence begins.
        match: the stop with its closing marks, in the group "tail" what else belongs to it.

    Returns:
        Where the next sentence starts, or -1 when the stop ends none.
    """
    stop, following = match.start(), match.end()
    words = last_words(text, begin, stop)
    if not words:
        return -1
    word = bare(words[-1]).rpartition("-")[2]
    after = next_word(text, following)
    behind = following + len(after)
    closed = match.start("tail") > stop + 1
    if not after:
        ends = not closed and text[following] in "“‘([" and "." not in word and is_plain(word)
    elif text[stop] == "." and _MORE_ADDRESS.match(text, behind):
        ends = False
    elif word[-1:] in (")", "]"):
        ends = after[0].isupper() or len(after) > 3 or after in GLUED_STARTERS
    elif text[stop - 1].isspace() or _is_dotted(word) or _IN_ADDRESS.search(words[-1]):
        ends = len(after) > 1 and after in STARTERS and word not in LATIN
    elif after.islower():
        ends = not closed and _opens_small(text, stop, word, after, behind)
    else:
        ends = not text[behind : behind + 1].isalnum() and _opens_capital(text, stop, words, after)
    if not ends:
        return -1
    # A straight quotation mark after an even number of them opens the next sentence.
    opens = following == stop + 2 and text[stop + 1] == '"'
    if opens and text.count('"', max(begin, stop - _QUOTES_SEEN), stop) % 2 == 0:
        return stop + 1
    return following


def _is_dotted(word: str) -> bool:
    """Whether the word is a name, number or abbreviation with stops in it, a share apart."""
    return "." in word and word[-1] != "%"


def _opens_small(text: str, stop: int, word: str, after: str, behind: int) -> bool:
    """Whether a word in small letters opens a sentence; ``behind`` is where it ends."""
    if after in SMALL_DOMAINS or not is_plain(word):
        return False
    # "marlow.is" may be an address, "marlow?is" isn't one.
    usual = after.capitalize() in STARTERS and (len(after) != 2 or text[stop] != ".")
    known = usual or after in GLUED_STARTERS
    if len(word) < 3 or len(after) == 1:
        return known and len(word) + len(after) > 3 and text[behind : behind + 1].isspace()
    if known or len(after) < 4:
        return known
    return text[behind] == "," or word.islower() or word.istitle() or word.isdigit()


def _opens_capital(text: str, stop: int, words: list[str], after: str) -> bool:
    """Whether a word with a capital opens a sentence after the last of ``words``."""
    word = bare(words[-1]).rpartition("-")[2]
    if after.lower() in DOMAINS:
        return False
    if text[stop] == "…" or text.startswith("..", stop):
        return after in STARTERS
    if text[stop] in "!?":
        return len(word) > 1 and word not in BRANDS
    if len(word) == 1:
        if word.isdigit():
            return len(words) > 1 and (len(after) > 3 or (len(after) > 1 and after in STARTERS))
        return word == "I" and len(words) > 1 and words[-2].islower() and after in STARTERS
    if after.isupper() and len(after) > 1 and not word.islower():
        known = after.capitalize() in STARTERS
        return len(word) > 3 and (len(after) > 3 or known)
    if is_plain(word) or word == "etc":
        return True
    return len(after) > 1 and after in STARTERS and word not in TITLES and word not in LATIN
