"""The way of a proposal to its decision: no step is skipped, each paper is named, a wrong entry is corrected in the open."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from core.exceptions import InvalidRequest, NotAllowed, Refusal, StaleState
from core.models import AuditEntry, StoredFile
from councils.enums import Serves
from criteria.engine import PlanError, plan_from_data
from criteria.engine.way import STEPS as ALL_STEPS
from criteria.plan_words import WAY_STEPS
from criteria.selectors import read_plans
from nominations.enums import RoundKind, Status, WayPaperKind
from nominations.models import Decision, Dossier, Proposal, WayPaper
from nominations.proofs.papers import way_papers_that_differ
from nominations.selectors.way import way_of
from nominations.services.decisions import DecisionText, record_decision
from nominations.services.proposals import cancel_proposal, start_proposal
from nominations.services.way import PaperText, correct_way_paper, record_way_paper
from registry.enums import Role, UnitKind
from tests.factories import Cast, pdf
from tests.factories.registry import UnitFactory, officer
from tests.integration.nominations.province import (
    approved_proposal,
    proposal_with,
    recommended_individuals,
    sent_up_proposal,
)
from tests.integration.nominations.way_papers import STEPS, go, issue, record, take_province, voted

DAY = date(2025, 12, 15)
LETTER, SENDING = WayPaperKind.PROVINCE_LETTER, WayPaperKind.SENDING
ASKED, ANSWERED = WayPaperKind.SUPPLEMENT_ASKED, WayPaperKind.SUPPLEMENT_ANSWERED
CENTRE = "pm_certificate"
MISSING = {
    "movement_minutes": "Minutes are missing: the movement's council has not voted on HS-",
    "department_letter": "The letter of the standing office on proposal TT-2025-0001 is not issued",
    "provincial_council": "Minutes are missing: the provincial council has not voted on HS-",
    "province_letter": "The letter of the provincial People's Committee on proposal TT-2025-0001 is not recorded",
    "sending": "That the file of proposal TT-2025-0001 was sent to the centre is not recorded",
}


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Refusals are compared word for word in the language of the code."""
    with translation.override("en"):
        yield


@pytest.fixture
def approved(cast: Cast) -> Proposal:
    """A list of two for the Prime Minister's certificate, approved; nothing else is there."""
    return approved_proposal(cast, recommended_individuals(cast, 2))


def decide(cast: Cast, proposal: Proposal, who: str = "standing_body", **changes: Any) -> Decision:
    given = {
        "number": "1599/QĐ-TTg",
        "decided_on": DAY,
        "issuer": "Thủ tướng Chính phủ",
        "upload": pdf("quyet-dinh.pdf"),
    }
    declined = changes.pop("declined", None)
    text = DecisionText(**(given | changes))
    return record_decision(proposal=proposal, text=text, declined=declined, actor=cast[who])


def test_every_award_of_a_plan_that_goes_up_says_its_way_with_a_reference_for_each_step() -> None:
    for plan in read_plans().values():
        for award in plan.awards.values():
            assert bool(award.way) != award.decided_by_issuer
            assert all(step.provisions for step in award.way)


def test_every_step_has_its_words() -> None:
    assert tuple(WAY_STEPS) == ALL_STEPS


def test_the_whole_way_to_the_prime_minister_is_walked(cast: Cast, approved: Proposal) -> None:
    for step, act in STEPS.items():
        following = way_of(approved).next_step
        assert following is not None
        assert following.id == step
        act(cast, approved)

    record(cast, approved, ASKED)
    record(cast, approved, ANSWERED)
    decision = decide(cast, approved)

    approved.refresh_from_db()
    rows = way_of(approved).rows
    assert [row.step.id for row in rows] == list(ALL_STEPS)
    assert all(row.standing.is_done and row.standing.day == DAY and row.standing.by for row in rows)
    assert (approved.status, decision.awards.count()) == ("decided", 2)
    told = list(AuditEntry.objects.filter(event="way_paper.recorded").order_by("seq"))
    assert len(told) == 4


