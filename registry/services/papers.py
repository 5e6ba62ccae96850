"""The paper behind roles that are given, ended or passed on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files import File
from django.utils.translation import gettext as _

from core import clock, files
from core.exceptions import InvalidRequest
from core.services import service
from core.text import nfc
from core.uploads.checking import store_upload
from registry.models import DecidingPaper


@dataclass(frozen=True)
class PaperGiven:
    """A deciding paper as it is typed: number, day, and its PDF where it was attached."""

    number: str
    decided_on: date
    upload: File | None = None


@service(unaudited="the role or the desk that it decides on names it in its own entry")
def keep_paper(*, paper: PaperGiven, actor: Any) -> DecidingPaper:
    """The paper as a row, inside the caller's transaction.

    Raises ``InvalidRequest`` without a number, with a day to come, or for a file that is no PDF.
    """
    number = nfc(paper.number.strip())[:60]
    if not number:
        raise InvalidRequest(_("The deciding paper has no number."), _("Enter it, such as 12/QĐ-SLĐTBXH."))
    if paper.decided_on > clock.today():
        raise InvalidRequest(
            _("The deciding paper is dated %(day)s, which is still to come.")
            % {"day": paper.decided_on.strftime("%d/%m/%Y")},
            _("Enter the day that stands on the paper."),
        )
    stored = None
    if paper.upload is not None:
        stored = store_upload(upload=paper.upload, types={files.PDF: ".pdf"}, actor=actor)
        files.adopt(stored)
    return DecidingPaper.objects.create(number=number, decided_on=paper.decided_on, file=stored)
