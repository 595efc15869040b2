"""By-lines, date lines, photo credits and "Read more" lines: what stands around the story."""

from __future__ import annotations

import re

from hedgerow.abbreviations import FUNCTION_WORDS, word_set

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b\.?"
_ZONE = (
    r"(?:E[SD]?T|C[SD]?T|M[SD]?T|P[SD]?T|AK[SD]?T|HST|GMT|UTC|BST|CES?T|IST|JST|AES?T|AEDT|MSK"
    r"|EES?T|WAT|EAT|SAST|PKT|HKT|SGT|KST|NZ[SD]T|local\s+time)\b"
)
_CLOCK = r"\d{1,2}[:.]\d\d(?::\d\d)?(?:\s*[ap]\.?m\b\.?)?|\d{1,2}\s*[ap]\.?m\b\.?"
_DATE = (
    rf"(?:{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}}\b)?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH},?(?:\s+\d{{4}}\b)?"
    rf"|{_MONTH}\s+\d{{4}}\b"
    r"|\d{4}-\d\d-\d\d(?:T[\d:.Z+-]+)?|\d{1,2}[/.]\d{1,2}(?:[/.]\d{2,4}|(?<=/\d\d)))"
)
_AGO = r"(?:\d+|an?)\s?(?:minutes?|mins?|hours?|hrs?|h|d|days?|weeks?|months?)\s+ago\b"
_READING = r"(?:\d+[\s-]min(?:ute)?s?\s+read\b|\d+\s+comments?\b)"
_STAMP = (
    r"(?:(?:last|first|originally)\s+)?"
    r"(?:published|updated|posted|modified|created|filed|issued|date)"
)
# A line of nothing but stamps, dates, clock times and what joins them.
_WHEN = re.compile(
    rf"(?:(?:{_STAMP}\b|at\b|on\b|{_DATE}|{_CLOCK}|{_DAY}|{_ZONE}|{_AGO}|{_READING}|[+-]\d{{4}}\b"
    r"|just\s+now\Z|yesterday\Z)[\s,;:.|/()·•–—-]*+)++\Z",
    re.IGNORECASE,
)
_MOMENT = re.compile(
    rf"{_DATE}|\d:\d\d|\d\s*[ap]\.?m\b|{_AGO}|{_READING}|\d\s+{_ZONE}|\A\W*(?:{_STAMP}\W+(?:on\s+)?)?{_DAY}(?<!\.)\Z"
    r"|now\Z|yesterday\Z",
    re.IGNORECASE,
)
_AUTHOR = re.compile(
    r"(?:(?i:(?:(?:additional|live|medically)\s+)?(?:words|story|written|text|posted|edited|photos?"
    r"|photography|photographs?|illustrations?|compiled|analysis|opinion|commentary|review|reviewed"
    r"|fact-checked|contributed|interviews?|reported|reporting|writing|editing|research|updates?"
    r"|produced|published|issued|video|graphics?)\s+by|with\s+(?:additional\s+)?reporting\s+by"
    r"|with\s+files\s+from)|By|BY|by):?\s+(?=(?:(?:the|our|a)\s+)?[A-Z@]|agencies\Z)"
)
_NAMED = re.compile(
    r"\(?(?i:authors?|reporter|editor|correspondent|contributors?|writer|words|interview|video|map"
    r"|chart|camera|analysis|column|desk|additional\s+reporting)\s*:\s*(?=[A-Z])"
)
_CREDIT = (
    r"\(?(?:(?:file|featured|lead|cover)\s+)?(?:photo(?:graph|grapher)?s?|images?|pictures?|pics?"
    r"|illustration|graphic|video\s+credit|credits?|courtesy)(?:\s+(?:credits?|courtesy|source))?"
    r"(?:\s+by\s|(?<=courtesy)\s+of\s|\s*(?:[:©|]|\.\.\.)\s*)\S"
    r"|image\s+source,|source\s*:\s*\S.*[^.!?]\Z|source:.{0,20}\bimages\b"
    r"|©|copyright\s*(?:©|\(c\)|(?:19|20)\d\d|\Z)|\(c\)\s+(?:19|20)\d\d|all\s+rights\s+reserved"
)
_LABEL = (
    r"(?:filed\s+under|posted\s+in|tags|tagged|topics|categor(?:y|ies)|keywords|section"
    r"|(?:estimated\s+)?read(?:ing)?\s+time|time\s+to\s+read|(?:(?:media|press)\s+)?contact)\s*:\s*\S"
)
_POINTER = (
    r"(?:also\s+read|read\s+(?:also|more|next|this)|see\s+(?:also|more)|watch(?:\s+(?:live|now))?"
    r"|listen(?:\s+now)?|read|see|related(?:\s+\w+)?|recommended(?:\s+\w+)?|more(?:\s+on\s+this(?:"
    r"\s+story)?)?|don['’]t\s+miss|most\s+read|trending|up\s+next|next|you\s+(?:may|might)\s+also\s+"
    r"(?:like|be\s+interested\s+in))\s*(?:[:|»>]|[–—-]\s)"
    r"|(?:read|see|watch|listen|learn|find\s+out|view)\s+(?:more|also|next|now)"
    r"(?:\s+(?:on|about|from|at|in|here|stories)\b|[^.!?]*\Z)"
    r"|more\s+(?:from|on|about|in)\b[^.!?]*\Z"
    r"|read\s+(?:the\s+)?(?:full|original|rest)\s+(?:of\s+(?:the|this)\s+)?(?:story|article|post|text)"
    r"|(?:continue\s+reading|click\s+here|tap\s+here|sign\s+up|subscribe|share\s+(?:this|on|via)"
    r"|follow\s+us|skip\s+to|download\s+(?:the|our)(?:\s+\w+)?\s+app|like\s+us\s+on|get\s+the\s+latest"
    r"|join\s+(?:us\s+on|our\s+(?:\w+\s+)?(?:channel|group|community|newsletter|mailing)|the\s+"
    r"conversation)|(?:story|article|advert\w*)\W+(?:continues|scroll)|(?:print|email|save|copy)\s+"
    r"(?:this\s+)?(?:page|article|story|link)|(?:leave|post|add|view|show)\s+(?:a\s+)?(?:comments?"
    r"|reply)|follow\s+(?:\S+\s+){1,4}on\s+(?:x|twitter|facebook|instagram|linkedin|threads)"
    r"|follow\s+@\w+|back\s+to\s+top|e-?mail\s+\S.*@|contact\s+\S.*@|listen\s+to\s+this|report\s+(?:a\s+typo|an\s+error))\b.{0,80}\Z"
)
_NOTE = re.compile("|".join((_CREDIT, _LABEL, _POINTER)), re.IGNORECASE)
_STAMPED = re.compile(
    rf"{_STAMP}(?:\s+(?:on|at))?\s*[:|]?\s+.{{0,60}}?(?:\d|\bago\b)", re.IGNORECASE
)
_STAFF = re.compile(
    r"\(?(?:(?:Additional\s+|Live\s+)?(?:Report|Writ|Edit)ing\s+[Bb]y\s+[A-Z]|With\s+inputs?\s+from\s)"
)
_TWEET = re.compile(r"(?:[—–]\s?)?[A-Z][^.!?]{1,60}\(@\w+\)")
_WHOLE = frozenset(
    phrase.strip()
    for phrase in """
    advertisement, sponsored, sponsored content, promoted, paid content, share, print, save, tweet,
    comments, comments are closed, related, related stories, related articles, related topics,
    related news, related coverage, related content, recommended, recommended for you,
    recommended stories, trending, trending now, trending news, most read, most popular,
    editor's picks, editors' picks, more stories, more news, more like this, more on this story,
    you may also like, you might also like, see also, see more, show more, load more, view more,
    view all, view gallery, watch live, read more, read next, read full story, up next,
    next article, previous article, sign in, log in, link copied, in this article,
    topics in this story, about the author, contact us, terms of service, terms of use,
    read this next, recommended reading, get our free app, watch the video, click to share,
    tap to share, skip advertisement, see gallery, about us, accept all cookies, don't miss,
    privacy policy, cookie settings, loading, file photo, courtesy photo, handout photo
    """.replace("\n", " ").split(",")
)
_FIRST_WORDS = word_set(
    """
    additional advert advertisement all also an analysis article author authors back by camera
    categories category chart click column commentary compiled contact continue contributed
    contributor contributors copy copyright correspondent courtesy cover created credit credits date
    desk don't don’t download e-mail edited editing editor email estimated fact-checked featured
    file filed find first follow get graphic graphics illustration illustrations image images
    interview interviews issued join just keywords last lead learn leave like listen live map media
    medically modified more most next opinion originally photo photograph photographer photographs
    photography photos pic pics picture pictures post posted press print produced published read
    reading recommended related report reported reporter reporting research review reviewed save
    section see share show sign skip source story subscribe tagged tags tap text time topics
    trending up update updated updates video view watch with words writer writing written yesterday
    you
    mon monday tue tues tuesday wed wednesday thu thurs thursday fri friday sat saturday sun sunday
    jan january feb february mar march apr april may jun june jul july aug august sep sept september
    oct october nov november dec december
    """
) | {phrase.split()[0] for phrase in _WHOLE}
_AGENCY = (
    r"(?:AP|AFP|Reuters|REUTERS|EPA|PTI|ANI|Xinhua|Bloomberg|Getty(?:\s+Images)?|Shutterstock"
    r"|iStock|Alamy|Unsplash|Pexels|Pixabay|Flickr|Wikimedia(?:\s+Commons)?|NASA|NOAA)\b"
)
_HOLDER = re.compile(
    rf"\(?(?:(?:AP\s+Photo|{_AGENCY})\s?/\s?[A-Z]"
    rf"|[A-Z][\w.’'&/ -]{{1,60}}(?:/\s?|\bvia\s+){_AGENCY})[^.!?]{{0,40}}\Z"
    rf"|\(?{_AGENCY}(?:\s+(?:Images|Photo))?\)?\s*[-–—]?\Z"
)
_AGENCIES = re.compile(_AGENCY)
_OFFICE = re.compile(
    r"(?:[A-Z][\w.’'-]*\s+){1,3}[A-Z][\w’'-]+,\s+(?:[\w-]+\s+){0,3}(?i:writer|reporter|editor"
    r"|correspondent|columnist)\Z|\w+\s+(?i:writer|reporter|correspondent)\Z"
)
_PLACED = re.compile(rf"(?:[A-Z][\w’'-]*\s+){{0,2}}[A-Z][\w’'-]*,\s+(?={_DATE}\Z)")
_TRAILER = re.compile(
    rf"\s(?=(?:(?i:{_DAY}),?\s+(?:{_MONTH}\s+\d{{1,2}},\s+\d{{4}}|\d{{1,2}}\s+{_MONTH}\s+\d{{4}})"
    r"|(?:Image|Photo|Picture|Credit|(?:Photo|Image)\s+[Cc]redit):\s[^.!?]{1,80}\.?)\Z)"
)
_PARTS = re.compile(r"\s*[|·•]\s*|\s+/\s+")
_CUT = re.compile(r"[|@•·(\d]|\s[-–—]\s|,\s+(?:who|[a-z])|\s(?:in|at)\s")
_EDGES = ":,.|©()-"
_NAME_WORDS = word_set(
    "and of for the in at with de la van von der den bin al el our agencies desk "
    "correspondent correspondents reporter reporters editor writer staff team"
)
_WORDS = re.compile(r"[^\W\d_][\w.’'-]*")
_MOST_WORDS_OF_NAME = 5


