"""Axes of charts drawn as SVG: where a value lies, and at which values to put a tick."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from hedgerow.calibration import Calibration, RiskPoint

# In units of the charts' view box of 420 × 400.
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 404, 40, 344
_MOST_STEPS = 6
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2)


@dataclass(frozen=True, slots=True)
class Axis:
    """A linear axis.

    Attributes:
        low: value at its start.
        high: value at its end.
        step: distance of its ticks; the axis has a whole number of them.
        start: place of its start in the view box.
        end: place of its end.
    """

    title: str
    low: float
    high: float
    step: float
    start: int
    end: int
    percent: bool = False

    def at(self, value: float) -> float:
        """Place of a value, to a tenth of a unit."""
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)

    @property
    def ticks(self) -> list[float]:
        """Values along the axis, both ends among them."""
        count = round((self.high - self.low) / self.step)
        return [round(self.low + number * self.step, 4) for number in range(count + 1)]

    def show(self, value: float) -> str:
        """A tick as text."""
        return f"{100 * value:.0f} %" if self.percent else f"{value:.2g}"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart's two axes."""

    x: Axis
    y: Axis


def calibration_chart(calibration: Calibration) -> Chart:
    """Two axes of one scale, up to 1: only so is the ideal a diagonal from corner to corner."""
    width, step = _round_up(1 - min(min(b.confidence, b.accuracy.low) for b in calibration.bins))
    low = round(1 - width, 4)
    return Chart(
        Axis("confidence: probability of the label given", low, 1.0, step, _LEFT, _RIGHT),
        Axis("accuracy: share of them that are right", low, 1.0, step, _BOTTOM, _TOP),
    )


def risk_chart(points: Sequence[RiskPoint]) -> Chart:
    """Coverage from none to all; risk from 0 on."""
    high, step = _round_up(max(one.risk.high for one in points))
    return Chart(
        Axis("coverage: segments that get a label", 0.0, 1.0, 0.2, _LEFT, _RIGHT, percent=True),
        Axis("risk: wrong labels among them", 0.0, high, step, _BOTTOM, _TOP, percent=True),
    )


def _round_up(width: float) -> tuple[float, float]:
    """The length of an axis that holds at least ``width``, and the step of its ticks."""
    step = next((one for one in _STEPS if width / one <= _MOST_STEPS), _STEPS[-1])
    return round(max(math.ceil(round(width / step, 6)), 1) * step, 4), step
