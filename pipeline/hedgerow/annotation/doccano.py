"""doccano: JSON lines for its intent detection and sequence labelling projects.

A segment is an example of an "intent detection and slot filling" project (``cats`` and
``entities``), an article one of a "sequence labelling" project (``label``). Other fields become
doccano's metadata and come back with the export. Its offsets are taken for code points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from hedgerow.annotation.tasks import (
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


def write_tasks(tasks: Iterable[Task], stream: TextIO) -> int:
    """Writes a task a line; returns how many."""
    rows = [_task_row(task) for task in tasks]
    write_jsonl(rows, stream)
    return len(rows)


def _task_row(task: Task) -> dict[str, Any]:
    spans = [list(mark) for mark in task.marks]
    row: dict[str, Any] = {"text": task.text}
    if task.is_article:
        spans += (
            [one.start, one.end, label]
            for one in task.judgements
            for label in one.labels or [SEGMENT]
        )
        row["label"] = spans
    else:
        row |= {"cats": task.judgements[0].labels, "entities": spans}
        for name in ("heading", "lead_in", "before", "after"):
            row[name] = getattr(task, name)
    return row | {"hedgerow": asdict(task.reference)}


def read_annotations(
    path: Path, reader: str | None = None, on_error: ErrorHandler = raise_error
) -> Iterator[Annotation]:
    """Yields the annotations of a JSONL export, which holds the work of one reader.

    Args:
        path: JSON lines.
        reader: name for the votes; without it the file's, which doccano names after the user.
        on_error: called with each line that doesn't hold an annotation.

    Raises:
        HedgerowError: the file can't be read.
    """
    for where, row in read_json_lines(path):
        try:
            reference = parse_reference(where, row.get("hedgerow"))
            spans = row["entities"] if reference.index is not None else row["label"]
            yield make_annotation(
                where,
                reference,
                reader or path.stem,
                row["text"],
                row.get("cats") or (),
                [Mark(start, end, label) for start, end, label in spans],
            )
        except HedgerowError as error:
            on_error(error)
        except (KeyError, TypeError, ValueError) as error:
            on_error(
                HedgerowError(
                    f"{where}: expected the text, cats and entities of an example, found "
                    f"{error!r}; import what doccano exported as JSONL"
                )
            )
