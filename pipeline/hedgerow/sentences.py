"""Sentence ends inside one block of text.

One compiled pattern finds every place where a sentence might end; a look at the word before
and at the word after decides. Both looks are bounded, so the time is linear in the text.
"""

from __future__ import annotations

import re

from hedgerow.abbreviations import (
    ABBREVIATIONS,
    AFTER_HOURS,
    BRANDS,
    CALENDAR,
    DOMAINS,
    ENDABLE,
    FUNCTION_WORDS,
    GLUED_STARTERS,
    HOURS,
    LATIN,
    NUMBERED,
    STARTERS,
    TITLES,
)

INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
"""Soft hyphen, zero-width and direction marks, as the inside of a character class."""

_CLOSERS = "\"'”’»)\\]}*_"
_QUOTES = frozenset("\"'”’»")
_BRACKETS = frozenset(")]}")
_OPENERS = frozenset("\"'“‘«([{*_¿¡")
_OPENERS_TEXT = "".join(_OPENERS)
_LOOK_BACK = 40

# Footnote marks and an emoticon belong to the sentence before them.
_TAIL = (
    r"(?:(?<=[a-z]\.)\d{1,3}(?=\s+[A-Z]))?+"
    r"(?:[ \u00a0]?\[(?:\d{1,3}(?:[ ,–-]{1,3}\d{1,3})*+|[a-z]|[a-z ]{0,20}needed)\])*+"
    r"(?:[ ]?[:;=]-?[()DP](?![\w)]))?+"
)
# The first character stands alone before the look-behind, so that the engine can skip to it
# by its character set; the look-behind then keeps a long run of stops linear.
_CANDIDATE = re.compile(
    rf"[.!?…](?<![.!?…][.!?…])[.!?…]*+[{_CLOSERS}]*+(?P<tail>{_TAIL})"
    rf"(?:(?P<gap>[\s{INVISIBLE}]++)|(?=[A-Z“‘(\"]|[a-z]{{2,14}}\b))"
)
_WORD = re.compile(r"[^\W\d_]{1,24}")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,3}\.)+[^\W\d_]{1,3}")
_SECTION = re.compile(r"\d{1,3}(?:\.\d{1,3}){0,4}|[A-Za-z]|[ivxIVX]{1,4}")
_SPEAKER = re.compile(
    r"(?:(?:[A-Z][\w.’'-]{0,20}|the|I)\s+){1,4}"
    r"(?:said|says?|asked|asks?|replied|added|told|wrote|writes|tweeted|shouted|cried|whispered|"
    r"explained|wondered|exclaimed|continued|recalled|insisted|demanded|answered|yelled|called|"
    r"joked|quipped|warned|muttered|murmured|screamed|inquired|remarked|started|howled)\b"
)
_ASIDE = re.compile(r"(?:credits?|photo|image|pictured|source|via|https?)\b", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"://|www\.|[@/\\_]", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?:https?://\S{4,2000}(?<![.,;:!?])"
    r"|(?P<stamp>\d{1,2}/\d{1,2}/20\d\d,?\ (?:at\ )?\d{1,2}:\d\d(?::\d\d)?+(?:\ [AP]M)?+))"
    r"(?P<gap>\s+)(?=[A-Z])"
)
_NO_START = frozenset("-–—&,;:/|=+<>)]}.!?%")


