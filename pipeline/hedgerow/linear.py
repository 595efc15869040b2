"""The linear model: TF-IDF and logistic regression, fitted in seconds, stored as plain arrays."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file, save_file

from hedgerow.attribution import find_attribution
from hedgerow.cues import find_cues
from hedgerow.model_folder import write_manifest
from hedgerow.probabilities import Probabilities, softmax
from hedgerow.records import CLASSES, Context, Segment, SegmentKind

_WORD = re.compile(r"\w+")
# Shares of CLASSES among the claims of 7,190 segments of real news and government text.
_NEWS_MIX = (0.64, 0.15, 0.08, 0.13)
_TOWARDS_NEWS = 0.5
_ABSENT = -20.0


@dataclass(frozen=True, slots=True)
class LinearModel:
    """A logistic regression for each class against the others, on TF-IDF of words and word pairs.

    Attributes:
        vectorizer: of scikit-learn, fitted.
        coefficients: of shape (classes, terms).
        intercepts: of shape (classes,).
        offsets: added to the log-probability of each class before they are made to sum to 1.
    """

    vectorizer: Any
    coefficients: npt.NDArray[np.float32]
    intercepts: npt.NDArray[np.float32]
    offsets: npt.NDArray[np.float32]

    def predict_proba(self, texts: Sequence[str]) -> Probabilities:
        """Class probabilities of shape (texts, classes) of texts from ``describe_input``."""
        logits = self.vectorizer.transform(texts) @ self.coefficients.T + self.intercepts
        # log of the logistic function, without overflow
        scores = -np.logaddexp(0.0, -logits)
        return softmax(np.asarray(scores + self.offsets, dtype=np.float32))

    def save(self, path: Path, *, name: str = "linear") -> None:
        """Writes weights and config as safetensors and JSON into an existing folder; no pickle."""
        save_file(
            {
                "coefficients": np.ascontiguousarray(self.coefficients),
                "intercepts": self.intercepts,
                "offsets": self.offsets,
                "inverse_document_frequencies": self.vectorizer.idf_.astype(np.float32),
            },
            path / "model.safetensors",
        )
        (path / "model.safetensors").chmod(0o644)
        vocabulary = self.vectorizer.vocabulary_
        terms = json.dumps(sorted(vocabulary, key=vocabulary.__getitem__), ensure_ascii=False)
        (path / "vocabulary.json").write_text(terms, encoding="utf-8")
        config = {
            "id2label": {str(i): label for i, label in enumerate(CLASSES)},
            "hedgerow": {"name": name, "backend": "linear"},
        }
        (path / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
        write_manifest(path)

    @classmethod
    def load(cls, path: Path) -> LinearModel:
        """The model that ``save`` wrote.

        Raises:
            ValueError: weights and vocabulary don't belong together.
        """
        arrays = load_file(path / "model.safetensors")
        terms = json.loads((path / "vocabulary.json").read_text(encoding="utf-8"))
        if arrays["coefficients"].shape != (len(CLASSES), len(terms)):
            raise ValueError(
                f"weights of shape {arrays['coefficients'].shape} for {len(terms)} terms"
            )
        vectorizer = make_vectorizer(vocabulary={term: i for i, term in enumerate(terms)})
        vectorizer.idf_ = arrays["inverse_document_frequencies"]
        return cls(vectorizer, arrays["coefficients"], arrays["intercepts"], arrays["offsets"])


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
) -> LinearModel:
    """Fits vectorizer and logistic regressions.

    Each term is weighed by its naive Bayes log-count ratio (Wang & Manning 2012, Baselines and
    Bigrams: Simple, Good Sentiment and Topic Classification).

    Args:
        inputs: text and context of each segment, as ``model_input`` gives them.
        classes: name of the class of each.
        seed: of the solver.
        describe: text and context to the words that are counted.
    """
    from sklearn.linear_model import LogisticRegression

    vectorizer = make_vectorizer()
    features = vectorizer.fit_transform([describe(*one) for one in inputs])
    columns = np.array([CLASSES.index(name) for name in classes])
    counts = np.bincount(columns, minlength=len(CLASSES))
    coefficients = np.zeros((len(CLASSES), features.shape[1]), dtype=np.float32)
    intercepts = np.full(len(CLASSES), _ABSENT, dtype=np.float32)
    for column, count in enumerate(counts):
        if not 0 < count < len(columns):
            continue
        inside = columns == column
        ratio = _log_count_ratio(features > 0, inside)
        regression = LogisticRegression(C=4.0, max_iter=2000, random_state=seed)
        regression.fit(features.multiply(ratio).tocsr(), inside)
        coefficients[column] = regression.coef_[0] * ratio
        intercepts[column] = regression.intercept_[0]
    # Training data are dense in speculation and recommendation; half way back to the mix of news
    # did best on real rows held out.
    mix = np.maximum(counts, 1) / len(columns)
    offsets = _TOWARDS_NEWS * (np.log(_NEWS_MIX) - np.log(mix))
    return LinearModel(vectorizer, coefficients, intercepts, offsets.astype(np.float32))


def _log_count_ratio(present: Any, inside: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """How much more often each term stands in rows of a class than elsewhere, smoothed by one."""
    within = 1.0 + np.asarray(present[inside].sum(axis=0)).ravel()
    without = 1.0 + np.asarray(present[~inside].sum(axis=0)).ravel()
    return np.asarray(np.log(within / within.sum()) - np.log(without / without.sum()))
