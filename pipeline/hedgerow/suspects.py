"""Rows whose label and out-of-fold prediction disagree most, for a reader to settle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import GroupKFold

from hedgerow.classification import CLAIMLESS_KINDS, Classifier, model_input
from hedgerow.errors import HedgerowError
from hedgerow.linear import describe_input, train_linear
from hedgerow.probabilities import Probabilities
from hedgerow.records import CLASSES, ClassName, LabeledSegment


@dataclass(frozen=True, slots=True)
class Suspect:
    """A labelled segment that may be labelled wrong.

    Attributes:
        quality: the label's self-confidence, from 0 (surely wrong) to 1 (Northcutt et al. 2021,
            Confident Learning: Estimating Uncertainty in Dataset Labels).
    """

    segment: LabeledSegment
    suggested: ClassName
    quality: float


def find_suspects(
    segments: Sequence[LabeledSegment], classifier: Classifier | None = None, *, folds: int = 5
) -> list[Suspect]:
    """Ranks the segments that confident learning takes for label errors, worst first.

    Headings, by-lines and table headers are left out: their label is a convention.

    Args:
        segments: labelled segments.
        classifier: a model that was not trained on these segments; without one the linear model
            is fitted to the other folds, documents kept whole.
        folds: number of folds.

    Raises:
        HedgerowError: the extra ``clean`` is not installed, or there are too few documents.
    """
    try:
        from cleanlab.filter import find_label_issues
        from cleanlab.rank import get_label_quality_scores
    except ImportError as error:
        raise HedgerowError(
            "gold suspects: expected the extra 'clean', found no cleanlab; "
            "run pip install 'hedgerow[clean]'"
        ) from error
    kept = [one for one in segments if one.kind not in CLAIMLESS_KINDS]
    labels = np.array([CLASSES.index(one.class_name) for one in kept])
    if classifier is None:
        probabilities = _predict_out_of_fold(kept, labels, folds)
    else:
        probabilities = classifier.predict_proba([one.segment for one in kept])
    quality = get_label_quality_scores(labels, probabilities)
    return [
        Suspect(kept[row], CLASSES[int(probabilities[row].argmax())], float(quality[row]))
        for row in find_label_issues(
            labels, probabilities, return_indices_ranked_by="self_confidence", n_jobs=1
        )
    ]


def _predict_out_of_fold(
    segments: Sequence[LabeledSegment], labels: np.ndarray, folds: int
) -> Probabilities:
    documents = [one.document_id for one in segments]
    if len(set(documents)) < folds:
        raise HedgerowError(
            f"gold suspects: expected at least {folds} documents to keep folds apart, found "
            f"{len(set(documents))}; name a model with --model"
        )
    inputs = [model_input(one.segment) for one in segments]
    probabilities = np.zeros((len(segments), len(CLASSES)), dtype=np.float32)
    for rest, fold in GroupKFold(folds).split(inputs, groups=documents):
        model = train_linear([inputs[row] for row in rest], [CLASSES[i] for i in labels[rest]])
        texts = [describe_input(*inputs[row]) for row in fold]
        probabilities[fold] = model.predict_proba(texts)
    return probabilities