def is_byline(body: str) -> bool:
    """Whether a short line names the writer, the date, the photographer or points elsewhere."""
    if _is_credit(body):
        return True
    if "|" in body or "·" in body or "•" in body or " / " in body:
        parts = [part for part in _PARTS.split(body) if part]
        if len(parts) > 1 and parts[0].count(" ") < _MOST_WORDS_OF_NAME:
            return any(map(_is_credit, parts))
    return False


def _is_credit(body: str) -> bool:
    """Whether a line or a part of one is a by-line by itself."""
    first = body[0]
    if first.isalpha():
        word = body.split(None, 1)[0].strip(_EDGES).lower()
        if word not in _FIRST_WORDS:
            return _names_holder(body)
    if first.isdigit() or first.isalpha():
        if body.lower().strip(" .:…>»→") in _WHOLE:
            return True
        if _WHEN.match(body) and _MOMENT.search(body):
            return True
    author = None if first.isdigit() else _AUTHOR.match(body)
    if author:
        return _is_names(body[author.end() :], first == "b")
    named = _NAMED.match(body)
    if named:
        return _is_names(body[named.end() :], False)
    return bool(
        _NOTE.match(body)
        or _STAMPED.match(body)
        or _STAFF.match(body)
        or _TWEET.match(body)
        or _names_holder(body)
    )


