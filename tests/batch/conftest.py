"""An archive of our own sentences, and a batch run of it that nothing disturbs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hedgerow.batch.engines import local_engine
from hedgerow.batch.runner import BatchSummary, run_batch
from hedgerow.batch.sources import find_sources
from hedgerow.batch.store import shard_files
from hedgerow.batch.work import BatchSettings

SENTENCES = [
    "The council closed the bridge on Monday.",
    "Officials said the dam could be refilled by spring.",
    "Residents should boil water until Friday.",
    "Ferries may stop in May, the harbour master warned.",
    "“We lost two boats,” said Tove Ahl, who runs the yard.",
]


def article(number: int) -> str:
    """A short article, different for each number."""
    chosen = [SENTENCES[(number + step) % len(SENTENCES)] for step in range(1 + number % 4)]
    return f"Bulletin {number} came out at noon. " + " ".join(chosen)


def write_archive(path: Path, articles: int) -> Path:
    """A JSONL file of articles with an outlet and a year."""
    rows = (
        {"id": f"a{i}", "text": article(i), "outlet": f"outlet {i % 3}", "year": 2020 + i % 4}
        for i in range(articles)
    )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


Runner = Callable[..., BatchSummary]


@pytest.fixture
def batch() -> Runner:
    """Runs a batch with keyword rules and small shards in one process."""

    def run(
        inputs: Any, out: Path, *, processes: int = 1, timeout: float = 60, **settings: Any
    ) -> BatchSummary:
        hooks = {
            name: settings.pop(name) for name in ("force", "report", "stop") if name in settings
        }
        sources, _ = find_sources(map(str, inputs if isinstance(inputs, list) else [inputs]))
        chosen = BatchSettings(
            **{"model": "keywords", "format": "jsonl", "shard_records": 10} | settings
        )
        return run_batch(
            sources,
            out,
            chosen,
            lambda work: local_engine(work, processes=processes, timeout=timeout),
            **hooks,
        )

    return run


def read_rows(out: Path) -> list[dict[str, Any]]:
    """The rows of JSONL shards that are done, in order."""
    return [
        json.loads(line)
        for file in shard_files(out)
        for line in file.read_text(encoding="utf-8").splitlines()
    ]


def read_rejected(out: Path) -> list[dict[str, Any]]:
    """The rejected records."""
    content = (out / "rejected.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in content.splitlines()]
