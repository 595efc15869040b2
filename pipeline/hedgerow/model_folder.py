"""Model folders: where they are found, what they hold, and the check that nothing was altered.

A folder holds ``config.json`` (Hugging Face's format, with Hedgerow's own settings under
``hedgerow``), ``manifest.json`` (sha256 and size of every other file) and the weights.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hedgerow.errors import HedgerowError
from hedgerow.files import parse_json
from hedgerow.records import CLASSES

MANIFEST = "manifest.json"
CONFIG = "config.json"
CARD = "README.md"
_ONLY_IN_A_CLONE = ("large", "auto")

_PACKAGE = Path(__file__).resolve().parent
_BUNDLED = (_PACKAGE / "models", _PACKAGE.parents[1] / "models")


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model folder whose files match its manifest.

    Attributes:
        settings: the ``hedgerow`` part of ``config.json``.
        digest: sha256 of the manifest, and so of every file it lists.
    """

    path: Path
    name: str
    settings: dict[str, Any]
    digest: str

    @property
    def identifier(self) -> str:
        """Name and the first 12 hex digits of the digest, as written in every result row."""
        return f"{self.name}@sha256:{self.digest[:12]}"

    @property
    def outputs(self) -> int:
        """Logits of the encoder: the classes, and attribution where it was trained."""
        return len(CLASSES) + bool(self.settings.get("attribution"))


def find_model(name_or_path: str | Path) -> Path:
    """The folder of a bundled model (``base``, ``linear``) or of a path.

    Raises:
        HedgerowError: there is no such folder.
    """
    name = str(name_or_path)
    for root in _BUNDLED if Path(name).name == name else ():
        if (bundled := root / name / CONFIG).is_file():
            return bundled.parent
    path = Path(name_or_path)
    if path.is_dir():
        return path
    known = ", ".join([*bundled_models(), "keywords"])
    missing = (
        f"{name} comes with a clone of the repository, name its folder there"
        if name in _ONLY_IN_A_CLONE
        else "check the name"
    )
    raise HedgerowError(
        f"model {name!r}: expected one of {known} or the path of a model folder, found neither; "
        f"{missing}"
    )


def bundled_models() -> list[str]:
    """Names of the models that came along."""
    return sorted({p.parent.name for root in _BUNDLED for p in root.glob(f"*/{CONFIG}")})


def find_examples() -> Path:
    """The folder of the articles that came along.

    Raises:
        HedgerowError: they are not there.
    """
    for root in (_PACKAGE / "examples", _PACKAGE.parents[1] / "data" / "examples"):
        if root.is_dir():
            return root
    raise HedgerowError("examples: expected the bundled articles, found none; name files")


