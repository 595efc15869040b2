"""Text as a terminal may show it: whoever wrote it, it is shown and not obeyed."""

from __future__ import annotations

import re

# Control characters, line and paragraph separators, the marks that turn the direction of what
# follows (but not those that only say which way their neighbours run), and half characters.
_OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """The text with one printable character for each that a terminal would obey.

    A line break inside a hard-wrapped sentence becomes a space; escape codes lose their force. The
    length stays, or cues would be underlined at the wrong letters.
    """
    return _OBEYED.sub(lambda found: " " if found[0].isspace() else "\ufffd", text)
