"""Which words of an attributed segment name the speaker: the subject or complement of a report.

Without a parser, a noun phrase is told by its edges: commas, determiners, names and verbs of closed
lists. What is marked follows the gold: titles and affiliations belong to the span, and so does a
description before the name ("the coach, Ada Brunel"), but not one after it ("Ada Brunel, a coach").
"""

from __future__ import annotations

import re
from typing import NamedTuple, TypeAlias

from hedgerow.cues import compile_phrases, fold
from hedgerow.report_lexicon import (
    ARTICLES,
    AUXILIARIES,
    BE_FORMS,
    CONNECTIVES,
    DAYS_AND_MONTHS,
    DETERMINERS,
    FIXED_PREPOSITIONS,
    INVERTING,
    NAMING,
    NAMING_HELPERS,
    NO_SOURCES,
    OPENERS,
    PARTICLES,
    PREPOSITIONS,
    PRONOUNS,
    RELATIVES,
    ROUGHLY,
    STOPS_AFTER,
    SUBORDINATORS,
    VERB_HELPERS,
)

Place: TypeAlias = tuple[int, int]

# Windows keep the work per report constant on text without any punctuation.
_BEFORE = 300
_AFTER = 160
_LONGEST = 16
_MOST_REPORTS = 8

_NAMING = compile_phrases([("naming", NAMING)])
_WORD = re.compile(r"(?!-)\w[\w’'&./-]*(?<!\.)(?:\.(?=\s[A-Z]))?")
_HARD_BREAK = re.compile(r'[;:"—*]|\s[-–]\s')
_COMMA = re.compile(r"(?<!\d),|,(?!\d)")
_PARENTHESIS = re.compile(r"\([^()]{0,80}\)")
_PHRASE_END = re.compile(r'(?<!\d),|,(?!\d)|[;:"()—*]|\s[-–]\s')
_AFFILIATION = re.compile(r"from [A-Z]")
_TIMESTAMP = re.compile(r"\W{0,4}\d{1,2}[.:]\d\d\W{0,6}")
_OPENING_SPEAKER = re.compile(r'([^:",(]{2,80})(?:[,(][^:"]{0,80})?:\s{1,3}"')
_OWNER = re.compile(
    r"\b(?:by|in|on) ([^,;:\"]{2,60}?)(?:['’]s|(?<=s)['’]) "
    r"(?:count|account|estimate|view|opinion|reckoning|words|telling|figures)\b"
)
_OF = compile_phrases(
    [
        (
            "of",
            (
                r"(?:in|by) the (?:words|views?|opinion|estimate|count|account|sums|reckoning) of",
                r"as (?:reported|quoted|told|stated|cited) by",
                r"according to",
                r"(?:assured|told|expected|believed|described|seen|quoted|reported|said|predicted|"
                r"forecast|feared|warned|advised|urged|claimed|estimated|put|issued) by",
            ),
        )
    ]
)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


class _Word(NamedTuple):
    start: int
    end: int
    text: str
    folded: str

    @property
    def is_name(self) -> bool:
        return self.text[0].isupper()


def _read_words(text: str, start: int, end: int) -> list[_Word]:
    return [
        _Word(*one.span(), one[0], one[0].lower().replace("’", "'"))
        for one in _WORD.finditer(text, start, end)
    ]


def find_complement(text: str, end: int) -> Place | None:
    """The noun phrase after "according to", or after a verb whose subject follows it.

    Args:
        text: a segment with its quotations blanked out by quotation marks.
        end: where the words before the phrase end.
    """
    words, after = _phrase_at(text, end)
    if not words or words[0].folded in NO_SOURCES | STOPS_AFTER | PREPOSITIONS:
        return None
    span = (words[0].start, words[-1].end)
    if words[-1].is_name or not text.startswith(",", after):
        return span
    # "the lead author, Ada Brunel, a seismologist"
    name, _ = _phrase_at(text, after + 1)
    return (span[0], name[-1].end) if _is_name(name) else span


def find_speaker(text: str, start: int, end: int) -> Place | None:
    """The subject of a reporting verb, wherever it stands.

    Args:
        text: a segment with its quotations blanked out by quotation marks.
        start: where the verb begins.
        end: where it ends.
    """
    if fold(text[start:end]) in INVERTING:
        found = _find_inverted(text, start, end)
        if found is not None:
            return found
    return _find_subject(text, start, passive=not text.endswith("ing", start, end))


