"""Lists of proposals as documents read them: with their round and people, and how the round is called in a sentence."""

from functools import lru_cache
from pathlib import Path

from django.db.models import QuerySet

from core.yaml_files import read_yaml
from nominations.models import AwardRound, Proposal


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