@pytest.mark.parametrize("skipped", list(STEPS))
def test_a_skipped_step_is_refused_by_the_name_of_its_paper(
    cast: Cast, approved: Proposal, skipped: str
) -> None:
    """Everything is there but one paper, whichever the plan asks for."""
    go(cast, approved, until=skipped)

    with pytest.raises(NotAllowed, match=MISSING[skipped]):
        decide(cast, approved)
    with pytest.raises(NotAllowed, match=MISSING[skipped]):
        record(cast, approved, ASKED)
    for kind in (LETTER, SENDING):
        if kind != skipped and not (skipped == "sending" and kind == LETTER):
            with pytest.raises(NotAllowed, match=MISSING[skipped]):
                record(cast, approved, kind)
    assert not Decision.objects.exists()


@pytest.mark.parametrize("skipped", ["movement_minutes", "department_letter"])
def test_a_later_paper_does_not_stand_in_for_an_earlier_one(
    cast: Cast, approved: Proposal, skipped: str
) -> None:
    """Papers that lie elsewhere can come out of order; what is missing is missing all the same."""
    for step in ("movement_minutes", "department_letter", "provincial_council"):
        if step != skipped:
            STEPS[step](cast, approved)

    with pytest.raises(NotAllowed, match=MISSING[skipped]):
        record(cast, approved, LETTER)

    STEPS[skipped](cast, approved)
    assert record(cast, approved, LETTER).stands


def test_the_minutes_of_the_province_have_to_be_signed(cast: Cast, approved: Proposal) -> None:
    go(cast, approved, until="provincial_council")
    dossiers = list(Dossier.objects.filter(proposal_items__proposal=approved))
    meeting = voted(cast, approved, Serves.PROVINCE, dossiers)

    with pytest.raises(
        NotAllowed, match="The minutes of the meeting “Phiên họp province” of 15/12/2025 are not"
    ):
        record(cast, approved, LETTER)

    issue(cast, "minutes", meeting.pk)
    assert record(cast, approved, LETTER).stands


def test_the_provinces_certificate_needs_the_letter_and_the_decisions_file(cast: Cast) -> None:
    dossiers = recommended_individuals(cast, 1, award="province_certificate", kind=RoundKind.ANNUAL)
    proposal = approved_proposal(cast, dossiers)

    with pytest.raises(NotAllowed, match=MISSING["department_letter"]):
        decide(cast, proposal)
    STEPS["department_letter"](cast, proposal)
    with pytest.raises(InvalidRequest, match="The file of the decision is missing"):
        decide(cast, proposal, upload=None)
    with pytest.raises(InvalidRequest, match="no such paper on the way"):
        record(cast, proposal, LETTER)

    assert decide(cast, proposal).awards.count() == 1


def test_the_prime_ministers_decision_needs_its_file(cast: Cast, approved: Proposal) -> None:
    go(cast, approved)

    with pytest.raises(InvalidRequest, match="The file of the decision is missing"):
        decide(cast, approved, upload=None)

    assert not Decision.objects.exists()


def test_whom_the_province_did_not_agree_to_is_not_awarded(cast: Cast, approved: Proposal) -> None:
    go(cast, approved, until="provincial_council")
    first, second = (item.dossier for item in approved.items.all())
    take_province(cast, approved, against={second.pk})
    record(cast, approved, LETTER)
    record(cast, approved, SENDING)

    with pytest.raises(InvalidRequest, match=f"The provincial council did not agree to {second.code}"):
        decide(cast, approved)
    decide(cast, approved, declined={second.pk: "Hội đồng tỉnh không nhất trí."})

    assert [Dossier.objects.get(pk=one.pk).status for one in (first, second)] == [
        Status.AWARDED,
        Status.DECLINED,
    ]


def test_a_list_to_which_the_province_agreed_in_nothing_goes_no_further(
    cast: Cast, approved: Proposal
) -> None:
    go(cast, approved, until="provincial_council")
    take_province(cast, approved, against=set(approved.items.values_list("dossier", flat=True)))

    with pytest.raises(
        NotAllowed, match="The provincial council agreed to no dossier of proposal TT-2025-0001"
    ):
        record(cast, approved, LETTER)


