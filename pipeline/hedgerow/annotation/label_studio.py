"""Label Studio: tasks with pre-annotations, the labelling config, and its JSON export read back.

Label Studio counts the code points of the shown text, and a line break of two characters as two
(seen in 1.23.2 with a browser). Older releases counted UTF-16 code units; the words that are kept
beside each span tell which it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any, TextIO

from hedgerow.annotation.tasks import (
    SEGMENT,
    Annotation,
    Mark,
    Task,
    Unit,
    make_annotation,
    parse_reference,
)
from hedgerow.errors import HedgerowError
from hedgerow.files import parse_json
from hedgerow.reading import ErrorHandler, raise_error

# Label Studio asks a question with two answers; the other tools have a label for each.
_LABEL_OF_ANSWER = {"yes": "attributed", "no": "not attributed"}
_ANSWER_OF_LABEL = {label: answer for answer, label in _LABEL_OF_ANSWER.items()}


def labelling_config(unit: Unit = "segment") -> str:
    """The labelling config, as XML, of a project for tasks of one kind."""
    return (files("hedgerow") / "templates" / f"label_studio_{unit}.xml").read_text("utf-8")


def write_tasks(tasks: Iterable[Task], stream: TextIO) -> int:
    """Writes a JSON list of tasks to import into a project; returns how many."""
    count = 0
    for task in tasks:
        stream.write(",\n" if count else "[\n")
        json.dump(_task_row(task), stream, ensure_ascii=False)
        count += 1
    stream.write("\n]\n" if count else "[]\n")
    return count


def _task_row(task: Task) -> dict[str, Any]:
    data: dict[str, Any] = {"text": task.text}
    if not task.is_article:
        for name in ("heading", "lead_in", "before", "after"):
            data[name] = getattr(task, name)
    data["hedgerow"] = asdict(task.reference)
    results = [
        {"id": f"hedgerow-{number}", "to_name": "text"} | result
        for number, result in enumerate(_results(task))
    ]
    if not results:
        return {"data": data}
    prediction: dict[str, Any] = {"model_version": task.model or "hedgerow", "result": results}
    if task.score is not None:
        prediction["score"] = task.score
    return {"data": data, "predictions": [prediction]}


def _results(task: Task) -> Iterator[dict[str, Any]]:
    for judgement in task.judgements:
        labels = judgement.labels
        if task.is_article:
            yield _region("segments", task, judgement.start, judgement.end, labels or [SEGMENT])
            continue
        for name, chosen in (
            ("label", [judgement.class_name] if judgement.class_name else []),
            ("attributed", [_ANSWER_OF_LABEL[one] for one in labels if one in _ANSWER_OF_LABEL]),
            ("hard", ["hard"] if judgement.hard else []),
        ):
            if chosen:
                yield {"from_name": name, "type": "choices", "value": {"choices": chosen}}
    for mark in task.marks:
        yield _region("spans", task, mark.start, mark.end, [mark.label])


def _region(name: str, task: Task, start: int, end: int, labels: Sequence[str]) -> dict[str, Any]:
    value = {"start": start, "end": end, "text": task.text[start:end], "labels": list(labels)}
    return {"from_name": name, "type": "labels", "value": value}


def read_annotations(
    path: Path, reader: str | None = None, on_error: ErrorHandler = raise_error
) -> Iterator[Annotation]:
    """Yields the annotations of a JSON export; tasks that were skipped or left are passed over.

    Args:
        path: what Label Studio exported as JSON.
        reader: name for the votes; without it ``annotator-`` and the annotator's id.
        on_error: called with each annotation that can't be read.

    Raises:
        HedgerowError: the file is no such export, or one name stands for several annotators.
    """
    found = [
        (f"{path}: task {task.get('id')}, annotation {one.get('id')}", task, one)
        for task in _read_export(path)
        for one in task["annotations"]
        if not one.get("was_cancelled")
    ]
    annotators = {_annotator(one) for _, _, one in found}
    if reader is not None and len(annotators) > 1:
        raise HedgerowError(
            f"{path}: expected one annotator for --reader {reader}, found "
            f"{', '.join(sorted(annotators))}; leave --reader out, or export one annotator's work"
        )
    for where, task, one in found:
        try:
            yield _read_annotation(where, task["data"], one, reader or _annotator(one))
        except HedgerowError as error:
            on_error(error)


def _read_export(path: Path) -> list[dict[str, Any]]:
    try:
        tasks = parse_json(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise HedgerowError(
            f"{path}: expected an export of Label Studio, found: {error.strerror}; check the path"
        ) from error
    except ValueError as error:
        raise HedgerowError(
            f"{path}: expected Label Studio's JSON export, found {error}; export as JSON"
        ) from error
    if not isinstance(tasks, list) or not all(
        isinstance(task, dict)
        and isinstance(task.get("data"), dict)
        and isinstance(task.get("annotations"), list)
        and all(isinstance(one, dict) for one in task["annotations"])
        for task in tasks
    ):
        raise HedgerowError(
            f"{path}: expected a list of tasks with data and annotations, found something else; "
            "export as JSON, not JSON-MIN"
        )
    return tasks


def _annotator(annotation: dict[str, Any]) -> str:
    completed_by = annotation.get("completed_by")
    if isinstance(completed_by, dict):
        completed_by = completed_by.get("id")
    return f"annotator-{completed_by}"


def _read_annotation(
    where: str, data: dict[str, Any], annotation: dict[str, Any], reader: str
) -> Annotation:
    reference = parse_reference(where, data.get("hedgerow"))
    text = str(data.get("text"))
    labels: list[str] = []
    spans: list[Mark] = []
    try:
        for result in annotation["result"]:
            value = result["value"]
            if result["type"] == "choices":
                labels += (_LABEL_OF_ANSWER.get(one, one) for one in value["choices"])
            elif result["type"] == "labels":
                start, end = _locate(where, text, value)
                spans += (Mark(start, end, label) for label in value["labels"])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise HedgerowError(
            f"{where}: expected results of Hedgerow's labelling config, found {error!r}; "
            "use the config that hedgerow gold export writes"
        ) from error
    return make_annotation(where, reference, reader, text, labels, spans)


def _locate(where: str, text: str, value: dict[str, Any]) -> tuple[int, int]:
    """The code points of a region, whose words must be those that the labeller saw marked."""
    start, end = int(value["start"]), int(value["end"])
    words = _bare(value.get("text") or text[start:end])
    if _bare(text[start:end]) == words:
        return start, end
    units = text.encode("utf-16-le", "surrogatepass")
    as_units = [units[: 2 * offset].decode("utf-16-le", "ignore") for offset in (start, end)]
    start, end = map(len, as_units)
    if _bare(text[start:end]) == words:
        return start, end
    raise HedgerowError(
        f"{where}: expected {words[:40]!r} at {value['start']}–{value['end']} of the shown text, "
        "found other words there; mark the span again in the tool"
    )


def _bare(text: str) -> str:
    """The text without white space; Label Studio writes a line break as a backslash and an n."""
    return "".join(text.replace("\\n", " ").split())
