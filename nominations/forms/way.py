"""Forms of the papers between an approved proposal and its decision: they parse, services judge."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import DayField, offer
from criteria.engine import WayStep
from criteria.selectors import lang
from nominations.enums import WayPaperKind
from nominations.models import WayPaper
from nominations.services.way import PaperText
from registry.forms import DayInput, PlainForm

_FILE = _("The paper as a file (PDF, DOCX, JPG, PNG)")


class WayPaperForm(PlainForm):
    """One paper; its kind says which fields it has. With `corrects`, what is recorded is the starting value.

    A corrected paper keeps its file when no other is attached.
    """

    number = forms.CharField(label=_("Number"), max_length=60)
    dated_on = DayField(label=_("Dated"), widget=DayInput())
    signer = forms.CharField(
        label=_("Signed by"), max_length=200, help_text=_("Post and name, as they stand on the letter.")
    )
    sent_by = forms.ChoiceField(label=_("How it was sent"))
    words = forms.CharField(
        label=_("What the centre asks for"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    file = forms.FileField(label=_FILE, required=False)
    reason = forms.CharField(label=_("Why it is corrected"), max_length=300)

    def __init__(
        self,
        *args: Any,
        kind: WayPaperKind,
        sending: WayStep | None,
        corrects: WayPaper | None = None,
        **kwargs: Any,
    ) -> None:
        if corrects is not None:
            names = ("number", "dated_on", "signer", "sent_by", "words")
            kwargs["initial"] = {name: getattr(corrects, name) for name in names}
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(_FIELDS[kind]) - ({"reason"} if corrects else set()):
            del self.fields[name]
        self.order_fields(_FIELDS[kind])
        if "sent_by" in self.fields and sending is not None:
            offer(
                self,
                "sent_by",
                [("", _("Choose how")), *((one.id, one.label(lang())) for one in sending.sent_by)],
            )
        if kind == WayPaperKind.SENDING:
            self.fields["dated_on"].label = _("Sent on")
            self.fields["number"].label = _("Number of the receipt or of the electronic message")
            self.fields["number"].required = False
            receipts = [one.label(lang()) for one in sending.sent_by if one.needs_receipt] if sending else []
            self.fields["file"].label = _("The receipt as a file (PDF, DOCX, JPG, PNG)")
            self.fields["file"].help_text = _("Needed when it was sent: %(ways)s.") % {
                "ways": ", ".join(receipts)
            }
        elif kind == WayPaperKind.SUPPLEMENT_ASKED:
            self.fields["dated_on"].label = _("Asked for on")
            self.fields["number"].required = False
        elif kind == WayPaperKind.SUPPLEMENT_ANSWERED:
            self.fields["dated_on"].label = _("Answered on")
        if corrects is not None and corrects.file_id:
            self.fields["file"].help_text = _("Attach another file only when the one kept is wrong.")
        elif kind in (WayPaperKind.PROVINCE_LETTER, WayPaperKind.SUPPLEMENT_ANSWERED):
            self.fields["file"].required = True

    def text(self) -> PaperText:
        """What was typed, for the service."""
        typed = {name: value for name, value in self.cleaned_data.items() if name not in ("file", "reason")}
        return PaperText(upload=self.cleaned_data.get("file"), **typed)


_FIELDS: dict[str, tuple[str, ...]] = {
    WayPaperKind.PROVINCE_LETTER: ("number", "dated_on", "signer", "file"),
    WayPaperKind.SENDING: ("dated_on", "sent_by", "number", "file"),
    WayPaperKind.SUPPLEMENT_ASKED: ("dated_on", "number", "words", "file"),
    WayPaperKind.SUPPLEMENT_ANSWERED: ("dated_on", "number", "file"),
}
