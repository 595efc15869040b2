"""What Label Studio, Prodigy and doccano give back: votes for known rows, or one clear line."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from hedgerow.annotation.formats import FORMATS
from hedgerow.annotation.rows import RowFile
from hedgerow.annotation.tasks import JUDGEMENT_LABELS, SPAN_LABELS, Annotation, build_tasks
from hedgerow.annotation.votes import add_votes
from hedgerow.errors import HedgerowError
from hedgerow.records import CLASSES, Document
from hedgerow.rows import from_row

from .checks import check_json, check_message, folder
from .inputs import edited

_TEXT = "Dam \U0001f41f may fail,\r\nBo Ek said. Leave now."
_ROWS: list[dict[str, Any]] = [
    {"document_id": "d", "index": 0, "start": 0, "end": 28, "text": _TEXT[:28], "label": "fact"}
    | {"source": {"start": 17, "end": 22}, "cues": [{"start": 6, "end": 9, "kind": "hedge"}]}
    | {"votes": {"first": "fact"}},
    {"document_id": "d", "index": 1, "start": 29, "end": 39, "text": _TEXT[29:]},
]
_FILE = RowFile(
    _ROWS, [from_row({"label": None} | row, "row") for row in _ROWS], [Document("d", _TEXT)]
)
_TOOLS = tuple(FORMATS)


def _export(tool: str, unit: Any) -> bytes:
    """The tasks of a tool, answered as by a labeller who accepts them."""
    stream = io.StringIO()
    FORMATS[tool].write_tasks(build_tasks(_FILE, unit), stream)
    if tool == "label-studio":
        tasks = json.loads(stream.getvalue())
        for number, task in enumerate(tasks):
            (prediction,) = task.pop("predictions", [{"result": []}])
            task["annotations"] = [
                {"id": number, "completed_by": 1, "result": prediction["result"]}
            ]
        return json.dumps(tasks).encode()
    rows = [json.loads(line) for line in stream.getvalue().splitlines()]
    for row in rows:
        row.pop("options", None)
        row.pop("config", None)
        row |= (
            {"answer": "accept", "_annotator_id": "ann"} if tool == "prodigy" else {"Comments": []}
        )
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


_EXPORTS = [(tool, _export(tool, unit)) for tool in _TOOLS for unit in ("segment", "article")]

SEEDS = [bytes([number]) + content for number, (_, content) in enumerate(_EXPORTS)] + [
    bytes([16 + number, 0, place, 6 * place + number])
    for number in range(len(_EXPORTS))
    for place in range(40)
]


def try_bytes(data: bytes) -> None:
    """A file of a tool: the first byte chooses it, and from 16 on the others edit ours."""
    choice = data[0] if data else 0
    tool, content = _EXPORTS[choice % 16 % len(_EXPORTS)]
    with folder() as place:
        file = place / "export.jsonl"
        file.write_bytes(_edit(tool, content, data[1:]) if choice >= 16 else data[1:])
        check_import(tool, file)


def _edit(tool: str, content: bytes, edits: bytes) -> bytes:
    if tool == "label-studio":
        return json.dumps(edited(json.loads(content), edits)).encode()
    rows = edited([json.loads(line) for line in content.splitlines()], edits)
    lines = map(json.dumps, rows if isinstance(rows, list) else [rows])
    return "\n".join(lines).encode()


def check_import(tool: str, file: Path) -> None:
    """Only the one error leaves, and what comes of the import are sound rows of the same texts."""
    errors: list[HedgerowError] = []
    try:
        annotations = list(FORMATS[tool].read_annotations(file, None, errors.append))
        for one in annotations:
            _check_annotation(one)
        imported = add_votes(_FILE, annotations, errors.append)
    except HedgerowError as error:
        errors.append(error)
    else:
        assert len(imported.rows) + imported.left_out == len(_ROWS), "rows were lost"
        texts = {row["text"] for row in _ROWS}
        for row in imported.rows:
            check_json(row)
            one = from_row(row, "row")
            assert one.text in texts, "the text of a row changed"
            assert set(one.votes.values()) <= set(CLASSES), "an unknown vote"
            assert all(isinstance(reader, str) for reader in one.votes), "a nameless vote"
    for error in errors:
        check_message(error)


def _check_annotation(one: Annotation) -> None:
    for mark in one.marks:
        assert 0 <= mark.start < mark.end <= len(one.text), "a mark outside the text"
        assert mark.label in SPAN_LABELS, "an unknown mark"
    for judgement in one.judgements:
        assert 0 <= judgement.start <= judgement.end <= len(one.text), "judged outside the text"
        assert set(judgement.labels) <= set(JUDGEMENT_LABELS), "an unknown label"
