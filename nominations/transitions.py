"""The way of a dossier, as a table: from which status a verb leads to which."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from nominations.enums import Status


@dataclass(frozen=True)
class Transition:
    """One step: the verb that a service carries out, and where it leads."""

    verb: str
    target: Status


TRANSITIONS: dict[Status, tuple[Transition, ...]] = {
    Status.DRAFT: (
        Transition("file_to_district", Status.FILED_TO_DISTRICT),
        Transition("file", Status.FILED),
        Transition("decide_by_issuer", Status.DECIDED_BY_ISSUER),
        Transition("withdraw", Status.WITHDRAWN),
    ),
    Status.FILED_TO_DISTRICT: (
        Transition("return", Status.RETURNED),
        Transition("not_select", Status.NOT_SELECTED),
        Transition("file", Status.FILED),
        Transition("decide_by_issuer", Status.DECIDED_BY_ISSUER),
        Transition("withdraw", Status.WITHDRAWN),
    ),
    Status.RETURNED: (
        Transition("file_to_district", Status.FILED_TO_DISTRICT),
        Transition("withdraw", Status.WITHDRAWN),
    ),
    Status.NOT_SELECTED: (),
    Status.FILED: (
        Transition("receive", Status.RECEIVED),
        Transition("withdraw", Status.WITHDRAWN),
    ),
    Status.RECEIVED: (
        Transition("request_supplement", Status.SUPPLEMENT),
        Transition("mark_eligible", Status.ELIGIBLE),
        Transition("mark_not_eligible", Status.NOT_ELIGIBLE),
        Transition("mark_duplicate", Status.DUPLICATE),
        Transition("withdraw", Status.WITHDRAWN),
    ),
    Status.SUPPLEMENT: (
        Transition("answer_supplement", Status.RECEIVED),
        Transition("withdraw", Status.WITHDRAWN),
    ),
    Status.ELIGIBLE: (
        Transition("reopen", Status.RECEIVED),
        Transition("put_on_agenda", Status.ON_AGENDA),
        Transition("withdraw", Status.WITHDRAWN),
    ),
    Status.NOT_ELIGIBLE: (Transition("reopen", Status.RECEIVED),),
    Status.DUPLICATE: (Transition("reopen", Status.RECEIVED),),
    Status.ON_AGENDA: (
        Transition("take_off_agenda", Status.ELIGIBLE),
        Transition("recommend", Status.RECOMMENDED),
        Transition("not_recommend", Status.NOT_RECOMMENDED),
        Transition("withdraw", Status.WITHDRAWN),
    ),
    Status.RECOMMENDED: (
        Transition("propose", Status.PROPOSED),
        Transition("reconsider", Status.ON_AGENDA),
    ),
    Status.NOT_RECOMMENDED: (Transition("reconsider", Status.ON_AGENDA),),
    Status.PROPOSED: (
        Transition("unpropose", Status.RECOMMENDED),
        Transition("award", Status.AWARDED),
        Transition("decline", Status.DECLINED),
    ),
    Status.AWARDED: (Transition("revoke", Status.REVOKED),),
    Status.DECLINED: (),
    Status.REVOKED: (),
    Status.DECIDED_BY_ISSUER: (Transition("revoke", Status.REVOKED),),
    Status.WITHDRAWN: (),
}


# What a dossier's history says once the verb was carried out.
VERB_TITLES: dict[str, Any] = {
    "file_to_district": _("Filed to the district"),
    "file": _("Filed to the province"),
    "return": _("Returned to be mended"),
    "not_select": _("Not selected by the district"),
    "withdraw": _("Withdrawn"),
    "receive": _("Received for appraisal"),
    "request_supplement": _("A supplement was asked for"),
    "answer_supplement": _("The supplement was answered"),
    "mark_eligible": _("Appraised as eligible"),
    "mark_not_eligible": _("Appraised as not eligible"),
    "mark_duplicate": _("Set aside as a duplicate"),
    "reopen": _("Appraisal opened again"),
    "put_on_agenda": _("Put on the council's agenda"),
    "take_off_agenda": _("Taken off the agenda"),
    "recommend": _("Recommended by the council"),
    "not_recommend": _("Not recommended by the council"),
    "reconsider": _("Put before the council for another round of voting"),
    "propose": _("Put into a proposal"),
    "unpropose": _("Taken out of the proposal"),
    "award": _("Awarded"),
    "decline": _("Declined"),
    "revoke": _("Award revoked"),
    "decide_by_issuer": _("Decided by the issuer"),
}


def sources_of(verb: str) -> tuple[Status, ...]:
    """The statuses from which a verb leads on."""
    return tuple(status for status, steps in TRANSITIONS.items() if any(step.verb == verb for step in steps))


def targets_of(verb: str) -> frozenset[Status]:
    """The statuses to which a verb leads."""
    return frozenset(step.target for steps in TRANSITIONS.values() for step in steps if step.verb == verb)


def step_for(status: str, verb: str) -> Transition | None:
    """The step that a verb takes from a status, or None when the table has none."""
    return next((step for step in TRANSITIONS[Status(status)] if step.verb == verb), None)
