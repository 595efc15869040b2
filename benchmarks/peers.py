"""Other sentence splitters behind one call: text in, spans out.

Each adapter imports its library when it is made, so that a missing one can be skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple, TypeAlias

Spans: TypeAlias = list[tuple[int, int]]
Splitter: TypeAlias = Callable[[str], Spans]


class Peer(NamedTuple):
    """A library to compare with: how it is called, installed and made."""

    name: str
    distribution: str
    make: Callable[[], Splitter]


def _located(text: str, parts: Iterable[str]) -> Spans:
    """Spans of sentences that a library gave back as bare strings, in order."""
    spans = []
    position = 0
    for part in parts:
        bare = part.strip()
        start = text.find(bare, position) if bare else -1
        if start >= 0:
            position = start + len(bare)
            spans.append((start, position))
    return spans


def _pysbd() -> Splitter:
    segmenter = import_module("pysbd").Segmenter(language="en", clean=False)
    return lambda text: _located(text, segmenter.segment(text))


def _syntok() -> Splitter:
    process = import_module("syntok.segmenter").process

    def split(text: str) -> Spans:
        return [
            (sentence[0].offset, sentence[-1].offset + len(sentence[-1].value))
            for paragraph in process(text)
            for sentence in paragraph
            if sentence
        ]

    return split


def _blingfire() -> Splitter:
    offsets = import_module("blingfire").text_to_sentences_and_offsets
    return lambda text: list(offsets(text)[1])


def _sentencizer() -> Splitter:
    language = import_module("spacy").blank("en")
    language.add_pipe("sentencizer")
    language.max_length = 10**9
    return lambda text: [(s.start_char, s.end_char) for s in language(text).sents]


def _parser() -> Splitter:
    spacy = import_module("spacy")
    model = next((name for name in spacy.util.get_installed_models() if name[:3] == "en_"), None)
    if model is None:
        raise ImportError("no English model: python -m spacy download en_core_web_sm")
    language = spacy.load(model, exclude=["ner", "lemmatizer", "tagger", "attribute_ruler"])
    language.max_length = 10**9
    return lambda text: [(s.start_char, s.end_char) for s in language(text).sents]


def _nupunkt() -> Splitter:
    spans = import_module("nupunkt").sent_spans
    return lambda text: list(spans(text))


def _sentencex() -> Splitter:
    segment = import_module("sentencex").segment
    return lambda text: _located(text, segment("en", text))


def _icu() -> Splitter:
    breaker = import_module("icu4py.breakers").SentenceBreaker

    def split(text: str) -> Spans:
        spans = list(breaker(text, "en@ss=standard").segments())
        if text.isascii() or max(text) <= "\uffff":
            return spans
        # ICU counts UTF-16 units, two for every character beyond the first plane.
        units = [index for index, char in enumerate(text) for _ in range(1 + (char > "\uffff"))]
        units.append(len(text))
        return [(units[start], units[end]) for start, end in spans]

    return split


def _choppa() -> Splitter:
    choppa = import_module("choppa")
    rules = Path(str(choppa.__file__)).parent / "data" / "srx" / "languagetool_segment.srx"
    document = choppa.SrxDocument(ruleset=str(rules))
    return lambda text: _located(text, choppa.SrxTextIterator(document, "en_two", text))


def _nltk() -> Splitter:
    try:
        tokenizer = import_module("nltk.tokenize").PunktTokenizer("english")
    except LookupError as error:
        raise ImportError('no Punkt data: nltk.download("punkt_tab")') from error
    return lambda text: list(tokenizer.span_tokenize(text))


PEERS = (
    Peer("choppa", "choppa-srx", _choppa),
    Peer("sentencex", "sentencex", _sentencex),
    Peer("syntok", "syntok", _syntok),
    Peer("spaCy parser", "spacy", _parser),
    Peer("spaCy sentencizer", "spacy", _sentencizer),
    Peer("blingfire", "blingfire", _blingfire),
    Peer("pySBD", "pysbd", _pysbd),
    Peer("ICU with suppressions", "icu4py", _icu),
    Peer("nupunkt", "nupunkt", _nupunkt),
    Peer("NLTK Punkt", "nltk", _nltk),
)


def by_line(splitter: Splitter) -> Splitter:
    """The same splitter run on each line for itself."""

    def split(text: str) -> Spans:
        spans: Spans = []
        offset = 0
        for line in text.splitlines(keepends=True):
            if not line.isspace():
                spans.extend((offset + start, offset + end) for start, end in splitter(line))
            offset += len(line)
        return spans

    return split


def installed_version(distribution: str) -> str:
    """Version of an installed distribution."""
    return version(distribution)
