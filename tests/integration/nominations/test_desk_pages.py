"""The province's pages: who gets them, what they show, how many queries they take, and what a refusal keeps."""

import html
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from nominations.enums import RoundKind, Status
from nominations.models import AwardRound, Decision, Dossier, Judgement, PriorAward, Proposal, Waiver
from nominations.services.decisions import EarlierAward, record_prior_award
from nominations.services.proposals import start_proposal
from registry.models import PovertyReview
from tests.factories import Cast, dossier_at, pdf, running_round
from tests.integration.nominations.province import (
    approved_proposal,
    decided,
    proposal_with,
    recommended_dossier,
    recommended_individuals,
)
from tests.integration.nominations.way_papers import go

ClientOf = Callable[[str], Client]
DAY = date(2025, 12, 15)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Pages are compared word for word in the language of the code."""
    with translation.override("en"):
        yield


@pytest.fixture
def reader_of(client_of: ClientOf) -> ClientOf:
    """Clients that read the pages in the language of the code."""

    def make(name: str) -> Client:
        client = client_of(name)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        return client

    return make


def _url(name: str, *args: Any) -> str:
    return reverse(f"nominations:{name}", args=args)


def _file_of(response: Any) -> bytes:
    """The bytes of a file answer, closed without ending the test's own database connection."""
    content = b"".join(response.streaming_content)
    for close in response._resource_closers:
        close()
    return content


PAGES = {
    "desk": (
        "reviewer",
        {"reviewer": 200, "lead": 200, "auditor": 200, "commune": 403, "standing_body": 403},
    ),
    "proposals": ("reviewer", {"reviewer": 200, "standing_body": 200, "auditor": 200, "commune": 403}),
    "proposal_start": ("reviewer", {"reviewer": 200, "lead": 200, "auditor": 403, "commune": 403}),
    "history": ("commune", {"commune": 200, "overseer": 200, "reviewer": 200, "nobody": 200}),
    "history_add": ("reviewer", {"reviewer": 200, "standing_body": 200, "commune": 403}),
    "rounds": ("lead", {"lead": 200, "commune": 200}),
}


@pytest.mark.walk
@pytest.mark.parametrize(
    ("name", "person", "status"),
    [(name, person, status) for name, (_who, answers) in PAGES.items() for person, status in answers.items()],
)
def test_page_answers_by_role(cast: Cast, reader_of: ClientOf, name: str, person: str, status: int) -> None:
    running_round()

    response = reader_of(person).get(_url(name))

    assert response.status_code == status
    assert response.content.decode().count("<h1>") == 1


def test_every_page_asks_for_sign_in(cast: Cast) -> None:
    for name in PAGES:
        assert Client().get(_url(name)).status_code == 302


@pytest.mark.parametrize(
    "status", [Status.FILED, Status.RECEIVED, Status.SUPPLEMENT, Status.ELIGIBLE, Status.NOT_ELIGIBLE]
)
def test_the_desk_shows_a_dossier_at_every_status(cast: Cast, reader_of: ClientOf, status: Status) -> None:
    dossier = dossier_at(status, cast)

    page = reader_of("reviewer").get(_url("desk_dossier", dossier.code))

    body = page.content.decode()
    assert page.status_code == 200
    assert body.count("<h1>") == 1
    assert dossier.code in body
    assert "style=" not in body


def test_the_desk_hides_what_has_not_reached_the_province(cast: Cast, reader_of: ClientOf) -> None:
    dossier = dossier_at(Status.DRAFT, cast)

    assert reader_of("reviewer").get(_url("desk_dossier", dossier.code)).status_code == 404
    assert reader_of("commune").get(_url("desk_dossier", dossier.code)).status_code == 403


def test_a_reviewer_takes_a_dossier_through_the_desk(cast: Cast, reader_of: ClientOf) -> None:
    dossier = dossier_at(Status.FILED, cast)
    reviewer = reader_of("reviewer")

    reviewer.post(_url("receive", dossier.code))
    reviewer.post(_url("originals", dossier.code), {"originals-sets": "1"})
    answer = reviewer.post(_url("mark_eligible", dossier.code), follow=True)

    assert Dossier.objects.get(pk=dossier.pk).status == Status.ELIGIBLE
    assert answer.status_code == 200
    assert answer.redirect_chain


