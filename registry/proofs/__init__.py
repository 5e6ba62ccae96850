"""What the log says of accounts and roles, held against their rows."""

from django.utils.translation import gettext_lazy

from core.models import User
from core.proving import Proof, register_proof
from registry.models import HandOver, RoleRequest, UnitRole
from registry.proofs.accounts import accounts_that_differ
from registry.proofs.handovers import desks_that_differ
from registry.proofs.requests import requests_that_differ
from registry.proofs.roles import roles_that_differ

__all__ = ["install"]


def install() -> None:
    """Register with the foundations."""
    register_proof(Proof(gettext_lazy("accounts"), User.objects.count, accounts_that_differ))
    register_proof(Proof(gettext_lazy("roles"), UnitRole.objects.count, roles_that_differ))
    register_proof(Proof(gettext_lazy("roles asked for"), RoleRequest.objects.count, requests_that_differ))
    register_proof(Proof(gettext_lazy("desks handed over"), HandOver.objects.count, desks_that_differ))
