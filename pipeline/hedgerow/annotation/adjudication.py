"""Settling what readers see differently: dispute by dispute, each decision saved at once."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias, cast

from hedgerow.annotation.rows import RowFile
from hedgerow.annotation.surroundings import Surroundings, find_surroundings
from hedgerow.annotation.votes import guided_votes, set_label
from hedgerow.datacheck import ADJUDICATOR
from hedgerow.errors import HedgerowError
from hedgerow.files import read_json_lines
from hedgerow.reading import ErrorHandler, raise_error
from hedgerow.records import CLASSES, ClassName, LabeledSegment

Place: TypeAlias = tuple[str, int, int, int]

CLASS_OF_KEY: dict[str, ClassName] = {name[0]: name for name in CLASSES}
SKIP, BACK, QUIT = " ", "b", "q"


@dataclass(frozen=True, slots=True)
class Dispute:
    """A segment on which readers differ and nobody has decided in the gold."""

    segment: LabeledSegment
    votes: dict[str, ClassName]
    surroundings: Surroundings

    @property
    def place(self) -> Place:
        """What tells the segment from all others."""
        return _place(self.segment)


def _place(one: LabeledSegment) -> Place:
    return one.document_id, one.index, one.start, one.end


def find_disputes(file: RowFile) -> list[Dispute]:
    """The segments on which readers with the guide differ, without an adjudicator's vote."""
    return [
        Dispute(one, votes, around)
        for one, around in zip(file.segments, find_surroundings(file.segments), strict=True)
        if ADJUDICATOR not in one.votes
        and len(set((votes := guided_votes(one.votes)).values())) > 1
    ]


@dataclass(frozen=True, slots=True)
class Decision:
    """What the adjudicator said of one segment; ``text`` guards against rows that changed."""

    place: Place
    text: str
    class_name: ClassName


@dataclass(slots=True)
class DecisionFile:
    """An append-only file of decisions: a line each, the last one about a segment counts."""

    path: Path
    decisions: dict[Place, Decision] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path) -> DecisionFile:
        """Reads the decisions made so far; a file that isn't there holds none.

        Raises:
            HedgerowError: a line holds no decision.
        """
        found = cls(path)
        if path.exists():
            _mend_last_line(path)
            for where, row in read_json_lines(path):
                decision = _parse_decision(where, row)
                found.decisions[decision.place] = decision
        return found

    def add(self, dispute: Dispute, class_name: ClassName) -> None:
        """Saves one decision; it is on the disk when this returns.

        Raises:
            HedgerowError: the file can't be written.
        """
        document_id, index, start, end = dispute.place
        row = {"document_id": document_id, "index": index, "start": start, "end": end}
        row |= {"text": dispute.segment.text, "votes": dispute.votes, "label": class_name}
        try:
            with self.path.open("a", encoding="utf-8", newline="") as stream:
                stream.write(json.dumps(row, ensure_ascii=False) + "\n")
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise HedgerowError(
                f"{self.path}: can't be written: {error.strerror}; choose another with --decisions"
            ) from error
        self.decisions[dispute.place] = Decision(dispute.place, dispute.segment.text, class_name)


def _mend_last_line(path: Path) -> None:
    """Ends a last line without its line break, or drops it if a kill cut its writing short."""
    content = path.read_bytes()
    whole, line_break, last = content.rpartition(b"\n")
    if not last:
        return
    try:
        json.loads(last)
    except ValueError:
        os.truncate(path, len(whole + line_break))
    else:
        with path.open("ab") as stream:
            stream.write(b"\n")


def _parse_decision(where: str, row: dict[str, Any]) -> Decision:
    try:
        place = (str(row["document_id"]), int(row["index"]), int(row["start"]), int(row["end"]))
        label, text = row["label"], str(row["text"])
    except (KeyError, TypeError, ValueError) as error:
        raise HedgerowError(
            f"{where}: expected a decision of hedgerow gold adjudicate, found {error!r}; "
            "mend or remove the line"
        ) from error
    if label not in CLASSES:
        raise HedgerowError(
            f"{where}: expected label to be {', '.join(CLASSES)}, found {label!r}; mend the line"
        )
    return Decision(place, text, cast(ClassName, label))


def adjudicate(
    disputes: list[Dispute],
    decisions: DecisionFile,
    keys: Iterable[str],
    show: Callable[[int, ClassName | None], None],
) -> None:
    """Asks about one dispute after the other until all are decided or skipped, or keys end.

    Args:
        disputes: all of them; those decided before are passed over, but can be gone back to.
        decisions: where each decision is saved at once.
        keys: f, s, r, n decide; space skips, b goes back, q ends; others do nothing.
        show: called with the position of a dispute and what was decided on it.
    """

    def next_open(position: int) -> int:
        while position < len(disputes) and disputes[position].place in decisions.decisions:
            position += 1
        return position

    position = next_open(0)
    stroke = iter(keys)
    while position < len(disputes):
        dispute = disputes[position]
        decided = decisions.decisions.get(dispute.place)
        show(position, None if decided is None else decided.class_name)
        key = next((key for key in stroke if key in (*CLASS_OF_KEY, SKIP, BACK, QUIT)), QUIT)
        if key == QUIT:
            return
        if key == BACK:
            position = max(position - 1, 0)
            continue
        if key in CLASS_OF_KEY:
            decisions.add(dispute, CLASS_OF_KEY[key])
        position = next_open(position + 1)


def apply_decisions(
    file: RowFile, decisions: DecisionFile, on_error: ErrorHandler = raise_error
) -> tuple[list[dict[str, Any]], int]:
    """The rows with each decision as the adjudicator's vote and the label, and how many changed.

    Args:
        file: the gold rows; not changed.
        decisions: applying them twice changes nothing more.
        on_error: called with each decision that doesn't fit the rows.

    Raises:
        HedgerowError: at the first such decision, unless ``on_error`` handles it.
    """
    rows = [dict(row) for row in file.rows]
    position_of = {_place(one): position for position, one in enumerate(file.segments)}
    changed = 0
    for decision in decisions.decisions.values():
        position = position_of.get(decision.place)
        if position is None or file.segments[position].text != decision.text:
            on_error(
                HedgerowError(
                    f"{decisions.path}: expected a segment of the gold, found {decision.place[0]!r}"
                    f", segment {decision.place[1]} ({decision.text[:40]!r}), which it doesn't "
                    "have; remove the line, or name the gold that was adjudicated"
                )
            )
            continue
        row = rows[position]
        votes = dict(row.get("votes") or {})
        if votes.get(ADJUDICATOR) == decision.class_name:
            continue
        if ADJUDICATOR in votes:
            on_error(
                HedgerowError(
                    f"{decisions.path}: expected no decision yet on {decision.place[0]!r}, segment "
                    f"{decision.place[1]}, found {votes[ADJUDICATOR]} in the gold and "
                    f"{decision.class_name} here; change the gold's vote by hand, or remove the "
                    "line"
                )
            )
            continue
        row["votes"] = votes | {ADJUDICATOR: decision.class_name}
        set_label(row, row["votes"])
        changed += 1
    return rows, changed
