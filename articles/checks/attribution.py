"""Who says so: demands in the newsroom's own voice, and reporting verbs whose speaker or agency hangs in the air."""

import re

from django.utils.translation import gettext as _

from articles.checks.finding import INFO, WARN
from articles.checks.reading import sentence_end, sentence_start
from articles.checks.speech import REPORTING, unquoted

# What follows where something is likely, ordered by a court, or a matter of sport.
_DUTIES = (
    "(?:not|have|be|come|see|pay|repay|appear|serve|register|submit|file|wear|apply|face|win|beat|score)"
)
_UKRAINIAN_DUTIES = (
    "(?:бути|стати|статися|відбутися|прибути|з[’'ʼ]явитися|сплатити|виплатити|відшкодувати|повернути|подати|зареєструвати(?:ся)?|"
    "відбути|перемогти|виграти|програти|забити|набрати)"
)
_SOON = "негайно|терміново|нарешті|обов[’'ʼ]язково|передусім|насамперед"
# Whose a body is, between it and the verb: "Рада безпеки ООН повинна".
_WHOSE = (
    "(?:України|держави|країни|області|міста|району|міністрів|безпеки(?: ООН)?|ООН|оборони|(?:внутрішніх|закордонних) справ|фінансів|"
    "юстиції|охорони здоров[’'ʼ]я|освіти(?: і науки)?|економіки|енергетики)"
)
# Per language: the demanding verb with what follows it. "must have", "should be" say what is likely as often as not.
_DEMAND = {
    "en": r"(?P<who>[\w’'-]+)(?: (?:also|now|therefore|first|finally|still))?"
    rf" (?:must|should) (?:(?:not|never|also|now|first) )?(?!{_DUTIES}\b)[a-z]+",
    "de": r"(?P<who>[\w-]+) (?:muss|müssen|sollte|sollten)",
    # "має ухвалити" says what is planned as often as not; "мав би ухвалити" does not, nor does "має негайно ухвалити".
    "uk": rf"(?P<who>[\w’'-]+)(?: {_WHOSE})?(?: (?:також|тепер|нині|нарешті))?"
    rf" (?:(?:повин(?:ен|на|но|ні)|мус(?:ить|ять)|ма(?:в|ла|ло|ли) би?)(?: (?:не|також|тепер|{_SOON}))?|ма(?:є|ють) (?:{_SOON}))"
    rf" (?!{_UKRAINIAN_DUTIES}\b)\w{{2,}}ти(?:ся|сь)?",
}
# Who can be told what to do by politics, beside those with a name. "Lorries must use the bridge" only says how it is.
_BODIES = {
    "en": "government council parliament ministry minister president governor mayor commission union party opposition army "
    "coalition congress senate state city country allies authorities court chancellor cabinet assembly eu un nato us uk",
    "de": "regierung bundesregierung landesregierung rat stadtrat parlament bundestag landtag ministerium minister ministerin präsident "
    "präsidentin kommission partei opposition koalition bund land stadt senat kanzler kanzlerin eu nato uno usa",
    "uk": "уряд парламент рада міськрада облрада кабінет кабмін міністерство міністр міністерка президент президентка прем’єр прем’єрка "
    "прем’єр-міністр прем’єр-міністерка канцлер канцлерка губернатор губернаторка мер мерка мерія комісія єврокомісія партія опозиція коаліція "
    "фракція армія сенат конгрес асамблея держава країна країни місто громада громади влада союзники партнери прокуратура поліція нацбанк "
    "депутати єс євросоюз нато оон сша",
}
_BODIES = {language: set(names.split()) for language, names in _BODIES.items()}
# At the start of a sentence all words have capitals; a name has one elsewhere too.
_NAMED = {
    "en": re.compile(r"[\w,;] (?!I\b)([A-Z][\w’'-]*)"),
    "uk": re.compile(r"[\w,;] ([А-ЯЄІЇҐ][\w’'-]*)"),
}
_FAR = 1000  # characters of a sentence on either side
# Before the verb: a rule that says so, or a condition.
_RULED = {
    "en": r"law|bill|act|rules?|ruling|regulations?|under|constitution|contracts?|treaty|agreement|deal|plans?|proposals?|demands?|"
    r"motion|resolution|statement|letter|report|conditions?|terms|if|whether|that|why|how|when|unless|until|before|so|who|which|in order to",
    "de": r"gesetz|verfassung|regeln?|vertrag|abkommen|plan|antrag|beschluss|brief|bericht|bedingung|wenn|ob|dass|warum|wie|bevor|damit|die|der|das",
    "uk": r"закон\w*|законопро[єе]кт\w*|конституці\w+|правил\w*|регламент\w*|указ\w*|договор\w*|угод\w*|контракт\w*|план\w*|пропозиці\w+|вимог\w+|"
    r"резолюці\w+|заяв\w+|лист(?:а|у|і|ом)?|звіт\w*|умов\w*|рішення\w*|ухвал\w*|згідно|відповідно|якщо|якби|коли|доки|поки|щойно|що|щоб|аби|чи|чому|"
    r"як|хто|де|який|яка|яке|які|якого|якої|яких|перш ніж|через те",
}


