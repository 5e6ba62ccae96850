"""People who sign in: the list, one account, opening, correcting and blocking it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import ListView

from core import clock
from core.log import log_rows
from core.models import AuditEntry
from core.permissions import allowed
from core.requests import HttpRequest
from core.verbs import carry_out, posted
from registry.enums import UnitKind
from registry.forms.accounts import (
    AccountCorrectionForm,
    AccountFilterForm,
    AccountForm,
    ReasonForm,
    RoleEndForm,
    TokenForm,
)
from registry.models import Account, RoleRequest, Unit, UnitRole
from registry.permissions_accounts import (
    check_can_change_access,
    check_can_keep_account,
    check_can_keep_accounts,
    check_can_see_accounts,
    holds_at_province,
)
from registry.querysets import ACCOUNT_READERS
from registry.scopes import provinces_of, under
from registry.selectors.accounts import (
    account_rows,
    accounts_for_list,
    departures,
    requests_to_settle,
    state_of,
)
from registry.selectors.desks import staying_with
from registry.services.accounts import block_account, correct_account, open_person_account, unblock_account
from registry.services.beginning import check_can_name_lead
from registry.views.account_gate import changes_access

PAGE_SIZE = 30
_HISTORY = 10


class AccountListView(ListView):
    """Who has an account in the province, with their roles of today."""

    template_name = "registry/account_list.html"
    context_object_name = "accounts"
    paginate_by = PAGE_SIZE

    def get_queryset(self) -> QuerySet[Account]:
        user = self.request.user
        check_can_see_accounts(user)
        here = under(provinces_of(user, *ACCOUNT_READERS))
        districts = Unit.objects.filter(here, kind=UnitKind.DISTRICT).order_by("name_sort", "pk")
        self.form = AccountFilterForm(self.request.GET or None, districts=districts)
        self.form.is_valid()
        chosen = getattr(self.form, "cleaned_data", {})
        return accounts_for_list(
            user,
            words=chosen.get("q", ""),
            role=chosen.get("role", ""),
            state=chosen.get("state", ""),
            unit=chosen.get("unit"),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        context = super().get_context_data(**kwargs)
        context.update(
            form=self.form,
            rows=account_rows(context["accounts"]),
            keeps=allowed(check_can_keep_accounts, user),
            waiting=requests_to_settle(user).count(),
            names_lead=allowed(check_can_name_lead, user),
        )
        return context


def account_seen(request: HttpRequest, pk: int) -> Account:
    """The account if it lies in the person's province, else 404."""
    check_can_see_accounts(request.user)
    rows = Account.objects.visible_to(request.user).select_related("user", "home__parent", "merged_into")
    return get_object_or_404(rows, pk=pk)


def account_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: whose it is, its roles with their papers, what waits, and what was done to it."""
    return account_page(request, account_seen(request, pk))


def account_page(
    request: HttpRequest,
    account: Account,
    *,
    block: ReasonForm | None = None,
    ending: dict[int, RoleEndForm] | None = None,
    token: TokenForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The account's page; a refused form comes back in its place."""
    user, person, ending = request.user, account.user, dict(ending or {})
    changes = allowed(check_can_change_access, user, account)
    roles = UnitRole.objects.filter(user=person).select_related(
        "unit__parent", "paper", "ending_paper", "given_by", "confirmed_by"
    )
    log = AuditEntry.objects.filter(subject=f"core.user:{person.pk}").select_related("payload")
    left = (
        departures().filter(user=person).select_related("certification__unit", "certification__confirmed_by")
    )
    context = {
        "account": account,
        "state": state_of(account),
        "roles": [
            {"held": one, "form": ending.pop(one.pk, None) or _ending_form(one) if changes else None}
            for one in roles.order_by("-starts_on", "-pk")
        ],
        "staying": staying_with(person, user),
        "requests": RoleRequest.objects.waiting()
        .filter(user=person)
        .select_related("unit", "asked_by", "paper"),
        "keeps": allowed(check_can_keep_account, user, account) and account.merged_into_id is None,
        "changes": changes and account.merged_into_id is None,
        "is_own": user.pk == person.pk,
        "block_form": block or ReasonForm(prefix="block"),
        "token_form": token or TokenForm(prefix="slip"),
        "takes_token": holds_at_province(person),
        "others": person.merged_accounts.select_related("user"),
        "left": left.first(),
        "history": log_rows(log.order_by("-seq")[:_HISTORY]),
    }
    return render(request, "registry/account_detail.html", context, status=status)


def _ending_form(held: UnitRole) -> RoleEndForm | None:
    """The form for a last day, or for an earlier one, while the role is not over."""
    is_over = held.ends_on is not None and held.ends_on < clock.today()
    return None if is_over else RoleEndForm(prefix=f"role-{held.pk}")


@changes_access
def account_open(request: HttpRequest) -> HttpResponse:
    """Open an account; roles and the way in follow on its page."""
    check_can_keep_accounts(request.user)
    form = AccountForm(posted(request), user=request.user)
    return carry_out(
        request,
        form,
        lambda _typed: open_person_account(facts=form.facts, actor=request.user),
        done=lambda account: (
            _("The account of %(person)s is open. Give a role now, then send a link or print a slip.")
            % {"person": account.user}
        ),
        go_to=lambda account: account,
        page=lambda status: _form_page(request, _("Open an account"), form, status),
    )


@changes_access
def account_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct name, account name, unit, position or address."""
    account = account_seen(request, pk)
    check_can_keep_account(request.user, account)
    form = AccountCorrectionForm(
        posted(request), user=request.user, account=account, takes_token=holds_at_province(account.user)
    )
    return carry_out(
        request,
        form,
        lambda typed: correct_account(
            account=account, facts=form.facts, actor=request.user, token=typed.get("token", "")
        ),
        done=_("Saved."),
        go_to=lambda account: account,
        page=lambda status: _form_page(request, _("Correct the account"), form, status, account),
    )


def _form_page(
    request: HttpRequest, heading: str, form: Any, status: int, account: Account | None = None
) -> HttpResponse:
    back = account.get_absolute_url() if account else reverse("registry:accounts")
    context = {"heading": heading, "form": form, "account": account, "back": back}
    return render(request, "registry/account_form.html", context, status=status)


@require_POST
@changes_access
def account_block(request: HttpRequest, pk: int) -> HttpResponse:
    """Block an open account, or open a blocked one; with a reason."""
    account = account_seen(request, pk)
    check_can_change_access(request.user, account)
    form = ReasonForm(request.POST, prefix="block")
    was_open = account.user.is_active
    verb = block_account if was_open else unblock_account
    return carry_out(
        request,
        form,
        lambda typed: verb(account=account, actor=request.user, **typed),
        done=_("The account is blocked: nobody can sign in with it, and open windows are signed out.")
        if was_open
        else _("The account is open again."),
        go_to=account,
        page=lambda status: account_page(request, account, block=form, status=status),
    )
