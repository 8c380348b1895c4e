"""Administrator's work: in a staff session, for a reason, written down."""

from __future__ import annotations

import datetime
import io
import re
import sys

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directory import policy
from directory.gate.refusals import Forbidden, Incomplete, WrongState
from directory.gate.routes import STAFF_SESSION
from directory.gate.standing import standing
from directory.models import Organisation, OrganisationKind, Post, Role, StaffSession, User
from directory.people import actions, selectors
from journal.chain import verify
from journal.models import Entry
from journal.sentences import timeline
from tests import people

pytestmark = pytest.mark.django_db
PAGE, PEOPLE = "/administration/", "/administration/people/"


def verbs() -> list[str]:
    return [e.verb for e in Entry.objects.exclude(verb="directory.staff_request")]


def test_the_search_takes_any_junk(in_staff_session: User) -> None:
    client = people.signed_in(in_staff_session)
    for junk in ("q=%00", "q=a%00b", "q=%25", "after=%00", f"after={'9' * 4000}", f"q={'x' * 4000}"):
        assert client.get(f"{PEOPLE}?{junk}").status_code == 200, junk


# The staff session ----------------------------------------------------------------------------------


def test_one_opens_with_a_reason_and_shuts_by_itself(administrator: User, settings) -> None:
    client = people.signed_in(administrator)
    assert client.get(PEOPLE).status_code == 404
    assert client.post(PAGE, {"reason": "Ticket 12"})["Location"] == PEOPLE
    session = StaffSession.objects.get()
    assert (session.user, session.reason) == (administrator, "Ticket 12")
    assert session.expires_at - session.started_at == datetime.timedelta(minutes=settings.STAFF_SESSION_MINUTES)
    assert client.get(PEOPLE).status_code == 200
    entry = Entry.objects.first()
    assert (entry.verb, entry.payload["reason"]) == ("directory.opened_staff_session", "Ticket 12")


@pytest.mark.parametrize("reason", ["", "   "])
def test_without_a_reason_it_stays_shut(administrator: User, reason: str) -> None:
    response = people.signed_in(administrator).post(PAGE, {"reason": reason})
    assert response.status_code == 200 and b"Say why you need a staff session" in response.content
    with pytest.raises(Incomplete):
        actions.open_staff_session(acting_user=administrator, reason=reason)
    assert not StaffSession.objects.exists() and not Entry.objects.exists()


def test_only_a_system_administrator_opens_one(inspector: User) -> None:
    assert people.signed_in(inspector).post(PAGE, {"reason": "Curious"}).status_code == 404
    with pytest.raises(Forbidden):
        actions.open_staff_session(acting_user=inspector, reason="Curious")


def test_there_is_one_at_a_time(in_staff_session: User) -> None:
    assert people.signed_in(in_staff_session).post(PAGE, {"reason": "Another"}).status_code == 409
    assert StaffSession.objects.count() == 1


def test_one_that_ran_out_makes_room(in_staff_session: User) -> None:
    then = timezone.now() - datetime.timedelta(hours=3)
    StaffSession.objects.update(started_at=then, expires_at=then + datetime.timedelta(minutes=30))
    assert not standing(User.objects.get(pk=in_staff_session.pk)).staff_session
    actions.open_staff_session(acting_user=in_staff_session, reason="Ticket 13")
    newest, older = StaffSession.objects.all()
    assert newest.ended_at is None and older.ended_at == older.expires_at


def test_it_is_ended_before_its_time(in_staff_session: User) -> None:
    client = people.signed_in(in_staff_session)
    assert client.post("/administration/end/")["Location"] == PAGE
    assert client.get(PEOPLE).status_code == 404
    assert client.post("/administration/end/").status_code == 409
    assert "directory.ended_staff_session" in verbs()


def test_losing_the_post_ends_it_at_once(in_staff_session: User) -> None:
    client = people.signed_in(in_staff_session)
    in_staff_session.posts.update(ended_at=timezone.now())
    assert client.get(PEOPLE).status_code == 404


