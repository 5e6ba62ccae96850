"""Proposal, decision, documents, and what later readers find: the log, the history, the next check."""

import hashlib
from pathlib import Path

from django.urls import reverse
from playwright.sync_api import Page, expect

from core.models import AuditEntry
from councils.models import Meeting, MeetingNote
from nominations.enums import ProposalStatus, Status
from nominations.models import PriorAward, Proposal
from nominations.selectors.history import HistoryFilter, awards_found
from reports.models import IssuedDocument
from tests.e2e.browsing import form_to, send, unfold
from tests.e2e.journey.printing import paper
from tests.e2e.journey.walk import Walk

DECISION = "2201/QĐ-UBND"
# One and a half base salaries of 2,340,000 đồng, twice that for a collective, up to the next ten thousand.
PRIZE = 7_020_000
# What the log has to tell at the end of this way.
LOGGED = {
    "meeting.notes_kept",
    "meeting.record_signed",
    "registry.file_imported",
    "dossier.started",
    "paper.attached",
    "filing_set.filed",
    "evaluation.frozen",
    "supplement.requested",
    "supplement.answered",
    "originals.recorded",
    "judgement.recorded",
    "meeting.roll_taken",
    "poll.opened",
    "poll.closed",
    "meeting.closed",
    "proposal.approved",
    "document.issued",
    "decision.recorded",
    "award.recorded",
}


def reviewer_proposes(walk: Walk) -> None:
    """Recommended dossiers of the round go on a list, with the plan's quotas beside them."""
    page, code = walk.page("so.chuyenvien"), walk.scene.codes["commune"]
    page.goto(reverse("nominations:proposal_start"))
    page.locator("select[name=award_round]").select_option(str(walk.scene.award_round.pk))
    assert send(page, page.locator("main form .btn-primary")) == 422
    expect(page.locator("select[name=award_round]")).to_have_value(str(walk.scene.award_round.pk))
    walk.see(page, "70-proposal-start-refused")
    page.locator("select[name=award]").select_option("province_certificate")
    send(page, page.locator("main form .btn-primary"))
    proposal = Proposal.objects.get()
    expect(page.locator("section[aria-labelledby=quotas] .quota").first).to_be_visible()
    walk.see(page, "71-proposal-empty")
    page.locator(f"input[name=dossier][value='{code}']").check()
    adding = form_to(page, reverse("nominations:proposal_items", args=[proposal.code]))
    send(page, adding.filter(has=page.locator("input[name=dossier]")).locator("button"))
    assert walk.dossier("commune").status == Status.PROPOSED
    walk.see(page, "72-proposal")


def lead_approves(walk: Walk) -> None:
    """The lead sees the work on the home page and approves."""
    proposal, page = Proposal.objects.get(), walk.page("so.lanhdao")
    page.goto("/")
    walk.see(page, "73-home-lead")
    page.goto(proposal.get_absolute_url())
    approval = unfold(form_to(page, reverse("nominations:proposal_approve", args=[proposal.code])))
    walk.see(page, "74-approving")
    approval.locator("textarea").fill("Các huyện khác chưa có hồ sơ đủ điều kiện.")
    send(page, approval.locator("button"))
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.APPROVED
    walk.see(page, "75-approved")


def letter_is_issued(walk: Walk) -> None:
    """The letter that takes the list up, numbered and downloaded."""
    page, proposal = walk.page("so.chuyenvien"), Proposal.objects.get()
    page.goto(proposal.get_absolute_url())
    _issue(walk, page, reverse("reports:issue", args=["proposal", proposal.pk]), "letter")


def notes_are_kept(walk: Walk) -> None:
    """The secretary writes what was said of an item; it stands in the minutes."""
    page, meeting = walk.page("hd.thuky"), Meeting.objects.get()
    page.goto(meeting.get_absolute_url())
    send(page, page.locator(f"main a[href='{reverse('councils:notes', args=[meeting.pk])}']"))
    page.locator("textarea").first.fill("Đại diện Mặt trận đề nghị làm rõ thu nhập năm 2024.")
    send(page, page.locator("form[data-once] button.btn-primary"))
    assert MeetingNote.objects.get().text.endswith("năm 2024.")
    walk.see(page, "76-notes")


def records_are_signed(walk: Walk) -> None:
    """Minutes and count of the closed meeting: drafts until secretary and chair have signed each, then downloaded."""
    meeting = Meeting.objects.get()
    for kind in ("minutes", "counting"):
        address = reverse("reports:issue", args=[kind, meeting.pk])
        signing = reverse("reports:record_sign", args=[kind, meeting.pk])
        for username in ("hd.thuky", "hd.chutich"):
            page = walk.page(username)
            page.goto(meeting.get_absolute_url())
            send(page, page.locator(f"main a[href='{address}']"))
            walk.see(page, f"76-{kind}-before-{username}")
            send(page, page.locator(f"form[action='{signing}'] button"))
        walk.see(page, f"77-{kind}-signed")
        document = _downloaded(page)
        assert (document.kind, document.version) == (kind, 1)


