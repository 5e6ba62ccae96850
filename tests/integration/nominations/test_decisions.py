"""Decisions and what they leave in history: awards, prize money, and what later checks read."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import translation

from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import AuditEntry, StoredFile
from nominations.enums import RoundKind, Status
from nominations.models import Decision, Dossier, Movement, PriorAward, Proposal
from nominations.selectors.checks import deciding_evaluation, live_results
from nominations.selectors.history import HistoryFilter, awards_found, totals_of
from nominations.services.commendations import record_issuer_decision
from nominations.services.decisions import (
    DecisionText,
    EarlierAward,
    record_decision,
    record_prior_award,
    revoke_award,
)
from tests.factories import Cast, HouseholdFactory, attach, dossier_at, pdf, running_round
from tests.integration.nominations.province import (
    proposal_with,
    recommended_dossier,
    recommended_individuals,
    sent_up_proposal,
)

DAY = date(2025, 12, 15)


def the_text(**changes: Any) -> DecisionText:
    """What stands on a decision, with its file: each an upload of its own."""
    given = {
        "number": "2145/QĐ-UBND",
        "decided_on": DAY,
        "issuer": "Chủ tịch UBND tỉnh",
        "upload": pdf("quyet-dinh.pdf"),
    }
    return DecisionText(**(given | changes))


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Refusals are compared word for word in the language of the code."""
    with translation.override("en"):
        yield


@pytest.fixture
def approved(cast: Cast) -> Proposal:
    return sent_up_proposal(cast, recommended_individuals(cast, 2))


def _earlier(**changes: Any) -> EarlierAward:
    given: dict[str, Any] = {
        "award": "province_certificate",
        "round_year": 2023,
        "number": "12/QĐ-UBND",
        "decided_on": date(2024, 1, 15),
        "issuer": "Chủ tịch UBND tỉnh",
        "movement": Movement.objects.filter(plan_id="binh-thuan-2021-2025").first(),
    }
    return EarlierAward(**(given | changes))


def test_a_decision_awards_what_is_on_the_list_with_its_prize(cast: Cast) -> None:
    dossier = recommended_dossier(cast)
    proposal = sent_up_proposal(cast, [dossier])

    decision = record_decision(proposal=proposal, text=the_text(), actor=cast["standing_body"])

    award = PriorAward.objects.get()
    assert Dossier.objects.get(pk=dossier.pk).status == Status.AWARDED
    assert Proposal.objects.get(pk=proposal.pk).status == "decided"
    assert (award.unit, award.decision, award.round_year, award.movement_id) == (
        cast.commune,
        decision,
        2025,
        dossier.award_round.movement_id,
    )
    assert award.prize_amount == 7_020_000
    assert set(
        AuditEntry.objects.filter(event__in=["decision.recorded", "award.recorded"]).values_list(
            "event", flat=True
        )
    )


def test_a_declined_dossier_gets_no_award_and_frees_its_place(cast: Cast, approved: Proposal) -> None:
    first, second = (item.dossier for item in approved.items.all())

    record_decision(
        proposal=approved,
        text=the_text(),
        declined={second.pk: "Chưa đủ nổi bật."},
        actor=cast["standing_body"],
    )

    assert Dossier.objects.get(pk=first.pk).status == Status.AWARDED
    assert Dossier.objects.get(pk=second.pk).status == Status.DECLINED
    assert PriorAward.objects.get().dossier == first
    assert proposal_with(cast, recommended_individuals(cast, 2)).items.count() == 2


@pytest.mark.parametrize("name", ["reviewer", "lead", "commune", "auditor", "nobody"])
def test_only_the_standing_body_records_a_decision(cast: Cast, approved: Proposal, name: str) -> None:
    with pytest.raises(NotAllowed, match="standing body"):
        record_decision(proposal=approved, text=the_text(), actor=cast[name])

    assert not Decision.objects.exists()


def test_a_decision_needs_an_sent_up_proposal(cast: Cast) -> None:
    proposal = proposal_with(cast, recommended_individuals(cast, 1))

    with pytest.raises(NotAllowed, match="approved one"):
        record_decision(proposal=proposal, text=the_text(), actor=cast["standing_body"])


def test_two_hands_record_one_decision(cast: Cast, approved: Proposal) -> None:
    behind = Proposal.objects.get(pk=approved.pk)
    record_decision(proposal=approved, text=the_text(), actor=cast["standing_body"])

    with pytest.raises(StaleState):
        record_decision(
            proposal=behind,
            text=the_text(number="2146/QĐ-UBND"),
            actor=cast["standing_body"],
        )

    assert (Decision.objects.count(), PriorAward.objects.count()) == (1, 2)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"number": " "}, "has a number"),
        ({"issuer": ""}, "has an issuer"),
        ({"decided_on": date(2025, 12, 16)}, "dated in the future"),
        ({"decided_on": date(2025, 12, 14)}, "before the proposal was approved"),
    ],
)
def test_a_decision_with_a_fault_writes_nothing(
    cast: Cast, approved: Proposal, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InvalidRequest, match=sentence):
        record_decision(proposal=approved, text=the_text(**changes), actor=cast["standing_body"])

    assert not Decision.objects.exists()
    assert Proposal.objects.get(pk=approved.pk).status == "approved"


