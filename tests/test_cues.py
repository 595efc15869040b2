from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.cues import find_cues
from hedgerow.records import CueKind, Segment, SegmentKind


def make(text: str, kind: SegmentKind = "sentence", start: int = 0) -> Segment:
    return Segment("d", start, start + len(text), kind, text)


def words_of(text: str, kind: CueKind) -> list[str]:
    return [text[cue.start : cue.end].lower() for cue in find_cues(make(text)) if cue.kind == kind]


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("The harbour may close on Sunday.", "may"),
        ("Ferries might be late in Oxwell.", "might be"),
        ("The merger would hurt small dairies.", "would"),
        ("It could not have been the heron.", "could not have"),
        ("Rain is likely in the Tarn Valley.", "likely"),
        ("The lorry reportedly hit a gate.", "reportedly"),
        ("It is unclear whether the kiln survived.", "unclear"),
        ("The mill is expected to reopen.", "expected"),
        ("Orland Foods is poised to buy the orchard.", "poised to"),
        ("There are fears that the dam leaks.", "fears that"),
        ("The strike threatens to halt the trams.", "threatens to"),
        ("Results should arrive by Friday.", "should arrive"),
        ("She must have known about the leak.", "must have known"),
        ("Analysts believe the bid failed.", "believe"),
        ("Prospects for a settlement dimmed.", "prospects for"),
        ("The council has not ruled out a ban.", "has not ruled out"),
        ("The tariff will hurt growers.", "will hurt"),
    ],
)
def test_hedges_are_found(text: str, cue: str) -> None:
    assert cue in words_of(text, "hedge")
    assert not words_of(text, "directive")


@pytest.mark.parametrize(
    "text",
    [
        "The fair opens in May.",
        "May 5 is a holiday in Oxwell.",
        "Mayor Lind opened the bridge.",
        "She left the house to him in her will.",
        "The minister will visit Elsmere on Friday.",
        "He cannot swim.",
        "The clerk can't find the deed.",
        "They could not open the gate.",
        "He would like a receipt.",
        "They left as soon as possible.",
        "The firm, which may be sold, lost two million.",
        "About 500 people came.",
        "The alleged gunman was charged on Monday.",
    ],
)
def test_look_alikes_are_no_hedges(text: str) -> None:
    assert words_of(text, "hedge") == []


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("The council should act now.", "should"),
        ("Owners ought to insure their boats.", "ought to"),
        ("The town must repair the weir.", "must"),
        ("Elsmere needs to hire nurses.", "needs to"),
        ("The agency urged residents to stay in.", "urged"),
        ("Farmers called on the ministry to pay.", "called on"),
        ("Campaigners are calling for an inquiry.", "calling for"),
        ("The panel recommends a new bridge.", "recommends"),
        ("Tenants demanded that the landlord resign.", "demanded that"),
        ("It is crucial to test the well.", "is crucial to"),
        ("You had better book early.", "had better"),
        ("Let's mend the fence.", "let's"),
        ("Let’s mend the fence.", "let’s"),
        ("Boil the water before drinking.", "boil"),
        ("5. Use a thicker rope.", "use"),
        ("Don't feed the swans.", "don't"),
        ("The board may wish to wait.", "may wish to"),
        ("Police warned residents to stay away.", "warned residents to"),
    ],
)
def test_directives_are_found(text: str, cue: str) -> None:
    assert cue in words_of(text, "directive")


@pytest.mark.parametrize(
    "text",
    [
        "It is a must-have for anglers.",
        "You do not need to register.",
        "Nobody knows how it should end.",
        "The use of nets fell by half.",
        "The council voted to close the road.",
        "Use: 40 tonnes a year.",
        "Use of nets fell by half.",
        "He called on Monday.",
    ],
)
def test_look_alikes_are_no_directives(text: str) -> None:
    assert words_of(text, "directive") == []


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("Officials said the weir held.", "said"),
        ("According to Ms Aldous, the weir held.", "according to"),
        ("The engineer told reporters that it held.", "told reporters that"),
        ("Lind wrote a letter.", "wrote"),
    ],
)
def test_attribution_cues_are_found(text: str, cue: str) -> None:
    assert cue in words_of(text, "attribution")


def test_offsets_point_into_the_document() -> None:
    (cue,) = find_cues(make("It may rain.", start=100))
    assert (cue.start, cue.end) == (103, 106)


def test_phrases_reach_across_a_line_break() -> None:
    assert words_of("Growers need\nto water.", "directive") == ["need\nto"]


def test_letters_that_grow_when_lower_cased_keep_offsets() -> None:
    assert words_of("İİİ may rain.", "hedge") == ["may"]


fragments = st.sampled_from(
    [
        "may ",
        "should ",
        "said",
        " according to ",
        "urged ",
        "If ",
        "İ",
        "May",
        "’",
        '"',
        "\n",
        "let's ",
    ]
)


@given(st.lists(st.one_of(fragments, st.text(max_size=8)), max_size=30), st.integers(0, 10**6))
def test_cues_lie_within_the_text_sorted_and_apart(parts: list[str], start: int) -> None:
    text = "".join(parts)
    previous = start
    for cue in find_cues(make(text, start=start)):
        assert previous <= cue.start < cue.end <= start + len(text)
        found = text[cue.start - start : cue.end - start]
        assert found == found.strip()
        previous = cue.end


@pytest.mark.parametrize("unit", ["call ", " ", "if a ", "under the ", "a", "said ", "how "])
def test_a_million_characters_take_no_more_than_linear_time(unit: str) -> None:
    # A quadratic search would not come back before the test run is given up.
    find_cues(make(unit * (1_000_000 // len(unit))))
