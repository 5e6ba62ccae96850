"""Units over time, people, reviews, holds, imports."""

from registry.models.accounts import Account, DecidingPaper, HandOver, OneTimeCode, RoleRequest
from registry.models.certification import Certification, CertificationCall, CertifiedPerson
from registry.models.changes import ClusterMembership, OfficeDuty, Reorganisation
from registry.models.identity import DistinctHouseholds, DistinctIndividuals, HouseholdCode
from registry.models.people import Hold, Household, HouseholdMember, HouseholdStatus, Individual
from registry.models.personal_data import DataCase
from registry.models.reviews import ImportFile, PovertyReview, RollUpNote, StagedBatch
from registry.models.told import ToldMeaning
from registry.models.units import Unit, UnitRole, UnitSuccession, ZoneAssignment

__all__ = [
    "Account",
    "Certification",
    "CertificationCall",
    "CertifiedPerson",
    "ClusterMembership",
    "DataCase",
    "DecidingPaper",
    "DistinctHouseholds",
    "DistinctIndividuals",
    "HandOver",
    "Hold",
    "Household",
    "HouseholdCode",
    "HouseholdMember",
    "HouseholdStatus",
    "ImportFile",
    "Individual",
    "OfficeDuty",
    "OneTimeCode",
    "PovertyReview",
    "Reorganisation",
    "RoleRequest",
    "RollUpNote",
    "StagedBatch",
    "ToldMeaning",
    "Unit",
    "UnitRole",
    "UnitSuccession",
    "ZoneAssignment",
]
