"""HTML pages: the article's text, or one clear line."""

from __future__ import annotations

from functools import partial

import trafilatura  # noqa: F401 - so that the fuzzer sees its branches, too

from hedgerow.reading import ReadingOptions, parse_file

from .checks import check_document, or_error
from .inputs import SENTENCES

_PARAGRAPH = f"<p>{SENTENCES[0]} {SENTENCES[1]}</p>"
_PAGE = (
    "<!doctype html><html><head><title>Harbour count</title><meta name=author content='Mara Quill'>"
    "</head><body><nav><a href='/'>Home</a></nav><article><h1>Harbour count</h1>"
    f"{_PARAGRAPH}<h2>By type</h2><ul><li>Six &amp; two<li>Three &#x1F41F; yachts</ul><!-- no -->"
    f"<table><tr><th>Month<th>Boats<tr><td>May<td>9</table><blockquote>{_PARAGRAPH}</blockquote>"
    "<pre>a = 1\n</pre><p>Two<br>lines <b>and</b> <i>more</i> &#xD800;&#0;</article></body></html>"
)

SEEDS = [
    _PAGE.encode(),
    _PAGE.encode("utf-8")[: len(_PAGE) // 2],
    f"<p>{SENTENCES[2]}".encode() * 4,
    # Found by fuzzing: ended with an error of lxml's.
    b"<svg></svg><article><u><i>&#1",
    b"<body><div>" * 20 + _PARAGRAPH.encode(),
    f"<svg><script>1</script></svg><article>{_PARAGRAPH * 3}</article>".encode(),
]


def try_bytes(data: bytes) -> None:
    """One page in UTF-8."""
    document = or_error(partial(parse_file, "page", data, "html", ReadingOptions()))
    if document is not None:
        check_document(document)