def test_each_declined_dossier_has_its_own_reason(cast: Cast, approved: Proposal) -> None:
    go(cast, approved)
    first, second = (item.dossier for item in approved.items.all())

    with pytest.raises(InvalidRequest, match="Say why a dossier was declined"):
        decide(cast, approved, declined={first.pk: "Chưa đủ thời gian.", second.pk: " "})
    decide(cast, approved, declined={first.pk: "Chưa đủ thời gian.", second.pk: "Trùng thành tích."})

    notes = [one.changes.get(verb="decline").note for one in (first, second)]
    assert notes == ["Chưa đủ thời gian.", "Trùng thành tích."]


def test_the_centre_may_ask_any_number_of_times_and_each_is_answered(cast: Cast, approved: Proposal) -> None:
    go(cast, approved)

    with pytest.raises(NotAllowed, match="No supplement that the centre asked for waits"):
        record(cast, approved, ANSWERED)
    for turn in (1, 2, 3):
        assert record(cast, approved, ASKED).turn == turn
        with pytest.raises(NotAllowed, match="asked for on 15/12/2025 is not answered"):
            record(cast, approved, ASKED)
        with pytest.raises(NotAllowed, match="asked for on 15/12/2025 is not answered"):
            decide(cast, approved)
        assert record(cast, approved, ANSWERED).turn == turn

    assert len(way_of(approved).supplements) == 3
    assert decide(cast, approved).pk


@pytest.mark.parametrize(
    ("kind", "changes", "sentence"),
    [
        (LETTER, {"number": " "}, "The paper has a number"),
        (LETTER, {"signer": ""}, "The letter has a signer"),
        (LETTER, {"upload": None}, "The file of the paper is missing"),
        (LETTER, {"dated_on": date(2025, 12, 16)}, "dated in the future"),
        (LETTER, {"dated_on": date(2025, 12, 14)}, "dated before the one that it follows, of 15/12/2025"),
        (SENDING, {"sent_by": ""}, "How the file was sent is not said"),
        (SENDING, {"sent_by": "pigeon"}, "How the file was sent is not said"),
        (SENDING, {"upload": None}, "the receipt is kept, and its file is missing"),
        (ASKED, {"words": " "}, "Say what the centre asked for"),
        (ANSWERED, {"number": ""}, "The paper has a number"),
        (ANSWERED, {"upload": None}, "The file of the paper is missing"),
    ],
)
def test_a_paper_with_a_fault_is_not_recorded(
    cast: Cast, approved: Proposal, kind: WayPaperKind, changes: dict[str, Any], sentence: str
) -> None:
    go(cast, approved, until=kind if kind in (LETTER, SENDING) else "decision")
    if kind == ANSWERED:
        record(cast, approved, ASKED)
    before = WayPaper.objects.count()

    with pytest.raises(InvalidRequest, match=sentence):
        record(cast, approved, kind, **changes)

    assert WayPaper.objects.count() == before
    assert record(cast, approved, kind).stands


def test_over_the_network_no_receipt_is_asked_for(cast: Cast, approved: Proposal) -> None:
    go(cast, approved, until="sending")

    assert record(cast, approved, SENDING, sent_by="network", upload=None, number="").file is None


def test_papers_keep_their_files(
    cast: Cast, approved: Proposal, django_capture_on_commit_callbacks: Any
) -> None:
    go(cast, approved, until="province_letter")

    with django_capture_on_commit_callbacks(execute=True):
        paper = record(cast, approved, LETTER)

    assert StoredFile.objects.get(pk=paper.file_id).adopted_at is not None
    entry = AuditEntry.objects.filter(event="way_paper.recorded").latest("seq")
    assert paper.file.sha256 in entry.payload.content


@pytest.mark.parametrize("name", ["reviewer", "lead", "commune", "district", "auditor", "overseer", "nobody"])
def test_only_the_standing_body_keeps_the_way(cast: Cast, approved: Proposal, name: str) -> None:
    go(cast, approved, until="province_letter")
    text = PaperText(dated_on=DAY, number="905/TTr-UBND", signer="Chủ tịch", upload=pdf())

    with pytest.raises(NotAllowed, match="recorded by the standing body"):
        record_way_paper(proposal=approved, kind=LETTER, text=text, actor=cast[name])
    paper = record(cast, approved, LETTER)
    with pytest.raises(NotAllowed, match="recorded by the standing body"):
        correct_way_paper(paper=paper, text=text, reason="Nhầm số.", actor=cast[name])


