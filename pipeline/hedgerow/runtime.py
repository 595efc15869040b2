"""onnxruntime, told before it starts that it may report nothing.

Since 1.29 its wheels tell their maker of each process, session and model, and keep an identifier of
the device in the user's cache folder; the variable is read once, when the package is imported.
"""

from __future__ import annotations

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime

# On Windows, and where something else in the process imported it first.
onnxruntime.disable_telemetry_events()

__all__ = ["onnxruntime"]
