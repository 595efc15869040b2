"""Reads documents from files, folders and standard input, without changing their text."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from hedgerow.errors import HedgerowError
from hedgerow.files import check_values, parse_json
from hedgerow.limits import BYTES_PER_CHAR, MAX_CHARS
from hedgerow.records import Document

InputFormat: TypeAlias = Literal["text", "markdown", "html", "jsonl"]
ErrorHandler: TypeAlias = Callable[[HedgerowError], None]

INPUT_FORMATS: tuple[InputFormat, ...] = get_args(InputFormat)
STDIN = "-"

FORMAT_OF_SUFFIX: dict[str, InputFormat] = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How to read: format (by file suffix if None), encoding, JSONL field names, and a limit.

    An article of more than ``max_chars`` characters is refused, and so is a file or JSON line of
    more than four times as many bytes, before it is decoded or its HTML is read.
    """

    format: InputFormat | None = None
    encoding: str = "utf-8"
    id_field: str = "id"
    text_field: str = "text"
    max_chars: int = MAX_CHARS

    @property
    def max_bytes(self) -> int:
        """Bytes that one article may take in its file."""
        return BYTES_PER_CHAR * self.max_chars


def raise_error(error: HedgerowError) -> None:
    """The default error handler: stop at the first bad input."""
    raise error


def read_documents(
    paths: Iterable[str | Path],
    options: ReadingOptions | None = None,
    on_error: ErrorHandler = raise_error,
) -> Iterator[Document]:
    """Yields the documents of files, folders (searched recursively) and ``-`` (standard input).

    A document's id is its path as given (for a file in a folder, the folder's path joined with
    its own), or for JSONL the id field, or else ``path:line``. Text is decoded and otherwise left
    alone: CRLF and odd spaces stay. A byte order mark is dropped. HTML becomes Markdown-like text
    through trafilatura, and offsets point into that text.

    Args:
        paths: files, folders or ``-``.
        options: format, encoding and field names.
        on_error: called with each input that can't be read; reading goes on if it returns.

    Raises:
        HedgerowError: at the first bad input, unless ``on_error`` handles it.
    """
    options = options or ReadingOptions()
    for path in paths:
        try:
            sources = _find_sources(path, options)
        except HedgerowError as error:
            on_error(error)
            continue
        for source, source_format in sources:
            try:
                yield from _read_source(source, source_format, options, on_error)
            except HedgerowError as error:
                on_error(error)


def _find_sources(path: str | Path, options: ReadingOptions) -> list[tuple[str, InputFormat]]:
    if str(path) == STDIN:
        return [(STDIN, options.format or "text")]
    try:
        return _find_files(Path(path), options)
    except (OSError, ValueError) as error:
        shown = f"{str(path)[:60]}…" if len(str(path)) > 60 else str(path)
        reason = error.strerror if isinstance(error, OSError) else error
        raise HedgerowError(
            f"{shown!r}: expected the path of a file or folder, found: {reason}; "
            "pass text itself on standard input, with -"
        ) from error


def _find_files(path: Path, options: ReadingOptions) -> list[tuple[str, InputFormat]]:
    if path.is_dir():
        found = [
            (child.as_posix(), options.format or FORMAT_OF_SUFFIX[child.suffix.lower()])
            for child in sorted(path.rglob("*"))
            if child.is_file() and child.suffix.lower() in FORMAT_OF_SUFFIX
        ]
        if not found:
            raise HedgerowError(
                f"{path}: expected a folder with {_known_suffixes()} files, found none; "
                "name the files themselves, with --input-format where their suffix is another"
            )
        return found
    if not path.exists():
        raise HedgerowError(f"{path}: expected a file or folder, found nothing; check the path")
    source_format = options.format or FORMAT_OF_SUFFIX.get(path.suffix.lower())
    if source_format is None:
        raise HedgerowError(
            f"{path}: expected one of {_known_suffixes()}, found {path.suffix or 'no suffix'!r}; "
            f"say what it is with --input-format {'|'.join(INPUT_FORMATS)}"
        )
    return [(path.as_posix(), source_format)]


