from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.attribution import Attribution, find_attribution, find_attributions
from hedgerow.records import Context, Segment, SegmentKind


def make(text: str, previous: str = "", kind: SegmentKind = "sentence", start: int = 0) -> Segment:
    return Segment("d", start, start + len(text), kind, text, Context(previous=previous))


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Officials said the weir had held.", "Officials"),
        (
            "Officials at the Tarn Valley Authority said the weir had held.",
            "Officials at the Tarn Valley Authority",
        ),
        ("On Monday, he told reporters that the weir had held.", "he"),
        ("But the report found that two of the gates were rusty.", "the report"),
        ("According to Ms Aldous, the weir had held all winter.", "Ms Aldous"),
        ("The weir had held all winter, according to the keeper.", "the keeper"),
        ("Aldous, the keeper of the weir, said it had held.", "Aldous"),
        ("“The weir held all winter long,” said Ms Aldous.", "Ms Aldous"),
        ('"The weir held all winter long," Ms Aldous said.', "Ms Aldous"),
        ("The weir had held all winter, the keeper said.", "the keeper"),
        ("The weir had held all winter, police announced.", "police"),
        ("Analysts believe the bid for Orland Foods failed.", "Analysts"),
        ("The keeper also noted that the gates were rusty.", "The keeper"),
        ("The agency urged residents to boil their water.", "The agency"),
        ("About 1,000 voters said they had stayed at home.", "About 1,000 voters"),
        ("Ines: I learned to mend nets in my first winter.", "Ines"),
        ("Hauliers fear that the weir will stay shut for longer than promised.", "Hauliers"),
        ("The baker, Mr Oks, said two months without it would finish him.", "The baker, Mr Oks"),
        ("A spokeswoman for the mills, Piia Und, said they had closed.",
         "A spokeswoman for the mills, Piia Und"),
        ("Ms Aldous, 71, who kept the weir, said it had held all winter.", "Ms Aldous"),
        ("Orland Foods has cut its forecast and told staff that the mill would close.",
         "Orland Foods"),
        ("At the hearing on Monday Ms Aldous said the weir had held.", "Ms Aldous"),
        ("The gates\nheld, and the Tarn Valley\nAuthority said the weir had too.",
         "the Tarn Valley\nAuthority"),
        ("“The weir held,” said keeper Ada Aldous, who lives beside it.", "keeper Ada Aldous"),
        ("“The weir held,” said the lead author, Ada Brunel, an engineer.",
         "the lead author, Ada Brunel"),
        ("The weir had held, according to a report published after the storm.", "a report"),
        ("The weir is thought to be safe, the insurers said on Monday.", "the insurers"),
    ],
)  # fmt: skip
def test_a_named_speaker_is_found(text: str, source: str) -> None:
    for start in (0, 500):
        attribution = find_attribution(make(text, start=start))
        assert attribution.attributed
        assert attribution.source is not None
        begin, end = attribution.source
        assert text[begin - start : end - start] == source


@pytest.mark.parametrize(
    "text",
    [
        "The lorry reportedly hit a gate in Oxwell.",
        "The painting is believed to be in Elsmere.",
        "“The weir held all winter long and we slept well.”",
        "Yields are forecast to fall by a tenth this year.",
    ],
)
def test_hearsay_and_bare_quotations_name_nobody(text: str) -> None:
    assert find_attribution(make(text)) == Attribution(True, None)


@pytest.mark.parametrize(
    "text",
    [
        "The weir held all winter.",
        "The mayor, who said she was tired, opened the bridge.",
        "When the firm announced that it would close, shares fell.",
        "I believe the council was right about the bridge.",
        "That said, the weir held all winter long.",
        "As I noted earlier, the weir held all winter.",
        'The law requires the so-called "dry gates" on every weir in the valley.',
        "The council voted to close the road to Elsmere.",
        "Location: the old mill, three miles north of Oxwell.",
        "The keeper said.",
    ],
)
def test_the_article_speaks_for_itself(text: str) -> None:
    assert find_attribution(make(text)) == Attribution(False, None)


