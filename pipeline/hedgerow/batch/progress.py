"""Shows how far a run is: a bar on a terminal, a log line every ten seconds elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hedgerow.batch.runner import Progress

_LINE_SECONDS = 10.0


@contextmanager
def show_progress() -> Iterator[Callable[[Progress], None]]:
    """A function to report to, which writes on standard error."""
    if sys.stderr.isatty():
        with _bar() as report:
            yield report
    else:
        yield _Lines()


@contextmanager
def _bar() -> Iterator[Callable[[Progress], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    bar = Bar(
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %  {task.description}"),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("starting", total=1.0)
        yield lambda now: bar.update(task, completed=now.share, description=describe(now))


class _Lines:
    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, now: Progress) -> None:
        if time.monotonic() - self._last >= _LINE_SECONDS:
            self._last = time.monotonic()
            print(f"hedgerow: {now.share:.0%}  {describe(now)}", file=sys.stderr, flush=True)


def describe(now: Progress) -> str:
    """Articles, segments per second, rejected records and the time left, as one line."""
    parts = [
        f"{now.totals.documents:,} articles",
        f"{now.rows_now / max(now.seconds, 1e-9):,.0f} segments/s",
        f"{now.totals.rejected:,} rejected",
    ]
    walked = now.share - now.share_before
    if walked > 0 and now.share < 1:
        left = now.seconds * (1 - now.share) / walked
        parts.append(f"{_duration(left)} left")
    return ", ".join(parts)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}"
