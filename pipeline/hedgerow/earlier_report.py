"""Reports that ``hedgerow evaluate --out`` wrote, read back to tell whether a model got worse."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeAlias

import numpy as np
from pydantic import BaseModel, Field, NonNegativeInt, ValidationError

from hedgerow.comparison import Verdict, judge, measure_difference
from hedgerow.errors import HedgerowError
from hedgerow.evaluation import macro_f1, resample
from hedgerow.gold import GoldCheck
from hedgerow.records import CLASSES

Confusions: TypeAlias = dict[str, list[list[int]]]
"""Document id to confusion matrix, as in ``Report.by_document``."""

_OF_EACH_CLASS = Field(min_length=len(CLASSES), max_length=len(CLASSES))
_Row = Annotated[list[NonNegativeInt], _OF_EACH_CLASS]


class _Scores(BaseModel):
    by_document: dict[str, Annotated[list[_Row], _OF_EACH_CLASS]]


class _Content(BaseModel):
    on_gold_segments: _Scores
    end_to_end: _Scores | None


@dataclass(frozen=True, slots=True)
class EarlierReport:
    """What a comparison needs of an earlier check of some model on a gold set."""

    path: Path
    on_gold_segments: Confusions
    end_to_end: Confusions | None


def read_earlier_report(path: Path) -> EarlierReport:
    """Reads the file that ``hedgerow evaluate --out`` wrote.

    Raises:
        HedgerowError: the file can't be read, or is no such report.
    """
    try:
        content = _Content.model_validate_json(path.read_bytes())
    except OSError as error:
        raise HedgerowError(
            f"{path}: expected a report that hedgerow evaluate --out wrote, found: "
            f"{error.strerror}; check the path"
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise HedgerowError(
            f"{path}: expected a report that hedgerow evaluate --out wrote, found "
            f"{f'at {place}: ' if place else ''}{first['msg']}; write it anew with this version"
        ) from error
    return EarlierReport(
        path,
        content.on_gold_segments.by_document,
        None if content.end_to_end is None else content.end_to_end.by_document,
    )


def judge_against(check: GoldCheck, earlier: EarlierReport) -> Verdict:
    """Whether a model does better or worse than an earlier report says of another.

    Worse means that the whole 95 % interval of the difference in macro-F1, new less earlier, lies
    below 0. The interval comes from a bootstrap that draws the same articles for both. Scores are
    those end to end where both reports have them, else those on the gold segments.

    Args:
        check: of the model, on the gold set that the earlier report is about.
        earlier: the report to compare with.

    Raises:
        HedgerowError: the two are not about the same gold labels.
    """
    if check.end_to_end is not None and earlier.end_to_end is not None:
        now, before = check.end_to_end.by_document, earlier.end_to_end
    else:
        now, before = check.on_gold_segments.by_document, earlier.on_gold_segments
    support = {document: np.sum(confusion, axis=1) for document, confusion in before.items()}
    differing = sorted(before.keys() - now.keys()) + [
        document
        for document, confusion in now.items()
        if not np.array_equal(np.sum(confusion, axis=1), support.get(document, ()))
    ]
    if differing:
        raise HedgerowError(
            f"{earlier.path}: expected a report on the same gold labels, found others in "
            f"{len(differing)} articles, such as {differing[0]!r}; write it anew with the model "
            "it is about"
        )
    counts = np.array([[before[document], now[document]] for document in now])
    difference = measure_difference(macro_f1, counts, resample(counts, seed=0))
    return judge(difference, len(counts), f"that of {earlier.path}", "this model")