def test_the_standing_body_of_another_province_neither_sees_nor_keeps_it(
    cast: Cast, approved: Proposal, client: Client
) -> None:
    movement = approved.award_round.movement
    movement.unit = cast.province
    movement.save()
    elsewhere = UnitFactory(key="lam-dong", kind=UnitKind.PROVINCE, name="Tỉnh Lâm Đồng")
    stranger = officer(Role.STANDING_BODY, elsewhere, username="tdkt-lam-dong")
    go(cast, approved, until="province_letter")
    paper = record(cast, approved, LETTER)
    text = PaperText(dated_on=DAY, sent_by="network")

    with pytest.raises(NotAllowed):
        record_way_paper(proposal=approved, kind=SENDING, text=text, actor=stranger)
    client.force_login(stranger)
    addresses = (
        reverse("nominations:way_record", args=[approved.code, "sending"]),
        reverse("nominations:way_correct", args=[approved.code, paper.pk]),
        reverse("nominations:way_file", args=[paper.pk]),
    )
    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]


@pytest.mark.parametrize("state", ["draft", "decided", "cancelled"])
def test_papers_are_recorded_between_approval_and_decision(cast: Cast, state: str) -> None:
    dossiers = recommended_individuals(cast, 1)
    if state == "draft":
        proposal = proposal_with(cast, dossiers)
    elif state == "decided":
        proposal = sent_up_proposal(cast, dossiers)
        decide(cast, proposal)
    else:
        proposal = approved_proposal(cast, dossiers)
        cancel_proposal(proposal=proposal, reason="Làm lại.", actor=cast["lead"])

    with pytest.raises(NotAllowed, match="between its approval and the decision"):
        record(cast, proposal, ASKED if state == "decided" else LETTER)


def test_a_list_that_has_gone_up_is_not_cancelled(cast: Cast, approved: Proposal) -> None:
    go(cast, approved, until="sending")

    with pytest.raises(NotAllowed, match="has gone up with paper 905/TTr-UBND of 15/12/2025"):
        cancel_proposal(proposal=approved, reason="Làm lại.", actor=cast["lead"])


def test_a_wrong_entry_gives_way_to_the_right_one_and_is_kept(cast: Cast, approved: Proposal) -> None:
    go(cast, approved, until="sending")
    wrong = way_of(approved).papers[-1]
    text = PaperText(dated_on=DAY, number="509/TTr-UBND", signer=wrong.signer)

    with pytest.raises(InvalidRequest, match="A correction needs a reason"):
        correct_way_paper(paper=wrong, text=text, reason=" ", actor=cast["standing_body"])
    right = correct_way_paper(paper=wrong, text=text, reason="Gõ nhầm số.", actor=cast["standing_body"])

    wrong.refresh_from_db()
    assert (wrong.stands, wrong.number, right.number, right.file) == (
        False,
        "905/TTr-UBND",
        "509/TTr-UBND",
        wrong.file,
    )
    assert [paper.pk for paper in way_of(approved).papers] == [right.pk]
    assert AuditEntry.objects.filter(event="way_paper.corrected").count() == 1
    with pytest.raises(StaleState, match="just corrected"):
        correct_way_paper(paper=wrong, text=text, reason="Lần nữa.", actor=cast["standing_body"])


def test_an_entry_is_not_corrected_once_the_next_step_is_done(cast: Cast, approved: Proposal) -> None:
    go(cast, approved)
    letter = way_of(approved).papers[0]
    text = PaperText(dated_on=DAY, number="509/TTr-UBND", signer="Chủ tịch")

    with pytest.raises(NotAllowed, match="905/TTr-UBND can no longer be corrected"):
        correct_way_paper(paper=letter, text=text, reason="Nhầm.", actor=cast["standing_body"])
    sending = way_of(approved).papers[1]
    decide(cast, approved)
    with pytest.raises(Refusal):
        correct_way_paper(
            paper=sending,
            text=PaperText(dated_on=DAY, sent_by="network"),
            reason="Nhầm.",
            actor=cast["standing_body"],
        )


