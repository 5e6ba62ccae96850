"""Every verb of the desk: who may, who is refused with which sentence, from where, against another hand, and its trace."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import AuditEntry, OutboxMessage
from nominations.enums import EvaluationPurpose, Status
from nominations.models import Dossier, Evaluation, Judgement, SupplementRequest, Waiver
from nominations.selectors.checks import current_evaluation, deciding_evaluation, result_of
from nominations.services import appraisal
from nominations.services.waivers import WaiverGrounds, waive
from registry.models import Hold, PovertyReview, ZoneAssignment
from tests.factories import Cast, attach, dossier_at, pdf
from tests.factories.registry import officer

pytestmark = pytest.mark.walk

DUE = date(2025, 12, 22)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Refusals are compared word for word in the language of the code."""
    with translation.override("en"):
        yield


@dataclass(frozen=True)
class Verb:
    """One verb: from where, by whom, to where, and who is told no."""

    name: str
    start: Status
    act: Callable[[Dossier, Any], Any]
    end: Status
    event: str
    actor: str = "reviewer"
    refused: tuple[tuple[str, str], ...] = (
        ("commune", "appraised by the standing office"),
        ("auditor", "appraised by the standing office"),
        ("standing_body", "appraised by the standing office"),
        ("nobody", "appraised by the standing office"),
    )
    wrong: Status = Status.ELIGIBLE

    def __str__(self) -> str:
        return self.name


_SUPPLEMENT_REFUSED = tuple(
    (name, "answered by the body that filed")
    for name in ("outsider", "reviewer", "auditor", "nobody", "overseer")
)
VERBS = [
    Verb(
        "receive",
        Status.FILED,
        lambda dossier, actor: appraisal.receive(dossier=dossier, actor=actor),
        Status.RECEIVED,
        "dossier.moved",
    ),
    Verb(
        "request_supplement",
        Status.RECEIVED,
        lambda dossier, actor: appraisal.request_supplement(
            dossier=dossier, reason="Thiếu xác nhận.", due_on=DUE, actor=actor
        ),
        Status.SUPPLEMENT,
        "supplement.requested",
    ),
    Verb(
        "answer_supplement",
        Status.SUPPLEMENT,
        lambda dossier, actor: appraisal.answer_supplement(
            dossier=dossier, answer="Đã bổ sung.", actor=actor
        ),
        Status.RECEIVED,
        "supplement.answered",
        actor="district",
        refused=_SUPPLEMENT_REFUSED,
    ),
    Verb(
        "refresh_appraisal",
        Status.RECEIVED,
        lambda dossier, actor: appraisal.refresh_appraisal(dossier=dossier, actor=actor),
        Status.RECEIVED,
        "evaluation.frozen",
    ),
    Verb(
        "record_originals",
        Status.RECEIVED,
        lambda dossier, actor: appraisal.record_originals(dossier=dossier, sets=1, actor=actor),
        Status.RECEIVED,
        "originals.recorded",
    ),
    Verb(
        "mark_not_eligible",
        Status.RECEIVED,
        lambda dossier, actor: appraisal.mark_not_eligible(dossier=dossier, reason="Chưa đạt.", actor=actor),
        Status.NOT_ELIGIBLE,
        "dossier.moved",
    ),
    Verb(
        "reopen",
        Status.NOT_ELIGIBLE,
        lambda dossier, actor: appraisal.reopen(dossier=dossier, reason="Có tài liệu mới.", actor=actor),
        Status.RECEIVED,
        "dossier.moved",
        wrong=Status.FILED,
    ),
]


@pytest.mark.parametrize("verb", VERBS, ids=str)
def test_verb_moves_the_dossier_and_leaves_its_trace(cast: Cast, verb: Verb) -> None:
    dossier = dossier_at(verb.start, cast)
    seen = AuditEntry.objects.count()

    verb.act(dossier, cast[verb.actor])

    stored = Dossier.objects.get(pk=dossier.pk)
    new = AuditEntry.objects.filter(seq__gt=seen)
    assert stored.status == verb.end
    assert verb.event in new.values_list("event", flat=True)
    assert set(new.values_list("actor", flat=True)) == {f"user:{cast[verb.actor].pk}"}


