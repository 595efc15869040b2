"""The output folder of a batch run: shard files, their manifest, and what to do after a kill.

``run.json`` says what the run is, ``part-NNNNNN.*`` are the shards, the files under ``rejected/``
their rejected records, and each line of ``manifest.jsonl`` one shard that is done. A file is
written under a temporary name, flushed to disk and renamed before its line is, so a shard is done
when both agree, and a kill at any moment leaves a shard either done or not begun.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from hedgerow.batch.encoding import encode_rejected
from hedgerow.batch.raw import Position
from hedgerow.batch.work import OutputFormat, ShardResult
from hedgerow.errors import HedgerowError
from hedgerow.files import try_lock
from hedgerow.model_folder import hash_file

RUN = "run.json"
MANIFEST = "manifest.jsonl"
REJECTED = "rejected.jsonl"
SUMMARY = "summary.json"
_LOCK = ".lock"
_SHARD = re.compile(r"part-\d{6,}\.(parquet|jsonl)")
_OF_SHARD = re.compile(rf"(rejected/)?{_SHARD.pattern}")


@dataclass(frozen=True, slots=True)
class ShardEntry:
    """A line of the manifest: one shard that is done.

    Attributes:
        files: sha256 by path inside the folder, of the shard's rows and of its rejected records;
            a shard without rows, or without rejected records, has no such file.
        records: raw records of the input, broken ones counted.
        end: position in the input where the next shard begins.
    """

    shard: int
    files: Mapping[str, str]
    records: int
    documents: int
    rows: int
    rejected: int
    labels: Mapping[str, int]
    end: Position


@dataclass(slots=True)
class Totals:
    """Sums over shards."""

    records: int = 0
    documents: int = 0
    rows: int = 0
    rejected: int = 0
    labels: dict[str, int] = field(default_factory=dict)

    def add(self, entry: ShardEntry) -> None:
        """Counts one shard more."""
        self.records += entry.records
        self.documents += entry.documents
        self.rows += entry.rows
        self.rejected += entry.rejected
        for name, count in entry.labels.items():
            self.labels[name] = self.labels.get(name, 0) + count


class BatchStore:
    """Reads and writes the output folder of one run."""

    def __init__(self, folder: Path, output_format: OutputFormat) -> None:
        """Takes the folder; ``open`` is the way in."""
        self.folder = folder
        self.done: dict[int, ShardEntry] = {}
        self._suffix = output_format

    @classmethod
    @contextmanager
    def open(
        cls, folder: Path, run: Mapping[str, Any], output_format: OutputFormat, *, force: bool
    ) -> Iterator[BatchStore]:
        """Locks the folder for this run and finds what is done already.

        Args:
            folder: made if it isn't there.
            run: what decides the rows; a folder of another run is refused.
            output_format: of the shard files.
            force: throw away the shards of another run, or of this one.

        Raises:
            HedgerowError: the folder can't be written, is in use, holds something else or
                another run.
        """
        store = cls(folder, output_format)
        if folder.exists() and not folder.is_dir():
            raise HedgerowError(
                f"{folder}: expected a folder for the shards, found a file; "
                "choose another with --out"
            )
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = open(folder / _LOCK, "a", encoding="utf-8")  # noqa: SIM115
        except OSError as error:
            raise _can_not_write(folder, error) from error
        with lock:
            if not try_lock(lock.fileno()):
                raise HedgerowError(
                    f"{folder}: expected a folder that no run is writing to, found one in use; "
                    "wait for it to end or choose another with --out"
                )
            try:
                store._claim(run, force)
            except OSError as error:
                raise _can_not_write(folder, error) from error
            yield store

    def _claim(self, run: Mapping[str, Any], force: bool) -> None:
        record = self.folder / RUN
        own = (_LOCK, RUN, MANIFEST, REJECTED, SUMMARY, "rejected")
        for one in sorted(self.folder.iterdir()):
            if one.is_symlink() and (one.name in own or _SHARD.fullmatch(one.name)):
                raise HedgerowError(
                    f"{one}: expected a file or folder of a run, found a link, which may lead "
                    "elsewhere; remove it"
                )
        if record.is_file():
            before = _read_json(record)
            if force:
                self._clear()
            elif before != json.loads(json.dumps(run)):
                raise HedgerowError(
                    f"{self.folder}: expected a folder of this run, found one "
                    f"{_describe_difference(before, run)}; choose another with --out or start anew "
                    "with --force"
                )
        elif any(name.name != _LOCK for name in self.folder.iterdir()):
            raise HedgerowError(
                f"{self.folder}: expected an empty folder or one that hedgerow batch wrote, found "
                "other files; choose another with --out"
            )
        for leftover in (*self.folder.glob(".*.tmp"), *self.folder.glob("rejected/.*.tmp")):
            leftover.unlink()
        if not record.is_file():
            self._write(RUN, (json.dumps(run, indent=2) + "\n").encode())
        self._read_manifest()

    def _clear(self) -> None:
        # Only what a run writes: the folder may hold somebody's notes by now.
        (self.folder / RUN).unlink()
        (self.folder / MANIFEST).unlink(missing_ok=True)
        for pattern in ("part-*.parquet", "part-*.jsonl", "rejected/part-*.jsonl"):
            for file in self.folder.glob(pattern):
                file.unlink()
        for name in (REJECTED, SUMMARY):
            (self.folder / name).unlink(missing_ok=True)

    def _read_manifest(self) -> None:
        path = self.folder / MANIFEST
        lines = path.read_bytes().split(b"\n") if path.is_file() else []
        kept: list[bytes] = []
        for line in lines:
            # The last line of a killed run may be cut; its shard is done again.
            with suppress(ValueError, TypeError, KeyError):
                fields = json.loads(line)
                entry = ShardEntry(**fields | {"end": Position(*fields["end"])})
                if entry.shard not in self.done and self._agrees(entry):
                    self.done[entry.shard] = entry
                    kept.append(line + b"\n")
        if b"\n".join(lines) != b"".join(kept):
            self._write(MANIFEST, b"".join(kept))

    def _agrees(self, entry: ShardEntry) -> bool:
        return all(
            _OF_SHARD.fullmatch(name)
            and (self.folder / name).is_file()
            and hash_file(self.folder / name) == digest
            for name, digest in entry.files.items()
        )

    def resume_point(self) -> tuple[int, Position]:
        """The first shard that is not done, and where it begins in the input."""
        number, position = 0, Position()
        while number in self.done:
            position = self.done[number].end
            number += 1
        return number, position

    def save(self, result: ShardResult, records: int, end: Position) -> ShardEntry:
        """Writes a shard and then its line in the manifest.

        Raises:
            HedgerowError: the folder can't be written; what was done before stays.
        """
        files: dict[str, str] = {}
        name = f"part-{result.number:06d}"
        try:
            if result.rejected:
                content = encode_rejected(result.rejected)
                files[f"rejected/{name}.jsonl"] = self._write(f"rejected/{name}.jsonl", content)
            if result.content:
                files[f"{name}.{self._suffix}"] = self._write(
                    f"{name}.{self._suffix}", result.content
                )
            entry = ShardEntry(
                shard=result.number,
                files=files,
                records=records,
                documents=result.documents,
                rows=result.rows,
                rejected=len(result.rejected),
                labels=result.labels,
                end=end,
            )
            line = json.dumps(asdict(entry) | {"end": list(end)}) + "\n"
            self._append(line.encode())
        except OSError as error:
            raise _can_not_write(self.folder, error) from error
        self.done[result.number] = entry
        return entry

    def _append(self, line: bytes) -> None:
        # Opened each time, so that a folder that was removed meanwhile is noticed.
        # Windows would turn the line's end into two bytes.
        flags = os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0)
        if not self.done:
            flags |= os.O_CREAT
        handle = os.open(self.folder / MANIFEST, flags, 0o666)
        try:
            end = os.lseek(handle, 0, os.SEEK_END)
            try:
                written = os.write(handle, line)
                if written < len(line):
                    raise OSError(28, "No space left on device")
                os.fsync(handle)
            except OSError:
                # Half a line would run into the next one.
                os.ftruncate(handle, end)
                raise
        finally:
            os.close(handle)

    def _write(self, name: str, content: bytes) -> str:
        path = self.folder / name
        if path.parent != self.folder:
            path.parent.mkdir(exist_ok=True)
        temporary = path.with_name(f".{path.name}.tmp")
        try:
            with open(temporary, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(temporary, path)
        except OSError:
            with suppress(OSError):
                temporary.unlink()
            raise
        return hashlib.sha256(content).hexdigest()

    def finish(self, summary: Mapping[str, Any]) -> None:
        """Joins the rejected records into ``rejected.jsonl`` and writes the summary.

        Raises:
            HedgerowError: the folder can't be written.
        """
        try:
            temporary = self.folder / f".{REJECTED}.tmp"
            with open(temporary, "wb") as stream:
                for content in self._rejected():
                    stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(temporary, self.folder / REJECTED)
            self._write(SUMMARY, (json.dumps(summary, indent=2) + "\n").encode())
        except OSError as error:
            raise _can_not_write(self.folder, error) from error

    def _rejected(self) -> Iterator[bytes]:
        for number in sorted(self.done):
            for name in self.done[number].files:
                if name.startswith("rejected/"):
                    yield (self.folder / name).read_bytes()

    def totals(self) -> Totals:
        """Sums over the shards that are done."""
        totals = Totals()
        for entry in self.done.values():
            totals.add(entry)
        return totals


def shard_files(folder: Path) -> list[Path]:
    """The files of the shards that are done, in order.

    Raises:
        HedgerowError: the folder is not one that ``hedgerow batch`` wrote.
    """
    if not (folder / MANIFEST).is_file():
        raise HedgerowError(
            f"{folder}: expected a folder that hedgerow batch wrote, found no {MANIFEST}; "
            "name the folder given to --out"
        )
    names: dict[int, list[str]] = {}
    for line in (folder / MANIFEST).read_bytes().split(b"\n"):
        with suppress(ValueError, TypeError, KeyError):
            entry = json.loads(line)
            # A manifest that came along with the folder must not name files elsewhere.
            names[entry["shard"]] = [name for name in entry["files"] if _SHARD.fullmatch(name)]
    files = [folder / name for number in sorted(names) for name in names[number]]
    return [file for file in files if not file.is_symlink()]


def _describe_difference(before: Any, run: Mapping[str, Any]) -> str:
    after = json.loads(json.dumps(run))
    if not isinstance(before, dict):
        return "whose run.json is damaged"
    changed: list[str] = []
    # The hash covers the other fields, and tells a reader nothing.
    for name in sorted((before.keys() | after.keys()) - {"config_hash"}):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if name == "inputs":
            changed.append(f"of other inputs ({_differing_inputs(old or [], new or [])})")
        else:
            changed.append(f"with {name} {_shorten(old)} instead of {_shorten(new)}")
    return " and ".join(changed)


def _differing_inputs(before: Iterable[Any], after: Iterable[Any]) -> str:
    old, new = ({one["name"]: one for one in inputs} for inputs in (before, after))
    parts = [
        (f"{len(new.keys() - old.keys())} added", new.keys() - old.keys()),
        (f"{len(old.keys() - new.keys())} gone", old.keys() - new.keys()),
        ("changed", {name for name in old.keys() & new.keys() if old[name] != new[name]}),
    ]
    named = [f"{what}: {sorted(names)[0]}" for what, names in parts if names]
    return ", ".join(named) or "in another order"


def _shorten(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None


def _can_not_write(folder: Path, error: OSError) -> HedgerowError:
    return HedgerowError(
        f"{folder}: can't be written: {error.strerror or error}; what is done stays, mend it and "
        "run the same command again"
    )
