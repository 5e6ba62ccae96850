"""A fresh proof of who sits at the browser, before what cannot be taken back.

`needs_fresh_proof` on a view asks whoever sends its form for the password again when the last proof is older than
`FRESH_PROOF_MINUTES`. The question stands on a page of its own that holds everything typed, files included, and
sends it on with the answer: nothing has to be typed twice, and nothing is kept in the session.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django import forms, http
from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import sessions
from core.files import read_bytes, store_bytes
from core.models import StoredFile, User
from core.passkeys import ask_to_sign, place_of
from core.requests import HttpRequest
from core.selectors import known_keys
from core.services.sign_in import is_proof, is_signed_proof
from core.services.throttle import TooMany

P = ParamSpec("P")

SECRET, KEY_ANSWER, ELSEWHERE, KEPT_FILE = "proof-secret", "proof-passkey", "proof-elsewhere", "proof-file"
_OWN_FIELDS = {SECRET, KEY_ANSWER, ELSEWHERE, KEPT_FILE}
_NOT_KEPT = {*_OWN_FIELDS, "csrfmiddlewaretoken"}
KEY_QUESTION = "passkey_question"
_SALT = "core.proofs.file"
SECRET_LENGTH = 256


class ProofForm(forms.Form):
    """One field for whichever proof the person has at hand."""

    secret = forms.CharField(
        label=gettext_lazy("Your password, or a code from your authenticator app"),
        max_length=SECRET_LENGTH,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )


def needs_fresh_proof(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let a form through only with a proof not older than `FRESH_PROOF_MINUTES`; looking needs none.

    On a page that is open to all, a stranger's form goes through: there is nobody to prove to be.
    """

    @wraps(view)
    def run(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method == "POST" and request.user.is_authenticated:
            question = ask_unless_proven(request)
            if question is not None:
                return question
        return view(request, *args, **kwargs)

    run.needs_fresh_proof = True  # type: ignore[attr-defined]
    return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", run)


def ask_unless_proven(request: HttpRequest, *, was_idle: bool = False) -> HttpResponse | None:
    """The page that asks for a proof with what was sent; None when the proof is fresh or was just given.

    Afterwards the request's form holds what was typed on the page before, without the proof.
    """
    is_answer = bool({SECRET, KEY_ANSWER, ELSEWHERE} & request.POST.keys())
    if not is_answer and sessions.has_fresh_proof(request) and not was_idle:
        return None
    error = _fault_of_answer(request) if is_answer else ""
    if error or not is_answer:
        return _question(request, error=error, was_idle=was_idle)
    _give_back_what_was_typed(request)
    return None


def _fault_of_answer(request: HttpRequest) -> str:
    """Why an answer is no proof, as a sentence; empty when it is one."""
    address = sessions.address_of(request)
    if ELSEWHERE in request.POST:
        # The window of the single sign-on marked the proof in the session that both windows share.
        return (
            "" if sessions.has_fresh_proof(request) else _("No proof has arrived from the other window yet.")
        )
    try:
        if request.POST.get(KEY_ANSWER):
            good = is_signed_proof(
                user=request.user,
                place=place_of(request),
                state=request.session.pop(KEY_QUESTION, None),
                answer=request.POST[KEY_ANSWER],
                address=address,
            )
        else:
            secret = request.POST.get(SECRET, "")[:SECRET_LENGTH]
            good = is_proof(user=request.user, secret=secret, address=address)
    except TooMany as refusal:
        return refusal.sentence
    if good:
        sessions.renew_proof(request)
        return ""
    return _("This is neither your password nor a code that is good now. Try again.")


def _question(request: HttpRequest, *, error: str, was_idle: bool) -> HttpResponse:
    kept, too_big = _kept_files(request)
    form = ProofForm({} if error else None, prefix="proof")
    if error:
        form.errors["secret"] = form.error_class([error])
    context = {
        "form": form,
        "typed": [(name, values) for name, values in request.POST.lists() if name not in _NOT_KEPT],
        "kept_files": kept,
        "lost_files": too_big,
        "was_idle": was_idle,
        "minutes": settings.SESSION_IDLE_MINUTES if was_idle else settings.FRESH_PROOF_MINUTES,
        "passkey_question": passkey_question(request, request.user),
        "demo_password": settings.DEMO_PASSWORD if request.user.is_demo else "",
        "can_sign_in_once": bool(settings.OIDC_ISSUER),
    }
    response = render(request, "core/proof.html", context, status=422 if error else 403)
    # htmx puts an answer where its button stood; this one is a page.
    if request.htmx:
        response["HX-Retarget"], response["HX-Reswap"] = "body", "innerHTML"
    return response


def passkey_question(request: http.HttpRequest, user: User) -> str | None:
    """What the browser is asked, as JSON, to sign with one of the person's passkeys; None when they have none for this host."""
    place = place_of(request)
    known = known_keys(user, place.host)
    if not known:
        return None
    options, request.session[KEY_QUESTION] = ask_to_sign(place, known=known)
    return options


def _kept_files(request: HttpRequest) -> tuple[list[str], list[str]]:
    """Tokens of files that were sent, kept for a day, and names of files too large for that."""
    tokens, lost = list(request.POST.getlist(KEPT_FILE)), []
    for field, uploads in request.FILES.lists():
        for upload in uploads:
            if (upload.size or 0) > settings.UPLOAD_MAX_BYTES:
                lost.append(str(upload.name))
                continue
            stored = store_bytes(
                content=upload.read(),
                name=str(upload.name),
                content_type=str(upload.content_type or ""),
                actor=request.user,
            )
            tokens.append(signing.dumps([request.user.pk, field, str(stored.pk)], salt=_SALT))
    return tokens, lost


def _give_back_what_was_typed(request: HttpRequest) -> None:
    typed = request.POST.copy()
    files = cast("MultiValueDict[str, Any]", request.FILES.copy())
    for token in typed.getlist(KEPT_FILE):
        field, upload = _kept_file(request, token)
        if upload is not None:
            files.appendlist(field, upload)
    for name in _OWN_FIELDS:
        typed.pop(name, None)
    # As Django's own setters do: what the view reads is what was typed, and the files.
    changed = cast("Any", request)
    changed.POST, changed._files = typed, files


def _kept_file(request: HttpRequest, token: str) -> tuple[str, SimpleUploadedFile | None]:
    try:
        owner, field, key = signing.loads(token, salt=_SALT, max_age=24 * 3600)
    except (signing.BadSignature, ValueError):
        return "", None
    stored = (
        StoredFile.objects.filter(pk=key, created_by=request.user).first()
        if owner == request.user.pk
        else None
    )
    if stored is None:
        return "", None
    return field, SimpleUploadedFile(stored.original_name, read_bytes(stored), stored.content_type)
