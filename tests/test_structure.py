"""Tests of blocks: what each line is, and which lines belong together."""

from __future__ import annotations

import pytest

from hedgerow.structure import blocks


def read(text: str) -> list[tuple[str, str]]:
    """Kind and text of every block."""
    return [(block.kind, text[block.start : block.end]) for block in blocks(text)]


def kinds(text: str) -> list[str]:
    """Kind of every block."""
    return [block.kind for block in blocks(text)]


@pytest.mark.parametrize(
    "line",
    [
        "Outlook for the Winter",
        "outlook for the Ferry Season",
        "Ferries may stop in autumn",
        "FERRIES STOP",
        '"This is the worst storm in years"',
        "**What we know so far**",
    ],
)
def test_a_short_open_line_between_paragraphs_is_a_heading(line: str) -> None:
    assert kinds(f"The board met.\n{line}\nIt voted.") == ["paragraph", "bare_heading", "paragraph"]


@pytest.mark.parametrize(
    "line",
    [
        "The board met.",
        "Who won?",
        "Keep in touch,",
        "the board met and went home again without a word",
        "The board met on the pier and then went home again without a single word from anyone at "
        "all about it",
    ],
)
def test_other_lines_are_paragraphs(line: str) -> None:
    assert kinds(f"It voted.\n\n{line}\n\nIt left.")[1] == "paragraph"


def test_marked_headings() -> None:
    text = "# Boats\nText.\n## Piers ##\nMore.\nOutlook\n=======\nEnd."
    assert read(text)[::2] == [("heading", "Boats"), ("heading", "Piers"), ("heading", "Outlook")]
    assert read("#ferry is trending") == [("paragraph", "#ferry is trending")]


@pytest.mark.parametrize(
    "line",
    [
        "By Mara Quill",
        "BY MARA QUILL | STAFF WRITER",
        "By Mara Quill and Bo Finch, Political Editors",
        "Tuesday, March 5, 2024",
        "5 March 2024",
        "Updated: 10:32 a.m. ET, May 5, 2024",
        "Published 3 hours ago",
        "4 min read",
        "10:32 GMT",
        "Photo: Ada Quill/Northern Press",
        "(Photo by Ada Quill)",
        "Image: City of Marlow.",
        "Read more: Why ferries stop",
        "READ MORE",
        "(Reporting by Ada Quill; Editing by Bo Finch)",
        "Advertisement",
        "— Ada Quill (@adaquill) May 5, 2024",
    ],
)
def test_bylines(line: str) -> None:
    assert kinds(f"{line}\nText.")[0] == "byline"


@pytest.mark.parametrize(
    "line",
    ["By plane", "By 2030, all buses will be electric.", "May wins the vote", "Read the report."],
)
def test_lines_that_only_look_like_bylines(line: str) -> None:
    assert kinds(f"{line}\nText.")[0] != "byline"


def test_a_date_or_credit_left_at_the_end_of_a_line_is_a_byline() -> None:
    text = "Ferry Strike Ends in Marlow Tuesday, March 5, 2024\nText."
    assert read(text)[:2] == [
        ("bare_heading", "Ferry Strike Ends in Marlow"),
        ("byline", "Tuesday, March 5, 2024"),
    ]


@pytest.mark.parametrize(
    "mark",
    ["-", "*", "•", "–", "+", "1.", "1)", "(1)", "1.)", "a)", "a.", "(b)", "iv.", "- [x]", "• 9."],
)
def test_list_marks(mark: str) -> None:
    assert read(f"{mark} a new pier") == [("list_item", "a new pier")]


@pytest.mark.parametrize("line", ["-5 degrees", "2024. A year", "A. Finch said no", "1.5 million"])
def test_lines_that_only_look_like_items(line: str) -> None:
    assert kinds(line) == ["paragraph"]


@pytest.mark.parametrize(
    ("line", "items"),
    [
        ("1. Hire pilots 2. Build piers 3. Wait", ["Hire pilots", "Build piers", "Wait"]),
        ("1) Hire pilots. 2) Build piers.", ["Hire pilots.", "Build piers."]),
        ("a) pilots b) piers", ["pilots", "piers"]),
        ("• Hire pilots • Build piers", ["Hire pilots", "Build piers"]),
        ("- Hire pilots - or wait", ["Hire pilots - or wait"]),
    ],
)
def test_items_on_one_line(line: str, items: list[str]) -> None:
    assert read(line) == [("list_item", item) for item in items]


@pytest.mark.parametrize(
    ("line", "items"),
    [
        ("1) Boil water  2) Add salt", ["Boil water", "Add salt"]),
        ("• Boats run.  • Piers close.", ["Boats run.", "Piers close."]),
        ("1) Boil water 2)" + " " * 60 + "Add salt now", ["Boil water", "Add salt now"]),
        ("• Boats •" + " " * 60 + "• Piers", ["Boats", "Piers"]),
        ("1) \u200bBoil water\u00a0 2) \u200bAdd salt", ["Boil water", "Add salt"]),
    ],
)
def test_blanks_between_items_on_one_line_stay_outside(line: str, items: list[str]) -> None:
    assert read(line) == [("list_item", item) for item in items]


