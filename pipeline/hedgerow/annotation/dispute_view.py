"""One dispute as a terminal shows it, with its context and votes and the keys that answer it."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.text import Text

from hedgerow.annotation.adjudication import CLASS_OF_KEY, Dispute
from hedgerow.display import printable
from hedgerow.records import CLASSES, ClassName
from hedgerow.terminal import segment_text


def show_dispute(
    console: Console,
    dispute: Dispute,
    progress: str,
    decided: ClassName | None,
    *,
    with_names: bool = False,
) -> None:
    """Prints one dispute.

    Args:
        console: cleared first if it is a terminal.
        dispute: what is shown.
        progress: a few words such as "3 of 17".
        decided: what was decided on it earlier.
        with_names: say who voted for what; otherwise only how many, so that nobody is favoured.
    """
    console.clear()
    one = dispute.segment
    console.rule(Text(f"{progress} · {printable(one.document_id)}"), align="left")
    for line in (
        one.context.heading,
        *dispute.surroundings.before.split("\n"),
        one.context.lead_in,
    ):
        if line and line != one.text:
            console.print(Text(printable(line), "dim"))
    console.print(segment_text(one, "bold"))
    if dispute.surroundings.after:
        console.print(Text(printable(dispute.surroundings.after), "dim"))
    console.print()
    console.print(Text(f"Votes: {_describe_votes(dispute, with_names)}"))
    if decided is not None:
        console.print(Text(f"Decided: {decided}"))
    keys = ", ".join(f"{key} {name}" for key, name in CLASS_OF_KEY.items())
    console.print(Text(f"Keys: {keys}, space skip, b back, q quit", "dim"))


def _describe_votes(dispute: Dispute, with_names: bool) -> str:
    if with_names:
        return ", ".join(f"{name} {vote}" for name, vote in sorted(dispute.votes.items()))
    counts = Counter(dispute.votes.values())
    return ", ".join(f"{counts[name]} {name}" for name in CLASSES if counts[name])
