"""The annotation tools by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol, TextIO

from hedgerow.annotation import doccano, label_studio, prodigy
from hedgerow.annotation.tasks import Annotation, Task
from hedgerow.reading import ErrorHandler


class ToolFormat(Protocol):
    """What a tool's module offers: tasks to it, annotations back from it."""

    def write_tasks(self, tasks: Iterable[Task], stream: TextIO) -> int:
        """Writes the tasks as the tool imports them; returns how many."""
        ...

    def read_annotations(
        self, path: Path, reader: str | None, on_error: ErrorHandler
    ) -> Iterator[Annotation]:
        """Yields the annotations of what the tool exported."""
        ...


FORMATS: dict[str, ToolFormat] = {
    "label-studio": label_studio,
    "prodigy": prodigy,
    "doccano": doccano,
}
"""The supported tools."""