def demands(reading):
    """Find "must" and "should" in genre news that stand in the newsroom's own voice: no speaker, no rule, no condition."""
    if reading.content["genre"] != "news" or reading.language not in _DEMAND:
        return
    pattern = re.compile(rf"(?<![\w’'-]){_DEMAND[reading.language]}(?!\w)")
    names = _NAMED.get(reading.language)
    named = set(names.findall(reading.texts)) if names else set()
    for passage in reading.of("body"):
        text = unquoted(passage.text) if passage.kind == "paragraph" else ""
        for found in pattern.finditer(text):
            who = found["who"].replace("'", "’").replace("ʼ", "’")
            a_body = found["who"] in named or who.casefold() in _BODIES[reading.language]
            if a_body and not _is_attributed(reading.language, *_sentence(passage.text, text, found)):
                message = _("Nobody is named who says “%(words)s”; say whose demand it is.") % {
                    "words": found[0]
                }
                yield passage.finding("unattributed-demand", INFO, found.span(), message)


def _sentence(whole, text, found):
    """Return the sentence around the demand without its quotations, what of it stands before, and its last marks."""
    low = max(0, found.start() - _FAR)
    near = whole[low : found.end() + _FAR]
    start = low + sentence_start(near, found.start() - low)
    end = low + sentence_end(near, found.end() - low)
    return text[start:end], text[start : found.start("who")], whole[:end][-3:]


def _is_attributed(language, sentence, before, marks):
    """Whether somebody says it, a rule or a condition does, or it is a question."""
    if language == "de":
        before = re.sub(r"^\w+ $", "", before)  # the subject's own article
    ruled = re.search(rf"\b(?:{_RULED[language]})\b", before, re.I)
    reported = re.search(rf"\b(?:{REPORTING[language]})\b", sentence, 0 if language == "de" else re.I)
    return bool(ruled or reported) or ":" in before or "?" in marks


_AGENCIES = r"Reuters|AFP|AP|DPA|dpa|APA|Interfax|TASS|Tass|Xinhua|Ukrinform|Anadolu|ANSA|EFE|PAP|RIA(?: Novosti)?|PA Media|Bloomberg|Kyodo"
_NAME = r"[A-ZÄÖÜА-ЯЄІЇҐ][\w&-]*(?: [A-ZÄÖÜА-ЯЄІЇҐ][\w&-]*){0,2}"
_ENDS = r"(?=[”\"»]?(?:[.;]|$))"
# Per language: verb, perhaps a day, comma, and an agency that no word connects: "said on Friday, Interfax agency."
_DANGLING = {
    "en": rf"(?:said|says|announced|stated|added|declared)(?: (?:on|late|early|this|last|yesterday|today)\b[^,.;:“”]{{0,25}})?, "
    rf"(?:(?:the )?{_NAME}(?<![Aa]gency) (?:[Nn]ews |[Pp]ress )?[Aa]gency|(?:the )?[Aa]gency {_NAME}|(?:{_AGENCIES}))",
    "de": r"(?:sagte|erklärte|betonte|mitteilte|teilte mit)(?: (?:am|gestern|heute)\b[^,.;:„“]{0,25})?, "
    rf"(?:(?:die )?(?:Nachrichtena|A|a)gentur {_NAME}|(?:{_AGENCIES}))",
    "fr": rf"a (?:dit|déclaré|affirmé|annoncé)(?: (?:hier|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche))?, "
    rf"(?:(?:l[’'])?agence {_NAME}|(?:{_AGENCIES}))",
    "uk": rf"(?:сказа|заяви|повідоми)(?:в|ла|ли)(?: [ув] [\w’'ʼ]+)?, (?:агенці[яї]|агентство) «?{_NAME}»?",
}
# ... or a verb after a closed quotation with nobody behind it: “It rains,” said on Friday.
_SPEAKERLESS = {
    "en": r"(?<=,[”\"] )(?:said|says|added|announced)(?: on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day| yesterday| today)?",
    "de": r"(?<=[“\"], )(?:sagte|erklärte|betonte)(?: am (?:Mon|Diens|Donners|Frei|Sams|Sonn)tag| am Mittwoch| gestern| heute)?",
}


def speakers(reading):
    """Find reporting verbs without a speaker, or with an agency behind them that nothing connects."""
    wordings = [table[reading.language] for table in (_DANGLING, _SPEAKERLESS) if reading.language in table]
    if not wordings:
        return
    pattern = re.compile("|".join(rf"(?:(?<!\w)(?:{wording}){_ENDS})" for wording in wordings))
    for passage in reading.of("standfirst", "body"):
        for found in pattern.finditer(passage.text):
            message = _(
                "“%(words)s” does not say who spoke or who reports it; name the speaker, or write “according to”."
            )
            message %= {"words": found[0]}
            yield passage.finding("speaker-missing", WARN, found.span(), message)
