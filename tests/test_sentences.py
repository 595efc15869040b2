"""Tests of sentence ends inside one block."""

from __future__ import annotations

import pytest

from hedgerow.sentences import split


def sentences(text: str) -> list[str]:
    """The sentences of a text that is one block."""
    return [text[start:end] for start, end in split(text, 0, len(text))]


def check(marked: str) -> None:
    """Compare with ``marked``, in which "¦" stands where a sentence ends."""
    assert sentences(marked.replace("¦", "")) == [part.strip() for part in marked.split("¦")]


@pytest.mark.parametrize(
    "marked",
    [
        "The harbour closed.¦ Nobody was hurt.",
        "Is it over?!¦ No!!¦ Yes?",
        "The plan failed …¦ The board met again.",
        "I never said that....¦ She left.",
        "Wait ... what is this?",
        "The board met . . . and went.",
        "First boats; then piers; then pilots.¦ Ask why: nobody knows.",
    ],
)
def test_plain_ends(marked: str) -> None:
    check(marked)


@pytest.mark.parametrize(
    "marked",
    [
        "Gov. Ada Finch and Sen. J. T. Quill met Dr. Roe Jr. on Jan. 5.¦ They spoke.",
        "He met Lt. Col. Roe of the U.S. Army.¦ Roe spoke.",
        "It cost approx. 5 crowns, i.e. nothing.¦ See Fig. 3 and pp. 4-6.",
        "He lives at No. 10 Harbour St. in Arden.¦ The answer is no.¦ That is final.",
        "Shares of Quill Inc. rose 2.5% to $3.40.¦ Finch & Co. fell.",
        "She hired Finch Ltd.¦ The firm sank vs. Marlow.",
        "Prices rose in Sept.¦ The board met Sept. 5.",
        "It moved to the U.S.¦ He followed.¦ The U.S. Senate met.",
        "The U.S.-Norland talks began.¦ The U.N. envoy spoke.",
        "You and I.¦ We know John F. Kennedy.¦ Plan B.¦ The rest.",
        "He got a Ph.D. in 1998.¦ She did too.",
        "Bring tents, ropes, etc.¦ Nothing else helps.",
    ],
)
def test_abbreviations(marked: str) -> None:
    check(marked)


@pytest.mark.parametrize(
    "marked",
    [
        "Talks began at 10 a.m. ET.¦ They ended at 4 p.m. Friday.",
        "Polls open at 7 a.m.¦ Voters may queue.",
        "At 5 a.m. Mr. Finch left.",
        "10:32 a.m. The harbour closes.¦ Ferries wait.",
        "It ended in 1998.¦ 20 people left.",
    ],
)
def test_times_and_numbers(marked: str) -> None:
    check(marked)


@pytest.mark.parametrize(
    "marked",
    [
        '"Will you vote?" she asked.¦ "Maybe."¦ He left.',
        '"Will you vote?" Mr. Finch asked.',
        "“We won!” Ada Finch said on Friday.",
        "“The pier is old.¦ It may fall.¦ We should act,” he said.",
        'He said, "The pier is old."¦ The board agreed.',
        'She turned. "It is late." she said.'.replace("turned. ", "turned.¦ "),
        "‘It may close,’ she said.¦ ‘We should act.’¦ The board met.",
        "The board (it met late.) agreed.",
        "It closed.¦ (The pier had been shut before.)¦ Then it reopened.",
        "The ferry sank.[1]¦ Nobody died. [2] [3]¦ Then it rose.",
        '"It was over."¦ — Ada Finch',
    ],
)
def test_quotes_and_brackets(marked: str) -> None:
    check(marked)


@pytest.mark.parametrize(
    "marked",
    [
        "MARLOW, Norland (NP) — The harbour closed on Friday.¦ Nobody was hurt.",
        "ST. ARDEN (Northern Press) - Two boats sank.",
        "MARLOW, D.C. — The bill passed.",
    ],
)
def test_a_dateline_stays_with_its_sentence(marked: str) -> None:
    check(marked)


@pytest.mark.parametrize(
    "marked",
    [
        "Talks cover port security.¦Engaging early helps.",
        "Costs were reduced.¦The board agreed.",
        "It ended in 2024.¦The vote was 5-4.¦It was close!¦Really?¦Yes.",
        "The end came.¦however, it was not final.",
        'He wrote it.¦"It sank."¦They said so.',
        "He used Node.js v2.1.¦The file config.yaml stayed.",
    ],
)
def test_glued_sentences_split(marked: str) -> None:
    check(marked)


@pytest.mark.parametrize(
    "text",
    [
        "Visit https://port.example.org/a.The/b?x=Y.Z for the rules.",
        "See marlow.gov, port.example.com and Quill.Com for more.",
        "Open README.md, main.py and data.tar.gz now.",
        "Version 2.10.3 of ASP.NET and Node.js costs 3.50 crowns.",
        "Write to ada.Finch@port.example.org today.",
        "U.S.-led and U.K.-based teams met the St.Arden crew.",
    ],
)
def test_addresses_names_and_numbers_stay_whole(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    "marked",
    [
        "The vote is final.¦ the board agreed.¦ it met again.",
        "Who won?¦ nobody knows.",
        "Yahoo! is a firm, said Inc. magazine.",
        "The show Encore! was sold.",
    ],
)
def test_small_letters_after_a_stop(marked: str) -> None:
    check(marked)


@pytest.mark.parametrize("space", ["\u00a0", "\u200b", "\u2009", "\t", "\r\n", " \u200e", "\x0c"])
def test_any_white_space_separates(space: str) -> None:
    assert sentences(f"One ferry left.{space}Two stayed.") == ["One ferry left.", "Two stayed."]


def test_an_address_ends_a_sentence_that_lacks_a_stop() -> None:
    check("Read https://port.example.org/rules¦ The board wrote them.")


def test_only_the_block_is_looked_at() -> None:
    text = "Ends. Here is one. And two. Outside."
    assert split(text, 6, 27) == [(6, 18), (19, 27)]
