"""What people type about money, rounds and bids."""

from __future__ import annotations

import itertools
from typing import Any

from django import forms
from django.http import QueryDict

from funds.case.words import pounds
from funds.models import BallotType, Bid, DecisionRoute, Objective, Round, Stream
from funds.selectors import round_pot
from govuk.fields import GovukDateField, MoneyField


class StepForm(forms.Form):
    """A form about one bid; the bid is at hand for choices and limits."""

    def __init__(self, *args: Any, bid: Bid, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bid = bid


class ConfirmForm(StepForm):
    """Nothing to type: the button is the answer."""


class ReasonForm(StepForm):
    """A reason, in the words of the step (`label`, `hint`)."""

    reason = forms.CharField(max_length=2000, widget=forms.Textarea({"rows": 5}))
    label = "Reason"
    hint = ""
    error = "Enter the reason"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        field.label, field.help_text = self.label, self.hint
        field.error_messages["required"] = self.error


class QuestionForm(ReasonForm):
    label = "What do you need to know?"
    hint = "The group reads this. Ask for one thing at a time and say by when."
    error = "Enter what you need to know"


class DeclineForm(ReasonForm):
    label = "Why will this bid not be funded?"
    hint = "The group and the public read this. Say what would have made the difference."
    error = "Enter why this bid will not be funded"


class RecommendForm(ReasonForm):
    label = "Why should this bid be funded?"
    error = "Enter why this bid should be funded"


class ConflictForm(ReasonForm):
    label = "What is your interest in this bid?"
    hint = "For example: you know the group’s treasurer. You will take no part in judging it."
    error = "Enter what your interest is"


class LapseForm(ReasonForm):
    label = "What was the group asked for, and when?"
    error = "Enter what the group was asked for, and when"


class WithdrawForm(ReasonForm):
    label = "Why are you withdrawing this bid?"
    hint = "You cannot undo this, but you can bid again while the round is open."
    error = "Enter why you are withdrawing this bid"


class CompleteForm(ReasonForm):
    label = "What did the project achieve?"
    hint = "Numbers help: how many people came, how often, what changed."
    error = "Enter what the project achieved"


class ScreeningForm(StepForm):
    """The outcome of the checks."""

    charitable = forms.TypedChoiceField(
        label="Is the purpose charitable in law?",
        help_text="Police Property Act money may only go to charitable purposes.",
        choices=[("yes", "Yes"), ("no", "No")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose yes or no"},
    )
    note = forms.CharField(
        label="What you checked (optional)", required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )


class AssessmentForm(StepForm):
    """A score and its reasons."""

    score = forms.TypedChoiceField(
        label="How well does it meet the aim it chose?",
        choices=[
            ("5", "5: strongly, with evidence"),
            ("4", "4: well"),
            ("3", "3: enough"),
            ("2", "2: partly"),
            ("1", "1: hardly"),
            ("0", "0: not at all"),
        ],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a score"},
    )
    reasons = forms.CharField(
        label="Reasons for your score",
        max_length=4000,
        widget=forms.Textarea({"rows": 5}),
        error_messages={"required": "Enter the reasons for your score"},
    )


class PitchForm(StepForm):
    """A note on the pitch."""

    note = forms.CharField(
        label="Notes (optional)", required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )


class ApproveForm(StepForm):
    """How much to award from each stream the round has money of. At least one amount is needed, so none of
    them may read as optional."""

    mark_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.streams: list[Stream] = []
        left = self.bid.asked_pence or 0
        for stream, held in round_pot(self.bid.round):
            if held <= 0 or (stream.charitable_only and not self.bid.charitable):
                continue
            part = min(left, held)
            left -= part
            self.streams.append(stream)
            self.fields[f"stream_{stream.pk}"] = MoneyField(
                label=f"From {stream.name}",
                help_text=f"{pounds(held)} left in this round",
                required=False,
                initial=part,
            )
        self.fields["public_note"] = forms.CharField(
            label="Why this bid is funded",
            help_text="The public reads this.",
            max_length=2000,
            widget=forms.Textarea({"rows": 3}),
            error_messages={"required": "Enter why this bid is funded"},
        )
        self.fields["conditions"] = forms.CharField(
            label="Conditions (optional)", required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
        )

    def clean(self) -> dict[str, Any]:
        """Gather the amounts into `split`, pence by stream."""
        cleaned = super().clean() or self.cleaned_data
        cleaned["split"] = {s: cleaned[f"stream_{s.pk}"] for s in self.streams if cleaned.get(f"stream_{s.pk}")}
        return cleaned


class PayForm(StepForm):
    """An amount to pay."""

    pence = MoneyField(label="Amount to pay", min_pence=1, error_messages={"required": "Enter the amount to pay"})


class RecoverForm(ReasonForm):
    """An amount that came back, and why."""

    label = "Why is the money coming back?"
    error = "Enter why the money is coming back"
    pence = MoneyField(
        label="Amount paid back",
        help_text="Enter 0 where nothing had been paid yet.",
        error_messages={"required": "Enter the amount paid back"},
    )
    field_order = ("pence", "reason")


# Money and rounds ----------------------------------------------------------------------------------
class StreamAmountForm(forms.Form):
    """An amount from one stream."""

    stream = forms.ModelChoiceField(
        queryset=Stream.objects.all(),
        label="Stream",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choose a stream"},
    )
    pence = MoneyField(label="Amount", min_pence=1, error_messages={"required": "Enter an amount"})
    note = forms.CharField(label="Note (optional)", required=False, max_length=300)


class EarmarkForm(StreamAmountForm):
    """An amount from one stream, for one round."""

    round: forms.ModelChoiceField[Round] = forms.ModelChoiceField(
        queryset=Round.objects.none(),
        label="Round",
        error_messages={"required": "Choose a round"},
    )
    field_order = ("round", "stream", "pence", "note")

    def __init__(self, *args: Any, rounds: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["round"].queryset = rounds  # type: ignore[attr-defined]


class RoundForm(forms.Form):
    """A new round. The rule of the count starts as Equal Shares, and is shown on the round's page.

    What only a vote needs says so in its label; "(optional)" beside that would be wrong for a vote.
    """

    mark_optional = False

    name = forms.CharField(
        label="Name of the round", max_length=120, error_messages={"required": "Enter a name for the round"}
    )
    purpose = forms.CharField(
        label="What it is for",
        help_text="The public reads this.",
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": "Enter what the round is for"},
    )
    route = forms.ChoiceField(
        label="Who decides",
        choices=DecisionRoute.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who decides"},
    )
    budget_pence = MoneyField(
        label="Money to award", min_pence=1, error_messages={"required": "Enter the money to award"}
    )
    cap_pence = MoneyField(label="Most one bid can get (optional)", required=False, min_pence=1)
    bids_close_on = GovukDateField(label="Day bids close", error_messages={"required": "Enter the day bids close"})
    voting_closes_on = GovukDateField(label="Day voting closes (where residents vote)", required=False)
    decision_on = GovukDateField(
        label="Day of the decision", error_messages={"required": "Enter the day of the decision"}
    )
    ballot_type = forms.ChoiceField(
        label="What voters do (where residents vote)", choices=BallotType.choices, initial=BallotType.APPROVAL
    )
    eligibility = forms.CharField(label="Who may vote (where residents vote)", required=False, max_length=300)

    def clean(self) -> dict[str, Any]:
        """Dates come in the order the round runs."""
        cleaned = super().clean() or self.cleaned_data
        order = ("bids_close_on", "voting_closes_on", "decision_on")
        known = [(name, cleaned[name]) for name in order if cleaned.get(name)]
        for (before, first), (after, second) in itertools.pairwise(known):
            if second < first:
                words = str(self.fields[before].label).lower().split(" (")[0]
                self.add_error(after, f"This day must not be before the {words}")
        votes = cleaned.get("route") == DecisionRoute.VOTE
        if votes and "voting_closes_on" not in self.errors and not cleaned.get("voting_closes_on"):
            self.add_error("voting_closes_on", "Enter the day voting closes")
        return cleaned


class VoidForm(forms.Form):
    """Why a round is called off."""

    reason = forms.CharField(
        label="Why is this round called off?",
        help_text="The public reads this.",
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": "Enter why this round is called off"},
    )


# A group's bid, one page a section -----------------------------------------------------------------
class StartBidForm(forms.Form):
    """The name a bid begins with."""

    title = forms.CharField(
        label="What is your project called?",
        max_length=120,
        error_messages={"required": "Enter the name of your project"},
    )


class AnswerForm(StepForm):
    """The answer to what the unit asked."""

    answer = forms.CharField(
        label="Your answer",
        max_length=4000,
        widget=forms.Textarea({"rows": 8}),
        error_messages={"required": "Enter your answer"},
    )


class SectionForm(forms.Form):
    """One section of the bid; `version` is the one the person has before them."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, bid: Bid) -> None:
        names = [name for name in self.base_fields if name != "version"]
        super().__init__(data, initial={name: getattr(bid, name) for name in names} | {"version": bid.version})
        self.bid = bid

    @property
    def changes(self) -> dict[str, Any]:
        """What was typed, without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class WhatForm(SectionForm):
    """What the group wants to do."""

    title = forms.CharField(
        label="Name of your project", max_length=120, error_messages={"required": "Enter the name of your project"}
    )
    what = forms.CharField(
        label="What do you want to do?",
        help_text="Say who it is for, where it happens and how often. A few sentences are enough.",
        max_length=4000,
        widget=forms.Textarea({"rows": 8}),
        error_messages={"required": "Enter what you want to do"},
    )


class CostForm(SectionForm):
    """What it costs."""

    asked_pence = MoneyField(
        label="How much are you asking for?",
        min_pence=1,
        error_messages={"required": "Enter how much you are asking for"},
    )
    total_pence = MoneyField(
        label="What does the whole project cost? (optional)",
        help_text="If other money helps to pay for it, enter the sum of everything.",
        required=False,
    )
    spending = forms.CharField(
        label="What would you spend the money on?",
        help_text="One thing on each line, with its cost. For example: hall hire, 10 weeks, £300.",
        max_length=4000,
        widget=forms.Textarea({"rows": 6}),
        error_messages={"required": "Enter what you would spend the money on"},
    )

    def clean(self) -> dict[str, Any]:
        """The amount asked for fits the round and the whole."""
        cleaned = super().clean() or self.cleaned_data
        asked, total = cleaned.get("asked_pence"), cleaned.get("total_pence")
        cap = self.bid.round.cap_pence
        if asked and cap and asked > cap:
            self.add_error("asked_pence", f"Ask for {pounds(cap)} or less: one bid can get no more in this round")
        if asked and total and total < asked:
            self.add_error("total_pence", "The whole project must cost at least what you are asking for")
        return cleaned


class DifferenceForm(SectionForm):
    """What should change."""

    objective = forms.ModelChoiceField(
        queryset=Objective.objects.all(),
        label="Which aim does your project help with most?",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choose the aim your project helps with most"},
    )
    objectives_text = forms.CharField(
        label="What will be different afterwards?",
        help_text="One thing on each line.",
        max_length=4000,
        widget=forms.Textarea({"rows": 5}),
        error_messages={"required": "Enter what will be different afterwards"},
    )