def _known_suffixes() -> str:
    return ", ".join(FORMAT_OF_SUFFIX)


def _read_source(
    source: str, source_format: InputFormat, options: ReadingOptions, on_error: ErrorHandler
) -> Iterator[Document]:
    name = "stdin" if source == STDIN else readable_path(source)
    # A file of one article is never held whole if it is too long.
    bound = -1 if source_format == "jsonl" else options.max_bytes + 1
    try:
        if source == STDIN:
            content = sys.stdin.buffer.read(bound)
        else:
            with open(source, "rb") as stream:
                content = stream.read(bound)
    except OSError as error:
        raise HedgerowError(
            f"{name}: can't be read: {error.strerror}; check it and its folder"
        ) from error
    if source_format == "jsonl":
        yield from _read_jsonl(name, content, options, on_error)
        return
    yield parse_file(name, content, source_format, options)


def readable_path(path: str) -> str:
    """The path as valid text; a file name may hold bytes that are none."""
    return path.encode("utf-8", "replace").decode("utf-8")


def parse_file(
    name: str, content: bytes, source_format: InputFormat, options: ReadingOptions
) -> Document:
    """The document of a whole text, Markdown or HTML file.

    Raises:
        HedgerowError: the bytes are no text of this encoding, hold none, or too much of it.
    """
    _check_size(name, content, options)
    text = decode_text(name, content, options.encoding)
    if source_format == "html":
        text = extract_html(name, text)
    if not text.strip():
        raise HedgerowError(f"{name}: expected text, found an empty file; leave it out")
    _check_length(name, text, options)
    return Document(id=name, text=text)


def _check_size(where: str, content: bytes, options: ReadingOptions) -> None:
    """Refuses bytes that can hold no article within the limit.

    Raises:
        HedgerowError: there are more than ``options.max_bytes``.
    """
    if len(content) > options.max_bytes:
        raise HedgerowError(
            f"{where}: expected at most {options.max_bytes} bytes, found more; "
            "raise --max-chars or split it"
        )


def _check_length(where: str, text: str, options: ReadingOptions) -> None:
    if len(text) > options.max_chars:
        raise HedgerowError(
            f"{where}: expected at most {options.max_chars} characters, found {len(text)}; "
            "raise --max-chars or split it"
        )


def decode_text(name: str, content: bytes, encoding: str, offset: int = 0) -> str:
    """Decodes a file's bytes, keeping line ends and dropping a byte order mark.

    Args:
        name: of the file, for messages.
        content: the bytes.
        encoding: as Python names it.
        offset: where ``content`` begins in its file, for messages.

    Raises:
        HedgerowError: the bytes are binary, or not valid in this encoding; the message names
            the byte offset.
    """
    nul = content[:8192].find(b"\0")
    try:
        # utf-8-sig reads UTF-8 with and without a byte order mark.
        text = content.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
    except UnicodeDecodeError as error:
        if nul >= 0:
            raise _binary_error(name, offset + nul) from error
        raise HedgerowError(
            f"{name}: expected {encoding} text, found byte 0x{content[error.start]:02x} at offset "
            f"{offset + error.start}; name its encoding with --encoding, for instance cp1252"
        ) from error
    except (LookupError, ValueError) as error:
        # A codec that is no text encoding raises whatever it likes.
        raise HedgerowError(
            f"{name}: expected a known encoding, found {encoding!r}; try utf-8, cp1252 or utf-16"
        ) from error
    if "\0" in text[:8192]:
        raise _binary_error(name, offset + max(nul, 0))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        # UTF-7 and Python's escapes can spell half a character.
        raise HedgerowError(
            f"{name}: expected {encoding} text, found half a character "
            f"(\\u{ord(text[error.start]):04x}) at character {error.start}; mend the text"
        ) from error
    return text


def has_wide_units(encoding: str) -> bool:
    """Whether a line break is no byte of its own in this encoding, as in UTF-16 and UTF-32."""
    return encoding.lower().replace("-", "").replace("_", "").startswith(("utf16", "utf32"))


