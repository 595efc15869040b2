"""Accuracy, speed and memory of Hedgerow's segmentation beside other sentence splitters.

    python benchmarks/segmentation.py [FILE_OR_FOLDER ...] [--output TABLE.md]

Reads JSONL rows ``{"text": ..., "spans": [[start, end], ...]}``; a third entry of a span is its
kind and is scored where it is present. Without an argument the repository's own cases are
used. Libraries come with the extra ``bench``; a missing one is skipped with a line saying so.
"""

from __future__ import annotations

import argparse
import gc
import json
import re
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from peers import PEERS, Splitter, by_line, installed_version

from hedgerow.segmentation import segment

OWN_CASES = Path(__file__).parent.parent / "data" / "segmentation"
OURS = "Hedgerow"
_MARKS = re.compile(
    r"(?:[\s|>]+|#{1,6}\s+|[•◦▪‣●○■⁃∙]\s*|[-*+–·]\s+|\(?(?:\d{1,3}|[a-z])(?:\.\)|[.)])\s+)+"
)
_PROSE = "The harbour board of Marlow voted on Tuesday to close the old pier for the winter. "
_PATHOLOGICAL: dict[str, Callable[[int], str]] = {
    "no punctuation": lambda size: "word " * (size // 5),
    "full stops only": lambda size: "." * (size // 10),
    '"U.S. " repeated': lambda size: "U.S. " * (size // 5),
    '"(" repeated': lambda size: "(" * size,
    "spaces only": lambda size: " " * size,
    "one line of prose, 25 times as long": lambda size: _PROSE * (25 * size // len(_PROSE)),
    "quotation marks": lambda size: '"' * size,
    "pipes": lambda size: "|" * size,
    "list marks": lambda size: "- 1. " * (size // 5),
    "lone surrogates": lambda size: "\ud800. " * (size // 3),
    "brackets that close": lambda size: "a .) " * (size // 5),
    "quotations that close": lambda size: "a b.” c " * (size // 8),
    "emoticons": lambda size: " :) A" * (size // 5),
    "NULs": lambda size: "\0" * size,
}


class Case(NamedTuple):
    """A text with its right spans; ``kinds`` is empty where they weren't given."""

    text: str
    spans: list[tuple[int, int]]
    kinds: list[str]


class Counts(NamedTuple):
    """Hits, predictions and gold entries, to be turned into F1."""

    hits: int = 0
    predicted: int = 0
    gold: int = 0

    def plus(self, predicted: set[object], gold: set[object]) -> Counts:
        """These counts with one more document."""
        return Counts(
            self.hits + len(predicted & gold),
            self.predicted + len(predicted),
            self.gold + len(gold),
        )

    @property
    def f1(self) -> float:
        """F1 in percent; 100 where there was nothing to find and nothing was found."""
        total = self.predicted + self.gold
        return 200 * self.hits / total if total else 100.0


def read_cases(path: Path) -> list[Case]:
    """Read the cases of a JSONL file, or of every ``*.jsonl`` in a folder.

    Raises:
        SystemExit: when there is no such file, or a row lacks ``text`` or ``spans``.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    cases = []
    for file in files:
        if not file.is_file():
            raise SystemExit(f"{file}: expected a JSONL file or a folder of them, found none")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            row = json.loads(line)
            if not isinstance(row, dict) or "text" not in row or "spans" not in row:
                raise SystemExit(f'{file}:{number}: expected an object with "text" and "spans"')
            kinds = [span[2] for span in row["spans"] if len(span) > 2]
            cases.append(Case(row["text"], [(span[0], span[1]) for span in row["spans"]], kinds))
    return cases


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without white space, list and heading marks and edge pipes."""
    found = _MARKS.match(text, start, end)
    first = found.end() if found and found.end() < end else start
    while first < end and (text[end - 1].isspace() or text[end - 1] == "|"):
        end -= 1
    while first < end and text[first].isspace():
        first += 1
    return first, end


def score(cases: Iterable[Case], splitter: Splitter) -> tuple[float, float]:
    """Boundary F1 (ends of spans but the last) and exact-span F1, in percent."""
    boundaries = spans = Counts()
    for case in cases:
        gold = _trimmed(case.text, case.spans)
        predicted = _trimmed(case.text, splitter(case.text))
        spans = spans.plus(set(predicted), set(gold))
        boundaries = boundaries.plus(_inner_ends(predicted), _inner_ends(gold))
    return boundaries.f1, spans.f1


def score_kinds(cases: Iterable[Case]) -> float | None:
    """F1 of Hedgerow's spans with their kinds, in percent; None without kinds in the cases."""
    counts = Counts()
    for case in cases:
        if case.kinds and len(case.kinds) == len(case.spans):
            gold = {
                (*trim(case.text, *span), kind)
                for span, kind in zip(case.spans, case.kinds, strict=True)
            }
            predicted = {(*trim(case.text, s.start, s.end), s.kind) for s in segment(case.text)}
            counts = counts.plus(set(predicted), set(gold))
    return counts.f1 if counts.gold else None


def _trimmed(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    return [span for span in (trim(text, *raw) for raw in spans) if span[0] < span[1]]


def _inner_ends(spans: list[tuple[int, int]]) -> set[object]:
    ends = sorted({end for _, end in spans})
    return set(ends[:-1] if len(ends) > 1 else ends)


def split_ours(text: str) -> list[tuple[int, int]]:
    """Hedgerow as a splitter: structure, sentences and context, spans kept."""
    return [(piece.start, piece.end) for piece in segment(text)]


def note(message: str) -> None:
    """Tell the user something that doesn't belong into the table."""
    print(message, file=sys.stderr, flush=True)


def load_splitters(names: list[str]) -> dict[str, Splitter]:
    """Hedgerow and every installed peer, each plain and line by line (``@L``)."""
    splitters: dict[str, Splitter] = {OURS: split_ours}
    for peer in PEERS:
        if names and peer.name not in names:
            continue
        try:
            splitter = peer.make()
        except (ImportError, OSError) as error:
            note(f"skipped {peer.name}: {error} (pip install {peer.distribution})")
            continue
        note(f"{peer.name}: {peer.distribution} {installed_version(peer.distribution)}")
        splitters[peer.name] = splitter
        splitters[f"{peer.name} @L"] = by_line(splitter)
    return splitters


def measure_speeds(
    splitters: dict[str, Splitter], text: str, rounds: int, seconds: float
) -> dict[str, float]:
    """Median MB per second of processor time, the splitters taking turns within every round.

    A slow splitter gets a shorter piece of the text, about ``seconds`` of work per turn.
    """
    samples = {}
    for name, splitter in splitters.items():
        probe = text[:20_000]
        splitter(probe)
        rate = len(probe) / max(_seconds(splitter, probe), 1e-6)
        samples[name] = text[: max(20_000, min(len(text), int(rate * seconds)))]
    # What one library keeps in memory must not slow the garbage collection of the next.
    gc.freeze()
    times: dict[str, list[float]] = {name: [] for name in splitters}
    for _ in range(rounds):
        for name, splitter in splitters.items():
            times[name].append(_seconds(splitter, samples[name]))
    return {
        name: len(samples[name].encode()) / 1e6 / statistics.median(times[name])
        for name in splitters
    }


def _seconds(splitter: Splitter, text: str) -> float:
    # Processor time, not the clock on the wall: other work on the machine doesn't count, and
    # a library that runs on several cores gets no credit for them.
    start = time.process_time()
    splitter(text)
    return time.process_time() - start


def _peak_memory(name: str, text: str) -> float:
    """Peak memory of this process in MB after loading a splitter and splitting ``text``."""
    if name == OURS:
        split_ours(text)
    else:
        next(peer for peer in PEERS if peer.name == name).make()(text)
    # The kernel's own figure: that of getrusage is inherited from the parent process.
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure_memory(names: Iterable[str], text: str) -> dict[str, float]:
    """Peak memory in MB per splitter, each in a process of its own."""
    peaks = {}
    for name in names:
        with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
            peaks[name] = pool.submit(_peak_memory, name, text).result()
    return peaks


def measure_growth(size: int) -> Iterator[tuple[str, float, float]]:
    """Seconds for each pathological input at half and at full size; double is linear."""
    for name, make in _PATHOLOGICAL.items():
        half, full = make(size // 2), make(size)
        best = min(_seconds(split_ours, half) for _ in range(3))
        yield name, best, min(_seconds(split_ours, full) for _ in range(3))


def _timing_text(sets: dict[str, list[Case]], arguments: argparse.Namespace) -> str:
    """The text to time on: the file that was named, else all cases, repeated to full length."""
    file: Path | None = arguments.speed_text
    length: int = arguments.speed_bytes
    if file:
        text = file.read_text(encoding="utf-8")
    else:
        text = "\n\n".join(case.text for cases in sets.values() for case in cases)
    return ((text + "\n\n") * (length // max(1, len(text)) + 1))[:length]


def write_report(arguments: argparse.Namespace) -> Iterator[str]:
    """The lines of the Markdown report."""
    splitters = load_splitters(arguments.peers)
    sets = {path.stem: read_cases(path) for path in arguments.paths}
    text = _timing_text(sets, arguments)
    speeds = measure_speeds(splitters, text, arguments.rounds, arguments.seconds)
    plain = [name for name in splitters if not name.endswith("@L")]
    peaks = measure_memory(plain, text[:1_000_000]) if arguments.memory else {}
    yield f"| system | {' | '.join(sets)} | MB/s | peak MB |"
    yield "| --- |" + " --- |" * (len(sets) + 2)
    for name, splitter in splitters.items():
        cells = ["{:.1f} / {:.1f}".format(*score(cases, splitter)) for cases in sets.values()]
        peak = f"{peaks[name]:.0f}" if name in peaks else ""
        yield f"| {name} | {' | '.join(cells)} | {speeds[name]:.3g} | {peak} |"
    for label, cases in sets.items():
        right = sum(
            _trimmed(case.text, split_ours(case.text)) == _trimmed(case.text, case.spans)
            for case in cases
        )
        yield f"\nHedgerow gets all spans of {right} of the {len(cases)} texts of {label} right."
        kinds = score_kinds(cases)
        if kinds is not None:
            yield f"\nSpans with the right kind on {label}: F1 {kinds:.1f}."
    if arguments.pathological:
        yield "\n| input | 1 MB, s | 2 MB, s | ratio |"
        yield "| --- | --- | --- | --- |"
        for name, half, full in measure_growth(2_000_000):
            yield f"| {name} | {half:.3f} | {full:.3f} | {full / max(half, 1e-9):.1f} |"


def main() -> None:
    """Read the command line, measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path, default=[OWN_CASES])
    parser.add_argument("--peers", nargs="*", default=[], help="names of peers (default: all)")
    parser.add_argument("--rounds", type=int, default=5, help="timing rounds (default: 5)")
    parser.add_argument("--seconds", type=float, default=1.0, help="work per timing turn")
    parser.add_argument("--speed-text", type=Path, help="text file to time on (default: the cases)")
    parser.add_argument(
        "--speed-bytes", type=int, default=5_000_000, help="length of the timed text"
    )
    parser.add_argument("--no-memory", dest="memory", action="store_false")
    parser.add_argument("--no-pathological", dest="pathological", action="store_false")
    parser.add_argument("--output", type=Path, help="write the Markdown table here too")
    arguments = parser.parse_args()
    lines = []
    for line in write_report(arguments):
        print(line, flush=True)
        lines.append(line)
    if arguments.output:
        arguments.output.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
