"""What /proc says of a process and its children, every few seconds."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

_SECONDS = 5.0
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Sample(NamedTuple):
    """One process at one moment.

    Attributes:
        minute: since the begin.
        who: ``driver``, a lasting worker by its name, or ``others`` for all other children, added.
        megabytes: resident memory.
    """

    minute: float
    who: str
    megabytes: float
    files: int
    threads: int
    processes: int = 1


class Handles(NamedTuple):
    """What is open while no run is on.

    Attributes:
        files: open file descriptors by process.
        threads: by process.
        children: processes below the driver.
    """

    files: dict[str, int]
    threads: dict[str, int]
    children: int


class Sampler:
    """Takes samples in a thread of its own."""

    def __init__(self, lasting: Callable[[], dict[str, int]], samples: list[Sample]) -> None:
        """Takes a function that tells the lasting workers, and where the samples go."""
        self._lasting = lasting
        self._began = time.monotonic()
        self.samples = samples

    @contextmanager
    def running(self) -> Iterator[None]:
        """Samples until the block ends."""
        stop = threading.Event()
        thread = threading.Thread(target=self._sample_until, args=(stop,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def minutes(self) -> float:
        """Since the sampler was made."""
        return (time.monotonic() - self._began) / 60

    def latest(self) -> str:
        """Resident memory by process, as one line."""
        newest = {one.who: f"{one.who} {one.megabytes:.1f} MB" for one in self.samples[-6:]}
        return ", ".join(newest.values())

    def _sample_until(self, stop: threading.Event) -> None:
        while not stop.wait(_SECONDS):
            minute = self.minutes()
            named = {"driver": os.getpid(), **self._lasting()}
            others = [pid for pid in descendants(os.getpid()) if pid not in named.values()]
            for who, pid in named.items():
                if found := look(pid):
                    self.samples.append(Sample(minute, who, *found))
            seen = [found for pid in others if (found := look(pid))]
            if seen:
                memory, files, threads = (sum(column) for column in zip(*seen, strict=True))
                self.samples.append(
                    Sample(minute, "others", memory, int(files), int(threads), len(seen))
                )


def look(pid: int) -> tuple[float, int, int] | None:
    """Resident megabytes, open files and threads of a process; None if it is gone."""
    folder = Path("/proc") / str(pid)
    try:
        pages = int((folder / "statm").read_text().split()[1])
        return pages * _PAGE / 1e6, len(os.listdir(folder / "fd")), len(os.listdir(folder / "task"))
    except (OSError, IndexError):
        return None


def descendants(pid: int) -> list[int]:
    """The processes below one."""
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(one) for one in path.read_text().split()]
        except OSError:
            continue
        for child in children:
            found += [child, *descendants(child)]
    return found


def count_handles(lasting: dict[str, int]) -> Handles:
    """What is open now, when only the lasting workers may be at rest."""
    seen = {who: look(pid) for who, pid in {"driver": os.getpid(), **lasting}.items()}
    return Handles(
        {who: one[1] for who, one in seen.items() if one},
        {who: one[2] for who, one in seen.items() if one},
        len(descendants(os.getpid())),
    )