def test_everything_opened_in_it_is_written_down(in_staff_session: User, worker: User) -> None:
    client = people.signed_in(in_staff_session)
    client.get(PEOPLE)
    client.get(f"{PEOPLE}{worker.pk}/")
    client.post(f"{PEOPLE}999999/close/")
    written = Entry.objects.filter(verb="directory.staff_request")
    assert [(e.payload["method"], e.payload["page"], e.payload["of"]) for e in written] == [
        ("GET", "directory:people", {}),
        ("GET", "directory:person", {"key": worker.pk}),
        ("POST", "directory:deactivate_person", {"key": 999999}),
    ]
    assert {(e.actor, e.subject_id) for e in written} == {(in_staff_session, StaffSession.objects.get().pk)}
    lines = timeline(StaffSession.objects.get())
    assert [line.sentence for line in lines[:3]] == [
        "Ada Min asked to close account number 999999",
        f"Ada Min opened account number {worker.pk}",
        "Ada Min looked through the people",
    ]


def test_every_page_of_a_staff_session_has_words_of_its_own() -> None:
    pages = {route.name for route in policy.ROUTES if route.audience is STAFF_SESSION}
    assert pages < set(policy.IN_STAFF_SESSION)
    for page in policy.IN_STAFF_SESSION:
        for method in ("GET", "POST"):
            words = policy.staff_request_words({"page": page, "method": method, "of": {"key": 7}})
            assert words.startswith("{name} ") and "directory" not in words and method not in words
    # A page without words of its own, or one that is no more, still reads.
    other = policy.staff_request_words({"page": "mfa_index", "method": "GET"})
    assert other == "{name} opened another page (mfa index)"
    assert verify().whole


def test_no_entry_no_page(in_staff_session: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the journal cannot be written")

    monkeypatch.setattr("directory.gate.middleware.record", broken)
    with pytest.raises(RuntimeError):
        people.signed_in(in_staff_session).get(PEOPLE)


def test_outside_one_nothing_is_written_down(administrator: User) -> None:
    client = people.signed_in(administrator)
    client.get(PAGE)
    client.get("/start/")
    assert not Entry.objects.exists()


# People ---------------------------------------------------------------------------------------------


def test_a_person_is_added_without_a_password(in_staff_session: User) -> None:
    client = people.signed_in(in_staff_session)
    sent = {"name": "Nora New", "email": "Nora.New@Homes.test", "rank": "Officer"}
    response = client.post(f"{PEOPLE}add/", sent)
    person = User.objects.get(email="nora.new@homes.test")
    assert response["Location"] == f"{PEOPLE}{person.pk}/"
    assert not person.has_usable_password() and not person.public and person.is_active
    assert [line.sentence for line in timeline(person)] == ["Ada Min made the account"]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": "", "email": "x@y.test"}, "Enter their full name"),
        ({"name": "X", "email": ""}, "Enter their e-mail address"),
        ({"name": "X", "email": "x"}, "like name@example.com"),
        ({"name": "X", "email": "ADA@example.test"}, "Somebody has this e-mail address already"),
    ],
)
def test_a_bad_person_says_what_to_do_and_keeps_what_was_typed(in_staff_session: User, sent: dict, said: str) -> None:
    before = User.objects.count()
    response = people.signed_in(in_staff_session).post(f"{PEOPLE}add/", sent)
    assert response.status_code == 200
    assert said in str(response.context["form"].errors)
    assert response.context["form"]["name"].value() == sent["name"]
    assert User.objects.count() == before


def test_one_finds_people_by_name_or_address(in_staff_session: User, worker: User, inspector: User) -> None:
    client = people.signed_in(in_staff_session)

    def found(asked: str) -> set[str]:
        return {person.name for person in client.get(PEOPLE, {"q": asked}).context["page"].people}

    assert found("wanda") == found("HOMES.test") == {"Wanda Worker"}
    assert {"Wanda Worker", "Ina Spector", "Ada Min"} <= found("")
    assert found("no such person") == set()
    assert found("%") == set()


