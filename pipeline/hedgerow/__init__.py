"""Hedgerow labels the sentences of news articles as speculation, fact or recommendation."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from hedgerow.errors import HedgerowError
from hedgerow.records import (
    CLASSES,
    LABELS,
    Context,
    Cue,
    Document,
    Label,
    LabeledSegment,
    Segment,
    SegmentKind,
    Span,
)

if TYPE_CHECKING:
    from hedgerow.classification import ClaimClassifier, load_classifier
    from hedgerow.comparison import Comparison, compare
    from hedgerow.evaluation import Report, evaluate
    from hedgerow.labeling import ClaimLabeler, label
    from hedgerow.reading import read_documents
    from hedgerow.segmentation import segment

__version__ = "0.1.0"

__all__ = [
    "CLASSES",
    "LABELS",
    "ClaimClassifier",
    "ClaimLabeler",
    "Comparison",
    "Context",
    "Cue",
    "Document",
    "HedgerowError",
    "Label",
    "LabeledSegment",
    "Report",
    "Segment",
    "SegmentKind",
    "Span",
    "compare",
    "evaluate",
    "label",
    "load_classifier",
    "read_documents",
    "segment",
]

# Loaded on first use, so that ``import hedgerow`` and ``hedgerow --help`` stay fast.
_MODULE_OF = {
    "ClaimClassifier": "classification",
    "ClaimLabeler": "labeling",
    "Comparison": "comparison",
    "Report": "evaluation",
    "compare": "comparison",
    "evaluate": "evaluation",
    "label": "labeling",
    "load_classifier": "classification",
    "read_documents": "reading",
    "segment": "segmentation",
}


def __getattr__(name: str) -> Any:
    if name in _MODULE_OF:
        return getattr(import_module(f"hedgerow.{_MODULE_OF[name]}"), name)
    raise AttributeError(f"module 'hedgerow' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