def test_a_decision_of_the_province_is_not_dated_before_the_letter(cast: Cast) -> None:
    """Its way has no paper that is recorded here: the letter of the standing office lies where documents are issued."""
    proposal = sent_up_proposal(
        cast, recommended_individuals(cast, 1, award="province_certificate", kind=RoundKind.ANNUAL)
    )
    Proposal.objects.filter(pk=proposal.pk).update(approved_at=datetime(2025, 12, 10, tzinfo=UTC))
    proposal.refresh_from_db()

    with pytest.raises(InvalidRequest, match="dated before the last paper of its way, of 15/12/2025"):
        record_decision(
            proposal=proposal, text=the_text(decided_on=date(2025, 12, 14)), actor=cast["standing_body"]
        )

    assert not Decision.objects.exists()


def test_the_same_decision_is_recorded_once(cast: Cast, approved: Proposal) -> None:
    record_decision(proposal=approved, text=the_text(), actor=cast["standing_body"])
    other = sent_up_proposal(
        cast, recommended_individuals(cast, 1, award="province_certificate", kind=RoundKind.ANNUAL)
    )

    with pytest.raises(InvalidRequest, match="already recorded"):
        record_decision(proposal=other, text=the_text(), actor=cast["standing_body"])


def test_the_decisions_file_is_kept_with_it(
    cast: Cast, approved: Proposal, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        decision = record_decision(proposal=approved, text=the_text(), actor=cast["standing_body"])

    assert StoredFile.objects.get(pk=decision.file_id).adopted_at is not None


def test_the_next_check_reads_the_new_award(cast: Cast, frozen_day: Callable[[date], None]) -> None:
    dossier = recommended_dossier(cast)
    record_decision(proposal=sent_up_proposal(cast, [dossier]), text=the_text(), actor=cast["standing_body"])
    frozen_day(date(2025, 12, 20))

    later = dossier_at(Status.RECEIVED, cast, award_round=running_round(RoundKind.FINAL))

    found = live_results([later])[later.pk]
    assert found.finding("province-final-prior-awards").status.value == "met"
    assert found.finding("distinct-achievement").status.value == "not_met"


def test_a_revoked_award_no_longer_counts(cast: Cast, frozen_day: Callable[[date], None]) -> None:
    dossier = recommended_dossier(cast)
    record_decision(proposal=sent_up_proposal(cast, [dossier]), text=the_text(), actor=cast["standing_body"])
    award = PriorAward.objects.select_related("dossier").get()
    frozen_day(date(2025, 12, 20))

    revoke_award(
        award=award,
        number="9/QĐ-UBND",
        revoked_on=date(2025, 12, 20),
        reason="Kê khai sai.",
        actor=cast["standing_body"],
    )

    later = dossier_at(Status.RECEIVED, cast, award_round=running_round(RoundKind.FINAL))
    assert Dossier.objects.get(pk=dossier.pk).status == Status.REVOKED
    assert live_results([later])[later.pk].finding("province-final-prior-awards").status.value == "not_met"
    assert totals_of(awards_found(cast["lead"], HistoryFilter())).money == 0
    with pytest.raises(NotAllowed, match="already revoked"):
        revoke_award(
            award=award,
            number="9",
            revoked_on=date(2025, 12, 20),
            reason="Lần nữa.",
            actor=cast["standing_body"],
        )


@pytest.mark.parametrize("name", ["reviewer", "lead", "commune", "auditor"])
def test_only_the_standing_body_revokes(cast: Cast, name: str) -> None:
    running_round()
    award = record_prior_award(earlier=_earlier(), nominee=cast.commune, actor=cast["reviewer"])

    with pytest.raises(NotAllowed, match="standing body"):
        revoke_award(award=award, number="9", revoked_on=DAY, reason="Sai.", actor=cast[name])


def test_an_earlier_award_is_entered_once_with_its_prize(cast: Cast) -> None:
    running_round()

    award = record_prior_award(earlier=_earlier(), nominee=cast.commune, actor=cast["reviewer"])

    assert award.prize_amount == 5_400_000
    assert AuditEntry.objects.filter(event="award.recorded").count() == 1
    with pytest.raises(InvalidRequest, match="already in the history"):
        record_prior_award(earlier=_earlier(), nominee=cast.commune, actor=cast["standing_body"])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"number": ""}, "has a number"),
        ({"round_year": 2025}, "later year"),
        ({"award": "no-such-award"}, "does not know this award"),
        ({"decided_on": date(2026, 1, 1)}, "dated in the future"),
    ],
)
def test_an_earlier_award_with_a_fault_is_refused(cast: Cast, changes: dict[str, Any], sentence: str) -> None:
    running_round()

    with pytest.raises(InvalidRequest, match=sentence):
        record_prior_award(earlier=_earlier(**changes), nominee=cast.commune, actor=cast["reviewer"])

    assert not PriorAward.objects.exists()


