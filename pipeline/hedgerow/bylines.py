"""By-lines, date lines, photo credits and "Read more" lines: what stands around the story."""

from __future__ import annotations

import re

from hedgerow.abbreviations import word_set

_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|"
    r"Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_DAY = r"(?:Mon|Tue(?:s)?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?"
_CLOCK = (
    r"\d{1,2}(?:[:.]\d\d){1,2}\s*(?:[ap]\.?m\.?)?(?:\s*\(?(?:[A-Z]{2,4}|local\ time)\)?)?"
    r"|\d{1,2}\s*[ap]\.?m\.?(?:\s*\(?(?:[A-Z]{2,4}|local\ time)\)?)?"
)
_DATE = (
    rf"(?:{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH},?(?:\s+\d{{4}})?"
    rf"|{_MONTH}\s+\d{{4}}"
    r"|\d{4}-\d\d-\d\d(?:T[\d:.Z+-]+)?|\d{1,2}[/.]\d{1,2}[/.]\d{2,4})"
)
_JOINT = r"\s*(?:,|\bat\b|-|–|—|\||•|·)?\s*"
_WHEN = re.compile(
    rf"(?:{_DAY},?\s+)?{_DATE}(?:{_JOINT}(?:{_CLOCK}))?(?:{_JOINT}\d+\s+min(?:ute)?s?\s+read)?\.?\Z"
    rf"|(?:{_CLOCK})(?:{_JOINT}(?:{_DAY},?\s+)?{_DATE})?\Z"
    r"|\d+\s+(?:minutes?|mins?|hours?|hrs?|days?)\s+ago\Z|\d+[ -]min(?:ute)?s?\s+read\Z"
    rf"|{_DAY}\Z"
)
_AUTHOR = re.compile(
    r"(?:(?:Words|Story|Written|Text|Posted|Edited|Photos?|Photography|Photographs?|Illustrations?"
    r"|Compiled|Analysis|Opinion|Reported|Produced|Published)\s+by|By|BY|by):?\s+(?=[A-Z@])"
)
_STAFF = (
    r"\(?(?:(?:Additional\s+)?(?:[Rr]eporting|[Ww]riting|[Ee]diting)\s+by|With\s+files\s+from"
    r"|With\s+reporting\s+by)\s+[A-Z]"
)
_CREDIT = (
    r"\(?(?:Photo(?:graph|grapher)?s?|Images?|Pictures?|Pics?|File\s+photo|Featured\s+image|Credits?"
    r"|Illustration|Graphic|Source|PHOTO|IMAGE|CREDIT)"
    r"(?:\s+(?:[Cc]redits?|[Cc]ourtesy|[Ss]ource))?(?:\s+(?:by|of)\s|\s*[:©|]\s*)\S"
    r"|Image\s+source,|Getty\s+Images\b|©|Copyright\b|All\s+rights\s+reserved"
)
_STAMP = (
    r"(?:(?:First|Last|Originally)\s+)?"
    r"(?:Published|Updated|Posted|Modified|Created|Filed|Date|PUBLISHED|UPDATED|POSTED"
    r"|published|updated|modified)(?:\s+(?:on|at))?\s*[:|]?\s+(?=.{0,60}(?:\d|\bago\b))"
)
_POINTER = (
    r"(?:(?:Read|See|Watch|Listen|Learn|Find\s+out|More|READ|SEE|WATCH|LISTEN|MORE)\s+"
    r"(?:more|also|next|now|on\s+this\s+story|from|MORE|ALSO|NEXT|NOW)|Also\s+read|ALSO\s+READ)\b"
    r"|(?:Read|See|Watch|Listen|READ|WATCH|RELATED|Related|Recommended|Don['’]t\s+miss|Most\s+read"
    r"|Trending)(?:\s+(?:stories|articles?|story|content|coverage|news|topics))?\s*(?::|\Z)"
    r"|(?:Advertisement|ADVERTISEMENT|Story\s+continues\s+below(?:\s+advertisement)?)\Z"
    r"|(?:Continue\s+reading|Click\s+here|Tap\s+here|Sign\s+up|Subscribe|SUBSCRIBE|Share\s+this"
    r"|Follow\s+us|Skip\s+to|Download\s+the\s+\w+\s+app)\b.{0,80}\Z"
)
_TWEET = r"[—–]\s?[A-Z][^.!?]{1,60}\(@\w+\)"
_NOTE = re.compile("|".join((_CREDIT, _POINTER, _STAMP, _STAFF, _TWEET)))
_FIRST_WORDS = word_set(
    """
    additional advertisement all also analysis by click compiled continue copyright created credit
    credits date don't don’t download edited editing featured file filed find first follow getty
    graphic illustration illustrations image images last learn listen modified more most opinion
    originally photo photograph photographer photographs photography photos pic pics picture
    pictures posted produced published read recommended related reported reporting see share sign
    skip source story subscribe tap text trending updated watch with words writing written
    mon monday tue tues tuesday wed wednesday thu thurs thursday fri friday sat saturday sun sunday
    jan january feb february mar march apr april may jun june jul july aug august sep sept
    september oct october nov november dec december
    """
)
_TRAILER = re.compile(
    rf"\s(?=(?:(?i:{_DAY}),\s+{_MONTH}\s+\d{{1,2}},\s+\d{{4}}"
    r"|(?:Image|Photo|Picture|Credit|(?:Photo|Image)\s+credit):\s[^.!?]{1,80}\.?)\Z)"
)
_EDGES = ":,.|©"
_NAME_WORDS = word_set("and of for the in at with de la van von der den bin al el")
_WORDS = re.compile(r"[^\W\d_][\w.’'-]*")


def is_byline(body: str) -> bool:
    """Whether a short line names the writer, the date, the photographer or points elsewhere."""
    first = body[0]
    if first.isalpha() and body.split(None, 1)[0].strip(_EDGES).lower() not in _FIRST_WORDS:
        return False
    if _WHEN.match(body):
        return True
    author = None if first.isdigit() else _AUTHOR.match(body)
    if author:
        return _is_names(body[author.end() :], first == "b")
    return _NOTE.match(body) is not None


def trailing_byline(body: str) -> int:
    """Where a date or credit at the end of a short line starts, 0 without one.

    Pages that lose a line break leave "Ferry strike ends Friday, May 3, 2024" behind.
    """
    if not (body[-1].isdigit() or ": " in body[-100:]):
        return 0
    found = _TRAILER.search(body)
    return found.end() if found else 0


def _is_names(rest: str, strict: bool) -> bool:
    """Whether what follows "By" is names and offices, not the start of a sentence."""
    words = _WORDS.findall(rest)
    if not words or (strict and len(words) > 5):
        return False
    names = sum(1 for word in words if word[0].isupper() or word in _NAME_WORDS)
    if rest[-1] in ".!?" and len(words) > 6:
        return False
    return names >= (1.0 if strict else 0.75) * len(words)
