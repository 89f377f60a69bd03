"""Copy becomes pieces: what each line is taken for, and what stays text because nobody could be sure."""

import pytest

from wire.parsers.text import parse
from wire.story import CopyError, Removed, TickerLine

TAIL = "The council meets again in May.\nNo date is set for the vote."


def read(text, **options):
    return parse(text.encode(), **options)


def kinds(story):
    """Return [(kind, words)] of all pieces in order."""
    return [(piece.kind, story.text[piece.start : piece.end]) for piece in story.pieces]


def test_dirty_copy_is_taken_apart_and_not_repaired():
    story = read(
        "Duke sees “some movement” in talks with Orrin\n"
        "Men of one mind: the Duke of Velm received his neighbour. He spoke of “movement”.\n"
        "R.UK Duke Anselm sees “some movement” in the talks.\n"
        "Envoys have met three times. “We will go on. As far as we know, Orrin is thinking.\n"
        ">>> Read all the progress of the talks in the live ticker\n"
        "Orrin’s envoy did not rule out a meeting. “But both sides must want it.”\n"
        ". “Amateur cheese specialist. Reader. Hardcore introvert. Freelance gardener.”"
    )
    assert kinds(story) == [
        ("headline", "Duke sees “some movement” in talks with Orrin"),
        ("standfirst", "Men of one mind: the Duke of Velm received his neighbour. He spoke of “movement”."),
        ("paragraph", "R.UK Duke Anselm sees “some movement” in the talks."),
        ("paragraph", "Envoys have met three times. “We will go on. As far as we know, Orrin is thinking."),
        ("scrap", ">>>"),
        ("ticker", "Read all the progress of the talks in the live ticker"),
        ("paragraph", "Orrin’s envoy did not rule out a meeting. “But both sides must want it.”"),
        ("byline_note", ". “Amateur cheese specialist. Reader. Hardcore introvert. Freelance gardener.”"),
    ]
    assert story.ticker_lines == [TickerLine("Read all the progress of the talks in the live ticker", 2)]
    assert (
        story.byline_note == ". “Amateur cheese specialist. Reader. Hardcore introvert. Freelance gardener.”"
    )
    assert story.warnings == []
    assert story.removed == [
        Removed("scrap", ">>>", ""),
        Removed("ticker", "Read all the progress of the talks in the live ticker", "ticker_links"),
        Removed("byline_note", story.byline_note, "byline_note"),
    ]


