"""Pages that show every component and field together. A test fixture: the product has no such URL."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from govuk.fields import GovukDateField, MoneyField
from govuk.widgets import AffixedInput, HintedRadios


class EveryField(forms.Form):
    """One field of each kind the renderer knows."""

    title = forms.CharField(label="Title", max_length=80, help_text="What people will call it")
    story = forms.CharField(
        label="What happens", max_length=300, widget=forms.Textarea(attrs={"rows": 4}), help_text="Who, where, when"
    )
    notes = forms.CharField(label="Notes", widget=forms.Textarea, required=False)
    email = forms.EmailField(label="Email address")
    visits = forms.IntegerField(label="Planned visits", min_value=1, max_value=99)
    hours = forms.CharField(
        label="Hours a week", widget=AffixedInput({"class": "govuk-input--width-4"}, suffix="hours")
    )
    amount = MoneyField(label="Amount asked for", max_pence=500_00, help_text="Up to £500")
    due = GovukDateField(label="Due date", help_text="For example, 21 November 2026")
    kind = forms.ChoiceField(
        label="Where it came from",
        choices=[("force", "Force priority"), ("community", "Community concern")],
        widget=HintedRadios({"force": "From the plan", "community": "From people who live there"}),
    )
    certain = forms.ChoiceField(
        label="Are you certain?", choices=[("yes", "Yes"), ("no", "No")], widget=forms.RadioSelect
    )
    wards = forms.MultipleChoiceField(
        label="Wards",
        choices=[("ladywood", "Ladywood"), ("aston", "Aston")],
        widget=forms.CheckboxSelectMultiple,
        help_text="Choose all that apply",
    )
    team = forms.ChoiceField(
        label="Team",
        choices=[
            ("", "---------"),
            ("Neighbourhood", [("n1", "Ladywood"), ("n2", "Aston")]),
            ("pct", "Priority crime"),
        ],
    )
    photo = forms.FileField(label="Photograph", required=False)
    secret = forms.CharField(label="Password", widget=forms.PasswordInput)
    agree = forms.BooleanField(label="I have read the conditions", help_text="They are on the next page")
    token = forms.CharField(widget=forms.HiddenInput, initial="t")


def form_page(request: HttpRequest) -> HttpResponse:
    """The form, in the staff frame; ?wrong shows it with errors."""
    form = EveryField(request.POST) if request.method == "POST" else EveryField()
    if "wrong" in request.GET:
        form = EveryField({"title": "x" * 90, "due_day": "31", "due_month": "x", "amount": "3.345", "token": "t"})
    return render(request, "gallery_form.html", {"form": form})


def parts_page(request: HttpRequest) -> HttpResponse:
    """Every other component."""
    from tests.components.gallery_parts import parts

    return render(request, "gallery_parts.html", parts())


def public_page(request: HttpRequest) -> HttpResponse:
    """The public frame."""
    menu = [{"href": "/", "text": "Home", "current": True}, {"href": "/teams/", "text": "Find your team"}]
    return render(request, "gallery_public.html", {"menu": menu})


def refused_page(request: HttpRequest, kind: str) -> HttpResponse:
    """The pages of the refusals, with content."""
    from config import errors

    if kind == "400":
        return errors.bad_request(request, Exception())
    if kind == "403":
        return errors.forbidden(request, Exception("Only the chief inspector approves a plan."))
    if kind == "409":
        missing = ["A measured outcome with a target", "An action with an owner and a due date"]
        written = [("Problem statement", "Cars race on the ring road.\n\n" + "Every Friday night. " * 20)]
        context = {"message": "", "missing": missing, "back": "/gallery/parts/", "written": written}
        return render(request, "409.html", context, status=409)
    if kind == "csrf":
        return render(request, "403_csrf.html", status=403)
    return errors.broken(request)


urlpatterns = [
    path("gallery/refused/<str:kind>/", refused_page, name="gallery_refused"),
    path("gallery/form/", form_page, name="gallery_form"),
    path("gallery/parts/", parts_page, name="gallery_parts"),
    path("gallery/public/", public_page, name="gallery_public"),
    path("", include("config.urls")),
]