@pytest.mark.walk
@pytest.mark.parametrize(
    ("verb", "name", "sentence"),
    [(verb, name, sentence) for verb in VERBS for name, sentence in verb.refused],
    ids=lambda value: str(value)[:24],
)
def test_verb_refuses_with_its_sentence(cast: Cast, verb: Verb, name: str, sentence: str) -> None:
    dossier = dossier_at(verb.start, cast)
    seen = AuditEntry.objects.count()

    with pytest.raises(NotAllowed, match=sentence):
        verb.act(dossier, cast[name])

    assert Dossier.objects.get(pk=dossier.pk).status == verb.start
    assert AuditEntry.objects.count() == seen


@pytest.mark.parametrize("verb", VERBS, ids=str)
def test_verb_refuses_from_another_status(cast: Cast, verb: Verb) -> None:
    dossier = dossier_at(verb.wrong, cast)

    with pytest.raises(NotAllowed, match=dossier.code):
        verb.act(dossier, cast[verb.actor])


@pytest.mark.parametrize("verb", VERBS, ids=str)
def test_verb_loses_to_the_hand_that_was_first(cast: Cast, verb: Verb) -> None:
    dossier = dossier_at(verb.start, cast)
    Dossier.objects.filter(pk=dossier.pk).update(status=Status.WITHDRAWN)

    with pytest.raises(StaleState):
        verb.act(dossier, cast[verb.actor])

    assert Evaluation.objects.filter(dossier=dossier, created_at__gt=dossier.updated_at).count() <= 1
    assert Dossier.objects.get(pk=dossier.pk).status == Status.WITHDRAWN


def test_nobody_appraises_a_dossier_that_they_filed(cast: Cast) -> None:
    dossier = dossier_at(Status.FILED, cast)
    filer = cast["district"]
    officer_role = cast["reviewer"].unit_roles.get()
    filer.unit_roles.create(role=officer_role.role, unit=officer_role.unit, starts_on=officer_role.starts_on)
    filer.__dict__.pop("_scopes", None)

    with pytest.raises(NotAllowed, match="yourself"):
        appraisal.receive(dossier=dossier, actor=filer)


def test_receiving_makes_the_first_evaluation_and_names_the_reviewer(cast: Cast) -> None:
    dossier = dossier_at(Status.FILED, cast)

    evaluation = appraisal.receive(dossier=dossier, actor=cast["reviewer"])

    assert evaluation.purpose == EvaluationPurpose.APPRAISAL
    assert Dossier.objects.get(pk=dossier.pk).reviewer == cast["reviewer"]


def test_marking_eligible_makes_the_deciding_evaluation(cast: Cast) -> None:
    dossier = dossier_at(Status.ELIGIBLE, cast)

    evaluation = deciding_evaluation(dossier)

    assert evaluation is not None
    assert (evaluation.outcome, evaluation.purpose) == ("eligible", EvaluationPurpose.DECIDING)


def test_marking_eligible_is_refused_while_something_is_missing(cast: Cast) -> None:
    dossier = dossier_at(Status.RECEIVED, cast)

    with pytest.raises(InvalidRequest, match="missing"):
        appraisal.mark_eligible(dossier=dossier, actor=cast["reviewer"])

    assert Dossier.objects.get(pk=dossier.pk).status == Status.RECEIVED
    assert deciding_evaluation(dossier) is None


def test_marking_eligible_reads_todays_facts_and_not_the_frozen_ones(cast: Cast) -> None:
    dossier = dossier_at(Status.RECEIVED, cast)
    appraisal.record_originals(dossier=dossier, sets=1, actor=cast["reviewer"])
    Hold.objects.create(unit=cast.commune, starts_on=date(2025, 12, 1), reason="Đang xác minh tố cáo")

    with pytest.raises(InvalidRequest, match="not met"):
        appraisal.mark_eligible(dossier=dossier, actor=cast["reviewer"])


