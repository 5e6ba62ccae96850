"""Holding several dossiers or proposals, so that two hands that want some of the same take turns.

SQLite ignores `select_for_update`; the IMMEDIATE mode of the settings gives the lock there.
"""

from collections.abc import Iterable

from nominations.models import Dossier, Proposal, ProposalItem


def hold_dossiers(keys: Iterable[int]) -> None:
    """Keep dossiers until the transaction ends, always in the order of their keys: two hands never wait for each other."""
    held = Dossier.objects.select_for_update(of=("self",)).filter(pk__in=set(keys)).order_by("pk")
    list(held.values_list("pk", flat=True))


def hold_proposals_of(keys: Iterable[int]) -> None:
    """Keep the proposals that dossiers stand on, in the order of their keys, as `hold_dossiers` does."""
    listed = ProposalItem.objects.filter(dossier__in=set(keys)).values("proposal")
    held = Proposal.objects.select_for_update(of=("self",)).filter(pk__in=listed).order_by("pk")
    list(held.values_list("pk", flat=True))
