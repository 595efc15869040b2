"""Judges the figures of a soak and writes them down."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from statistics import median
from typing import Any, NamedTuple

from soak_samples import Handles, Sample

# Caches fill and the allocator finds its size in the first minutes.
WARM_UP_MINUTES = 10.0
# Each way of running has come once for each archive.
FIRST_ROUND = 12


class Slope(NamedTuple):
    """Growth of resident memory after the warm-up, in megabytes an hour, with a 95 % interval."""

    estimate: float
    low: float
    high: float


@dataclass(slots=True)
class Figures:
    """What a soak found.

    Attributes:
        faults: why it fails, one line each.
        runs: by the way in which they were run.
        rejected: records by kind.
        handles: after each run.
        slopes: by process.
    """

    minutes: float
    faults: list[str] = field(default_factory=list)
    runs: Counter[str] = field(default_factory=Counter)
    records: int = 0
    rows: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    workers_killed: int = 0
    trees_killed: int = 0
    samples: list[Sample] = field(default_factory=list)
    handles: list[Handles] = field(default_factory=list)
    slopes: dict[str, Slope] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """All of it, for JSON."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


def processes(figures: Figures) -> list[str]:
    """The processes that live through the soak."""
    return sorted({one.who for one in figures.samples} - {"others"})


def by_minute(figures: Figures, who: str) -> dict[int, float]:
    """Median resident megabytes of each minute."""
    found: dict[int, list[float]] = {}
    for one in figures.samples:
        if one.who == who:
            found.setdefault(int(one.minute), []).append(one.megabytes)
    return {minute: median(values) for minute, values in found.items()}


def judge(figures: Figures, max_slope: float) -> None:
    """Adds slopes, and the faults that only the end shows.

    Args:
        figures: of the soak.
        max_slope: megabytes an hour by which memory may grow.
    """
    # The workers import the script too, and are as small as they ever are without it.
    from scipy.stats import theilslopes

    for who in processes(figures):
        warm = min(WARM_UP_MINUTES, figures.minutes / 4)
        points = {m: size for m, size in by_minute(figures, who).items() if m >= warm}
        if len(points) < 3:
            continue
        # One point a minute: neighbouring samples of a process are nearly the same one.
        slope, _, low, high = theilslopes(list(points.values()), list(points))
        figures.slopes[who] = Slope(60 * slope, 60 * low, 60 * high)
        if 60 * slope > max_slope:
            figures.faults.append(f"{who}: grows by {60 * slope:.1f} MB an hour")
    if len(figures.handles) <= FIRST_ROUND:
        return
    first, last = figures.handles[FIRST_ROUND - 1], figures.handles[-1]
    for who in first.files:
        if last.files.get(who, 0) > first.files[who]:
            figures.faults.append(f"{who}: {first.files[who]} files open, {last.files[who]} later")
        if last.threads.get(who, 0) > first.threads[who]:
            figures.faults.append(f"{who}: {first.threads[who]} threads, {last.threads[who]} later")
    if last.children > first.children:
        figures.faults.append(f"{first.children} child processes, {last.children} later")


def render(figures: Figures) -> str:
    """The figures as Markdown."""
    accepted = figures.records - figures.rejected.total()
    ways = ", ".join(f"{count} {way}" for way, count in figures.runs.items())
    lines = [
        "| what | figure |",
        "| --- | --- |",
        f"| minutes | {figures.minutes:g} |",
        f"| runs | {figures.runs.total():,} ({ways}) |",
        f"| records | {figures.records:,}: {accepted:,} labelled into {figures.rows:,} segments, "
        f"{figures.rejected.total():,} rejected |",
        f"| killed | {figures.workers_killed} workers, {figures.trees_killed} whole runs |",
        f"| faults | {len(figures.faults)} |",
        "",
        *(f"- {fault}" for fault in figures.faults),
        *([""] if figures.faults else []),
        *_render_memory(figures),
        "",
        "| rejected because of | records |",
        "| --- | --- |",
        *(f"| {kind} | {count:,} |" for kind, count in sorted(figures.rejected.items())),
    ]
    return "\n".join(lines) + "\n"


def _render_memory(figures: Figures) -> list[str]:
    marks = [one for one in (10, 30, 60, 90, 120) if one <= figures.minutes] or [1]
    head = " | ".join(f"MB at {mark} min" for mark in marks)
    lines = [
        f"| process | {head} | MB an hour (95 %) | files | threads |",
        "| --- " * (len(marks) + 4) + "|",
    ]
    for who in processes(figures):
        sizes = by_minute(figures, who)
        shown = " | ".join(f"{_nearest(sizes, mark):.1f}" for mark in marks)
        slope = figures.slopes.get(who)
        growth = f"{slope.estimate:+.2f} ({slope.low:+.2f} to {slope.high:+.2f})" if slope else "–"
        first = figures.handles[min(FIRST_ROUND, len(figures.handles)) - 1]
        last = figures.handles[-1]
        lines.append(
            f"| {who} | {shown} | {growth} | {first.files.get(who)} → {last.files.get(who)} | "
            f"{first.threads.get(who)} → {last.threads.get(who)} |"
        )
    return lines


def _nearest(sizes: dict[int, float], minute: int) -> float:
    return sizes[min(sizes, key=lambda one: abs(one - minute))]
