"""The words of the registry: kinds, forms, roles, statuses."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class UnitKind(models.TextChoices):
    """What a unit is; the rulebook's subjects are its kinds, the province apart."""

    PROVINCE = "province", _("province")
    DISTRICT = "district", _("district level")
    COMMUNE = "commune", _("commune level")
    VILLAGE = "village", _("village")
    AGENCY = "agency", _("agency or organisation")
    ENTERPRISE = "enterprise", _("enterprise or cooperative")


class AdminType(models.TextChoices):
    """The title an administrative unit bears."""

    TINH = "tinh", _("province (tỉnh)")
    THANH_PHO = "thanh_pho", _("city (thành phố)")
    THI_XA = "thi_xa", _("town (thị xã)")
    HUYEN = "huyen", _("rural district (huyện)")
    PHUONG = "phuong", _("ward (phường)")
    XA = "xa", _("rural commune (xã)")
    THI_TRAN = "thi_tran", _("township (thị trấn)")
    DAC_KHU = "dac_khu", _("special zone (đặc khu)")
    THON = "thon", _("village (thôn)")
    KHU_PHO = "khu_pho", _("quarter (khu phố)")


class UnitForm(models.TextChoices):
    """Forms of agencies and enterprises, as the plan's data file names them."""

    DEPARTMENT = "department", _("department of the province")
    FRONT = "front", _("Fatherland Front")
    MASS_ORGANISATION = "mass_organisation", _("socio-political organisation")
    POLICY_BANK = "policy_bank", _("Bank for Social Policies")
    CREDIT_INSTITUTION = "credit_institution", _("credit institution")
    DISTRICT_OFFICE = "district_office", _("office of a district")
    PUBLIC_SERVICE_UNIT = "public_service_unit", _("public service unit")
    GRASSROOTS_ORGANISATION = "grassroots_organisation", _("grassroots organisation")
    SOCIAL_ORGANISATION = "social_organisation", _("social or professional organisation")
    PRESS = "press", _("press")
    EMULATION_CLUSTER = "emulation_cluster", _("emulation cluster")
    CORPORATION = "corporation", _("economic group or corporation")
    ENTERPRISE = "enterprise", _("enterprise")
    COOPERATIVE = "cooperative", _("cooperative")
    COOPERATIVE_UNION = "cooperative_union", _("union of cooperatives")


class SuccessionKind(models.TextChoices):
    """How one unit followed another."""

    MERGED = "merged", _("merged into")
    SPLIT = "split", _("split off")
    RENAMED = "renamed", _("renamed")
    CONTINUED = "continued", _("continued")
    TRANSFERRED = "transferred", _("gave part of its territory to")


class ReorganisationKind(models.TextChoices):
    """What one decision does to units."""

    MERGE = "merge", _("merger")
    SPLIT = "split", _("split")
    RENAME = "rename", _("new name or title")
    TRANSFER = "transfer", _("transfer of a part")
    SEVERAL = "several", _("reorganisation of several units")


class Duty(models.TextChoices):
    """Duties of the movement that a body has for a time."""

    STANDING_OFFICE = "standing_office", _("standing office of the steering committee")


class Role(models.TextChoices):
    """What a person does for a unit."""

    COMMUNE_OFFICER = "commune_officer", _("Commune officer")
    DISTRICT_OFFICER = "district_officer", _("District officer")
    AGENCY_OFFICER = "agency_officer", _("Agency officer")
    REVIEWER = "provincial_reviewer", _("Provincial reviewer")
    LEAD = "provincial_lead", _("Provincial lead")
    OVERSEER = "overseer", _("Overseer")
    STANDING_BODY = "standing_body", _("Standing body")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


# Roles that are held at the province and see it whole.
PROVINCE_WIDE_ROLES = frozenset(
    {Role.REVIEWER, Role.LEAD, Role.STANDING_BODY, Role.AUDITOR, Role.ADMINISTRATOR}
)

# The administrator keeps accounts and roles, and needs nobody's figures, papers or honours for that.
ALL_SEEING_ROLES = PROVINCE_WIDE_ROLES - {Role.ADMINISTRATOR}


