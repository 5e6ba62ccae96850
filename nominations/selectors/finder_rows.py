"""The finder's lines in words: why each nominee stands where it does, and what may be done about it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BooleanField, Case, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.templatetags.ui import number
from criteria.engine import Finding, Plan
from criteria.engine.standing import Group, Measure, Standing
from criteria.selectors import lang
from nominations.finder.search import PEOPLE, Found, Search
from nominations.models import Dossier
from nominations.permissions import NOMINATORS
from nominations.selectors.finder import is_running
from nominations.selectors.nominees import nominee_field, paths_inside, subjects_of_kind
from registry.enums import UnitKind
from registry.models import Unit
from registry.scopes import HeldRole, scope_of

MOST_REASONS = 2
# Findings with these figures say most of somebody who meets everything.
_TELLING = frozenset({"share_limit", "falls_shown", "latest_status"})
GROUP_LABELS: dict[Group, Any] = {
    Group.MEETS: gettext_lazy("Meets the figures"),
    Group.CLOSE: gettext_lazy("Short by a known amount"),
    Group.MISSING: gettext_lazy("Facts not recorded"),
    Group.JUDGED: gettext_lazy("Only by judgement"),
    Group.BARRED: gettext_lazy("Barred"),
}
GROUP_NOTES: dict[str, Any] = {
    Group.MEETS: gettext_lazy(
        "Every criterion that figures decide is met today. People still judge the rest."
    ),
    Group.CLOSE: gettext_lazy("Not enough yet; how much is lacking stands beside each, the nearest first."),
    Group.MISSING: gettext_lazy("Nothing recorded speaks against them, but a fact is not recorded yet."),
    Group.JUDGED: gettext_lazy(
        "Figures do not carry them. The plan leaves another way, on which only people decide."
    ),
    Group.BARRED: gettext_lazy("Something stands in the way that no figure of theirs will mend this year."),
}
GROUP_TONES = {
    Group.MEETS: "good",
    Group.CLOSE: "now",
    Group.MISSING: "warn",
    Group.JUDGED: "info",
    Group.BARRED: "bad",
}
# Who keeps a fact that is not recorded, by the check that asks for it.
KEEPERS: dict[str, Any] = {
    "household_fall": gettext_lazy("Reviews are loaded by the district officer or the provincial desk."),
    "yearly_rate_falls": gettext_lazy("Reviews are loaded by the district officer or the provincial desk."),
    "zone_listed": gettext_lazy("Zones are recorded by the provincial desk from their decision."),
    "role_listed": gettext_lazy("The capacity is recorded on the person's page by its own officer."),
    "registered_in_time": gettext_lazy(
        "The commune officer records the registration on the household's page."
    ),
    "loan_in_good_standing": gettext_lazy("The policy bank confirms; the commune officer records it."),
    "lasting_escape": gettext_lazy("The commune officer records the yearly standing after each review."),
    "risen": gettext_lazy("The commune officer records the yearly standing after each review."),
}


@dataclass(frozen=True)
class Reason:
    """One decisive finding in words, with who may accept it or who keeps the fact."""

    status: str
    label: str
    sentence: str
    advice: str


@dataclass(frozen=True)
class Figures:
    """The figures that a fall is counted from; empty where the subject has none."""

    baseline_year: int | None = None
    baseline: int | None = None
    latest_year: int | None = None
    latest: int | None = None
    fall_share: str = ""
    needed_fall: int | None = None
    latest_status: str = ""
    lacking: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class FinderRow:
    """One line of the finder's list."""

    key: int
    name: str
    detail: str
    url_kind: str
    """The register's page of the nominee: `unit`, `household`, `individual`; empty where it lies outside the area."""
    group: Group
    figures: Figures
    reasons: list[Reason]
    taken: str
    """The reference of a live dossier for the same round and award."""
    taken_is_readable: bool
    starting_unit: int | None
    """The unit for which this person may start the nomination."""

    @property
    def first_reasons(self) -> list[Reason]:
        """Those that a line has room for: one where the amounts lacking stand beside it, else two."""
        return self.reasons[: 1 if self.group is Group.CLOSE else MOST_REASONS]

    @property
    def more_reasons(self) -> int:
        """How many the line leaves out."""
        return len(self.reasons) - len(self.first_reasons)

    @property
    def group_label(self) -> Any:
        return GROUP_LABELS[self.group]

    @property
    def tone(self) -> str:
        return GROUP_TONES[self.group]


class RowMaker:
    """Words lines one by one; what they share (live dossiers, who may start what) is read once."""

    def __init__(self, user: Any, search: Search, units: Sequence[HeldRole]) -> None:
        self._plan = search.plan
        self._scope = scope_of(user)
        self._taken = _taken(user, search)
        self._starters = _starters(user, search, units)

    def row(self, found: Found) -> FinderRow:
        """The nominee's line; its sentences are worded only here."""
        home = found.unit or found.place
        code, is_readable = self._taken.get(found.body[1], ("", False))
        reasons = reasons_of(self._plan, found.standing)
        return FinderRow(
            key=found.body[1],
            name=found.name,
            detail=detail_of(found),
            url_kind=found.body[0] if home and self._scope.covers(home.path) else "",
            group=found.standing.group,
            figures=figures_of(found.standing),
            reasons=reasons,
            taken=code,
            taken_is_readable=is_readable,
            starting_unit=next((key for key, covers in self._starters if covers(found)), None),
        )


