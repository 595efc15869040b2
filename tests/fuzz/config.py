"""Training recipes: settings that go round, or one clear line, whatever the YAML unfolds to."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import yaml

from hedgerow.training.config import TrainingConfig, read_config

from .checks import folder, or_error

_CONFIGS = Path(__file__).parents[2] / "configs"
_LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)

SEEDS = [
    *(file.read_bytes() for file in sorted(_CONFIGS.glob("*.yaml"))),
    _LAUGHS.encode(),
    b"a: &a {x: 1}\nb: &b {<<: [*a, *a, *a]}\nname: {<<: [*b, *b, *b]}\n",
    b"name: &a [*a]\nbase_model: x\n",
    b"name: x\nbase_model: !!timestamp x\nseed: !!int x\nepochs: 1:1:1\nbf16: !!bool x\n",
    b"? [name]\n: 2024-13-45\n? !!binary aGk=\n: .nan\n",
    b"[" * 400,
    b"name: !!python/object/apply:os.system [ls]\n",
    b"--- {name: 'a\\u2028', base_model: \"\\ud800\\x00\", learning_rate: 1e-4}\n...\n--- 2\n",
]


def try_bytes(data: bytes) -> None:
    """One recipe."""
    with folder() as place:
        file = place / "recipe.yaml"
        file.write_bytes(data)
        check_recipe(file)


def check_recipe(file: Path) -> None:
    """Settings are of their types, and the file that is saved beside a model gives them again."""
    config = or_error(partial(read_config, file))
    if config is None:
        return
    assert isinstance(config.name, str) and config.name, "a nameless model"
    assert TrainingConfig.model_validate_json(config.model_dump_json()) == config, "JSON changes it"
    file.write_text(yaml.safe_dump(config.model_dump(), allow_unicode=True), encoding="utf-8")
    assert read_config(file) == config, "YAML changes it"