@pytest.mark.parametrize("name", ["lead", "commune", "district", "auditor", "nobody"])
def test_earlier_awards_are_entered_by_reviewer_or_standing_body(cast: Cast, name: str) -> None:
    running_round()

    with pytest.raises(NotAllowed, match="Earlier awards are entered"):
        record_prior_award(earlier=_earlier(), nominee=cast.commune, actor=cast[name])


def _commendation(cast: Cast) -> Dossier:
    dossier = dossier_at(Status.DRAFT, cast, award="commendation")
    attach(dossier, "achievement_report", cast["commune"], confirmed_by="Đảng ủy xã")
    return dossier


def _papers() -> dict[str, Any]:
    return {"submission_letter": pdf("to-trinh.pdf", "a"), "council_minutes": pdf("bien-ban.pdf", "b")}


DISTRICT_TEXT = DecisionText("77/QĐ-UBND", DAY, "Chủ tịch UBND huyện Bắc Bình")


def test_a_commendation_ends_at_its_issuer(cast: Cast) -> None:
    dossier = _commendation(cast)

    decision = record_issuer_decision(
        dossier=dossier,
        text=DISTRICT_TEXT,
        guidance_note="Theo hướng dẫn của huyện.",
        papers=_papers(),
        actor=cast["district"],
    )

    award = PriorAward.objects.get()
    evaluation = deciding_evaluation(dossier)
    assert Dossier.objects.get(pk=dossier.pk).status == Status.DECIDED_BY_ISSUER
    assert (award.decision, award.award, award.unit) == (decision, "commendation", cast.commune)
    assert award.prize_amount == 1_410_000
    assert evaluation is not None
    assert evaluation.outcome == "eligible"


def test_one_decision_of_an_issuer_may_honour_several(cast: Cast) -> None:
    first = _commendation(cast)
    second = dossier_at(
        Status.DRAFT,
        cast,
        award="commendation",
        nominee=HouseholdFactory(unit=cast.commune),
        subject="household",
    )
    attach(second, "achievement_report", cast["commune"], confirmed_by="Đảng ủy xã")

    decisions = {
        record_issuer_decision(
            dossier=dossier,
            text=DISTRICT_TEXT,
            guidance_note="Theo hướng dẫn của huyện.",
            papers=_papers(),
            actor=cast["district"],
        )
        for dossier in (first, second)
    }

    assert decisions == set(Decision.objects.all())
    assert Decision.objects.get().awards.count() == 2


def test_a_commendation_without_letter_and_minutes_is_refused(cast: Cast) -> None:
    dossier = _commendation(cast)

    with pytest.raises(InvalidRequest, match="missing for 2 criteria"):
        record_issuer_decision(
            dossier=dossier, text=DISTRICT_TEXT, guidance_note="Theo hướng dẫn.", actor=cast["district"]
        )

    assert Dossier.objects.get(pk=dossier.pk).status == Status.DRAFT
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("commune", "yourself"), ("outsider", "office of its issuer"), ("lead", "office of its issuer")],
)
def test_a_commendation_is_recorded_by_its_issuers_office(cast: Cast, name: str, sentence: str) -> None:
    dossier = _commendation(cast)

    with pytest.raises(NotAllowed, match=sentence):
        record_issuer_decision(
            dossier=dossier,
            text=DISTRICT_TEXT,
            guidance_note="Theo hướng dẫn.",
            papers=_papers(),
            actor=cast[name],
        )


def test_a_certificate_is_not_given_at_the_district(cast: Cast) -> None:
    dossier = dossier_at(Status.FILED_TO_DISTRICT, cast)

    with pytest.raises(NotAllowed, match="own level"):
        record_issuer_decision(
            dossier=dossier, text=DISTRICT_TEXT, guidance_note="Theo hướng dẫn.", actor=cast["district"]
        )


def test_history_is_narrowed_searched_and_added_up_within_an_area(cast: Cast) -> None:
    running_round()
    record_prior_award(earlier=_earlier(), nominee=cast.commune, actor=cast["reviewer"])
    record_prior_award(
        earlier=_earlier(award="commendation", round_year=2022, decided_on=date(2022, 12, 30), number="5/QĐ"),
        nominee=cast.other_commune,
        actor=cast["reviewer"],
    )

    found = awards_found(cast["lead"], HistoryFilter(words="phan dien"))

    assert [award.unit for award in found] == [cast.commune]
    assert awards_found(cast["lead"], HistoryFilter(year=2022)).get().unit == cast.other_commune
    assert awards_found(cast["commune"], HistoryFilter()).get().unit == cast.commune
    assert totals_of(awards_found(cast["lead"], HistoryFilter())).count == 2
    assert not awards_found(cast["nobody"], HistoryFilter()).exists()
