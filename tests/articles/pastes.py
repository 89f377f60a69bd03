"""
Fifty fragments as programs put them on the clipboard, with their dirt, and what a sub-editor expects to stand there.

PASTES is {name: (HTML, what is stored)}. The texts are ours; the dirt is that of Word, LibreOffice, Google Docs, mail
programs and web pages.
"""

WORD = (
    '<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">'
    '<head><meta name=Generator content="Microsoft Word 15"><!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View>'
    "</w:WordDocument></xml><![endif]--><style><!-- p.MsoNormal {margin:0cm; font-size:11.0pt;} --></style></head>"
    "<body lang=EN-GB><!--StartFragment-->%s<!--EndFragment--></body></html>"
)
DOCS = '<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-7f3c1a52-7fff-91d2-aa10-0c9d2f1b77aa">%s</b>'
SPAN = (
    '<span style="font-size:11pt;font-family:Arial,sans-serif;color:#000000;background-color:transparent;font-weight:%s;'
    'font-style:%s;text-decoration:none;vertical-align:%s;white-space:pre-wrap;">%s</span>'
)
CHROME = '<meta charset="utf-8"><!--StartFragment-->%s<!--EndFragment-->'


def word(html):
    return WORD % html


def bullet(text, first="Middle", mark="·", level=1):
    """A line of one of Word's lists that are none."""
    return (
        f"<p class=MsoListParagraphCxSp{first} style='margin-left:36.0pt;text-indent:-18.0pt;mso-list:l0 level{level} lfo1'>"
        "<![if !supportLists]><span style='font-family:Symbol;mso-fareast-font-family:Symbol'>"
        f"<span style='mso-list:Ignore'>{mark}<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp;&nbsp; </span></span>"
        f"</span><![endif]>{text}<o:p></o:p></p>"
    )


def docs(html):
    return DOCS % html


def span(text, weight=400, style="normal", align="baseline"):
    return SPAN % (weight, style, align, text)


def docs_p(*spans):
    return f'<p dir="ltr" style="line-height:1.38;margin-top:0pt;margin-bottom:0pt;">{"".join(spans)}</p>'


def chrome(html):
    return CHROME % html