def test_a_conclusion_that_is_refused_says_why_on_the_page(cast: Cast, reader_of: ClientOf) -> None:
    dossier = dossier_at(Status.RECEIVED, cast)

    answer = reader_of("reviewer").post(_url("mark_eligible", dossier.code))

    assert answer.status_code == 422
    assert "missing for one criterion" in answer.content.decode()
    assert Dossier.objects.get(pk=dossier.pk).status == Status.RECEIVED


def test_a_supplement_request_that_is_refused_keeps_what_was_typed(cast: Cast, reader_of: ClientOf) -> None:
    dossier = dossier_at(Status.RECEIVED, cast)

    answer = reader_of("reviewer").post(
        _url("request_supplement", dossier.code),
        {"supplement-reason": "Thiếu xác nhận của Đảng ủy.", "supplement-due_on": "2025-12-01"},
    )

    assert answer.status_code == 422
    assert "Thiếu xác nhận của Đảng ủy." in answer.content.decode()
    assert Dossier.objects.get(pk=dossier.pk).status == Status.RECEIVED


def test_a_reason_typed_while_a_colleague_concluded_is_given_back(cast: Cast, reader_of: ClientOf) -> None:
    dossier = dossier_at(Status.ELIGIBLE, cast)

    answer = reader_of("reviewer").post(
        _url("mark_not_eligible", dossier.code), {"ineligible-reason": "Chưa đủ bản gốc theo phương án."}
    )

    page = answer.content.decode()
    assert answer.status_code == 403
    assert answer.context["refused_form"].non_field_errors()[0] in html.unescape(page)
    assert "Chưa đủ bản gốc theo phương án." in page
    assert Dossier.objects.get(pk=dossier.pk).status == Status.ELIGIBLE


def test_the_filing_side_answers_a_supplement(cast: Cast, reader_of: ClientOf) -> None:
    dossier = dossier_at(Status.SUPPLEMENT, cast)
    commune = reader_of("commune")

    empty = commune.post(_url("answer_supplement", dossier.code), {"answer": " "})
    commune.post(_url("answer_supplement", dossier.code), {"answer": "Đã bổ sung."})

    assert empty.status_code == 422
    assert Dossier.objects.get(pk=dossier.pk).status == Status.RECEIVED
    assert reader_of("outsider").get(_url("answer_supplement", dossier.code)).status_code == 404


def test_figures_that_changed_since_are_shown_as_would_now_be(cast: Cast, reader_of: ClientOf) -> None:
    dossier = dossier_at(Status.RECEIVED, cast)
    PovertyReview.objects.filter(unit=cast.commune, year=2025).update(poor=200, near_poor=190)
    reviewer = reader_of("reviewer")

    before = reviewer.get(_url("desk_dossier", dossier.code)).content.decode()
    reviewer.post(_url("refresh", dossier.code))
    after = reviewer.get(_url("desk_dossier", dossier.code)).content.decode()

    assert "Would now be" in before
    assert "Would now be" not in after


def test_the_lead_waives_on_the_page_and_opens_the_paper(cast: Cast, reader_of: ClientOf) -> None:
    dossier = dossier_at(Status.FILED, cast)
    cast.commune.zones.update(zone="none")
    lead = reader_of("lead")
    lead.post(_url("receive", dossier.code))
    typed = {
        "criterion": "commune-zone",
        "waive-commune-zone-reason": "Xã còn nhiều khó khăn.",
        "waive-commune-zone-document_number": "15/BB-HĐ",
        "waive-commune-zone-dated_on": "2025-12-10",
    }

    without = lead.post(_url("waive", dossier.code), typed)
    lead.post(_url("waive", dossier.code), typed | {"waive-commune-zone-paper": pdf("bien-ban.pdf")})

    waiver = Waiver.objects.get(dossier=dossier)
    paper = lead.get(_url("desk_paper", dossier.code, waiver.paper_id))
    assert without.status_code == 422
    assert "15/BB-HĐ" in without.content.decode()
    assert _file_of(paper).startswith(b"%PDF")
    assert "inline" in paper["Content-Disposition"]


