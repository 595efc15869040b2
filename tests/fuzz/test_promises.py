"""What the fuzzers check, on a few inputs: our seeds, past findings, edits of both, and texts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from . import evidence, export, segmentation
from .inputs import SENTENCES, TOKENS, bytes_of, text_of
from .targets import TARGETS, load_target

PIECES = st.one_of(
    st.sampled_from(SENTENCES),
    st.sampled_from(TOKENS),
    # Every plane, half surrogate pairs too: what characters() leaves out without being asked.
    st.text(st.characters(exclude_categories=()), max_size=8),
    st.text(st.sampled_from(" .?!\"'\n\r\t|-"), max_size=8),
)
TEXTS = st.lists(PIECES, max_size=12).map("".join)
QUICK = settings(max_examples=60, deadline=None, derandomize=True)


def target(name):
    if name == "html":
        pytest.importorskip("trafilatura", reason="needs the extra html")
    return load_target(name)


@st.composite
def mutations(draw, seeds):
    """A seed with stretches cut out, doubled or overwritten, as a fuzzer would."""
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 3))):
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(data))] * 2)))
        piece = draw(
            st.one_of(
                st.just(b""),
                st.just(data[start:end] * 2),
                st.binary(max_size=9),
                PIECES.map(lambda text: text.encode("utf-8", "surrogatepass")),
            )
        )
        data = data[:start] + piece + data[end:]
    return data


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_and_findings_keep_the_promises(name):
    module = target(name)
    for seed in module.SEEDS:
        module.try_bytes(seed)


@pytest.mark.parametrize("name", TARGETS)
def test_edited_seeds_keep_the_promises(name):
    module = target(name)

    @QUICK
    @given(mutations(module.SEEDS))
    def holds(data):
        module.try_bytes(data)

    holds()


@QUICK
@given(TEXTS)
def test_every_text_keeps_the_promises(text):
    segmentation.check_segments(text)
    evidence.check_evidence(text)


@QUICK
@given(TEXTS, TEXTS)
def test_every_text_is_shown_as_text(name, text):
    export.check_export(name, text)


@QUICK
@given(TEXTS)
def test_a_fuzzer_reaches_every_text(text):
    assert text_of(bytes_of(text)) == text