def meeting_is_recounted(walk: Walk) -> None:
    """The inspectorate counts the meeting again, and all of it holds."""
    page, meeting = walk.page("thanhtra"), Meeting.objects.get()
    page.goto(meeting.get_absolute_url())
    send(page, page.locator(f"main a[href='{reverse('reports:meeting_recount', args=[meeting.pk])}']"))
    expect(page.locator(".note--good")).to_be_visible()
    expect(page.locator(".chip--bad")).to_have_count(0)
    walk.see(page, "78-recount")


def _issue(walk: Walk, page: Page, address: str, name: str) -> None:
    """Issue a document and download it."""
    send(page, page.locator(f"main a[href='{address}']"))
    walk.see(page, f"76-{name}-before")
    send(page, page.locator(f"form[data-once]:not([action]) button, form[action='{address}'] button").first)
    walk.see(page, f"77-{name}-issued")
    _downloaded(page)


def _downloaded(page: Page) -> IssuedDocument:
    """The newest document as the browser gets it: a PDF whose bytes are those that were kept."""
    document = IssuedDocument.objects.latest("pk")
    with page.expect_download() as arriving:
        page.locator(f"a[href='{reverse('reports:download', args=[document.pk])}']").click()
    content = Path(arriving.value.path()).read_bytes()
    assert content.startswith(b"%PDF")
    assert hashlib.sha256(content).hexdigest() == document.sha256
    return document


def standing_body_decides(walk: Walk) -> None:
    """Number and day of the decision make the award part of history."""
    page, proposal = walk.page("noivu.thuongtruc"), Proposal.objects.get()
    page.goto("/")
    walk.see(page, "80-home-standing-body")
    page.goto(proposal.get_absolute_url())
    send(page, page.locator(f"a[href='{reverse('nominations:decision_record', args=[proposal.code])}']"))
    page.locator("input[name=number]").fill(DECISION)
    page.locator("input[name=decided_on]").fill("2025-12-16")
    assert send(page, page.locator("main form .btn-primary")) == 422
    expect(page.locator("input[name=number]")).to_have_value(DECISION)
    walk.see(page, "81-decision-refused")
    page.locator("input[name=decided_on]").fill("2025-12-15")
    page.locator("input[name=file]").set_input_files(paper("quyet-dinh.pdf", "Quyet dinh khen thuong"))
    send(page, page.locator("main form .btn-primary"))
    dossier = walk.dossier("commune")
    assert dossier.status == Status.AWARDED
    walk.see(page, "82-decided")
    page.goto(f"{reverse('nominations:history')}?q=phan+dien")
    expect(page.locator("main tbody").get_by_text(dossier.code)).to_be_visible()
    expect(page.locator("main tbody tr")).to_have_count(3)
    walk.see(page, "83-history")


def officer_sees_the_award(walk: Walk) -> None:
    """The commune's officer reads how it ended, on the dossier's own page."""
    page, code = walk.page("xa.phandien"), walk.scene.codes["commune"]
    page.goto(reverse("nominations:detail", args=[code]))
    walk.see(page, "84-awarded")


def auditor_reads_the_log(walk: Walk) -> None:
    """Every step left its entry, the chain is whole, and no entry tells how anybody voted."""
    page = walk.page("thanhtra")
    page.goto(f"{reverse('core:audit')}?verify=1")
    expect(page.locator(".note--good")).to_be_visible()
    expect(page.locator("main tbody tr").first).to_be_visible()
    walk.see(page, "85-log")
    assert set(AuditEntry.objects.values_list("event", flat=True)) >= LOGGED


def next_check_finds_the_award(walk: Walk) -> None:
    """A further nomination for the same year meets the award that history now holds."""
    given, page = walk.dossier("commune"), walk.page("xa.phandien")
    assert PriorAward.objects.get(dossier=given).prize_amount == PRIZE
    found = awards_found(
        walk.scene.people["xa.phandien"], HistoryFilter(award="province_certificate", words="phan dien")
    )
    assert [award.decision_number for award in found] == [DECISION]
    page.goto(reverse("nominations:start"))
    page.locator("select[name=award]").select_option("pm_certificate")
    page.locator("select[name=subject]").select_option("commune")
    send(page, page.locator("main form .btn-primary"))
    send(page, page.locator("button[name=nominee]").first)
    findings = page.locator("section[aria-labelledby=findings]")
    expect(findings).to_contain_text(DECISION)
    walk.see(page, "86-next-check")
