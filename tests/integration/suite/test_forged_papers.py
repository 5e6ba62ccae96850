"""Marks of papers, requests for supplements and who did a step, changed in the database itself, are named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from core.audit.recording import PendingEntry, subject_of
from core.audit.writing import append
from core.models import AuditEntry
from core.proving import flaws
from nominations import fingerprints
from nominations.enums import Status
from nominations.models import (
    Dossier,
    Evaluation,
    FilingSet,
    Judgement,
    Paper,
    PriorAward,
    StatusChange,
    SupplementRequest,
)
from nominations.services import appraisal
from nominations.services.decisions import EarlierAward, record_prior_award
from nominations.services.papers import confirm_report, mark_not_required, remove_paper
from registry.enums import UnitKind
from tests.factories import Cast, UnitFactory, attach, dossier_at, make_cast
from tests.factories.log import log_people

pytestmark = pytest.mark.django_db
DUE = date(2025, 12, 20)
REPORT = "achievement_report"


@pytest.fixture
def cast(db: None, frozen_day: Callable[[date], None]) -> Iterator[Cast]:
    frozen_day(date(2025, 12, 15))
    cast = make_cast()
    log_people()
    with translation.override("en"):
        yield cast


def told() -> str:
    return "\n".join(str(flaw) for flaw in flaws(in_full=False))


@pytest.fixture
def draft(cast: Cast) -> Dossier:
    """A draft with three versions of its report, of which the last was confirmed, and a paper that was left out."""
    dossier = dossier_at(Status.DRAFT, cast)
    attach(dossier, REPORT, cast["commune"], number="1/BC-UBND", dated_on=date(2025, 12, 1))
    for number in ("2/BC-UBND", "3/BC-UBND"):
        attach(dossier, REPORT, cast["commune"], number=number, confirmed_by="Đảng ủy xã")
    return dossier


def report(version: int) -> Any:
    return Paper.objects.filter(kind=REPORT, version=version)


def test_papers_that_nobody_touched_are_whole(draft: Dossier) -> None:
    assert told() == ""
    assert report(3).get().is_current


@pytest.mark.parametrize(
    ("forged", "sentence"),
    [
        ({"number": "9/BC-UBND"}, "its kind, number, day or owner is not as entry "),
        ({"dated_on": date(2025, 1, 1)}, "its kind, number, day or owner is not as entry "),
        ({"kind": "council_minutes"}, "its kind, number, day or owner is not as entry "),
        ({"version": 7}, "its kind, number, day or owner is not as entry "),
        ({"not_required_reason": "Không cần"}, "its kind, number, day or owner is not as entry "),
        ({"from_meeting": "Phiên họp"}, "its kind, number, day or owner is not as entry "),
        ({"is_current": False}, "the log says that it counts"),
        ({"confirmed_by": "Ai đó"}, "the log does not say that it was confirmed so"),
        ({"is_confirmed": False}, "the log does not say that it was confirmed so"),
    ],
)
def test_marks_of_a_paper_that_were_changed_are_named(
    draft: Dossier, forged: dict[str, Any], sentence: str
) -> None:
    report(3).update(**forged)

    said = told()

    assert said.startswith("The paper ")
    assert sentence in said


def test_an_earlier_version_that_is_made_to_count_is_named(draft: Dossier) -> None:
    report(2).update(is_current=True)

    assert told() == (
        "The paper achievement_report, version 2, of HS-2025-0001: it counts, and the log says that another stands in its "
        "place or none."
    )


def test_a_paper_of_another_hand_or_another_dossier_is_named(cast: Cast, draft: Dossier) -> None:
    report(3).update(uploaded_by=cast["lead"])
    assert "it was not attached by who entry " in told()

    other = dossier_at(Status.DRAFT, cast, award="commendation")
    report(3).update(uploaded_by=cast["commune"], dossier=other)
    assert "its kind, number, day or owner is not as entry " in told()
    assert "it was attached to another, as entry " in told()


def test_a_paper_left_out_in_the_database_is_named(cast: Cast, draft: Dossier) -> None:
    kind = "tax_confirmation"
    Paper.objects.create(
        dossier=draft,
        kind=kind,
        not_required_reason="Không cần",
        uploaded_by=cast["commune"],
        uploaded_at=draft.created_at,
    )

    assert "no entry says that it was recorded as not required" in told()


def test_a_paper_recorded_as_not_required_cannot_be_changed_unseen(cast: Cast) -> None:
    enterprise = UnitFactory(
        key="doanh-nghiep", kind=UnitKind.ENTERPRISE, name="Công ty A", parent=cast.commune
    )
    dossier = dossier_at(Status.DRAFT, cast, nominee=enterprise, subject="enterprise")
    for reason in ("Miễn thuế", "Được miễn thuế"):
        mark_not_required(dossier=dossier, kind="confirmation_tax", reason=reason, actor=cast["commune"])
    assert told() == ""

    Paper.objects.filter(version=2).update(not_required_reason="Đã nộp")
    assert "its kind, number, day or owner is not as entry " in told()

    Paper.objects.filter(version=2).delete()
    assert "the paper that it says is not required stands there no more" in told()


def test_papers_removed_attached_again_and_confirmed_raise_no_alarm(cast: Cast, draft: Dossier) -> None:
    remove_paper(paper=report(3).get(), actor=cast["commune"])
    assert told() == ""
    attach(draft, REPORT, cast["commune"], number="4/BC-UBND")
    confirm_report(paper=report(4).get(), confirmed_by="Huyện ủy", actor=cast["commune"])
    assert told() == ""

    report(4).update(confirmed_by="Ai đó")
    assert "the log does not say that it was confirmed so" in told()


def test_entries_of_earlier_versions_are_held_to_what_they_say(cast: Cast, draft: Dossier) -> None:
    paper = report(3).get()
    earlier = Paper.objects.create(
        dossier=draft,
        kind="council_minutes",
        number="5/BB",
        file=paper.file,
        uploaded_by=cast["commune"],
        uploaded_at=paper.uploaded_at,
    )
    assert paper.file is not None
    said = {"paper": earlier.pk, "kind": earlier.kind, "sha256": paper.file.sha256}
    append([PendingEntry("paper.attached", subject_of(draft), f"user:{cast['commune'].pk}", said)])

    assert told() == ""


@pytest.fixture
def asked(cast: Cast) -> SupplementRequest:
    """A supplement that was asked for and answered, then another one that waits."""
    dossier = dossier_at(Status.RECEIVED, cast)
    appraisal.request_supplement(dossier=dossier, reason="Thiếu biên bản", due_on=DUE, actor=cast["reviewer"])
    dossier.refresh_from_db()
    appraisal.answer_supplement(dossier=dossier, answer="Đã bổ sung", actor=cast["district"])
    dossier.refresh_from_db()
    return appraisal.request_supplement(
        dossier=dossier, reason="Thiếu dấu", due_on=DUE, actor=cast["reviewer"]
    )


def test_supplements_that_nobody_touched_are_whole(asked: SupplementRequest) -> None:
    assert told() == ""
    assert SupplementRequest.objects.count() == 2


@pytest.mark.parametrize(
    ("forged", "sentence"),
    [
        ({"reason": "Không thiếu gì"}, "it is not as entry "),
        ({"due_on": date(2025, 12, 31)}, "it is not as entry "),
        ({"answer": "Chưa bổ sung"}, "it was not answered as entry "),
        ({"answered_at": None, "answered_by": None}, "says that it was answered"),
    ],
)
def test_an_answered_request_that_was_changed_is_named(
    asked: SupplementRequest, forged: dict[str, Any], sentence: str
) -> None:
    if "answered_at" in forged:
        SupplementRequest.objects.filter(pk=asked.pk).delete()

    SupplementRequest.objects.exclude(pk=asked.pk).update(**forged)

    said = told()
    assert said.startswith("The supplement asked for dossier HS-2025-0001, due ")
    assert sentence in said


def test_a_request_answered_in_the_database_of_another_hand_or_gone_is_named(
    cast: Cast, asked: SupplementRequest
) -> None:
    waiting = SupplementRequest.objects.filter(pk=asked.pk)
    waiting.update(answer="Xong", answered_at=asked.asked_at, answered_by=cast["district"])
    assert "no entry says that it was answered" in told()

    waiting.update(answer="", answered_at=None, answered_by=None, asked_by=cast["lead"])
    assert "it was not asked for by who entry " in told()

    SupplementRequest.objects.exclude(pk=asked.pk).update(answered_by=cast["commune"])
    assert "it was not answered as entry " in told()

    waiting.delete()
    assert "the supplement asked for that it tells of is gone" in told()

    SupplementRequest.objects.create(
        dossier=asked.dossier,
        reason="Thêm",
        due_on=DUE,
        asked_by=cast["reviewer"],
        asked_at=asked.asked_at,
    )
    assert "no entry says that it was asked for" in told()


def test_an_answer_of_an_earlier_version_is_the_next_of_its_dossier(cast: Cast) -> None:
    dossier = dossier_at(Status.RECEIVED, cast)
    person = f"user:{cast['reviewer'].pk}"
    row = SupplementRequest.objects.create(
        dossier=dossier,
        reason="Thiếu",
        due_on=DUE,
        asked_by=cast["reviewer"],
        asked_at=dossier.created_at,
        answer="Đủ",
        answered_by=cast["reviewer"],
        answered_at=dossier.created_at,
    )
    subject = subject_of(dossier)
    append(
        [
            PendingEntry(
                "supplement.requested", subject, person, {"request": row.pk, "due_on": DUE.isoformat()}
            ),
            PendingEntry("supplement.answered", subject, person, {}),
        ]
    )

    assert told() == ""


@pytest.fixture
def appraised(cast: Cast) -> Dossier:
    """A dossier that went all the way to the council's door."""
    dossier = dossier_at(Status.ELIGIBLE, cast)
    appraisal.keep_judgement(
        dossier=dossier, criterion="D1.diligent", verdict="met", note="Đã xem", actor=cast["reviewer"]
    )
    assert told() == ""
    return dossier


