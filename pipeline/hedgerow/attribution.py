"""Who is speaking: whether a segment puts its main point in somebody else's mouth.

Two signs decide: most of the segment lies between quotation marks, or its main clause is a
report ("officials said", "according to the survey", "analysts believe", "is rumoured to").
Reports in a relative or subordinate clause and in the first person don't count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from hedgerow.attribution_model import Signs, join
from hedgerow.cues import compile_phrases, fold
from hedgerow.probabilities import Probabilities
from hedgerow.records import Segment, Span
from hedgerow.report_lexicon import (
    BLOCKING_WORDS,
    RELATIVES,
    REPORTS,
    SUBORDINATORS,
    VERB_HELPERS,
)
from hedgerow.sources import find_complement, find_named, find_speaker


class Attribution(NamedTuple):
    """Whether the main point is somebody else's, and where the text names them.

    Attributes:
        attributed: True when the main point is put in somebody else's mouth.
        source: document offsets of the noun phrase that names the speaker, None where the
            segment names nobody ("reportedly", a quotation without its speaker).
    """

    attributed: bool
    source: Span | None = None


_NOBODY = Attribution(False)
_SOMEBODY = Attribution(True)

# A quotation decides from a smaller share of the segment when the segment opens with it; set
# on development text, as are the next three.
_OPENING_SHARE = 0.4
_EMBEDDED_SHARE = 0.7
_WHOLE_SHARE = 0.9
_SCARE_QUOTE_WORDS = 3
_RELATIVE_REACH = 5
_BARE_REPORT = 24
# Windows keep the work per report constant on text without any punctuation.
_CLAUSE_WINDOW = 160
_CONTEXT_WINDOW = 2000
_CLAIMLESS = ("heading", "byline", "table_header")

_REPORT = compile_phrases(REPORTS)
_MARK = re.compile('["“”„«»]')
_WORD = re.compile(r"(?!-)[\w'’&.-]+")
_BOUNDARY = re.compile(r'(?<!\d),|,(?!\d)|[;:()"—–]|\s-\s')
_SPEAKER = re.compile(r"\W{0,4}([A-Z][\w.'’-]{0,20}(?: [A-Z][\w.'’-]{0,20}){0,3}):\s{1,3}\S")
_INTERVIEW = re.compile(r"\b(?:[Ii]nterview(?:ed)?\b(?! with)|Q ?& ?A\b|Questions and answers)")
_INTERVIEW_TURNS = 3
_OPENING_SEGMENTS = 5
_CLOSING = " *_\"”’')\t\n"
_SECOND_PERSON = re.compile(r"\b[Yy]ou(?:r|rs|rself)?\b")
_SINGULAR = re.compile(r"\b(?:I|[Mm]e|[Mm]y)\b")
_FIRST_PERSON = re.compile(r"\b(?:I|[Mm]e|[Mm]y|[Ww]e|[Oo]ur|us|[Yy]ou)\b")
_LEAD_IN = re.compile(
    r"\b(?:says?|said|writes?|wrote|explain(?:s|ed)|note[sd]|ask(?:s|ed)|points out|add(?:s|ed)|"
    r"comment(?:s|ed)|stated|repli(?:es|ed)|responded|tweeted|continued)\b[^.]{0,80}:$"
)


def find_attribution(segment: Segment) -> Attribution:
    """Tells whether a segment speaks for somebody else, and finds who that is.

    Args:
        segment: a segment; ``context.previous`` tells whether a quotation is still open.
    """
    return _attribute(segment, _leaves_open(segment.context.previous))


def find_attributions(
    segments: Sequence[Segment], probabilities: Probabilities | None = None
) -> list[Attribution]:
    """The attributions of one document, following quotations and answers across segments.

    Beyond ``find_attribution`` it knows that the third sentence of a long quotation is still
    quoted, and that an interview answer goes on until the next question or heading.

    Args:
        segments: the segments of one document, in order.
        probabilities: a model's for each of them, of shape (segments,); without it the rules decide
            alone.
    """
    if probabilities is None:
        return [attribution for attribution, _ in _follow(segments)]
    by_rule = list(_follow(segments))
    signs = read_signs(segments, [attribution.attributed for attribution, _ in by_rule])
    return [
        _NOBODY if not found else attribution if attribution.attributed else _named(segment, inside)
        for segment, found, (attribution, inside) in zip(
            segments, join(signs, probabilities), by_rule, strict=True
        )
    ]


def read_signs(segments: Sequence[Segment], reported: Sequence[bool]) -> list[Signs]:
    """What can be seen in each segment of a document.

    Args:
        segments: of one document, in order.
        reported: whether the rules take each for somebody else's words.
    """
    return [
        Signs(
            claim=segment.kind not in _CLAIMLESS,
            reported=by_rule,
            question=segment.text.rstrip(_CLOSING).endswith("?"),
            first_person=_SINGULAR.search(segment.text, 0, _CONTEXT_WINDOW) is not None,
            introduced=_is_introduced(segment),
        )
        for segment, by_rule in zip(segments, reported, strict=True)
    ]


def _follow(segments: Sequence[Segment]) -> Iterator[tuple[Attribution, bool]]:
    """What the rules say of each segment, and whether a quotation is open where it begins."""
    quoting = answering = False
    interview = _is_interview(segments)
    for index, segment in enumerate(segments):
        if not index:
            quoting = _leaves_open(segment.context.previous)
        attribution = _attribute(segment, quoting)
        asks = segment.text.rstrip(_CLOSING).endswith("?")
        if segment.kind != "sentence" or asks:
            answering = False
        if _is_answer(segment) or (attribution.attributed and _SPEAKER.match(segment.text)):
            answering = True
        elif (
            answering
            and not attribution.attributed
            and (interview or _is_first_person(segment.text))
        ):
            attribution = _named(segment, quoting)
        answering = answering or (interview and asks)
        yield attribution, quoting
        # A quotation doesn't run past a heading: its closing mark was lost.
        quoting = segment.kind == "sentence" and _leaves_open(segment.text, quoting)


def _attribute(segment: Segment, inside: bool) -> Attribution:
    if segment.kind in _CLAIMLESS:
        return _NOBODY
    outside, quoted = _blank_quotations(segment.text, inside)
    report = _find_report(outside)
    if report is not None:
        return _attributed_to(segment, _find_source(outside, *report))
    if quoted or _is_answer(segment):
        return _attributed_to(segment, find_named(outside))
    speaker = _SPEAKER.match(segment.text)
    if speaker and _is_first_person(segment.text) and not segment.text.rstrip().endswith("?"):
        return _attributed_to(segment, speaker.span(1))
    return _NOBODY


def _named(segment: Segment, inside: bool) -> Attribution:
    """An attribution known from elsewhere, with the source if the segment names one."""
    return _attributed_to(segment, find_named(_blank_quotations(segment.text, inside)[0]))


def _attributed_to(segment: Segment, source: tuple[int, int] | None) -> Attribution:
    if source is None:
        return _SOMEBODY
    return Attribution(True, Span(segment.start + source[0], segment.start + source[1]))


def _is_first_person(text: str) -> bool:
    return _FIRST_PERSON.search(text, 0, _CONTEXT_WINDOW) is not None


def _is_interview(segments: Sequence[Segment]) -> bool:
    """Whether a document is printed as questions and answers.

    Then the questions are the interviewer's and all that follows them is the other's, whether or
    not it says "I". Rhetorical questions of an essay address nobody, or are not answered by "I".
    """
    opening = segments[:_OPENING_SEGMENTS]
    if any(one.kind != "sentence" and _INTERVIEW.search(one.text) for one in opening):
        return True
    questions = answers = 0
    for one, following in pairwise(segments):
        if one.kind == "sentence" and one.text.rstrip(_CLOSING).endswith("?"):
            questions += _SECOND_PERSON.search(one.text) is not None
            answers += _is_first_person(following.text) and "?" not in following.text[-3:]
    return questions >= _INTERVIEW_TURNS and answers >= _INTERVIEW_TURNS


def _is_answer(segment: Segment) -> bool:
    """Whether the segment before asks this one's speaker, or announces somebody's words."""
    previous = segment.context.previous[-_CONTEXT_WINDOW:].rstrip()
    if previous.endswith("?"):
        return "you" in previous.lower() and not segment.text.rstrip().endswith("?")
    return previous.endswith(":") and _LEAD_IN.search(previous) is not None


def _is_introduced(segment: Segment) -> bool:
    """Whether the segment before asks, or announces somebody's words."""
    previous = segment.context.previous[-_CONTEXT_WINDOW:].rstrip(_CLOSING)
    return previous.endswith("?") or (
        previous.endswith(":") and _LEAD_IN.search(previous) is not None
    )