def open_model(name_or_path: str | Path, backend: str | None = None) -> ModelFolder:
    """Finds a model folder and checks every file against its manifest.

    Raises:
        HedgerowError: a file is missing, altered, or speaks of other classes than ``CLASSES``, or
            the model is not of the ``backend`` asked for.
    """
    path = find_model(name_or_path)
    manifest = _read_json(path, MANIFEST)
    files: Any = manifest.get("files")
    if not isinstance(files, dict) or not all(
        isinstance(entry, dict) and isinstance(entry.get("sha256"), str) and "bytes" in entry
        for entry in files.values()
    ):
        raise HedgerowError(
            f"model {path}: expected sha256 and bytes of each file in {MANIFEST}, found something "
            "else; fetch it again"
        )
    # A name that leads elsewhere, or a link, would let a model read files that are none of its own.
    if stray := sorted(name for name in {MANIFEST, *files} if not _lies_in(path, name)):
        raise HedgerowError(
            f"model {path}: expected names of files in this folder in {MANIFEST}, found "
            f"{stray[0]!r}, which leads elsewhere; fetch it again"
        )
    # What is not listed is not checked, so everything in the folder has to be.
    present = {file.name for file in path.iterdir()} - {MANIFEST}
    if unlisted := sorted(({CONFIG} | present) - files.keys()):
        raise HedgerowError(
            f"model {path}: expected every file in {MANIFEST}, found {', '.join(unlisted)} "
            "unlisted; fetch it again or remove what doesn't belong there"
        )
    for file_name, entry in files.items():
        file = path / file_name
        if not file.is_file():
            raise HedgerowError(
                f"model {path}: expected {file_name}, found no such file; fetch it again"
            )
        found = hash_file(file)
        if found != entry["sha256"]:
            raise HedgerowError(
                f"model {path}: expected {file_name} with sha256 {entry['sha256'][:12]}…, found "
                f"{found[:12]}… ({file.stat().st_size} bytes, not {entry['bytes']}); the file was "
                "altered or cut short, fetch the model again"
            )
    config = _read_json(path, CONFIG)
    names = config.get("id2label")
    labels = [names.get(str(i)) if isinstance(names, dict) else None for i in range(len(CLASSES))]
    if labels != list(CLASSES):
        raise HedgerowError(
            f"model {path}: expected classes {', '.join(CLASSES)} in {CONFIG}, found "
            f"{', '.join(map(str, labels))}; use a model trained by Hedgerow"
        )
    settings = config.get("hedgerow")
    if not isinstance(settings, dict) or not isinstance(settings.get("backend"), str):
        raise HedgerowError(
            f"model {path}: expected settings under 'hedgerow' in {CONFIG}, found none; "
            "use a model exported by hedgerow train"
        )
    if backend not in (None, settings["backend"]):
        raise HedgerowError(
            f"model {path}: expected a model of the backend {backend!r}, found one of "
            f"{settings['backend']!r}; choose another model, or load any with load_classifier"
        )
    digest = hash_file(path / MANIFEST)
    return ModelFolder(path, str(settings.get("name", path.name)), settings, digest)


@contextmanager
def loading(folder: ModelFolder) -> Iterator[None]:
    """One line for whatever a library raises over files that match their manifest but are wrong.

    Raises:
        HedgerowError: the block raised anything.
    """
    try:
        yield
    except HedgerowError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:300]
        raise HedgerowError(
            f"model {folder.path}: expected files that load, found {type(error).__name__}: "
            f"{reason}; fetch it again or make it anew"
        ) from error


def _lies_in(folder: Path, name: str) -> bool:
    plain = not any(mark in name for mark in "/\\:") and name not in ("", ".", "..")
    return plain and not (folder / name).is_symlink()


def write_manifest(path: Path) -> None:
    """Writes ``manifest.json`` with the sha256 and size of every other file in the folder."""
    files = {
        file.name: {"sha256": hash_file(file), "bytes": file.stat().st_size}
        for file in sorted(path.iterdir())
        if file.is_file() and file.name != MANIFEST
    }
    (path / MANIFEST).write_text(json.dumps({"files": files}, indent=2) + "\n", encoding="utf-8")


def put_card_section(path: Path, title: str, lines: Sequence[str]) -> None:
    """Puts a section into a model's card, in the place of an older one of that title.

    The manifest lists the card, so write it afterwards.

    Args:
        path: the model folder.
        title: of the section, without marks.
        lines: its Markdown.
    """
    card = path / CARD
    text = card.read_text(encoding="utf-8") if card.is_file() else f"# {path.name}\n"
    head, *sections = text.rstrip().split("\n## ")
    new = "\n".join([title, "", *lines]).rstrip() + "\n"
    for row, section in enumerate(sections):
        if section.split("\n", 1)[0] == title:
            sections[row] = new
            break
    else:
        sections.append(new)
    parts = [head, *sections]
    card.write_text("\n\n## ".join(part.rstrip() for part in parts) + "\n", encoding="utf-8")


def hash_file(file: Path) -> str:
    """sha256 of a file, as 64 hex digits."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _read_json(path: Path, name: str) -> dict[str, Any]:
    try:
        content: Any = parse_json((path / name).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise HedgerowError(
            f"model {path}: expected {name}, found no such file; "
            "name a folder written by hedgerow train"
        ) from error
    except ValueError as error:
        raise HedgerowError(
            f"model {path}: expected JSON in {name}, found {error}; fetch it again"
        ) from error
    if not isinstance(content, dict):
        raise HedgerowError(
            f"model {path}: expected an object in {name}, found {type(content).__name__}"
        )
    return content
