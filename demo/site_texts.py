"""The words of the demonstration's public pages. Made up, and said to be so on the pages themselves."""

from __future__ import annotations

from typing import Any

MADE_UP = "This is a demonstration: the people, meetings and news on this site are made up."

ACCESSIBILITY: list[tuple[str, Any]] = [
    ("inset", MADE_UP + " A force that uses this software checks and completes this statement before it goes live."),
    (
        "text",
        "<p>This statement applies to the neighbourhood policing pages of this site. We want as many people as"
        " possible to be able to use them. That means you should be able to:</p>"
        "<ul><li>zoom in up to 400% without text running off the screen</li>"
        "<li>move around with a keyboard alone</li>"
        "<li>use the pages with a screen reader</li>"
        "<li>use everything with JavaScript switched off</li></ul>",
    ),
    ("heading", "How accessible the site is"),
    (
        "text",
        "<p>The pages are made to meet the Web Content Accessibility Guidelines 2.2, level AA. Every page is"
        " tested with an automatic checker at two widths. Automatic checks find only part of what can be wrong,"
        " so tell us when something does not work for you.</p>"
        "<p>Each map has a list beside it with the same links. You never need the map.</p>",
    ),
    ("heading", "If you cannot use a part of the site"),
    (
        "text",
        "<p>Call 101 and say what you need in another form, such as large print or a recording. If you are deaf"
        " or cannot speak, use Relay UK: 18001 101. In an emergency call 999.</p>",
    ),
    ("heading", "How to complain"),
    (
        "text",
        "<p>If you are not happy with our answer, contact the Equality Advisory and Support Service (EASS). The"
        " Equality and Human Rights Commission enforces the Public Sector Bodies (Websites and Mobile"
        " Applications) (No. 2) Accessibility Regulations 2018.</p>",
    ),
]

PRIVACY: list[tuple[str, Any]] = [
    ("text", "<p>You can read every public page of this site without telling us who you are.</p>"),
    ("heading", "What we keep"),
    (
        "text",
        "<p>Reading these pages sets no cookie, and asks nothing of any other company's website. We keep a"
        " technical log of requests to run the site safely. It does not hold what you typed.</p>"
        "<p>A cookie is set only when a member of staff, a partner or a community group signs in.</p>",
    ),
    ("heading", "Your rights"),
    (
        "text",
        "<p>You can ask for the information held about you, and for mistakes to be put right. You can complain"
        " to the Information Commissioner's Office.</p>",
    ),
    ("inset", MADE_UP),
]

NOISE: list[tuple[str, Any]] = [
    ("text", "<p>The council deals with noise. It can warn the person, and take the equipment away.</p>"),
    (
        "who_deals",
        {
            "organisation": "Your council's noise team",
            "what_they_do": "Measures the noise, warns the people who make it, and can fine them.",
            "phone": "",
            "link": "https://www.gov.uk/report-noise-pollution-to-council",
            "link_words": "Report noise to your council",
            "when": "",
        },
    ),
]
THREATENED: list[tuple[str, Any]] = [
    ("inset", "If you are in danger now, call 999."),
    ("text", "<p>Threats, damage, or noise because of who you are can be crimes. Call 101 and tell the police.</p>"),
]
LIGHTS: list[tuple[str, Any]] = [
    ("text", "<p>The council looks after street lights, roads and rubbish. Give the number on the lamp post.</p>"),
    (
        "who_deals",
        {
            "organisation": "Your council",
            "what_they_do": "Repairs street lights and potholes, and clears dumped rubbish.",
            "phone": "",
            "link": "https://www.gov.uk/report-problem-street-light",
            "link_words": "Report a broken street light",
            "when": "",
        },
    ),
]
FRAUD: list[tuple[str, Any]] = [
    ("text", "<p>If it is happening now, or you know who did it, call 101. Call your bank on 159 first.</p>"),
    (
        "who_deals",
        {
            "organisation": "Report Fraud",
            "what_they_do": "The national centre for reports of fraud and cyber crime.",
            "phone": "0300 123 2040",
            "link": "",
            "link_words": "",
            "when": "",
        },
    ),
]

# Title, slug, summary, question (empty for an answer), body, and the pages below it.
OPTIONS: list[tuple[str, str, str, str, list[tuple[str, Any]], list[Any]]] = [
    (
        "Noise or trouble with neighbours",
        "noise",
        "Loud music, parties, threats from people nearby.",
        "What is happening?",
        [],
        [
            ("It is only noise", "only-noise", "Music, parties, dogs, building work.", "", NOISE, []),
            ("I feel threatened", "threatened", "Threats, damage, or picked on for who you are.", "", THREATENED, []),
        ],
    ),
    ("Street lights, rubbish or roads", "street", "Something is broken or dumped in the street.", "", LIGHTS, []),
    ("Fraud or a scam", "fraud", "Somebody tricked you, or tried to, for money.", "", FRAUD, []),
]

# Title, summary, body, days ago.
NEWS: list[tuple[str, str, str, int]] = [
    (
        "Free property marking at three libraries",
        "Bring your bicycle or power tools and have them marked while you wait.",
        "<p>Officers mark bicycles, tools and garden equipment at three libraries this month. Marked things are"
        " harder to sell, and easier to give back.</p><p>Bring proof of who you are. It takes ten minutes.</p>",
        4,
    ),
    (
        "What you told us at the autumn meetings",
        "Speeding near schools came up most. Here is what teams do next.",
        "<p>More than 300 people came to the autumn meetings. Speeding near schools came up most often, followed by"
        " off-road bikes in parks.</p><p>Each team has put what it heard on its own page, with what it does"
        " about it.</p>",
        16,
    ),
    (
        "Dark evenings: leave a light on",
        "Burglaries rise when evenings are dark. Three simple steps help.",
        "<ul><li>leave a light on with a timer</li><li>lock doors and windows, also when you are in</li>"
        "<li>keep keys away from the letter box</li></ul>",
        27,
    ),
]

MEETINGS = ("Community meeting", "Street surgery", "Coffee with your team")
PLACES = ("the library", "the community centre", "the leisure centre", "the health centre")