def detail_of(found: Found) -> str:
    """Where the nominee is, and a person's code."""
    place = found.place.full_name if found.place and found.place.kind != UnitKind.PROVINCE else ""
    return " · ".join(part for part in (place, found.code if found.body[0] in PEOPLE else "") if part)


def reasons_of(plan: Plan, standing: Standing) -> list[Reason]:
    """Why the nominee stands where it does, each finding once; for one that meets all, the most telling."""
    findings: Iterable[Finding] = standing.decisive
    if standing.group is Group.MEETS:
        findings = sorted(standing.decisive, key=lambda one: not _TELLING.intersection(one.figures))[:1]
    elif standing.group is Group.CLOSE:
        findings = [*standing.decisive, *standing.unknown]
    elif standing.group is Group.JUDGED:
        findings = [*standing.decisive, *(one.finding for one in standing.shortfalls)]
    return [
        Reason(one.status.value, one.label(lang()), one.sentence(lang()), advice_on(plan, one))
        for one in {finding.criterion: finding for finding in findings}.values()
    ]


def advice_on(plan: Plan, finding: Finding) -> str:
    """Who may accept a failure, or who keeps a fact that is not recorded."""
    if finding.can_be_waived:
        authority = plan.authorities.get(finding.waiver_authority or "")
        return _("May be accepted by %(who)s.") % {"who": authority.label(lang())} if authority else ""
    if finding.status.value == "missing":
        return str(KEEPERS.get(plan.criteria[finding.criterion].check or "", ""))
    return ""


def figures_of(standing: Standing) -> Figures:
    """The figures of a unit's fall, or a household's latest standing."""
    for finding in standing.findings:
        figures = finding.figures
        if "share_limit" in figures:
            return Figures(
                baseline_year=figures.get("baseline_year"),
                baseline=figures.get("baseline"),
                latest_year=figures.get("latest_year"),
                latest=figures.get("latest"),
                fall_share=figures.get("fall_share", ""),
                needed_fall=figures.get("needed_fall") or None,
                lacking=lacking_of_standing(standing),
            )
        if "latest_status" in figures:
            return Figures(
                latest_year=figures["latest_year"],
                latest_status=figures["latest_status"],
                lacking=lacking_of_standing(standing),
            )
    return Figures(lacking=lacking_of_standing(standing))


def lacking_of_standing(standing: Standing) -> list[str]:
    """What is lacking, in the words of its measure."""
    return [lacking_words(one.measure, one.amount) for one in standing.shortfalls]


def lacking_words(measure: Measure, amount: Any) -> str:
    """An amount that is lacking, in words."""
    words = {
        Measure.HOUSEHOLDS: ngettext(
            "%(amount)s more household out of poverty",
            "%(amount)s more households out of poverty",
            int(amount),
        ),
        Measure.POINTS: _("%(amount)s percentage points in all"),
        Measure.AWARDS: ngettext("%(amount)s earlier award", "%(amount)s earlier awards", int(amount)),
    }
    return words[measure] % {"amount": number(amount)}


def _taken(user: Any, search: Search) -> dict[int, tuple[str, bool]]:
    """Live dossiers of the round and award by nominee: the reference, and whether the person may open it."""
    column = f"{nominee_field(search.subject)}_id"
    dossiers = Dossier.objects.live().filter(
        award_round=search.award_round, award=search.award, **{f"{column}__isnull": False}
    )
    mine = When(pk__in=Dossier.objects.visible_to(user).values("pk"), then=Value(True))
    rows = dossiers.annotate(
        is_readable=Case(mine, default=Value(False), output_field=BooleanField())
    ).values_list(column, "code", "is_readable")
    return {key: (code, bool(is_readable)) for key, code, is_readable in rows}


Covers = Callable[[Found], bool]


def _starters(user: Any, search: Search, units: Sequence[HeldRole]) -> list[tuple[int, Covers]]:
    """Units for which the person may start a nomination now, each with whom it may put forward."""
    if not is_running(search.award_round):
        return []
    paths = scope_of(user).paths
    nominating = scope_of(user).unit_ids(*NOMINATORS)
    return [
        (unit.unit_id, _covers(unit, search, has_past=paths != (unit.unit_path,)))
        for unit in units
        if unit.unit_id in nominating and search.subject in subjects_of_kind(unit.unit_kind, search.plan)
    ]


def _covers(unit: HeldRole, search: Search, *, has_past: bool) -> Covers:
    """Whether `nominees_of` the unit holds a nominee, told from what is loaded.

    Where the person's area is the unit's own path alone, the unit followed nobody.
    """
    if search.subject == "enterprise":
        return lambda found: found.unit is not None and _manages(unit, found.unit)
    inside = tuple(
        paths_inside(unit.unit_id, unit.unit_path)
        if has_past and search.subject != "agency"
        else [unit.unit_path]
    )

    def lies_inside(found: Found) -> bool:
        home = found.unit or found.place
        return home is not None and home.path.startswith(inside)

    return lies_inside


def _manages(unit: HeldRole, enterprise: Unit) -> bool:
    """Whether the unit may put the enterprise forward: itself, one it manages, one that sits in it unmanaged."""
    if enterprise.pk == unit.unit_id:
        return True
    if enterprise.managing_unit is not None:
        return enterprise.managing_unit.path.startswith(unit.unit_path)
    seats = [enterprise.path, *([enterprise.seat.path] if enterprise.seat else [])]
    return unit.unit_kind in {UnitKind.DISTRICT, UnitKind.COMMUNE} and any(
        path.startswith(unit.unit_path) for path in seats
    )