def _find_subject(text: str, verb: int, passive: bool) -> Place | None:
    """The noun phrase before a verb that is its subject."""
    start = max(0, verb - _BEFORE)
    stamp = _TIMESTAMP.match(text)
    start = max(start, stamp.end() if stamp else 0)
    for hard in _HARD_BREAK.finditer(text, start, verb):
        start = hard.end()
    if "(" in text:
        text = _PARENTHESIS.sub(_blank, text[:verb])
    edges = [start, *(comma.end() for comma in _COMMA.finditer(text, start, verb))]
    chunks = [
        _read_words(text, begin, end) for begin, end in zip(edges, [*edges[1:], verb], strict=True)
    ]
    return _subject(chunks, passive)


def find_named(text: str, position: int = 0) -> Place | None:
    """The speaker whom words name that are no sure report, in a segment known to be attributed.

    Args:
        text: a segment with its quotations blanked out by quotation marks.
        position: where to begin.
    """
    folded = fold(text)
    match = _OF.search(folded, position)
    if match is not None:
        return find_complement(text, match.end())
    owner = _OWNER.search(text, position) if "'" in folded else None
    possessor = _read_words(text, *owner.span(1)) if owner else []
    if possessor:
        return possessor[0].start, possessor[-1].end
    if ': "' in text:
        stamp = _TIMESTAMP.match(text)
        opening = _OPENING_SPEAKER.match(text, stamp.end() if stamp else 0)
        words = _phrase_at(text, opening.start(1))[0] if opening and opening[1][0].isupper() else []
        if words and words[0].folded not in NO_SOURCES:
            return words[0].start, words[-1].end
    for number, report in enumerate(_NAMING.finditer(folded, position)):
        if number == _MOST_REPORTS:
            break
        found = find_speaker(text, *report.span())
        if found is not None:
            return found
    return None


def _find_inverted(text: str, start: int, end: int) -> Place | None:
    """The speaker after a verb that opens its clause: '…," said the mayor'."""
    if not re.search(r'[",]\s{0,3}$', text[max(0, start - 4) : start]):
        return None
    found = find_complement(text, end)
    if found is None:
        return None
    rest = text[found[1] :].lstrip()
    closed = not rest.strip(" .*_") or _PHRASE_END.match(rest)
    word = _WORD.match(rest)
    named = any(one.isupper() for one in text[found[0] : found[1]])
    return found if closed or (named and word and word[0] in FIXED_PREPOSITIONS) else None


def _subject(chunks: list[list[_Word]], passive: bool = False) -> Place | None:
    """The subject among the stretches between the commas before a verb."""
    *earlier, words = chunks
    # "Residents were told": who is spoken to, not who speaks.
    if passive and any(one.folded in BE_FORMS for one in words[-3:]):
        return None
    words = _trim_end(words)
    if not words:
        return _subject_before_comma(earlier) if earlier else None
    last, _, contracted = words[-1].folded.partition("'")
    if last in PRONOUNS:
        return words[-1].start, words[-1].start + len(last)
    if contracted:
        return None
    last = words[-1].folded
    if last in NO_SOURCES or last in PREPOSITIONS or last in SUBORDINATORS:
        return None
    finite = next(
        (i for i, one in enumerate(words) if one.folded in AUXILIARIES and not one.is_name), None
    )
    if finite is not None:
        joints = [i for i in range(finite, len(words)) if words[i].folded in CONNECTIVES]
        if not joints:
            return None
        rest = words[joints[-1] + 1 :]
        # "The firm has cut its forecast and | told …" has its subject before the first verb.
        return _subject([rest]) if rest else _subject([*earlier, words[:finite]])
    if last in CONNECTIVES:
        # "Ada Brunel went further and | called on …"
        return _leading_name(words)
    return _place(_trim_start(words))


def _subject_before_comma(chunks: list[list[_Word]]) -> Place | None:
    """The subject of a verb that follows a comma, the end of an apposition or relative clause."""
    kept = [chunk for chunk in chunks if chunk]
    while len(kept) > 1 and _is_aside(kept[-1]):
        kept.pop()
    if not kept:
        return None
    phrase = _trim_start(kept[-1])
    before = _trim_start(kept[-2]) if len(kept) > 1 else []
    if before and phrase and not _is_clause(before):
        described = before[0].folded in DETERMINERS
        if _is_name(phrase) and (described or not before[-1].is_name):
            return _place(before + phrase)
        if not _is_name(phrase) and (described or before[-1].is_name):
            return _place(before)
    return _place(phrase)


