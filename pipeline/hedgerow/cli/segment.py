"""``hedgerow segment``."""

from __future__ import annotations

from hedgerow.cli.options import (
    EncodingOption,
    ErrorCounter,
    ForceOption,
    IdFieldOption,
    InputFormatOption,
    Inputs,
    MaxCharsOption,
    OutOption,
    TextFieldOption,
    open_stream,
    reading_options,
)
from hedgerow.limits import MAX_CHARS


def segment(
    inputs: Inputs,
    out: OutOption = None,
    force: ForceOption = False,
    input_format: InputFormatOption = None,
    encoding: EncodingOption = "utf-8",
    id_field: IdFieldOption = "id",
    text_field: TextFieldOption = "text",
    max_chars: MaxCharsOption = MAX_CHARS,
) -> None:
    """Split articles into segments with exact offsets, as JSON lines; no model is loaded."""
    from hedgerow.reading import read_documents
    from hedgerow.rows import segment_row
    from hedgerow.segmentation import segment as split
    from hedgerow.writing import write_jsonl

    errors = ErrorCounter()
    options = reading_options(input_format, encoding, id_field, text_field, max_chars)
    with open_stream(out, force) as stream:
        for document in read_documents(inputs, options, errors):
            segments = split(document.text, document.id)
            rows = (segment_row(i, one, document.extra) for i, one in enumerate(segments))
            write_jsonl(rows, stream)
    errors.exit_if_any()
