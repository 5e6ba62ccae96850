"""Forms of nominating and filing: they parse and check what was typed; services write."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import DayField, offer, offer_rows
from criteria.selectors import lang
from nominations.enums import Status
from nominations.models import AwardRound
from nominations.selectors.nominees import subjects_for, subjects_offered
from nominations.services.dossiers import ACHIEVEMENT_LENGTH, CITATION_LENGTH
from registry.enums import IndividualRole, UnitKind
from registry.forms import DayInput, PlainForm, UnitChoiceField
from registry.models import Unit

ACCEPTED = ".pdf,.docx,.jpg,.jpeg,.png"


def rounds_label(rounds: Iterable[AwardRound]) -> list[tuple[str, str]]:
    """Rounds as choices, with their movement where there are several."""
    rows = list(rounds)
    several = len({row.movement_id for row in rows}) > 1
    return [(str(row.pk), f"{row.movement.name}: {row}" if several else str(row)) for row in rows]


_UNCHOSEN = ("", _("Choose…"))


class RoundChoiceField(forms.ModelChoiceField):
    """Rounds with their movement, since a province may run several."""

    def label_from_instance(self, obj: Any) -> str:
        """The round and the movement that it belongs to."""
        return f"{obj} · {obj.movement.name}"


class DossierFilterForm(forms.Form):
    """What the list of dossiers is narrowed by."""

    q = forms.CharField(label=_("Reference or nominee"), required=False, max_length=100)
    award_round = forms.ChoiceField(label=_("Round"), required=False)
    award = forms.ChoiceField(label=_("Award"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            ("", _("Newest first")),
            ("name", _("By nominee")),
            ("code", _("By reference")),
            ("changed", _("Last changed first")),
        ],
    )

    def __init__(
        self, *args: Any, rounds: Iterable[AwardRound], awards: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "award_round", [("", _("All rounds")), *rounds_label(rounds)])
        offer(self, "award", [("", _("All awards")), *awards])
        offer(self, "status", [("", _("All statuses")), *Status.choices])


class SubjectForm(PlainForm):
    """Step one: who nominates, in which round, for what, and what kind of nominee.

    Rounds of several plans may be open. Until one is chosen the form asks for it alone; then it
    offers the awards and subjects of that round's plan.
    """

    unit = UnitChoiceField(Unit.objects.none(), label=_("Nominated by"))
    award_round = RoundChoiceField(AwardRound.objects.none(), label=_("Round"), empty_label=None)
    award = forms.ChoiceField(label=_("Award"))
    subject = forms.ChoiceField(label=_("Who is put forward"))

    def __init__(
        self, *args: Any, units: Sequence[Unit], rounds: Any, award_round: AwardRound | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        unit_field, round_field = self.fields["unit"], self.fields["award_round"]
        nominators = Unit.objects.filter(pk__in=[unit.pk for unit in units]).select_related("parent")
        offer_rows(self, "unit", nominators)
        if len(units) == 1:
            unit_field.initial = units[0]
            unit_field.widget = forms.HiddenInput()
        offer_rows(self, "award_round", rounds)
        if award_round is None:
            del self.fields["award"], self.fields["subject"]
            return
        round_field.initial = award_round
        plan = award_round.plan
        kept = plan.awards_in(award_round.kind)
        offer(self, "award", [_UNCHOSEN, *((one.id, one.label(lang())) for one in kept)])
        offered = subjects_offered(units, plan)
        subjects = [one for one in plan.subjects.values() if one.id in offered]
        offer(self, "subject", [_UNCHOSEN, *((one.id, one.label(lang())) for one in subjects)])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        award_round, subject, unit = (data.get(name) for name in ("award_round", "subject", "unit"))
        if award_round and unit and subject:
            plan = award_round.plan
            if subject not in subjects_for(unit, plan):
                self.add_error(
                    "subject", _("This unit cannot put such a nominee forward. Choose another kind.")
                )
        return data


class PersonQuickForm(PlainForm):
    """The few facts by which somebody new enters the register; the rest follows on their own page."""

    home = UnitChoiceField(Unit.objects.none(), label=_("Lives or works at"), empty_label=None)
    name = forms.CharField(label=_("Full name"), max_length=120)
    birth_year = forms.IntegerField(label=_("Year of birth"), required=False, min_value=1900)

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = (unit.kind,) if unit.kind == UnitKind.AGENCY else (UnitKind.COMMUNE, UnitKind.VILLAGE)
        homes = Unit.objects.on(clock.today()).filter(path__startswith=unit.path, kind__in=kinds)
        offer_rows(self, "home", homes.select_related("parent").order_by("name_sort", "pk"))

    def clean_birth_year(self) -> int | None:
        year: int | None = self.cleaned_data["birth_year"]
        if year is not None and year > clock.today().year:
            raise forms.ValidationError(_("The year of birth lies in the future."))
        return year

    def facts(self) -> dict[str, Any]:
        """What the registry's services take."""
        data = dict(self.cleaned_data)
        return {"unit": data.pop("home"), **data}


