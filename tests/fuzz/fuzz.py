"""Fuzzes one surface in this process, which libFuzzer may end: ``tests.fuzz.run`` starts it."""

from __future__ import annotations

import hashlib
import sys
import time
import traceback
from pathlib import Path

import atheris

from .targets import load_target

_SECONDS = 3.0
"""Of processor time for one small input, instrumented: far more than linear time takes."""


def main(name: str, findings: Path, arguments: list[str]) -> None:
    """Fuzzes until libFuzzer's arguments say stop; each finding is written, and fuzzing goes on."""
    with atheris.instrument_imports(include=["hedgerow", "trafilatura", "yaml"]):
        try_bytes = load_target(name).try_bytes
    findings.mkdir(parents=True, exist_ok=True)

    def try_once(data: bytes) -> None:
        begin = time.process_time()
        try:
            try_bytes(data)
            seconds = time.process_time() - begin
            assert seconds < _SECONDS, "too slow"
        except Exception as error:
            _keep(findings, data, error)

    atheris.Setup([sys.argv[0], *arguments], try_once)
    atheris.Fuzz()


def _keep(findings: Path, data: bytes, error: Exception) -> None:
    """Keeps the smallest input of each kind of failure, told apart by where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "hedgerow" in frame.filename or "fuzz" in frame.filename]
    places = "|".join(f"{frame.filename}:{frame.lineno}" for frame in ours[-2:])
    what = str(error).split(":")[0] if isinstance(error, AssertionError) else ""
    key = hashlib.sha256(f"{type(error).__name__}|{places}|{what}".encode()).hexdigest()[:12]
    file = findings / f"{key}.bin"
    if not file.exists() or len(data) < file.stat().st_size:
        file.write_bytes(data)
        text = "".join(traceback.format_exception(error))
        file.with_suffix(".txt").write_text(text[-4000:], encoding="utf-8", errors="replace")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
