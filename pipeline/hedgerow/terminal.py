"""The coloured view of labelled articles in a terminal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hedgerow.records import LABELS, LabeledSegment

STYLES = {"fact": "green", "speculation": "yellow", "recommendation": "cyan", "none": "dim"}
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_CUE_STYLES = {"hedge": "underline", "directive": "underline bold", "attribution": "underline dim"}


def show_article(console: Console, title: str, labeled: Sequence[LabeledSegment]) -> None:
    """Prints one article: a line per segment with label, score and text, its cues underlined."""
    console.rule(Text(printable(title)), align="left")
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True, justify="right")
    grid.add_column()
    for one in labeled:
        name = "abstained" if one.abstained else one.class_name
        style = STYLES.get(name, "magenta")
        score = one.scores.get(one.class_name)
        grid.add_row(
            Text("" if name == "none" else name, style),
            Text("" if score is None or name == "none" else f"{score:.2f}", "dim"),
            _segment_text(one),
        )
    console.print(grid)
    console.print(summarize(labeled), style="bold", highlight=False)


def _segment_text(one: LabeledSegment) -> Text:
    body = Text(printable(one.text), STYLES[one.class_name])
    if one.kind == "heading":
        body.stylize("bold not dim")
    for cue in one.cues:
        body.stylize(_CUE_STYLES[cue.kind], cue.start - one.start, cue.end - one.start)
    return Text.assemble("• " if one.kind == "list_item" else "", body)


def printable(text: str) -> str:
    """The text with one printable character for each that a terminal would obey.

    A line break inside a hard-wrapped sentence becomes a space; escape codes lose their force. The
    length stays, or cues would be underlined at the wrong letters.
    """
    return _CONTROL.sub(lambda found: " " if found[0].isspace() else "\ufffd", text)


def summarize(labeled: Sequence[LabeledSegment]) -> str:
    """Counts per label in one line, such as ``9 segments: 5 fact, 3 speculation, …``."""
    counts = Counter(one.class_name for one in labeled)
    parts = [f"{counts[name]} {name}" for name in LABELS] + [f"{counts['none']} without a claim"]
    attributed = sum(one.attributed for one in labeled)
    model = labeled[0].model if labeled else ""
    return f"{len(labeled)} segments: {', '.join(parts)}; {attributed} attributed ({model})"