# Paragraphs


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"])
def test_each_line_is_a_paragraph_where_no_blank_line_is(end):
    story = read(end.join(["Bridge opens", "After two years.", "Trams run.", "Buses too.", "", ""]))
    assert (story.headline, story.standfirst) == ("Bridge opens", "After two years.")
    assert story.paragraphs == [("paragraph", "Trams run."), ("paragraph", "Buses too.")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_blank_lines_part_paragraphs_and_join_wrapped_lines(end):
    story = read(
        end.join(
            ["Bridge", "opens", "", "After two", "  years.", " \t", "Trams", "run.", "", "", "Buses too."]
        )
    )
    assert (story.headline, story.standfirst) == ("Bridge opens", "After two years.")
    assert story.paragraphs == [("paragraph", "Trams run."), ("paragraph", "Buses too.")]
    assert story.warnings == []


def test_white_space_folds_and_no_break_spaces_stay():
    assert (
        read("Le  prix\t: 3\u00a0% «\u202fnet\u202f»\nTexte.\nFin.").headline
        == "Le prix : 3\u00a0% «\u202fnet\u202f»"
    )


def test_lines_too_long_to_be_hard_wrapped_are_joined_with_a_warning():
    long = (
        "The mayor said that the bridge would open to trams and to buses and in the end to cars as well, " * 2
    )
    story = read(f"Bridge opens\n\nAfter two years.\n\n{long}\n{long}\n\n{TAIL}")
    assert [doubt.code for doubt in story.warnings] == ["joined-lines"]


def test_unseen_characters_are_scrap_listed_as_escapes():
    story = read("\x02Bridge\u200b opens\x07\nAfter\u00adwards.\nTrams\x0brun.\x07\nEnd.")
    assert (story.headline, story.standfirst, story.paragraphs[0][1]) == (
        "Bridge opens",
        "Afterwards.",
        "Trams run.",
    )
    assert story.removed == [
        Removed("scrap", "\\x02", ""),
        Removed("scrap", "\\u200b", ""),
        Removed("scrap", "\\x07", "", 2),
        Removed("scrap", "\\xad", ""),
        Removed("scrap", "\\x0b", ""),
    ]
    assert kinds(story)[:4] == [
        ("scrap", "\x02"),
        ("headline", "Bridge"),
        ("scrap", "\u200b"),
        ("headline", "opens"),
    ]


def test_lines_without_a_letter_or_digit_and_the_end_mark_are_scrap():
    story = read("* * *\nBridge opens\nAfter two years.\nTrams run.\n+++\nBuses too.\n-30-")
    assert story.headline == "Bridge opens"
    assert story.paragraphs == [("paragraph", "Trams run."), ("paragraph", "Buses too.")]
    assert [removed.text for removed in story.removed] == ["* * *", "+++", "-30-"]


# Headline and standfirst


def test_a_first_line_of_300_characters_is_a_headline_and_one_of_301_is_refused():
    assert len(read("B" * 300).headline) == 300
    with pytest.raises(CopyError) as refused:
        read("B" * 301)
    assert str(refused.value) == (
        "The first line has 301 characters and a headline at most 300; put the headline on a line of its own."
    )


def test_a_first_paragraph_joined_beyond_300_characters_is_refused():
    with pytest.raises(CopyError):
        read("\n".join(["The bridge opens to trams and buses."] * 10) + "\n\nText.")


@pytest.mark.parametrize(
    ("second", "rest", "standfirst"),
    [
        ("After two years.", TAIL, "After two years."),
        ("A" * 400, TAIL, "A" * 400),
        ("A" * 401, TAIL, ""),
        ("MARROW, March 2 (nwa) - Trams run.", TAIL, ""),
        ("MARROW, March 2 (nwa) -", TAIL, ""),
        ("Trams run.", "", ""),
        ("Trams run.", "“Reader. Author. Hardcore introvert.”", ""),
        (">>> All in the live ticker", f"After two years.\n{TAIL}", "After two years."),
        ("By Ana Petrenko", f"After two years.\n{TAIL}", "After two years."),
    ],
)
def test_the_second_paragraph_is_the_standfirst_unless(second, rest, standfirst):
    assert read(f"Bridge opens\n{second}\n{rest}").standfirst == standfirst


def test_copy_of_one_line_is_a_headline():
    story = read("KYIV, March 11 (Agency) -")
    assert (story.headline, story.dateline) == ("KYIV, March 11 (Agency) -", "")


# Datelines


@pytest.mark.parametrize(
    "dateline",
    [
        "KYIV, March 11 (Agency) -",
        "KYIV, Ukraine, March 11, 2025 (Agency) --",
        "NEW MARROW/ORRIN, 11 March (nwa) –",
        "Ellernau (nwa) -",
        "Ellernau/Velm (nwa) –",
        "BELCASTRE, le 9 avril 2025 (Agence du Littoral) –",
        "Villa Clara, 11 mar (Sur).-",
        "КИЇВ, 11 березня (Північна агенція) —",
        "WASHINGTON —",
        "MARROW, Tuesday, March 11 -",
        "القاهرة 11 مارس (وكالة الساحل) -",
    ],
)
def test_a_dateline_heads_the_first_paragraph_or_stands_before_it(dateline):
    head = read(f"Bridge opens\nAfter two years.\n{dateline} Trams run again.\n{TAIL}")
    assert (head.dateline, head.paragraphs[0]) == (dateline, ("paragraph", "Trams run again."))
    if dateline != "WASHINGTON —":
        alone = read(f"Bridge opens\nAfter two years.\n{dateline}\nTrams run again.\n{TAIL}")
        assert (alone.dateline, alone.paragraphs[0]) == (dateline, ("paragraph", "Trams run again."))


@pytest.mark.parametrize(
    "sentence",
    [
        "NATO – the alliance of 32 – has said no.",
        "UNICEF — the children’s fund — has said no.",
        "Mira Holt (SPD) – long a critic – has said no.",
        "Mira Holt (SPD) – Eine Kritikerin sagt nein.",
        "On March 11 - a Tuesday - trams ran.",
        "U.S. officials - two of them - came.",
        "The bridge - all of it - is open.",
        "A well-kept bridge is open.",
        "Trams, buses (both) - run.",
    ],
)
def test_a_sentence_with_dashes_is_no_dateline(sentence):
    story = read(f"Bridge opens\nAfter two years.\n{sentence}\n{TAIL}")
    assert (story.dateline, story.paragraphs[0]) == ("", ("paragraph", sentence))


@pytest.mark.parametrize(
    "headline", ["Election Day, March 11", "Harbour strike (update)", "PARIS – Eine Stadt wartet"]
)
def test_a_headline_is_not_lost_to_the_dateline(headline):
    assert read(f"{headline}\nAfter two years.\n{TAIL}").headline == headline


def test_only_the_first_dateline_is_taken_and_none_below_the_first_paragraph():
    story = read("Bridge opens\nAfter two years.\nTrams run.\nMARROW, March 2 (nwa) - Buses too.\n" + TAIL)
    assert (story.dateline, story.paragraphs[1][1]) == ("", "MARROW, March 2 (nwa) - Buses too.")


# Byline lines


@pytest.mark.parametrize(
    "line",
    [
        "By Ana Petrenko",
        "BY ANA PETRENKO",
        "By Ana Petrenko and J. K. Holm, Harbour News Agency",
        "Von Karin von der Aue",
        "Par Solange d’Arrieu (Agence du Littoral)",
        "Por María de la Cruz",
        "Автор: Остап Гнатів",
        "Від Марії Дзвінки",
        "بقلم سلمى الخطيب",
    ],
)
def test_a_byline_line_near_the_top_is_taken(line):
    story = read(f"Bridge opens\nAfter two years.\n{line}\nTrams run.\n{TAIL}")
    assert (story.byline, story.paragraphs[0][1]) == (line, "Trams run.")


@pytest.mark.parametrize(
    "line",
    [
        "By the river",
        "By Friday",
        "Von der Leyen gewinnt",
        "By Ana Petrenko’s own account, trams run.",
        "Par avion",
        "By 2030",
    ],
)
def test_other_lines_that_begin_like_a_byline_stay_text(line):
    story = read(f"Bridge opens\nAfter two years.\n{line}\nTrams run.\n{TAIL}")
    assert (story.byline, story.paragraphs[0][1]) == ("", line)


def test_a_byline_line_right_under_a_wrapped_headline_is_no_part_of_it():
    story = read(f"Bridge\nopens\nBy Ana Petrenko\n\nAfter two\nyears.\n\n{TAIL}")
    assert (story.headline, story.byline, story.standfirst) == (
        "Bridge opens",
        "By Ana Petrenko",
        "After two years.",
    )


# Crossheads


def test_a_short_line_between_paragraphs_is_a_crosshead():
    story = read(f"Bridge opens\nAfter two years.\nTrams run.\nWhat comes next\n{TAIL}")
    assert story.paragraphs[:2] == [("paragraph", "Trams run."), ("crosshead", "What comes next")]


@pytest.mark.parametrize("line", ["“We are glad”", "Trams run, too.", "- trams", "and so on", "Mayor Lund:"])
def test_other_short_lines_are_paragraphs(line):
    story = read(f"Bridge opens\nAfter two years.\nTrams run.\n{line}\n{TAIL}")
    assert story.paragraphs[1] == ("paragraph", line)


def test_a_table_is_no_row_of_crossheads():
    story = read(f"Bridge opens\nAfter two years.\nTrams run.\nMarrow 3\nOrrin 1\nVelm 0\n{TAIL}")
    assert {kind for kind, _words in story.paragraphs} == {"paragraph"}


# Ticker lines


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            ">>> Read all the progress of the war in the live ticker",
            "Read all the progress of the war in the live ticker",
        ),
        ("► Live blog: the strike in Marrow", "Live blog: the strike in Marrow"),
        ("Follow the strike in our live ticker.", "Follow the strike in our live ticker."),
        ("All developments in the live ticker", "All developments in the live ticker"),
        ("+++ Alle Entwicklungen im Liveticker +++", "Alle Entwicklungen im Liveticker"),
        (
            "Lesen Sie hier alle Entwicklungen im Newsblog nach",
            "Lesen Sie hier alle Entwicklungen im Newsblog nach",
        ),
        ("Im Liveticker: der Streik in Ellernau", "Im Liveticker: der Streik in Ellernau"),
        ("→ Suivez la grève de Belcastre en direct", "Suivez la grève de Belcastre en direct"),
        ("Toute l’actualité de la grève en direct", "Toute l’actualité de la grève en direct"),
        (">> Siga la huelga minuto a minuto <<", "Siga la huelga minuto a minuto"),
        ("Toda la información, en directo", "Toda la información, en directo"),
        ("Читайте все про страйк у нашому онлайн-тікері", "Читайте все про страйк у нашому онлайн-тікері"),
        ("تابعوا التغطية المباشرة للإضراب", "تابعوا التغطية المباشرة للإضراب"),
    ],
)
def test_a_line_that_points_to_a_ticker_is_a_ticker_line(line, words):
    story = read(f"Bridge opens\nAfter two years.\nTrams run.\n{line}\n{TAIL}")
    assert story.ticker_lines == [TickerLine(words, 1)]
    assert [kind for kind, _words in story.paragraphs] == ["paragraph"] * 3