@pytest.mark.parametrize("odd", ["x", "-1", "9" * 40, "٣", "1.5"])
def test_an_odd_page_is_the_first_one(in_staff_session: User, odd: str) -> None:
    assert people.signed_in(in_staff_session).get(PEOPLE, {"after": odd}).status_code == 200


def test_paging_reaches_everybody_once_in_order(in_staff_session: User) -> None:
    for number in range(60):
        people.nobody_in_particular(f"Same Name {number % 7}")
    names, after, pages = [], None, 0
    while pages == 0 or after:
        page = selectors.people(in_staff_session, after=after)
        names += [(person.name, person.pk) for person in page.people]
        after, pages = page.next_after, pages + 1
    assert names == sorted(User.objects.values_list("name", "pk"))
    assert pages == 3


def test_the_list_costs_the_same_for_ten_and_a_thousand(
    in_staff_session: User, django_assert_max_num_queries
) -> None:

    tree, client = people.make_area_tree(), people.signed_in(in_staff_session)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(PEOPLE).status_code == 200
        return len(caught)

    for _ in range(10):
        people.person(Role.ANALYST, area=tree.sector)
    ten = queries()
    User.objects.bulk_create(User(email=f"b{n}@example.test", name=f"B {n:04}") for n in range(1000))
    bulk = User.objects.filter(email__startswith="b")
    Post.objects.bulk_create(
        Post(user=user, role=Role.ANALYST, area=tree.sector, organisation=people.police()) for user in bulk
    )
    assert queries() == ten
    assert ten <= 20


def test_the_list_gives_nothing_outside_a_staff_session(administrator: User, inspector: User) -> None:
    for user in (administrator, inspector):
        assert selectors.people(user).people == []


# Posts ----------------------------------------------------------------------------------------------


def post_form(**change: object) -> dict[str, object]:
    """What the form sends: a date as its three boxes, from a text like 1/3/2026."""
    tree = people.make_area_tree()
    sent = {"role": "analyst", "organisation": people.police().pk, "area": tree.sector.pk, "starts": "1/3/2026"}
    sent |= change
    for name in ("starts", "ends"):
        typed = str(sent.pop(name, "")).split("/")
        sent |= dict(zip((f"{name}_day", f"{name}_month", f"{name}_year"), [*typed, "", ""][:3], strict=True))
    return {key: value for key, value in sent.items() if value is not None}


def test_a_post_is_given(in_staff_session: User) -> None:
    person = people.nobody_in_particular()
    client = people.signed_in(in_staff_session)
    assert client.get(f"{PEOPLE}{person.pk}/posts/add/").status_code == 200
    response = client.post(f"{PEOPLE}{person.pk}/posts/add/", post_form())
    assert response["Location"] == f"{PEOPLE}{person.pk}/"
    post = person.posts.get()
    assert (post.role, post.starts, post.ends) == ("analyst", datetime.date(2026, 3, 1), None)
    assert [line.sentence for line in timeline(person)] == ["Ada Min gave the post: Analyst, Norwick Central"]
    assert b"Norwick Central" in client.get(f"{PEOPLE}{person.pk}/").content


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"role": ""}, "Choose a role"),
        ({"organisation": ""}, "Choose an organisation"),
        ({"starts": ""}, "Enter the first day"),
        ({"starts": "soon"}, "First day must include a month and year"),
        ({"starts": "31/2/2026"}, "First day must be a real date"),
        ({"ends": "31/13/2026"}, "Last day must be a real date"),
        ({"ends": "28/2/2026"}, "The last day in post must not be before the first."),
        ({"area": ""}, "Choose the team or the area this post is for."),
        ({"role": "partner_worker"}, "A partner worker does not belong to this organisation"),
        ({"role": "group_lead"}, "A community group lead does not belong to this organisation"),
    ],
)
def test_a_bad_post_says_what_to_do(in_staff_session: User, change: dict[str, object], said: str) -> None:
    person = people.nobody_in_particular()
    response = people.signed_in(in_staff_session).post(f"{PEOPLE}{person.pk}/posts/add/", post_form(**change))
    assert response.status_code == 200
    assert said in str(response.context["form"].errors)
    assert not person.posts.exists()


