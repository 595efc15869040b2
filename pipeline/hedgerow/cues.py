"""Hedge, directive and attribution cues: the words that explain a label."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from hedgerow.lexicon import IMPERATIVES, PHRASES
from hedgerow.records import Cue, CueKind, Segment

_CUE_KINDS: dict[str, CueKind | None] = {
    "skip": None,
    "advice": "directive",
    "directive": "directive",
    "outcome": "hedge",
    "hedge": "hedge",
    "attribution": "attribution",
}

_LEADING_GROUP = re.compile(r"\(\?:([^()]*)\)(?![?*{])(.*)")
_OPENING = re.compile(r"[^\w]{0,8}(?:\d{1,3}[.)]\s{1,3})?(?:(?:just|also|always|first|then),? )?")
# A bare verb at the start is an instruction, but not in "Use of nets fell" or "Reports: none".
_BARE_VERB = re.compile(
    r"[^\W\d_]{1,20}(?:'t)?(?![\w:'-])(?!\s{1,3}(?:of|is|was|were|are|has|had|and|by)\b)"
)
_APOSTROPHE = str.maketrans("’ʼ", "''")


def compile_phrases(lists: Iterable[tuple[str, tuple[str, ...]]]) -> re.Pattern[str]:
    """One pattern for several phrase lists, tried in their order at each word.

    A match's ``lastgroup`` is the name of its list, an underscore and the first letter: the
    pattern branches on that letter so that a search needn't try every phrase at every word.

    Args:
        lists: names with their phrases, as ``lexicon`` writes them.
    """
    by_letter: dict[str, list[str]] = defaultdict(list)
    for name, phrases in lists:
        rests: dict[str, list[str]] = defaultdict(list)
        for phrase in phrases:
            group = _LEADING_GROUP.fullmatch(phrase)
            for head in group[1].split("|") if group else [""]:
                whole = head + group[2] if group else phrase
                rests[whole[0]].append(_bounded(whole[1:]))
        for letter, alternatives in rests.items():
            by_letter[letter].append(f"(?P<{name}_{letter}>{'|'.join(alternatives)})")
    branches = "|".join(
        f"{letter}(?:{'|'.join(groups)})" for letter, groups in sorted(by_letter.items())
    )
    return re.compile(rf"(?<![\w'-])(?:{branches})(?![\w-])")


def _bounded(fragment: str) -> str:
    return fragment.replace(r"\w+", r"\w{1,24}").replace(" ", r"\s{1,3}")


_CUE = compile_phrases(PHRASES)
_KIND_OF_GROUP = {name: _CUE_KINDS[name.partition("_")[0]] for name in _CUE.groupindex}


def fold(text: str) -> str:
    """Lower-cased text of the same length, with straight apostrophes, for matching phrases."""
    folded = text.lower()
    if len(folded) != len(text):
        folded = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    return folded.translate(_APOSTROPHE) if not folded.isascii() else folded


def find_cues(segment: Segment) -> tuple[Cue, ...]:
    """The words of a segment that speak for a label or name a speech act.

    Args:
        segment: any segment; its ``start`` shifts the cues into the document.

    Returns:
        Cues with document offsets, in order of appearance, none overlapping another.
    """
    text, offset = segment.text, segment.start
    folded = fold(text)
    cues: list[Cue] = []
    position = 0
    if segment.kind in ("sentence", "list_item"):
        opening = _find_imperative(folded)
        if opening is not None:
            cues.append(Cue(offset + opening[0], offset + opening[1], "directive"))
            position = opening[1]
    for match in _CUE.finditer(folded, position):
        kind = _KIND_OF_GROUP[match.lastgroup or ""]
        start = match.start()
        if kind is None or (text[start] == "M" and start and match[0] == "may"):
            continue
        cues.append(Cue(offset + start, offset + match.end(), kind))
    return tuple(cues)


def _find_imperative(folded: str) -> tuple[int, int] | None:
    opening = _OPENING.match(folded)
    word = _BARE_VERB.match(folded, opening.end() if opening else 0)
    if word is None or word[0] not in IMPERATIVES:
        return None
    return word.span()
