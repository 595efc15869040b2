"""Word sets that tell a full stop that ends a sentence from one that doesn't.

All sets hold the word without its final full stop, in the case in which news writes it.
"""

from __future__ import annotations

from string import ascii_letters


def word_set(lines: str) -> frozenset[str]:
    """The words of a text, in any number of lines."""
    return frozenset(lines.split())


TITLES = word_set(
    """
    Mr Mrs Ms Mx Dr Drs Prof Gen Sen Sens Rep Reps Gov Govs Lt Col Sgt Capt Cmdr Cdr Adm Maj Brig
    Rev Revd Hon Pres Messrs Mme Mmes Mlle Pvt Cpl Supt Det Insp Atty Treas Amb Msgr Rt Fr Asst Dep
    St Ste Mt Ft Pt vs viz cf Vs approx ca incl resp Cllr Ald Pfc Spc Ens Hr Sra Srta Dra Sr Jos Wm
    Chas Geo Thos MR MRS MS DR PROF GEN SEN REP GOV LT COL SGT CAPT REV ST MT FT mr mrs ms dr prof
    Phil Sgts Gens SENS REPS sen sens gov prof
    """
)
"""Titles and joining words: another word always follows."""

NUMBERED = word_set(
    """
    No Nos no nos NO Art art Arts Sec sec Secs Fig Figs fig figs Vol vol Vols vols pp p Ch ch chap
    Chap para paras Para Eq Ref ref Nr nr Tel tel Ext ext Op op Cl cl Reg reg Sched pt Pts pts ver
    Ver pop div b d m r N° Nº Bk bk Ed ed Eds eds App app Rule c ca approx est v vv n nn l ll Rs
    min max hr hrs sq ft lb lbs oz km cm mm kg
    """
)
"""Words that stand before a number ("No. 10", "pp. 4-6") and units of measure."""

CALENDAR = word_set(
    """
    Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec JAN FEB MAR APR JUN JUL AUG SEP SEPT OCT NOV
    DEC Mon Tue Tues Wed Weds Thu Thur Thurs Fri Sat Sun jan feb apr aug sept oct nov dec
    """
)
"""Months and days; they may end a sentence, but hardly before a number."""

ENDABLE = word_set(
    """
    Inc Corp Ltd Co Cos Jr Bros Assn Assoc Dept Est Ave Blvd Rd Hwy Pkwy Ct Sq Ln inc corp ltd co
    jr sr bros assn dept ave blvd Univ Inst Natl Intl Govt Mfg Bldg Apt apt Ala Ariz Ark
    Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Md Mass Mich Minn Miss Mo Mont Neb Nev Okla Ore
    Penn Pa Tenn Tex Va Vt Wash Wis Wyo Ont Que Esq Ph al Al etc ff st mt Plc PLC Pty Gmbh
    INC CORP LTD CO JR
    """
)
"""Abbreviations that end a sentence only where a usual first word follows."""

LATIN = word_set("e.g i.e E.g I.e eg ie E.G I.E c.f q.v viz v.s")
"""Abbreviations in whose middle of the sentence more always follows."""

HOURS = word_set("a.m p.m A.M P.M am pm AM PM")

AFTER_HOURS = word_set(
    """
    ET EST EDT CT CST CDT MT MST MDT PT PST PDT GMT UTC BST CET CEST IST JST AEST AEDT MSK EET EEST
    WAT EAT SAST PKT HKT SGT KST NZST Eastern Central Mountain Pacific Greenwich Monday Tuesday
    Wednesday Thursday Friday Saturday Sunday January February March April May June July August
    September October November December Jan Feb Mar Apr Jun Jul Aug Sept Oct Nov Dec Mon Tue Tues
    Wed Thu Thurs Fri Sat Sun Moscow Beijing Paris London Tokyo Kyiv
    """
)
"""What follows "a.m." and "p.m." inside a sentence: time zones, days and months."""

STARTERS = word_set(
    """
    A About Above According Across Actually Additionally After Afterward Again Against All Almost
    Already Also Although Always Among An And Another Any Anyone Are Around As Asked At Because
    Before Besides Both But By Can Could Despite Did Do Does During Each Earlier Either Even
    Eventually Every Everyone Everything Experts Few Finally First For Former From Further
    Furthermore Given Had Has Have Having He Hence Her Here His How However I If In Indeed Instead
    Is It Its Just Last Later Leaders Less Like Many Meanwhile More Moreover Most Much My
    Nearly Neither Never Nevertheless Next No Nobody None Nonetheless Nor Not Nothing Now Of
    Officials Often On Once One Only Or Other Others Our Out Over Overall Perhaps Please Police
    Rather Recently Researchers Residents Scientists Second Several She Should Similarly Since
    So Some Someone Sometimes Soon Still Such Than Thank That The Their Them Then There Therefore
    These They This Those Though Three Through Throughout Thus To Today Together Tonight Too Two
    Under Unfortunately Unless Until Unlike Up Upon Was We Were What Whatever When Whenever
    Where Whereas Whether Which While Who Whose Why Will With Within Without Would Yes Yesterday
    Yet You Your Analysts Authorities Critics Did Don Let Among Asked
    """
)
"""Words that usually open a sentence and seldom follow an abbreviation within one."""

GLUED_STARTERS = word_set(
    """
    the this that these those they there then their he she we you our your his her its and but
    however although though while when where what which who why how if after before because since
    for from with without within during under until unless despite through such some many most
    much more each both all another other others not even also only meanwhile moreover
    additionally furthermore according analysts officials experts critics now today as at by in it
    on an so to maybe perhaps instead indeed thus therefore nonetheless nevertheless finally first
    second new put add use any nor
    """
)
"""Small-letter words that may open a sentence glued to the one before."""

DOMAINS = word_set("com org net gov edu mil biz co uk us eu io tv ru de fr html htm php js py")
"""Endings of addresses and file names, whatever their case."""

SMALL_DOMAINS = DOMAINS | word_set(
    """
    info name news blog shop store online site tech club live life world media email jobs page
    zone space cloud docs json docx xlsx pptx jpeg webp yaml toml conf java swift frame text test
    length size value
    """
)
"""Endings that are also words, and are endings only in small letters."""

FUNCTION_WORDS = word_set(
    """
    a an the and or but of to in on at by for from with as into over under between against about
    than that which who whose his her its their our your my is are was were be been has have had
    will would could should may might can not no if when while because after before during
    """
)
"""Words that hardly end a line unless its sentence goes on in the next."""

BRANDS = word_set(
    "Yahoo yahoo YAHOO Jeopardy Airplane Wham Mamma Panic Chips Hamilton OK Kahoot Yum"
)
"""Names that carry an exclamation or question mark."""

ABBREVIATIONS = TITLES | NUMBERED | CALENDAR | ENDABLE | LATIN | HOURS | frozenset(ascii_letters)
"""Every word after which a full stop needs a second look; single letters are among them."""