@pytest.mark.parametrize(
    "line",
    [
        "The newspaper stopped its live ticker on Monday.",
        "All updates were posted in the live ticker.",
        "“Read the live ticker,” she said.",
        "Follow-up questions went to the live ticker team.",
        "Le maire a parlé en direct à la télévision.",
        "El alcalde habló en directo.",
        "Alle Minister verließen den Raum, meldete der Liveticker.",
        ">>> The live ticker fell silent. Nobody knew why.",
        ">>> Read more about the bridge",
        "Тікер зупинили вчора.",
    ],
)
def test_a_mere_mention_of_a_ticker_stays_text(line):
    story = read(f"Bridge opens\nAfter two years.\nTrams run.\n{line}\n{TAIL}")
    assert story.ticker_lines == []
    assert story.paragraphs[1] == ("paragraph", line)


def test_a_ticker_line_with_arrows_is_found_inside_a_wrapped_paragraph():
    story = read(
        "Bridge opens\n\nAfter two years.\n\nTrams\nrun.\n>>> All in the live ticker\nBuses too.\n\nEnd."
    )
    assert story.ticker_lines == [TickerLine("All in the live ticker", 1)]
    assert [words for _kind, words in story.paragraphs] == ["Trams run.", "Buses too.", "End."]


# The author's note

