"""``hedgerow gold select``."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from hedgerow.cli.options import (
    EncodingOption,
    ErrorCounter,
    ForceOption,
    IdFieldOption,
    InputFormatOption,
    Inputs,
    MaxCharsOption,
    ModelOption,
    TextFieldOption,
    reading_options,
)
from hedgerow.errors import HedgerowError
from hedgerow.limits import MAX_CHARS


class StrategyName(StrEnum):
    """The strategies, as the command line spells them."""

    UNCERTAINTY = "uncertainty"
    DISAGREEMENT = "disagreement"
    DIVERSITY = "diversity"


def select(
    inputs: Inputs,
    out: Annotated[Path, typer.Option("--out", "-o", help="JSONL file to write the rows to.")],
    number: Annotated[int, typer.Option("--number", "-n", min=1, help="How many rows.")] = 100,
    model: ModelOption = "base",
    by: Annotated[
        list[StrategyName] | None,
        typer.Option(
            help="A strategy: small margins, model against keyword rules, or one of each kind of "
            "wording; repeat for several. By default all three."
        ),
    ] = None,
    random_share: Annotated[
        float, typer.Option(min=0, max=1, help="Part of the rows that is drawn at random.")
    ] = 0.2,
    seed: Annotated[int, typer.Option(help="Seed of the draw.")] = 0,
    exclude: Annotated[
        list[Path] | None,
        typer.Option(help="A gold folder or JSONL file whose rows to leave out; may be repeated."),
    ] = None,
    force: ForceOption = False,
    input_format: InputFormatOption = None,
    encoding: EncodingOption = "utf-8",
    id_field: IdFieldOption = "id",
    text_field: TextFieldOption = "text",
    max_chars: MaxCharsOption = MAX_CHARS,
) -> None:
    """Choose what to label next, from articles or from rows that hedgerow label printed.

    Each row says why it was chosen and its inclusion probability, for unbiased estimates.
    """
    from hedgerow.annotation.candidates import chosen_rows, read_candidates, read_keys
    from hedgerow.annotation.selection import STRATEGIES, choose
    from hedgerow.files import check_output, open_output
    from hedgerow.labeling import ClaimLabeler
    from hedgerow.writing import write_jsonl

    check_output(out, force=force)
    errors = ErrorCounter()
    candidates = read_candidates(
        inputs,
        ClaimLabeler(model),
        reading_options(input_format, encoding, id_field, text_field, max_chars),
        excluded=read_keys(exclude or ()),
        on_error=errors,
    )
    if not candidates.rows:
        # Inputs that couldn't be read have been named already.
        errors.exit_if_any()
        raise HedgerowError(
            "select: expected segments to choose from, found none; name other articles, or leave "
            "--exclude out"
        )
    choices = choose(
        [one.segment for one in candidates.segments],
        candidates.probabilities,
        number,
        strategies=[strategy.value for strategy in by] if by else STRATEGIES,
        random_share=random_share,
        seed=seed,
    )
    with open_output(out, force=force) as stream:
        write_jsonl(chosen_rows(candidates, choices), stream)
    counts = Counter(choice.reason for choice in choices)
    reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(counts.items()))
    typer.echo(f"{len(choices)} of {len(candidates.rows)} segments in {out}: {reasons}")
    errors.exit_if_any()