class HouseholdQuickForm(PersonQuickForm):
    name = forms.CharField(label=_("Head of the household"), max_length=120)


class IndividualQuickForm(PersonQuickForm):
    position = forms.CharField(label=_("Position"), max_length=160, required=False)
    role = forms.ChoiceField(label=_("Capacity"), choices=[("", _("Choose…")), *IndividualRole.choices])


class AchievementForm(PlainForm):
    """The achievement in words, and the line that stands on the award. Nothing is compulsory while it is a draft."""

    achievement = forms.CharField(
        label=_("Achievement"),
        required=False,
        max_length=ACHIEVEMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_(
            "What was done for the poor, with figures and years. The report in the papers says it at length."
        ),
    )
    award_citation = forms.CharField(
        label=_("Words on the award"),
        required=False,
        max_length=CITATION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One sentence, as it will stand on the award."),
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput())


class ReportForm(PlainForm):
    """The achievement report that was filled in with Word."""

    report = forms.FileField(
        label=_("The report filled in (DOCX)"), widget=forms.FileInput(attrs={"accept": ".docx"})
    )


class FilesInput(forms.FileInput):
    """A file input that takes several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each cleaned as one file is."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The files in the order in which the browser sent them."""
        clean_one = super().clean
        if not isinstance(data, (list, tuple)):
            return [clean_one(data, initial)]
        return [clean_one(one, initial) for one in data] or [clean_one(None, initial)]


class PaperForm(PlainForm):
    """One document with its number and day; several photos are its pages."""

    upload = FilesField(label=_("File"), widget=FilesInput(attrs={"accept": ACCEPTED}))
    goes_on = forms.TypedChoiceField(
        label=_("The photos there are"),
        choices=[("yes", _("go on with these pages")), ("no", _("are replaced"))],
        initial="yes",
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    number = forms.CharField(label=_("Number"), max_length=60, required=False)
    dated_on = DayField(label=_("Dated"), required=False, widget=DayInput())

    def __init__(
        self,
        *args: Any,
        is_report: bool = False,
        has_photos: bool = False,
        was_signed: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if was_signed:
            self.fields["reason"] = forms.CharField(
                label=_("Why it replaces the signed minutes"), max_length=300
            )
        if not has_photos:
            del self.fields["goes_on"]
        limit = settings.UPLOAD_MAX_BYTES
        upload = self.fields["upload"]
        upload.widget.attrs["data-max-bytes"] = limit
        upload.help_text = _(
            "PDF, DOCX, JPG or PNG, at most %(limit)s MB. Several photos chosen together become the pages of one paper."
        ) % {"limit": limit // 1048576}
        if is_report:
            self.fields["confirmed_by"] = forms.CharField(
                label=_("Confirmed by"),
                max_length=160,
                required=False,
                help_text=_(
                    "Party committee, authority or managing body whose confirmation stands on the report."
                ),
            )

    def clean_dated_on(self) -> Any:
        day = self.cleaned_data["dated_on"]
        if day is not None and day > clock.today():
            raise forms.ValidationError(_("The paper is dated in the future. Check the day on it."))
        return day


class ConfirmForm(PlainForm):
    """Which body confirmed the report."""

    confirmed_by = forms.CharField(label=_("Confirmed by"), max_length=160)


class ExcuseForm(PlainForm):
    """Why a confirmation is not required."""

    reason = forms.CharField(label=_("Why it is not required"), max_length=300)


class ReasonForm(PlainForm):
    """One reason, which the other side reads."""

    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
        help_text=_("The other side reads it."),
    )

    def __init__(self, *args: Any, is_needed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = is_needed
        if not is_needed:
            self.fields["reason"].label = _("What the vote does not say")


class WithdrawForm(PlainForm):
    """Why a dossier is taken back; a draft needs no reason."""

    def __init__(self, *args: Any, is_draft: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = forms.CharField(
            label=_("Reason"),
            widget=forms.Textarea(attrs={"rows": 3}),
            max_length=4000,
            required=not is_draft,
        )