def split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Split one block into sentences.

    Args:
        text: the whole document.
        start: where the block starts; the character there is not white space.
        end: where the block ends, exclusive.

    Returns:
        Spans of the sentences, trimmed of white space, in order and disjoint.
    """
    spans = []
    begin = start
    for match in _CANDIDATE.finditer(text, start, end):
        following = match.end()
        if following >= end:
            break
        stop = match.start()
        gap = match.start("gap")
        if gap < 0:
            if _ends_glued(text, begin, match):
                spans.append((begin, following))
                begin = following
            continue
        word = text[max(begin, stop - _LOOK_BACK) : stop].rpartition(" ")[2]
        if (
            text[following].isupper()
            and word.isalpha()
            and len(word) > 1
            and word not in ABBREVIATIONS
            and gap - stop == 1
        ) or _ends(text, begin, match, end):
            spans.append((begin, gap))
            begin = following
    spans.append((begin, end))
    if text.find("://", start, end) >= 0 or text.find("/20", start, end) >= 0:
        return _split_after_addresses(text, spans)
    return spans


def _split_after_addresses(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Split after a web address or around a numeric time stamp when no stop does it."""
    parts = []
    for start, end in spans:
        begin = start
        for match in _ADDRESS.finditer(text, start, end):
            if match["stamp"]:
                lead = text[begin : match.start()].rstrip()
                if _is_own_line(lead):
                    parts.append((begin, begin + len(lead)))
                    begin = match.start()
            elif _next_word(text, match.end()) not in STARTERS:
                continue
            if match.end() < end:
                parts.append((begin, match.start("gap")))
                begin = match.end()
        parts.append((begin, end))
    return parts


def _is_own_line(lead: str) -> bool:
    """Whether the words before a time stamp are a name or an address, not "on" or "updated"."""
    word = lead[-_LOOK_BACK:].rpartition(" ")[2]
    return word[-1:] == ">" or (word[:1].isupper() and word.lower() not in FUNCTION_WORDS)


def _ends(text: str, begin: int, match: re.Match[str], end: int) -> bool:
    """Whether a sentence ends at a stop that white space follows."""
    stop, following = match.start(), match.end()
    close = match.start("tail")
    first = following
    while first < end and first < following + 3 and text[first] in _OPENERS:
        first += 1
    if first == end:
        return False
    char = text[first]
    last = text[close - 1]
    if text[stop] in "!?":
        return _ends_asked(text, begin, match, char, first > following)
    if text.startswith("..", stop) or text[stop] == "…":
        if stop > begin and text[stop - 1] in "[(":
            return "]" not in text[stop:close] or _next_word(text, first) in STARTERS
        return not char.islower() and (char.isalnum() or first > following)
    words = text[max(begin, stop - _LOOK_BACK) : stop].split()
    if not words or text[stop - 1].isspace():
        return _ends_spaced(text, begin, match, char)
    word = words[-1].lstrip(_OPENERS_TEXT)
    if char.islower():
        return _ends_before_small(text, match, word, first, last)
    if _SECTION.fullmatch(word) and stop - begin == len(words[-1]):
        return False
    if char.isupper():
        return _ends_before_capital(text, begin, stop, word, words, first)
    if char.isdigit() or char in "$€£#":
        return text[first - 1] != "(" and not (
            (word in ABBREVIATIONS
            and word not in HOURS)
            or (len(word) == 1 and word.isalpha())
            or (_DOTTED.fullmatch(word) is not None and word not in HOURS)
        )
    if char in "-–—":
        return _is_plain(word) and not word.isupper() and _names_source(text, first, end)
    return char not in _NO_START


def _next_word(text: str, first: int) -> str:
    found = _WORD.match(text, first)
    return found.group() if found else ""


def _ends_before_small(text: str, match: re.Match[str], word: str, first: int, last: str) -> bool:
    """Whether a full stop ends a sentence though a small letter comes next."""
    if first > match.end():
        return text[first - 1] in "([" and _ASIDE.match(text, first) is not None
    if last in _QUOTES or last in _BRACKETS:
        return False
    if word[-1:].isdigit():
        return len(word) > 1 and _next_word(text, first) in GLUED_STARTERS
    return _is_plain(word)


