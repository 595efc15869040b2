"""``hedgerow evaluate``."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hedgerow.cli.options import DeviceOption, ForceOption, ModelOption, refuse_worse
from hedgerow.errors import HedgerowError

if TYPE_CHECKING:
    from hedgerow.gold_report import GoldReport

_SUFFIXES = (".json", ".md", ".html")


def evaluate(
    gold: Annotated[
        Path, typer.Option(help="A gold folder, or a JSONL file of gold segments.")
    ] = Path("data/gold"),
    model: ModelOption = "base",
    device: DeviceOption = "cpu",
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
    prevalence: Annotated[
        str | None,
        typer.Option(
            metavar="SHARES",
            help="Expect F1 at another class mix, such as "
            "fact=0.64,speculation=0.15,recommendation=0.08,none=0.13.",
        ),
    ] = None,
    out: Annotated[
        list[Path] | None,
        typer.Option(
            "--out", "-o", help="Write the report as FILE.json, .md or .html; may be repeated."
        ),
    ] = None,
    force: ForceOption = False,
) -> None:
    """Check a model against hand-labelled segments; --out writes the report as a file.

    Lower by more than noise means that the whole 95 % interval of the difference in macro-F1,
    from a bootstrap that draws the same articles for both models, lies below 0.
    """
    from rich.console import Console

    from hedgerow.classification import load_classifier
    from hedgerow.confusion import parse_prevalence
    from hedgerow.earlier_report import judge_against, read_earlier_report
    from hedgerow.files import open_output
    from hedgerow.gold import read_gold
    from hedgerow.gold_report import make_report
    from hedgerow.report_view import show_report

    thresholds = [_parse_threshold(one) for one in fail_under or []]
    shares = None if prevalence is None else parse_prevalence(prevalence)
    outputs = list(out or [])
    _check_outputs(outputs, force)
    if fail_if_worse_than and fail_if_worse_than.resolve() in [one.resolve() for one in outputs]:
        # A failed run must not become what the next one is compared with.
        raise HedgerowError(
            f"--out: expected another file than that of --fail-if-worse-than, found "
            f"{str(fail_if_worse_than)!r}; write the new report elsewhere"
        )
    earlier = None if fail_if_worse_than is None else read_earlier_report(fail_if_worse_than)
    names = [name for name in ("linear", "keywords") if baselines and name != model]
    report = make_report(
        load_classifier(model, device=device),
        read_gold(gold),
        baselines=[load_classifier(name) for name in names],
        prevalence=shares,
    )
    show_report(Console(highlight=False, markup=False), report)
    for path in outputs:
        content = _render(report, path.suffix.lower())
        with open_output(path, force=force) as stream:
            stream.write(content)
    verdict = None
    if earlier is not None:
        verdict = judge_against(report.check, earlier)
        typer.echo(verdict.text)
    metrics = report.headline.metrics()
    if report.check.end_to_end is None:
        # Without the articles nothing was split, so there is nothing to fail under.
        del metrics["split_f1"]
    if not report.headline.sources.gold:
        del metrics["source_f1"]
    _check_thresholds(thresholds, metrics)
    if verdict is not None:
        refuse_worse("--fail-if-worse-than", verdict)


def _check_outputs(paths: list[Path], force: bool) -> None:
    from hedgerow.files import check_output

    for path in paths:
        if path.suffix.lower() not in _SUFFIXES:
            raise HedgerowError(
                f"--out: expected a name that ends in {', '.join(_SUFFIXES)}, found {str(path)!r}; "
                "choose the format by the suffix"
            )
        if paths.count(path) > 1:
            raise HedgerowError(f"--out: expected each file once, found {str(path)!r} again")
        check_output(path, force=force)


def _render(report: GoldReport, suffix: str) -> str:
    if suffix == ".json":
        return json.dumps(report.to_dict(), indent=2)
    if suffix == ".md":
        from hedgerow.report_markdown import render_markdown

        return render_markdown(report)
    from hedgerow.report_page import render_report

    return render_report(report)


def _parse_threshold(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        least = float(value)
    except ValueError:
        least = math.nan
    if not 0 <= least <= 1:
        raise HedgerowError(
            "--fail-under: expected SCORE=VALUE with a value from 0 to 1, such as macro_f1=0.7, "
            f"found {text!r}; mend it"
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
