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
    ENDABLE,
    FUNCTION_WORDS,
    GLUED_STARTERS,
    HOURS,
    LATIN,
    NUMBERED,
    STARTERS,
    TITLES,
)
from hedgerow.glued import find_glued_end
from hedgerow.words import (
    INVISIBLE,
    LOOK_BACK,
    OPENERS,
    bare,
    is_domain,
    is_plain,
    last_words,
    next_word,
)

_CLOSERS = "\"'”’»)\\]}*_"
# A German closing mark opens in English; a French one may stand off.
_CLOSED = rf"[{_CLOSERS}]*+(?:“(?!\w)|[ \u00a0\u202f]»)?+"
_QUOTES = frozenset("\"'”’»“")
_BRACKETS = frozenset(")]}")

# Footnote marks, emoticons and emoji belong to the sentence before them.
_EMOTICON = r"[:;=]-?[()DP](?![\w)])"
_TAIL = (
    r"(?:(?<=[a-z]\.)\d{1,3}(?=\s+[A-Z]))?+"
    r"(?:[ \u00a0]?\[(?:\d{1,3}(?:[ ,–-]{1,3}\d{1,3})*+|[a-z]|[a-z ]{0,20}needed)\])*+"
    rf"(?:[ ]?{_EMOTICON})?+"
    "(?:[ ]?[\u2764\U0001f300-\U0001faff][\ufe0f\u200d\U0001f3fb-\U0001f3ff]*+)*+"
)
_SHORT = 4
_SHORTENED = "|".join(
    sorted({word[-_SHORT:] for word in ABBREVIATIONS if re.search(rf"[a-z]{{{_SHORT}}}\Z", word)})
)
# The first character stands alone before the look-behind, so that the engine can skip to it;
# the look-behind then keeps a long run of stops linear. The first branch settles most stops
# without a second look: small letters that end no abbreviation, a stop, a space, a capital.
_AFTER = (
    rf"(?: (?=[A-Z])(?<=[a-z]{{{_SHORT}}}[.?] )(?<!(?:{_SHORTENED})[.?] )"
    rf"|(?<![.!?…][.!?…])[.!?…]*+{_CLOSED}(?P<tail>{_TAIL})"
    rf"(?:(?P<gap>[\s{INVISIBLE}]++)|(?=[A-Z](?![.\d])|[“‘(\[\"]|(?:[a-z]{{2,14}}|[ai])[\s,:'’])))"
)
_CANDIDATE = re.compile(rf"[.!?…]{_AFTER}")
# The engine skips to one character three times as fast as to one of four.
_FULL_STOP = re.compile(rf"\.{_AFTER}")
_GAP = _CANDIDATE.groupindex["gap"]
_DOTTED = re.compile(r"(?:[^\W\d_]{1,3}\.)+[^\W\d_]{1,3}")
_SECTION = re.compile(r"\d{1,3}(?:\.\d{1,3}){0,4}|[A-Za-z]|[ivxIVX]{1,4}")
_SPEECH = (
    r"(?:said|says?|asked|asks?|replied|added|told|wrote|writes|tweeted|shouted|cried|whispered|"
    r"explained|wondered|exclaimed|continued|recalled|insisted|demanded|answered|yelled|called|"
    r"joked|quipped|warned|muttered|murmured|screamed|inquired|remarked|started|howled)\b"
)
_SPEAKER = re.compile(rf"(?:(?:[A-Z][\w.’'-]{{0,20}}|the|I)\s+){{1,4}}{_SPEECH}")
_SPEAKS = re.compile(rf"(?:and|but)\s|(?:[\w.’'-]{{1,20}}\s+){{0,4}}{_SPEECH}")
_ASIDE = re.compile(r"(?:credits?|photo|image|pictured|source|via|https?)\b", re.IGNORECASE)
_ADDRESS = re.compile(
    rf"(?:(?P<smile>(?<= ){_EMOTICON})"
    r"|https?://\S{4,2000}+(?<![.,;:!?])"
    r"|(?P<stamp>\d{1,2}/\d{1,2}/20\d\d,?\ (?:at\ )?\d{1,2}:\d\d(?::\d\d)?+(?:\ [AP]M)?+))"
    r"(?P<gap>\s+)(?=[A-Z])"
)
_CLOCK_START = re.compile(r"\d{1,2}(?:[:.]\d\d)?\s*[ap]", re.IGNORECASE)
_PAIRS = {"”": "“", "’": "‘", "»": "«"}
_ASIDE_SEEN = 500
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
    spans: list[tuple[int, int]] = []
    append = spans.append
    begin = start
    find = text.find
    if find("?", start, end) < 0 and find("!", start, end) < 0 and find("…", start, end) < 0:
        candidates = _FULL_STOP.finditer(text, start, end)
    else:
        candidates = _CANDIDATE.finditer(text, start, end)
    for match in candidates:
        following = match.end()
        if following >= end:
            break
        if match.lastindex is None:
            append((begin, following - 1))
            begin = following
            continue
        gap = match.start(_GAP)
        if gap < 0:
            gap = following = find_glued_end(text, begin, match)
            if gap < 0:
                continue
        else:
            stop = match.start()
            word = text[max(begin, stop - LOOK_BACK) : stop].rpartition(" ")[2]
            plain = (
                text[following].isupper()
                and word not in ABBREVIATIONS
                and word.isalnum()
                and (word.isalpha() or stop - begin > 4)
                and (gap - stop == 1 or text[stop] == ".")
            )
            if not plain and not _ends(text, begin, match, end):
                continue
        append((begin, gap))
        begin = following
    append((begin, end))
    if find(":", start, end) >= 0 and (find("/", start, end) >= 0 or find(" :", start, end) >= 0):
        return _split_after_addresses(text, spans)
    return spans


