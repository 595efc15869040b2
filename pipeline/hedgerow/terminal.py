"""The coloured view of labelled articles in a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hedgerow.display import printable
from hedgerow.records import LABELS, LabeledSegment

STYLES = {"fact": "green", "speculation": "yellow", "recommendation": "cyan", "none": "dim"}
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
            segment_text(one, STYLES[one.class_name]),
        )
    console.print(grid)
    console.print(Text(printable(summarize(labeled)), "bold"))


def segment_text(one: LabeledSegment, style: str) -> Text:
    """The text of a segment in a style, its cues underlined."""
    body = Text(printable(one.text), style)
    if one.kind == "heading":
        body.stylize("bold not dim")
    for cue in one.cues:
        body.stylize(_CUE_STYLES[cue.kind], cue.start - one.start, cue.end - one.start)
    return Text.assemble("• " if one.kind == "list_item" else "", body)


def summarize(labeled: Sequence[LabeledSegment]) -> str:
    """Counts per label in one line, such as ``9 segments: 5 fact, 3 speculation, …``."""
    counts = Counter(one.class_name for one in labeled)
    parts = [f"{counts[name]} {name}" for name in LABELS] + [f"{counts['none']} without a claim"]
    attributed = sum(one.attributed for one in labeled)
    model = labeled[0].model if labeled else ""
    return f"{len(labeled)} segments: {', '.join(parts)}; {attributed} attributed ({model})"
