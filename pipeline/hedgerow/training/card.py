"""The model card, written from what a run did rather than from memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from hedgerow.records import CLASSES
from hedgerow.training.config import TrainingConfig
from hedgerow.training.data import Example
from hedgerow.training.trainer import TrainingResult


def write_card(path: Path, result: TrainingResult, config: TrainingConfig) -> None:
    """Writes ``README.md`` of a model folder in the Hugging Face card format."""
    rows = sum(file.rows for file in result.files)
    file_lines = [
        f"| `{file.name}` | {file.rows} | {file.rows / rows:.0%} | `{file.sha256}` | "
        f"{'; '.join(file.licences)} |"
        for file in result.files
    ]
    if result.validation:
        validation = [
            f"{len(result.validation_examples)} segments of documents held out of training "
            f"({_mix(result.validation_examples)}), before quantization; they chose the epoch, so "
            "this is no test score:",
            "",
            "| score | value |",
            "| --- | --- |",
            *(f"| {name} | {value:.3f} |" for name, value in result.validation.items()),
        ]
    else:
        validation = ["None were held out: this recipe trains on every row."]
    lines = [
        "---",
        "license: apache-2.0",
        "language: en",
        "pipeline_tag: text-classification",
        f"labels: [{', '.join(CLASSES)}]",
        "---",
        "",
        f"# {config.name}",
        "",
        "Labels a segment of a news article as `fact`, `speculation`, `recommendation` or `none`",
        "(no claim), by how the article puts it, not by whether it is true. Input: the segment",
        "and, as second segment, its context. Written by `hedgerow train`.",
        "",
        "## Training",
        "",
        f"Fine-tuned from `{Path(config.base_model).name}` for {result.epochs:g} epochs on "
        f"{len(result.train_examples)} segments ({_mix(result.train_examples)}).",
        "`training.json` holds every setting.",
        "",
        "| file | rows | share | sha256 | licences |",
        "| --- | --- | --- | --- | --- |",
        *file_lines,
        "",
        "Labels come from language-model readers under the labelling guide, not from people.",
        "",
        "## Validation",
        "",
        *validation,
        "",
        "## Limits",
        "",
        "English news prose. Labels speak of wording: a false claim put plainly is `fact`.",
        "Headings, by-lines and table headers are `none` by convention and never reach the model.",
        "",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")


def _mix(examples: Sequence[Example]) -> str:
    counts = Counter(example.class_name for example in examples)
    return ", ".join(f"{counts[name]} {name}" for name in CLASSES)