def test_the_forms_speak_as_the_other_pages_do(in_staff_session: User) -> None:
    person = people.nobody_in_particular()
    client = people.signed_in(in_staff_session)
    post = client.get(f"{PEOPLE}{person.pk}/posts/add/").content.decode()
    today = timezone.localdate()
    assert "Choose one" in post and "Select an option" not in post
    for box, value in (("day", today.day), ("month", today.month), ("year", today.year)):
        assert re.search(rf'name="starts_{box}"[^>]* value="{value}"', post), box
    account = client.get(f"{PEOPLE}add/").content.decode()
    sign_in = Client().get("/sign-in/").content.decode()
    link = "I have forgotten my password"
    assert link in account and link in sign_in


def test_no_button_of_the_administrator_is_pressed_twice(in_staff_session: User, worker: User) -> None:
    client = people.signed_in(in_staff_session)
    for page in (PAGE, f"{PEOPLE}add/", f"{PEOPLE}{worker.pk}/", f"{PEOPLE}{worker.pk}/posts/add/"):
        html = client.get(page).content.decode()
        forms = re.findall(r'<form method="post"(?! action="/account/logout)(.*?)</form>', html, re.DOTALL)
        buttons = [button for form in forms for button in re.findall(r'<button[^>]*class="govuk-button[^>]*>', form)]
        assert buttons, page
        assert all('data-prevent-double-click="true"' in button for button in buttons), page


def test_no_partner_becomes_police_by_a_slip(in_staff_session: User) -> None:
    person = people.nobody_in_particular()
    client = people.signed_in(in_staff_session)
    client.post(f"{PEOPLE}{person.pk}/posts/add/", post_form(organisation=people.housing().pk))
    assert not person.posts.exists()
    client.post(
        f"{PEOPLE}{person.pk}/posts/add/",
        post_form(role="partner_worker", organisation=people.housing().pk, area=None),
    )
    assert person.posts.get().role == "partner_worker"


def test_a_ward_is_not_offered(in_staff_session: User) -> None:
    person, tree = people.nobody_in_particular(), people.make_area_tree()
    people.signed_in(in_staff_session).post(f"{PEOPLE}{person.pk}/posts/add/", post_form(area=tree.ward.pk))
    assert not person.posts.exists()


def test_nobody_gives_themselves_a_post(in_staff_session: User) -> None:
    client = people.signed_in(in_staff_session)
    address = f"{PEOPLE}{in_staff_session.pk}/posts/add/"
    response = client.post(address, post_form())
    assert response.status_code == 200
    assert "You cannot give yourself a post" in str(response.context["form"].errors)
    with pytest.raises(Forbidden):
        actions.add_post(
            in_staff_session,
            acting_user=in_staff_session,
            role=Role.FORCE_LEAD,
            organisation=people.police(),
            area=people.make_area_tree().force,
        )
    assert standing(in_staff_session).roles == {Role.ADMINISTRATOR}


@pytest.mark.parametrize("starts", [-5, 0, 5])
@pytest.mark.parametrize("ends", [None, 9])
def test_a_post_is_ended_at_once(in_staff_session: User, starts: int, ends: int | None) -> None:
    today = timezone.localdate()
    day = datetime.timedelta(days=1)
    person = people.person(
        Role.ANALYST, starts=today + starts * day, ends=None if ends is None else today + ends * day
    )
    client = people.signed_in(in_staff_session)
    post = person.posts.get()
    assert client.post(f"/administration/posts/{post.pk}/end/").status_code == 302
    assert not User.objects.get(pk=person.pk).posts.current().exists()
    post.refresh_from_db()
    assert post.ended_at is not None and post.ends == max(post.starts, today)
    assert client.post(f"/administration/posts/{post.pk}/end/").status_code == 409
    assert "directory.ended_post" in verbs()


# Closing an account ---------------------------------------------------------------------------------


