"""What the demonstration loads into the funds: figures of the papers as published, and what is made up around them.

"Report 2016" is the West Midlands Strategic Policing and Crime Board paper of June 2016, paragraph 69; "report
2017" its paper on local policing and public engagement, section Active Citizens.
"""

from __future__ import annotations

from dataclasses import dataclass

REPORT_2016 = "Strategic Policing and Crime Board, report on the Police and Crime Plan, 2016, paragraph 69"
REPORT_2017 = (
    "Strategic Policing and Crime Board, report on local policing and public engagement, 2017, Active Citizens"
)

STREAMS = (
    (
        "poca", "Proceeds of Crime Act", False, 40_000_000,
        "Not for police officers, police staff or police equipment.",
    ),
    (
        "ppa", "Police Property Act", True, 24_000_000,
        "Charitable purposes only (Police (Property) Regulations 1997).",
    ),
    ("cif", "Community Initiative Fund", False, 16_000_000, "For initiatives delivered by communities."),
)  # fmt: skip
"""Code, name, charitable only, pence received, restriction. The £800,000 in all is of report 2017; how much of it
came from which stream is made up."""

OBJECTIVES = (
    "Reduce crime and anti-social behaviour",
    "Protect people who are at risk of harm",
    "Give young people something better to do",
    "Help people report hate crime and domestic abuse",
    "Bring communities together",
    "Make people feel safer where they live",
)
"""Report 2016 says that bids are assessed against six strategic objectives and does not name them.
These are made up."""


@dataclass(frozen=True)
class Share:
    """A line of a fund's published plan."""

    name: str
    percent: int | None = None
    pence: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Figures:
    """One area's fund: pence allocated, its plan, and what on the page is made up."""

    pence: int
    source: str
    plan: tuple[Share, ...] = ()


MADE_UP = "The amounts of this fund are made up."
FUNDS: dict[str, Figures] = {
    "sandwell": Figures(
        10_467_600,
        f"The total and the plan are Sandwell’s for 2016/17 ({REPORT_2016}). The split by stream and the rounds are "
        "made up.",
        (
            Share(
                "Soho & Victoria and Princes End, priority neighbourhoods",
                40,
                None,
                "40% is £41,870.40; the two sums the report names below come to £44,000.",
            ),
            Share("of which incentivisation fund", None, 1_000_000, "World Café, Appreciative Enquiry, incentives"),
            Share("of which participatory fund", None, 3_400_000, "residents pitch to each other and vote"),
            Share("The other 22 wards", 60),
        ),
    ),
    "solihull": Figures(
        6_000_000,
        f"The shares and the start-up money are Solihull’s of 2016 ({REPORT_2016}). Other amounts are made up.",
        (
            Share("North Solihull", 80),
            Share("South Solihull", 20),
            Share("Start-up engagement, Colebridge Trust", None, 500_000, "location based, in areas of need"),
            Share("Start-up engagement, Urban Heard", None, 500_000, "borough wide, youth focussed"),
        ),
    ),
    "wolverhampton": Figures(
        9_500_000,
        f"The match funding is Wolverhampton’s of 2016 ({REPORT_2016}). Other amounts are made up.",
        (Share("Safety outside Schools, match funding", None, 800_000, "secured from others, on top of this fund"),),
    ),
    "birmingham": Figures(24_000_000, MADE_UP),
    "coventry": Figures(11_000_000, MADE_UP),
    "dudley": Figures(9_000_000, MADE_UP),
    "walsall": Figures(9_500_000, MADE_UP),
}