def _split_after_addresses(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Split after an address or emoticon, or around a numeric time stamp, without a stop."""
    parts = []
    for start, end in spans:
        begin = start
        for match in _ADDRESS.finditer(text, start, end):
            if match["stamp"]:
                lead = text[begin : match.start()].rstrip()
                if _is_own_line(lead):
                    parts.append((begin, begin + len(lead)))
                    begin = match.start()
            elif not (
                match["smile"]
                or text.endswith(": ", begin, match.start())
                or next_word(text, match.end()) in STARTERS
            ):
                continue
            if match.end() < end:
                parts.append((begin, match.start("gap")))
                begin = match.end()
        parts.append((begin, end))
    return parts


def _is_own_line(lead: str) -> bool:
    """Whether the words before a time stamp are a name or an address, not "on" or "updated"."""
    word = lead[-LOOK_BACK:].rpartition(" ")[2]
    return word[-1:] == ">" or (word[:1].isupper() and word.lower() not in FUNCTION_WORDS)


def _ends(text: str, begin: int, match: re.Match[str], end: int) -> bool:
    """Whether a sentence ends at a stop that white space follows."""
    stop, following = match.start(), match.end()
    close = match.start("tail")
    first = following
    while first < end and first < following + 3 and text[first] in OPENERS:
        first += 1
    if first == end:
        return False
    char = text[first]
    last = text[close - 1]
    if text[stop] in "!?":
        return _ends_asked(text, begin, match, char, first > following)
    if text.startswith("..", stop) or text[stop] == "…":
        if stop > begin and text[stop - 1] in "[(":
            return "]" not in text[stop:close] or next_word(text, first) in STARTERS
        return not char.islower() and (char.isalnum() or first > following)
    words = last_words(text, begin, stop)
    if not words or text[stop - 1].isspace():
        return _ends_spaced(text, begin, match, char)
    word = bare(words[-1])
    if _SECTION.fullmatch(word) and stop - begin == len(words[-1]):
        return False
    if char.islower():
        return _ends_before_small(text, begin, match, word, first, last)
    if char.isupper():
        return _ends_before_capital(text, begin, stop, word, words, first)
    if char.isdigit() or char in "$€£#":
        return text[first - 1] != "(" and not (
            (word in ABBREVIATIONS and word not in HOURS)
            or (len(word) == 1 and word.isalpha())
            or (_DOTTED.fullmatch(word) is not None and word not in HOURS)
        )
    if char in "-–—":
        return is_plain(word) and not word.isupper() and _names_source(text, first, end)
    return char not in _NO_START


def _ends_before_small(
    text: str, begin: int, match: re.Match[str], word: str, first: int, last: str
) -> bool:
    """Whether a full stop after ``word`` ends a sentence though a small letter comes next."""
    if first > match.end():
        return text[first - 1] in "([" and _ASIDE.match(text, first) is not None
    if last in _BRACKETS:
        return is_plain(word) and not _is_aside(text, begin, match.start())
    after = next_word(text, first)
    if last in _QUOTES:
        known = after in GLUED_STARTERS or (
            after not in FUNCTION_WORDS
            and is_plain(word)
            and _opened_inside(text, begin, match.start(), last)
        )
        return known and _SPEAKS.match(text, first) is None
    if is_plain(word) or (word in HOURS and "." not in word):
        return True
    return ("@" in word or is_domain(word)) and after.capitalize() in STARTERS


def _opened_inside(text: str, begin: int, stop: int, closer: str) -> bool:
    """Whether the quotation that closes behind ``stop`` opened in the middle of the sentence."""
    opener = _PAIRS.get(closer, closer)
    seen = text[max(begin, stop - _ASIDE_SEEN) : stop]
    if opener == closer:
        return seen.count(opener) % 2 == 1 and seen[0] != opener
    return seen.rfind(opener) > max(0, seen.rfind(closer))


def _is_aside(text: str, begin: int, stop: int) -> bool:
    """Whether a bracket that closes behind ``stop`` opened in the middle of the sentence."""
    seen = text[max(begin, stop - _ASIDE_SEEN) : stop]
    opened = seen.count("(") + seen.count("[") - seen.count(")") - seen.count("]")
    return opened > 0 and text[begin] not in "(["


def _ends_before_capital(
    text: str, begin: int, stop: int, word: str, words: list[str], first: int
) -> bool:
    """Whether a full stop after ``word`` ends a sentence, a capital letter coming next."""
    if word in TITLES or word in LATIN:
        return False
    word_after = next_word(text, first)
    if word in HOURS:
        if word_after in AFTER_HOURS or _CLOCK_START.match(text, begin):
            return False
        return word_after not in TITLES or stop - begin > 12
    if word == "etc" or (word in NUMBERED and len(word) > 1):
        return True
    if len(word) == 1 and word.isalpha():
        if word == "I" and len(words) > 1 and words[-2].islower():
            return True
        return word_after in STARTERS and len(word_after) > 1
    if word in CALENDAR or word in ENDABLE or _DOTTED.fullmatch(word):
        return word_after in STARTERS
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
        word = text[max(begin, stop - LOOK_BACK) : stop].rpartition(" ")[2]
        named = text[stop] == "!" and word[:1].isupper() and stop - len(word) > begin
        return not named and word not in BRANDS
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