@pytest.mark.parametrize("kind", ["heading", "byline", "table_header"])
def test_segments_without_a_claim_are_not_attributed(kind: SegmentKind) -> None:
    assert not find_attribution(make("Officials said the weir had held.", kind=kind)).attributed


@pytest.mark.parametrize(
    ("previous", "text", "attributed"),
    [
        ("“The weir held.", "Nobody in the valley slept.", True),
        ('"The weir held.', "Nobody in the valley slept.", True),
        ("“The weir held.”", "Nobody in the valley slept.", False),
        ('"The weir held."', "Nobody in the valley slept.", False),
        ("The weir held.", "Nobody in the valley slept, not even us.”", True),
        ("How did you sleep?", "The noise kept the whole street awake.", True),
        ("How did the valley sleep?", "The noise kept the whole street awake.", False),
        ("In her diary Aldous writes:", "The noise kept the whole street awake.", True),
        ("The rules are these:", "The noise kept the whole street awake.", False),
    ],
)
def test_the_segment_before_tells_who_goes_on_speaking(
    previous: str, text: str, attributed: bool
) -> None:
    assert find_attribution(make(text, previous)).attributed is attributed


def attributed_in(*segments: Segment) -> list[bool]:
    return [one.attributed for one in find_attributions(segments)]


def test_a_quotation_goes_on_until_it_is_closed() -> None:
    texts = ["“The weir held.", "The gates held.", "The pump held.", "All was well.”", "It rained."]
    assert attributed_in(*map(make, texts)) == [True, True, True, True, False]


def test_a_heading_ends_a_quotation_that_was_never_closed() -> None:
    assert attributed_in(
        make("“The weir held all winter long."), make("Roads", kind="heading"), make("It rained.")
    ) == [True, False, False]


def test_an_answer_goes_on_until_the_next_heading() -> None:
    question = "What do you do all day?"
    assert attributed_in(
        make(question),
        make("Nets, mostly nets and ropes.", question),
        make("I mend them in my shed."),
        make("Roads", kind="heading"),
        make("I wrote this column in a tent."),
    ) == [False, True, True, False, False]


def with_model(*segments: Segment, probabilities: list[float]) -> list[Attribution]:
    return find_attributions(segments, np.array(probabilities, dtype=np.float32))


fragments = st.sampled_from(
    [
        "said ",
        "“",
        "”",
        '"',
        ", ",
        "Aldous ",
        "who ",
        "according to ",
        "İ",
        ": ",
        "\n",
        "reportedly ",
        " by ",
        "’s count",
        "the ",
        "thinks ",
        "has ",
        "and ",
        "08:58 ",
    ]
)
texts = st.lists(st.one_of(fragments, st.text(max_size=8)), max_size=30).map("".join)


@given(texts, texts, st.integers(0, 10**6), st.booleans())
def test_the_source_lies_within_the_text(text: str, previous: str, start: int, asked: bool) -> None:
    segment = make(text, previous, start=start)
    attribution = (
        with_model(segment, probabilities=[0.99])[0] if asked else find_attribution(segment)
    )
    if attribution.source is not None:
        assert attribution.attributed
        begin, end = attribution.source
        assert start <= begin < end <= start + len(text)
        name = text[begin - start : end - start]
        assert name == name.strip()


@given(st.lists(texts, max_size=6))
def test_a_document_has_one_attribution_a_segment(document: list[str]) -> None:
    assert len(find_attributions([make(text) for text in document])) == len(document)


