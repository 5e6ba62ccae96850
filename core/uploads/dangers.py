"""What a document may hold that acts when it is opened, or makes it two things at once."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Danger(StrEnum):
    """Why a file is not taken, whatever it is called."""

    MACROS = "macros"
    OBJECT = "object"
    CONTROL = "control"
    FIELD = "field"
    REMOTE = "remote"
    CONNECTION = "connection"
    PROGRAM = "program"
    TWO_THINGS = "two_things"
    UNPACKS = "unpacks"
    DAMAGED = "damaged"
    LOCKED = "locked"
    SCRIPT = "script"
    STARTS = "starts"
    ATTACHMENT = "attachment"
    FORM = "form"
    ANIMATED = "animated"
    PIXELS = "pixels"


class Dangerous(Exception):
    """The file holds one of the dangers; whoever took it words the refusal."""

    def __init__(self, danger: Danger) -> None:
        super().__init__(danger)
        self.danger = danger


_PRINT_TO_PDF = _("Open it, choose Print, “Microsoft Print to PDF” or “Save as PDF”, and attach that file.")
_SAVE_AS_PDF = _(
    "Save it as PDF and attach that, or take the object out and put a picture of it in its place."
)
_TAKE_AGAIN = _("Save or scan the paper again as one PDF or one picture and attach that file.")

# What is wrong, and what to do about it; `name` is the file's.
REFUSALS = {
    Danger.MACROS: (
        _("%(name)s carries macros, which are not accepted."),
        _("Save it as .docx or .xlsx without macros, or as PDF, and attach that file."),
    ),
    Danger.OBJECT: (
        _("%(name)s holds an object of another program, which could run when it is opened."),
        _SAVE_AS_PDF,
    ),
    Danger.CONTROL: (
        _("%(name)s holds controls or an add-in, which could run when it is opened."),
        _SAVE_AS_PDF,
    ),
    Danger.FIELD: (
        _("%(name)s holds a field that fetches something from another file or program (DDE, LINK, INCLUDE)."),
        _("In Word press Ctrl+A, then Ctrl+Shift+F9, and save it; or save it as PDF and attach that."),
    ),
    Danger.REMOTE: (
        _("%(name)s fetches a template, a picture or data from another machine when it is opened."),
        _(
            "Save it as PDF and attach that; or choose File, Info, Edit Links to Files, Break Link, and save it."
        ),
    ),
    Danger.CONNECTION: (
        _("%(name)s holds a connection to a database or a web page."),
        _("Copy the table into a new workbook as values, save it as .xlsx and send that."),
    ),
    Danger.PROGRAM: (_("%(name)s holds a program."), _TAKE_AGAIN),
    Danger.TWO_THINGS: (
        _("%(name)s is two files in one, which different programs would read differently."),
        _TAKE_AGAIN,
    ),
    Danger.UNPACKS: (
        _("%(name)s unpacks to far more than an office document holds."),
        _("Save the document again in your office program and attach that copy."),
    ),
    Danger.DAMAGED: (
        _("%(name)s is damaged and cannot be read."),
        _("Open it on your own machine, save it again and attach that copy."),
    ),
    Danger.LOCKED: (
        _("%(name)s is locked with a password, so nobody could read it."),
        _("Open it, save a copy without a password and attach that copy."),
    ),
    Danger.SCRIPT: (_("%(name)s carries a script, which could run when it is opened."), _PRINT_TO_PDF),
    Danger.STARTS: (
        _("%(name)s starts a program, opens another file or sends something when it is opened."),
        _PRINT_TO_PDF,
    ),
    Danger.ATTACHMENT: (
        _("%(name)s carries another file, a film or a sound inside."),
        _("Print it to PDF and attach that; attach the file inside as a paper of its own."),
    ),
    Danger.FORM: (_("%(name)s is a form that only one program can show (XFA)."), _PRINT_TO_PDF),
    Danger.ANIMATED: (
        _("%(name)s is a moving picture."),
        _("Save one still picture as JPG or PNG and attach that file."),
    ),
    Danger.PIXELS: (
        _("%(name)s has more dots than any scan of a paper needs (the limit is 80 million)."),
        _("Scan at 300 dots per inch, or save the picture smaller, and attach that file."),
    ),
}
