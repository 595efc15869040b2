"""Segments to probabilities over ``CLASSES``: the classifiers and what they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from hedgerow.devices import resolve_device
from hedgerow.errors import HedgerowError
from hedgerow.limits import MODEL_CHARS
from hedgerow.model_folder import ModelFolder, open_model
from hedgerow.probabilities import NONE_COLUMN, Probabilities, Scores, most_probable
from hedgerow.records import CLASSES, Context, Label, Segment, SegmentKind

if TYPE_CHECKING:
    from hedgerow.encoders import Encoder

# By the labelling guide these make no claim, whatever their words say, so no model is asked.
CLAIMLESS_KINDS: frozenset[SegmentKind] = frozenset({"heading", "byline", "table_header"})


class Classifier(Protocol):
    """What labelling and evaluation need of a model."""

    @property
    def identifier(self) -> str:
        """Name and digest, written into every result row."""
        ...

    def score(self, segments: Sequence[Segment]) -> Scores:
        """Class probabilities and, where the model judges it, attribution."""
        ...

    def predict_proba(self, segments: Sequence[Segment]) -> Probabilities:
        """Probabilities of shape (segments, classes), columns in the order of ``CLASSES``."""
        ...


def model_input(segment: Segment) -> tuple[str, str]:
    """The two inputs of the encoder: the segment's text and its context, empty if it gets none.

    List items and table rows take their force from the line that introduces them, or failing that
    from their heading. Sentences are read alone: heading and sentence before doubled the time and
    changed macro-F1 by less than its noise (docs/models.md).
    """
    context = ""
    if segment.kind in ("list_item", "table_row"):
        context = segment.context.lead_in or segment.context.heading
    return segment.text[:MODEL_CHARS], context[:MODEL_CHARS]


def claims_only(segments: Sequence[Segment]) -> tuple[Probabilities, list[int]]:
    """Probabilities with the claimless rows filled in, and the positions still to be predicted."""
    probabilities = np.zeros((len(segments), len(CLASSES)), dtype=np.float32)
    open_rows: list[int] = []
    for row, segment in enumerate(segments):
        if segment.kind in CLAIMLESS_KINDS:
            probabilities[row, NONE_COLUMN] = 1.0
        else:
            open_rows.append(row)
    return probabilities, open_rows


class ClaimClassifier:
    """The fine-tuned encoder: loads on first use, needs no torch on the CPU, and can be pickled.

    Only the folder and its digest travel when it is pickled, so that worker processes and
    ``datasets.map(num_proc=…)`` load their own copy of the weights.
    """

    def __init__(
        self,
        folder: ModelFolder,
        *,
        batch_size: int = 16,
        threads: int = 1,
        device: str = "cpu",
    ) -> None:
        """Keeps the settings; see ``from_pretrained`` for the usual way in."""
        self.folder = folder
        self.batch_size = batch_size
        self.threads = threads
        self.device = device
        self._encoder: Encoder | None = None

    @classmethod
    def from_pretrained(
        cls,
        name_or_path: str | Path = "base",
        *,
        batch_size: int = 16,
        threads: int = 1,
        device: str = "cpu",
    ) -> ClaimClassifier:
        """A bundled model by name (``base``) or any folder that ``hedgerow train`` wrote.

        Args:
            name_or_path: a bundled name or a folder.
            batch_size: segments a batch on the CPU; batches are sorted by length.
            threads: CPU threads the model may use.
            device: ``cpu``, ``cuda``, ``cuda:N``, or ``auto`` for a GPU where there is one. A GPU
                wants the extra ``train``, multiplies in bfloat16 and cuts its own batches.

        Raises:
            HedgerowError: the folder is missing, altered, or of another kind, or there is no such
                device.
        """
        device = resolve_device(device)
        folder = open_model(name_or_path, backend="onnx")
        return cls(folder, batch_size=batch_size, threads=threads, device=device)

    @property
    def identifier(self) -> str:
        """Name and digest of the model."""
        return self.folder.identifier

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_encoder": None}

    def predict_proba(self, segments: Sequence[Segment]) -> Probabilities:
        """Class probabilities for each segment, read with its kind and context.

        Returns:
            float32 array of shape (segments, 4), columns in the order of ``CLASSES``; every row
            sums to 1.
        """
        return self.score(segments).classes

    def score(self, segments: Sequence[Segment]) -> Scores:
        """Class probabilities, as ``predict_proba``, and the model's second output if it has one.

        A heading, by-line or table header is nobody's claim, so its attribution is 0.
        """
        probabilities, open_rows = claims_only(segments)
        attributed = (
            np.zeros(len(segments), dtype=np.float32)
            if self.folder.settings.get("attribution")
            else None
        )
        if open_rows:
            if self._encoder is None:
                from hedgerow.encoders import open_encoder

                self._encoder = open_encoder(
                    self.folder,
                    batch_size=self.batch_size,
                    threads=self.threads,
                    device=self.device,
                )
            # Boilerplate repeats across an archive: each distinct input is computed once.
            rows_of: dict[tuple[str, str], list[int]] = {}
            for row in open_rows:
                rows_of.setdefault(model_input(segments[row]), []).append(row)
            predicted = self._encoder.predict(list(rows_of))
            for position, rows in enumerate(rows_of.values()):
                probabilities[rows] = predicted.classes[position]
                if attributed is not None and predicted.attributed is not None:
                    attributed[rows] = predicted.attributed[position]
        return Scores(probabilities, attributed)

    def predict(self, segments: Sequence[Segment]) -> list[Label | None]:
        """The most probable label of each segment, None where it makes no claim."""
        return most_probable(self.predict_proba(segments))

    def map_batch(self, batch: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
        """Labels a batch of columns, as ``datasets.Dataset.map(batched=True)`` hands it over.

        Reads the column ``text`` and, where they are there, ``kind``, ``heading``, ``lead_in``
        and ``previous``; returns the columns ``label`` and ``scores``.
        """
        segments = segments_from_columns(batch)
        probabilities = self.predict_proba(segments)
        return {"label": list(most_probable(probabilities)), "scores": probabilities.tolist()}


def load_classifier(
    name_or_path: str | Path = "base", *, threads: int = 1, device: str = "cpu"
) -> Classifier:
    """Loads any model folder, or the keyword rules by the name ``keywords``.

    Args:
        name_or_path: a bundled name or a folder.
        threads: CPU threads an encoder may use.
        device: where an encoder runs, as in ``ClaimClassifier.from_pretrained``; other models
            always run on the CPU.

    Raises:
        HedgerowError: no such model or device, or a damaged model.
    """
    from hedgerow.baselines import KeywordClassifier, LinearClassifier

    device = resolve_device(device)
    if str(name_or_path) == KeywordClassifier.name:
        return KeywordClassifier()
    folder = open_model(name_or_path)
    match folder.settings["backend"]:
        case "onnx":
            return ClaimClassifier(folder, threads=threads, device=device)
        case "linear":
            return LinearClassifier(folder)
        case "cascade":
            from hedgerow.cascade import CascadeClassifier

            return CascadeClassifier(folder, threads=threads, device=device)
        case other:
            raise HedgerowError(
                f"model {folder.path}: expected backend 'onnx', 'linear' or 'cascade', "
                f"found {other!r}; "
                "upgrade Hedgerow or choose another model"
            )


def segments_from_columns(columns: Mapping[str, Sequence[Any]]) -> list[Segment]:
    """Segments from columns of plain strings; missing context columns count as empty."""
    texts = columns["text"]

    def column(name: str, default: str) -> Sequence[Any]:
        return columns.get(name) or [default] * len(texts)

    return [
        Segment(
            "",
            0,
            len(text),
            kind or "sentence",
            text,
            Context(heading or "", lead_in or "", previous or ""),
        )
        for text, kind, heading, lead_in, previous in zip(
            texts,
            column("kind", "sentence"),
            column("heading", ""),
            column("lead_in", ""),
            column("previous", ""),
            strict=True,
        )
    ]
