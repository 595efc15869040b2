"""Gold-shaped rows to training examples."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import accuracy_score, f1_score

from hedgerow.classification import CLAIMLESS_KINDS, Classifier, model_input
from hedgerow.errors import HedgerowError
from hedgerow.files import read_json_lines
from hedgerow.model_folder import hash_file
from hedgerow.records import CLASSES, LABELS, ClassName, LabeledSegment, Segment
from hedgerow.rows import from_row


@dataclass(frozen=True, slots=True)
class TrainingFile:
    """One file of the training mix, for the model card."""

    name: str
    sha256: str
    rows: int
    licences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """What the encoder reads and what it should answer.

    Attributes:
        target: probability of each class in the order of ``CLASSES``: 1 for the label of a
            hand-labelled row, a teacher's scores for a row that a model labelled.
        attributed: probability that the main point is somebody else's, None where nobody judged.
    """

    document_id: str
    text: str
    context: str
    class_name: ClassName
    target: tuple[float, ...]
    attributed: float | None = None


@dataclass(frozen=True, slots=True)
class TrainingData:
    """The examples of a recipe on the two sides of its split, and the files they come from."""

    files: list[TrainingFile]
    training: list[Example]
    validation: list[Example]


@dataclass(frozen=True, slots=True)
class TrainingFacts:
    """What a run did, for its card.

    Attributes:
        scores: of the kept epoch on the held-out documents; empty without any.
    """

    files: list[TrainingFile]
    training: list[Example]
    validation: list[Example]
    scores: dict[str, float]
    epochs: float


METRIC_NAMES = ("macro_f1", "accuracy", *(f"{name}_f1" for name in CLASSES), "attributed_f1")
"""The validation scores, in the order of a card."""


def score_columns(wanted: Any, given: Any) -> dict[str, float]:
    """Macro-F1 over the three labels, F1 of each class, and accuracy.

    Args:
        wanted: class columns of shape (examples,).
        given: predicted class columns of the same shape.
    """
    columns = list(range(len(CLASSES)))
    per_class = f1_score(wanted, given, labels=columns, average=None, zero_division=0).tolist()
    macro_f1 = sum(per_class[: len(LABELS)]) / len(LABELS)
    values = (macro_f1, accuracy_score(wanted, given), *per_class)
    return {name: float(value) for name, value in zip(METRIC_NAMES, values, strict=False)}


def read_examples(paths: Iterable[str | Path]) -> tuple[list[Example], list[TrainingFile]]:
    """Reads the training files; headings, by-lines and table headers are left out.

    Rows marked ``"may_train": false`` are refused, so that a licence or a test set can't slip in.

    Raises:
        HedgerowError: a file or row is broken, may not be trained on, or there are no rows.
    """
    examples: list[Example] = []
    files: list[TrainingFile] = []
    for path in map(Path, paths):
        licences: Counter[str] = Counter()
        rows = 0
        for where, row in read_json_lines(path):
            if row.get("may_train") is False:
                raise HedgerowError(
                    f"{where}: expected a row that may be trained on, found may_train false; "
                    "take these rows out of the file"
                )
            one = from_row(row, where)
            rows += 1
            licences[str(row.get("licence", "CC BY 4.0"))] += 1
            if one.kind not in CLAIMLESS_KINDS:
                examples.append(make_example(one, row.get("attributed")))
        files.append(TrainingFile(path.name, hash_file(path), rows, tuple(sorted(licences))))
    if not examples:
        raise HedgerowError(
            "training data: expected rows in train_files, found none; "
            "name files in the recipe or with --train-file"
        )
    return examples, files


def read_unlabelled(
    paths: Iterable[str | Path], teachers: Sequence[Classifier]
) -> tuple[list[Example], list[TrainingFile]]:
    """Reads rows without labels and takes the teachers' mean probabilities for their targets.

    Each distinct input is taken once; rows marked ``"may_train": false`` are passed over.

    Raises:
        HedgerowError: a file or row is broken.
    """
    examples: list[Example] = []
    files: list[TrainingFile] = []
    seen: set[tuple[str, str]] = set()
    for path in map(Path, paths):
        segments: list[Segment] = []
        licences: set[str] = set()
        for where, row in read_json_lines(path):
            one = from_row(row | {"label": None}, where)
            segment = one.segment
            key = model_input(segment)
            if row.get("may_train") is False or one.kind in CLAIMLESS_KINDS or key in seen:
                continue
            seen.add(key)
            segments.append(segment)
            licences.add(str(row.get("licence", "CC BY 4.0")))
        scores = [teacher.score(segments) for teacher in teachers]
        targets = np.mean([one.classes for one in scores], axis=0)
        judged = [one.attributed for one in scores if one.attributed is not None]
        attributed: list[float | None] = [None] * len(segments)
        if judged:
            attributed = np.mean(judged, axis=0).tolist()
        for segment, target, share in zip(segments, targets.tolist(), attributed, strict=True):
            text, context = model_input(segment)
            name = CLASSES[target.index(max(target))]
            examples.append(Example(segment.document_id, text, context, name, tuple(target), share))
        files.append(
            TrainingFile(path.name, hash_file(path), len(segments), tuple(sorted(licences)))
        )
    return examples, files


def make_example(one: LabeledSegment, attributed: float | None = None) -> Example:
    """The training example of one labelled segment.

    Args:
        one: the segment.
        attributed: the row's own field, since a record can't say that nobody judged it.
    """
    text, context = model_input(one.segment)
    scores = one.scores or {one.class_name: 1.0}
    target = tuple(scores.get(name, 0.0) for name in CLASSES)
    return Example(
        one.document_id,
        text,
        context,
        one.class_name,
        target,
        None if attributed is None else float(attributed),
    )


def split_by_document(
    examples: Sequence[Example], fraction: float, seed: int
) -> tuple[list[Example], list[Example]]:
    """Training and validation examples with no document in both.

    A document's side depends on its id and the seed alone, so it stays when data is added.
    """
    sides: tuple[list[Example], list[Example]] = ([], [])
    for example in examples:
        digest = hashlib.sha256(f"{seed}:{example.document_id}".encode()).digest()
        sides[int.from_bytes(digest[:4]) < fraction * 2**32].append(example)
    return sides


def class_weights(examples: Sequence[Example], scheme: str) -> list[float]:
    """Loss weights in the order of ``CLASSES``, with mean 1 over the examples."""
    counts = Counter(example.class_name for example in examples)
    power = {"none": 0.0, "sqrt_inverse": 0.5, "inverse": 1.0}[scheme]
    raw = [(len(examples) / max(counts[name], 1)) ** power for name in CLASSES]
    mean = sum(raw[CLASSES.index(name)] * count for name, count in counts.items()) / len(examples)
    return [weight / mean for weight in raw]
