"""Two simple classifiers that every report shows beside the model: keyword rules and TF-IDF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hedgerow.classification import claims_only, model_input
from hedgerow.cues import find_cues
from hedgerow.linear import LinearModel, describe_input
from hedgerow.model_folder import ModelFolder, loading, open_model
from hedgerow.probabilities import Probabilities, Scores
from hedgerow.records import CLASSES, Segment


class KeywordClassifier:
    """A directive cue makes a recommendation, else a hedge makes speculation, else it is fact."""

    name = "keywords"

    @property
    def identifier(self) -> str:
        """The name; rules have no weights to digest."""
        return self.name

    def score(self, segments: Sequence[Segment]) -> Scores:
        """One-hot rows: rules know no degrees."""
        return Scores(self.predict_proba(segments))

    def predict_proba(self, segments: Sequence[Segment]) -> Probabilities:
        """One-hot rows of shape (segments, classes)."""
        probabilities, open_rows = claims_only(segments)
        for row in open_rows:
            kinds = {cue.kind for cue in find_cues(segments[row])}
            if "directive" in kinds:
                label = "recommendation"
            elif "hedge" in kinds:
                label = "speculation"
            else:
                label = "fact"
            probabilities[row, CLASSES.index(label)] = 1.0
        return probabilities


class LinearClassifier:
    """Word 1-2-gram TF-IDF and logistic regression, stored as plain arrays.

    The cues that the rules find, and the words of the context, are counted as words of their own:
    they know what the training data are too small to teach a bag of words.
    """

    def __init__(self, folder: ModelFolder) -> None:
        """Keeps the folder; weights load on first use."""
        self.folder = folder
        self._model: LinearModel | None = None

    @classmethod
    def from_pretrained(cls, name_or_path: str | Path = "linear") -> LinearClassifier:
        """A bundled linear model or a folder that ``hedgerow train`` wrote.

        Raises:
            HedgerowError: the folder is missing, altered, or of another kind.
        """
        return cls(open_model(name_or_path, backend="linear"))

    @property
    def identifier(self) -> str:
        """Name and digest of the model."""
        return self.folder.identifier

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_model": None}

    def score(self, segments: Sequence[Segment]) -> Scores:
        """Class probabilities from words, cues and context."""
        return Scores(self.predict_proba(segments))

    def predict_proba(self, segments: Sequence[Segment]) -> Probabilities:
        """Class probabilities of shape (segments, classes)."""
        probabilities, open_rows = claims_only(segments)
        if open_rows:
            if self._model is None:
                with loading(self.folder):
                    self._model = LinearModel.load(self.folder.path)
            texts = [describe_input(*model_input(segments[row])) for row in open_rows]
            probabilities[open_rows] = self._model.predict_proba(texts)
        return probabilities
