"""Tests of whole documents: kinds, context, and what holds for every text."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hedgerow.abbreviations import word_set
from hedgerow.lines import BLANK
from hedgerow.records import Document, Segment
from hedgerow.segmentation import segment, segment_documents

ARTICLE = """\
Harbour Board Weighs Longer Ferry Season
By Mara Quill
May 5, 2024

The harbour board of Marlow met on Tuesday. It may extend the season, said chair Ada Finch.

## What is planned
The plan has three parts:
- Boats: two more ferries could run in autumn.
- Staff: the board should hire pilots. Talks begin in June.
- Other steps:
    - a new pier
    - longer opening hours
Costs remain unclear.

Step | Cost
---|---
Ferries | 2.5 million
Pier | unknown

Outlook for the Winter
the board will vote on Friday.Residents can comment until then.
"""

MARKS = re.compile(
    r"(?:\s|[#>|:=_~*+–—•·-]|[\u00ad\u200b-\u200f\u2060\ufeff]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{2,4})[.)]+)*"
)

WORDS = st.sampled_from(
    sorted(
        word_set(
            "the board Marlow ferry may vote Finch said U.S. Dr. 2.5 No. 10 a.m. ET however its "
            "pier. closed. Why? (later) “yes” now, winter; 1998. J. Inc. node.js The He"
        )
    )
)
PROSE = st.lists(WORDS, min_size=1, max_size=40).map(" ".join)
LINES = st.one_of(
    PROSE,
    PROSE,
    st.sampled_from(
        [
            "",
            "- a new pier",
            "* Boats: two more.",
            "1. Hire pilots. Train them.",
            "## What is planned",
            "Step | Cost",
            "---|---",
            "Pier | unknown",
            "By Mara Quill",
            "* * *",
            "    - longer hours",
            "Outlook for the Winter",
            "1) Boil water  2) Add salt",
            "• Boats run.  • Piers close.",
            "1) Boil water 2)" + " " * 60 + "Add salt now",
            "• Boats •" + " " * 60 + "• Piers",
            "|\u00a0Step\u00a0|\u200bCost\u200b|",
            "# \u200bBoats\u00a0##",
            "> - item one here",
            "> > ## What is planned",
            "> Step | Cost",
            ">",
        ]
    ),
)
TEXTS = st.lists(LINES, max_size=12).map("\n".join)
WILD = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            " \n\r\t.!?…\"'“”()[]|-*#>•:;,0123456789\x00\x0c\x85\u00a0\u200b\u2028\ud800"
        ),
        st.characters(),
        st.sampled_from("aAbBzZ"),
    ),
    max_size=120,
)
ANY_TEXT = st.one_of(TEXTS, WILD)

SPLIT = """\
import json, sys
from hedgerow.segmentation import segment
text = json.load(sys.stdin)
json.dump([(piece.start, piece.end, piece.text) for piece in segment(text)], sys.stdout)
"""
SECONDS = 20
"""Far more than a second or so that linear time takes, far less than minutes of quadratic time."""


def spans(text: str) -> list[tuple[int, int]]:
    """Offsets of all segments."""
    return [(piece.start, piece.end) for piece in segment(text)]


def find(text: str) -> Segment:
    """The segment of the article that contains ``text``."""
    return next(piece for piece in segment(ARTICLE) if text in piece.text)


def test_an_article_comes_out_with_texts_and_kinds() -> None:
    assert [(piece.kind, piece.text) for piece in segment(ARTICLE)] == [
        ("heading", "Harbour Board Weighs Longer Ferry Season"),
        ("byline", "By Mara Quill"),
        ("byline", "May 5, 2024"),
        ("sentence", "The harbour board of Marlow met on Tuesday."),
        ("sentence", "It may extend the season, said chair Ada Finch."),
        ("heading", "What is planned"),
        ("sentence", "The plan has three parts:"),
        ("list_item", "Boats: two more ferries could run in autumn."),
        ("list_item", "Staff: the board should hire pilots."),
        ("list_item", "Talks begin in June."),
        ("list_item", "Other steps:"),
        ("list_item", "a new pier"),
        ("list_item", "longer opening hours"),
        ("sentence", "Costs remain unclear."),
        ("table_header", "Step | Cost"),
        ("table_row", "Ferries | 2.5 million"),
        ("table_row", "Pier | unknown"),
        ("heading", "Outlook for the Winter"),
        ("sentence", "the board will vote on Friday."),
        ("sentence", "Residents can comment until then."),
    ]


def test_context_names_heading_lead_in_and_previous() -> None:
    item = find("Talks begin")
    assert item.context.heading == "What is planned"
    assert item.context.lead_in == "The plan has three parts:"
    assert item.context.previous == "Staff: the board should hire pilots."
    assert segment(ARTICLE)[0].context == ("", "", "")


def test_a_nested_item_takes_its_parent_as_lead_in_only_after_a_colon() -> None:
    assert find("a new pier").context.lead_in == "Other steps:"
    pieces = segment("Planned are:\n- Boats\n  - two ferries\n- Piers")
    assert [piece.context.lead_in for piece in pieces[1:]] == ["Planned are:"] * 3


def test_a_table_row_takes_the_header_row_as_lead_in() -> None:
    assert find("Ferries |").context.lead_in == "Step | Cost"
    assert find("Step | Cost").context.lead_in == ""


def test_two_tables_keep_their_own_headers() -> None:
    text = "Step | Cost\n---|---\nPier | 3\n\nThen this.\n\n| 1 | 2 |\n|---|---|\n| 3 | 4 |"
    rows = [piece for piece in segment(text) if piece.kind == "table_row"]
    assert [row.context.lead_in for row in rows] == ["Step | Cost", "1 | 2"]


def test_a_table_without_header_takes_none_from_the_table_above() -> None:
    pieces = segment("Step | Cost\n---|---\nPier | 3\n\n| 1 | 2 |\n| 3 | 4 |")
    assert [piece.kind for piece in pieces] == ["table_header"] + ["table_row"] * 3
    assert [piece.context.lead_in for piece in pieces] == ["", "Step | Cost", "", ""]


def test_a_heading_right_above_a_list_is_no_lead_in() -> None:
    pieces = segment("Old text.\n\nKey Points\n- Boats may run.\n- Piers may close.")
    assert [piece.kind for piece in pieces] == ["sentence", "heading", "list_item", "list_item"]
    assert [piece.context.lead_in for piece in pieces[2:]] == ["", ""]
    assert pieces[2].context.heading == "Key Points"


def test_a_lead_in_needs_no_colon() -> None:
    pieces = segment("Here is what the board has decided so far\n- Boats may run.")
    assert pieces[0].kind == "sentence"
    assert pieces[1].context.lead_in == pieces[0].text


def test_a_second_list_takes_its_own_lead_in() -> None:
    pieces = segment("First come these:\n- Boats\n\nThen come those:\n- Piers")
    assert pieces[-1].context.lead_in == "Then come those:"


def test_heading_marks_and_list_marks_stay_out_of_the_span() -> None:
    pieces = segment("### Boats ###\n\n 1. **Hire** pilots.\n • Train them.")
    assert [piece.text for piece in pieces] == ["Boats", "**Hire** pilots.", "Train them."]


def test_a_line_that_holds_two_sentences_is_no_heading() -> None:
    pieces = segment("Ferries May Run. Piers Will Close\n\nThe board met.")
    assert [piece.kind for piece in pieces] == ["sentence"] * 3


def test_the_last_line_is_no_heading() -> None:
    assert segment("The board met.\n\nMore to follow")[-1].kind == "sentence"


def test_nothing_comes_of_nothing() -> None:
    assert segment("") == []
    assert segment(" \n\u200b\n---\n* * *\n\x0c") == []


def test_documents_keep_their_id_and_share_no_context() -> None:
    documents = [Document("a", "# Boats\n\nOne left."), Document("b", "Two stayed.")]
    pieces = list(segment_documents(documents))
    assert [piece.document_id for piece in pieces] == ["a", "a", "b"]
    assert pieces[2].context == ("", "", "")


@pytest.mark.parametrize(
    "text",
    [
        "word " * 40_000,
        "." * 100_000,
        "U.S. " * 40_000,
        "(" * 200_000,
        " " * 200_000,
        "\ud800. " * 60_000,
        "\x00" * 200_000,
        "- " * 100_000,
        "| " * 100_000,
        "A.\n" * 60_000,
        "http://" * 30_000,
        "By " * 60_000,
        '." ' * 60_000,
        "a | b\na | b | c\n" * 40_000,
        "+ item\n" * 200_000,
        "# a" + " " * 400_000 + "b",
    ],
    ids=lambda text: repr(text[:7]),
)
def test_hostile_input_is_split_without_a_crash_or_a_hang(text: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SPLIT],
        input=json.dumps(text),
        stdout=subprocess.PIPE,
        text=True,
        timeout=SECONDS,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    before = 0
    for start, end, piece in json.loads(done.stdout):
        assert before <= start < end
        assert text[start:end] == piece
        before = end


@settings(max_examples=300, deadline=None, derandomize=True)
@given(ANY_TEXT)
def test_offsets_are_exact_ordered_and_disjoint(text: str) -> None:
    end = 0
    previous = ""
    for piece in segment(text):
        assert end <= piece.start < piece.end
        assert text[piece.start : piece.end] == piece.text == piece.text.strip(BLANK)
        assert piece.context.previous == previous
        end, previous = piece.end, piece.text


@settings(max_examples=300, deadline=None, derandomize=True)
@given(ANY_TEXT)
def test_nothing_is_lost_but_white_space_and_marks(text: str) -> None:
    end = 0
    for start, following in [*spans(text), (len(text), len(text))]:
        lost = text[end:start]
        assert all(MARKS.fullmatch(line.strip()) for line in lost.splitlines()), lost
        end = following


@settings(max_examples=200, deadline=None, derandomize=True)
@given(TEXTS)
def test_line_ends_make_no_difference(text: str) -> None:
    windows = [
        (piece.kind, piece.text.replace("\r\n", "\n"))
        for piece in segment(text.replace("\n", "\r\n"))
    ]
    assert windows == [(piece.kind, piece.text) for piece in segment(text)]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(PROSE)
def test_a_sentence_is_one_sentence_by_itself(text: str) -> None:
    for piece in segment(text):
        assert [again.text for again in segment(piece.text)] == [piece.text]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(ANY_TEXT, ANY_TEXT)
def test_documents_joined_by_a_blank_line_split_as_apart(first: str, second: str) -> None:
    shift = len(first) + 2
    apart = spans(first) + [(start + shift, end + shift) for start, end in spans(second)]
    assert spans(f"{first}\n\n{second}") == apart
