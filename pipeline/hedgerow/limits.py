"""How much of its input Hedgerow takes; the defaults of the options, in one place.

``docs/trust.md`` lists them. Each is high enough for any article and low enough that a hostile one
costs little: what goes beyond is refused alone, with the limit in the message.
"""

from __future__ import annotations

MAX_CHARS = 1_000_000
"""Characters of an article (``--max-chars``); the longest of the gold data has 3,761."""

BYTES_PER_CHAR = 4
"""Bytes that are read for each character allowed, the most that UTF-8 needs for one."""

TIMEOUT_SECONDS = 60.0
"""Time that ``hedgerow batch`` gives an article (``--timeout``)."""

MAX_EXPANSION = 200
"""Times its packed size to which a file may unpack (``--max-expansion``); news packs 3 to 10 times,
and gzip can't do more than 1,032 times."""

FREE_BYTES = 64_000_000
"""Unpacked bytes up to which no file is refused, however well it packs."""

MODEL_CHARS = 2000
"""Characters of a segment, and of its context, that a model is given. The tokenizer then cuts both
together at the model's ``max_length``; far more than an encoder reads, but a tokenizer keeps every
cut-off piece of a pair with every other, and a megabyte with a megabyte would fill the memory."""
