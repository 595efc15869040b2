"""Weighs what the rules, a model and the rest of the document say of who is speaking.

A logistic regression over a few signs of each segment. Its weights are plain numbers that
``scripts/fit_attribution.py`` prints: fitted on documents that the model had not been trained on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hedgerow.probabilities import Probabilities, sigmoid


class Signs(NamedTuple):
    """What the rules see in one segment.

    Attributes:
        claim: False for headings, by-lines and table headers, which are nobody's words.
        reported: the rules take it for somebody else's words.
        question: it ends with a question mark.
        first_person: it says "I", "me" or "my".
        introduced: the segment before announces somebody's words, or asks.
    """

    claim: bool
    reported: bool
    question: bool
    first_person: bool
    introduced: bool


FEATURES = (
    "model",
    "reported",
    "question",
    "introduced",
    "others: model",
    "others: reported",
    "others: first_person",
)
"""The columns of ``compute_features``; "others" are means over the document's other claims."""

_WEIGHTS = np.array([0.63, 2.43, -2.33, 0.86, 0.10, 2.89, 4.23])
_BIAS = -1.37
_SURE = 0.4

# A sure model is no more than this sure.
_LIMIT = 4.6
# In a short document the rest says little: two segments of an average document are added to it.
_PRIOR_SEGMENTS = 2
_PRIOR = np.array([-2.5, 0.2, 0.1])


def compute_features(
    signs: Sequence[Signs], probabilities: Probabilities
) -> npt.NDArray[np.float64]:
    """What the regression reads of one document.

    Args:
        signs: of each segment, in order.
        probabilities: a model's that the segment is attributed, of shape (segments,).

    Returns:
        of shape (segments, features), columns in the order of ``FEATURES``.
    """
    table = np.array(signs, dtype=np.float64).reshape(-1, len(Signs._fields))
    claim, reported, question, first_person, introduced = table.T
    shares = np.clip(probabilities.astype(np.float64), 1e-6, 1 - 1e-6)
    model = np.clip(np.log(shares / (1 - shares)), -_LIMIT, _LIMIT)
    counted = np.stack([model, reported, first_person], axis=1) * claim[:, None]
    others = counted.sum(axis=0) - counted + _PRIOR_SEGMENTS * _PRIOR
    others /= (claim.sum() - claim + _PRIOR_SEGMENTS)[:, None]
    return np.column_stack([model, reported, question, introduced, others])


def join(signs: Sequence[Signs], probabilities: Probabilities) -> list[bool]:
    """Whether each segment of a document is attributed.

    Args:
        signs: of each segment, in order.
        probabilities: a model's that the segment is attributed, of shape (segments,).
    """
    scores = sigmoid(compute_features(signs, probabilities) @ _WEIGHTS + _BIAS)
    return [one.claim and score >= _SURE for one, score in zip(signs, scores.tolist(), strict=True)]