# Any two of these holders keep a province's accounts: what the one asks for at the province the other confirms.
ROLE_CONFIRMERS = frozenset({Role.ADMINISTRATOR, Role.LEAD})


class RequestState(models.TextChoices):
    """What became of a role that a second hand must confirm."""

    WAITING = "waiting", _("waits for confirmation")
    CONFIRMED = "confirmed", _("confirmed")
    REFUSED = "refused", _("refused")


class AccountState(models.TextChoices):
    """How an account stands, as lists show and filter it."""

    OPEN = "open", _("in use")
    NEVER_IN = "never", _("never signed in")
    NO_ROLE = "no_role", _("without a role")
    LEFT = "left", _("said to have left")
    BLOCKED = "blocked", _("blocked")


class CodePurpose(models.TextChoices):
    """Which door a one-time code opens."""

    PASSWORD = "password", _("code to set a password")
    INSTALLER = "installer", _("installer's token")


class Zone(models.TextChoices):
    """Zones of the ethnic-minority and mountainous area; `none` is a recorded fact."""

    ONE = "I", _("zone I")
    TWO = "II", _("zone II")
    THREE = "III", _("zone III")
    NONE = "none", _("in no zone")


class PovertyStatus(models.TextChoices):
    """A household's standing at a year-end review."""

    POOR = "poor", _("poor")
    NEAR_POOR = "near_poor", _("near-poor")
    NEWLY_ESCAPED = "newly_escaped", _("newly escaped from poverty")
    # Neither poor nor near-poor by the review, which does not say how the household lives beyond that.
    NOT_POOR = "not_poor", _("not poor")
    AVERAGE = "average", _("average")
    WELL_OFF = "well_off", _("well off")


class PolicyLoan(models.TextChoices):
    """Standing of a household's loan at the policy bank, as the bank confirms."""

    NONE = "none", _("no loan")
    GOOD = "good", _("in good standing")
    BAD = "bad", _("in bad standing")


class Registration(models.TextChoices):
    """Whether a household registered to leave poverty."""

    REGISTERED = "registered", _("registered")
    NEVER = "never", _("never registered")


class IndividualRole(models.TextChoices):
    """What an individual is to poverty reduction."""

    CADRE = "cadre", _("cadre")
    CIVIL_SERVANT = "civil_servant", _("civil servant")
    PUBLIC_EMPLOYEE = "public_employee", _("public employee")
    ANTI_POVERTY_WORKER = "anti_poverty_worker", _("works on poverty reduction")
    OTHER = "other", _("another person")


class Relationship(models.TextChoices):
    """What a member of a household is to its head."""

    SPOUSE = "spouse", _("spouse")
    CHILD = "child", _("child")
    PARENT = "parent", _("parent")
    GRANDCHILD = "grandchild", _("grandchild")
    SIBLING = "sibling", _("brother or sister")
    OTHER = "other", _("another relation")


class RollUpSide(models.TextChoices):
    """Which of two figures that should agree is the right one."""

    STATED = "stated", _("the figure of the unit itself")
    SUMMED = "summed", _("the sum of the units below")


class RowState(models.TextChoices):
    """What loading a row of a file would do."""

    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("unchanged")
    REFUSED = "refused", _("refused")
    ASKED = "asked", _("to be answered")


class ImportStatus(models.TextChoices):
    """Where a handed-in workbook stands."""

    READING = "reading", _("being read")
    FAILED = "failed", _("could not be read")
    STAGED = "staged", _("waiting for confirmation")
    CONFIRMED = "confirmed", _("loaded")
    DISCARDED = "discarded", _("discarded")


class DataCaseKind(models.TextChoices):
    """What the law gives days or hours for."""

    CORRECTION = "correction", _("Request to correct personal data")
    DISCLOSURE = "disclosure", _("Request to be told one's personal data")
    BREACH = "breach", _("Breach of personal data")


class DataCaseResult(models.TextChoices):
    """How a matter of personal data ended."""

    DONE = "done", _("done")
    DECLINED = "declined", _("declined")
