"""Damage clean text the way the web does, keeping the gold spans right.

    python benchmarks/damage.py IN.jsonl OUT.jsonl [--glue 0.2] [--lower 0.1] [--seed 0]

Rows are ``{"text": ..., "spans": [[start, end], ...]}`` before and after.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from random import Random


def damage(
    text: str, spans: list[list[int]], glue: float, lower: float, random: Random
) -> tuple[str, list[list[int]]]:
    """Drop spaces between sentences and write sentence starts small.

    Args:
        text: the clean text.
        spans: its gold spans, in order and disjoint.
        glue: chance that the space after a sentence with a final stop is dropped.
        lower: chance that a sentence starts with a small letter.
        random: source of chance.

    Returns:
        The damaged text and the spans in it.
    """
    damaged = text[: spans[0][0]] if spans else text
    moved: list[list[int]] = []
    ends = [start for start, _ in spans[1:]] + [len(text)]
    for (start, end), following in zip((span[:2] for span in spans), ends, strict=True):
        sentence = text[start:end]
        space = text[end:following]
        if moved and sentence[:1].isupper() and sentence[1:2].islower() and random.random() < lower:
            sentence = sentence[0].lower() + sentence[1:]
        if space == " " and sentence.endswith((".", "!", "?")) and random.random() < glue:
            space = ""
        moved.append([len(damaged), len(damaged) + len(sentence)])
        damaged += sentence + space
    return damaged, moved


def main() -> None:
    """Read the command line and write the damaged rows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--glue", type=float, default=0.2, help="chance per gap (default: 0.2)")
    parser.add_argument("--lower", type=float, default=0.1, help="chance per start (default: 0.1)")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    random = Random(arguments.seed)
    with arguments.target.open("w", encoding="utf-8") as target:
        for line in arguments.source.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            row["text"], row["spans"] = damage(
                row["text"], row["spans"], arguments.glue, arguments.lower, random
            )
            target.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
