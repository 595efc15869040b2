"""Model folders: a model whose files were checked, or one clear line."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

from hedgerow.model_folder import CONFIG, MANIFEST, hash_file, open_model, write_manifest
from hedgerow.records import CLASSES

from .checks import folder, or_error
from .inputs import edited

_SETTINGS = {
    "id2label": {str(number): name for number, name in enumerate(CLASSES)},
    "hedgerow": {"backend": "linear", "name": "tiny", "risk": [[0.5, 0.1]]},
}
_WEIGHTS = b"weights"
_ENTRY = {"sha256": "0" * 64, "bytes": 7}

SEEDS = [
    b"\x00" + json.dumps(_SETTINGS).encode(),
    b"\x00" + json.dumps(_SETTINGS | {"id2label": [1]}).encode(),
    b"\x01" + json.dumps({"files": {"weights.bin": _ENTRY, CONFIG: _ENTRY}}).encode(),
    b"\x01"
    + json.dumps({"files": {"../x": _ENTRY, CONFIG: {"sha256": 5, "bytes": None}}}).encode(),
    b"\x01[[[[",
    *(bytes([2 + n, 0, place, value]) for n in (0, 1) for place in range(12) for value in (0, 11)),
    b"\x00\xff\xfe",
]


def try_bytes(data: bytes) -> None:
    """A folder's config, or after an odd byte its manifest; from 2 on the other bytes edit ours."""
    choice = data[0] if data else 0
    name = MANIFEST if choice % 2 else CONFIG
    with folder() as place:
        (place / "weights.bin").write_bytes(_WEIGHTS)
        (place / CONFIG).write_text(json.dumps(_SETTINGS), encoding="utf-8")
        write_manifest(place)
        content = data[1:]
        if choice >= 2:
            content = json.dumps(edited(json.loads((place / name).read_bytes()), content)).encode()
        (place / name).write_bytes(content)
        if name == CONFIG:
            write_manifest(place)
        check_folder(place)


def check_folder(place: Path) -> None:
    """A model that opens has every file in its manifest, with the hash that stands there."""
    model = or_error(partial(open_model, place))
    if model is None:
        return
    assert isinstance(model.name, str) and len(model.digest) == 64, "a model without a name"
    assert isinstance(model.settings["backend"], str), "a model without a backend"
    listed = json.loads((place / MANIFEST).read_bytes())["files"]
    for file in place.iterdir():
        if file.name != MANIFEST:
            assert listed[file.name]["sha256"] == hash_file(file), "an unchecked file"
