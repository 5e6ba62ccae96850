"""Nominating and filing from end to end: drafts as typed, ways to the province, sets, and what blocks them."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import AuditEntry, OutboxMessage
from criteria.engine import Status as FindingStatus
from nominations.enums import EvaluationPurpose, Status
from nominations.fingerprints import of_text
from nominations.models import Dossier, FilingSet, Movement, Paper
from nominations.proofs.dossiers import steps_that_differ
from nominations.selectors.checks import current_evaluation, result_of
from nominations.services.dossiers import (
    Nomination,
    autosave_draft,
    save_draft,
    start_dossier,
    withdraw_dossier,
)
from nominations.services.filing import (
    choose_dossiers,
    file_set,
    file_to_district,
    open_filing_set,
    put_in_set,
    return_to_commune,
)
from nominations.services.rounds import open_round, start_movement
from registry.enums import Role, SuccessionKind, UnitKind
from registry.models import Household, Unit
from tests.factories import (
    Cast,
    HouseholdFactory,
    UnitFactory,
    UnitSuccessionFactory,
    attach,
    dossier_at,
    filed_set,
    pdf,
    running_round,
)
from tests.factories.registry import officer

ClientOf = Callable[[str], Client]
REACHED = [
    Status.DRAFT,
    Status.FILED_TO_DISTRICT,
    Status.RETURNED,
    Status.NOT_SELECTED,
    Status.FILED,
    Status.RECEIVED,
    Status.SUPPLEMENT,
    Status.ELIGIBLE,
    Status.NOT_ELIGIBLE,
    Status.WITHDRAWN,
]


@pytest.mark.parametrize("status", REACHED)
def test_services_bring_a_dossier_there(cast: Cast, status: Status) -> None:
    assert dossier_at(status, cast).status == status


def nomination(
    cast: Cast, nominee: object, subject: str, unit: Unit | None = None, **changes: str
) -> Nomination:
    award = changes.get("award", "province_certificate")
    return Nomination(running_round(), award, subject, nominee, unit or cast.commune)


def test_references_count_up_within_the_year(cast: Cast) -> None:
    codes = [
        start_dossier(
            nomination=nomination(cast, HouseholdFactory(unit=cast.commune), "household"),
            actor=cast["commune"],
        ).code
        for _ in range(3)
    ]

    assert codes == ["HS-2025-0001", "HS-2025-0002", "HS-2025-0003"]


def test_refused_start_uses_up_no_reference(cast: Cast) -> None:
    stranger = HouseholdFactory(unit=cast.other_commune)
    with pytest.raises(InvalidRequest, match=r"\S"):
        start_dossier(nomination=nomination(cast, stranger, "household"), actor=cast["commune"])

    dossier = start_dossier(nomination=nomination(cast, cast.commune, "commune"), actor=cast["commune"])

    assert dossier.code == "HS-2025-0001"


@pytest.mark.parametrize(
    ("award", "subject"), [("pm_certificate", "commune"), ("nothing", "commune"), ("commendation", "nobody")]
)
def test_what_the_plan_does_not_know_is_refused(cast: Cast, award: str, subject: str) -> None:
    with pytest.raises(InvalidRequest):
        start_dossier(nomination=nomination(cast, cast.commune, subject, award=award), actor=cast["commune"])

    assert not Dossier.objects.exists()


def test_second_live_dossier_for_the_same_award_is_refused_and_one_after_withdrawal_is_not(
    cast: Cast,
) -> None:
    first = start_dossier(nomination=nomination(cast, cast.commune, "commune"), actor=cast["commune"])

    with pytest.raises(InvalidRequest, match=first.code):
        start_dossier(
            nomination=nomination(cast, cast.commune, "commune", cast.district), actor=cast["district"]
        )
    withdraw_dossier(dossier=first, actor=cast["commune"])

    assert (
        start_dossier(nomination=nomination(cast, cast.commune, "commune"), actor=cast["commune"]).pk
        != first.pk
    )


def test_draft_is_kept_as_typed(cast: Cast) -> None:
    dossier = dossier_at(Status.DRAFT, cast)

    save_draft(dossier=dossier, achievement="", award_citation="", actor=cast["commune"])
    save_draft(dossier=dossier, achievement="Hộ nghèo\r\ngiảm", award_citation="x", actor=cast["commune"])
    count = AuditEntry.objects.count()
    save_draft(dossier=dossier, achievement="Hộ nghèo\ngiảm", award_citation="x", actor=cast["commune"])

    dossier.refresh_from_db()
    assert dossier.achievement == "Hộ nghèo\ngiảm"
    assert AuditEntry.objects.count() == count


def test_text_that_another_hand_changed_is_not_overwritten(cast: Cast) -> None:
    dossier = dossier_at(Status.DRAFT, cast)
    seen = of_text(dossier.achievement, dossier.award_citation)
    save_draft(dossier=dossier, achievement="Của huyện.", award_citation="", actor=cast["district"])

    with pytest.raises(StaleState):
        save_draft(
            dossier=dossier, achievement="Của xã.", award_citation="", actor=cast["commune"], seen={seen}
        )

    dossier.refresh_from_db()
    assert dossier.achievement == "Của huyện."


def test_filing_to_the_district_freezes_a_check_and_sets_no_filing_day(cast: Cast) -> None:
    dossier = dossier_at(Status.FILED_TO_DISTRICT, cast)

    evaluation = current_evaluation(dossier)

    assert evaluation is not None
    assert evaluation.purpose == EvaluationPurpose.FILING
    assert dossier.filed_on is None


def test_commendation_filed_to_its_issuer_has_a_filing_day_that_a_return_keeps(
    cast: Cast, frozen_day: Callable[[date], None]
) -> None:
    dossier = dossier_at(Status.RETURNED, cast, award="commendation")
    frozen_day(date(2025, 12, 20))

    file_to_district(dossier=dossier, actor=cast["commune"])

    assert dossier.filed_on == date(2025, 12, 15)


def test_returned_dossier_tells_its_maker_without_findings(cast: Cast) -> None:
    dossier = dossier_at(Status.FILED_TO_DISTRICT, cast)

    return_to_commune(dossier=dossier, reason="Thiếu số liệu năm 2024.", actor=cast["district"])

    message = OutboxMessage.objects.get()
    assert message.recipient == cast["commune"].email
    assert dossier.code in message.body
    assert "2024" not in message.body


def test_set_files_all_its_dossiers_on_one_day(cast: Cast) -> None:
    first = dossier_at(Status.FILED_TO_DISTRICT, cast)
    household = HouseholdFactory(unit=cast.commune)
    second = dossier_at(Status.FILED_TO_DISTRICT, cast, nominee=household, subject="household")

    filing_set = filed_set(cast, [first, second])

    rows = Dossier.objects.filter(filing_set=filing_set)
    assert {(row.status, row.filed_on, row.filed_by) for row in rows} == {
        (Status.FILED, date(2025, 12, 15), cast["district"])
    }
    for row in rows:
        evaluation = current_evaluation(row)
        assert evaluation is not None
        assert result_of(evaluation).finding("submission-letter").status is FindingStatus.MET
        assert evaluation.facts["submitted_on"] == "2025-12-15"


def test_late_set_is_filed_and_the_finding_says_how_late(
    cast: Cast, frozen_day: Callable[[date], None]
) -> None:
    dossier = dossier_at(Status.FILED_TO_DISTRICT, cast)
    frozen_day(date(2026, 1, 2))

    filed_set(cast, [dossier])

    evaluation = current_evaluation(dossier)
    assert evaluation is not None
    deadline = result_of(evaluation).finding("deadline")
    assert deadline.status is FindingStatus.NOT_MET
    assert deadline.figures["days_late"] == 4


def test_set_without_dossiers_letter_or_report_is_not_filed(cast: Cast) -> None:
    dossier = dossier_at(Status.FILED_TO_DISTRICT, cast)
    filing_set = open_filing_set(unit=cast.district, award_round=dossier.award_round, actor=cast["district"])
    act = lambda: file_set(filing_set=filing_set, actor=cast["district"])  # noqa: E731 -- called four times

    with pytest.raises(InvalidRequest):
        act()
    choose_dossiers(filing_set=filing_set, dossiers=[dossier], actor=cast["district"])
    with pytest.raises(InvalidRequest, match="Tờ trình"):
        act()
    attach(filing_set, "submission_letter", cast["district"])
    with pytest.raises(InvalidRequest, match="Biên bản"):
        act()
    attach(filing_set, "council_minutes", cast["district"])
    Paper.objects.filter(dossier=dossier).update(is_current=False)
    with pytest.raises(InvalidRequest, match=dossier.code):
        act()

    dossier.refresh_from_db()
    filing_set.refresh_from_db()
    assert dossier.status == Status.FILED_TO_DISTRICT
    assert filing_set.filed_on is None


def test_set_that_changed_since_it_was_seen_is_not_filed(cast: Cast) -> None:
    dossier = dossier_at(Status.FILED_TO_DISTRICT, cast)
    filing_set = filed_set(cast, [dossier], send=False)

    with pytest.raises(StaleState):
        file_set(filing_set=filing_set, actor=cast["district"], expected={dossier.pk, dossier.pk + 1})

    filing_set.refresh_from_db()
    assert filing_set.filed_on is None


def test_withdrawn_dossier_leaves_the_open_set(cast: Cast) -> None:
    dossier = dossier_at(Status.FILED_TO_DISTRICT, cast)
    filing_set = filed_set(cast, [dossier], send=False)
    dossier.refresh_from_db()

    withdraw_dossier(dossier=dossier, actor=cast["commune"], reason="Rút.")

    assert not filing_set.dossiers.exists()


def test_commendation_never_goes_into_a_set(cast: Cast) -> None:
    dossier = dossier_at(Status.FILED_TO_DISTRICT, cast, award="commendation")

    with pytest.raises(InvalidRequest, match=dossier.code):
        put_in_set(dossier=dossier, actor=cast["district"])


def test_communes_draft_is_not_taken_into_the_districts_set(cast: Cast) -> None:
    dossier = dossier_at(Status.DRAFT, cast)

    with pytest.raises(NotAllowed):
        put_in_set(dossier=dossier, actor=cast["district"])


def test_agency_files_its_own_and_its_enterprises_straight_to_the_province(cast: Cast) -> None:
    enterprise = UnitFactory(
        kind=UnitKind.ENTERPRISE, name="HTX Rau sạch", managing_unit=cast.agency, parent=cast.province
    )
    dossiers = [
        start_dossier(nomination=nomination(cast, nominee, subject, cast.agency), actor=cast["agency"])
        for nominee, subject in ((cast.agency, "agency"), (enterprise, "enterprise"))
    ]
    for dossier in dossiers:
        attach(dossier, "achievement_report", cast["agency"], confirmed_by="Đảng đoàn")
        filing_set = put_in_set(dossier=dossier, actor=cast["agency"])
    for kind in ("submission_letter", "council_minutes"):
        attach(filing_set, kind, cast["agency"])

    file_set(filing_set=filing_set, actor=cast["agency"])

    assert set(Dossier.objects.values_list("status", "filing_set__unit__key")) == {
        (Status.FILED, cast.agency.key)
    }


def test_commune_under_the_province_files_its_own_set(cast: Cast) -> None:
    commune = UnitFactory(name="Xã Liên Hương", parent=cast.province)
    person = officer(Role.COMMUNE_OFFICER, commune)
    dossier = start_dossier(nomination=nomination(cast, commune, "commune", commune), actor=person)

    with pytest.raises(NotAllowed):
        file_to_district(dossier=dossier, actor=person)
    attach(dossier, "achievement_report", person)
    filing_set = put_in_set(dossier=dossier, actor=person)
    for kind in ("submission_letter", "council_minutes"):
        attach(filing_set, kind, person)
    file_set(filing_set=filing_set, actor=person)

    dossier.refresh_from_db()
    assert (dossier.status, filing_set.unit_id) == (Status.FILED, commune.pk)


def test_what_lay_with_a_dissolved_district_passes_to_the_commune(
    cast: Cast, frozen_day: Callable[[date], None]
) -> None:
    dossier = dossier_at(Status.FILED_TO_DISTRICT, cast)
    last, first = date(2025, 12, 20), date(2025, 12, 21)
    Unit.objects.filter(pk__in=[cast.district.pk, cast.commune.pk]).update(valid_until=last)
    successor = UnitFactory(name="Xã Phan Điền mới", parent=cast.province, valid_from=first)
    UnitSuccessionFactory(
        predecessor=cast.commune, successor=successor, kind=SuccessionKind.CONTINUED, on=first
    )
    person = officer(Role.COMMUNE_OFFICER, successor)
    frozen_day(date(2025, 12, 22))
    dossier = Dossier.objects.for_list().select_related("nominating_unit__parent").get(pk=dossier.pk)

    filing_set = put_in_set(dossier=dossier, actor=person)
    for kind in ("submission_letter", "council_minutes"):
        attach(filing_set, kind, person)
    file_set(filing_set=filing_set, actor=person)

    dossier.refresh_from_db()
    assert (dossier.status, filing_set.unit_id) == (Status.FILED, successor.pk)


def test_round_is_opened_once_and_within_the_plan(cast: Cast) -> None:
    movement = start_movement(plan_id="binh-thuan-2021-2025")
    running_round()

    for kind, year in (("annual", 2025), ("annual", 2030), ("final", 2024), ("monthly", 2025)):
        with pytest.raises(InvalidRequest):
            open_round(movement=movement, kind=kind, year=year, opens_on=date(2025, 1, 1), actor=cast["lead"])


# The same way in the browser's terms


def choice(cast: Cast, subject: str) -> dict[str, str]:
    return {
        "unit": str(cast.commune.pk),
        "award_round": str(running_round().pk),
        "award": "province_certificate",
        "subject": subject,
    }


def test_commune_officer_nominates_writes_attaches_and_files(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("commune")
    asked = choice(cast, "commune")

    found = client.get(reverse("nominations:start"), {**asked, "q": "phan dien"})
    started = client.post(reverse("nominations:start"), {**asked, "nominee": str(cast.commune.pk)})
    dossier = Dossier.objects.get()
    edit = reverse("nominations:edit", args=[dossier.code])
    written = client.post(edit, {"achievement": "Giảm nghèo nhanh.", "award_citation": "Đã có thành tích"})
    attached = client.post(
        reverse("nominations:paper_upload", args=[dossier.code]),
        {
            "kind": "achievement_report",
            "achievement_report-upload": pdf(),
            "achievement_report-number": "12/BC-UBND",
            "achievement_report-confirmed_by": "Đảng ủy xã Phan Điền",
        },
    )
    checked = client.get(edit, {"step": "check"})
    filed = client.post(reverse("nominations:file", args=[dossier.code]))

    assert "Xã Phan Điền" in found.content.decode()
    assert started["Location"] == f"{edit}?step=achievement"
    assert written["Location"] == f"{edit}?step=papers"
    assert attached["Location"] == f"{edit}?step=papers"
    assert "12/BC-UBND" in checked.content.decode()
    assert filed["Location"] == dossier.get_absolute_url()
    dossier.refresh_from_db()
    assert dossier.status == Status.FILED_TO_DISTRICT
    assert dossier.achievement == "Giảm nghèo nhanh."
    assert dossier.papers.get().is_confirmed


def test_second_press_of_choose_leads_to_the_same_draft(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("commune")
    sent = {**choice(cast, "commune"), "nominee": str(cast.commune.pk)}

    first = client.post(reverse("nominations:start"), sent)
    second = client.post(reverse("nominations:start"), sent)

    assert first["Location"] == second["Location"]
    assert Dossier.objects.count() == 1


def test_second_press_of_file_says_that_it_is_filed(cast: Cast, client_of: ClientOf) -> None:
    dossier = dossier_at(Status.DRAFT, cast)
    client = client_of("commune")
    address = reverse("nominations:file", args=[dossier.code])

    answers = [client.post(address), client.post(address)]

    assert answers[0].status_code == 302
    assert answers[1].status_code == 403
    assert dossier.changes.count() == 1


def test_new_household_is_entered_and_nominated_or_neither(cast: Cast, client_of: ClientOf) -> None:
    client = client_of("commune")
    sent = {**choice(cast, "household"), "new-home": str(cast.commune.pk), "new-birth_year": "1975"}

    refused = client.post(reverse("nominations:start"), {**sent, "new-name": ""})
    started = client.post(reverse("nominations:start"), {**sent, "new-name": "Mang Dũng"})

    assert refused.status_code == 422
    assert 'value="1975"' in refused.content.decode()
    assert started.status_code == 302
    assert Dossier.objects.get().nominee_household == Household.objects.get(name="Mang Dũng")


def test_award_that_the_round_does_not_give_is_said_beside_the_field(cast: Cast, client_of: ClientOf) -> None:
    asked = {**choice(cast, "commune"), "award": "pm_certificate"}

    response = client_of("commune").get(reverse("nominations:start"), asked)

    assert response.status_code == 422
    assert "pm_certificate" in response.content.decode()


@pytest.mark.parametrize("who", ["commune", "agency"])
def test_agencies_are_offered_where_the_unit_has_one(cast: Cast, client_of: ClientOf, who: str) -> None:
    asked = {**choice(cast, "commune"), "change": "1"}

    page = client_of(who).get(reverse("nominations:start"), asked).content.decode()

    assert 'value="individual"' in page
    assert ('value="agency"' in page) == (who == "agency")


def test_text_typed_over_anothers_is_kept_in_the_form(cast: Cast, client_of: ClientOf) -> None:
    dossier = dossier_at(Status.DRAFT, cast)
    seen = of_text(dossier.achievement, dossier.award_citation)
    save_draft(dossier=dossier, achievement="Của huyện.", award_citation="", actor=cast["district"])

    response = client_of("commune").post(
        reverse("nominations:edit", args=[dossier.code]),
        {"achievement": "Của xã.", "award_citation": "", "seen": seen},
    )

    assert response.status_code == 409
    assert "Của xã." in response.content.decode()


def test_text_typed_while_a_colleague_filed_is_given_back(cast: Cast, client_of: ClientOf) -> None:
    dossier = dossier_at(Status.FILED_TO_DISTRICT, cast)

    response = client_of("commune").post(
        reverse("nominations:edit", args=[dossier.code]), {"achievement": "Của xã.", "award_citation": ""}
    )

    assert response.status_code == 403
    assert "Của xã." in response.content.decode()
    dossier.refresh_from_db()
    assert dossier.achievement != "Của xã."


def test_autosave_then_save_from_the_same_window(cast: Cast, client_of: ClientOf) -> None:
    dossier = dossier_at(Status.DRAFT, cast)
    client = client_of("commune")
    seen = of_text(dossier.achievement, dossier.award_citation)

    kept = client.post(
        reverse("nominations:autosave", args=[dossier.code]), {"achievement": "Đang gõ", "seen": seen}
    )
    saved = client.post(
        reverse("nominations:edit", args=[dossier.code]),
        {"achievement": "Đã gõ xong", "award_citation": "", "seen": seen},
    )

    assert (kept.status_code, saved.status_code) == (204, 302)
    dossier.refresh_from_db()
    assert dossier.achievement == "Đã gõ xong"


def test_district_chooses_attaches_and_files_the_set(cast: Cast, client_of: ClientOf) -> None:
    dossier = dossier_at(Status.FILED_TO_DISTRICT, cast)
    client = client_of("district")

    opened = client.post(
        reverse("nominations:set_open"), {"unit": cast.district.pk, "round": dossier.award_round_id}
    )
    filing_set = FilingSet.objects.get()
    client.post(reverse("nominations:set_choose", args=[filing_set.pk]), {"dossier": [dossier.pk]})
    for kind in ("submission_letter", "council_minutes"):
        client.post(
            reverse("nominations:set_paper", args=[filing_set.pk]),
            {"kind": kind, f"{kind}-upload": pdf(text=kind)},
        )
    address = reverse("nominations:set_file", args=[filing_set.pk])
    confirming = client.get(address)
    filed = client.post(address, {"dossier": [dossier.pk]})

    assert opened["Location"] == reverse("nominations:set_detail", args=[filing_set.pk])
    assert dossier.code in confirming.content.decode()
    assert filed.status_code == 302
    dossier.refresh_from_db()
    assert dossier.status == Status.FILED


def test_refused_return_keeps_the_page_and_says_why(cast: Cast, client_of: ClientOf) -> None:
    dossier = dossier_at(Status.FILED_TO_DISTRICT, cast)

    response = client_of("district").post(
        reverse("nominations:return", args=[dossier.code]), {"return-reason": ""}
    )

    assert response.status_code == 422
    assert (
        'id="error_1_id_return-reason"' in response.content.decode()
        or "return-reason" in response.content.decode()
    )
    dossier.refresh_from_db()
    assert dossier.status == Status.FILED_TO_DISTRICT


def test_a_round_of_another_province_starts_nothing(cast: Cast) -> None:
    elsewhere = UnitFactory(key="noi-khac", kind=UnitKind.PROVINCE, name="Tỉnh khác")
    award_round = running_round()
    Movement.objects.filter(pk=award_round.movement_id).update(unit=elsewhere)

    with pytest.raises(NotAllowed):
        start_dossier(
            nomination=Nomination(award_round, "province_certificate", "commune", cast.commune, cast.commune),
            actor=cast["commune"],
        )

    assert not Dossier.objects.exists()


def test_pauses_in_typing_raise_no_alarm(cast: Cast) -> None:
    """What autosave kept without an entry is named by the step that hands the dossier on."""
    dossier = dossier_at(Status.DRAFT, cast)
    actor = cast["commune"]
    save_draft(dossier=dossier, achievement="Một", award_citation="", actor=actor)
    autosave_draft(dossier=dossier, achievement="Một, hai", award_citation="", actor=actor)
    save_draft(dossier=dossier, achievement="Một, hai", award_citation="", actor=actor)
    assert [
        flaw.reason for flaw in steps_that_differ() if "text" in flaw.reason or "nội dung" in flaw.reason
    ] == []

    withdraw_dossier(dossier=dossier, actor=actor, reason="Trùng")
    assert list(steps_that_differ()) == []
    Dossier.objects.filter(pk=dossier.pk).update(achievement="Sau này")
    assert len(list(steps_that_differ())) == 1