APPROACHES = (
    (
        "Birmingham North and East", "birmingham", "Scoping, then start-up",
        "Scoping found the gaps first: off-road bikes and youth diversion, two estates, domestic abuse and "
        "communities not yet heard. Each gap has an owner; groups that come forward are helped into the application.",
    ),
    (
        "Birmingham West and Central, and South", "birmingham", "World Café and community fairs",
        "Constituency inspectors lead, with trained facilitators lent by Sandwell. World Café meetings, volunteering "
        "and networking events bring existing groups, stakeholders and councillors together.",
    ),
    (
        "Dudley", "dudley", "Five steps with the voluntary sector",
        "With Dudley Council for Voluntary Services: consultation, a launch event, road shows in summer, review "
        "by a delivery team, and pitches in the style of Dragons’ Den.",
    ),
    (
        "Walsall", "walsall", "Engage, connect, activate",
        "Three tiers: engage, inspire and recruit; connect and build; activate. The focus is domestic abuse, hate "
        "crime and Prevent, and the first active citizens are sought through the Salon Saviours network.",
    ),
    (
        "Sandwell", "sandwell", "Pilot neighbourhoods and open voting",
        "Two priority neighbourhoods use World Café and Appreciative Enquiry; residents pitch their ideas to each "
        "other and decide by open voting. Elsewhere bids are assessed against six strategic objectives.",
    ),
    (
        "Coventry", "coventry", "Two tiers and voting in hubs",
        "Mapping of groups with the city’s Empowered Citizens programme, an Appreciative Enquiry in Hillfields, and "
        "for smaller groups participatory budgeting with voting in community hubs and central places.",
    ),
    (
        "Solihull", "solihull", "Commissioned engagement",
        "Outside providers run the start-up and a second event at midyear: one in areas of need, one across the "
        "borough for young people. Four fifths of the money is for the north of the borough.",
    ),
    (
        "Wolverhampton", "wolverhampton", "Schools and communities own it",
        "Safety outside schools is owned by schools and residents first; a briefing enlists community "
        "representatives; an Appreciative Enquiry in Whitmore Reans is repeated in other areas.",
    ),
)  # fmt: skip
"""Unit, area, name and text of the eight approaches of report 2016, in our words."""

PARENTS = {
    "title": "Parents Cyber Safety",
    "pence": 334_000,
    "what": "A pilot of a ‘being safe online’ course, so that parents gain new skills in assisting and informing "
    "children. Eight guided learning hours, six of them hands-on and two observational, with information packs to "
    "take away. Those who take part are expected to pass on what they learn to other parents.",
    "objectives_text": "Inform and educate parents to the potential dangers that exist for their children on line\n"
    "Provide robust solutions in order for parents to enable their children to have a trouble-free on-line "
    "experience",
    "objective": 2,
}
HATE = {
    "title": "Report the Hate",
    "pence": 475_000,
    "what": "Report the Hate aims to address hate crime and to tackle its under-reporting. It builds a network of "
    "people who are equipped to help, and raises awareness so that incidents are more likely to be reported.",
    "objectives_text": "Build a clearer picture of hate crime across Walsall and the views people have which promote "
    "it\nIncrease the number of people who report hate crime\nImprove understanding of the nature of hate crime and "
    "related legislation among communities\nImprove trust between communities and statutory organisations",
    "objective": 4,
}
"""Awards, texts and objectives of report 2017."""

GROUPS = (
    "Canal Side Residents",
    "Saturday Kitchen Club",
    "Northgate Boxing Academy",
    "Allotment Neighbours",
    "Women Walk Home",
    "Repair Café Volunteers",
)
"""Made-up community groups."""

PROJECTS = (
    ("Friday night football", "Two hours of football every Friday for 12 to 16 year olds, with a hot meal.", 3),
    ("Lights on the towpath", "Solar lights along the towpath, put up and looked after by residents.", 6),
    ("Cook and talk", "A monthly meal where new and old neighbours cook for each other.", 5),
    ("Bike marking Saturdays", "Free bike marking and repair outside the library, once a month.", 1),
    ("Safe way home", "Volunteers at the bus station on weekend evenings until the last bus.", 6),
    ("Garden instead of tipping", "Clear a fly-tipping corner and turn it into shared beds.", 1),
    ("Say it, we listen", "Training for shop staff to take reports of hate crime.", 4),
    ("Boxing before school", "Breakfast and boxing for young people at risk of exclusion.", 3),
    ("Doorstep scam watch", "Neighbours visit older residents with a checklist against scams.", 2),
    ("Street play afternoons", "Close one street on a Sunday afternoon so that children can play.", 5),
)
"""Made-up projects: name, text, number of the objective."""
