"""Fine-tunes an encoder with the Hugging Face Trainer and exports it as a model folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from sklearn.metrics import f1_score
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    EarlyStoppingCallback,
    EvalPrediction,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainingArguments,
    set_seed,
)
from transformers.trainer_utils import get_last_checkpoint

from hedgerow.classification import load_classifier
from hedgerow.errors import HedgerowError
from hedgerow.model_folder import hash_file
from hedgerow.records import ATTRIBUTED, CLASSES
from hedgerow.training.config import TrainingConfig
from hedgerow.training.data import (
    METRIC_NAMES,
    Example,
    TrainingData,
    TrainingFacts,
    TrainingFile,
    class_weights,
    read_examples,
    read_unlabelled,
    score_columns,
    split_by_document,
)

UNJUDGED = -1.0
"""In the column ``attributed`` of the targets: nobody judged this row."""


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """What a finished run leaves: the model in memory and the facts for its card.

    Attributes:
        predicted: class columns that the model gives the held-out examples, in their order.
    """

    model: Any
    tokenizer: Any
    facts: TrainingFacts
    predicted: list[int]


class ClaimTrainer(Trainer):
    """A Trainer for the label and, by a logit of its own, for ``attributed``.

    The cross-entropy of the label takes soft targets (Hinton et al. 2015, Distilling the Knowledge
    in a Neural Network), weighs the classes and smooths; that of ``attributed`` passes over
    rows for which nobody judged it.
    """

    def __init__(
        self,
        *args: Any,
        weights: Sequence[float],
        smoothing: float,
        attribution_weight: float,
        **kwargs: Any,
    ) -> None:
        """Takes the class weights in the order of ``CLASSES`` beside the Trainer's arguments."""
        super().__init__(*args, **kwargs)
        self._weights = torch.tensor(weights)
        self._smoothing = smoothing
        self._attribution_weight = attribution_weight

    def compute_loss(
        self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """Both cross-entropies, averaged over the batch."""
        labels = inputs.pop("labels")
        outputs = model(**inputs)
        logits = outputs.logits.float()
        loss = torch.nn.functional.cross_entropy(
            logits[:, : len(CLASSES)],
            labels[:, : len(CLASSES)],
            weight=self._weights.to(logits.device),
            label_smoothing=self._smoothing,
        )
        attributed = labels[:, -1]
        judged = attributed >= 0
        if self._attribution_weight and judged.any():
            loss = loss + self._attribution_weight * (
                torch.nn.functional.binary_cross_entropy_with_logits(
                    logits[judged, -1], attributed[judged]
                )
            )
        return (loss, outputs) if return_outputs else loss


def train(config: TrainingConfig, run_folder: Path) -> TrainingResult:
    """Trains by the recipe, going on from the last checkpoint in ``run_folder`` if there is one.

    Args:
        config: a checked recipe.
        run_folder: where checkpoints and logs go.

    Raises:
        HedgerowError: the base model or the training data are missing or not what they should be.
    """
    return fit(config, read_data(config), run_folder)


def read_data(config: TrainingConfig) -> TrainingData:
    """Reads the files of a recipe, lets its teachers label, and holds documents out.

    Raises:
        HedgerowError: a file or teacher is missing or broken, or all documents are held out.
    """
    examples, files = read_examples(config.train_files)
    if config.unlabelled_files:
        threads = torch.get_num_threads()
        teachers = [load_classifier(name, threads=threads) for name in config.teachers]
        unlabelled, unlabelled_files = read_unlabelled(config.unlabelled_files, teachers)
        examples, files = examples + unlabelled, files + unlabelled_files
    training, validation = split_by_document(examples, config.validation_fraction, config.seed)
    if not training:
        raise HedgerowError(
            "training data: expected documents on both sides of the split, found all held out; "
            "add documents or set validation_fraction to 0"
        )
    return TrainingData(files, training, validation)


def fit(
    config: TrainingConfig,
    data: TrainingData,
    run_folder: Path,
    *,
    callbacks: Sequence[TrainerCallback] = (),
    log: bool = True,
) -> TrainingResult:
    """Trains on examples that are read and split already; else as ``train``.

    Args:
        config: a checked recipe; its seed no longer decides the split.
        data: of ``read_data``.
        run_folder: where checkpoints and logs go.
        callbacks: of the Trainer, beside those of the recipe.
        log: print losses and scores on standard output.

    Raises:
        HedgerowError: the base model is missing or not what it should be.
    """
    set_seed(config.seed)
    training, validation = data.training, data.validation
    _claim_run_folder(run_folder, config, data.files)
    tokenizer, model = load_base(config)
    held_out = tokenize(validation, tokenizer, config.max_length) if validation else None
    early_stopping = [EarlyStoppingCallback(config.early_stopping_patience)] if validation else []
    trainer = ClaimTrainer(
        model=model,
        args=training_arguments(config, run_folder, len(training), bool(validation)),
        train_dataset=tokenize(training, tokenizer, config.max_length),
        eval_dataset=held_out,
        data_collator=DataCollatorWithPadding(tokenizer),
        compute_metrics=compute_metrics if validation else None,
        callbacks=[*early_stopping, *callbacks],
        weights=class_weights(training, config.class_weights),
        smoothing=config.label_smoothing,
        attribution_weight=config.attribution_weight,
    )
    if not log:
        trainer.remove_callback(PrinterCallback)
    checkpoint = (
        get_last_checkpoint(str(run_folder))  # type: ignore[no-untyped-call]
        if run_folder.is_dir()
        else None
    )
    trainer.train(resume_from_checkpoint=checkpoint)
    scores: dict[str, float] = {}
    predicted: list[int] = []
    if held_out is not None:
        # Batches of equal length would give the predictions in another order than the examples.
        trainer.args.train_sampling_strategy = "random"
        prediction = trainer.predict(held_out, metric_key_prefix="eval")
        metrics = prediction.metrics or {}
        scores = {name.removeprefix("eval_"): value for name, value in metrics.items()}
        predicted = np.asarray(prediction.predictions)[:, : len(CLASSES)].argmax(axis=1).tolist()
    return TrainingResult(
        # The Trainer leaves its autocast around the model's forward, and an export of that would
        # hold bfloat16 operations that no processor's runtime has.
        model=trainer.accelerator.unwrap_model(model, keep_fp32_wrapper=False).eval(),
        tokenizer=tokenizer,
        facts=TrainingFacts(
            files=data.files,
            training=training,
            validation=validation,
            scores={name: score for name, score in scores.items() if name in METRIC_NAMES},
            epochs=float(trainer.state.epoch or 0),
        ),
        predicted=predicted,
    )


def _claim_run_folder(
    run_folder: Path, config: TrainingConfig, files: Sequence[TrainingFile]
) -> None:
    """Refuses to go on from checkpoints of another recipe or of other data."""
    # More epochs are a continuation of the same run; anything else is another run.
    settings = config.portable() | {"epochs": None, "files": {f.name: f.sha256 for f in files}}
    record = run_folder / "run.json"
    if record.is_file() and get_last_checkpoint(str(run_folder)):  # type: ignore[no-untyped-call]
        before = json.loads(record.read_text(encoding="utf-8"))
        changed = sorted(name for name in settings if before.get(name) != settings[name])
        if changed:
            raise HedgerowError(
                f"{run_folder}: expected checkpoints of this run, found those of one with other "
                f"{', '.join(changed)}; name another with --run-folder or remove it"
            )
    run_folder.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


def load_base(config: TrainingConfig) -> tuple[Any, Any]:
    """Tokenizer and encoder with a fresh classification head, one logit for each output.

    Raises:
        HedgerowError: they can't be found, or the weights are not the pinned ones.
    """
    weights = Path(config.base_model) / "model.safetensors"
    if config.base_model_sha256 and weights.is_file():
        found = hash_file(weights)
        if found != config.base_model_sha256:
            raise HedgerowError(
                f"{weights}: expected sha256 {config.base_model_sha256[:12]}…, "
                f"found {found[:12]}…; fetch the encoder again or mend base_model_sha256"
            )
    outputs = (*CLASSES, *([ATTRIBUTED] if config.attribution_weight else []))
    # A folder is all there is: no hub is asked for what it lacks. Code and pickles that came with
    # an encoder are never run.
    options: dict[str, Any] = {
        "local_files_only": Path(config.base_model).is_dir(),
        "trust_remote_code": False,
    }
    try:
        tokenizer = AutoTokenizer.from_pretrained(config.base_model, **options)
        known = AutoConfig.from_pretrained(config.base_model, **options).id2label
        # A fine-tuned encoder without the second output keeps what it knows of the first.
        extend = list(known.values()) == list(CLASSES) and len(outputs) > len(CLASSES)
        named = CLASSES if extend else outputs
        model = AutoModelForSequenceClassification.from_pretrained(
            config.base_model,
            use_safetensors=True,
            **options,
            num_labels=len(named),
            id2label=dict(enumerate(named)),
            label2id={name: i for i, name in enumerate(named)},
        )
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise HedgerowError(
            f"base_model {config.base_model!r}: expected an encoder folder or hub name, "
            f"found: {reason} Name a folder with --base-model"
        ) from error
    if extend:
        _add_output(model, outputs)
    if config.layers is not None:
        _keep_layers(model, config.layers)
    return tokenizer, model


def _add_output(model: Any, outputs: Sequence[str]) -> None:
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Linear) and module.out_features == len(CLASSES):
            wider = torch.nn.Linear(module.in_features, len(outputs))
            with torch.no_grad():
                wider.weight[: len(CLASSES)], wider.bias[: len(CLASSES)] = (
                    module.weight,
                    module.bias,
                )
            model.set_submodule(name, wider)
    model.num_labels = len(outputs)
    model.config.id2label = dict(enumerate(outputs))
    model.config.label2id = {name: i for i, name in enumerate(outputs)}