def _ends_before_capital(
    text: str, begin: int, stop: int, word: str, words: list[str], first: int
) -> bool:
    """Whether a full stop after ``word`` ends a sentence, a capital letter coming next."""
    if word in TITLES or word in LATIN:
        return False
    next_word = _next_word(text, first)
    if word in HOURS:
        return next_word not in AFTER_HOURS and (next_word not in TITLES or stop - begin > 12)
    if word == "etc" or (word in NUMBERED and len(word) > 1):
        return True
    if len(word) == 1 and word.isalpha():
        if word == "I" and len(words) > 1 and words[-2].islower():
            return True
        return next_word in STARTERS and len(next_word) > 1
    if word in CALENDAR or word in ENDABLE or _DOTTED.fullmatch(word):
        return next_word in STARTERS
    return True


def _ends_asked(text: str, begin: int, match: re.Match[str], char: str, opened: bool) -> bool:
    """Whether a question or exclamation mark ends a sentence."""
    stop, following = match.start(), match.end()
    last = text[match.start("tail") - 1]
    if char.isdigit() and text[following] == "(":
        return False
    if char.islower():
        if last in _QUOTES or last in _BRACKETS or opened:
            return False
        word = text[max(begin, stop - _LOOK_BACK) : stop].rpartition(" ")[2]
        return word not in BRANDS
    if char in _NO_START:
        return False
    return last not in _QUOTES or _SPEAKER.match(text, following) is None


def _ends_spaced(text: str, begin: int, match: re.Match[str], char: str) -> bool:
    """Whether a stop that stands alone ends a sentence: " ." and ". . . ." do, ". . ." not."""
    stop, following = match.start(), match.end()
    before = text[max(begin, stop - 12) : stop]
    dots = before[len(before.rstrip(" .\u00a0")) :].count(".") + 1
    if text.startswith(".", following):
        return False
    return stop > begin and (dots == 1 or (dots == 4 and char.isupper()))


def _names_source(text: str, first: int, end: int) -> bool:
    """Whether a dash opens the name of who is quoted, as in "It was over." — Ada Quill."""
    after = text[first:end][:3].lstrip("-–— ")
    return after[:1].isupper() and end - first < 60


def _ends_glued(text: str, begin: int, match: re.Match[str]) -> bool:
    """Whether a sentence ends at a stop that a letter follows without white space.

    Addresses, file names, versions and dotted abbreviations stay whole: the word before must
    be an ordinary one, and the word after must look like the start of a sentence.
    """
    stop, following, close = match.start(), match.end(), match.start("tail")
    back = text[max(begin, stop - _LOOK_BACK) : stop]
    if not back or back[-1].isspace():
        return False
    token = back.split()[-1]
    word = token.lstrip(_OPENERS_TEXT).rpartition("-")[2]
    if _IN_ADDRESS.search(token) or "." in word:
        return False
    next_word = _next_word(text, following)
    if not next_word:
        return close == stop + 1 and text[following] in "“‘(" and _is_plain(word)
    after = text[following + len(next_word) : following + len(next_word) + 1]
    if (after and after in "./_\\=@(-") or next_word.lower() in DOMAINS:
        return False
    if next_word.islower():
        return (
            (next_word in GLUED_STARTERS or (len(next_word) > 3 and word.islower()))
            and close == stop + 1
            and len(word) > 2
            and _is_plain(word)
            and (after.isspace() or (len(next_word) > 3 and after == ","))
        )
    if text[stop] == "…" or text.startswith("..", stop):
        return next_word in STARTERS
    if text[stop] in "!?":
        return len(word) > 1 and word not in BRANDS
    if len(next_word) > 1 and next_word.isupper() and not word.islower():
        return False
    return _is_plain(word)


def _is_plain(word: str) -> bool:
    """Whether ``word`` is an ordinary word or number, so that a full stop after it is real."""
    if word in ABBREVIATIONS:
        return False
    if word[-1:].isdigit():
        return len(word) > 1
    if word[-1:] in _BRACKETS:
        return True
    bare = word.rstrip("%)]\"'”’").replace("'", "").replace("’", "").replace("-", "")
    return len(bare) > 1 and bare.isalpha()
