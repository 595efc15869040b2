"""The training recipe: a YAML file, checked field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from hedgerow.errors import HedgerowError

_LONGEST = 100_000


class TrainingConfig(BaseModel):
    """Every setting of a training run; the resolved values are saved beside the weights.

    Attributes:
        name: of the model, as it appears in result rows.
        description: of where the model comes from, for its card.
        architecture: a fine-tuned encoder, or TF-IDF with logistic regression, which takes only
            the name, the files, ``validation_fraction`` and the seed.
        base_model: a folder or a hub name of the encoder to start from.
        base_model_sha256: of its ``model.safetensors``; checked where ``base_model`` is a folder.
        layers: which of the encoder's layers to keep, counted from 0; all if left out (Sanh et al.
            2019, DistilBERT).
        train_files: JSONL files of gold-shaped rows.
        unlabelled_files: JSONL files of the same rows without labels, for the teachers.
        teachers: models, by name or folder, whose mean probabilities are the targets of the
            unlabelled rows (Hinton et al. 2015, Distilling the Knowledge in a Neural Network).
        validation_fraction: share of documents held out to choose the best epoch; 0 trains on
            everything and keeps the last epoch.
        epochs: passes over the training rows, at most.
        early_stopping_patience: epochs without a better macro-F1 on the held-out documents after
            which training stops.
        learning_rate: of AdamW, at its highest; it falls linearly from there.
        batch_size: segments a step.
        class_weights: weight of a class in the loss by its frequency.
        weight_decay: of AdamW, applied to all weights but biases and norms.
        warmup_fraction: share of the steps over which the learning rate rises.
        label_smoothing: share of the target that is spread over all classes (Szegedy et al. 2016).
        max_length: in word pieces, text and context together.
        attribution_weight: of the second output, whether the main point is somebody else's, in the
            loss; 0 trains none.
        safetensors: write the weights in half precision too, so that the folder loads with
            ``transformers``.
        bf16: train in bfloat16 autocast; ``auto`` where the processor computes in it.
        seed: of the weights' first values, the order of the rows and the held-out documents.
        report_to: trackers that ``transformers`` logs to, such as ``tensorboard``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    name: str = Field(min_length=1)
    description: str = ""
    architecture: Literal["encoder", "linear"] = "encoder"
    base_model: str = ""
    base_model_sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    layers: list[int] | None = Field(default=None, min_length=1)
    train_files: list[str] = Field(default_factory=list)
    unlabelled_files: list[str] = Field(default_factory=list)
    teachers: list[str] = Field(default_factory=list)
    validation_fraction: float = Field(default=0.1, ge=0, lt=0.9)
    epochs: int = Field(default=4, ge=1)
    early_stopping_patience: int = Field(default=2, ge=1)
    learning_rate: float = Field(default=1e-4, gt=0, le=0.01)
    batch_size: int = Field(default=32, ge=1)
    weight_decay: float = Field(default=0.01, ge=0)
    warmup_fraction: float = Field(default=0.1, ge=0, lt=1)
    label_smoothing: float = Field(default=0.0, ge=0, lt=1)
    class_weights: Literal["none", "sqrt_inverse", "inverse"] = "sqrt_inverse"
    attribution_weight: float = Field(default=0.3, ge=0)
    max_length: int = Field(default=128, ge=16, le=512)
    bf16: bool | Literal["auto"] = "auto"
    safetensors: bool = True
    seed: int = 0
    report_to: list[str] = Field(default_factory=list)

    def portable(self) -> dict[str, Any]:
        """The settings as saved beside the weights: files by name, without this machine's folders.

        The card lists each training file with its sha256, so the name is enough to find it again.
        """
        return self.model_dump() | {
            "train_files": [Path(file).name for file in self.train_files],
            "unlabelled_files": [Path(file).name for file in self.unlabelled_files],
            "teachers": [Path(teacher).name for teacher in self.teachers],
            "base_model": Path(self.base_model).name,
        }

    @model_validator(mode="after")
    def _encoder_has_a_base(self) -> TrainingConfig:
        if self.architecture == "encoder" and not self.base_model:
            raise ValueError("an encoder needs the key 'base_model'")
        return self

    @model_validator(mode="after")
    def _unlabelled_rows_have_a_teacher(self) -> TrainingConfig:
        if self.unlabelled_files and not self.teachers:
            raise ValueError("unlabelled_files need the key 'teachers'")
        return self


class _RecipeLoader(yaml.SafeLoader):
    """Safe YAML without aliases, a few lines of which unfold to more than any memory holds."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias, which a recipe can't have: write its value out")
        return super().compose_node(parent, index)


def read_config(path: Path, **overrides: Any) -> TrainingConfig:
    """Reads and checks a recipe.

    Args:
        path: a YAML file.
        overrides: settings that replace those of the file.

    Raises:
        HedgerowError: the file can't be read, or a key or value is wrong; the message names it,
            says why, and gives the nearest known key.
    """
    content = read_yaml(path, "recipe", example="configs/base.yaml")
    return check_config(content | overrides, str(path))


def check_config(settings: Mapping[str, Any], where: str) -> TrainingConfig:
    """The recipe of these settings.

    Args:
        settings: values by key.
        where: they come from, for the message.

    Raises:
        HedgerowError: a key or value is wrong.
    """
    try:
        return TrainingConfig.model_validate(settings)
    except ValidationError as error:
        reasons = (explain(one, list(TrainingConfig.model_fields)) for one in error.errors())
        raise HedgerowError(f"{where}: {'; '.join(reasons)}") from error


def read_yaml(path: Path, what: str, *, example: str) -> dict[str, Any]:
    """Reads a YAML file of settings.

    Args:
        path: of the file.
        what: it should be, for the message.
        example: a file of that kind.

    Raises:
        HedgerowError: it can't be read, or is no mapping.
    """
    try:
        with path.open("rb") as stream:
            recipe = stream.read(_LONGEST + 1)
        if len(recipe) > _LONGEST:
            raise HedgerowError(
                f"{path}: expected a recipe of at most {_LONGEST} bytes, found more; "
                "name a file such as configs/base.yaml"
            )
        content = yaml.load(recipe.decode("utf-8"), _RecipeLoader)
    except OSError as error:
        raise HedgerowError(
            f"{path}: expected a YAML {what}, found {error.strerror}; check the path"
        ) from error
    except HedgerowError:
        raise
    # PyYAML raises nearly anything where a value is not what its tag says.
    except Exception as error:
        reason = " ".join(str(error).split())
        raise HedgerowError(f"{path}: expected YAML, found {reason}; mend the file") from error
    if not isinstance(content, dict):
        raise HedgerowError(
            f"{path}: expected settings as key: value, "
            f"found {type(content).__name__}; see {example}"
        )
    return content


def explain(error: ErrorDetails, known: Sequence[str]) -> str:
    """What is wrong with one setting.

    Args:
        error: of pydantic's check.
        known: the keys that there are.
    """
    name = ".".join(map(str, error["loc"])) or "recipe"
    if error["type"] == "extra_forbidden":
        near = get_close_matches(name, known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"
        return f"expected a known key, found {name!r}; {hint}"
    if error["type"] == "missing":
        return f"expected the key {name!r}, found none; add it"
    if error["type"] == "value_error":
        return f"{name}: {error['msg'].removeprefix('Value error, ')}; add it"
    return f"{name}: {error['msg'].lower()}, found {error['input']!r}; change it"
