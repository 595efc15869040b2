"""Fuzzes the surfaces one after another: ``python -m tests.fuzz.run --minutes 10 [SURFACE…]``.

Each runs in a process of its own, with limits on memory and on the time of one input. Inputs that
reached new code stay in ``out/fuzz/corpus``; the smallest input of each failure, with its
traceback, in ``out/fuzz/findings``. Needs the extra ``fuzz``, on Linux.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from .inputs import TOKENS
from .targets import TARGETS, load_target

_ROOT = Path(__file__).parents[2]
_MEMORY_MIB = 3072
_SECONDS_AN_INPUT = 20
_LONGEST_INPUT = 4096


class Run(NamedTuple):
    """What came of fuzzing one surface."""

    name: str
    executions: int
    seconds: float
    processor_seconds: float
    edges: int
    corpus: int
    findings: int


def main() -> int:
    """Runs the surfaces that were named, or all, and prints a table; 1 if there were findings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("surfaces", nargs="*", metavar="SURFACE", help=", ".join(TARGETS))
    parser.add_argument("--minutes", type=float, default=10, help="for each surface")
    parser.add_argument("--out", type=Path, default=_ROOT / "out" / "fuzz", help="folder to fill")
    options = parser.parse_args()
    if unknown := set(options.surfaces) - set(TARGETS):
        parser.error(f"expected out of {', '.join(TARGETS)}, found {', '.join(sorted(unknown))}")
    print(*Run._fields, sep=" | ")
    print(*["---"] * len(Run._fields), sep=" | ")
    found = 0
    for name in options.surfaces or TARGETS:
        run = fuzz(name, options.out, 60 * options.minutes)
        figures = (f"{figure:.0f}" for figure in run[1:])
        print(run.name, *figures, sep=" | ", flush=True)
        found += run.findings
    return 1 if found else 0


def fuzz(name: str, out: Path, seconds: float) -> Run:
    """Fuzzes one surface for a while; a process that dies of an input is started anew."""
    corpus, findings = out / "corpus" / name, out / "findings" / name
    for folder in (corpus, findings):
        folder.mkdir(parents=True, exist_ok=True)
    for seed in load_target(name).SEEDS:
        (corpus / hashlib.sha1(seed).hexdigest()).write_bytes(seed)
    dictionary = out / "tokens.dict"
    dictionary.write_text("".join(map(_dictionary_line, TOKENS)), encoding="ascii")
    executions = edges = 0
    begin, before = time.monotonic(), _children_seconds()
    while (left := seconds - (time.monotonic() - begin)) > 1:
        log = _fuzz_once(name, corpus, findings, dictionary, left)
        executions += max(map(int, re.findall(r"^#(\d+)\t", log, re.MULTILINE)), default=0)
        edges = max([edges, *map(int, re.findall(r"\bcov: (\d+)", log))])
    return Run(
        name,
        executions,
        time.monotonic() - begin,
        _children_seconds() - before,
        edges,
        len(list(corpus.iterdir())),
        len([file for file in findings.iterdir() if file.suffix != ".txt"]),
    )


def _fuzz_once(name: str, corpus: Path, findings: Path, dictionary: Path, seconds: float) -> str:
    arguments = [
        str(corpus),
        f"-max_total_time={int(seconds)}",
        f"-timeout={_SECONDS_AN_INPUT}",
        f"-rss_limit_mb={_MEMORY_MIB}",
        f"-max_len={_LONGEST_INPUT}",
        f"-dict={dictionary}",
        f"-artifact_prefix={findings}/",
        f"-report_slow_units={_SECONDS_AN_INPUT}",
    ]
    paths = [str(_ROOT / "pipeline"), str(_ROOT)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.fuzz", name, str(findings), *arguments],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=_limit_memory,
    )
    log = done.stdout.decode("utf-8", "replace")
    (findings.parent / f"{name}.log").write_text(log, encoding="utf-8")
    if done.returncode and not re.search(r"^#\d+\t", log, re.MULTILINE):
        sys.exit(f"{name}: could not be fuzzed:\n{log[-2000:]}")
    return log


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _limit_memory() -> None:
    # Above libFuzzer's own limit, which names the input.
    limit = 2 * _MEMORY_MIB * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _dictionary_line(token: str) -> str:
    content = token.encode("utf-8", "surrogatepass")
    return '"' + "".join(f"\\x{byte:02x}" for byte in content) + '"\n'


if __name__ == "__main__":
    sys.exit(main())
