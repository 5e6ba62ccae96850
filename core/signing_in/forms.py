"""Forms of the sign-in and of a person's own security page. Every field has its limit."""

from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm, UsernameField
from django.utils.translation import gettext_lazy as _

from core.password_checks import MAX_LENGTH

NAME_LENGTH = 60
# What is typed at sign-in may be an old password, from before the limit.
TYPED_LENGTH = 256


class SignInForm(forms.Form):
    """Account name and password; whether they belong together is asked of the service."""

    username = UsernameField(
        label=_("Account name"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocapitalize": "none", "autocomplete": "username"}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=TYPED_LENGTH,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    """A code of an authenticator app, or a recovery code where both are taken."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autofocus": True,
                "autocomplete": "one-time-code",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )


class PasskeyNameForm(forms.Form):
    """What a new passkey is called, and the browser's answer, which a script puts in."""

    name = forms.CharField(
        label=_("Name of the device or key"),
        max_length=60,
        help_text=_("Such as “office laptop” or “blue key”, so that you know it again."),
    )
    answer = forms.CharField(max_length=20_000, required=False, widget=forms.HiddenInput)


class ResetAskedForm(forms.Form):
    """Who wants a link for a new password."""

    who = forms.CharField(
        label=_("Account name or e-mail"),
        max_length=254,
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocapitalize": "none", "autocomplete": "username"}
        ),
    )


class _LimitedPasswords:
    """New passwords are typed into fields with a limit, so that nobody sends a book."""

    fields: dict[str, forms.Field]

    def limit(self) -> None:
        for name, field in self.fields.items():
            if isinstance(field, forms.CharField):
                field.max_length = TYPED_LENGTH if name == "old_password" else MAX_LENGTH
                field.widget.attrs["maxlength"] = field.max_length


class NewPasswordForm(_LimitedPasswords, SetPasswordForm):
    """A new password, typed twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit()


class ChangePasswordForm(_LimitedPasswords, PasswordChangeForm):
    """The password of now, and a new one typed twice; the service judges the one of now."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit()

    def clean_old_password(self) -> str:
        return str(self.cleaned_data["old_password"])