def test_a_waiver_sent_late_goes_on_with_its_paper_once_the_lead_has_proved_to_be_there(
    cast: Cast, reader_of: ClientOf
) -> None:
    dossier = dossier_at(Status.FILED, cast)
    cast.commune.zones.update(zone="none")
    lead = reader_of("lead")
    lead.post(_url("receive", dossier.code))
    cast["lead"].set_password("sông dài cá lội")
    cast["lead"].save()
    lead.force_login(cast["lead"])
    session = lead.session
    session["proven_at"] -= 16 * 60
    session.save()
    typed = {
        "criterion": "commune-zone",
        "waive-commune-zone-reason": "Xã còn nhiều khó khăn.",
        "waive-commune-zone-document_number": "15/BB-HĐ",
        "waive-commune-zone-dated_on": "2025-12-10",
        "waive-commune-zone-paper": pdf("bien-ban.pdf"),
    }

    asked = lead.post(_url("waive", dossier.code), typed)
    assert asked.status_code == 403
    assert not Waiver.objects.exists()
    kept = dict(asked.context["typed"]) | {"proof-file": asked.context["kept_files"]}
    lead.post(_url("waive", dossier.code), kept | {"proof-secret": "sông dài cá lội"})

    waiver = Waiver.objects.get(dossier=dossier)
    assert _file_of(lead.get(_url("desk_paper", dossier.code, waiver.paper_id))).startswith(b"%PDF")


def test_a_judgement_of_a_criterion_that_asks_for_none_is_refused(cast: Cast, reader_of: ClientOf) -> None:
    dossier = dossier_at(Status.RECEIVED, cast)

    answer = reader_of("reviewer").post(
        _url("judge", dossier.code),
        {"criterion": "deadline", "judge-deadline-verdict": "met", "judge-deadline-note": "Đúng hạn."},
    )

    assert answer.status_code == 422
    assert not Judgement.objects.exists()


def test_next_and_previous_follow_the_queue(cast: Cast, reader_of: ClientOf) -> None:
    first = dossier_at(Status.FILED, cast)
    second = recommended_individuals(cast, 1)[0]
    Dossier.objects.filter(pk=second.pk).update(status=Status.RECEIVED)

    page = reader_of("reviewer").get(_url("desk_dossier", first.code)).content.decode()

    assert f'href="{_url("desk_dossier", second.code)}" rel="next" data-next' in page


def test_a_proposal_goes_its_whole_way_on_screen(cast: Cast, reader_of: ClientOf) -> None:
    dossier = recommended_dossier(cast)
    reviewer, lead, standing_body = reader_of("reviewer"), reader_of("lead"), reader_of("standing_body")

    reviewer.post(
        _url("proposal_start"), {"award_round": dossier.award_round_id, "award": "province_certificate"}
    )
    proposal = Proposal.objects.get()
    reviewer.post(_url("proposal_items", proposal.code), {"dossier": [dossier.code]})
    lead.post(_url("proposal_approve", proposal.code), {"approve-note": ""})
    early = standing_body.get(_url("decision_record", proposal.code))
    go(cast, proposal)
    page = standing_body.get(_url("decision_record", proposal.code))
    typed = {"number": "2145/QĐ-UBND", "decided_on": "2025-12-15", "issuer": "Chủ tịch UBND tỉnh"}
    future = typed | {"decided_on": "2025-12-20", "file": pdf("qd.pdf")}
    faulty = standing_body.post(_url("decision_record", proposal.code), future)
    standing_body.post(_url("decision_record", proposal.code), typed | {"file": pdf("qd.pdf")})

    decision = Decision.objects.get()
    assert early.status_code == 403
    assert "TT-2025-0001" in early.content.decode()
    assert page.status_code == 200
    assert faulty.status_code == 422
    assert "2145/QĐ-UBND" in faulty.content.decode()
    assert PriorAward.objects.get().dossier == dossier
    assert "2145/QĐ-UBND" in reader_of("commune").get(_url("history")).content.decode()
    served = reader_of("commune").get(_url("decision_file", decision.pk))
    assert _file_of(served).startswith(b"%PDF")
    assert reader_of("outsider").get(_url("decision_file", decision.pk)).status_code == 404


