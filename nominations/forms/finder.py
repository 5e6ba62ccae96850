"""What the finder is asked, and the figures that a what-if tries; nothing here is ever saved."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import DayField, choices_offered, offer
from criteria.engine import Facts, Plan
from criteria.selectors import lang
from nominations.finder.search import Search
from nominations.finder.what_if import Figures, award_counts, review_of, years_looked_at
from nominations.models import AwardRound
from nominations.selectors.finder import areas_of, awards_offered, own_units, subjects_offered
from registry.enums import IndividualRole, PolicyLoan, PovertyStatus, Registration, Zone
from registry.forms.plain import DayInput, with_not_recorded

REVIEWED = frozenset({"district", "commune", "village"})
COUNTS = {
    "households": _("All households"),
    "poor": _("Poor households"),
    "near_poor": _("Near-poor households"),
}


class FinderForm(forms.Form):
    """Round, award and subject, and what narrows the list. A choice that does not fit gives way to the first."""

    award_round = forms.ChoiceField(label=_("Round"), required=False)
    award = forms.ChoiceField(label=_("Award"), required=False)
    subject = forms.ChoiceField(label=_("Who is put forward"), required=False)
    q = forms.CharField(label=_("Name"), required=False, max_length=100)
    within = forms.ChoiceField(label=_("District or commune"), required=False)
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("", _("The nearest first")), ("name", _("By name")), ("unit", _("By unit"))],
    )
    group = forms.CharField(required=False, widget=forms.HiddenInput, max_length=12)

    def __init__(self, asked: Mapping[str, str], *, user: Any, rounds: Sequence[AwardRound]) -> None:
        self._rounds = {str(one.pk): one for one in rounds}
        self.units = own_units(user)
        self._areas = {str(unit.pk): unit for unit in areas_of(user, self.units)}
        data = {name: asked.get(name, "") for name in self.base_fields}
        data["award_round"] = _fitting(data["award_round"], list(self._rounds))
        super().__init__(data)
        award_round = self._rounds[data["award_round"]]
        plan = award_round.plan
        choices: dict[str, list[tuple[Any, Any]]] = {
            "award_round": [(key, _round_label(one, rounds)) for key, one in self._rounds.items()],
            "award": awards_offered(award_round, plan),
            "subject": subjects_offered(user, self.units, plan),
            "within": [("", _("All")), *((key, unit.full_name) for key, unit in self._areas.items())],
            "sort": choices_offered(self, "sort"),
        }
        for name, offered in choices.items():
            offer(self, name, offered)
            data[name] = _fitting(data[name], [str(value) for value, _label in offered])
        if len(self._areas) < 2:
            del self.fields["within"]

    @property
    def search(self) -> Search:
        """What is looked for, with what did not fit replaced."""
        return Search(
            award_round=self._rounds[self.data["award_round"]],
            award=self.data["award"],
            subject=self.data["subject"],
            words=self.data["q"][:100],
            within=self._areas.get(self.data["within"]),
        )


def _round_label(award_round: AwardRound, rounds: Sequence[AwardRound]) -> str:
    """The round, with its movement where there are several."""
    several = len({one.movement_id for one in rounds}) > 1
    return f"{award_round} · {award_round.movement}" if several else str(award_round)


def _fitting(value: str, offered: Sequence[str]) -> str:
    """The value where it is one of those offered, else the first; empty where there is none."""
    return value if value in offered else next(iter(offered), "")


class WhatIfForm(forms.Form):
    """The figures of one nominee as they stand, to be changed and tried."""

    def __init__(self, data: Mapping[str, str] | None, *, plan: Plan, facts: Facts) -> None:
        super().__init__(data)
        self.years = years_looked_at(plan, facts)
        self.kind = facts.nominee.kind
        self._awards = award_counts(plan, facts)
        if self.kind in REVIEWED:
            self._add_reviews(plan, facts)
        if self.kind == "commune":
            self._add_choice("zone", _("Zone"), Zone.choices, facts.nominee.zone)
        if self.kind == "household":
            self._add_household(facts)
        if self.kind == "individual":
            self._add_choice("role", _("Capacity"), IndividualRole.choices, facts.nominee.role)
        for kind, number in self._awards.items():
            label = plan.awards[kind].label(lang())
            self._add_number(
                f"awards_{kind}", _("Earlier awards: %(award)s") % {"award": label}, number, most=20
            )

    def _add_reviews(self, plan: Plan, facts: Facts) -> None:
        for year in self.years:
            known = review_of(plan, facts.nominee.lineage, year) or (None, None, None)
            for (name, label), value in zip(COUNTS.items(), known, strict=True):
                self._add_number(f"{name}_{year}", f"{label} {year}", value)

    def _add_household(self, facts: Facts) -> None:
        nominee = facts.nominee
        for year in self.years:
            label = _("Standing in %(year)s") % {"year": year}
            self._add_choice(f"status_{year}", label, PovertyStatus.choices, nominee.statuses.get(year))
        day = nominee.registered_on if isinstance(nominee.registered_on, date) else None
        known = "registered" if isinstance(nominee.registered_on, date) else nominee.registered_on
        self._add_choice("registration", _("Registration to leave poverty"), Registration.choices, known)
        self.fields["registered_on"] = DayField(
            label=_("Registered on"), required=False, initial=day, widget=DayInput({"class": "form-control"})
        )
        self._add_choice("policy_loan", _("Policy-bank loan"), PolicyLoan.choices, nominee.policy_loan)

    def _add_number(self, name: str, label: str, value: int | None, most: int = 9_999_999) -> None:
        widget = forms.NumberInput({"class": "form-control", "inputmode": "numeric"})
        self.fields[name] = forms.IntegerField(
            label=label, required=False, min_value=0, max_value=most, initial=value, widget=widget
        )

    def _add_choice(self, name: str, label: Any, choices: Any, value: str | None) -> None:
        self.fields[name] = forms.ChoiceField(
            label=label,
            required=False,
            choices=with_not_recorded(choices),
            initial=value or "",
            widget=forms.Select({"class": "form-select"}),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for year in self.years if self.kind in REVIEWED else ():
            self._check_year(year, data)
        if data.get("registration") == Registration.REGISTERED and not data.get("registered_on"):
            self._add_once("registered_on", _("State the day of registration."))
        return data

    def _check_year(self, year: int, data: dict[str, Any]) -> None:
        names = [f"{name}_{year}" for name in COUNTS]
        if any(name in self.errors for name in names):
            return
        households, poor, near_poor = (data.get(name) for name in names)
        if households is None or poor is None or near_poor is None:
            if (households, poor, near_poor) != (None, None, None):
                blank = next(name for name in names if data.get(name) is None)
                self._add_once(blank, _("State all three figures of %(year)s, or none.") % {"year": year})
        elif poor + near_poor > households:
            words = _("Poor and near-poor households of %(year)s are more than all households.")
            self._add_once(names[0], words % {"year": year})

    def _add_once(self, name: str, words: Any) -> None:
        if name not in self.errors:
            self.add_error(name, words)

    @property
    def year_rows(self) -> list[tuple[int, list[forms.BoundField]]]:
        """A unit's figures by year, for a table."""
        if self.kind not in REVIEWED:
            return []
        return [(year, [self[f"{name}_{year}"] for name in COUNTS]) for year in self.years]

    @property
    def other_fields(self) -> list[forms.BoundField]:
        """Everything that stands outside the table."""
        inside = {field.name for _year, fields in self.year_rows for field in fields}
        return [field for field in self if field.name not in inside]

    def figures(self) -> Figures:
        """What was typed, as the what-if takes it."""
        data = self.cleaned_data
        reviews = statuses = None
        if self.kind in REVIEWED:
            typed = {year: tuple(data[f"{name}_{year}"] for name in COUNTS) for year in self.years}
            reviews = {year: None if None in counts else counts for year, counts in typed.items()}
        if self.kind == "household":
            statuses = {year: data[f"status_{year}"] for year in self.years}
        return Figures(
            reviews=reviews,
            statuses=statuses,
            zone=data.get("zone"),
            registration=data.get("registration"),
            registered_on=data.get("registered_on") if data.get("registration") else None,
            policy_loan=data.get("policy_loan"),
            role=data.get("role"),
            awards={kind: data.get(f"awards_{kind}") or 0 for kind in self._awards},
        )
