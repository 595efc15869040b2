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

# What a source does with words where a model or the context has it that the segment is attributed.
# Too many of these do other things as well to be a report by themselves.
NAMING = phrase_list(
    r"""
    sa(?:id|ys?|ying)
    t(?:old|ells?|elling)(?! of\b)
    (?:announce|note|observe|argue|conclude|declare|propose|acknowledge|recognise|recognize|\
estimate|reiterate|concede|advise|judge|describe|criticise|criticize|conclude|assume|believe|\
challenge|recognise|hope|urge|pledge|promise|dispute|blame|accuse|refuse|disagree|agree|foresee|\
invite|welcome|praise|continue|imagine|resolve|decide|like|characterize|characterise)(?:d|s)?
    (?:explain|report|add|claim|confirm|warn|reveal|comment|remark|recall|joke|assert|maintain|\
contend|insist|suspect|expect|fear|doubt|recommend|suggest|indicate|call|ask|want|demand|request|\
appeal|plead|shout|complain|grumble|point|counter|respond|answer|remind|reckon|guess|predict|\
anticipate|forecast|project|caution|stress|emphasize|emphasise|highlight|underline|mention|hint|\
reject|accept|record|show|list|count|consider|concur|object|protest|react|favou?r|oppose|prefer|\
contest|attribute|repeat|boast|quip|lament|testifie|appear to think|lean)(?:ed|s)?
    (?:ask|warn|urg|begg|shout|advis|call|claim|report|argu|demand|tell|predict|recommend|\
forecast|expect|push)ing
    (?:wrote|writes|replied|replies|denied|denies|deny|thinks|think|thought|feels|feel|felt|sees|\
see|saw|foresaw|holds|held|gives|give|gave|finds|find|found|speaks|spoke|swears|swore|begs|begged|\
admits|admitted|pleaded|quotes|quoted|tweets|tweeted|posts|posted|shows|showed|hears|heard|\
refers|referred|worries|worried|notes|noted|noting|fancies|trusts|deems|deemed|issued|likes|reply|\
took the view|takes the view|ruled out|rules out|went further|worked out|let it be|testify|kept)
    puts?(?= (?:it|the|his|her|its|their|losses|\w+ at|\w+ down|\w+ first))
    would (?:like|rather|prefer|love)
    (?:is|are|was|were) (?:certain|sure|convinced|confident|worried|concerned|optimistic|adamant|\
of the opinion|sceptical|skeptical|afraid|hopeful|inclined)
    """
)

OPENERS = word_set(
    """
    and but yet so however meanwhile as still although though nor or then also indeed thus moreover
    furthermore instead today yesterday now that because here there which tonight overnight
    again later earlier even just only too whereas well
    """
)
"""Words that may stand before a subject at the start of its clause."""

NAMING_HELPERS = word_set(
    """
    is are was were be been being not don't doesn't didn't won't wouldn't will would can could may
    might should must to just too still both all himself herself themselves itself further already
    'd 've 's 'll he's
    """
)
"""More words that stand between a subject and its verb, where the verb is known to report."""

AUXILIARIES = word_set(
    """
    is are was were has have had will would can could may might must should shall does did cannot
    isn't aren't wasn't weren't hasn't haven't hadn't won't wouldn't can't couldn't mustn't
    shouldn't doesn't don't didn't
    """
)

BE_FORMS = word_set("is are was were be been being am isn't aren't wasn't weren't")

ARTICLES = word_set("the a an its his her their my our your no every very this that")

CONNECTIVES = word_set("and but or nor though although while whereas so because if when as than")

DETERMINERS = word_set(
    """
    the a an this that these those its his her their our my your some several many most few two
    three four five six seven eight nine ten one another other both each every no any
    """
)

PREPOSITIONS = word_set(
    """
    of in on at by for with from to about after before under over since during between among near
    against without within around through into per outside inside across behind beyond despite until
    last next upon onto via unlike like
    """
)

ROUGHLY = word_set("about around over under near")

FIXED_PREPOSITIONS = word_set(
    """
    in on to after before from with during since by about under over near against without through
    into outside inside across behind until last next via yesterday today
    """
)
"""Words that begin something else where they follow a name: "Ada Brunel in an email"."""

STOPS_AFTER = word_set(
    """
    that it if whether yesterday today tonight last earlier later this when while because before
    after during recently how why what there here also and/or but so
    """
)

PARTICLES = word_set(
    "de del da do dos das di du la le van von der den of the for at al el bin and & y"
)
"""Words that are written small within a name."""

INVERTING = word_set(
    """
    said says say wrote writes write added adds explained explains asked asks announced announces
    warned warns argued argues shouted replied replies reports reported noted notes commented
    according grumbles grumbled insisted insists recalled recalls concluded concludes thinks
    believes
    """
)
"""Verbs whose subject may follow them at the end of what is said."""

PRONOUNS = word_set("he she they it")

NO_SOURCES = word_set(
    """
    that it's this there what which who whom whose how why when where if whether nobody none
    nothing everything something to be not let let's you're you thing things time year years
    month week day way fact i we you no everybody everyone anybody anyone there's here's that's
    look let
    """
)
"""Words that neither are nor open the name of a source."""

DAYS_AND_MONTHS = frozenset(
    """
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June
    July August September October November December
    """.split()
)
