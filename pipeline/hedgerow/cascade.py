"""A small model answers what it is sure of, a larger one the rest.

Viola & Jones 2001, Rapid Object Detection using a Boosted Cascade of Simple Features, made such
chains known; Wang et al. 2022, Wisdom of Committees, show that for ready-made classifiers the
first one's highest probability is all that the decision needs.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hedgerow.classification import ClaimClassifier
from hedgerow.errors import HedgerowError
from hedgerow.model_folder import ModelFolder, bundled_models, open_model
from hedgerow.probabilities import Probabilities, Scores
from hedgerow.records import Segment

STAGES = ("first", "second")
"""The two models of a cascade, as its settings name them."""


class CascadeClassifier:
    """Two encoders, of which the second reads only what the first is not sure of.

    Attributes:
        folder: of the cascade; it holds no weights, but names both models and pins them by digest.
        threshold: probability under which the first model's answer isn't taken.
    """

    def __init__(self, folder: ModelFolder, *, threads: int = 1, device: str = "cpu") -> None:
        """Opens both models of a checked folder; their weights load on first use.

        Raises:
            HedgerowError: a model is missing or not the one that the threshold was fitted for.
        """
        self.folder = folder
        self.threshold = float(folder.settings["threshold"])
        self._first, self._second = (
            ClaimClassifier(open_stage(folder, stage), threads=threads, device=device)
            for stage in STAGES
        )

    @property
    def identifier(self) -> str:
        """Name and digest; the digest covers those of both models."""
        return self.folder.identifier

    def score(self, segments: Sequence[Segment]) -> Scores:
        """Class probabilities and attribution, each row from the model that answered it."""
        answers = self._first.score(segments)
        unsure = find_unsure(answers.classes, self.threshold)
        if not unsure:
            return answers
        second = self._second.score([segments[row] for row in unsure])
        answers.classes[unsure] = second.classes
        if answers.attributed is not None and second.attributed is not None:
            answers.attributed[unsure] = second.attributed
        return answers

    def predict_proba(self, segments: Sequence[Segment]) -> Probabilities:
        """Class probabilities of shape (segments, classes)."""
        return self.score(segments).classes


def find_unsure(probabilities: Probabilities, threshold: float) -> list[int]:
    """The rows whose highest probability doesn't reach the threshold."""
    return [int(row) for row in np.flatnonzero(probabilities.max(axis=1) < threshold)]


def describe_stage(model: str | Path, cascade: Path) -> dict[str, str]:
    """How a cascade's settings name one of its models.

    Args:
        model: bundled name or folder.
        cascade: the cascade's own folder; a model that is no bundled one is named from there.

    Raises:
        HedgerowError: the model is missing, altered, or no encoder.
    """
    folder = open_model(model, backend="onnx")
    if str(model) in bundled_models():
        path = str(model)
    else:
        path = Path(os.path.relpath(folder.path.resolve(), cascade.resolve())).as_posix()
    return {"model": path, "digest": folder.digest}


def open_stage(folder: ModelFolder, stage: str) -> ModelFolder:
    """One of a cascade's models.

    Args:
        folder: of the cascade.
        stage: one of ``STAGES``.

    Raises:
        HedgerowError: the model is missing or not the one that the threshold was fitted for.
    """
    entry: Any = folder.settings.get(stage)
    if not isinstance(entry, dict) or not {"model", "digest"} <= entry.keys():
        raise HedgerowError(
            f"model {folder.path}: expected the model and digest of its {stage} stage, found "
            f"{entry!r}; make the cascade again with hedgerow cascade"
        )
    name = str(entry["model"])
    path = name if name in bundled_models() else folder.path / name
    found = open_model(path, backend="onnx")
    if found.digest != entry["digest"]:
        raise HedgerowError(
            f"model {folder.path}: expected {name} with digest {entry['digest'][:12]}, "
            f"found {found.digest[:12]}; make the cascade again with hedgerow cascade"
        )
    return found
