"""Fits the threshold of a cascade on labelled segments of its user."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hedgerow.abstention import RiskThreshold, find_thresholds
from hedgerow.calibrating import class_columns, labelled_claims, risk_table
from hedgerow.cascade import describe_stage, find_unsure
from hedgerow.classification import load_classifier
from hedgerow.comparison import Difference, measure_difference
from hedgerow.evaluation import macro_f1, resample
from hedgerow.files import new_folder
from hedgerow.model_folder import CARD, CONFIG, write_manifest
from hedgerow.probabilities import Probabilities
from hedgerow.records import CLASSES, LabeledSegment

TOLERANCE = 0.005
"""Macro-F1 that a cascade may lose against its second model alone."""

# Thresholds tried, from "the second model answers everything" to "the first does".
_STEPS = 200
_ABOVE_ALL = 1.01


@dataclass(frozen=True, slots=True)
class CascadeReport:
    """What fitting found.

    Attributes:
        threshold: probability under which the second model is asked.
        asked: share of the segments that it is asked about.
        first: macro-F1 of the first model alone.
        macro_f1: of the second model alone (``a``) and of the cascade (``b``).
        risks: the abstention thresholds that the cascade can keep.
        segments: labelled claims used.
        documents: their documents.
    """

    threshold: float
    asked: float
    first: float
    macro_f1: Difference
    risks: tuple[RiskThreshold, ...]
    segments: int
    documents: int


def make_cascade(
    first: str | Path,
    second: str | Path,
    segments: Sequence[LabeledSegment],
    out: Path,
    *,
    tolerance: float = TOLERANCE,
    force: bool = False,
) -> CascadeReport:
    """Fits the threshold and writes the folder of a cascade, which ``--model`` takes.

    From the strictest threshold on, each looser one is tried until the cascade loses more than the
    tolerance against the second model alone, on the segments given.

    Args:
        first: the fast encoder, by bundled name or folder.
        second: the accurate one.
        segments: labelled segments that neither model was trained on.
        out: the folder to write; it names the models and doesn't copy them.
        tolerance: macro-F1 that may be lost.
        force: replace a model folder that exists.

    Raises:
        HedgerowError: too few segments or documents, a model that is missing or no encoder, or
            ``out`` exists.
    """
    settings: dict[str, object] = {
        "name": out.name,
        "backend": "cascade",
        "first": describe_stage(first, out),
        "second": describe_stage(second, out),
    }
    kept = labelled_claims(segments)
    claims = [one.segment for one in kept]
    answers, better = (load_classifier(one).predict_proba(claims) for one in (first, second))
    classes, names = class_columns(kept), [one.document_id for one in kept]
    threshold = fit_threshold(answers, better, classes, tolerance)
    joined = join_answers(answers, better, threshold)
    counts = _count(np.stack([better, joined, answers]).argmax(axis=-1), classes, names)
    pair = counts[:, :2]
    report = CascadeReport(
        threshold,
        len(find_unsure(answers, threshold)) / len(kept),
        float(macro_f1(counts[:, 2].sum(axis=0))),
        measure_difference(macro_f1, pair, resample(pair, 0)),
        tuple(find_thresholds(joined.max(axis=1), joined.argmax(axis=1) == classes, names)),
        len(kept),
        len(counts),
    )
    settings |= {"threshold": threshold, "risk": [asdict(one) for one in report.risks]}
    labels = {str(i): name for i, name in enumerate(CLASSES)}
    with new_folder(out, force=force) as target:
        text = json.dumps({"id2label": labels, "hedgerow": settings}, indent=2) + "\n"
        (target / CONFIG).write_text(text, encoding="utf-8")
        (target / CARD).write_text(_card(out.name, first, second, report), encoding="utf-8")
        write_manifest(target)
    return report


def fit_threshold(
    first: Probabilities,
    second: Probabilities,
    classes: npt.NDArray[np.int64],
    tolerance: float = TOLERANCE,
) -> float:
    """The lowest threshold down to which a cascade stays within the tolerance of its second model.

    Args:
        first: probabilities of shape (segments, classes).
        second: those of the second model.
        classes: the right column of each row.
        tolerance: macro-F1 that may be lost.
    """
    names = [""] * len(classes)

    def score(probabilities: Probabilities) -> float:
        counts = _count(probabilities.argmax(axis=1)[None], classes, names)
        return float(macro_f1(counts.sum(axis=(0, 1))))

    goal = score(second) - tolerance
    shares = np.linspace(0, 1, _STEPS + 1)[1:]
    best = _ABOVE_ALL
    for threshold in np.quantile(first.max(axis=1), 1 - shares, method="higher").round(5):
        if score(join_answers(first, second, float(threshold))) < goal:
            break
        best = float(threshold)
    return best


def join_answers(first: Probabilities, second: Probabilities, threshold: float) -> Probabilities:
    """The second model's rows where the first isn't sure, the first's elsewhere."""
    joined = first.copy()
    unsure = find_unsure(first, threshold)
    joined[unsure] = second[unsure]
    return joined


def _count(
    given: npt.NDArray[np.int64], classes: npt.NDArray[np.int64], names: Sequence[str]
) -> npt.NDArray[np.int64]:
    """Confusions by document, of shape (documents, systems, 4, 4)."""
    documents, rows = np.unique(np.asarray(names), return_inverse=True)
    counts = np.zeros((len(documents), len(given), len(CLASSES), len(CLASSES)), dtype=np.int64)
    for system, columns in enumerate(given):
        np.add.at(counts[:, system], (rows, classes, columns), 1)
    return counts


def _card(name: str, first: str | Path, second: str | Path, report: CascadeReport) -> str:
    first, second = Path(first).name, Path(second).name
    lost = report.macro_f1.difference
    risks = "\n".join(risk_table(report.risks))
    return f"""# {name}

A cascade: `{first}` answers where its highest probability is at least
{report.threshold:.3f}, `{second}` the rest. The folder holds no weights; it names both models and
pins them by digest.

The threshold was fitted on {report.segments} claims of {report.documents} documents that neither
model was trained on. There `{second}` is asked about {report.asked:.1%} of the claims, and macro-F1
over the three labels is {report.first:.3f} for `{first}`, {report.macro_f1.a:.3f} for `{second}`
and {report.macro_f1.b:.3f} for both together ({lost.value:+.3f} [{lost.low:+.3f},
{lost.high:+.3f}]; 95 % by document). These figures are those of the fit, not of a test.

{risks}
"""