def _leaves_open(text: str, was_open: bool = False) -> bool:
    """Whether a quotation is still open where the text ends."""
    last = max(map(text.rfind, '"“”„«»')) if text else -1
    return _opens(text, last) if last >= 0 else was_open


def _opens(text: str, position: int) -> bool:
    mark = text[position]
    if mark != '"':
        return mark in "“„«"
    before = text[position - 1] if position else " "
    after = text[position + 1] if position + 1 < len(text) else " "
    return not after.isspace() and (before.isspace() or before in "([-—–/'‘")


def _blank_quotations(text: str, inside: bool) -> tuple[str, bool]:
    """The text with quotations blanked out, and whether they make up the segment."""
    marks = [(match.start(), _opens(text, match.start())) for match in _MARK.finditer(text)]
    if not marks:
        return ('"' * len(text), True) if inside else (text, False)
    # A mark that closes what nothing in sight opened: the quotation began further up.
    begin = None if marks[0][1] else 0
    opening = inside or begin == 0 or marks[0][0] <= _SCARE_QUOTE_WORDS
    parts: list[str] = []
    done = quoted = longest = 0
    for position, opens in [*marks, (len(text), False)]:
        if begin is None:
            begin = position if opens else None
        elif not opens:
            end = min(position + 1, len(text))
            parts += text[done:begin], '"' * (end - begin)
            quoted += end - begin
            longest = max(longest, text.count(" ", begin, end) + 1)
            done, begin = end, None
    parts.append(text[done:])
    share = _OPENING_SHARE if opening else _EMBEDDED_SHARE
    if longest <= _SCARE_QUOTE_WORDS:
        share = _WHOLE_SHARE
    return "".join(parts), quoted >= share * len(text)


