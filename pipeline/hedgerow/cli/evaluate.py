"""``hedgerow evaluate``."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Annotated

import typer

from hedgerow.cli.options import ForceOption, ModelOption, OutOption, refuse_worse
from hedgerow.errors import HedgerowError


def evaluate(
    gold: Annotated[
        Path, typer.Option(help="A gold folder, or a JSONL file of gold segments.")
    ] = Path("data/gold"),
    model: ModelOption = "base",
    fail_under: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SCORE=VALUE",
            help="Exit with status 1 if a score is lower, such as macro_f1=0.7; may be repeated.",
        ),
    ] = None,
    fail_if_worse_than: Annotated[
        Path | None,
        typer.Option(
            metavar="REPORT.JSON",
            help="Exit with status 1 if macro-F1 is lower by more than noise than in this report, "
            "which --out wrote before.",
        ),
    ] = None,
    baselines: Annotated[
        bool, typer.Option(help="Score the keyword rules and the linear model beside it.")
    ] = True,
    out: OutOption = None,
    force: ForceOption = False,
) -> None:
    """Check a model against hand-labelled segments; --out writes the report as JSON.

    Lower by more than noise means that the whole 95 % interval of the difference in macro-F1,
    from a bootstrap that draws the same articles for both models, lies below 0.
    """
    from rich.console import Console

    from hedgerow.classification import load_classifier
    from hedgerow.earlier_report import judge_against, read_earlier_report
    from hedgerow.files import check_output, open_output
    from hedgerow.gold import check_classifier, read_gold
    from hedgerow.report_view import show_check

    thresholds = [_parse_threshold(one) for one in fail_under or []]
    if out is not None:
        check_output(out, force=force)
    earlier = None if fail_if_worse_than is None else read_earlier_report(fail_if_worse_than)
    gold_set = read_gold(gold)
    check = check_classifier(load_classifier(model), gold_set)
    others = [
        check_classifier(load_classifier(name), gold_set).on_gold_segments
        for name in ("linear", "keywords")
        if baselines and name != model
    ]
    show_check(Console(highlight=False), check, others)
    if out is not None:
        with open_output(out, force=force) as stream:
            json.dump(
                {
                    "on_gold_segments": check.on_gold_segments.to_dict(),
                    "end_to_end": check.end_to_end and check.end_to_end.to_dict(),
                    "baselines": [other.to_dict() for other in others],
                },
                stream,
                indent=2,
            )
    verdict = None
    if earlier is not None:
        verdict = judge_against(check, earlier)
        typer.echo(verdict.text)
    metrics = (check.end_to_end or check.on_gold_segments).metrics()
    if check.end_to_end is None:
        # Without the articles nothing was split, so there is nothing to fail under.
        del metrics["split_f1"]
    _check_thresholds(thresholds, metrics)
    if verdict is not None:
        refuse_worse("--fail-if-worse-than", verdict)


def _parse_threshold(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        least = float(value)
    except ValueError:
        least = math.nan
    if not math.isfinite(least):
        raise HedgerowError(
            f"--fail-under: expected SCORE=VALUE such as macro_f1=0.7, found {text!r}"
        )
    return name.strip(), least


def _check_thresholds(thresholds: list[tuple[str, float]], metrics: dict[str, float]) -> None:
    failed = []
    for name, least in thresholds:
        if name not in metrics:
            raise HedgerowError(
                f"--fail-under: expected one of {', '.join(metrics)}, found {name!r}"
            )
        if metrics[name] < least:
            failed.append(f"{name} {metrics[name]:.3f} < {least}")
    if failed:
        raise HedgerowError(f"--fail-under: {'; '.join(failed)}")
