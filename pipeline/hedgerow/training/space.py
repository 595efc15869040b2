"""The search space of ``hedgerow tune``: a YAML file, checked against the recipe that it is for."""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from typing import Annotated, Any

from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError
from pydantic_core import ErrorDetails

from hedgerow.errors import HedgerowError
from hedgerow.training.config import TrainingConfig, check_config, explain, read_yaml


class Range(BaseModel):
    """Numbers between two ends, both of which belong to it.

    Attributes:
        low: the lower end.
        high: the upper end.
        log: draw evenly on a logarithmic scale.
        step: draw only the numbers that lie whole steps above ``low``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    low: float
    high: float
    log: bool = False
    step: float | None = None


Dimension = Annotated[
    Annotated[Range, Tag("range")] | Annotated[list[Any], Field(min_length=1), Tag("choices")],
    Discriminator(lambda value: "range" if isinstance(value, dict | Range) else "choices"),
]
"""What one key of a recipe may be: a range, or any of a list."""


class SearchSpace(BaseModel):
    """The keys of a recipe that can be searched, each with a range or a list of choices.

    The others name the model or its files, change its size or speed, which the score doesn't see,
    or, like ``seed`` and ``validation_fraction``, decide the score by luck.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    epochs: Dimension | None = None
    learning_rate: Dimension | None = None
    batch_size: Dimension | None = None
    weight_decay: Dimension | None = None
    warmup_fraction: Dimension | None = None
    label_smoothing: Dimension | None = None
    class_weights: Dimension | None = None
    attribution_weight: Dimension | None = None
    max_length: Dimension | None = None


def read_space(path: Path, recipe: TrainingConfig) -> dict[str, BaseDistribution]:
    """Reads and checks a search space.

    Args:
        path: a YAML file.
        recipe: whose keys are searched; it must allow every choice and both ends of a range.

    Returns:
        Optuna's distribution of each key.

    Raises:
        HedgerowError: the recipe has nothing to search, the file can't be read, or a key or value
            is wrong; the message names it, says why, and gives the nearest known key.
    """
    if recipe.architecture == "linear":
        raise HedgerowError(
            f"recipe {recipe.name!r}: expected one of an encoder, found architecture linear, which "
            "has no key to search; train it as it is with hedgerow train"
        )
    content = read_yaml(path, "search space", example="configs/tune.yaml")
    try:
        space = SearchSpace.model_validate(content)
    except ValidationError as error:
        raise HedgerowError(f"{path}: {'; '.join(map(_explain, error.errors()))}") from error
    dimensions = {key: dimension for key, dimension in space if dimension is not None}
    if not dimensions:
        raise HedgerowError(
            f"{path}: expected at least one key to search, found none; see configs/tune.yaml"
        )
    return {
        key: _make_distribution(key, dimension, recipe, path)
        for key, dimension in dimensions.items()
    }


def holds(distribution: BaseDistribution, value: Any) -> bool:
    """Whether a value of a recipe is one that the search could draw."""
    if isinstance(distribution, CategoricalDistribution):
        return value in distribution.choices
    assert isinstance(distribution, FloatDistribution | IntDistribution)
    steps = (value - distribution.low) / distribution.step if distribution.step else 0.0
    on_a_step = math.isclose(steps, round(steps), abs_tol=1e-9)
    return bool(distribution.low <= value <= distribution.high and on_a_step)


def _make_distribution(
    key: str, dimension: Range | list[Any], recipe: TrainingConfig, path: Path
) -> BaseDistribution:
    settings = recipe.model_dump()

    def check(value: Any) -> Any:
        return getattr(check_config(settings | {key: value}, str(path)), key)

    if isinstance(dimension, list):
        return CategoricalDistribution([check(value) for value in dimension])
    low, high = check(dimension.low), check(dimension.high)
    try:
        # Optuna warns of steps that miss the upper end, and moves it.
        with warnings.catch_warnings(action="error"):
            if isinstance(low, float):
                return FloatDistribution(low, high, dimension.log, dimension.step)
            step = 1.0 if dimension.step is None else dimension.step
            if not step.is_integer():
                raise ValueError(f"`step` must be a whole number, but got step={step}.")
            return IntDistribution(low, high, dimension.log, int(step))
    except (ValueError, UserWarning) as error:
        raise HedgerowError(f"{path}: {key}: {error} Change it") from error


def _explain(error: ErrorDetails) -> str:
    key, *inside = error["loc"]
    if inside[:1] == ["range"]:
        error["loc"] = tuple(inside[1:])
        return f"{key}: {explain(error, list(Range.model_fields))}"
    if inside:
        return (
            f"{key}: expected a list of choices or low and high, found {error['input']!r}; "
            "change it"
        )
    if key in TrainingConfig.model_fields:
        return (
            f"expected a key that can be searched, found {key!r}; "
            f"these can: {', '.join(SearchSpace.model_fields)}"
        )
    return explain(error, list(SearchSpace.model_fields))