OFFICE = {
    "word paragraphs": (
        word(
            "<p class=MsoNormal><span lang=EN-GB style='mso-ansi-language:EN-GB'>The bridge is open.<o:p></o:p></span></p>"
            "<p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal>Trams run.<o:p></o:p></p>"
        ),
        "<p>The bridge is open.</p><p>Trams run.</p>",
    ),
    "word bold and italic": (
        word(
            "<p class=MsoNormal>It is <b style='mso-bidi-font-weight:normal'>safe</b>, <i style='mso-bidi-font-style:normal'>he</i>"
            " said<span style='mso-spacerun:yes'>  </span>on Friday.</p>"
        ),
        "<p>It is <strong>safe</strong>, <em>he</em> said on Friday.</p>",
    ),
    "word bold by style": (
        word(
            "<p class=MsoNormal>Two <span style='font-weight:bold;mso-bidi-font-weight:normal'>years</span> late.</p>"
        ),
        "<p>Two <strong>years</strong> late.</p>",
    ),
    "word bullets": (
        word(
            bullet("Trams", "First")
            + bullet("Buses")
            + bullet("Boats", "Last")
            + "<p class=MsoNormal>That is all.</p>"
        ),
        "<ul><li>Trams</li><li>Buses</li><li>Boats</li></ul><p>That is all.</p>",
    ),
    "word numbers": (
        word(bullet("Vote", "First", "1.") + bullet("Count", "Middle", "2.") + bullet("Tell", "Last", "3.")),
        "<ol><li>Vote</li><li>Count</li><li>Tell</li></ol>",
    ),
    "word letters and bullets in a row": (
        word(bullet("Vote", "First", "a)") + bullet("Count", "Last", "b)") + bullet("Boats", "First", "§")),
        "<ol><li>Vote</li><li>Count</li></ol><ul><li>Boats</li></ul>",
    ),
    "word bullets of two levels": (
        word(bullet("Trams", "First") + bullet("Line 3", "Middle", "o", 2) + bullet("Boats", "Last")),
        "<ul><li>Trams</li><li>Line 3</li><li>Boats</li></ul>",
    ),
    "word headings": (
        word(
            "<p class=MsoTitle>The report</p><h1><span style='mso-fareast-font-family:Calibri'>What broke<o:p></o:p></span></h1>"
            "<p class=MsoNormal>A pier.</p><h3 style='margin-top:2.0pt'><b>Who pays</b></h3><p class=MsoNormal>The town.</p>"
        ),
        "<h2>The report</h2><h2>What broke</h2><p>A pier.</p><h2>Who pays</h2><p>The town.</p>",
    ),
    "word smart tags": (
        word(
            '<p class=MsoNormal>From <st1:City w:st="on"><st1:place w:st="on">Marrow</st1:place></st1:City> to '
            '<st1:place w:st="on">Sarn</st1:place>.</p>'
        ),
        "<p>From Marrow to Sarn.</p>",
    ),
    "word footnotes": (
        word(
            '<p class=MsoNormal>It cost nine million.<a style=\'mso-footnote-id:ftn1\' href="#_ftn1" name="_ftnref1" title="">'
            "<span class=MsoFootnoteReference><span style='mso-special-character:footnote'>[1]</span></span></a></p>"
            "<div style='mso-element:footnote-list'><br clear=all><hr align=left size=1 width=\"33%\">"
            '<div style=\'mso-element:footnote\' id=ftn1><p class=MsoFootnoteText><a href="#_ftnref1" name="_ftn1">'
            "<span class=MsoFootnoteReference>[1]</span></a> The town’s budget.</p></div></div>"
        ),
        "<p>It cost nine million.[1]</p><p>[1] The town’s budget.</p>",
    ),
    "word comments and tracked changes": (
        word(
            '<p class=MsoNormal>Trams run <del cite="mailto:Ben" datetime="2026-03-02T10:00">hourly</del>'
            '<ins cite="mailto:Ben" datetime="2026-03-02T10:00">every ten minutes</ins><span class=MsoCommentReference>'
            '<a id="_anchor_1" href="#_msocom_1">[BO1]</a></span>.</p>'
            "<div style='mso-element:comment-list'><hr class=msocomoff><div style='mso-element:comment'>"
            "<p class=MsoCommentText>Says who?</p></div></div>"
        ),
        "<p>Trams run every ten minutes.</p>",
    ),
    "word table": (
        word(
            "<table class=MsoTableGrid border=1 cellspacing=0><tr><td style='border:solid'><p class=MsoNormal><b>Ward<o:p></o:p></b></p></td>"
            "<td><p class=MsoNormal>Votes<o:p></o:p></p></td></tr><tr><td><p class=MsoNormal>Old Town<o:p></o:p></p></td>"
            "<td><p class=MsoNormal align=right>120<o:p></o:p></p></td></tr></table><p class=MsoNormal>After.</p>"
        ),
        "<table><thead><tr><th><strong>Ward</strong></th><th>Votes</th></tr></thead><tbody><tr><td>Old Town</td><td>120</td></tr>"
        "</tbody></table><p>After.</p>",
    ),
    "word picture": (
        word(
            '<p class=MsoNormal>Before.</p><p class=MsoNormal><!--[if gte vml 1]><v:shape id="P1"><v:imagedata src="file:///C:/x.png"/>'
            '</v:shape><![endif]--><![if !vml]><img width=300 src="file:///C:/Temp/msohtmlclip1/01/clip_image002.jpg" v:shapes="P1">'
            "<![endif]--></p><p class=MsoNormal>After.</p>"
        ),
        "<p>Before.</p><p>After.</p>",
    ),
    "word in Ukrainian": (
        word(
            "<p class=MsoNormal><span lang=UK style='mso-ansi-language:UK'>Міст через Сарн відкрили 2&nbsp;березня, "
            "кажуть у&nbsp;мерії.</span></p>"
        ),
        "<p>Міст через Сарн відкрили 2\xa0березня, кажуть у мерії.</p>",
    ),
    "word from right to left": (
        word(
            "<p class=MsoNormal dir=RTL style='direction:rtl;unicode-bidi:embed'><span lang=AR-SA>فُتح الجسر اليوم.</span></p>"
        ),
        "<p>فُتح الجسر اليوم.</p>",
    ),
    "word hidden text": (
        word("<p class=MsoNormal>Seen.<span style='display:none;mso-hide:all'> TC \"Seen\" \\l 1</span></p>"),
        "<p>Seen.</p>",
    ),
    "libreoffice": (
        '<!DOCTYPE html><html><head><meta name="generator" content="LibreOffice 7.4 (Linux)"/><style type="text/css">p { margin-bottom: 0.1in }'
        '</style></head><body lang="en-GB" dir="ltr"><p style="line-height: 100%; margin-bottom: 0in"><font face="Liberation Serif, serif">'
        '<font size="3" style="font-size: 12pt"><b>Open</b> again, <u>they</u> say.</font></font></p><p><br/>\n<br/>\n\n</p>'
        '<ol>\n\t<li><p style="margin-bottom: 0in">Vote</p></li>\n\t<li><p>Count</p></li>\n</ol></body></html>',
        "<p><strong>Open</strong> again, they say.</p><ol><li>Vote</li><li>Count</li></ol>",
    ),
}
GOOGLE = {
    "docs paragraphs": (
        docs(docs_p(span("The bridge is open.")) + "<br />" + docs_p(span("Trams run."))),
        "<p>The bridge is open.</p><p>Trams run.</p>",
    ),
    "docs bold, italic, raised": (
        docs(
            docs_p(
                span("It is "),
                span("safe", 700),
                span(" and "),
                span("dry", 400, "italic"),
                span(", 9 m"),
                span("2", align="super"),
            )
        ),
        "<p>It is <strong>safe</strong> and <em>dry</em>, 9 m<sup>2</sup></p>",
    ),
    "docs headings": (
        docs(
            f'<h2 dir="ltr" style="line-height:1.38">{span("What broke", 700)}</h2>' + docs_p(span("A pier."))
        ),
        "<h2>What broke</h2><p>A pier.</p>",
    ),
    "docs list": (
        docs(
            '<ul style="margin-top:0;padding-inline-start:48px;"><li dir="ltr" style="list-style-type:disc" aria-level="1">'
            f'<p dir="ltr" role="presentation">{span("Trams")}</p></li><ul><li dir="ltr" aria-level="2"><p dir="ltr" role="presentation">'
            f'{span("Line 3")}</p></li></ul><li dir="ltr" aria-level="1"><p dir="ltr" role="presentation">{span("Boats")}</p></li></ul>'
        ),
        "<ul><li>Trams</li><li>Line 3</li><li>Boats</li></ul>",
    ),
    "docs link": (
        docs(
            docs_p(
                span("See "),
                '<a href="https://www.google.com/url?q=https://velland.example/report%3Fpage%3D2&amp;sa=D&amp;source=editors&amp;ust=17&amp;usg=AOv"'
                ' style="text-decoration:none;">' + span("the report") + "</a>",
                span("."),
            )
        ),
        '<p>See <a href="https://velland.example/report?page=2">the report</a>.</p>',
    ),
    "docs soft returns": (
        docs(docs_p(span("First line<br />second line"), span("<br /><br />New paragraph"))),
        "<p>First line<br>second line</p><p>New paragraph</p>",
    ),
    "docs table": (
        docs(
            '<div dir="ltr" style="margin-left:0pt;" align="left"><table style="border:none;"><colgroup><col width="312"/><col width="312"/></colgroup>'
            f"<tbody><tr><td>{docs_p(span('Ward', 700))}</td><td>{docs_p(span('Votes', 700))}</td></tr>"
            f"<tr><td>{docs_p(span('Harbour'))}</td><td>{docs_p(span('9'))}</td></tr></tbody></table></div>"
        ),
        "<table><thead><tr><th><strong>Ward</strong></th><th><strong>Votes</strong></th></tr></thead><tbody><tr><td>Harbour</td><td>9</td></tr>"
        "</tbody></table>",
    ),
    "docs emoji": (
        docs(docs_p(span("Open 🎉 again 👩🏽‍🚒🇺🇦"))),
        "<p>Open 🎉 again 👩🏽\u200d🚒🇺🇦</p>",
    ),
    "sheets cells": (
        '<meta charset="utf-8"><google-sheets-html-origin><style type="text/css"><!--td {border: 1px solid #cccccc;}--></style><table cellspacing="0"'
        ' dir="ltr" border="1" data-sheets-root="1"><colgroup><col width="100"/><col width="100"/></colgroup><tbody><tr style="height:21px;">'
        '<td data-sheets-value="{}">Year</td><td>Ships</td></tr><tr><td style="text-align:right;">2025</td><td>12</td></tr></tbody></table>',
        "<table><thead><tr><th>Year</th><th>Ships</th></tr></thead><tbody><tr><td>2025</td><td>12</td></tr></tbody></table>",
    ),
}
MAIL = {
    "gmail divs": (
        '<div dir="ltr"><div>The bridge is open.</div><div><br></div><div>Trams run.<br></div><div><br></div></div>',
        "<p>The bridge is open.</p><p>Trams run.</p>",
    ),
    "gmail breaks": (
        '<div dir="ltr">The bridge is open.<br><br>Trams&nbsp;run every <b>ten</b>&nbsp;minutes.<br>Boats too.</div>',
        "<p>The bridge is open.</p><p>Trams run every <strong>ten</strong> minutes.<br>Boats too.</p>",
    ),
    "gmail quotation": (
        '<div dir="ltr">Ben, this is what he writes:</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, 2 Mar 2026 at 09:10,'
        ' Dimo Peskin &lt;<a href="mailto:dimo@velland.example">dimo@velland.example</a>&gt; wrote:<br></div><blockquote class="gmail_quote"'
        ' style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204)"><div dir="ltr">We pay half.<div>Not more.</div></div></blockquote></div>',
        '<p>Ben, this is what he writes:</p><p>On Mon, 2 Mar 2026 at 09:10, Dimo Peskin &lt;<a href="mailto:dimo@velland.example">'
        "dimo@velland.example</a>&gt; wrote:</p><blockquote><p>We pay half.</p><p>Not more.</p></blockquote>",
    ),
    "gmail quotation in a quotation": (
        '<blockquote class="gmail_quote"><div>We pay half.</div><blockquote class="gmail_quote"><div>Who pays?</div></blockquote></blockquote>',
        "<blockquote><p>We pay half.</p><p>Who pays?</p></blockquote>",
    ),
    "gmail emoji picture": (
        '<div>Open <img data-emoji="🎉" class="an1" alt="🎉" aria-label="🎉" src="https://fonts.gstatic.com/s/e/notoemoji/16.0/1f389/72.png"> again</div>',
        "<p>Open 🎉 again</p>",
    ),
    "gmail signature": (
        '<div>The text.</div><span class="gmail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature"><div>Ana Petrenko<br>North Wire</div></div>',
        "<p>The text.</p><p>--</p><p>Ana Petrenko<br>North Wire</p>",
    ),
    "outlook mail": (
        word(
            "<div class=WordSection1><p class=MsoNormal><span style='font-size:11.0pt;font-family:\"Calibri\",sans-serif'>Dear Ben,<o:p></o:p></span></p>"
            "<p class=MsoNormal><span style='font-size:11.0pt'><o:p>&nbsp;</o:p></span></p><p class=MsoNormal>the ferry sails on Monday.<o:p></o:p></p>"
            "<div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>From:</b> Dimo Peskin<br><b>Sent:</b> Monday</p></div></div>"
        ),
        "<p>Dear Ben,</p><p>the ferry sails on Monday.</p><p><strong>From:</strong> Dimo Peskin<br><strong>Sent:</strong> Monday</p>",
    ),
    "outlook safe link": (
        '<div>Read <a href="https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fvelland.example%2Fferry%3Futm_source%3Dmail%26id%3D7&amp;data=05%7C02"'
        ' originalsrc="https://velland.example/ferry" shash="x">this</a>.</div>',
        '<p>Read <a href="https://velland.example/ferry?id=7">this</a>.</p>',
    ),
    "apple mail": (
        '<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body style="overflow-wrap: break-word;">'
        '<span class="Apple-style-span" style="font-family: Helvetica;">The bridge is open.</span><div><br></div><div><font color="#000000">Trams run.</font></div>'
        '<div><br><blockquote type="cite"><div>On 2 Mar 2026, at 09:10, Dimo wrote:</div><br class="Apple-interchange-newline"><div>We pay half.</div>'
        "</blockquote></div><br></body></html>",
        "<p>The bridge is open.</p><p>Trams run.</p><blockquote><p>On 2 Mar 2026, at 09:10, Dimo wrote:</p><p>We pay half.</p></blockquote>",
    ),
    "thunderbird": (
        '<p>The bridge<br>\n</p>\n<div class="moz-cite-prefix">Am 02.03.26 um 09:10 schrieb Dimo:<br>\n</div>\n<blockquote type="cite"\n'
        '      cite="mid:1@velland.example">\n<pre wrap="" class="moz-quote-pre">We pay half\nof it.\n\nNot more.</pre>\n</blockquote>',
        "<p>The bridge</p><p>Am 02.03.26 um 09:10 schrieb Dimo:</p><blockquote><p>We pay half of it.</p><p>Not more.</p></blockquote>",
    ),
    "newsletter in layout tables": (
        '<div style="display:none;max-height:0;overflow:hidden">What you get today &zwnj;&nbsp;&zwnj;&nbsp;</div><table role="presentation" width="100%"><tr><td align="center">'
        '<table role="presentation" width="600"><tr><td><h1 style="margin:0">Ferry sails</h1></td></tr><tr><td><p>It has an engine.</p><p>'
        '<a href="https://velland.example/f?mc_cid=1&amp;mc_eid=2">More</a></p></td></tr></table></td></tr></table>',
        '<h2>Ferry sails</h2><p>It has an engine.</p><p><a href="https://velland.example/f">More</a></p>',
    ),
}
WEB = {
    "page with an article": (
        chrome(
            '<h1 class="Headline__h1" style="box-sizing: border-box; font-weight: 700">Ferry sails</h1><p style="margin: 0px 0px 1em; color: rgb(17, 17, 17)">It has an '
            '<strong style="font-weight: 600">engine</strong>.</p><div class="ad" aria-hidden="true"><button>Share</button></div><h3 id="x">Who pays<a class="headerlink" href="#x">¶</a></h3><p>The town.</p>'
        ),
        "<h2>Ferry sails</h2><p>It has an <strong>engine</strong>.</p><h2>Who pays</h2><p>The town.</p>",
    ),
    "page with a picture": (
        chrome(
            '<figure><picture><source srcset="a.webp"><img src="https://velland.example/a.jpg" alt="A ferry"></picture><figcaption>The ferry in Marrow.</figcaption></figure><p>It sails.</p>'
        ),
        "<p>The ferry in Marrow.</p><p>It sails.</p>",
    ),
    "words out of a line": (
        chrome(
            '<span style="color: rgb(0, 0, 0); font-family: Georgia; font-weight: 400; font-style: normal; display: inline !important; float: none;">has an engine</span>'
        ),
        "<p>has an engine</p>",
    ),
    "links with who sent whom": (
        chrome(
            '<p><a href="https://velland.example/a?utm_source=x&amp;utm_medium=y&amp;id=3&amp;fbclid=Iw#part">One</a> and '
            '<a href="https://l.facebook.com/l.php?u=https%3A%2F%2Fvelland.example%2Fb%3Ffbclid%3D1&amp;h=AT">two</a>.</p>'
        ),
        '<p><a href="https://velland.example/a?id=3#part">One</a> and <a href="https://velland.example/b">two</a>.</p>',
    ),
    "links that are none": (
        chrome(
            '<p><a href="javascript:void(0)" onclick="x()">Press</a>, <a href="#top">top</a>, <a href="mailto:desk@velland.example">mail</a>.</p>'
        ),
        '<p>Press, top, <a href="mailto:desk@velland.example">mail</a>.</p>',
    ),
    "reference work": (
        chrome(
            '<p>The <b>ferry</b><sup id="cite_ref-1" class="reference"><a href="https://velland.example/Ferry#cite_note-1">[1]</a></sup> is white.</p>'
            '<h2><span class="mw-headline">History</span><span class="mw-editsection">[<a href="https://velland.example/edit">edit</a>]</span></h2><p>Long.</p>'
        ),
        "<p>The <strong>ferry</strong> is white.</p><h2>History</h2><p>Long.</p>",
    ),
    "breaks instead of paragraphs": (
        chrome("<div>One.<br />\n<br />\nTwo,<br>on two lines.<br><br><br>Three.</div>"),
        "<p>One.</p><p>Two,<br>on two lines.</p><p>Three.</p>",
    ),
    "breaks inside bold": (
        chrome("<p><b>One.<br><br>Two.</b> Three.</p>"),
        "<p><strong>One.</strong></p><p><strong>Two.</strong> Three.</p>",
    ),
    "spaces that do not break": (
        chrome(
            "<p>It&nbsp;costs 10&nbsp;000&nbsp;crowns,&nbsp; Mr. &nbsp;Lann said, as §&nbsp;5 asks. «&nbsp;Oui&nbsp;!&nbsp;»</p>"
        ),
        "<p>It costs 10\xa0000\xa0crowns, Mr. Lann said, as §\xa05 asks. «\xa0Oui\xa0!\xa0»</p>",
    ),
    "letters that nobody sees": (
        chrome("<p>\ufeffThe har\xadbour\u200b master \u200bof Mar\xadrow, می\u200cخواهم.</p>"),
        "<p>The harbour master of Marrow, می\u200cخواهم.</p>",
    ),
    "nested lists": (
        chrome(
            "<ul><li>Trams<ul><li>Line 3</li><li>Line 4</li></ul></li><li><p>Boats</p><p>White ones</p></li></ul>"
        ),
        "<ul><li>Trams</li><li>Line 3</li><li>Line 4</li><li>Boats<br>White ones</li></ul>",
    ),
    "quotation with a name": (
        chrome(
            '<blockquote class="pull"><p>“We wait.”</p><footer>— <cite>Mara Quist</cite></footer></blockquote><p>She left.</p>'
        ),
        "<blockquote><p>“We wait.”</p><p>— Mara Quist</p></blockquote><p>She left.</p>",
    ),
    "terms and their meaning": (
        chrome("<dl><dt>Pier</dt><dd>Where boats lie.</dd></dl>"),
        "<p>Pier</p><p>Where boats lie.</p>",
    ),
    "nested divs": (
        chrome(
            "<div><div><div>One.</div></div><section><div>Two <span><i>in</i> <em>a</em></span> row.</div></section></div>Three."
        ),
        "<p>One.</p><p>Two <em>in</em> <em>a</em> row.</p><p>Three.</p>",
    ),
    "preformatted text": (
        chrome("<pre>The ferry that the storm\nbroke sails again.\n\nIt has a new engine.</pre>"),
        "<p>The ferry that the storm broke sails again.</p><p>It has a new engine.</p>",
    ),
    "forms, scripts and styles": (
        chrome(
            "<style>p{color:red}</style><p>Text.</p><script>alert(1)</script><form><label>Mail <input value='x'></label><select><option>One</option></select></form><svg><text>Chart</text></svg><iframe src='https://velland.example/'></iframe><p onclick='x()'>More.</p>"
        ),
        "<p>Text.</p><p>Mail</p><p>More.</p>",
    ),
}
PASTES = OFFICE | GOOGLE | MAIL | WEB