def _names_holder(body: str) -> bool:
    """Whether the line is a name with an agency, an office or a day behind it."""
    last = body[-1]
    if last in ".!?:":
        return False
    return bool(
        (_AGENCIES.search(body) and _HOLDER.match(body))
        or _OFFICE.match(body)
        or ("," in body and _PLACED.match(body))
        or ("(@" in body and _TWEET.match(body))
    )


def trailing_byline(body: str) -> int:
    """Where a date or credit at the end of a short line starts, 0 without one.

    Pages that lose a line break leave "Ferry strike ends Friday, May 3, 2024" behind.
    """
    if not (body[-1].isdigit() or ": " in body[-100:]):
        return 0
    found = _TRAILER.search(body)
    if not found or body[: found.start()].rpartition(" ")[2].lower() in FUNCTION_WORDS:
        return 0
    return 0 if is_byline(body) else found.end()


def _is_names(rest: str, strict: bool) -> bool:
    """Whether what follows "By" is names and offices, not the start of a sentence."""
    words = _WORDS.findall(rest)
    if not words or (strict and len(words) > _MOST_WORDS_OF_NAME):
        return False
    if rest[-1] in ".!?" and len(words) > _MOST_WORDS_OF_NAME + 1:
        return False
    cut = _CUT.search(rest)
    if cut and cut.start() and not strict:
        words = _WORDS.findall(rest[: cut.start()])
    names = sum(1 for word in words if word[0].isupper() or word in _NAME_WORDS)
    return names >= (1.0 if strict else 0.75) * len(words)
