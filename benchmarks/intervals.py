"""How often a 95 % interval holds the truth, and how often equal models pass for equal; by hand.

    python benchmarks/intervals.py

The population are the articles of a gold set with the labels of two fast models, so that errors
cluster as they do in real use. Gold sets of several sizes are drawn from it with replacement; the
truth is the score of the whole population. For equal models, A and B change places in half of the
articles at random.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from scipy.stats import bootstrap

from hedgerow import load_classifier
from hedgerow.comparison import judge, measure_difference
from hedgerow.evaluation import Counts, Values, macro_f1, make_interval, resample
from hedgerow.gold import check_classifier, read_gold
from hedgerow.report_view import make_table

MODELS = ("linear", "keywords")
METHODS = ("percentile", "BCa", "expanded percentile")
Span = tuple[float, float]


def count_confusions(path: Path) -> Counts:
    """Confusions of each article by both models, of shape (articles, 2, 4, 4)."""
    gold = read_gold(path)
    reports = [check_classifier(load_classifier(name), gold).on_gold_segments for name in MODELS]
    return np.stack([list(report.by_document.values()) for report in reports], axis=1)


def score(confusions: Counts) -> Values:
    """Macro-F1 of A, and B's less A's, along a new first axis."""
    a, b = np.moveaxis(macro_f1(confusions), -1, 0)
    return np.stack([a, b - a])


def bca_intervals(counts: Counts) -> list[Span]:
    """BCa intervals (Efron 1987, Better Bootstrap Confidence Intervals) by scipy."""

    def statistic(articles: Counts, axis: int = -1) -> Values:
        return score(counts[articles].sum(axis=articles.ndim - 1))

    found = bootstrap(
        (np.arange(len(counts)),), statistic, n_resamples=2000, method="BCa", vectorized=True,
        rng=np.random.default_rng(0),
    ).confidence_interval  # fmt: skip
    return list(zip(found.low.tolist(), found.high.tolist(), strict=True))


def own_intervals(counts: Counts, drawn: Counts) -> list[Span]:
    """The intervals that Hedgerow prints."""
    intervals = [
        make_interval(value, values, len(counts))
        for value, values in zip(score(counts.sum(axis=0)), score(drawn), strict=True)
    ]
    return [(one.low, one.high) for one in intervals]


def measure(population: Counts, articles: int, rounds: int) -> tuple[dict[str, Values], float]:
    """Coverage of both scores by each method, and the share of equal models called equal."""
    random = np.random.default_rng(articles)
    truth = score(population.sum(axis=0))
    held = {method: np.zeros(2) for method in METHODS}
    equal = 0
    for seed in track(range(rounds), f"{articles} articles", transient=True):
        counts = population[random.integers(len(population), size=articles)]
        drawn = resample(counts, seed)
        low, high = np.quantile(score(drawn), (0.025, 0.975), axis=1)
        for method, spans in (
            ("percentile", zip(low, high, strict=True)),
            ("BCa", bca_intervals(counts)),
            ("expanded percentile", own_intervals(counts, drawn)),
        ):
            held[method] += [
                low <= value <= high for value, (low, high) in zip(truth, spans, strict=True)
            ]
        swapped = np.where(random.random((articles, 1, 1, 1)) < 0.5, counts[:, ::-1], counts)
        difference = measure_difference(macro_f1, swapped, resample(swapped, seed))
        equal += judge(difference, articles).outcome == "no difference"
    return {method: found / rounds for method, found in held.items()}, equal / rounds


def main() -> None:
    """Reads the command line and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gold", type=Path, default=Path("data/gold"))
    parser.add_argument("--articles", type=int, nargs="*", default=[10, 20, 50, 150])
    parser.add_argument("--rounds", type=int, default=2000, help="gold sets drawn of each size")
    arguments = parser.parse_args()
    population = count_confusions(arguments.gold)
    table = make_table(
        "Share of 95 % intervals that hold the truth", "articles", "interval", "macro-F1", "B − A"
    )
    lines = []
    for articles in arguments.articles:
        held, equal = measure(population, articles, arguments.rounds)
        for method, (of_score, of_difference) in held.items():
            table.add_row(str(articles), method, f"{of_score:.3f}", f"{of_difference:.3f}")
        lines.append(f"{articles} articles: no difference in {equal:.1%} of pairs of equal models")
    console = Console(highlight=False)
    console.print(table)
    console.print("\n".join(lines))


if __name__ == "__main__":
    main()
