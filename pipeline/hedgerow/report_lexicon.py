"""Reporting words: who says, believes or demands something, written as in ``lexicon``."""

from __future__ import annotations

from hedgerow.lexicon import phrase_list, word_set

_REPORT_SKIP = phrase_list(
    r"""
    (?:that|having|this|it) said,
    (?:truth|all) told
    say so
    says? (?:something|nothing)
    (?:as|previously|just|already) (?:noted|mentioned|discussed|described|said)
    (?:noted|mentioned|discussed|described|said) (?:above|earlier|below)
    """
)

# Verbs of saying that need no "that".
_SPEECH = phrase_list(
    r"""
    said
    says
    say(?! \w+ing\b)
    told(?! (?:to|of|about)\b)
    tells(?= \w+ \w)
    stated
    states that
    commented(?! out)
    remarked
    testified
    quipped
    tweeted
    exclaimed
    explained
    continued(?=:|,? ")
    added(?= that|,? "|:|\.|$)
    wrote
    writes
    replied
    responded(?= that|,? "|:)
    recalled
    joked
    lamented
    asserted
    asserts
    announces
    """
)

# Reports that close a sentence after a comma: "…, the police announced."
_CLOSING = phrase_list(
    r"""
    (?:announced|confirmed|noted|reported|warned|argued|declared|revealed|concluded|commented)\
(?! \w+ed\b)
    (?:announces|notes|reports|warns|argues|explains|adds)
    """
)

# Verbs that also take a plain object: they report only what follows as a clause.
_CLAUSE = phrase_list(
    r"""
    (?:not|observ|report|announc|confirm|indicat|conclud|emphasi[sz]|stress|agre|judg|acknowledg|\
declar|reveal|recogni[sz]|caution|reiterat|reaffirm|conced|estimat|suggest|comment|signal|assur|\
mention|complain|remind|pledg|propos|recommend|request|assess|not|determin|warn|view|ask|hint|\
highlight|underlin|alleg|disclos|maintain|contend)(?:ed|d|es)(?:,(?: \w+){1,2},|(?: \w+(?:,|\
 in \w+| on \w+| to \w+)?){0,2}) that
    (?:reports|claims|maintains|contends|insists|warns|explains|confirms|announced|finds|found|\
showed|adds|points out|pointed out|made clear|felt|thought|learned|discovered|noticed|noting) that
    (?:pointed|points|point) out
    (?:observe|note|report|warn|agree|contend|maintain|claim|insist|acknowledge) that
    """
)

_BELIEF = phrase_list(
    r"""
    believe[sd]?(?! in\b)
    think[s]?(?! of\b| about\b)
    argue[sd]?
    claim(?:s|ed)(?= that| to| the| it| he| she| they| there| \w+ \w+ (?:is|was|are|were|had|\
has)\b)
    alleged?(?= that)
    alleges
    insist(?:s|ed)?
    contend(?:s|ed)?
    expects
    expect(?:ed)? (?:that|the|a|some|it|this|to)
    anticipates
    anticipated? (?:that|the|a|some|it|this)
    estimate[sd]? (?:that|the|it|there)
    estimates (?:a|an|\w+ (?:number|\w+ (?:will|would|at)))
    predict(?:s|ed)?
    forecasts (?:that|a|an|the)
    fear(?:s|ed)? that
    suspect(?:s|ed)? (?:that|the|he|she|it|they)
    hope[sd] (?:that|the|it)
    judge[sd]
    sees (?:the|no)
    feels
    felt that
    worr(?:y|ies|ied) that
    concede[sd]?
    denie[sd]
    admit(?:s|ted)
    assures?
    seek[s]? assurances
    """
)

_APPEAL = phrase_list(
    r"""
    urge[sd]
    call(?:s|ed) (?:on|upon|for)
    demand(?:s|ed) (?:that|an?|the|his|her|their)
    demanded of
    recommend(?:s|ed)
    advise[sd]
    pledge[sd]
    promise[sd]
    caution(?:s|ed)
    warn(?:s|ed)
    described
    expressed
    cited
    concur(?:s|red)
    condemn(?:s|ed)
    criticis(?:es|ed)
    pushed for
    suggested
    described
    characterized
    called it
    (?:pointed|pointing) to
    raised (?:concerns|questions|the possibility)
    (?:noted|reported|announced|announces|confirms) (?:the|a|an|plans|they|it|he|she|downside|\
risks|their)
    (?:announce|confirm) (?:that|they|a|the)
    (?:continued|continues?) to (?:project|expect|judge|believe|anticipate|see|note|urge|\
call) (?:that|for|the|some|no|\w+)
    """
)

_HEARSAY = phrase_list(
    r"""
    (?:is|are|was|were)(?: \w+ly| also| now| still)? (?:said|believed|expected|estimated|\
forecast|\
projected|rumou?red|alleged|anticipated|predicted|understood|suspected|feared|presumed)\
(?! in\b| by\b| of\b)
    (?:is|are|was|were)(?: \w+ly| also| now| still)? (?:reported|thought) (?:to|that|as)
    reportedly
    allegedly
    (?:is|are|was|were) (?:widely |increasingly |also |generally )?(?:seen|viewed|judged|\
regarded) (?:as|by|consistent)
    there (?:is|are|were|was) (?:also |growing )?(?:fears|hopes|rumou?rs|reports|speculation|\
concern|concerns) (?:that|of)
    """
)

_ACCORDING = phrase_list(
    r"""
    according to
    in the (?:words|view|opinion) of
    as (?:reported|quoted|told|stated|cited) by
    """
)

REPORTS = (
    ("skip", _REPORT_SKIP),
    ("according", _ACCORDING),
    ("hearsay", _HEARSAY),
    ("speech", _SPEECH),
    ("clause", _CLAUSE),
    ("belief", _BELIEF),
    ("appeal", _APPEAL),
    ("closing", _CLOSING),
)
"""Reporting words by what they need beside them, in the order in which they are tried."""

BLOCKING_WORDS = word_set(
    """
    i we you to not be is are was were been being the a an of by for with in at from our my your
    would-be let and/or can could will would may might must should if when than as it's i've we've
    i'd we'd how why this please me us
    """
)
"""Words before a verb that show it isn't the main report of a third person."""

RELATIVES = word_set("who which that what whose where whom")
"""Words that, shortly before a verb, put it into a relative clause."""

SUBORDINATORS = word_set(
    "when while although though because if after before since where once until"
)
"""Words that open a clause which can't carry the main point."""

VERB_HELPERS = word_set(
    """
    has have had also then later still now again recently previously once first have often always
    never already even has've do does did
    """
)
"""Words that stand between a subject and its verb."""

SUBJECT_OPENERS = word_set(
    """
    and but yet so however meanwhile as still although while nor or then also indeed thus moreover
    furthermore instead today yesterday now
    """
)
"""Words that may stand before a subject at the start of its clause."""
