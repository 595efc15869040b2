"""Sentences glued to the one before, as in "The vote passed.Nobody objected".

Addresses, file names, versions and dotted abbreviations stay whole: the word before the stop
must be an ordinary one, and the word after it must look like the start of a sentence.
"""

from __future__ import annotations

import re

from hedgerow.abbreviations import BRANDS, DOMAINS, GLUED_STARTERS, SMALL_DOMAINS, STARTERS
from hedgerow.words import bare, is_plain, last_words, next_word

_IN_ADDRESS = re.compile(r"://|www\.|[@/\\_]", re.IGNORECASE)
_MORE_ADDRESS = re.compile(r"[/_\\=@(]|\.\w")
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
    if not words or text[stop - 1].isspace() or _IN_ADDRESS.search(words[-1]):
        return -1
    word = bare(words[-1]).rpartition("-")[2]
    after = next_word(text, following)
    behind = text[following + len(after) : following + len(after) + 1]
    closed = match.start("tail") > stop + 1
    if not after:
        ends = not closed and text[following] in "“‘(" and "." not in word and is_plain(word)
    elif after in STARTERS and word[-1:].isdigit():
        ends = not behind.isalnum()
    elif "." in word or _MORE_ADDRESS.match(text, following + len(after)):
        ends = False
    elif after.islower():
        ends = not closed and _opens_small(behind, word, after)
    else:
        ends = _opens_capital(text, stop, word, after)
    if not ends:
        return -1
    # A straight quotation mark after an even number of them opens the next sentence.
    opens = following == stop + 2 and text[stop + 1] == '"'
    if opens and text.count('"', max(begin, stop - _QUOTES_SEEN), stop) % 2 == 0:
        return stop + 1
    return following


def _opens_small(behind: str, word: str, after: str) -> bool:
    """Whether a word in small letters opens a sentence; ``behind`` follows it."""
    if after in SMALL_DOMAINS or len(word) < 3 or not is_plain(word):
        return False
    if len(after) > 3 and behind == ",":
        return True
    return behind.isspace() and (after in GLUED_STARTERS or (len(after) > 3 and word.islower()))


def _opens_capital(text: str, stop: int, word: str, after: str) -> bool:
    """Whether a word with a capital opens a sentence."""
    if after.lower() in DOMAINS:
        return False
    if text[stop] == "…" or text.startswith("..", stop):
        return after in STARTERS
    if text[stop] in "!?":
        return len(word) > 1 and word not in BRANDS
    if after.isupper() and len(after) > 1 and not word.islower():
        return min(len(word), len(after)) > 3
    return is_plain(word) or (word == "etc" and after in STARTERS)
