"""Demands in the newsroom's own voice, and reporting verbs whose speaker is lost."""

import pytest

from articles.checks import attribution
from articles.checks.reading import Reading
from tests.articles.checks.desk import NOON, quotes, story

DEMANDS = [
    ("en", "In return, Oss and the West must comply with it.", "West must comply"),
    ("en", "It rained in Velland. Velland must now act.", "Velland must now act"),
    ("en", "The council should resign.", "council should resign"),
    ("en", "The government must not wait.", "government must not wait"),
    ("de", "Die Regierung muss handeln.", "Regierung muss"),
    ("de", "Es regnet. Das Parlament sollte zustimmen.", "Parlament sollte"),
    ("uk", "Уряд повинен діяти.", "Уряд повинен діяти"),
    ("uk", "Іде дощ. Верховна Рада мусить негайно ухвалити зміни.", "Рада мусить негайно ухвалити"),
    ("uk", "Рада безпеки ООН повинна зібратися.", "Рада безпеки ООН повинна зібратися"),
    ("uk", "Прем'єр-міністр мав би піти у відставку.", "Прем'єр-міністр мав би піти"),
    ("uk", "Влада має нарешті відремонтувати міст.", "Влада має нарешті відремонтувати"),
    ("uk", "У Веллану прийшла зима, і Веллана повинна підготуватися.", "Веллана повинна підготуватися"),
    ("uk", "Міністр оборони не чекає. Міністр оборони також повинен відповісти.", "Міністр оборони також повинен відповісти"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "words"), DEMANDS)
def test_a_demand_that_nobody_makes_is_a_hint(language, text, words):
    assert quotes(attribution.demands, text, language=language) == [words]
    assert quotes(attribution.demands, text, language=language, genre="opinion") == []
    [finding] = attribution.demands(Reading(story(text, language=language), NOON))
    assert (finding.code, finding.severity) == ("unattributed-demand", "info")
    assert finding.message == f"Nobody is named who says “{words}”; say whose demand it is."


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The council must resign, she said. According to her, the mayor must go too."),
        ("en", "She demanded that the council should resign. The paper argues the council must go."),
        ("en", "“The council must resign. The mayor must go,” she said."),
        ("en", "“The council must resign. The mayor must go."),
        ("en", "Under the law, the city must invite bids. The treaty is clear: Velland must leave."),
        ("en", "If it rains the council must meet. The council, which must meet, is ill."),
        ("en", "Must the council go? Should it rain, we leave. Should the council meet?"),
        ("en", "Landlords must tell tenants. Lorries must use the bridge. He must rest. Passengers should arrive early."),
        ("en", "The council must have known. The council should be ready by noon. The government should have seen it."),
        ("en", "Former mayor Pal Odry must pay a fine. Velland Odry must appear on Friday. Velland must win in Oss."),
        ("en", "It is a must for Velland. Velland must-see sights. The grape must ferments."),
        ("de", "Die Regierung muss handeln, sagte sie. Laut Gesetz muss die Stadt zahlen. Muss die Regierung gehen?"),
        ("de", "Reisende müssen umsteigen. Der Zug sollte um neun fahren. „Die Regierung muss handeln.“"),
        ("uk", "Уряд повинен діяти, сказала вона. За словами мера, рада повинна зібратися. Уряд, на думку Одри, мусить піти."),
        ("uk", "Вона заявила, що уряд повинен діяти. Опозиція вимагає: уряд мусить піти. Чи уряд повинен піти? Уряд повинен піти?"),
        ("uk", "Згідно із законом місто повинно оголосити тендер. За умовами договору країна мусить вивести війська."),
        ("uk", "Якщо піде дощ, рада повинна зібратися. Рада, яка мусить зібратися, хвора."),
        ("uk", "«Уряд повинен піти. Мер мусить піти». «Уряд повинен піти», — «Рада мусить зібратися»."),
        ("uk", "Парламент має розглянути зміни в четвер. Уряд має кредити. Країни мають документи. Рада має план."),
        ("uk", "Пасажири повинні пересісти. Потяг повинен прибути о дев’ятій. Він мусить відпочити. Вантажівки мусять об’їжджати міст."),
        ("uk", "Міст повинен бути готовий. Уряд повинен бути готовий. Веллана повинна перемогти Осс, і Веллана повинна виграти."),
        ("uk", "Мер повинен сплатити штраф. Уряд повинен був діяти. Рада нікому нічого не повинна."),
        ("fr", "Le gouvernement doit agir."),
    ],
)  # fmt: skip
def test_demands_with_a_speaker_rules_and_likelihoods_are_left_alone(language, text):
    assert quotes(attribution.demands, text, language=language) == []


SPEAKERLESS = [
    ("en", "The spokesman Pal Odry said on Friday, Coast agency. It rained.", "said on Friday, Coast agency"),
    ("en", "It will rain, Odry said, Coast News Agency.", "said, Coast News Agency"),
    ("en", "It will rain, Odry said late on Friday, Reuters.", "said late on Friday, Reuters"),
    ("en", "“It will rain,” said on Friday.", "said on Friday"),
    ("en", "“It will rain,” said.", "said"),
    ("de", "Es regne, sagte Odry am Freitag. Er sagte am Freitag, Agentur Küste.", "sagte am Freitag, Agentur Küste"),
    ("de", "„Es regnet“, sagte am Freitag.", "sagte am Freitag"),
    ("fr", "Il pleut, a déclaré vendredi, agence Côte.", "a déclaré vendredi, agence Côte"),
    ("uk", "Буде дощ, сказав у п’ятницю, агенція «Берег».", "сказав у п’ятницю, агенція «Берег»"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "words"), SPEAKERLESS)
def test_a_reporting_verb_without_a_speaker_is_found(language, text, words):
    assert quotes(attribution.speakers, text, language=language) == [words]
    [finding] = attribution.speakers(Reading(story(text, language=language), NOON))
    assert (finding.code, finding.severity, finding.suggestion) == ("speaker-missing", "warn", "")
    assert finding.message == (
        f"“{words}” does not say who spoke or who reports it; name the speaker, or write “according to”."
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Odry said on Friday, Coast agency reported. Odry said on Friday, according to Coast agency."),
        ("en", "It rained, said Pal Odry of Coast agency. Odry told Reuters. It rained, Odry said, and Reuters saw it."),
        ("en", "“It will rain,” said Pal Odry. “It will rain,” Odry said on Friday. As Odry, who was ill, said."),
        ("en", "“It will rain,” said on Friday the spokesman. Few cared, it must be said."),
        ("en", "Odry, asked what “the law” says, left. He read what it says, Friday, at the Coast Agency."),
        ("de", "Es regne, sagte Odry am Freitag, so die Agentur Küste. „Es regnet“, sagte Odry."),
        ("de", "Das sagte er am Freitag, wie die Agentur Küste meldete. „Es regnet“, sagte am Freitag die Agentur."),
        ("uk", "Буде дощ, сказав Одрі, повідомила агенція «Берег»."),
        ("sv", "Det regnar, sade, Kustens agentur."),
    ],
)  # fmt: skip
def test_sentences_that_name_their_speaker_are_left_alone(language, text):
    assert quotes(attribution.speakers, text, language=language) == []
