"""Things that tests need, made without surprises: the registry by factory_boy, dossiers by walking real services."""

from tests.factories.nominations import (
    Cast,
    attach,
    dossier_at,
    filed_set,
    make_cast,
    pdf,
    running_round,
)
from tests.factories.registry import (
    HouseholdFactory,
    HouseholdStatusFactory,
    IndividualFactory,
    PovertyReviewFactory,
    UnitFactory,
    UnitRoleFactory,
    UnitSuccessionFactory,
    UserFactory,
    ZoneFactory,
)

__all__ = [
    "Cast",
    "HouseholdFactory",
    "HouseholdStatusFactory",
    "IndividualFactory",
    "PovertyReviewFactory",
    "UnitFactory",
    "UnitRoleFactory",
    "UnitSuccessionFactory",
    "UserFactory",
    "ZoneFactory",
    "attach",
    "dossier_at",
    "filed_set",
    "make_cast",
    "pdf",
    "running_round",
]