def test_a_list_over_the_quota_is_refused_on_the_page_and_keeps_the_ticks(
    cast: Cast, reader_of: ClientOf
) -> None:
    dossiers = recommended_individuals(cast, 4)
    proposal = start_proposal(
        award_round=dossiers[0].award_round, award="pm_certificate", actor=cast["reviewer"]
    )

    answer = reader_of("reviewer").post(
        _url("proposal_items", proposal.code), {"dossier": [dossier.code for dossier in dossiers]}
    )

    body = answer.content.decode()
    assert answer.status_code == 422
    assert "exceed a quota" in body
    assert body.count(" checked>") == 4


def test_a_dossier_is_taken_off_the_list(cast: Cast, reader_of: ClientOf) -> None:
    (dossier,) = recommended_individuals(cast, 1)
    proposal = proposal_with(cast, [dossier])

    reader_of("reviewer").post(_url("proposal_items", proposal.code), {"remove": proposal.items.get().pk})
    missing = reader_of("reviewer").post(_url("proposal_items", proposal.code), {"remove": "x"})

    assert Dossier.objects.get(pk=dossier.pk).status == Status.RECOMMENDED
    assert missing.status_code == 404


def test_a_proposal_is_cancelled_with_a_reason(cast: Cast, reader_of: ClientOf) -> None:
    proposal = proposal_with(cast, recommended_individuals(cast, 1))
    reviewer = reader_of("reviewer")

    bare = reviewer.post(_url("proposal_cancel", proposal.code), {"cancel-reason": ""})
    reviewer.post(_url("proposal_cancel", proposal.code), {"cancel-reason": "Lập lại danh sách."})

    assert bare.status_code == 422
    assert Proposal.objects.get().status == "cancelled"


def test_an_earlier_award_is_found_entered_and_revoked_on_screen(cast: Cast, reader_of: ClientOf) -> None:
    award_round = running_round()
    reviewer, standing_body = reader_of("reviewer"), reader_of("standing_body")

    found = reviewer.get(_url("history_add"), {"q": "phan dien"}).content.decode()
    reviewer.post(
        _url("history_record", "unit", cast.commune.pk),
        {
            "award": "province_certificate",
            "movement": award_round.movement_id,
            "round_year": "2023",
            "number": "12/QĐ-UBND",
            "decided_on": "2024-01-15",
            "issuer": "Chủ tịch UBND tỉnh",
        },
    )
    award = PriorAward.objects.get()
    page = standing_body.get(_url("history_revoke", award.pk))
    standing_body.post(
        _url("history_revoke", award.pk),
        {"number": "9/QĐ-UBND", "revoked_on": "2025-12-15", "reason": "Kê khai sai."},
    )

    assert _url("history_record", "unit", cast.commune.pk) in found
    assert page.status_code == 200
    assert PriorAward.objects.get().revoked_by_decision == "9/QĐ-UBND"
    assert reviewer.get(_url("history_record", "dragon", 1)).status_code == 404


def test_the_lead_opens_and_closes_a_round(cast: Cast, reader_of: ClientOf) -> None:
    award_round = running_round()
    lead = reader_of("lead")
    typed = {
        "movement": award_round.movement_id,
        "kind": RoundKind.FINAL,
        "year": "2024",
        "opens_on": "2025-10-01",
    }

    wrong_year = lead.post(_url("rounds"), typed)
    lead.post(_url("rounds"), typed | {"year": "2025"})
    lead.post(_url("round_close", award_round.pk))
    again = lead.post(_url("round_close", award_round.pk))

    assert wrong_year.status_code == 422
    assert AwardRound.objects.filter(kind=RoundKind.FINAL).exists()
    assert AwardRound.objects.get(pk=award_round.pk).status == "closed"
    assert again.status_code == 409
    assert reader_of("reviewer").post(_url("rounds"), typed).status_code == 403