def _household_dossier(cast: Cast) -> Dossier:
    from tests.factories import HouseholdFactory, HouseholdStatusFactory  # noqa: PLC0415 -- used here only

    household = HouseholdFactory(
        unit=cast.commune, registration="registered", registered_on=date(2022, 3, 1), policy_loan="good"
    )
    for year, status in ((2021, "poor"), (2022, "poor"), (2023, "newly_escaped"), (2024, "average")):
        HouseholdStatusFactory(household=household, year=year, status=status)
    return dossier_at(Status.RECEIVED, cast, subject="household", nominee=household)


def test_a_judgement_reruns_the_frozen_facts_and_the_newest_counts(cast: Cast) -> None:
    dossier = _household_dossier(cast)
    base = current_evaluation(dossier)
    assert base is not None
    asked = [finding.criterion for finding in result_of(base).findings if finding.can_be_judged]
    PovertyReview.objects.all().delete()

    for verdict in ("not_met", "met"):
        appraisal.record_judgement(
            dossier=dossier, criterion=asked[0], verdict=verdict, note="Đã xem hồ sơ.", actor=cast["reviewer"]
        )

    newest = current_evaluation(dossier)
    assert newest is not None
    found = result_of(newest).finding(asked[0])
    assert (found.status.value, found.reason) == ("met", "judged.met")
    assert newest.facts == base.facts
    assert Judgement.objects.filter(dossier=dossier, is_current=True).count() == 1
    assert AuditEntry.objects.filter(event="judgement.recorded").count() == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"note": "  "}, "needs a note"),
        ({"verdict": "perhaps"}, "met or not met"),
        ({"criterion": "household-merit"}, "waits for a person"),
        ({"criterion": "deadline"}, "waits for a person"),
        ({"criterion": "no-such-thing"}, "waits for a person"),
    ],
)
def test_a_judgement_acts_only_on_what_asks_for_one(
    cast: Cast, changes: dict[str, str], sentence: str
) -> None:
    dossier = _household_dossier(cast)
    typed = {"criterion": "household-initiative", "verdict": "met", "note": "Đã xem."} | changes

    with pytest.raises(InvalidRequest, match=sentence):
        appraisal.record_judgement(dossier=dossier, actor=cast["reviewer"], **typed)

    assert not Judgement.objects.filter(dossier=dossier).exists()


@pytest.mark.parametrize("name", ["commune", "auditor", "nobody"])
def test_a_judgement_is_the_reviewers(cast: Cast, name: str) -> None:
    dossier = _household_dossier(cast)

    with pytest.raises(NotAllowed, match="appraised by the standing office"):
        appraisal.record_judgement(
            dossier=dossier, criterion="household-initiative", verdict="met", note="Tốt.", actor=cast[name]
        )


def test_a_supplement_request_tells_the_filing_side_the_reference_only(cast: Cast) -> None:
    dossier = dossier_at(Status.RECEIVED, cast)

    appraisal.request_supplement(
        dossier=dossier, reason="Thiếu xác nhận của Đảng ủy.", due_on=DUE, actor=cast["reviewer"]
    )

    mails = OutboxMessage.objects.all()
    assert {mail.recipient for mail in mails} == {cast["commune"].email, cast["district"].email}
    assert all(dossier.code in mail.body and "Đảng ủy" not in mail.body for mail in mails)


def test_a_supplement_needs_a_day_to_come(cast: Cast) -> None:
    dossier = dossier_at(Status.RECEIVED, cast)

    with pytest.raises(InvalidRequest, match="has passed or is today"):
        appraisal.request_supplement(
            dossier=dossier, reason="Thiếu.", due_on=date(2025, 12, 15), actor=cast["reviewer"]
        )

    assert not SupplementRequest.objects.exists()


def test_an_answer_keeps_the_filing_day_and_checks_fresh_facts(
    cast: Cast, frozen_day: Callable[[date], None]
) -> None:
    dossier = dossier_at(Status.SUPPLEMENT, cast)
    filed_on = dossier.filed_on
    frozen_day(date(2025, 12, 18))
    attach(dossier, "achievement_report", cast["commune"], confirmed_by="Đảng ủy xã")

    evaluation = appraisal.answer_supplement(dossier=dossier, answer="Đã bổ sung.", actor=cast["commune"])

    request = SupplementRequest.objects.get(dossier=dossier)
    assert (evaluation.purpose, evaluation.as_of) == (EvaluationPurpose.SUPPLEMENT, date(2025, 12, 18))
    assert Dossier.objects.get(pk=dossier.pk).filed_on == filed_on
    assert (request.answered_by, request.answer) == (cast["commune"], "Đã bổ sung.")