@pytest.mark.parametrize(
    ("model", "column", "sentence"),
    [
        (StatusChange, "actor", "its history names other people for its steps than the log"),
        (Dossier, "created_by", "it was not started by who entry "),
        (Dossier, "reviewer", "it lies on another desk than the log says"),
        (Evaluation, "created_by", "it was not recorded by who entry "),
        (Judgement, "made_by", "it was not recorded by who entry "),
        (FilingSet, "filed_by", "it was not filed by who entry "),
    ],
)
def test_who_did_a_step_cannot_be_changed_unseen(
    cast: Cast, appraised: Dossier, model: Any, column: str, sentence: str
) -> None:
    changed = model.objects.filter(pk=model.objects.order_by("pk").first().pk)

    assert changed.update(**{column: cast["overseer"]}) == 1

    assert sentence in told()


@pytest.fixture
def award(cast: Cast) -> PriorAward:
    """An award with prize money that an officer entered."""
    earlier = EarlierAward("province_certificate", 2024, "1/QĐ-UBND", date(2024, 12, 5), "UBND tỉnh")
    return record_prior_award(nominee=cast.commune, earlier=earlier, actor=cast["reviewer"])


def test_a_prize_changed_before_rounding_is_named(award: PriorAward) -> None:
    assert told() == ""

    PriorAward.objects.update(prize_raw="99999.50")

    assert told().startswith(f"The award by decision 1/QĐ-UBND ({award.pk}): it is not as entry ")


def test_a_digest_of_an_earlier_version_leaves_the_prize_before_rounding_out(award: PriorAward) -> None:
    earlier = PriorAward.objects.create(
        award=award.award,
        round_year=2023,
        decided_on=date(2023, 12, 5),
        decision_number="7/QĐ-UBND",
        unit=award.unit,
        prize_raw="100.50",
        prize_amount=101,
    )
    values = {name: getattr(earlier, name) for name in fingerprints._AWARD}
    said = {"decision": earlier.decision_number, "digest": fingerprints._digest(values)}
    append([PendingEntry("award.recorded", subject_of(earlier), "system", said)])

    assert told() == ""
    PriorAward.objects.filter(pk=earlier.pk).update(prize_amount=102)
    assert told().startswith("The award by decision 7/QĐ-UBND (")
    assert AuditEntry.objects.filter(event="award.recorded").count() == 2
