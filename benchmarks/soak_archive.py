"""Archives for the soak: our own articles in every format, with bad records of every kind."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from batch import read_passages

MAX_CHARS = 20_000

BAD_LINES: dict[str, Callable[[str], bytes]] = {
    "broken JSON": lambda text: json.dumps({"text": text}).encode()[:-2],
    "nested too deep": lambda text: b'{"text": ' + b"[" * 15_000 + b"]" * 15_000 + b"}",
    "no object": lambda text: json.dumps([text]).encode(),
    "no text field": lambda text: json.dumps({"body": text}).encode(),
    "text of another type": lambda text: json.dumps({"text": 7}).encode(),
    "empty text": lambda text: b'{"text": " \\n "}',
    "marks only": lambda text: json.dumps({"text": "… — ?!"}).encode(),
    "wrong encoding": lambda text: '{"text": "The café shut."}'.encode("latin-1"),
    "NUL byte": lambda text: b'{"text": "The dam\x00 closed."}',
    "lone surrogate": lambda text: b'{"text": "The dam \\ud83d closed."}',
    "too many characters": lambda text: json.dumps({"text": "The dam shut. " * 1500}).encode(),
    "too many bytes": lambda text: json.dumps({"text": "The dam shut. " * 20_000}).encode(),
}
"""One line of a JSONL file that gives no article, made from the text of one that would."""

REASONS = {
    "lone surrogate": "found half a character",
    "broken JSON": "expected one JSON object a line",
    "nested too deep": "expected one JSON object a line",
    "no object": "expected a JSON object",
    "no text field": "expected text in field 'text', found no such field",
    "text of another type": "expected text in field 'text', found int",
    "empty text": "expected text in field 'text', found str",
    "marks only": "found no letter or digit",
    "wrong encoding": "expected utf-8 text",
    "NUL byte": "found a binary file",
    "too many characters": "characters, found",
    "too many bytes": "bytes, found more",
    "row with a cell too many": "expected 2 cells, found 3",
    "truncated gzip file": "expected a whole gzip file",
    "empty file": "found an empty file",
    "no Parquet file": "expected a parquet file",
    "page without an article": "found a page without one",
}
"""What the reason of a rejected record of each kind says; the first that fits counts."""


class Archive(NamedTuple):
    """A folder of files to label, and what must come of them.

    Attributes:
        rejected: number of records by kind.
        records: of all files together, bad ones counted.
    """

    folder: Path
    rejected: Counter[str]
    records: int


def write_archive(folder: Path, seed: int, articles: int = 300) -> Archive:
    """Fills a new folder, always with the same bytes for the same seed.

    About a fifth of the records are bad.
    """
    draw = random.Random(seed)
    # A sentence that no other archive has: whatever remembers texts would grow with them.
    passages = [
        odd(f"Bulletin {seed}-{number} came out. {text}", draw)
        for number, text in enumerate(draw.sample(read_passages(), articles))
    ]
    rejected: Counter[str] = Counter()
    folder.mkdir()
    lines = [
        json.dumps({"id": f"a{i}", "text": text, "page": i}) for i, text in enumerate(passages)
    ]
    records = [line.encode() for line in lines[: articles // 2]]
    for kind in [*BAD_LINES] * (articles // 60):
        records.insert(draw.randrange(len(records)), BAD_LINES[kind](draw.choice(passages)))
        rejected[kind] += 1
    (folder / "a.jsonl").write_bytes(b"\n".join(records) + b"\n")
    total = len(records)

    rest = articles - articles // 2
    quarter = rest // 4
    packed = "\n".join(lines[-rest : -rest + quarter]).encode()
    (folder / "b.jsonl.gz").write_bytes(gzip.compress(packed, mtime=0))
    total += quarter
    # Cut within the trailer: all the lines are read, and then the end is missing.
    (folder / "c.jsonl.gz").write_bytes(gzip.compress(packed + b"\n", mtime=0)[:-4])
    total += quarter + 1
    rejected["truncated gzip file"] += 1

    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["id", "text"])
    for number, text in enumerate(passages[-quarter:]):
        writer.writerow([f"c{number}", text])
        if number % 10 == 0:
            writer.writerow(["bad", text[:50], "too many"])
            rejected["row with a cell too many"] += 1
            total += 1
    (folder / "d.csv").write_text(table.getvalue(), encoding="utf-8", newline="")
    total += quarter

    for number, text in enumerate(passages[quarter : 2 * quarter : 4]):
        (folder / f"e{number:02}.txt").write_text(text, encoding="utf-8")
        (folder / f"f{number:02}.html").write_text(page(text, draw), encoding="utf-8")
        total += 2
    for name, content, kind in (
        ("g.txt", b"", "empty file"),
        ("h.parquet", b"PAR1 and nothing more", "no Parquet file"),
        ("i.html", b"<html><body></body></html>", "page without an article"),
    ):
        (folder / name).write_bytes(content)
        rejected[kind] += 1
        total += 1
    return Archive(folder, rejected, total)


def odd(text: str, draw: random.Random) -> str:
    """A text as the wild has it: every fourth gets something strange that is still legal."""
    strange: Sequence[str] = (
        "\u202eidbi\u202c ", "\ufeff", "e\u0301\u0301\u0301 ", "\U0001f6a2 ", "\r\n\r\n", "\u2028",
        "</p><script>x()</script>", "=HYPERLINK(1) ", "\t| a | b |\n",
        "\U000e0001", "x" * 4000 + " ",
    )  # fmt: skip
    if draw.random() < 0.75:
        return text
    place = draw.randrange(len(text))
    return text[:place] + draw.choice(strange) + text[place:]


def page(text: str, draw: random.Random) -> str:
    """An HTML page as careless tools write it, around an article."""
    body = "".join(f"<p>{one}" for one in text.split("\n\n"))
    depth = draw.choice([0, 3, 60])
    return (
        f"<!-- <!-- --><html><body>{'<div>' * depth}<nav><ul><li><a href=x>Home</a></ul></nav>"
        f"<article><h1>Bulletin</h2>{body}<img src=x onerror=y()></article>&bogus; &#0; <b><i></b>"
    )
