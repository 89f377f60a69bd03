"""Words such as "on Friday", which say nothing to a reader who does not know on which day they were written."""

import re

from django.utils.translation import gettext as _

from articles.checks.finding import WARN

_FEW = r"(?:few|couple of|several|two|three|four|five|\d+) "
# Per language: words that lean on the day of writing.
_RELATIVE = {
    "en": r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
    rf"|(?i:(?:in|over|during|within|for) the (?:last|past) (?:{_FEW})?(?:days|hours|24 hours)(?! (?:of|before)\b)"
    r"|in recent days|(?:these|the) past days(?! of\b)|yesterday|last night|earlier this week)",
    "de": r"(?:Mon|Diens|Donners|Frei|Sams|Sonn)tag(?:s?abend|morgen|mittag|vormittag|nachmittag|nacht|früh)?"
    r"|Mittwoch(?:s?abend|morgen|mittag|vormittag|nachmittag|nacht|früh)?|Sonnabend"
    r"|(?i:(?:in|während) den (?:letzten|vergangenen) (?:\w+ )?(?:Tagen|Stunden)(?! (?:des|der|vor)\b)|gestern|vorgestern)",
    "fr": r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)"
    r"|(?i:ces derniers jours|(?:au cours|pendant|durant|lors) (?:des|les) (?:\w+ )?derniers jours(?! (?:de|du|des|d’)))|(?<!d’)(?<!d')hier",
    "es": r"(?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)"
    r"|(?i:en (?:los últimos|estos) (?:\w+ )?días(?! de\b)|anoche)|(?<!de )(?<!el )ayer",
    "uk": r"понеділ(?:ок|ка|ку)|вівтор(?:ок|ка|ку)|серед(?:а|у|и)|четвер(?:га|гу)?|п[’'ʼ]ятниц(?:я|ю|і)|субот(?:а|у|и)|неділ(?:я|ю|і)"
    r"|(?i:останніми днями|(?:за|в|у) останні (?:\w+ )?дні|(?:протягом|впродовж) останніх (?:\w+ )?днів)|[ву]чора",
}
# Names that hold a weekday.
_NAMES = {
    "": r"Black Friday|Cyber Monday|Fridays for Future|Super Tuesday|Bloody Sunday",
    "en": r"(?:Good|Man|Girl|Freaky|Casual|Holy|Fat|Ash|Maundy|Spy|Easter|Whit|Palm|Shrove|Giving|Pancake|Ruby|Plough|Stir-up|"
    r"Remembrance|Pentecost|Trinity|Passion|Mothering|Advent|Blue|Big|Wicked|Joe|Super Bowl) (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
    r"|(?:Mon|Tues|Thurs|Fri|Satur|Sun)day (?:Night|Times|Telegraph|Mirror|Mail|Express|Post|People|Independent|World|Club)|Sunday Bloody Sunday"
    r"|Sheffield Wednesday|(?:Mail|Scotland) on Sunday|Friday the 13th|Friday the Thirteenth|Wednesday Addams|Robin Friday|Billy Sunday|Happy Monday",
    "de": r"(?:Blauer?|Blauen|Schwarze[rn]?|Weiße[rn]?|Dicke[rn]?|Grüne[rn]?) (?:Mon|Frei|Sonn|Donners)tag"
    r"|(?:Bild|Welt|Tagesspiegel|NZZ) am Sonntag|[Dd]er „?Freitag“",
    "fr": r"(?:[Mm]ercredi des Cendres|(?:[Jj]eudi|[Vv]endredi|[Ss]amedi) saint|[Ll]undi de (?:Pâques|Pentecôte)|[Mm]ardi gras|dimanche des Rameaux"
    r"|dimanche de Pâques|[Jj]ournal du dimanche)",
    "es": r"domingo de (?:Ramos|Resurrección|Pascua)|(?:jueves|viernes|sábado) santo|miércoles de ceniza|martes y trece|martes de carnaval",
    "uk": r"[Чч]орн\w+ п[’'ʼ]ятниц\w+|[Вв]ербн\w+ неділ\w+|[Чч]ист\w+ четвер\w*|[Сс]трасн\w+ п[’'ʼ]ятниц\w+",
}
# A weekday with its date beside it: "on Friday, 11 March", "Freitag, den 11. März", "le vendredi 11 mars", "Friday (March 11)".
_DATE_FOLLOWS = r"(?!,? ?\(?(?:the |den |dem )?\d{1,2}\b(?! ?(?:people|Uhr|h\b|[ap]\.?m))|,? \(?[A-Z]\w{2,8}\.? \d{1,2}\b)"


def relative_days(reading):
    """Find the first weekday or "in the last days" in a story that does not say on which day it was written."""
    if reading.content["datelines"]["date"] or reading.language not in _RELATIVE:
        return
    pattern = re.compile(rf"(?<!\w)(?:{_RELATIVE[reading.language]})(?!\w){_DATE_FOLLOWS}")
    names = re.compile(rf"\b(?:{_NAMES['']}|{_NAMES[reading.language]})\b")
    for passage in reading.of("headline", "standfirst", "body", "lead_caption"):
        text = names.sub(lambda name: "\0" * len(name[0]), passage.text)
        if found := pattern.search(text):
            message = _(
                "“%(words)s” leans on the day of writing and the dateline has no date; give the dateline its date."
            )
            message %= {"words": found[0]}
            yield passage.finding("dateline-date", WARN, found.span(), message)
            return