def _keep_layers(model: Any, layers: Sequence[int]) -> None:
    encoder = getattr(model, model.base_model_prefix).encoder
    if wrong := [layer for layer in layers if not 0 <= layer < len(encoder.layer)]:
        raise HedgerowError(
            f"layers: expected numbers from 0 to {len(encoder.layer) - 1}, found "
            f"{', '.join(map(str, wrong))}; mend the recipe"
        )
    encoder.layer = torch.nn.ModuleList(encoder.layer[layer] for layer in layers)
    model.config.num_hidden_layers = len(layers)


def training_arguments(
    config: TrainingConfig, run_folder: Path, examples: int, validate: bool
) -> TrainingArguments:
    """The Trainer's arguments for a recipe."""
    steps = -(-examples // config.batch_size) * config.epochs
    return TrainingArguments(
        output_dir=str(run_folder),
        num_train_epochs=config.epochs,
        learning_rate=config.learning_rate,
        per_device_train_batch_size=config.batch_size,
        per_device_eval_batch_size=64,
        weight_decay=config.weight_decay,
        warmup_steps=round(config.warmup_fraction * steps),
        lr_scheduler_type="linear",
        # The Trainer refuses bfloat16 without a GPU unless it is told to stay on the processor.
        use_cpu=not torch.cuda.is_available(),
        bf16=bfloat16_pays() if config.bf16 == "auto" else config.bf16,
        train_sampling_strategy="group_by_length",
        eval_strategy="epoch" if validate else "no",
        save_strategy="epoch",
        save_total_limit=2,
        load_best_model_at_end=validate,
        metric_for_best_model="macro_f1" if validate else None,
        greater_is_better=True if validate else None,
        logging_steps=50,
        seed=config.seed,
        report_to=config.report_to or "none",
        disable_tqdm=True,
    )


def bfloat16_pays() -> bool:
    """True where the processor or GPU computes in bfloat16 rather than emulating it."""
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def tokenize(examples: Sequence[Example], tokenizer: Any, max_length: int) -> Dataset:
    """Word pieces of (text, context) pairs, cut the way labelling cuts them."""
    rows: dict[str, list[Any]] = {"input_ids": [], "attention_mask": [], "token_type_ids": []}
    for example in examples:
        encoded = tokenizer(
            example.text,
            example.context or None,
            truncation="longest_first" if example.context else True,
            max_length=max_length,
        )
        for name in list(rows):
            if name in encoded:
                rows[name].append(encoded[name])
            else:
                del rows[name]
    labels = [
        [*example.target, UNJUDGED if example.attributed is None else example.attributed]
        for example in examples
    ]
    return Dataset.from_dict({**rows, "labels": labels})


def compute_metrics(prediction: EvalPrediction) -> dict[str, float]:
    """The validation scores of the Trainer's predictions."""
    wanted, logits = np.asarray(prediction.label_ids), np.asarray(prediction.predictions)
    scores = score_columns(
        wanted[:, : len(CLASSES)].argmax(axis=1), logits[:, : len(CLASSES)].argmax(axis=1)
    )
    judged = wanted[:, -1] >= 0
    if logits.shape[1] > len(CLASSES) and judged.any():
        attributed = f1_score(wanted[judged, -1] > 0.5, logits[judged, -1] > 0, zero_division=0)
        scores["attributed_f1"] = float(attributed)
    return scores