def test_an_account_is_closed(in_staff_session: User, inspector: User) -> None:
    client = people.signed_in(in_staff_session)
    assert client.post(f"{PEOPLE}{inspector.pk}/close/")["Location"] == f"{PEOPLE}{inspector.pk}/"
    inspector.refresh_from_db()
    assert not inspector.is_active and not inspector.has_usable_password()
    assert not any(post.going_on for post in inspector.posts.all())
    assert timeline(inspector)[0].sentence == "Ada Min closed the account"
    assert client.post(f"{PEOPLE}{inspector.pk}/close/").status_code == 409
    assert client.post(f"{PEOPLE}{inspector.pk}/posts/add/", post_form()).status_code == 409


def test_nobody_closes_their_own(in_staff_session: User) -> None:
    assert people.signed_in(in_staff_session).post(f"{PEOPLE}{in_staff_session.pk}/close/").status_code == 403
    in_staff_session.refresh_from_db()
    assert in_staff_session.is_active


def test_every_action_wants_a_staff_session(administrator: User, worker: User, inspector: User) -> None:
    for somebody in (administrator, inspector):
        for attempt in (
            lambda who: actions.add_person(acting_user=who, email="a@b.test", name="A"),
            lambda who: actions.add_post(
                worker, acting_user=who, role=Role.PARTNER_MANAGER, organisation=people.housing()
            ),
            lambda who: actions.end_post(worker.posts.get(), acting_user=who),
            lambda who: actions.deactivate_person(worker, acting_user=who),
        ):
            with pytest.raises(Forbidden):
                attempt(somebody)
    with pytest.raises(WrongState):
        actions.end_staff_session(acting_user=administrator)
    worker.refresh_from_db()
    assert worker.is_active and worker.posts.current().count() == 1
    assert not Entry.objects.exists()


def test_a_person_or_post_that_is_not_there_is_404(in_staff_session: User) -> None:
    client = people.signed_in(in_staff_session)
    for address in ("999999/", "999999/posts/add/"):
        assert client.get(f"{PEOPLE}{address}").status_code == 404
    assert client.post("/administration/posts/999999/end/").status_code == 404


# The command ----------------------------------------------------------------------------------------


def create_administrator(monkeypatch: pytest.MonkeyPatch, *arguments: str, password: str = people.PASSWORD) -> str:
    monkeypatch.setattr(sys, "stdin", io.StringIO(password + "\n"))
    out = io.StringIO()
    call_command("create_administrator", *arguments, stdout=out)
    return out.getvalue()


def test_the_first_administrator_comes_from_the_command_line(monkeypatch: pytest.MonkeyPatch, settings) -> None:
    said = create_administrator(monkeypatch, "Root@Force.test", "Rosa Root")
    assert said == "Rosa Root can now sign in as root@force.test and open a staff session.\n"
    person = User.objects.get()
    assert standing(person).roles == {Role.ADMINISTRATOR}
    force = Organisation.objects.get()
    assert (force.name, force.kind) == (settings.FORCE_NAME, OrganisationKind.POLICE)
    client = Client()
    assert client.post("/sign-in/", {"login": "root@force.test", "password": people.PASSWORD}).status_code == 302
    assert client.post(PAGE, {"reason": "Setting up"}).status_code == 302
    assert Entry.objects.first().actor is None and verify().whole


def test_a_second_one_is_of_the_same_force(monkeypatch: pytest.MonkeyPatch) -> None:
    force = people.police()
    create_administrator(monkeypatch, "root@force.test", "Rosa Root")
    assert Post.objects.get().organisation == force


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        ("not an address", people.PASSWORD, "valid email"),
        ("root@force.test", "short", "too short"),
        ("root@force.test", "root@force.test", "too similar"),
        ("taken@force.test", people.PASSWORD, "Somebody has this e-mail address already"),
    ],
)
def test_the_command_says_plainly_why_not(
    monkeypatch: pytest.MonkeyPatch, email: str, password: str, said: str
) -> None:
    people.nobody_in_particular(email="taken@force.test")
    with pytest.raises(CommandError, match=said):
        create_administrator(monkeypatch, email, "Rosa Root", password=password)
    assert User.objects.count() == 1