def _fill_desk(cast: Cast, count: int) -> None:
    for dossier in recommended_individuals(cast, count):
        Dossier.objects.filter(pk=dossier.pk).update(status=Status.RECEIVED)


def _fill_proposals(cast: Cast, count: int) -> None:
    for _number in range(count):
        start_proposal(award_round=running_round(), award="province_certificate", actor=cast["reviewer"])


def _fill_history(cast: Cast, count: int) -> None:
    movement = running_round().movement
    for number in range(count):
        record_prior_award(
            earlier=EarlierAward(
                award="commendation",
                round_year=2023,
                number=f"{count}-{number}/QĐ",
                decided_on=date(2023, 12, 20),
                issuer="Chủ tịch UBND huyện Bắc Bình",
                movement=movement,
            ),
            nominee=cast.commune,
            actor=cast["reviewer"],
        )


FILLS: dict[str, Callable[[Cast, int], None]] = {
    "desk": _fill_desk,
    "proposals": _fill_proposals,
    "history": _fill_history,
}


def _queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.mark.slow  # It makes thirty dossiers.
@pytest.mark.parametrize("name", FILLS)
def test_a_list_takes_as_many_queries_for_thirty_rows_as_for_one(
    cast: Cast, reader_of: ClientOf, name: str
) -> None:
    running_round(RoundKind.FINAL)
    client = reader_of("reviewer")
    FILLS[name](cast, 1)
    client.get(_url(name))
    one = _queries(client, _url(name))

    FILLS[name](cast, 29)

    assert _queries(client, _url(name)) == one


@pytest.mark.slow  # It makes many dossiers.
def test_a_proposal_page_takes_as_many_queries_for_many_rows(cast: Cast, reader_of: ClientOf) -> None:
    client = reader_of("reviewer")
    annual = {"award": "province_certificate", "kind": RoundKind.ANNUAL}
    small = proposal_with(cast, recommended_individuals(cast, 1, **annual))
    recommended_individuals(cast, 1, **annual)
    client.get(_url("proposal_detail", small.code))
    few = _queries(client, _url("proposal_detail", small.code))

    large = proposal_with(cast, recommended_individuals(cast, 8, **annual))
    recommended_individuals(cast, 20, **annual)

    # Two more ask which meeting and which council part the equals on the last place.
    assert _queries(client, _url("proposal_detail", large.code)) == few + 2


def test_home_says_what_waits_at_the_province(cast: Cast, reader_of: ClientOf) -> None:
    dossier = dossier_at(Status.FILED, cast)
    approved = approved_proposal(cast, recommended_individuals(cast, 1))

    reviewer = reader_of("reviewer").get("/").content.decode()
    standing_body = reader_of("standing_body").get("/").content.decode()

    assert _url("desk_dossier", dossier.code) in reviewer
    assert approved.get_absolute_url() in standing_body


def test_a_decided_proposal_shows_its_decision(cast: Cast, reader_of: ClientOf) -> None:
    proposal = approved_proposal(cast, recommended_individuals(cast, 1))
    decided(cast, proposal)

    page = reader_of("auditor").get(proposal.get_absolute_url()).content.decode()

    assert "2145/QĐ-UBND" in page
    assert '<button class="btn btn-primary' not in page


def test_the_list_comes_first_and_todays_figures_after(cast: Cast, reader_of: ClientOf) -> None:
    dossier_at(Status.RECEIVED, cast)
    PovertyReview.objects.filter(unit=cast.commune, year=2025).update(poor=200, near_poor=190)
    reviewer = reader_of("reviewer")

    first = reviewer.get(_url("desk")).content.decode()
    asked = reviewer.get(_url("desk"), {"hom_nay": "1"}).content.decode()
    swapped = reviewer.get(_url("desk"), {"hom_nay": "1"}, headers={"HX-Request": "true"}).content.decode()

    assert "would now be" not in first
    assert 'hx-trigger="load"' in first
    assert "would now be" in asked
    assert 'hx-trigger="load"' not in asked
    assert swapped.lstrip().startswith('<div class="table-wrap"')
    assert "would now be" in swapped
