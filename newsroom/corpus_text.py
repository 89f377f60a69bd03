"""
Invented news in any number, for measuring: story number n is the same text on every machine. No database here.

A story is about one place, one person, one organisation and one topic, which are its tags; the sentences around them
are drawn from the lists below. It reads like copy from far away and says nothing.
"""

from dataclasses import dataclass
from random import Random

SEED = "newsroom corpus 1"
PLACES, PERSONS, ORGANISATIONS, TOPICS, AUTHORS = 600, 1200, 700, 500, 200
SECTIONS = ["World", "Business", "Science", "Health", "Regions", "Stage and Screen"]
GENRES = ["news"] * 14 + ["background"] * 2 + ["analysis", "analysis", "reportage", "interview"]
TAIL = 12  # the smaller, the more often the first names of each list are drawn

_PLACE_HEADS = (
    "Alder Brack Calder Dunn Elm Fallow Garr Harrow Inver Kell Larch Marr Nether Orm Penn Quarry Raven Sall Thorn Ulver "
    "Vell Wester Yarrow Copper Ember"
).split()
_PLACE_TAILS = (
    "bridge bury cliff combe dale end fell field ford gate ham haven holm hythe lea minster mouth ness port quay stead "
    "thorpe wick wold"
).split()
_FIRST_NAMES = (
    "Adela Anton Beata Bruno Carla Cosmin Dalia Daro Edith Emil Fenna Florin Greta Goran Halina Hugo Ines Ivo Jana Jonas "
    "Katya Karel Leonie Lukas Magda Marek Nadia Nils Olena Oskar Paula Petro Renata Roman Selma Stefan Tamar Tomo Vera Viktor"
).split()
_LAST_NAMES = (
    "Abelard Bracken Corvin Dremmel Eskola Farrant Gorski Hallam Ivarsen Jessop Kovalt Lindgard Morrow Narvik Olander Pryde "
    "Quist Rademar Sorrell Tamsin Ulrich Varga Westerby Yelland Zabel Arden Bellamy Castor Danek Ferro"
).split()
_BODIES = (
    "Water Authority|Chamber of Trade|Harbour Company|University|Housing Association|Transport Board|Theatre|Hospital Trust|"
    "Institute of Technology|Growers’ Union|Energy Cooperative|Rowing Club|Savings Bank|Museum of Work|Teachers’ Federation|"
    "Fire Service|Film Fund|Steelworks|Weather Office|Tenants’ League|Ferry Line|Botanical Garden|Youth Orchestra|"
    "Cancer Centre|Port Authority|Library Trust|Printing House|Airport|Textile Works|Observatory|Railway Works|Court of Audit|"
    "Food Bank|Forest Service|Brewery"
).split("|")
_AREAS = (
    "bus lanes|school meals|flood walls|night trains|heat networks|village halls|care homes|wind farms|fishing quotas|"
    "public libraries|evening classes|hospital wards|rental flats|cycle paths|grain stores|solar roofs|swimming baths|"
    "ferry crossings|music schools|police stations|market stalls|sea dykes|data centres|tram depots|vaccine stocks"
).split("|")
_SORTS = (
    "coastal rural urban regional temporary shared abandoned modern historic smaller private protected northern southern eastern "
    "western upland island subsidised digital neglected unfinished cross-border seasonal communal"
).split()
_ROLES = (
    "director|chair|spokeswoman|spokesman|chief engineer|deputy director|head of planning|treasurer|member of the board|"
    "researcher|legal adviser|project manager"
).split("|")
_SMALL = "three four five six seven eight nine ten eleven twelve".split()

