"""The achievement report that comes back from Word: shown beside what is kept, and saved only by the form."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.exceptions import InvalidRequest
from core.requests import HttpRequest
from nominations.fingerprints import of_text
from nominations.forms.filing import AchievementForm, ReportForm
from nominations.models import Dossier
from nominations.permissions import check_can_edit
from nominations.report_reading import read_report
from nominations.views.dossiers import load_dossier
from nominations.views.filing import step_page


@dataclass(frozen=True)
class ReadText:
    """A text of the report beside the one that is kept, line by line: what goes, what comes, what stays."""

    label: str
    lines: tuple[tuple[str, str], ...]
    """Each line with `same`, `gone` or `new`."""

    @property
    def is_changed(self) -> bool:
        """Whether the report says anything else."""
        return any(mark != "same" for mark, _line in self.lines)


@require_POST
def report_read(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a filled-in report says, in the form and beside what is kept. Nothing is saved."""
    dossier = load_dossier(request, code)
    check_can_edit(request.user, dossier)
    upload = ReportForm(request.POST, request.FILES)
    if not upload.is_valid():
        return step_page(request, dossier, "achievement", {"report_form": upload}, 422)
    try:
        read = read_report(upload.cleaned_data["report"], dossier.code)
    except InvalidRequest as refusal:
        upload.add_error("report", refusal.sentence)
        return step_page(request, dossier, "achievement", {"report_form": upload}, 422)
    typed = {
        "achievement": read.get("achievement", dossier.achievement),
        "award_citation": read.get("award_citation", dossier.award_citation).replace("\n", " "),
        "seen": of_text(dossier.achievement, dossier.award_citation),
    }
    form = AchievementForm(typed)
    form.is_valid()
    return step_page(
        request, dossier, "achievement", {"achievement": form}, extra={"read_texts": _beside(dossier, typed)}
    )


def _beside(dossier: Dossier, typed: dict[str, str]) -> list[ReadText]:
    return [
        ReadText(label, tuple(_differences(kept, typed[name])))
        for name, label, kept in (
            ("achievement", _("Achievement"), dossier.achievement),
            ("award_citation", _("Words on the award"), dossier.award_citation),
        )
    ]


def _differences(kept: str, read: str) -> list[tuple[str, str]]:
    one, two = kept.splitlines(), read.splitlines()
    found: list[tuple[str, str]] = []
    for what, begin, end, first, last in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if what == "equal":
            found += [("same", line) for line in one[begin:end]]
        else:
            found += [("gone", line) for line in one[begin:end]] + [("new", line) for line in two[first:last]]
    return found
