import io
from dataclasses import replace

from rich.console import Console

from hedgerow import ClaimLabeler, Document
from hedgerow.baselines import KeywordClassifier
from hedgerow.terminal import show_article, summarize


def label(text):
    return next(ClaimLabeler(KeywordClassifier()).label([Document("a1", text)]))


def show(text, **options):
    stream = io.StringIO()
    show_article(Console(file=stream, width=100, **options), "a1", label(text))
    return stream.getvalue()


def test_plain_view_has_labels_text_and_counts():
    lines = show("It may rain on Monday. It rained in June.").splitlines()
    assert lines[1].split() == ["speculation", "1.00", "It", "may", "rain", "on", "Monday."]
    assert lines[2].split()[0] == "fact"
    assert lines[-1].startswith(
        "2 segments: 1 fact, 1 speculation, 0 recommendation, 0 without a claim"
    )


def test_cues_are_underlined_on_a_colour_terminal():
    view = show("It may rain.", force_terminal=True, color_system="standard")
    assert "\x1b[4;33mmay\x1b[0m" in view


def test_markup_in_the_text_is_not_obeyed():
    assert "[bold red]may[/]" in show("It [bold red]may[/] rain.")


def test_summary_of_nothing():
    assert summarize([]).startswith("0 segments")


def test_escape_codes_of_an_article_do_not_reach_the_terminal():
    assert "\x1b" not in show("It may \x1b]0;owned\x07\x1b[2J rain.")


def test_cues_stay_underlined_at_their_letters_after_crlf():
    text = (
        "The council that owns the long bridge over the river Tarn at Pell said that it\r\n"
        "may close the second lane for most of the winter.\r\n"
    )
    view = show(text, force_terminal=True, color_system="standard")
    assert "\x1b[4;33mmay\x1b[0m" in view


def test_marks_that_turn_the_direction_of_what_follows_are_shown_not_obeyed():
    view = show("It \u202emay\u202c \u2066rain\u2069 \u200fهنا.")
    assert "It \ufffdmay\ufffd \ufffdrain\ufffd \u200fهنا." in view


def test_the_name_of_a_model_is_no_markup():
    labeled = [replace(one, model="[/] [bold]\x1b[2J") for one in label("It may rain.")]
    stream = io.StringIO()
    show_article(Console(file=stream, width=200), "a1", labeled)
    assert "([/] [bold]\ufffd[2J)" in stream.getvalue()
