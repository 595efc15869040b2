r"""Prodigy: tasks and answers as JSON lines, for its ``choice`` and ``spans`` interfaces.

The fields are those of Prodigy's API docs: ``options`` and ``accept`` for choices, ``spans`` with
character offsets, ``answer`` for what the labeller did with the task.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from hedgerow.annotation.tasks import (
    JUDGEMENT_LABELS,
    SEGMENT,
    Annotation,
    Mark,
    Task,
    make_annotation,
    parse_reference,
)
from hedgerow.errors import HedgerowError
from hedgerow.files import read_json_lines
from hedgerow.reading import ErrorHandler, raise_error
from hedgerow.writing import write_jsonl

_OPTIONS = [{"id": name, "text": name} for name in JUDGEMENT_LABELS]


def write_tasks(tasks: Iterable[Task], stream: TextIO) -> int:
    """Writes a task a line; returns how many."""
    rows = [_task_row(task) for task in tasks]
    write_jsonl(rows, stream)
    return len(rows)


def _task_row(task: Task) -> dict[str, Any]:
    spans = [mark._asdict() for mark in task.marks]
    row: dict[str, Any] = {"text": task.text}
    if task.is_article:
        spans += (
            Mark(one.start, one.end, label)._asdict()
            for one in task.judgements
            for label in one.labels or [SEGMENT]
        )
    else:
        # A label, whether it is attributed, and a doubt are chosen together.
        row |= {"options": _OPTIONS, "config": {"choice_style": "multiple"}}
        row["accept"] = task.judgements[0].labels
        row["meta"] = {
            name: getattr(task, name)
            for name in ("heading", "lead_in", "before", "after")
            if getattr(task, name)
        }
    return row | {"spans": spans, "hedgerow": asdict(task.reference)}


def read_annotations(
    path: Path, reader: str | None = None, on_error: ErrorHandler = raise_error
) -> Iterator[Annotation]:
    """Yields the accepted tasks that ``prodigy db-out`` printed.

    Args:
        path: JSON lines.
        reader: name for the votes; without it the annotator's or the session's name.
        on_error: called with each line that doesn't hold an annotation.

    Raises:
        HedgerowError: the file can't be read.
    """
    for where, row in read_json_lines(path):
        if row.get("answer") in ("ignore", "reject"):
            continue
        try:
            yield _read_annotation(where, row, reader)
        except HedgerowError as error:
            on_error(error)


def _read_annotation(where: str, row: dict[str, Any], reader: str | None) -> Annotation:
    reference = parse_reference(where, row.get("hedgerow"))
    name = reader or row.get("_annotator_id") or row.get("_session_id")
    if row.get("answer") != "accept" or not name:
        raise HedgerowError(
            f"{where}: expected an answered task of a named annotator, found answer "
            f"{row.get('answer')!r} of {name!r}; export with prodigy db-out and name the --reader"
        )
    try:
        spans = [Mark(one["start"], one["end"], one["label"]) for one in row.get("spans") or ()]
        labels = list(row.get("accept") or ())
        return make_annotation(where, reference, str(name), row["text"], labels, spans)
    except (KeyError, TypeError) as error:
        raise HedgerowError(
            f"{where}: expected the text, choices and spans of a task, found {error!r}; "
            "import what prodigy db-out printed"
        ) from error
