"""Forms of uploaded plans: they parse and check; services write."""

import unicodedata
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import DayField, offer_rows, rows_offered
from criteria.engine.bounds import MOST_BYTES
from criteria.examination import HandedFile
from nominations.forms.appraisal import NOTE_ROWS
from nominations.forms.filing import FilesField, FilesInput
from registry.enums import Role, UnitKind
from registry.forms import DayInput, PlainForm
from registry.models import Unit
from registry.scopes import provinces_of, under

_ACCEPTED = {"accept": ".yaml,.yml"}
_NAME = 200


def _handed(upload: UploadedFile) -> HandedFile:
    """The file with the last part of its name, whatever a browser made of it."""
    name = unicodedata.normalize("NFC", PurePath((upload.name or "").replace("\\", "/")).name)[-_NAME:]
    return HandedFile(name, upload.read(MOST_BYTES + 1))


class PlanUploadForm(PlainForm):
    """A plan with its cases, and what is new in it."""

    province = forms.ModelChoiceField(label=_("For"), queryset=Unit.objects.none(), empty_label=None)
    plan = forms.FileField(
        label=_("The plan's file"),
        widget=forms.FileInput(attrs=_ACCEPTED),
        help_text=_("YAML in UTF-8, written as the plans of the house are; “Rulebook” shows these."),
    )
    cases = FilesField(
        label=_("Files of cases"),
        widget=FilesInput(attrs=_ACCEPTED),
        help_text=_(
            "One file or several. Each case tells facts and what the plan must say of them: every criterion met and not"
            " met, every quota kept and broken, every ballot, every prize."
        ),
    )
    note = forms.CharField(
        label=_("What is new in it"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": NOTE_ROWS}),
        help_text=_("For whoever reads it next."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provinces = Unit.objects.filter(under(provinces_of(user, Role.LEAD)), kind=UnitKind.PROVINCE)
        offer_rows(self, "province", provinces.on(clock.today()))
        self.initial.setdefault("province", rows_offered(self, "province").first())

    def clean_plan(self) -> HandedFile:
        return _handed(self.cleaned_data["plan"])

    def clean_cases(self) -> list[HandedFile]:
        return [_handed(one) for one in self.cleaned_data["cases"]]


class InForceForm(PlainForm):
    """From which day a plan holds, and by which paper; `compared_with` is the version that was read beside it."""

    effective_on = DayField(
        label=_("Day of effect"),
        widget=DayInput(),
        help_text=_(
            "Rounds that open from this day on follow it. Rounds that have begun keep their version."
        ),
    )
    paper = forms.CharField(
        label=_("Deciding paper"), max_length=160, help_text=_("Number and date of the decision, as written.")
    )
    has_read = forms.BooleanField(label=_("I have read what it changes."))
    compared_with = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput())


class RefusePlanForm(PlainForm):
    """Why a plan is not put in force."""

    reason = forms.CharField(
        label=_("What has to be mended"), max_length=1000, widget=forms.Textarea(attrs={"rows": NOTE_ROWS})
    )