def test_bullets_after_their_lead_in_on_one_line() -> None:
    assert read("It decided: • boats stay • piers close") == [
        ("paragraph", "It decided:"),
        ("list_item", "boats stay"),
        ("list_item", "piers close"),
    ]


def test_an_indented_line_goes_on_with_its_item() -> None:
    text = "- Hire pilots.\n  They are needed.\nThe board met."
    assert read(text) == [
        ("list_item", "Hire pilots.\n  They are needed."),
        ("paragraph", "The board met."),
    ]


def test_nested_items_carry_their_indent() -> None:
    assert [block.indent for block in blocks("- one\n    - two\n- three")] == [0, 4, 0]


@pytest.mark.parametrize(
    "table",
    [
        "Port | Status |\n---|---|\nArden | open |",
        "| Port | Status |\n|:-----|------:|\n| Arden | open |",
        "+----+----+\n| Port | Status |\n+----+----+\n| Arden | open |\n+----+----+",
        "| Port | Status |\n| Arden | open |",
    ],
)
def test_tables(table: str) -> None:
    assert read(table) == [("table_header", "Port | Status"), ("table_row", "Arden | open")]


@pytest.mark.parametrize("blank", ["\u00a0", "\u200b", "\ufeff \t"])
def test_blanks_at_the_ends_of_a_row_stay_outside(blank: str) -> None:
    text = f"|{blank}Step{blank}|{blank}Cost{blank}|\n|---|---|"
    assert read(text) == [("table_header", f"Step{blank}|{blank}Cost")]


def test_a_table_may_start_below_other_lines_with_pipes() -> None:
    rows = ["Storm Shuts Ferries | Marlow Gazette", "a | b | c", "d | e | f"]
    assert kinds("\n".join(rows)) == ["bare_heading", "table_header", "table_row"]


def test_a_pipe_alone_makes_no_table() -> None:
    text = "Storm Shuts Ferries | Marlow Gazette\nBy Mara Quill | Staff\nIt rained."
    assert kinds(text) == ["bare_heading", "byline", "paragraph"]


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    text = (
        "Ferries stopped on Monday after a storm hit the coast, the port of\n"
        "Marlow said. Nobody was hurt, according to the mayor, who spoke to\n"
        "reporters on the pier.\n\nThe board meets on Friday."
    )
    assert [body for _, body in read(text)] == text.split("\n\n")


@pytest.mark.parametrize(
    "text",
    [
        "Outlook for the Winter\nThe board will meet on Friday to vote.",
        "“Yes,” he said.\n“No,” she said.\nthey left",
        "The ferry left the pier in the morning and came back late\n" + "It was a long day. " * 12,
    ],
)
def test_lines_that_stand_for_themselves_stay_apart(text: str) -> None:
    assert len(read(text)) == text.count("\n") + 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("> - item one here", [("list_item", "item one here")]),
        (">> 1) Boil water 2) Add salt", [("list_item", "Boil water"), ("list_item", "Add salt")]),
        ("> ## Boats ##", [("heading", "Boats")]),
        (">\n> ---\n> It rained.", [("paragraph", "It rained.")]),
        ("> | a | b |\n> |---|---|", [("table_header", "a | b")]),
        ("- Boats\n  > It rained.", [("list_item", "Boats"), ("paragraph", "It rained.")]),
        ("It rained.\n> It snowed.", [("paragraph", "It rained."), ("paragraph", "It snowed.")]),
    ],
)
def test_marks_inside_a_quote_count(text: str, expected: list[tuple[str, str]]) -> None:
    assert read(text) == expected


def test_quoted_items_carry_their_indent() -> None:
    assert [block.indent for block in blocks("> - one\n>   - two\n> - three")] == [2, 4, 2]


def test_rules_and_invisible_lines_give_nothing() -> None:
    assert read("One.\n\n---\n* * *\n\u200b\n•\n\nTwo.") == [
        ("paragraph", "One."),
        ("paragraph", "Two."),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0c", "\u2028", "\x85"])
def test_every_line_end_counts(end: str) -> None:
    assert kinds(f"# Boats{end}- one{end}- two") == ["heading", "list_item", "list_item"]


@pytest.mark.parametrize(
    "line", ["\u200bTwo stayed.\ufeff", "•\u200b Two stayed.", ">\u00a0Two stayed."]
)
def test_invisible_characters_stay_outside(line: str) -> None:
    assert read(f"One left.\n\n{line}")[1][1] == "Two stayed."