BODY = "Bridge opens\nAfter two years.\nTrams run.\nBuses too.\n"


@pytest.mark.parametrize(
    "note",
    [
        "“Amateur cheese specialist. Reader. Hardcore introvert.”",
        ". “Amateur cheese specialist. Reader. Hardcore introvert.”",
        '"Typical bookworm. Coffee nerd. Proud father of two."',
        "„Freier Autor. Kaffeetrinker. Unheilbarer Optimist.“",
        "«Lecteur. Grand voyageur. Père de famille.»",
        "Mira Holt is a freelance writer based in Sarn.",
        "Mira Holt is a photographer and writer based in Sarn, Velm",
    ],
)
def test_a_closing_note_about_the_author_is_taken_out(note):
    story = read(BODY + note)
    assert (story.byline_note, story.warnings) == (note, [])
    assert story.paragraphs == [("paragraph", "Trams run."), ("paragraph", "Buses too.")]


@pytest.mark.parametrize(
    "quotation",
    [
        "“We will rebuild the bridge, and then we will cross it.”",
        "“We came. We saw. We paid.”",
        "“Reader. Hardcore introvert.”",
        "“A bridge. A river. A town,” said Lund.",
        "She called him “Reader. Author. Introvert.”",
        "„Wir bauen. Wir fahren. Wir zahlen.“",
        "«Ми будуємо. Ми їдемо. Ми платимо.»",
        "Mira Holt is a mayor.",
    ],
)
def test_a_true_closing_quotation_stays_text(quotation):
    story = read(BODY + quotation)
    assert (story.byline_note, story.warnings) == ("", [])
    assert story.paragraphs[-1] == ("paragraph", quotation)


@pytest.mark.parametrize(
    "text",
    [
        BODY + "“Reader. Writer. I love cheese and long walks.”",
        BODY + "“Freedom! Peace. Bread.”",
        BODY + "“Trams, buses, cars. Everything that rolls will roll again. Soon.”",
        BODY.replace("Buses too.", "Lund said:") + "“One bridge. One river. One town.”",
        BODY.replace("Buses too.", "“Buses too.") + "“One bridge. One river. One town.”",
        BODY + "Blue Anchor is a shipping company based in Sarn.",
        BODY.replace("Buses too.", "Holt came by bus.") + "Mira Holt is a nurse based in Sarn.",
        BODY + "About the author: Mira Holt lives in Sarn.",
    ],
)
def test_what_may_be_a_note_stays_text_with_a_warning(text):
    story = read(text)
    assert story.byline_note == ""
    assert story.paragraphs[-1][1] == text.splitlines()[-1]
    assert [doubt.code for doubt in story.warnings] == ["author-note"]


def test_a_note_about_the_one_who_signs_is_taken_though_named_above():
    story = read(
        "Bridge opens\nBy Mira Holt\nAfter two years.\nTrams run.\nMira Holt is a writer based in Sarn."
    )
    assert story.byline_note == "Mira Holt is a writer based in Sarn."


# Damage


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Caf\ufffd opens.", "lost-character"),
        ("It â€œopens.", "misread-encoding"),
        ("Trams &amp; buses.", "markup"),
        ("<p>Trams run.", "markup"),
        ("(Reporting by Ana Petrenko; editing by Ben Ode)", "sign-off"),
    ],
)
def test_damage_is_named_and_left_as_it_is(words, code):
    story = read(BODY + words)
    assert story.paragraphs[-1] == ("paragraph", words)
    assert [doubt.code for doubt in story.warnings] == [code]


@pytest.mark.parametrize(
    "start", ["U.S. officials came.", "J. K. Rowling leads.", "E.ON engineers came.", "A.B fell."]
)
def test_a_start_that_may_be_a_scrap_stays_as_it_is(start):
    assert read(f"Bridge opens\nAfter two years.\n{start}\n{TAIL}").paragraphs[0] == ("paragraph", start)
