"""The surfaces that are fuzzed; each is a module with ``try_bytes`` and ``SEEDS``."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

TARGETS = (
    "segmentation",
    "evidence",
    "reading",
    "html",
    "gold",
    "annotation",
    "config",
    "model_folder",
    "export",
)


def load_target(name: str) -> ModuleType:
    """The module of a surface; what it needs is imported with it."""
    return import_module(f"{__package__}.{name}")
