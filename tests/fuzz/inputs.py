"""Where fuzzing begins, and how bytes become text.

The fuzzer's own helper for that is not used: a finding must run as a test where it isn't installed.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

SENTENCES = (
    "The council may close the bridge, officials said on Monday. It opened in 1931.",
    "“We lost two boats,” said Tove Ahl, who runs the yard. “More could follow.”",
    "Residents should:\n- boil water until Friday\n- call No. 10 Dr. Ola St. at 5 p.m.\n",
    "# Harbour Board Weighs Longer Season\nBy Mara Quill\n\nMay 5, 2024\n\n> Quoted.\n",
    "Road | Effect |\n---|---|\nA4 | could flood |\n\n1) Boil water 2) Add salt\n",
    "According to the survey, analysts believe it is likely to fall…\r\n\r\n“Will you go?”\r\nYes.",
    "قال المسؤولون \u202eإن\u202c الجسر قد يغلق. \u200bIt\u00a0may\x00 rain \ud83d\U0001f41f.",
    "• Boats run.  • Piers close.\n    - [x] longer hours\n* * *\n===\nOutlook for the Winter\n",
)
"""Our own sentences, in every shape that a rule looks for: where each fuzzing begins."""

TOKENS = (
    *("\r\n", "\u2028", "\x85", "\x0c", "\x00", "\x1b[2J", "\u00a0", "\u200b", "\ufeff", "\u202e"),
    *("\u2066", "\u2069", "\u061c", "\ud800", "\udfff", "\U0001f41f", "\U00020000", "\U000e0041"),
    *(
        "\U0010ffff",
        "\uffff",
        "e\u0301",
        "ǆ",
        "İ",
        "ß",
        "…",
        "“",
        "”",
        "„",
        "«",
        "»",
        "’",
        "٣",
        "²",
    ),
    *("# ", "## ", "- ", "* ", "• ", "1) ", "(iv) ", "a. ", "[x] ", "> ", "| ", "|---|", "+---+"),
    *("* * *", "===", "By ", "U.S. ", "Dr. ", "p.m. ", "No. 5", "http://a.b/c", "@a", " may ", "?"),
    *(", he said", "according to ", " should ", "=cmd", "'=1", "<b>", "</p>", "&amp;", "{{", "{%"),
)
"""What chance alone seldom writes: marks of the rules, and characters from every plane."""

_DEEP: list[Any] = []
for _ in range(200):
    _DEEP = [_DEEP]
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, 3, 7, -1, 2**31, 10**400, 0.5, -0.0, 1e308, float("nan")),
    *("", " ", "a", "1", "none", "fact", "speculation", "hedge", "source", "attributed", "yes"),
    *("\ud800", "\x1b[2J\n", "../x", "x" * 300, "adjudicator", "linear", "sentence", "accept"),
    *([], {}, [[]], [None], {"": ""}, {"start": 0, "end": 1}, {"id": []}, _DEEP),
)
"""Values that are of the wrong type, too large, or empty where a program expects something."""


def text_of(data: bytes) -> str:
    """A text: every string can come out, those with half a surrogate pair too.

    The first byte chooses how the others are read: mostly as UTF-8, so that a text of ours is a
    seed as it stands and a byte that is no UTF-8 becomes half a pair; else as UTF-16 or as three
    bytes a character, which reach every plane at once.
    """
    match data[:1]:
        case b"\x01":
            return data[1:].decode("utf-16-le", "surrogatepass" if len(data) % 2 else "ignore")
        case b"\x02":
            numbers = (int.from_bytes(data[i : i + 3]) for i in range(1, len(data) - 2, 3))
            return "".join(chr(number % 0x110000) for number in numbers)
        case _:
            return data.decode("utf-8", "surrogateescape")


def bytes_of(text: str) -> bytes:
    """Bytes of which ``text_of`` makes this text."""
    try:
        data = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return b"\x01" + text.encode("utf-16-le", "surrogatepass")
    return data if text_of(data) == text else b"\x01" + text.encode("utf-16-le", "surrogatepass")


def edited(value: Any, data: bytes) -> Any:
    """The JSON value with parts replaced, removed or doubled: three bytes an edit.

    Bytes changed by chance are seldom JSON any more; what is behind the parser is reached this way.
    """
    root = [deepcopy(value)]
    for i in range(0, len(data) - 2, 3):
        places = list(_places(root))
        container, key = places[(data[i] * 256 + data[i + 1]) % len(places)]
        action = data[i + 2] % (len(VALUES) + 2)
        if action < len(VALUES):
            container[key] = deepcopy(VALUES[action])
        elif container is root:
            continue
        elif action == len(VALUES):
            del container[key]
        elif isinstance(container, list):
            container.insert(key, deepcopy(container[key]))
        else:
            container[f"{key}'"] = deepcopy(container[key])
    return root[0]


def _places(container: Any, levels: int = 10) -> Iterator[tuple[Any, Any]]:
    keys = range(len(container)) if isinstance(container, list) else list(container)
    for key in keys:
        yield container, key
        if levels and isinstance(container[key], dict | list):
            yield from _places(container[key], levels - 1)