def _find_report(outside: str) -> tuple[str, int, int] | None:
    """The first report of the main clause: its kind and where its words stand."""
    folded = fold(outside)
    for match in _REPORT.finditer(folded):
        kind = (match.lastgroup or "").partition("_")[0]
        start, end = match.span()
        # "The mayor said." alone says nothing yet.
        if kind == "skip" or len(folded) - (end - start) <= _BARE_REPORT:
            continue
        if kind == "according" or _is_main_clause(folded, start, kind):
            return kind, start, end
    return None


def _clause_start(text: str, verb: int) -> int:
    start = max(0, verb - _CLAUSE_WINDOW)
    for boundary in _BOUNDARY.finditer(text, start, verb):
        start = boundary.end()
    return start


def _is_main_clause(folded: str, verb: int, kind: str) -> bool:
    start = _clause_start(folded, verb)
    words = _WORD.findall(folded, start, verb)
    if kind == "hearsay":
        return SUBORDINATORS.isdisjoint(words[:1]) and RELATIVES.isdisjoint(words[-3:])
    if kind == "closing" and folded[max(0, start - 1) : start] not in (",", '"'):
        return False
    while words and (words[-1] in VERB_HELPERS or words[-1].endswith("ly")):
        words.pop()
    if not words:
        # '…," said the mayor' and "Smith, the mayor, said", but not a verb that opens the text.
        return kind in ("speech", "closing") and start > 0
    return (
        words[-1] not in BLOCKING_WORDS
        and words[0] not in SUBORDINATORS
        and RELATIVES.isdisjoint(words[-_RELATIVE_REACH:])
    )


def _find_source(text: str, kind: str, start: int, end: int) -> tuple[int, int] | None:
    if kind == "according":
        return find_complement(text, end)
    if kind == "hearsay":
        # "… is thought to be insured, the association says": not the subject of the hearsay.
        named = find_named(text, end)
        return named if named is not None and named[0] >= end else None
    return find_speaker(text, start, end) or find_named(text)
