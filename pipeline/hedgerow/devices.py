"""Devices that an encoder can run on: the CPU, or a GPU by torch's name for it."""

from __future__ import annotations

import re
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from hedgerow.errors import DeviceError

_NEEDED = ("torch", "transformers", "onnx")


def check_device_name(device: str) -> None:
    """Refuses what is no device, whatever this machine has.

    Raises:
        DeviceError: it is none of ``cpu``, ``cuda``, ``cuda:N`` and ``auto``.
    """
    if not re.fullmatch(r"cpu|auto|cuda(:\d+)?", device):
        raise DeviceError(
            f"device {device!r}: expected cpu, cuda, cuda:N or auto, found none of them; "
            "check the spelling"
        )


def resolve_device(device: str) -> str:
    """The device that is meant here: ``auto`` is ``cuda`` where there is one, else ``cpu``.

    Only what asks for a GPU imports torch.

    Args:
        device: ``cpu``, ``cuda`` (the current GPU, as a rule the first), ``cuda:N`` or ``auto``.

    Raises:
        DeviceError: it is not there, or the extra ``train`` is not installed.
    """
    check_device_name(device)
    if device == "cpu":
        return device
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if device == "auto":
        return "cpu" if missing or not count_gpus() else "cuda"
    if missing:
        raise DeviceError(
            f"device {device!r}: expected the extra 'train', found no {' and no '.join(missing)}; "
            "run pip install 'hedgerow[train]' or use the device cpu"
        )
    number, count = int(device.partition(":")[2] or 0), count_gpus()
    if not count:
        raise DeviceError(
            f"device {device!r}: expected a GPU that torch can use, found none with torch "
            f"{_torch().__version__}; install the driver and a torch built for it, or use the "
            "device cpu"
        )
    if number >= count:
        raise DeviceError(
            f"device {device!r}: expected a number from 0 to {count - 1}, found {number}; "
            "name another"
        )
    return device


def spread_devices(device: str) -> list[str]:
    """The devices that several processes take in turn: every GPU here for ``cuda``, else this one.

    Args:
        device: ``cpu``, ``cuda`` or ``cuda:N``.
    """
    count = count_gpus() if device == "cuda" else 0
    return [f"cuda:{number}" for number in range(count)] or [device]


def count_gpus() -> int:
    """GPUs that torch can use; none without torch."""
    if find_spec("torch") is None:
        return 0
    torch = _torch()
    return int(torch.cuda.device_count()) if torch.cuda.is_available() else 0


def _torch() -> Any:
    return import_module("torch")
