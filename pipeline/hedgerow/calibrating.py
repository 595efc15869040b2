"""Fits calibration and abstention of a model folder on labelled segments of its user."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from hedgerow.abstention import RiskThreshold, Scaling, find_thresholds, fit_scaling
from hedgerow.calibration import expected_calibration_error
from hedgerow.classification import CLAIMLESS_KINDS, load_classifier
from hedgerow.errors import HedgerowError
from hedgerow.files import new_folder
from hedgerow.model_folder import CONFIG, open_model, put_card_section, write_manifest
from hedgerow.records import CLASSES, LabeledSegment

_LEAST_SEGMENTS = 200
_LEAST_DOCUMENTS = 10


@dataclass(frozen=True, slots=True)
class CalibrationReport:
    """What calibration changed.

    Attributes:
        scaling: the new temperature and biases.
        error_before: expected calibration error (see ``expected_calibration_error``) on the
            segments that the scaling was not fitted on, two folds together.
        error_after: the same with the scaling of the other fold.
        risks: the thresholds that can be kept.
        segments: labelled claims used.
        documents: their documents.
    """

    scaling: Scaling
    error_before: float
    error_after: float
    risks: tuple[RiskThreshold, ...]
    segments: int
    documents: int


def calibrate(
    model: str | Path,
    segments: Sequence[LabeledSegment],
    out: Path,
    *,
    risk_segments: Sequence[LabeledSegment] | None = None,
    fit_bias: bool = False,
    force: bool = False,
) -> CalibrationReport:
    """Writes a copy of a model folder with calibrated probabilities and abstention thresholds.

    The scaling is fitted on ``segments``. The thresholds are found on ``risk_segments``, or else on
    ``segments`` with the scaling of the half of the documents that they are not in.

    Args:
        model: bundled name or folder, of an encoder.
        segments: labelled segments that the model was not trained on.
        out: the folder to write.
        risk_segments: others for the thresholds.
        fit_bias: see ``fit_scaling``.
        force: replace a model folder that exists.

    Raises:
        HedgerowError: the model is no encoder, there are too few segments or documents, or
            ``out`` exists.
    """
    folder = open_model(model)
    if folder.settings["backend"] != "onnx":
        raise HedgerowError(
            f"calibrate: expected an encoder, found {folder.settings['backend']!r} in "
            f"{folder.path}; name base, small or a folder that hedgerow train made of an encoder"
        )
    classifier = load_classifier(model)
    kept = labelled_claims(segments)
    probabilities = classifier.predict_proba([one.segment for one in kept])
    columns = class_columns(kept)
    side = np.array([_half(one.document_id) for one in kept])
    crossed = np.empty_like(probabilities)
    for half in (0, 1):
        fitted = fit_scaling(
            probabilities[side != half], columns[side != half].tolist(), fit_bias=fit_bias
        )
        crossed[side == half] = fitted.apply(probabilities[side == half])
    scaling = fit_scaling(probabilities, columns.tolist(), fit_bias=fit_bias)
    if risk_segments is None:
        judged, judged_probabilities = kept, crossed
    else:
        judged = labelled_claims(risk_segments)
        judged_probabilities = scaling.apply(
            classifier.predict_proba([one.segment for one in judged])
        )
    risks = find_thresholds(
        judged_probabilities.max(axis=1),
        judged_probabilities.argmax(axis=1) == class_columns(judged),
        [one.document_id for one in judged],
    )
    before = (float(folder.settings.get("temperature", 1.0)), folder.settings.get("bias"))
    settings = _compose(before, scaling) | {"risk": [asdict(one) for one in risks]}
    documents = len({one.document_id for one in kept})
    errors = (
        expected_calibration_error(
            probabilities.max(axis=1), probabilities.argmax(axis=1) == columns
        ),
        expected_calibration_error(crossed.max(axis=1), crossed.argmax(axis=1) == columns),
    )
    with new_folder(out, force=force) as target:
        for file in folder.path.iterdir():
            if file.is_file():
                shutil.copyfile(file, target / file.name)
        config = json.loads((target / CONFIG).read_text(encoding="utf-8"))
        config["hedgerow"] |= settings
        lines = _describe(scaling, errors, risks, len(kept), documents)
        put_card_section(target, "Calibration", lines)
        text = json.dumps(config, indent=2, ensure_ascii=False) + "\n"
        (target / CONFIG).write_text(text, encoding="utf-8")
        write_manifest(target)
    return CalibrationReport(
        scaling, *errors, risks=tuple(risks), segments=len(kept), documents=documents
    )


def _describe(
    scaling: Scaling,
    errors: tuple[float, float],
    risks: Sequence[RiskThreshold],
    segments: int,
    documents: int,
) -> list[str]:
    return [
        f"Temperature {scaling.temperature:.3f}, fitted on {segments} segments of {documents} "
        "documents that were held out of training; expected",
        f"calibration error {errors[0]:.3f} before and {errors[1]:.3f} after, across two halves of "
        "them.",
        "",
        *risk_table(risks),
    ]


def risk_table(risks: Sequence[RiskThreshold]) -> list[str]:
    """Abstention thresholds as a Markdown table, line by line."""
    return [
        "| wrong labels, at most (95 % confidence) | from probability | answered in calibration |",
        "| --- | --- | --- |",
        *(f"| {one.risk:.0%} | {one.threshold:.3f} | {one.coverage:.1%} |" for one in risks),
    ]


def labelled_claims(segments: Sequence[LabeledSegment]) -> list[LabeledSegment]:
    """Those that a model is asked about.

    Raises:
        HedgerowError: there are too few to fit anything on.
    """
    kept = [one for one in segments if one.kind not in CLAIMLESS_KINDS]
    documents = len({one.document_id for one in kept})
    if len(kept) < _LEAST_SEGMENTS or documents < _LEAST_DOCUMENTS:
        raise HedgerowError(
            f"calibration: expected at least {_LEAST_SEGMENTS} labelled claims of "
            f"{_LEAST_DOCUMENTS} documents, found {len(kept)} of {documents}; label more"
        )
    return kept


def class_columns(segments: Sequence[LabeledSegment]) -> np.ndarray:
    """The position of each segment's class in ``CLASSES``."""
    return np.array([CLASSES.index(one.class_name) for one in segments])


def _half(document_id: str) -> int:
    return hashlib.sha256(document_id.encode("utf-8", "replace")).digest()[0] & 1


def _compose(before: tuple[float, list[float] | None], scaling: Scaling) -> dict[str, object]:
    """The settings that give at once what scaling the model's present probabilities gives."""
    temperature, bias = before
    old = np.zeros(len(CLASSES)) if bias is None else np.asarray(bias)
    return {
        "temperature": temperature * scaling.temperature,
        "bias": (old / scaling.temperature + np.asarray(scaling.bias)).round(5).tolist(),
    }