def test_reopening_is_refused_when_another_dossier_took_the_place(cast: Cast) -> None:
    first = dossier_at(Status.NOT_ELIGIBLE, cast)
    second = dossier_at(Status.RECEIVED, cast)

    with pytest.raises(InvalidRequest, match=second.code):
        appraisal.reopen(dossier=first, reason="Xem lại.", actor=cast["reviewer"])


def _outside_the_zones(cast: Cast) -> Dossier:
    dossier = dossier_at(Status.FILED, cast)
    ZoneAssignment.objects.filter(unit=cast.commune).update(zone="none")
    appraisal.receive(dossier=dossier, actor=cast["reviewer"])
    return dossier


def _grounds(**changes: Any) -> WaiverGrounds:
    given = {
        "reason": "Xã có nhiều khó khăn.",
        "document_number": "15/BB-HĐ",
        "dated_on": date(2025, 12, 10),
        "upload": pdf("bien-ban.pdf"),
    }
    return WaiverGrounds(**(given | changes))


def test_the_lead_waives_on_paper_and_the_frozen_facts_pass(cast: Cast) -> None:
    dossier = _outside_the_zones(cast)
    base = current_evaluation(dossier)

    evaluation = waive(dossier=dossier, criterion="commune-zone", grounds=_grounds(), actor=cast["lead"])

    waiver = Waiver.objects.get(dossier=dossier)
    assert result_of(evaluation).finding("commune-zone").status.value == "waived"
    assert evaluation.facts == base.facts
    assert (waiver.authority, waiver.document_number) == ("award-council", "15/BB-HĐ")
    assert waiver.paper.file.sha256
    assert AuditEntry.objects.filter(event="waiver.recorded").count() == 1


@pytest.mark.parametrize("name", ["reviewer", "commune", "standing_body", "auditor"])
def test_only_the_lead_waives(cast: Cast, name: str) -> None:
    dossier = _outside_the_zones(cast)

    with pytest.raises(NotAllowed, match="leadership of the standing office"):
        waive(dossier=dossier, criterion="commune-zone", grounds=_grounds(), actor=cast[name])

    assert not Waiver.objects.exists()


@pytest.mark.parametrize(
    ("criterion", "changes", "sentence"),
    [
        ("commune-household-fall", {}, "has not failed"),
        ("no-such-thing", {}, "has not failed"),
        ("commune-zone", {"reason": ""}, "needs a reason"),
        ("commune-zone", {"document_number": " "}, "names the number"),
        ("commune-zone", {"dated_on": date(2026, 1, 1)}, "dated in the future"),
    ],
)
def test_a_waiver_needs_a_waivable_failure_and_its_grounds(
    cast: Cast, criterion: str, changes: dict[str, Any], sentence: str
) -> None:
    dossier = _outside_the_zones(cast)

    with pytest.raises(InvalidRequest, match=sentence):
        waive(dossier=dossier, criterion=criterion, grounds=_grounds(**changes), actor=cast["lead"])

    assert not Waiver.objects.exists()


def test_a_criterion_is_waived_once(cast: Cast) -> None:
    dossier = _outside_the_zones(cast)
    waive(dossier=dossier, criterion="commune-zone", grounds=_grounds(), actor=cast["lead"])

    with pytest.raises(InvalidRequest):
        waive(dossier=dossier, criterion="commune-zone", grounds=_grounds(), actor=cast["lead"])


def test_a_lead_who_filed_does_not_waive(cast: Cast) -> None:
    dossier = _outside_the_zones(cast)
    lead = officer("provincial_lead", cast.province, username="second-lead")
    Dossier.objects.filter(pk=dossier.pk).update(created_by=lead)
    dossier.refresh_from_db()

    with pytest.raises(NotAllowed, match="yourself"):
        waive(dossier=dossier, criterion="commune-zone", grounds=_grounds(), actor=lead)
