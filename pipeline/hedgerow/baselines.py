"""Two simple classifiers that every report shows beside the model: keyword rules and TF-IDF."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file

from hedgerow.attribution import find_attribution
from hedgerow.classification import claims_only, model_input
from hedgerow.cues import find_cues
from hedgerow.model_folder import ModelFolder, open_model, write_manifest
from hedgerow.probabilities import Probabilities, Scores
from hedgerow.records import CLASSES, Context, Segment, SegmentKind

_WORD = re.compile(r"\w+")
# Shares of CLASSES among the claims of 7,190 segments of real news and government text.
_NEWS_MIX = (0.64, 0.15, 0.08, 0.13)
_TOWARDS_NEWS = 0.5


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
        self._pipeline: tuple[Any, Any] | None = None

    @classmethod
    def from_pretrained(cls, name_or_path: str | Path = "linear") -> LinearClassifier:
        """A bundled linear model or a folder written by ``save_linear``.

        Raises:
            HedgerowError: the folder is missing, altered, or of another kind.
        """
        return cls(open_model(name_or_path, backend="linear"))

    @property
    def identifier(self) -> str:
        """Name and digest of the model."""
        return self.folder.identifier

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_pipeline": None}

    def score(self, segments: Sequence[Segment]) -> Scores:
        """Class probabilities from words, cues and context."""
        return Scores(self.predict_proba(segments))

    def predict_proba(self, segments: Sequence[Segment]) -> Probabilities:
        """Class probabilities of shape (segments, classes)."""
        probabilities, open_rows = claims_only(segments)
        if open_rows:
            if self._pipeline is None:
                self._pipeline = load_linear(self.folder.path)
            vectorizer, regression = self._pipeline
            texts = [describe_input(*model_input(segments[row])) for row in open_rows]
            probabilities[open_rows] = regression.predict_proba(vectorizer.transform(texts))
        return probabilities


def describe_input(text: str, context: str) -> str:
    """The text with its cues and the words of its context as words of their own.

    Args:
        text: of the segment.
        context: as ``model_input`` gives it.
    """
    kind: SegmentKind = "list_item" if context else "sentence"
    segment = Segment("", 0, len(text), kind, text, Context(lead_in=context))
    counts = Counter(cue.kind for cue in find_cues(segment))
    words = [f"cue{kind}" for kind in ("hedge", "directive") if counts[kind]]
    words += [f"cue{kind}s" for kind in ("hedge", "directive") if counts[kind] > 1]
    if find_attribution(segment).attributed:
        words.append("cueattributed")
    if context:
        words += ["cueitem", *(f"context{word}" for word in _WORD.findall(context.lower()))]
    return " ".join([text, *words])


def make_vectorizer(**settings: Any) -> Any:
    """The TF-IDF vectorizer of the linear model; ``settings`` override its defaults."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    # Single letters and marks are kept: "?" and "may" against "May" are half of what it can know.
    return TfidfVectorizer(
        **{
            "ngram_range": (1, 2),
            "min_df": 2,
            "sublinear_tf": True,
            "token_pattern": r"\w+|[?!%:“”\"]",
        }
        | settings
    )


def train_linear(
    inputs: Sequence[tuple[str, str]],
    classes: Sequence[str],
    *,
    seed: int = 0,
    describe: Callable[[str, str], str] = describe_input,
) -> tuple[Any, Any]:
    """Fits vectorizer and logistic regression.

    Args:
        inputs: text and context of each segment, as ``model_input`` gives them.
        classes: name of the class of each.
        seed: of the solver.
        describe: text and context to the words that are counted.

    Returns:
        the fitted scikit-learn vectorizer and classifier.
    """
    from sklearn.linear_model import LogisticRegression

    vectorizer = make_vectorizer()
    regression = LogisticRegression(C=4.0, max_iter=2000, random_state=seed)
    columns = [CLASSES.index(name) for name in classes]
    texts = [describe(*one) for one in inputs]
    regression.fit(vectorizer.fit_transform(texts), columns)
    # Training data are dense in speculation and recommendation; half way back to the mix of news
    # did best on real documents held out.
    mix = np.bincount(columns, minlength=len(CLASSES))[regression.classes_] / len(columns)
    news = np.array(_NEWS_MIX)[regression.classes_]
    if len(news) > 2:
        regression.intercept_ += _TOWARDS_NEWS * (np.log(news) - np.log(mix))
    return vectorizer, regression


def save_linear(path: Path, vectorizer: Any, regression: Any, *, name: str = "linear") -> None:
    """Writes weights and config as safetensors and JSON into an existing folder; no pickle."""
    save_file(
        {
            # safetensors stores memory as it lies, and scikit-learn's is in Fortran's order.
            "coefficients": np.ascontiguousarray(regression.coef_, dtype=np.float32),
            "intercepts": regression.intercept_.astype(np.float32),
            "inverse_document_frequencies": vectorizer.idf_.astype(np.float32),
        },
        path / "model.safetensors",
    )
    (path / "model.safetensors").chmod(0o644)
    terms = sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.__getitem__)
    (path / "vocabulary.json").write_text(json.dumps(terms, ensure_ascii=False), encoding="utf-8")
    config = {
        "id2label": {str(i): label for i, label in enumerate(CLASSES)},
        "hedgerow": {"name": name, "backend": "linear"},
    }
    (path / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    write_manifest(path)


def load_linear(path: Path) -> tuple[Any, Any]:
    """The vectorizer and classifier that ``save_linear`` wrote."""
    from sklearn.linear_model import LogisticRegression

    arrays = load_file(path / "model.safetensors")
    terms = json.loads((path / "vocabulary.json").read_text(encoding="utf-8"))
    vectorizer = make_vectorizer(vocabulary={term: i for i, term in enumerate(terms)})
    vectorizer.idf_ = arrays["inverse_document_frequencies"]
    regression = LogisticRegression()
    regression.classes_ = np.arange(len(CLASSES))
    regression.coef_ = arrays["coefficients"]
    regression.intercept_ = arrays["intercepts"]
    return vectorizer, regression