@pytest.mark.parametrize("unit", ['"', '"a ', "who said ", ", said", "noted in ", " ", "i said, "])
def test_a_million_characters_take_no_more_than_linear_time(unit: str) -> None:
    # A quadratic search would not come back before the test run is given up.
    long = unit * (1_000_000 // len(unit))
    find_attribution(make(long, previous=long))
    with_model(make(long, previous=long), probabilities=[0.99])


INTERVIEW = [
    ("Interview: Ada Brunel", "byline", False),
    ("She has run the night buses of Tarsk since there were three.", "sentence", False),
    ("Who takes a night bus?", "sentence", False),
    ("Cleaners, guards, nurses.", "sentence", True),
    ("There may have been two thieves.", "sentence", True),
    ("*Will the city merge your service?*", "sentence", False),
    ("Oh, probably.", "sentence", True),
    ("More interviews", "heading", False),
    ("The depot was built in 1931.", "sentence", False),
]


def test_answers_of_an_interview_are_somebodys_words():
    segments = [
        Segment("d", 0, len(text), kind, text)  # type: ignore[arg-type]
        for text, kind, _ in INTERVIEW
    ]
    found = [one.attributed for one in find_attributions(segments)]
    assert found == [attributed for _, _, attributed in INTERVIEW]


def test_interview_is_known_by_its_turns_without_a_by_line():
    turn = [
        ("What did you find?", False),
        ("I found a strike at the bank.", True),
        ("The colony died.", True),
    ]
    segments = [Segment("d", 0, len(text), "sentence", text) for text, _ in turn * 3]
    found = [one.attributed for one in find_attributions(segments)]
    assert found == [attributed for _, attributed in turn * 3]


def test_rhetorical_questions_make_no_interview():
    texts = ["Is this wise?", "The bank thinks not.", "What is to be done?", "Rates must fall."] * 3
    segments = [Segment("d", 0, len(text), "sentence", text) for text in texts]
    assert not any(one.attributed for one in find_attributions(segments)[2::4])
    assert not any(one.attributed for one in find_attributions(segments)[3::4])


def test_a_model_adds_what_has_no_mark():
    texts = ["Officials said the dam was closed in March.", "The dam rose.", "It fell.", "Dam news"]
    segments = [make(text) for text in texts[:3]] + [make(texts[3], kind="heading")]
    found = with_model(*segments, probabilities=[0.4, 0.95, 0.1, 0.9])
    assert [one.attributed for one in found] == [True, True, False, False]
    assert found[0].source == (0, len("Officials")) and found[1].source is None


def test_a_sure_model_takes_away_what_only_looks_like_a_report():
    plain = [make(f"The dam rose by {metres} metres.") for metres in range(2, 12)]
    fear = make("Hwang conceded a goal and was told to leave the pitch.")
    assert find_attributions([*plain, fear])[-1].attributed
    assert not with_model(*plain, fear, probabilities=[0.01] * 11)[-1].attributed


def test_the_rest_of_the_document_decides_what_is_in_doubt():
    doubtful = make("The dam is older than anybody here.")
    report = make("I think we were lucky, she said, and it was my own fault.")
    plain = make("The dam rose by a metre.")
    among_reports = with_model(*[report] * 6, doubtful, probabilities=[0.9] * 6 + [0.4])
    among_facts = with_model(*[plain] * 6, doubtful, probabilities=[0.02] * 6 + [0.4])
    assert (among_reports[-1].attributed, among_facts[-1].attributed) == (True, False)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The union puts it at nine, and the mill at ten.", "The union"),
        ("Some engineers want the weir bought.", "Some engineers"),
        ("The weir, in the view of some investors, is worth nothing.", "some investors"),
        ("The weir is good for a winter by the keeper's estimate.", "the keeper"),
        ("08:58 Keeper Ada Aldous, on the radio: “Nobody slept.”", "Keeper Ada Aldous"),
        ("Forecasters are telling us that it will rain.", "Forecasters"),
        ("The weir, we are assured by the caretaker, is good for a winter.", "the caretaker"),
        ("Residents were told to boil their water.", None),
        ("I think the weir held.", None),
        ("Nobody knows.", None),
    ],
)
def test_words_that_are_no_sure_report_name_the_source_where_a_model_sees_one(text, source):
    found = with_model(make(text), probabilities=[0.99])[0]
    assert found.attributed
    assert (found.source and text[slice(*found.source)]) == source
