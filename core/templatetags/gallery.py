"""Invented samples for the page that shows the design system. No other page loads this."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django import forms, template
from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

register = template.Library()


class SampleForm(forms.Form):
    """A form in its error state: one field of each kind."""

    name = forms.CharField(
        label=gettext_lazy("Name of the nominee"), help_text=gettext_lazy("As in the papers.")
    )
    told_on = forms.DateField(
        label=gettext_lazy("Day of the decision"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("", "—"), ("c", gettext_lazy("Collective")), ("h", gettext_lazy("Household"))],
    )
    levels = forms.MultipleChoiceField(
        label=gettext_lazy("Levels"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("x", gettext_lazy("Commune")), ("d", gettext_lazy("District"))],
    )
    report = forms.FileField(
        label=gettext_lazy("Achievement report"),
        required=False,
        help_text=gettext_lazy("PDF, DOCX or an image, at most 20 MB."),
        widget=forms.FileInput(attrs={"data-max-bytes": 20 * 1024 * 1024}),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 3}))
    agreed = forms.BooleanField(label=gettext_lazy("I have compared the copies with the originals"))


class SampleFilter(forms.Form):
    """A filter form above a list."""

    text = forms.CharField(label=gettext_lazy("Name contains"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("c", gettext_lazy("Collective")),
            ("h", gettext_lazy("Household")),
        ],
    )


class SampleBallot(forms.Form):
    """A choice of which nothing is preselected."""

    choice = forms.ChoiceField(
        label=gettext_lazy("Your choice"),
        widget=forms.RadioSelect,
        choices=[("yes", gettext_lazy("Agree")), ("no", gettext_lazy("Do not agree"))],
    )


class SampleReason(forms.Form):
    """What a refusal asks for."""

    refusal_reason = forms.CharField(label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 2}))


def _findings() -> list[dict[str, Any]]:
    return [
        {
            "status": "met",
            "title": _("Poor and near-poor households fell by more than half"),
            "sentence": _("388 households at the start, 171 now: 217 fewer (55.9%). 22 more than asked for."),
            "clause": _("Section III.1.c"),
            "value": 217,
            "maximum": 388,
            "threshold": 194,
        },
        {
            "status": "missing",
            "title": _("Achievement report confirmed"),
            "sentence": _("The report is there; the confirmation of the managing body is not."),
            "clause": _("Section III.3.b"),
        },
        {"status": "judgement", "title": _("Model that others can follow"), "clause": _("Section III.1.c")},
        {
            "status": "not_met",
            "title": _("Award for this movement before"),
            "sentence": _("One certificate of merit (2022). Two are needed, one is still to come."),
            "clause": _("Section III.2.b"),
            "value": 1,
            "maximum": 4,
            "threshold": 2,
        },
    ]


def _rows() -> Page:
    rows = [
        {
            "name": _("Commune A"),
            "households": 1062,
            "share": Decimal("0.1608"),
            "word": _("Eligible"),
            "tone": "good",
        },
        {
            "name": _("Commune B"),
            "households": 940,
            "share": Decimal("0.094"),
            "word": _("Waiting for you"),
            "tone": "now",
        },
        {
            "name": _("Commune C"),
            "households": 2315,
            "share": Decimal("0.05"),
            "word": _("Refused"),
            "tone": "bad",
        },
    ]
    return Paginator(rows * 3, 3).page(2)


@register.simple_tag
def gallery() -> dict[str, Any]:
    """All samples, by the name of the component that shows them."""
    today = datetime.datetime(2025, 12, 9, 8, 30, tzinfo=datetime.UTC)
    return {
        "steps": [
            {"label": _("Draft"), "state": "done"},
            {"label": _("Filed to the district"), "state": "done"},
            {"label": _("Filed to the province"), "state": "done"},
            {"label": _("Appraisal"), "state": "now"},
            {"label": _("Council"), "state": "todo"},
            {"label": _("Proposal"), "state": "todo"},
            {"label": _("Decision"), "state": "todo"},
        ],
        "work": [
            {"days": -2, "title": _("Add the confirmation of the report"), "button": _("Go there")},
            {"days": 3, "title": _("File six dossiers to the province"), "button": _("Go there")},
            {"days": 14, "title": _("Read two opinions of the Front"), "button": _("Go there")},
            {"days": None, "title": _("Remind three communes of their reviews"), "button": _("Remind")},
        ],
        "findings": _findings(),
        "page_obj": _rows(),
        "quotas": [
            {"title": _("Collectives"), "used": 9, "limit": 15, "pending": 2},
            {"title": _("Households and individuals"), "used": 16, "limit": 15, "pending": 0},
        ],
        "tones": [
            ("neutral", _("Draft")),
            ("info", _("Under appraisal")),
            ("now", _("Waiting for you")),
            ("good", _("Eligible")),
            ("warn", _("Incomplete")),
            ("bad", _("Refused")),
        ],
        "papers": [
            {
                "name": _("Letter of the district"),
                "size": 182_000,
                "date": today,
                "word": _("Complete"),
                "tone": "good",
            },
            {
                "name": _("Achievement report"),
                "size": 91_000,
                "date": today,
                "word": _("Missing"),
                "tone": "warn",
            },
        ],
        "entries": [
            {"when": today, "title": _("Filed to the province"), "who": _("District office"), "tone": "good"},
            {
                "when": today,
                "title": _("Supplement requested"),
                "note": _("Confirm the report."),
                "tone": "now",
            },
        ],
        "form": SampleForm({"name": _("Commune A"), "reason": ""}, auto_id="sample_%s"),
        "filter_form": SampleFilter(auto_id="filter_%s"),
        "ballot_form": SampleBallot(auto_id="ballot_%s"),
        "reason_form": SampleReason(auto_id="refusal_%s"),
    }
