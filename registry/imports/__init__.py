"""Imports of office files: columns declared once, cells read strictly, rows planned against the register."""

from registry.imports.households import HouseholdImporter
from registry.imports.importer import Importer, ImportOptions, kinds, register

__all__ = ["HouseholdImporter", "ImportOptions", "Importer", "kinds", "register"]