def test_a_decision_is_not_dated_before_the_sending(
    cast: Cast, approved: Proposal, frozen_day: Callable[[date], None]
) -> None:
    go(cast, approved, until="sending")
    frozen_day(date(2025, 12, 20))
    record(cast, approved, SENDING)

    with pytest.raises(InvalidRequest, match="before the last paper of its way, of 20/12/2025"):
        decide(cast, approved, decided_on=date(2025, 12, 19))


def test_the_same_paper_is_recorded_once(cast: Cast, approved: Proposal) -> None:
    go(cast, approved, until="sending")

    with pytest.raises(StaleState, match="just been recorded by somebody else"):
        record(cast, approved, LETTER)


def test_the_page_costs_the_same_queries_for_one_dossier_and_for_three(cast: Cast, client: Client) -> None:
    client.force_login(cast["standing_body"])
    counts = []
    for number in (1, 2):
        proposal = sent_up_proposal(cast, recommended_individuals(cast, number))
        record(cast, proposal, ASKED)
        record(cast, proposal, ANSWERED)
        client.get(proposal.get_absolute_url())
        with CaptureQueriesContext(connection) as caught:
            client.get(proposal.get_absolute_url())
        counts.append(len(caught))

    assert counts[0] == counts[1] <= 70


def test_the_page_shows_steps_papers_and_the_next_form_to_the_standing_body_alone(
    cast: Cast, approved: Proposal, client: Client
) -> None:
    go(cast, approved, until="sending")
    paper = way_of(approved).papers[0]
    form = reverse("nominations:way_record", args=[approved.code, "sending"])

    pages = {}
    for name in ("standing_body", "lead", "auditor"):
        client.force_login(cast[name])
        pages[name] = client.get(approved.get_absolute_url()).content.decode()

    for page in pages.values():
        assert "905/TTr-UBND" in page
        assert reverse("nominations:way_file", args=[paper.pk]) in page
    assert [form in page for page in pages.values()] == [True, False, False]
    served = client.get(reverse("nominations:way_file", args=[paper.pk]))
    assert b"".join(served.streaming_content).startswith(b"%PDF")


def test_the_forms_record_correct_and_answer_what_is_wrong(
    cast: Cast, approved: Proposal, client: Client
) -> None:
    go(cast, approved, until="province_letter")
    client.force_login(cast["standing_body"])
    address = reverse("nominations:way_record", args=[approved.code, "province_letter"])
    typed = {
        "province_letter-number": "905/TTr-UBND",
        "province_letter-dated_on": "2025-12-15",
        "province_letter-signer": "Phó Chủ tịch",
    }

    bare = client.post(address, typed)
    done = client.post(address, typed | {"province_letter-file": pdf("tt.pdf")})
    again = client.post(address, typed | {"province_letter-file": pdf("tt.pdf")})
    paper = WayPaper.objects.get()
    corrected = client.post(
        reverse("nominations:way_correct", args=[approved.code, paper.pk]),
        {
            "correct-number": "509/TTr-UBND",
            "correct-dated_on": "2025-12-15",
            "correct-signer": "Phó Chủ tịch",
            "correct-reason": "Gõ nhầm.",
        },
    )
    strange = client.post(reverse("nominations:way_record", args=[approved.code, "pigeon"]))

    assert (bare.status_code, done.status_code, again.status_code) == (422, 302, 409)
    assert "905/TTr-UBND" in bare.content.decode()
    assert (corrected.status_code, strange.status_code) == (302, 404)
    assert WayPaper.objects.get(stands=True).number == "509/TTr-UBND"


