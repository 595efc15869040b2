"""Phrases behind the cues: hedges, directives, reporting words, and look-alikes to pass over.

Each entry is a lower-case fragment of a regular expression that begins with its first letter;
a space stands for any short white space. At one place of the text the first list that has a
match wins, in the order of ``PHRASES``, so a longer reading goes into an earlier list.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

PhraseKind: TypeAlias = Literal["skip", "advice", "outcome", "directive", "hedge", "attribution"]


def phrase_list(lines: str) -> tuple[str, ...]:
    """The phrases of a block of text, one a line; a backslash joins a line to the next."""
    joined = lines.replace("\\\n", "")
    return tuple(line.strip() for line in joined.splitlines() if line.strip())


def word_set(lines: str) -> frozenset[str]:
    """The words of a block of text."""
    return frozenset(lines.split())


_ADVERB = "(?:also|still|now|well|very|only|soon|not|never|just|always|therefore|first|then)"
_MODAL = "(?:may|might|could|would|should|must)"

_SKIP = phrase_list(
    rf"""
    may (?:\d|of \d|day\b)
    may's
    (?:which|who)(?: in turn)? (?:{_MODAL}|needs?|seems?|appears?)
    could(?:n't| not)(?! have)
    would (?:like|love|rather)
    would-be
    as (?:much|little|soon|quickly|early|many|far|often|possible)(?: \w+){{0,2}} as possible
    as possible
    as needed
    if needed
    what (?:\w+ ){{1,3}}should
    how (?:\w+ ){{0,3}}should
    whether (?:\w+ ){{1,4}}(?:should|must|needs? to)
    where (?:\w+ ){{0,3}}(?:should|must)
    under (?:the|a|an|this|that|its|their) [\w ]{{3,40}},? (?:\w+ ){{1,3}}must
    by law (?:must|need to)
    required by law
    (?:do|does|did|would)(?:n't| not) (?:need|have) to
    no (?:longer )?needs? to
    need to know
    calls? for (?:tenders|papers|proposals|entries|submissions|comments|nominations)
    more likely (?:to|than)
    less likely (?:to|than)
    """
)

# Hedged advice: the modal softens a recommendation instead of making a speculation.
_ADVICE = phrase_list(
    r"""
    may wish to
    (?:may|might) (?:also )?want to (?:consider|think|check|try|look|start|avoid)
    would do well to
    would be (?:wise|well advised|better|prudent|appropriate|advisable) (?:to|for)
    it may be time to
    """
)

# Modals of advice in their other reading: expectation, inference, a need still to come.
_OUTCOME = phrase_list(
    r"""
    must (?:surely )?have (?:been|had|\w+(?:ed|wn|ne|en))
    should (?:soon |also |then |eventually |gradually )?(?:arrive|help|result|lead|rise|fall|\
ease|\
moderate|grow|increase|decrease|improve|recover|continue to|diminish|reach|fade|boost|support|\
lower|slow|translate|emerge|prove|weaken|become|begin to|remain|expect|reduce|provide|allow)
    should (?:be|have been) (?:able|available|ready|over|finished|clear|enough|back|complete|\
completed|known|sufficient|possible|good|small)
    (?:may|might|could|will|would|is likely to|are likely to)(?: \w+ly| also| still)? (?:need|\
have) to
    will require
    """
)

_DIRECTIVE = phrase_list(
    rf"""
    should(?:n't| not)?(?: {_ADVERB})?
    ought(?:n't)?(?: not)? to
    must(?:n't| not)?(?: {_ADVERB})?
    needs? to
    needs? (?:more|better|urgent|a|an|immediate) \w+
    (?:has|we have|you have|they have|we've got|you've got)(?: got)? to(?! (?:do with|offer|\
say|date))
    urg(?:e[sd]?|ing)
    call(?:s|ed|ing)?(?: \w+ly| again)? (?:on|upon)(?! (?:mon|tues|wednes|thurs|fri|satur|sun)day)
    call(?:s|ed|ing)(?: \w+ly| again)? for
    (?:we|i|they) call(?: \w+ly| again)? for
    call for (?:an?|the|all|every|new|more|greater|urgent|immediate)
    recommend(?:s|ed|ing)?
    it is recommended
    advis(?:e[sd]?|ing)(?! (?:by\b))
    demand(?:ed|s|ing) (?:that|an?|the|his|her|their|its|to)
    implor(?:e[sd]?|ing)
    exhort(?:s|ed|ing)?
    plead(?:s|ed|ing)? (?:with|for)
    appeal(?:s|ed|ing)? (?:to|for)(?! the (?:court|supreme|high))
    insist(?:s|ed)? (?:on|that \w+ (?:be|must|should))
    propos(?:e[sd]|e|ing) (?:that|to|an?|the|new|changing|making)
    request(?:s|ed|ing) that
    petition(?:s|ed|ing) (?:for|to|the)
    lobb(?:y|ied|ying) (?:for|to)
    encourag(?:e[sd]?|ing) (?:you|all|every\w*|people|residents|users|agencies|the|congress|\
others|\
our|customers|\w+s to)
    warn(?:s|ed|ing) (?:\w+ ){{1,3}}?(?:to|against|not to|away)
    ask(?:s|ed|ing)? (?:that|you to|everyone to|residents to|the \w+(?: \w+)? to|congress to)
    (?:is|are|it's|remains?|be|was)(?: \w+ly| so| also| very| more| most)? (?:crucial|vital|\
essential|\
imperative|important|necessary|critical|advisable|incumbent)(?: that| to|\
 for \w+(?: \w+){{0,3}} to)
    it's (?:also |\w+ly )?(?:crucial|vital|essential|imperative|important|necessary|\
critical) (?:to|that)
    had better
    you'd better
    (?:it is|it's)(?: high| past)? time (?:to|for|that|we|you|they)
    let's(?! (?:discuss|say|see|look|hope))
    let us(?! (?:not forget|say|see|look))
    deserv(?:e[sd]?) (?:to|a|an|better|more|our|the|protection|\w+)
    be sure to
    make sure (?:to|that|you|your|the|it|all)
    remember to
    don't forget
    please(?! (?:visit|see|contact|click|read|note))
    (?:is|are|it's) (?:best|better|a good idea|advised|recommended|worth) (?:to|that)
    consider (?:using|adding|making|taking|creating|whether|how|the|a|an)
    there (?:is|remains) an? (?:urgent |pressing |clear |real |great |strong )?need (?:to|for)
    """
)

_HEDGE = phrase_list(
    r"""
    may(?: (?:also|still|well|not|even|yet|soon|have|be))*
    might(?:n't)?(?: (?:also|still|well|not|even|yet|soon|have|be))*
    could(?:n't| not)?(?: (?:also|still|well|even|yet|soon|have|be))*
    would(?:n't| not)?(?: (?:also|still|likely|probably|have|be))*
    can (?:further|also lead|lead to|be a|cause|result in|erode|undermine|make|affect|hurt|\
become|seem)
    will (?:also |further |only |then |soon |continue to |not |surely )?(?:likely|probably|\
help|hurt|\
ease|improve|bring|boost|affect|benefit|strengthen|weaken|lead|increase|decrease|rise|fall|grow|\
shrink|worsen|become|succeed|fail|change|make|result|reduce|enhance|encourage|depend|prove|\
decline|\
lower|raise|slow|emerge|cause|force|face|come to|see|never|destroy|play|drive|keep|come|save|\
need|\
win|lose|evolve|spread|reach|give|create|deliver|enable|eventually|be (?:able|more|better|less|\
very|\
hard|difficult|the (?:first|most|largest|biggest|next)|affected|critical|good|cold|warm|near|\
around))
    won't (?:\w+)
    perhaps
    possibly
    probably
    presumably
    conceivably
    seemingly
    apparently
    reportedly
    allegedly
    supposedly
    purportedly
    arguably
    maybe
    potentially
    surely
    hopefully
    almost certainly
    in all (?:likelihood|probability)
    (?:very|most|quite|highly) (?:likely|unlikely)
    likely
    unlikely
    conceivable
    plausible
    possible (?:that|to|for|outcomes?|effects?|reasons?|causes?)
    (?:it's|is|it is|seems) (?:\w+ly |also )?(?:possible|probable)
    possibility (?:that|of)
    chances? (?:that|of)
    prospects? (?:that|of|for)
    potential (?:for|to)
    risk(?:s|ed|ing)? (?:of|that|losing|being|becoming|\w+ing)
    seem(?:s|ed|ingly)?
    appear(?:s|ed)? (?:to|that|likely|unlikely|set|poised|as if|as though|\w+(?:ed|ly|able|al|\
ive))
    looks? (?:set|likely|as if|as though|like)
    believ(?:e[sd]?|ing)(?! (?:in\b))
    belief that
    (?:i|we|they|he|she|you|people|who|many|some|to|not|don't|still) (?:do not |don't )?think(?!-)
    thinks
    thought (?:that|to be|the|it|he|she|they|of as)
    suspect(?:s|ed)? (?:that|of|he|she|it|they|the)
    fear(?:s|ed|ing)? (?:that|the|it|of|they|he|she|a)
    hop(?:e[sd]?|ing) (?:that|to see|the|it|this|they|we|he|she|for|you|our|is)
    expect(?:s|ed|ing)?(?! more from)
    expectations? (?:that|of|for)
    anticipat(?:e[sd]?|ing|ion)
    estimat(?:e[sd]?|ing) that
    predict(?:s|ed|ing)?
    prediction that
    foresees?
    forecast(?:ed|ing)? (?:to|that|by|for)?
    project(?:s|ed) (?:to|that|by|an|a|growth|for)
    suggest(?:s|ed|ing)? (?:that|the|a|an|it|this|some|there)
    suggests?
    argu(?:e[sd]?|ing) (?:that|the|it|for|against|\w+)
    claim(?:s|ed|ing) (?:that|to|the|he|she|it|they|there)
    alleg(?:e|es|ing|ed that)
    contend(?:s|ed|ing)? (?:that|the)
    insist(?:s|ed|ing)? (?:that|the|he|she|it|they)
    maintain(?:s|ed|ing)? that
    worr(?:y|ies|ied) (?:that|about)
    concern(?:s|ed)? that
    rumou?red
    unconfirmed
    unverified
    (?:is|was|are|were|remains?|still) (?:said|thought|believed|considered|rumou?red|assumed|\
deemed) to
    (?:unclear|not clear|not yet clear|far from clear)
    uncertain
    uncertainty (?:about|over|as to)
    remains to be seen
    (?:has|have|had)(?:n't| not) ruled out
    poised to
    (?:is|are|was|were) set to (?:win|lose|become|rise|fall|grow|be|take)
    bound to
    destined to
    about to
    on (?:the verge|the brink|track to)
    threaten(?:s|ed|ing)? to
    doubt(?:s|ed|ful)? (?:that|whether|if)
    if (?:\w+ ){1,10}(?:were|fails?|happens?) (?:to )?
    (?:i'm|i am|we're|we are|am|is|are) (?:sure|confident|hopeful|optimistic|convinced|\
afraid) (?:that|the|we|it)
    in (?:my|our|his|her) (?:view|opinion|judge?ment)
    i guess
    i suppose
    assum(?:e[sd]?|ing) (?:that|the|it)
    impl(?:y|ies|ied) that
    signal(?:s|led|ed)? (?:a|an|that the|growing)
    mixed blessing
    """
)

_ATTRIBUTION = phrase_list(
    r"""
    according to
    said
    says
    say(?:ing)? (?:that|the|it|he|she|they|there)
    t(?:old|ells) (?:\w+ ){1,4}?that
    told
    stat(?:es|ed|ing) (?:that|in)
    announced
    add(?:s|ed) (?:that)
    not(?:es|ed|ing) that
    report(?:s|ed|ing) that
    confirm(?:s|ed|ing)(?: that)?
    explain(?:s|ed)
    observ(?:es?|ed) that
    point(?:s|ed)? out
    acknowledg(?:es|ed) that
    declar(?:es|ed) that
    testif(?:ies|ied)
    wr(?:ites|ote)
    tweet(?:s|ed)
    repl(?:ies|ied)
    admit(?:s|ted)
    den(?:ies|ied)
    indicat(?:es?|ed) that
    remark(?:s|ed)(?: that)?
    conclud(?:es|ed) that
    emphasi[sz](?:es?|ed) that
    stress(?:es|ed) that
    agreed that
    find that
    found that
    show(?:s|ed) that
    warn(?:s|ed|ing)(?: of| that)?
    quoted as
    cited by
    in the words of
    """
)

PHRASES: tuple[tuple[PhraseKind, tuple[str, ...]], ...] = (
    ("skip", _SKIP),
    ("advice", _ADVICE),
    ("outcome", _OUTCOME),
    ("directive", _DIRECTIVE),
    ("hedge", _HEDGE),
    ("attribution", _ATTRIBUTION),
)
"""The phrase lists in the order in which they are tried."""

IMPERATIVES = word_set(
    """
    add always ask assign avoid be begin beware boil bring build check choose clean collect
    communicate conduct conserve consider create decide define develop discuss do don't
    drink eat encourage engage ensure establish evacuate evaluate explain find focus follow
    get give go have hire identify include invest invite involve keep know leave limit
    listen maintain make measure meet monitor never offer organise organize pay pick plan
    post prepare promote protect provide put recruit reduce refrain refuse remember remove
    replace require review run save schedule seek select set share shelter show spend start
    stay stop strengthen support take talk tell test think treat try turn understand update
    upgrade use verify wait walk wash watch wear work write
    """
)
"""Bare verbs that open an instruction."""
