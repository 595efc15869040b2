"""Checks a data folder before anyone trusts it: votes, duplicates, leakage, and what it holds."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from hedgerow.errors import HedgerowError
from hedgerow.files import read_json_lines
from hedgerow.gold import ARTICLES, read_gold
from hedgerow.records import LabeledSegment
from hedgerow.rows import from_row

ADJUDICATOR = "adjudicator"
"""The vote that decides where the first two readers disagree."""

UNGUIDED = "unguided"
"""The vote of a reader without the guide: it measures agreement and decides nothing."""

TRAIN_FILES = "segments*.jsonl"
"""Training data grows by files, so that a model card's hashes stay true."""

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_GRAM = 5
# Shorter segments ("By Ola Strand", "He declined to comment.") repeat in any honest news text.
_LEAST_WORDS = 8
_LEAST_CONTAINMENT = 0.5


@dataclass(frozen=True, slots=True)
class Collection:
    """One set of labelled segments: the gold, the training data, or a file beside them."""

    name: str
    segments: list[LabeledSegment]


@dataclass(frozen=True, slots=True)
class Diversity:
    """How varied the wording is.

    Attributes:
        vocabulary: distinct words per 1,000 words, on 20,000 words.
        distinct_bigrams: distinct two-word sequences by all of them, on the same words.
        common_openings: share of segments whose first two words are among the 20 most common.
    """

    vocabulary: float
    distinct_bigrams: float
    common_openings: float


def read_collections(folder: Path, others: Iterable[Path] = ()) -> list[Collection]:
    """The gold and training data under ``folder``, and any other labelled JSONL files.

    Raises:
        HedgerowError: there is neither gold nor training data, or a row is broken.
    """
    found: list[Collection] = []
    if (folder / "gold" / ARTICLES).exists():
        found.append(Collection("gold", read_gold(folder / "gold").segments))
    if train_files := sorted((folder / "train").glob(TRAIN_FILES)):
        found.append(_read_files("train", train_files))
    if not found:
        around = folder.resolve().parent
        known = (around / "gold" / ARTICLES).exists()
        raise HedgerowError(
            f"{folder}: expected gold/{ARTICLES} or train/{TRAIN_FILES}, found neither; name "
            f"{around if known else 'the folder that holds gold/ and train/'}"
        )
    return found + [_read_files(path.name, [path]) for path in others]


def _read_files(name: str, paths: Iterable[Path]) -> Collection:
    rows = (row for path in paths for row in read_json_lines(path))
    return Collection(name, [from_row(row, where) for where, row in rows])


def find_problems(collections: Sequence[Collection]) -> list[str]:
    """Everything that would make the data untrustworthy, a line each; empty if all is well."""
    problems: list[str] = []
    for collection in collections:
        if collection.name == "gold":
            problems += _find_vote_problems(collection)
            problems += _find_order_problems(collection)
            problems += _find_span_problems(collection)
        problems += _find_duplicates(collection)
    for position, collection in enumerate(collections):
        for other in collections[position + 1 :]:
            problems += _find_leaks(collection, other)
    return problems


def _place(collection: Collection, one: LabeledSegment) -> str:
    return f"{collection.name}: {one.document_id}, segment {one.index}"


def _find_vote_problems(collection: Collection) -> Iterable[str]:
    for one in collection.segments:
        place = _place(collection, one)
        votes = dict(one.votes)
        decided = votes.pop(ADJUDICATOR, None)
        votes.pop(UNGUIDED, None)
        if len(votes) < 2:
            yield f"{place}: expected two readers' votes, found {len(votes)}"
        elif len(set(votes.values())) > 1 and decided is None:
            yield f"{place}: readers disagree ({votes}) and nobody adjudicated"
        elif one.class_name != (decided or next(iter(votes.values()))):
            yield f"{place}: label {one.class_name} is not what the votes decided ({one.votes})"


def _find_order_problems(collection: Collection) -> Iterable[str]:
    for before, after in pairwise(collection.segments):
        if before.document_id == after.document_id and not (
            before.end <= after.start and before.index + 1 == after.index
        ):
            yield f"{_place(collection, after)}: expected it after the segment before it"


def _find_span_problems(collection: Collection) -> Iterable[str]:
    for one in collection.segments:
        for span in (*one.cues, *([one.source] if one.source else ())):
            if not one.start <= span.start < span.end <= one.end:
                yield f"{_place(collection, one)}: expected cues and source inside it, found {span}"


def _find_duplicates(collection: Collection) -> Iterable[str]:
    places: dict[tuple[str, ...], list[LabeledSegment]] = defaultdict(list)
    for one in collection.segments:
        words = _words(one.text)
        # A minimal pair repeats itself on purpose, under another lead-in.
        if len(words) >= _LEAST_WORDS and not one.extra.get("pair"):
            places[words].append(one)
    for group in places.values():
        if len(group) > 1:
            again = ", ".join(f"{one.document_id}:{one.index}" for one in group)
            yield f"{collection.name}: the same segment {len(group)} times ({again})"


def _find_leaks(one_side: Collection, other: Collection) -> Iterable[str]:
    owner_of: dict[tuple[str, ...], str] = {}
    for one in one_side.segments:
        for gram in _grams(_words(one.text)):
            owner_of.setdefault(gram, one.document_id)
    for one in other.segments:
        words = _words(one.text)
        grams = _grams(words)
        if len(words) < _LEAST_WORDS:
            continue
        shared = [owner_of[gram] for gram in grams if gram in owner_of]
        if len(shared) >= _LEAST_CONTAINMENT * len(grams):
            yield (
                f"{_place(other, one)}: {len(shared)} of {len(grams)} word {_GRAM}-grams stand in "
                f"{one_side.name} too ({shared[0]}): {one.text[:60]!r}"
            )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORD.findall(text))


def _grams(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[i : i + _GRAM]) for i in range(len(words) - _GRAM + 1)]


def measure_diversity(segments: Sequence[LabeledSegment]) -> Diversity:
    """Measures variety on a bounded number of words, so that sets of any size compare.

    Documents are drawn in a fixed random order; minimal pairs, which repeat themselves on purpose,
    are left out.
    """
    by_document: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for one in segments:
        if one.kind == "sentence" and not one.extra.get("pair"):
            by_document[one.document_id].append(_words(one.text))
    documents = list(by_document.values())
    random.Random(0).shuffle(documents)
    tokens = [sentence for document in documents for sentence in document]
    words: list[str] = []
    bigrams: list[tuple[str, str]] = []
    for sentence in tokens:
        words.extend(sentence)
        bigrams.extend(pairwise(sentence))
        if len(words) >= 20_000:
            break
    openings = Counter(sentence[:2] for sentence in tokens if len(sentence) > 2)
    common = sum(count for _, count in openings.most_common(20))
    return Diversity(
        vocabulary=1000 * len(set(words)) / max(len(words), 1),
        distinct_bigrams=len(set(bigrams)) / max(len(bigrams), 1),
        common_openings=common / max(openings.total(), 1),
    )
