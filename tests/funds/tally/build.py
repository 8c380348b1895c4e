"""Small elections for the tests, by hand and by Hypothesis."""

from hypothesis import strategies as st

from funds.tally import Ballot, Election, Limits, Project, Rule

EQUAL = Rule("equal-shares")


def approvals(costs, ballots, budget, **more):
    """Bids a, b, c … with `costs`; `ballots` are strings of the bids each voter supports."""
    bids = [Project(chr(97 + i), f"Bid {chr(97 + i)}", cost) for i, cost in enumerate(costs)]
    cast = [Ballot(f"v{i}", tuple(choices)) for i, choices in enumerate(ballots)]
    return Election(bids, cast, budget, **more)


@st.composite
def elections(draw, types=("approval", "cumulative", "ordinal", "scoring"), weighted=True, most_voters=9):
    """Any small election of one of `types`; amounts small, so that ties and exact fits are common."""
    kind = draw(st.sampled_from(types))
    count = draw(st.integers(1, 5))
    bids = [Project(f"b{i}", "", draw(st.integers(1, 12))) for i in range(count)]
    ids = [bid.id for bid in bids]
    ballots = []
    for i in range(draw(st.integers(0, most_voters))):
        choices = tuple(draw(st.permutations(ids))[: draw(st.integers(0, count))])
        points = None
        if kind in ("cumulative", "scoring"):
            points = tuple(draw(st.integers(0, 4)) for _ in choices)
        weight = draw(st.sampled_from([1, 1, 1, 2, 3])) if weighted else 1
        ballots.append(Ballot(f"v{i}", choices, points, weight))
    budget = draw(st.integers(1, 40))
    return Election(bids, ballots, budget, kind, Limits(), threshold=draw(st.integers(0, 3)))


@st.composite
def rules(draw, names=("greedy", "greedy-no-skip", "greedy-threshold", "equal-shares")):
    """Any rule with any parameters."""
    ranking = draw(st.sampled_from(["length", "borda", "first-k"]))
    return Rule(
        name=draw(st.sampled_from(names)),
        completion=draw(st.sampled_from(["none", "add1", "add1u"])),
        step=draw(st.integers(1, 3)),
        stop=draw(st.sampled_from(["overspend", "exhaustive"])),
        ties=tuple(draw(st.sampled_from([("votes", "cost"), ("cost",), ("cost", "votes"), ()]))),
        ranking=ranking,
        first_k=draw(st.integers(1, 3)) if ranking == "first-k" else None,
    )