_HEADLINES = (
    "{org} puts {topic} first|{place} argues over {topic}|{topic_up}: {last} asks for more time|{org} and the price of {topic}|"
    "Why {place} wants {topic}|{number} million for {topic} in {place}|{last} defends plan for {topic}|"
    "{topic_up} return to {place}|{org} halts work on {topic}|What {topic} mean for {place}|"
    "{place} votes on {topic} a second time|{person} to lead {org}|Fewer {topic}, more complaints in {place}|"
    "{org} finds a way to keep {topic}|Court stops new {topic} in {place}"
).split("|")
_KICKERS = "Planning|Public money|The region|Decision|Dispute|Figures|Looking back|The week ahead".split("|")
_LEADS = (
    "{org} will spend {number} million crowns on {topic} in {place}, {person}, its {role}, announced after a meeting that lasted {small} hours.|"
    "After {small} years of argument, {place} has decided what is to become of {topic}.|"
    "The plan for {topic} in {place} has failed for the time being. {Org} withdrew its application, its {role} said.|"
    "{person} had {small} minutes to explain why {topic} matter to {place}, and used all of them.|"
    "In {place} the number of {topic} has fallen by {share} per cent within {small} years, according to figures that {org} has published.|"
    "Residents of {place} can expect to see the first results of the programme for {topic} within {small} months.|"
    "{org} wants to hand over responsibility for {topic} to the town of {place}, which has not asked for it."
).split("|")
_STANDFIRSTS = (
    "{org} has set aside {number} million crowns. In {place} not everybody is grateful.|"
    "The figures are better than last year’s, and still {person} is not content.|"
    "What began as a question about {topic} has become one about trust.|"
    "{small_up} offers, two experts and one answer: how {place} came to its decision.|"
    "{person} speaks of a beginning, the opposition in the council of an end.|"
    "A report lists {small} mistakes. The people responsible recognise two of them."
).split("|")
_MIDDLES = (
    "The decision was preceded by {small} public hearings, at which {many} people spoke.|"
    "According to the annual report of {org}, {topic} cost {number} million crowns last year, {share} per cent more than the year before.|"
    "Some {many} households in and around {place} are affected, the town’s statistics office says.|"
    "The council of {place} had asked for an independent opinion, which runs to {pages} pages and was kept confidential until now.|"
    "It recommends closing the gap in {small} steps, the first of which would take effect at the turn of the year.|"
    "A similar attempt failed {small} years ago, when the region withdrew its share of the money.|"
    "The building inspectors found {small} defects, none of which they regard as dangerous.|"
    "For comparison: neighbouring towns of the same size pay between {from_to} crowns per inhabitant.|"
    "The contract runs for {small} years and can be extended once, provided that both sides agree in writing.|"
    "Of {many} people who answered a survey, {share} per cent said that they would use the offer at least once a week.|"
    "Work is to begin as soon as the weather permits and to be finished within {months} months.|"
    "The region contributes {share} per cent of the cost; for the rest {place} has to take out a loan.|"
    "Two of the {small} companies that had submitted bids have lodged a complaint about the procedure.|"
    "What will happen to the {many} square metres that become vacant has not been decided.|"
    "{org} was founded as an association of {many} members and today employs {pages} people.|"
    "The files show that the first warnings reached the authority {months} months earlier than it had admitted.|"
    "On the ground there is little to be seen of this so far, except for a fence and a sign.|"
    "Experts regard {topic} as a test of whether large plans can still be carried out in small towns.|"
    "The figures are preliminary, the authority points out, because {small} districts have not reported yet.|"
    "A second reading is planned before the summer recess; a majority is not in sight.|"
    "Whoever wants to see the documents can do so in the town hall of {place} during opening hours.|"
    "The auditors had criticised that nobody kept a list of what had been bought, and from whom.|"
    "Since then the waiting time has fallen from {months} weeks to {small}, and the number of complaints by a third."
).split("|")
_QUOTES = (
    "“We have {small} months, and we will need every one of them,” said {person}, {role} of {org}.|"
    "“Nobody here is against {topic},” said {last}. “We are against paying for them twice.”|"
    "“If we wait until all agree, there will be nothing left to agree about,” {last} said in the council.|"
    "“This is not a gift to {place},” said {person}. “It is the repayment of a debt.”|"
    "“I have read the {pages} pages,” said {last}. “The answer is on the first of them.”|"
    "“One can count it this way or that way,” a {role} of {org} said. “It does not become more.”|"
    "“My grandmother would have called it common sense,” said {last}, who was born in {place}.|"
    "“What we lack is not money but people who know how to do it,” {person} said when asked about the delay.|"
    "“Ask me again in {small} years,” said {last}, and closed the file."
).split("|")
_CROSSHEADS = (
    "What it costs|Doubts in the council|A long history|How others do it|The next steps|Small print|What residents say|"
    "A question of trust"
).split("|")
_ENDINGS = (
    "The council of {place} will return to the matter at its next meeting.|"
    "{org} intends to publish the results in full, on paper as well.|"
    "Until then everything stays as it is, which in {place} is not the worst thing that can be said.|"
    "{last} will be watching, from the third row, with a pencil.|"
    "A decision is not expected before the end of the year."
).split("|")


@dataclass(frozen=True)
class Text:
    """
    One invented story.

    paragraphs: [(kind, text)] as `body.from_paragraphs` takes them. place, person, organisation and topic are numbers
    for `tag_name`, authors and section numbers too.
    """

    headline: str
    kicker: str
    standfirst: str
    paragraphs: list
    genre: str
    section: int
    authors: list
    place: int
    person: int
    organisation: int
    topic: int


