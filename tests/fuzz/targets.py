"""The surfaces that are fuzzed, by name; each module has ``try_bytes`` and ``SEEDS``."""

from __future__ import annotations

from types import ModuleType

from . import evidence, segmentation

TARGETS: dict[str, ModuleType] = {
    "segmentation": segmentation,
    "evidence": evidence,
}
