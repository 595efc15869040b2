"""Arrays of class probabilities: columns always in the order of ``CLASSES``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from hedgerow.records import CLASSES, Label

Probabilities: TypeAlias = npt.NDArray[np.float32]

NONE_COLUMN = CLASSES.index("none")


class Scores(NamedTuple):
    """What a classifier says of some segments.

    Attributes:
        classes: probabilities of shape (segments, classes); every row sums to 1.
        attributed: probability that the main point is somebody else's, of shape (segments,);
            None where the classifier doesn't judge it.
    """

    classes: Probabilities
    attributed: Probabilities | None = None

    def take(self, rows: slice | Sequence[int]) -> Scores:
        """Those of some of the segments."""
        attributed = None if self.attributed is None else self.attributed[rows]
        return Scores(self.classes[rows], attributed)


def softmax(logits: Probabilities) -> Probabilities:
    """Row-wise softmax that stays finite for large logits."""
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True), dtype=np.float32)


def sigmoid(logits: Probabilities) -> Probabilities:
    """Logistic function that stays finite for large logits."""
    return np.asarray(0.5 * (1 + np.tanh(logits / 2)), dtype=np.float32)


def most_probable(probabilities: Probabilities) -> list[Label | None]:
    """The label with the highest probability in each row, None for the class ``none``."""
    best = np.argmax(probabilities, axis=1)
    return [None if column == NONE_COLUMN else cast(Label, CLASSES[column]) for column in best]
