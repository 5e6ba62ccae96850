"""Imports of office files: columns declared once, cells read strictly, rows planned against the register."""

from registry.imports.accounts import AccountImporter
from registry.imports.bodies_import import AgencyImporter, EnterpriseImporter
from registry.imports.households import HouseholdImporter
from registry.imports.importer import Importer, ImportOptions, kinds, register
from registry.imports.individuals import IndividualImporter
from registry.imports.reorganisations import ReorganisationImporter
from registry.imports.reviews.importer import ReviewImporter
from registry.imports.villages import VillageImporter

__all__ = [
    "AccountImporter",
    "AgencyImporter",
    "EnterpriseImporter",
    "HouseholdImporter",
    "ImportOptions",
    "Importer",
    "IndividualImporter",
    "ReorganisationImporter",
    "ReviewImporter",
    "VillageImporter",
    "kinds",
    "register",
]
