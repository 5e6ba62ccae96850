"""Proposals and dossiers as documents read them, in few queries, and how a round is called in a sentence."""

from functools import lru_cache
from pathlib import Path

from django.db.models import QuerySet

from core.yaml_files import read_yaml
from nominations.models import AwardRound, Dossier, Proposal


def proposals() -> QuerySet[Proposal]:
    """Proposals with their round and people."""
    return Proposal.objects.select_related("award_round__movement__unit", "approved_by", "created_by")


def round_in_words(award_round: AwardRound) -> str:
    """How a round reads inside a sentence: "năm 2024"."""
    return _rounds()[award_round.kind].format(year=award_round.year)


@lru_cache(maxsize=1)
def _rounds() -> dict[str, str]:
    found: dict[str, str] = read_yaml(Path(__file__).with_name("rounds.yaml"))
    return found


def dossiers() -> QuerySet[Dossier]:
    """Dossiers with their nominee, round and set."""
    return Dossier.objects.for_list().select_related(
        "award_round__movement__unit",
        "nominee_unit__parent",
        "nominee_household__unit__parent",
        "nominee_individual__unit__parent",
        "nominating_unit__parent",
        "filing_set__unit",
        "reviewer",
    )
