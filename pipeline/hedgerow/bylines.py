"""By-lines, date lines, photo credits and "Read more" lines: what stands around the story."""

from __future__ import annotations

import re

from hedgerow.abbreviations import FUNCTION_WORDS, word_set


def _phrases(text: str) -> list[str]:
    """The phrases of a text, between commas, in any number of lines."""
    return [" ".join(phrase.split()) for phrase in text.split(",")]


def _any_of(phrases: list[str]) -> str:
    """A pattern for any of the phrases, with any white space between their words."""
    return "(?:" + "|".join(map(re.escape, phrases)).replace(r"\ ", r"\s+") + ")"


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
    rf"{_DATE}|\d:\d\d|\d\s*[ap]\.?m\b|{_AGO}|{_READING}|\d\s+{_ZONE}|now\Z|yesterday\Z"
    rf"|\A(?:{_STAMP}\W+(?:on\s+)?)?{_DAY}(?<!\.)\Z",
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
# What these phrases announce follows a colon, a pipe or an arrow.
_ANNOUNCED = _phrases(
    """
    also read, read also, read more, read next, read this, read, see also, see more, see,
    watch live, watch now, watch, listen now, listen, related, related story, related stories,
    related article, related articles, recommended, recommended reading, more on this,
    more on this story, more, don't miss, don’t miss, most read, trending, up next, next,
    you may also like, you might also like, you may also be interested in
    """
)
# These open a line of their own that ends without a stop.
_OFFERED = _phrases(
    """
    read more, read also, read next, see more, see also, see next, watch more, watch next,
    watch now, listen next, listen now, learn more, find out more, view more, more from, more on,
    more about, more in, read the full, read full, read the original, read the rest
    """
)
# These open an invitation, with or without a stop.
_INVITED = _phrases(
    """
    read more about, read more on, read more at, read more in, read more here, read more stories,
    learn more about, learn more at, find out more about, see more from, see more stories,
    continue reading, click here, tap here, sign up, subscribe, share this, share on, share via,
    follow us, skip to, download the app, download our app, like us on, get the latest, join us on,
    join our newsletter, join our channel, join our community, join our whatsapp, join our telegram,
    join the conversation, story continues, article continues, advertisement - scroll,
    advertisement. scroll, print this, email this, save this, save article, copy link,
    leave a comment, leave a reply, post a comment, add a comment, view comments, show comments,
    back to top, listen to this, report a typo, report an error
    """
)
_POINTER = (
    rf"{_any_of(_ANNOUNCED)}\s*(?:[:|»>]|[–—-]\s)|{_any_of(_OFFERED)}\b[^.!?]*\Z|{_any_of(_INVITED)}\b.{{0,80}}\Z"
    r"|follow\s+(?:@\w|(?:\S+\s+){1,4}on\s+(?:x|twitter|facebook|instagram|linkedin|threads)\b)"
    r"|(?:e-?mail|contact)\s+\S.*@"
)
_NOTE = re.compile("|".join((_CREDIT, _LABEL, _POINTER)), re.IGNORECASE)
_STAMPED = re.compile(
    rf"{_STAMP}(?:\s+(?:on|at))?\s*[:|]?\s+(?:{_DATE}|{_CLOCK}|{_DAY}|{_AGO})[^.!?]{{0,60}}\Z",
    re.IGNORECASE,
)
_STAFF = re.compile(
    r"\(?(?:(?:Additional\s+|Live\s+)?(?:Report|Writ|Edit)ing\s+[Bb]y\s+[A-Z]|With\s+inputs?\s+from\s)"
)
_TWEET = re.compile(r"(?:[—–]\s?)?[A-Z][^.!?]{1,60}\(@\w+\)")
_WHOLE = frozenset(
    _phrases(
        """
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
    """
    )
)
_DAYS = word_set(
    """
    mon monday tue tues tuesday wed wednesday thu thurs thursday fri friday sat saturday sun sunday
    """
)
_MONTHS = word_set(
    """
    jan january feb february mar march apr april may jun june jul july aug august sep sept september
    oct october nov november dec december
    """
)
_FIRST_WORDS = word_set(
    """
    additional advert all an analysis author authors by camera categories category chart column
    commentary compiled contributed contributor contributors copyright correspondent cover created
    credit credits date desk e-mail edited editing editor estimated fact-checked featured filed
    first graphic graphics illustration illustrations image images interview interviews issued just
    keywords last lead live map media medically modified opinion originally photo photograph
    photographer photographs photography photos pic pics picture pictures posted press produced
    published reading reported reporter reporting research review reviewed section source tagged
    tags text time update updated updates video with words writer writing written yesterday
    """
).union(
    _DAYS,
    _MONTHS,
    (phrase.split()[0] for phrase in (*_ANNOUNCED, *_OFFERED, *_INVITED, *_WHOLE)),
)
_AGENCY = (
    r"(?:AP|AFP|Reuters|REUTERS|EPA|PTI|ANI|Xinhua|Bloomberg|Getty(?:\s+Images)?|Shutterstock"
    r"|iStock|Alamy|Unsplash|Pexels|Pixabay|Flickr|Wikimedia(?:\s+Commons)?|NASA|NOAA)\b"
)
_HOLDER = re.compile(
    rf"\(?(?:(?:AP\s+Photo|{_AGENCY})\s?/\s?[A-Z]"
    rf"|[A-Z][\w.’'&/ -]{{1,60}}(?:/\s?|\bvia\s+){_AGENCY})[^.!?]{{0,40}}\Z"
    rf"|\(?{_AGENCY}(?:\s+(?:Images|Photo))?\)?\s*[-–—]?\Z"
)
_OFFICE = re.compile(
    r"(?:[A-Z][\w.’'-]*\s+){1,3}[A-Z][\w’'-]+,\s+(?:[\w-]+\s+){0,3}\w+\Z"
    r"|(?:[A-Z]\w+\s+)?\w+\s+(?i:writer|reporter|correspondent)\Z"
)
_OFFICES = word_set("writer reporter editor correspondent columnist")
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
    """Whether the line is a name with an agency, an office, a day or a handle by it."""
    if body[-1] in ".!?:":
        return False
    word = body.rpartition(" ")[2]
    if word.isdigit() or word.strip(".").lower() in _MONTHS:
        return _PLACED.match(body) is not None
    if word.lower() in _OFFICES:
        return _OFFICE.match(body) is not None
    if "(@" in body:
        return _TWEET.match(body) is not None
    slashed = "/" in body or " via " in body or body.count(" ") < 3
    return slashed and _HOLDER.match(body) is not None


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
