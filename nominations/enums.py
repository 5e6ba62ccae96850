"""The words of nominations: statuses, papers' owners, rounds."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where a dossier stands on its way from draft to decision; `statuses` says what each means."""

    DRAFT = "draft", _("Draft")
    FILED_TO_DISTRICT = "filed_to_district", _("Filed to the district")
    RETURNED = "returned", _("Returned by the district")
    NOT_SELECTED = "not_selected", _("Not selected by the district")
    FILED = "filed", _("Filed to the province")
    RECEIVED = "received", _("Under appraisal")
    SUPPLEMENT = "supplement", _("Supplement requested")
    ELIGIBLE = "eligible", _("Eligible")
    NOT_ELIGIBLE = "not_eligible", _("Not eligible")
    DUPLICATE = "duplicate", _("Duplicate")
    ON_AGENDA = "on_agenda", _("On the council's agenda")
    RECOMMENDED = "recommended", _("Recommended by the council")
    NOT_RECOMMENDED = "not_recommended", _("Not recommended")
    PROPOSED = "proposed", _("On a proposal")
    AWARDED = "awarded", _("Awarded")
    DECLINED = "declined", _("Declined")
    REVOKED = "revoked", _("Revoked")
    DECIDED_BY_ISSUER = "decided_by_issuer", _("Decided by the issuer")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class RoundKind(models.TextChoices):
    ANNUAL = "annual", _("annual")
    FINAL = "final", _("final review")


class RoundStatus(models.TextChoices):
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


class RoundVerb(models.TextChoices):
    """What is decided about a round after it opened."""

    EXTENDED = "extended", _("Last day for filing extended")
    CLOSED = "closed", _("Round closed")
    REOPENED = "reopened", _("Round opened again")


class EvaluationPurpose(models.TextChoices):
    """Why an evaluation was frozen."""

    FILING = "filing", _("at filing")
    SUPPLEMENT = "supplement", _("after a supplement")
    APPRAISAL = "appraisal", _("during appraisal")
    DECIDING = "deciding", _("deciding")
    UNIT_COUNCIL = "unit", _("for the unit's council")


class FilingLevel(models.TextChoices):
    """To whom a set is filed."""

    DISTRICT = "district", _("to the district")
    PROVINCE = "province", _("to the province")


class ProposalStatus(models.TextChoices):
    DRAFT = "draft", _("In preparation")
    APPROVED = "approved", _("Approved")
    DECIDED = "decided", _("Decided")
    CANCELLED = "cancelled", _("Cancelled")


class WayPaperKind(models.TextChoices):
    """What the standing body records on a proposal's way to the decision."""

    PROVINCE_LETTER = "province_letter", _("Letter of the provincial People's Committee")
    SENDING = "sending", _("Sent to the centre")
    SUPPLEMENT_ASKED = "supplement_asked", _("Supplement asked for by the centre")
    SUPPLEMENT_ANSWERED = "supplement_answered", _("Answer to the supplement")


class Verdict(models.TextChoices):
    MET = "met", _("Met")
    NOT_MET = "not_met", _("Not met")


class PlanFileKind(models.TextChoices):
    """What a file of an uploaded plan is."""

    PLAN = "plan", _("plan")
    CASES = "cases", _("cases")


class PlanVerb(models.TextChoices):
    """What a second person does with an uploaded plan."""

    IN_FORCE = "in_force", _("Put in force")
    REFUSED = "refused", _("Refused")