def _place(words: list[_Word]) -> Place | None:
    """Where a noun phrase stands, without a relative clause at its end."""
    for i, one in enumerate(words):
        if one.folded in RELATIVES and i:
            words = words[:i]
            break
    if not words or len(words) > _LONGEST or _is_clause(words):
        return None
    first = words[0].folded
    if (
        first in NO_SOURCES
        or first in RELATIVES
        or (first in PREPOSITIONS and not _is_rough_number(words))
        or words[-1].folded in ARTICLES
        or ("'" in first[:-2] and first.partition("'")[0] in PRONOUNS)
    ):
        return None
    return words[0].start, words[-1].end


def _is_rough_number(words: list[_Word]) -> bool:
    """Whether a phrase begins like "about 1,000 voters"."""
    return len(words) > 1 and words[0].folded in ROUGHLY and words[1].text[0].isdigit()


def _is_clause(words: list[_Word]) -> bool:
    return (words[0].folded.endswith(("ed", "ing")) and not words[0].is_name) or any(
        one.folded in AUXILIARIES and not one.is_name for one in words
    )


def _is_aside(words: list[_Word]) -> bool:
    first = words[0].folded
    return (
        first in RELATIVES
        or first in PREPOSITIONS
        or first in CONNECTIVES
        or first[0].isdigit()
        or first.endswith(("ing", "ed", "ly"))
        or first in ("not", "as", "who", "now", "then", "still", "too", "however")
    )


def _is_name(words: list[_Word]) -> bool:
    return (
        0 < len(words) <= 7
        and words[-1].is_name
        and words[0].folded not in DETERMINERS
        and all(one.is_name or one.folded in PARTICLES for one in words)
    )


def _leading_name(words: list[_Word]) -> Place | None:
    words = _trim_start(words)
    if words and words[0].folded in DETERMINERS:
        return _place(words[:2])
    count = 0
    while count < len(words) and (words[count].is_name or words[count].folded in PARTICLES):
        count += 1
    return _place(words[:count])


def _trim_end(words: list[_Word]) -> list[_Word]:
    kept = list(words)
    while kept and (
        kept[-1].folded in VERB_HELPERS
        or kept[-1].folded in NAMING_HELPERS
        or (kept[-1].folded.endswith("ly") and not kept[-1].is_name)
    ):
        kept.pop()
    if len(kept) > 2 and kept[-1].text in DAYS_AND_MONTHS and kept[-2].folded == "on":
        kept = kept[:-2]
    return kept


def _trim_start(words: list[_Word]) -> list[_Word]:
    """A noun phrase without what opens its sentence: "But", "Privately", "At the hearing"."""
    kept = list(words)
    while kept and (
        kept[0].folded in OPENERS
        or (kept[0].folded.endswith("ly") and len(kept) > 1)
        or (not kept[0].text[0].isalpha() and len(kept) > 1 and kept[1].is_name)
    ):
        kept.pop(0)
    if not kept or _is_rough_number(kept):
        return kept
    if kept[0].folded not in PREPOSITIONS and kept[0].folded not in SUBORDINATORS:
        return kept
    for i in range(2, len(kept)):
        one, before = kept[i], kept[i - 1]
        if before.folded in PREPOSITIONS or before.folded in DETERMINERS:
            continue
        opens = one.folded in DETERMINERS and before.folded not in CONNECTIVES
        named = one.is_name and (not before.is_name or before.text in DAYS_AND_MONTHS)
        if opens or (named and before.folded not in PARTICLES):
            return kept[i:]
    return []


def _phrase_at(text: str, start: int) -> tuple[list[_Word], int]:
    """The words of the noun phrase that begins here, and where the stretch up to a comma ends."""
    stop = _PHRASE_END.search(text, start, start + _AFTER)
    end = stop.start() if stop else min(len(text), start + _AFTER)
    words: list[_Word] = []
    named = False
    for one in _read_words(text, start, end):
        folded, before = one.folded, words[-1].folded if words else ""
        joined = before in PREPOSITIONS or before in CONNECTIVES or before == "all"
        if words and (
            folded in STOPS_AFTER
            or folded in RELATIVES
            or folded in AUXILIARIES
            or folded in PRONOUNS
            or (folded in FIXED_PREPOSITIONS and named and not _AFFILIATION.match(text, one.start))
            or (before not in DETERMINERS and folded.endswith("s") and _NAMING.fullmatch(folded))
            or (folded in DETERMINERS and not joined and before not in DETERMINERS)
            or (folded.endswith("ed") and len(words) > 1 and len(folded) > 4 and not one.is_name)
        ):
            break
        if len(words) == _LONGEST:
            break
        words.append(one)
        named = named or one.is_name
    while words and (words[-1].folded in PREPOSITIONS or words[-1].folded in CONNECTIVES):
        words.pop()
    cut = bool(words) and stop is not None and not text[words[-1].end : end].strip()
    return words, (end if cut else -1)