def test_the_decision_page_comes_when_the_way_is_gone_and_names_what_is_missing_before(
    cast: Cast, approved: Proposal, client: Client
) -> None:
    go(cast, approved, until="sending")
    client.force_login(cast["standing_body"])
    address = reverse("nominations:decision_record", args=[approved.code])

    early = client.get(address)
    STEPS["sending"](cast, approved)
    first, second = (item.dossier_id for item in approved.items.all())
    typed = {"number": "1599/QĐ-TTg", "decided_on": "2025-12-15", "issuer": "Thủ tướng Chính phủ"}
    without_file = client.post(address, typed)
    without_reason = client.post(address, typed | {"file": pdf("qd.pdf"), f"declined-{second}": "on"})
    done = client.post(
        address,
        typed | {"file": pdf("qd.pdf"), f"declined-{second}": "on", f"reason-{second}": "Trùng thành tích."},
    )

    assert early.status_code == 403
    assert (without_file.status_code, without_reason.status_code, done.status_code) == (422, 422, 302)
    assert Dossier.objects.get(pk=first).status == Status.AWARDED
    assert Dossier.objects.get(pk=second).changes.get(verb="decline").note == "Trùng thành tích."


def test_a_paper_that_was_changed_or_slipped_in_is_named(cast: Cast, approved: Proposal) -> None:
    go(cast, approved)
    letter, sending = way_of(approved).papers
    assert list(way_papers_that_differ()) == []

    WayPaper.objects.filter(pk=letter.pk).update(number="1/TTr-UBND")
    WayPaper.objects.filter(pk=sending.pk).delete()
    WayPaper.objects.create(
        proposal=approved,
        kind=ASKED,
        turn=1,
        dated_on=DAY,
        words="x",
        recorded_by=cast["standing_body"],
        recorded_at=letter.recorded_at,
    )

    reasons = [flaw.reason for flaw in way_papers_that_differ()]
    assert len(reasons) == 3
    assert "no entry says that it was recorded" in reasons
    assert "the paper that it tells of is gone" in reasons


def _plan_data(**of_order: Any) -> dict[str, Any]:
    """The house's plan as data, its order of the State President changed."""
    plan = read_plans()["binh-thuan-2021-2025"]
    data: dict[str, Any] = json.loads(plan.content)
    order = next(award for award in data["awards"] if award["id"] == "state_order")
    order.update(of_order)
    return data


def test_an_order_of_the_state_president_takes_the_same_way_and_is_off(cast: Cast) -> None:
    award_round = recommended_individuals(cast, 1)[0].award_round
    plan = award_round.plan

    assert plan.awards["state_order"].way[:5] == plan.awards[CENTRE].way[:5]
    assert plan.quotas_for("state_order") == ()
    assert "state_order" not in {award.id for award in plan.awards_in("final")}
    assert CENTRE in {award.id for award in plan.awards_in("final")}
    with pytest.raises(InvalidRequest, match="does not go up in a proposal"):
        start_proposal(award_round=award_round, award="state_order", actor=cast["reviewer"])


def test_another_version_of_the_plan_offers_it_with_threshold_and_prize() -> None:
    with pytest.raises(PlanError, match="state_order is not there"):
        plan_from_data(_plan_data(offered=True), "thu.yaml")

    data = _plan_data(offered=True)
    data["voting"]["thresholds"]["state_order"] = "threshold-pm"
    data["prizes"]["coefficients"]["state_order"] = {"default": "coefficient-pm"}
    offering = plan_from_data(data, "thu.yaml")

    assert "state_order" in {award.id for award in offering.awards_in("final")}


@pytest.mark.parametrize(
    "way",
    [
        [
            {"step": "decision", "provisions": ["plan-III-2-a"]},
            {"step": "department_letter", "provisions": ["plan-III-2-a"]},
        ],
        [{"step": "department_letter", "provisions": ["plan-III-2-a"]}],
        [{"step": "decision", "provisions": []}],
        [
            {"step": "sending", "provisions": ["plan-III-2-a"]},
            {"step": "decision", "provisions": ["plan-III-2-a"]},
        ],
        [{"step": "prayer", "provisions": ["plan-III-2-a"]}],
    ],
    ids=["order", "no decision", "no provision", "no ways of sending", "unknown"],
)
def test_a_way_that_makes_no_sense_is_refused_in_the_plan(way: list[dict[str, Any]]) -> None:
    with pytest.raises(PlanError, match="awards"):
        plan_from_data(_plan_data(way=way), "thu.yaml")