def _binary_error(name: str, offset: int) -> HedgerowError:
    return HedgerowError(
        f"{name}: expected text, found a binary file (NUL byte at offset {offset}); "
        "convert it to text first, or name its encoding with --encoding"
    )


def extract_html(name: str, html: str) -> str:
    """The article inside an HTML page, with headings, lists and tables in Markdown marks.

    Raises:
        HedgerowError: the extra ``html`` is not installed, or the page can't be read or holds no
            article.
    """
    try:
        import trafilatura
    except ImportError as error:
        raise HedgerowError(
            f"{name}: expected the extra 'html' for HTML pages, found no trafilatura; "
            "run pip install 'hedgerow[html]'"
        ) from error
    try:
        extracted = trafilatura.extract(
            html, output_format="markdown", include_comments=False, include_tables=True
        )
    # A reference to a control character, among others, ends it with an error of its parsers.
    except Exception as error:
        raise HedgerowError(
            f"{name}: expected a page that trafilatura can read, found {type(error).__name__}: "
            f"{error}; leave it out"
        ) from error
    if not extracted:
        raise HedgerowError(f"{name}: expected an article, found a page without one; leave it out")
    return str(extracted)


def _read_jsonl(
    name: str, content: bytes, options: ReadingOptions, on_error: ErrorHandler
) -> Iterator[Document]:
    if not content.strip():
        raise HedgerowError(f"{name}: expected JSON lines, found an empty file; leave it out")
    encoding = options.encoding
    if has_wide_units(encoding):
        # In these encodings a line break is no byte of its own.
        content = decode_text(name, content, options.encoding).encode("utf-8")
        encoding = "utf-8"
    offset = 0
    for number, line in enumerate(content.split(b"\n"), start=1):
        try:
            if line.strip():
                yield parse_json_record(f"{name}:{number}", line, offset, encoding, options)
        except HedgerowError as error:
            on_error(error)
        offset += len(line) + 1


def parse_json_record(
    where: str, line: bytes, offset: int, encoding: str, options: ReadingOptions
) -> Document:
    """The document of one JSON line; its other fields travel along as ``extra``.

    Args:
        where: names the line in messages, and the document if it has no id.
        line: the bytes of the line.
        offset: where the line begins in its file, for messages.
        encoding: as Python names it.
        options: the names of the id and text fields.

    Raises:
        HedgerowError: the line is no JSON object, or holds no text, or too much of it.
    """
    _check_size(where, line, options)
    text_line = decode_text(where, line, encoding, offset)
    try:
        record: Any = parse_json(text_line)
    except ValueError as error:
        raise HedgerowError(
            f"{where}: expected one JSON object a line, found {error}; mend the line"
        ) from error
    if not isinstance(record, dict):
        raise HedgerowError(
            f"{where}: expected a JSON object, found {type(record).__name__}; "
            f'write {{"{options.id_field}": …, "{options.text_field}": …}}'
        )
    return make_document(where, record, options)


def make_document(where: str, record: dict[str, Any], options: ReadingOptions) -> Document:
    """The document of one record of named fields.

    Raises:
        HedgerowError: the record holds no text, too much of it, or half a surrogate pair.
    """
    try:
        check_values(record)
    except ValueError as error:
        raise HedgerowError(
            f"{where}: expected a record of Unicode text, found {error}; mend the record"
        ) from error
    text = record.pop(options.text_field, None)
    if not isinstance(text, str) or not text.strip():
        found = "no such field" if text is None else f"{type(text).__name__} {str(text)[:40]!r}"
        raise HedgerowError(
            f"{where}: expected text in field {options.text_field!r}, found {found}; "
            "name the field with --text-field "
            f"(fields here: {', '.join(map(str, record)) or 'none'})"
        )
    _check_length(where, text, options)
    document_id = record.pop(options.id_field, None)
    return Document(id=where if document_id is None else str(document_id), text=text, extra=record)
