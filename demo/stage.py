"""What the steps of the story share: people, places, papers and the dossiers by their names in the story."""

from dataclasses import dataclass, field
from typing import Any

from core.models import User
from councils.models import Council, Meeting
from demo.cast import PEOPLE
from demo.diary import Diary
from demo.papers.printing import Press
from nominations.models import AwardRound, Dossier, FilingSet, Movement, Proposal
from registry.models import Household, Individual, Unit

PLAN = "binh-thuan-2021-2025"
_HOMES = {person.username: person.unit for person in PEOPLE}


@dataclass
class Stage:
    """Filled while the story is told; steps look things up when their day has come."""

    people: dict[str, User]
    press: Press
    diary: Diary = field(default_factory=Diary)
    units: dict[str, Unit] = field(default_factory=dict)
    households: dict[str, Household] = field(default_factory=dict)
    individuals: dict[str, Individual] = field(default_factory=dict)
    movements: dict[str, Movement] = field(default_factory=dict)
    rounds: dict[str, AwardRound] = field(default_factory=dict)
    sets: dict[str, FilingSet] = field(default_factory=dict)
    dossiers: dict[str, Dossier] = field(default_factory=dict)
    councils: dict[str, Council] = field(default_factory=dict)
    meetings: dict[str, Meeting] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)

    def home_of(self, username: str) -> Unit:
        """The unit for which an account acts."""
        return self.units[_HOMES[username]]

    def nominee(self, subject: str, key: str) -> Any:
        """A household, an individual or a unit by its key."""
        if subject == "household":
            return self.households[key]
        return self.individuals[key] if subject == "individual" else self.units[key]

    def dossier(self, key: str) -> Dossier:
        """The dossier as it stands now, with what most services look at."""
        rows = Dossier.objects.select_related(
            "award_round__movement", "nominating_unit__parent", "filing_set__unit"
        )
        return rows.get(pk=self.dossiers[key].pk)
