"""Units over time, people, reviews, holds, imports."""

from registry.models.changes import ClusterMembership, OfficeDuty, Reorganisation
from registry.models.identity import DistinctHouseholds, DistinctIndividuals, HouseholdCode
from registry.models.people import Hold, Household, HouseholdMember, HouseholdStatus, Individual
from registry.models.personal_data import DataCase
from registry.models.reviews import ImportFile, PovertyReview, RollUpNote, StagedBatch
from registry.models.told import ToldMeaning
from registry.models.units import Unit, UnitRole, UnitSuccession, ZoneAssignment

__all__ = [
    "ClusterMembership",
    "DataCase",
    "DistinctHouseholds",
    "DistinctIndividuals",
    "Hold",
    "Household",
    "HouseholdCode",
    "HouseholdMember",
    "HouseholdStatus",
    "ImportFile",
    "Individual",
    "OfficeDuty",
    "PovertyReview",
    "Reorganisation",
    "RollUpNote",
    "StagedBatch",
    "ToldMeaning",
    "Unit",
    "UnitRole",
    "UnitSuccession",
    "ZoneAssignment",
]
