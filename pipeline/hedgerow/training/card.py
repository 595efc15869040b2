"""The model card, written from what a run did rather than from memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from hedgerow.records import CLASSES
from hedgerow.training.config import TrainingConfig
from hedgerow.training.data import Example, TrainingFacts


def write_card(
    path: Path,
    facts: TrainingFacts,
    config: TrainingConfig,
    flips: tuple[int, int] | None = None,
) -> None:
    """Writes ``README.md`` of a model folder in the Hugging Face card format.

    Args:
        path: the file.
        facts: of the run.
        config: its recipe.
        flips: labels that quantization changed, and of how many held-out examples.
    """
    rows = sum(file.rows for file in facts.files)
    file_lines = [
        f"| `{file.name}` | {file.rows} | {file.rows / rows:.0%} | `{file.sha256}` | "
        f"{'; '.join(file.licences)} |"
        for file in facts.files
    ]
    if facts.scores:
        validation = [
            f"{len(facts.validation)} segments of documents held out of training "
            f"({_mix(facts.validation)}){_use_of_validation(config)}",
            "",
            "| score | value |",
            "| --- | --- |",
            *(f"| {name} | {value:.3f} |" for name, value in facts.scores.items()),
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
        "(no claim), by how the article puts it, not by whether it is true.",
        "",
        "## Training",
        "",
        f"{_origin(facts, config)} {len(facts.training)} segments ({_mix(facts.training)}).",
        *([config.description] if config.description else []),
        "`training.json` holds every setting. Written by `hedgerow train`.",
        "",
        "| file | rows | share | sha256 | licences |",
        "| --- | --- | --- | --- | --- |",
        *file_lines,
        "",
        "Labels of Hedgerow's own data come from language-model readers under the guide, not from",
        "people; `*_soft` and unlabelled files were labelled by a teacher model.",
        "",
        "## Validation",
        "",
        *validation,
        "",
        *(
            [f"Quantization changed {flips[0]} of {flips[1]} labels of these segments.", ""]
            if flips
            else []
        ),
        "## Limits",
        "",
        "English news prose. Labels speak of wording: a false claim put plainly is `fact`.",
        "Headings, by-lines and table headers are `none` by convention and never reach the model.",
        "",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")


def _use_of_validation(config: TrainingConfig) -> str:
    if config.architecture == "linear":
        return ":"
    return ", before quantization; they chose the epoch, so this is no test score:"


def _origin(facts: TrainingFacts, config: TrainingConfig) -> str:
    if config.architecture == "linear":
        return "Logistic regression on TF-IDF of words and word pairs, fitted on"
    base = Path(config.base_model).name
    return f"Fine-tuned from `{base}` for {facts.epochs:g} epochs, with the context, on"


def _mix(examples: Sequence[Example]) -> str:
    counts = Counter(example.class_name for example in examples)
    return ", ".join(f"{counts[name]} {name}" for name in CLASSES)
