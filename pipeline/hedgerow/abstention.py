"""When to say nothing: a confidence threshold under which a stated error rate holds.

The thresholds are found on labelled segments that no model was trained on, by fixed-sequence
testing (Angelopoulos et al. 2021, Learn then Test: Calibrating Predictive Algorithms to Achieve
Risk Control): from the strictest threshold on, each looser one is tried until the upper bound of
the error rate among the answered segments passes the risk allowed. The bound is the 95th percentile
of a bootstrap over documents, since the sentences of one article err together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from hedgerow.errors import HedgerowError
from hedgerow.probabilities import Probabilities, softmax
from hedgerow.records import CLASSES

RISKS = (0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.15, 0.2)
"""The risks for which a calibrated model knows its threshold."""

_RESAMPLINGS = 1000
_LEVEL = 0.95
_LEAST_ANSWERED = 50
# The strictest threshold answers a tenth: fewer segments prove little, and the sequence of tests
# ends at the first that fails.
_FIRST_SHARE = 0.1
_STEPS = 200
# Keeps the biases near zero where a class is rare in the calibration data.
_BIAS_PENALTY = 0.01


@dataclass(frozen=True, slots=True)
class Scaling:
    """Calibrated probabilities are softmax(log p / temperature + bias).

    Guo et al. 2017, On Calibration of Modern Neural Networks: temperature scaling, or with biases
    vector scaling with one slope.
    """

    temperature: float
    bias: tuple[float, ...]

    def apply(self, probabilities: Probabilities) -> Probabilities:
        """Calibrated probabilities of the same shape."""
        logs = np.log(np.maximum(probabilities, 1e-9))
        bias = np.asarray(self.bias, dtype=np.float32)
        return softmax(np.asarray(logs / self.temperature + bias, dtype=np.float32))


@dataclass(frozen=True, slots=True)
class RiskThreshold:
    """Answer only where the highest probability reaches ``threshold``.

    Attributes:
        risk: share of wrong labels among the answered, with 95 % confidence no more than this.
        coverage: share of segments that were answered in calibration.
    """

    risk: float
    threshold: float
    coverage: float


def fit_scaling(
    probabilities: Probabilities, classes: Sequence[int], *, fit_bias: bool = False
) -> Scaling:
    """The temperature, and if wanted the biases, that make the labels most likely.

    Args:
        probabilities: of shape (segments, classes).
        classes: the right column of each row.
        fit_bias: fit a bias for each class too, for data whose mix of classes differs much from
            that of training; it changes labels, and needs thousands of segments.
    """
    logs = np.log(np.maximum(probabilities, 1e-9)).astype(np.float64)
    rows = np.arange(len(logs))

    def loss(parameters: npt.NDArray[np.float64]) -> float:
        bias = parameters[1:] if fit_bias else 0.0
        scaled = logs / np.exp(parameters[0]) + bias
        highest = scaled.max(axis=1)
        total = np.log(np.exp(scaled - highest[:, None]).sum(axis=1)) + highest
        penalty = _BIAS_PENALTY * float(parameters[1:] @ parameters[1:])
        return float((total - scaled[rows, classes]).mean()) + penalty

    found = minimize(loss, np.zeros(1 + len(CLASSES)), method="L-BFGS-B").x
    # Only differences between biases matter.
    bias = found[1:] - found[1:].mean()
    return Scaling(float(np.exp(found[0])), tuple(round(float(one), 5) for one in bias))


def find_thresholds(
    confidences: npt.NDArray[np.float32],
    right: npt.NDArray[np.bool_],
    documents: Sequence[str],
    *,
    seed: int = 0,
) -> list[RiskThreshold]:
    """The loosest threshold for each of ``RISKS`` that can be kept; the others are left out.

    Args:
        confidences: highest probability of each segment.
        right: whether its label is right.
        documents: document of each segment; they are resampled whole.
        seed: of the bootstrap.
    """
    names, rows = np.unique(np.asarray(documents), return_inverse=True)
    order = np.argsort(-confidences, kind="stable")
    first = max(_LEAST_ANSWERED, round(_FIRST_SHARE * len(order)))
    steps = np.unique(np.linspace(first, len(order), _STEPS).astype(int))
    steps = steps[steps <= len(order)]
    if not len(steps):
        return []
    # Errors and answers of each document at each step: (documents, steps).
    wrong = np.zeros((len(names), len(steps)))
    answered = np.zeros((len(names), len(steps)))
    position = np.searchsorted(steps, np.arange(1, len(order) + 1))
    for rank, row in enumerate(order):
        answered[rows[row], position[rank]] += 1
        wrong[rows[row], position[rank]] += not right[row]
    wrong, answered = wrong.cumsum(axis=1), answered.cumsum(axis=1)
    draws = np.random.default_rng(seed).multinomial(
        len(names), np.full(len(names), 1 / len(names)), size=_RESAMPLINGS
    )
    rates = (draws @ wrong) / np.maximum(draws @ answered, 1)
    bounds = np.quantile(rates, _LEVEL, axis=0)
    # A bootstrap of few errors sees too little: no bound below what none in n answers proves.
    bounds = np.maximum(bounds, 1 - (1 - _LEVEL) ** (1 / steps))
    found: list[RiskThreshold] = []
    for risk in RISKS:
        kept = int(np.argmax(bounds > risk)) if (bounds > risk).any() else len(steps)
        if kept:
            last = steps[kept - 1]
            found.append(
                RiskThreshold(
                    risk,
                    round(float(confidences[order[last - 1]]), 5),
                    round(float(last / len(order)), 4),
                )
            )
    return found


def choose_threshold(table: Sequence[Any], risk: float, model: str) -> float:
    """The threshold for a risk, from what calibration wrote into a model's settings.

    Args:
        table: rows with ``risk``, ``threshold`` and ``coverage``.
        risk: share of wrong labels allowed; the next lower known one decides.
        model: its name, for messages.

    Raises:
        HedgerowError: the model is not calibrated, or can't promise so low a risk.
    """
    if not table:
        raise HedgerowError(
            f"--max-risk: expected a calibrated model, found none in {model}; "
            "use base or calibrate yours with hedgerow calibrate"
        )
    kept = [row for row in table if row["risk"] <= risk + 1e-9]
    if not kept:
        raise HedgerowError(
            f"--max-risk: expected at least {table[0]['risk']:g}, the lowest that {model} can "
            f"keep, found {risk:g}; allow more, or calibrate it on more labels"
        )
    return float(kept[-1]["threshold"])