def place_name(number):
    head, tail = divmod(_spread(number, PLACES), len(_PLACE_TAILS))
    return _PLACE_HEADS[head] + _PLACE_TAILS[tail]


def person_name(number):
    first, last = divmod(_spread(number, PERSONS), len(_LAST_NAMES))
    return f"{_FIRST_NAMES[first]} {_LAST_NAMES[last]}"


def organisation_name(number):
    place, body = divmod(_spread(number, ORGANISATIONS), len(_BODIES))
    return f"{place_name(place)} {_BODIES[body]}"


def topic_name(number):
    """Topic 0 is the one that 8 in 100 stories carry."""
    sort, area = divmod(_spread(number, TOPICS), len(_AREAS))
    return f"{_SORTS[sort]} {_AREAS[area]}"


def author_name(number):
    first, last = divmod(_spread(number * 5 + 1, PERSONS), len(_LAST_NAMES))
    return f"{_FIRST_NAMES[first]} {_LAST_NAMES[-1 - last]}"


def _spread(number, size):
    """Shuffle 0..size-1 so that neighbours are unlike each other: 377 shares no factor with any of the sizes."""
    return number * 377 % size


def carries_the_big_tag(number):
    """Exactly two in 25 stories, so 8 in 100."""
    return number % 25 in (7, 19)


def text(number):
    """Return story ``number`` (0, 1, 2 ...)."""
    rng = Random(f"{SEED}/{number}")
    about = {
        "place": _rank(rng, PLACES),
        "person": _rank(rng, PERSONS),
        "organisation": _rank(rng, ORGANISATIONS),
        "topic": 0 if carries_the_big_tag(number) else 1 + _rank(rng, TOPICS - 1),
    }
    words = _Words(rng, **about)
    return Text(
        headline=upper_first(rng.choice(_HEADLINES).format_map(words)),
        kicker=rng.choice(_KICKERS),
        standfirst=upper_first(rng.choice(_STANDFIRSTS).format_map(words)),
        paragraphs=_paragraphs(rng, words),
        genre=rng.choice(GENRES),
        section=rng.randrange(len(SECTIONS)),
        authors=rng.sample(range(AUTHORS), 2 if rng.random() < 0.15 else 1),
        **about,
    )


def _rank(rng, size):
    """Return 0..size-1, small numbers often and large ones seldom: a long tail."""
    return int(TAIL * ((size / TAIL + 1) ** rng.random() - 1)) % size


class _Words(dict):
    """What a sentence's {names} stand for; figures are drawn anew wherever they occur."""

    def __init__(self, rng, *, place, person, organisation, topic):
        body = organisation_name(organisation)
        super().__init__(
            place=place_name(place),
            person=person_name(person),
            last=person_name(person).split()[-1],
            org=f"the {body}",
            Org=f"The {body}",
            topic=topic_name(topic),
            topic_up=upper_first(topic_name(topic)),
            role=rng.choice(_ROLES),
        )
        self.rng = rng

    def __missing__(self, name):
        return _FIGURES[name](self.rng)


_FIGURES = {
    "small": lambda rng: rng.choice(_SMALL),
    "small_up": lambda rng: rng.choice(_SMALL).capitalize(),
    "number": lambda rng: rng.randrange(2, 90),
    "share": lambda rng: rng.randrange(13, 80),
    "many": lambda rng: f"{rng.randrange(1200, 9900):,}",
    "pages": lambda rng: rng.randrange(60, 400),
    "months": lambda rng: rng.randrange(13, 40),
    "from_to": lambda rng: f"{rng.randrange(8, 40)} and {rng.randrange(45, 90)}",
}


def _paragraphs(rng, words):
    """A lead, five paragraphs of facts with a quotation each, two crossheads, an ending: about 450 words."""
    facts, quotes = rng.sample(_MIDDLES, 18), rng.sample(_QUOTES, 5)
    heads = rng.sample(_CROSSHEADS, 2)
    written = [("paragraph", [rng.choice(_LEADS), facts[0]])]
    for turn in range(5):
        if turn in (2, 4):
            written.append(("crosshead", [heads.pop()]))
        written.append(("paragraph", facts[1 + 3 * turn : 4 + 3 * turn]))
        written.append(("paragraph", [quotes[turn]]))
    written.append(("paragraph", [*facts[16:], rng.choice(_ENDINGS)]))
    return [
        (kind, " ".join(upper_first(part.format_map(words)) for part in parts)) for kind, parts in written
    ]


def upper_first(text):
    return text[0].upper() + text[1:]
