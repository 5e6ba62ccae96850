"""Whoever owns the database may change anything in it; each forgery is named, and what was left alone passes."""

import copy
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from django.utils import translation

from core import append_only, clock
from core.audit import triggers
from core.audit.chain import GENESIS, canonical, sha256
from core.audit.heads import public_key
from core.audit.recording import PendingEntry
from core.audit.writing import append, hash_of, head
from core.files import PDF, store_bytes
from core.models import AuditEntry, AuditHead, AuditPayload, SignedHead, StoredFile
from core.publishing import publish_head
from core.services import erase_entries
from councils.enums import Choice
from councils.models import Poll, Tally
from councils.services import close_meeting, close_poll
from criteria.models import PlanVersion
from nominations.enums import Status
from nominations.models import (
    AwardRound,
    Decision,
    Dossier,
    Evaluation,
    FilingSet,
    Judgement,
    Paper,
    PriorAward,
    Proposal,
    ProposalItem,
    StatusChange,
)
from nominations.services.appraisal import keep_judgement
from nominations.services.decisions import (
    DecisionText,
    EarlierAward,
    create_decision,
    record_prior_award,
    revoke_award,
)
from nominations.services.papers import attach_paper
from nominations.services.proposals import add_to_proposal, approve_proposal, start_proposal
from registry.enums import Role
from registry.models import Household
from reports import services as reports_services
from reports.models import IssuedDocument
from tests.conftest import PLAYED_DAY
from tests.factories.files import stored_in
from tests.factories.log import log_people, logged
from tests.factories.registry import officer
from tests.integration.councils.building import (
    House,
    build_house,
    cast_all,
    eligible_dossier,
    meeting_in_session,
    poll_in,
)
from tests.integration.reports.signing import signed
from tests.shared_rows import rows_for_all

pytestmark = pytest.mark.django_db
SPARE = 3


@pytest.fixture(scope="module")
def _kept(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[House, Path]]:
    """A meeting that voted on a dossier and whose minutes were issued, a paper, and the head signed at the end."""
    folder = tmp_path_factory.mktemp("record")
    with (
        rows_for_all(django_db_blocker, PLAYED_DAY, folder / "files"),
        override_settings(AUDIT_HEADS_FILE=str(folder / "elsewhere" / "heads.jsonl")),
        translation.override("en"),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(reports_services, "render_pdf", lambda kind, context, imprint: b"%PDF- minutes")
        yield _recorded(), folder


@pytest.fixture(autouse=True)
def _a_place_of_its_own(
    frozen_day: Callable[[date], None], settings: LazySettings, tmp_path: Path
) -> Iterator[None]:
    """Files and heads in a folder of this test's own, sentences in English."""
    settings.AUDIT_HEADS_FILE = str(tmp_path / "elsewhere" / "heads.jsonl")
    settings.STORAGES = stored_in(tmp_path / "files")
    with translation.override("en"):
        yield


@pytest.fixture
def record(_kept: tuple[House, Path], db: None, tmp_path: Path) -> House:
    """The record with its files and heads, for this test alone."""
    house, folder = _kept
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return copy.deepcopy(house)


def _recorded() -> House:
    house = build_house()
    _paper_of(house)
    meeting = meeting_in_session(house, logs=True)
    poll = poll_in(house, meeting)
    cast_all(house, poll, [Choice.AGREE] * 8 + [Choice.DISAGREE])
    close_poll(poll=poll, actor=house.chair)
    close_meeting(meeting=meeting, actor=house.chair, conclusion="Thống nhất.")
    meeting.refresh_from_db()
    signed(meeting)
    append(PendingEntry("thing.done", f"thing:{n}", "system", {"n": n}) for n in range(SPARE))
    publish_head()
    return house


def _paper_of(house: House) -> None:
    dossier = eligible_dossier(house, 9)
    Dossier.objects.filter(pk=dossier.pk).update(status=Status.DRAFT)
    dossier.refresh_from_db()
    logged(dossier)
    stored = store_bytes(content=b"%PDF- report", name="bao-cao.pdf", content_type=PDF, actor=house.outsider)
    attach_paper(owner=dossier, kind="achievement_report", stored=stored, actor=house.outsider)


def verify(*words: str) -> str:
    out = StringIO()
    call_command("verify_audit", *words, stdout=out)
    return out.getvalue()


def fault(*words: str) -> str:
    with pytest.raises(CommandError) as raised:
        verify(*words)
    return str(raised.value)


def forging(forge: Callable[[], object]) -> None:
    """Do what the triggers refuse, and put them back, as a careful forger does."""
    with triggers.lifted(connection):
        forge()


def cut_tail(keep: int) -> None:
    """Remove the last entries and move the head back to the one that is now the newest."""

    def forge() -> None:
        AuditPayload.objects.filter(entry_id__gt=keep).delete()
        AuditEntry.objects.filter(seq__gt=keep).delete()
        newest = AuditEntry.objects.filter(seq=keep).values_list("hash", flat=True).first() or GENESIS
        AuditHead.objects.update(seq=keep, hash=newest)

    forging(forge)


def rewrite_from(seq: int) -> None:
    """Change who did one thing and give every later entry the hash that it then needs."""

    def forge() -> None:
        previous = AuditEntry.objects.get(seq=seq).prev_hash
        for row in AuditEntry.objects.filter(seq__gte=seq).order_by("seq"):
            actor = "user:999" if row.seq == seq else row.actor
            row.actor, row.prev_hash = actor, previous
            row.hash = previous = hash_of(row)
            AuditEntry.objects.filter(seq=row.seq).update(actor=actor, prev_hash=row.prev_hash, hash=row.hash)
        AuditHead.objects.update(hash=previous)

    forging(forge)


def forget_own_heads() -> None:
    """Remove what the database itself keeps of heads: those signed, and those printed on documents."""
    SignedHead.objects.all().delete()
    IssuedDocument.objects.update(head_seq=0, head_hash="")


def overwrite(stored: StoredFile, content: bytes) -> None:
    default_storage.delete(stored.storage_name)
    default_storage.save(stored.storage_name, ContentFile(content))


def test_a_record_that_nobody_touched_is_whole(record: House, settings: Any) -> None:
    seq, newest = head()
    signed = settings.AUDIT_HEADS_FILE

    said = verify("--against", signed, "--expect", f"{seq}:{newest}", "--expect", f"{seq}:{newest[:16]}")

    assert said == f"{seq} entries hold; head {newest}.\n"
    assert (Tally.objects.count(), Paper.objects.count(), IssuedDocument.objects.count()) == (1, 1, 1)


def test_an_empty_log_is_named_where_there_should_be_one(record: House) -> None:
    cut_tail(0)
    forget_own_heads()
    Path(_heads_file()).unlink()

    said = fault()

    assert "The log: it is empty, though the database holds " in said
    assert "1 polls" in said
    assert "1 issued documents" in said


def _heads_file() -> str:
    return str(settings.AUDIT_HEADS_FILE)


def test_a_cut_tail_with_a_moved_head_is_named(record: House) -> None:
    seq, newest = head()
    cut_tail(seq - SPARE)
    forget_own_heads()

    said = fault()

    assert f"Entry {seq - SPARE + 1}: entries from here to {seq} are gone" in said
    Path(_heads_file()).unlink()
    assert verify().startswith(f"{seq - SPARE} entries hold"), "without the file nothing shows the cut"
    assert f"to {seq} are gone: The head {seq}:… that you gave" in fault("--expect", f"{seq}:{newest}")


def test_a_whole_rewritten_log_is_named(record: House, tmp_path: Path) -> None:
    seq, newest = head()
    mailed = tmp_path / "mail.txt"
    mailed.write_text(f"Nhật ký\n\n  {SignedHead.objects.get().statement}\n-- \nHết", encoding="utf-8")
    rewrite_from(1)
    forget_own_heads()

    said = fault()

    assert f"Entry {seq}: it is not the one that stood there: The head signed on " in said
    Path(_heads_file()).unlink()
    assert verify().startswith(f"{seq} entries hold"), "a rewritten chain follows from itself"
    assert "was written anew" in fault("--against", str(mailed))
    assert "was written anew" in fault("--expect", f"{seq}:{newest}")


def test_a_document_shows_by_the_head_that_it_prints_that_the_log_was_rewritten(record: House) -> None:
    document = IssuedDocument.objects.get()
    rewrite_from(1)
    SignedHead.objects.all().delete()
    Path(_heads_file()).unlink()

    said = fault()

    assert f"Entry {document.head_seq}: it is not the one that stood there: Document 01/BB-" in said


def test_contents_blanked_without_a_word_are_named(record: House) -> None:
    AuditPayload.objects.filter(entry__event="meeting.prepared").update(content="")

    entry = AuditEntry.objects.get(event="meeting.prepared")
    assert fault() == f"Entry {entry.seq}: its content was blanked and no entry says that it was erased."


def test_contents_erased_as_the_law_asks_are_no_fault(record: House) -> None:
    entry = AuditEntry.objects.get(event="meeting.prepared")

    assert erase_entries(entries=[entry.seq], basis="thu-1", actor=None) == 1

    assert "entries hold" in verify()
    assert AuditPayload.objects.get(entry_id=entry.seq).content == ""


def test_an_erasure_explains_nothing_that_came_after_it(record: House) -> None:
    entry = AuditEntry.objects.get(event="meeting.prepared")
    erase_entries(entries=[entry.seq], basis="thu-1", actor=None)
    told = AuditEntry.objects.get(event="log.entries_erased")

    AuditPayload.objects.filter(pk=told.seq).update(content="")

    assert f"Entry {entry.seq}: its content was blanked" in fault()
    assert f"Entry {told.seq}: its content was blanked" in fault()


@pytest.mark.parametrize("name", triggers.NAMES)
def test_each_missing_trigger_is_named_and_put_back(record: House, name: str) -> None:
    drop(name)

    assert fault().startswith(f"The trigger {name}: it is missing")

    call_command("protect_audit", stdout=StringIO())
    assert "entries hold" in verify()
    assert AuditEntry.objects.latest("seq").event == "log.protected"


def drop(name: str) -> None:
    table = triggers.ENTRY if "_entry_" in name else triggers.PAYLOAD
    place = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE" if place else "SELECT 1")
        cursor.execute(f"DROP TRIGGER {name}{place}")


def test_a_trigger_that_does_nothing_is_named(record: House) -> None:
    name = "audit_entry_no_update"
    drop(name)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE FUNCTION let_pass() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
            )
            cursor.execute(
                f"CREATE TRIGGER {name} BEFORE UPDATE ON core_auditentry FOR EACH STATEMENT EXECUTE FUNCTION let_pass()"
            )
        else:
            cursor.execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON core_auditentry BEGIN SELECT 1; END")

    assert fault().startswith(f"The trigger {name}: it is not as installed")


def test_a_trigger_that_is_switched_off_is_named(record: House) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite's triggers cannot be switched off one by one")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE core_auditentry DISABLE TRIGGER audit_entry_no_delete")

    assert fault().startswith("The trigger audit_entry_no_delete: it is switched off")


def test_a_tally_that_differs_from_its_entry_is_named(record: House) -> None:
    Tally.objects.update(agree=7, disagree=2)

    said = fault()

    assert said.startswith("The tally on dossier HS-2025-0001 (poll ")
    assert "it differs from entry " in said


def test_papers_in_the_urn_that_differ_from_the_tally_are_named(record: House) -> None:
    Tally.objects.get().poll.ballots.filter(choice=Choice.DISAGREE).update(choice=Choice.AGREE)

    assert "the papers in the urn say otherwise" in fault()


def test_a_tally_that_is_gone_is_named(record: House) -> None:
    Tally.objects.all().delete()

    assert "the tally that it tells of (councils.poll:" in fault()


@pytest.mark.parametrize("model", [Paper, IssuedDocument])
def test_bytes_that_differ_from_their_hash_are_named(record: House, model: Any) -> None:
    stored = model.objects.get().file

    overwrite(stored, b"%PDF- another text")

    said = fault()
    assert said.startswith(f"The file “{stored.original_name}” ({model._meta.verbose_name} ")
    assert "its bytes differ from the hash" in said
    assert "entries hold" in verify("--quick")
    assert "not read back" in verify("--quick")


@pytest.mark.parametrize(
    ("model", "named"),
    [
        (
            Paper,
            "The paper achievement_report, version 1, of HS-2025-0009: its file is not the one that entry ",
        ),
        (IssuedDocument, "Document 01/BB-"),
    ],
)
def test_bytes_forged_together_with_their_hashes_are_named(record: House, model: Any, named: str) -> None:
    row, content = model.objects.get(), b"%PDF- another text"
    overwrite(row.file, content)
    StoredFile.objects.filter(pk=row.file_id).update(sha256=sha256(content.decode()))
    if model is IssuedDocument:
        model.objects.update(sha256=sha256(content.decode()))

    said = fault("--quick")

    assert named in said
    assert "that entry " in said


def say_again(event: str, **change: Any) -> tuple[int, int]:
    """Put an entry at the chain's end that says something else of what is said already; both entries' numbers."""
    first = AuditEntry.objects.select_related("payload").get(event=event)
    payload = json.loads(first.payload.content) | change
    append([PendingEntry(first.event, first.subject, first.actor, payload)])
    return first.seq, head()[0]


def test_a_tally_forged_together_with_an_entry_of_its_own_is_named(record: House) -> None:
    Tally.objects.update(agree=9, disagree=0)
    Tally.objects.get().poll.ballots.filter(choice=Choice.DISAGREE).update(choice=Choice.AGREE)
    first, second = say_again("poll.closed", agree=9, disagree=0)

    said = fault("--quick")

    assert f"Entry {second}: it says of councils.poll:" in said
    assert f"again what entry {first} said" in said
    assert f"it differs from entry {first}, which was written when the poll closed" in said


@pytest.mark.parametrize(("model", "event"), [(Paper, "paper.attached"), (IssuedDocument, "document.issued")])
def test_bytes_forged_together_with_an_entry_of_their_own_are_named(
    record: House, model: Any, event: str
) -> None:
    row, content = model.objects.get(), b"%PDF- another text"
    forged = sha256(content.decode())
    overwrite(row.file, content)
    StoredFile.objects.filter(pk=row.file_id).update(sha256=forged)
    if model is IssuedDocument:
        model.objects.update(sha256=forged)
    first, second = say_again(event, sha256=forged)

    said = fault()

    assert f"Entry {second}: it says of " in said
    assert f"that entry {first} names" in said


def test_a_paper_moved_to_another_dossier_is_named(record: House) -> None:
    other = Dossier.objects.exclude(papers__isnull=False).first()
    Paper.objects.update(dossier=other)

    assert "it was attached to another, as entry " in fault("--quick")


@pytest.fixture
def decision(record: House) -> Decision:
    """A decision of an issuer with its file, recorded as services do."""
    dossier = Dossier.objects.first()
    assert dossier is not None
    return create_decision(
        text=DecisionText("9/QĐ-UBND", date(2025, 12, 1), "UBND tỉnh"),
        award_round=dossier.award_round,
        award=dossier.award,
        proposal=None,
        stored=store_bytes(
            content=b"%PDF- decision", name="qd.pdf", content_type=PDF, actor=record.secretary
        ),
        actor=record.secretary,
    )


def test_a_decision_that_nobody_touched_is_whole(decision: Decision) -> None:
    assert "entries hold" in verify()


def test_a_decision_whose_entry_was_erased_is_named(decision: Decision) -> None:
    entry = AuditEntry.objects.get(event="decision.recorded")
    erase_entries(entries=[entry.seq], basis="thu-1", actor=None)

    assert fault() == f"Decision 9/QĐ-UBND: entry {entry.seq}, which named its file, says nothing any more."


def test_a_decision_slipped_in_without_an_entry_is_named(decision: Decision) -> None:
    Decision.objects.create(
        award_round=decision.award_round,
        award=decision.award,
        number="10/QĐ-UBND",
        decided_on=decision.decided_on,
        issuer=decision.issuer,
        file=decision.file,
        recorded_by=decision.recorded_by,
        recorded_at=decision.recorded_at,
    )

    assert fault() == "Decision 10/QĐ-UBND: no entry says that it was recorded."


def test_a_decision_that_is_gone_is_named(decision: Decision) -> None:
    Decision.objects.all().delete()

    assert "the decision that it tells of is gone" in fault()


@pytest.mark.parametrize(
    "forged",
    [
        {"number": "99/QĐ-UBND"},
        {"decided_on": date(2025, 11, 30)},
        {"issuer": "Chủ tịch nước"},
    ],
)
def test_what_a_decision_says_cannot_be_changed_unseen(decision: Decision, forged: dict[str, Any]) -> None:
    Decision.objects.update(**forged)

    assert "its number, day, issuer or proposal is not as entry " in fault("--quick")


@pytest.fixture
def award(decision: Decision, record: House) -> PriorAward:
    """An award of the decision and an earlier one that was entered by hand and taken back."""
    household = Household.objects.order_by("pk").first()
    assert household is not None
    earlier = EarlierAward("province_certificate", 2023, "1/QĐ-UBND", date(2024, 1, 5), "UBND tỉnh")
    kept = record_prior_award(nominee=household, earlier=earlier, actor=record.reviewer)
    other = replace(earlier, number="2/QĐ-UBND")
    taken = record_prior_award(nominee=household, earlier=other, actor=record.reviewer)
    standing_body = officer(Role.STANDING_BODY, record.council.unit)
    log_people()
    revoke_award(
        award=taken,
        number="3/QĐ-UBND",
        revoked_on=date(2024, 2, 1),
        reason="Kê khai sai",
        actor=standing_body,
    )
    return kept


def test_awards_that_nobody_touched_are_whole(award: PriorAward) -> None:
    assert "entries hold" in verify("--quick")


@pytest.mark.parametrize(
    ("forged", "sentence"),
    [
        ({"prize_amount": 99_000_000}, "it is not as entry "),
        ({"award": "pm_certificate"}, "it is not as entry "),
        ({"round_year": 2024}, "it is not as entry "),
        ({"decided_on": date(2024, 1, 6)}, "it is not as entry "),
        ({"revoked_on": date(2024, 3, 1)}, "no entry says that it was taken back"),
    ],
)
def test_an_award_that_was_changed_is_named(award: PriorAward, forged: dict[str, Any], sentence: str) -> None:
    PriorAward.objects.filter(pk=award.pk).update(**forged)

    said = fault("--quick")

    assert said.startswith(f"The award by decision 1/QĐ-UBND ({award.pk}): ")
    assert sentence in said


@pytest.mark.parametrize(
    ("forged", "sentence"),
    [
        ({"revoked_on": None}, "says that it was taken back"),
        ({"revoked_because": "Trùng"}, "it was not taken back as entry "),
        ({"revoked_by_decision": "4/QĐ-UBND"}, "it was not taken back as entry "),
    ],
)
def test_a_revocation_that_was_changed_is_named(
    award: PriorAward, forged: dict[str, Any], sentence: str
) -> None:
    PriorAward.objects.exclude(revoked_on=None).update(**forged)

    assert sentence in fault("--quick")


def test_an_award_slipped_in_or_gone_is_named(award: PriorAward) -> None:
    copied = copy.copy(award)
    copied.pk, copied._state.adding = None, True
    copied.decision_number = "5/QĐ-UBND"
    copied.save()
    PriorAward.objects.filter(pk=award.pk).delete()

    said = fault("--quick")

    assert "The award by decision 5/QĐ-UBND" in said
    assert "no entry says that it was recorded" in said
    assert "the award that it tells of is gone" in said


def test_a_status_that_no_step_led_to_is_named(record: House) -> None:
    Dossier.objects.filter(code="HS-2025-0001").update(status=Status.AWARDED)

    said = fault("--quick")

    assert said.startswith("Dossier HS-2025-0001: its status is “")


def test_a_nominee_who_was_swapped_is_named(record: House) -> None:
    other = Household.objects.create(code="HO-99", name="Ai khác", unit=record.commune)
    entry = AuditEntry.objects.filter(event="dossier.started").order_by("seq").first()
    assert entry is not None
    Dossier.objects.filter(pk=int(entry.subject.rpartition(":")[2])).update(nominee_household=other)

    assert "its nominee, award or body is not as entry " in fault("--quick")


def test_a_plan_whose_text_was_changed_is_named(record: House) -> None:
    with append_only.lifted(connection):
        PlanVersion.objects.update(content="{} ")

    assert "its text is not the one that its hash was made of" in fault("--quick")


@pytest.mark.parametrize(
    "forged",
    [
        {"opens_on": date(2020, 1, 1)},
        {"extended_to": date(2026, 1, 31), "extended_by": "9/QĐ-UBND"},
        {"status": "closed", "closed_on": date(2025, 1, 1)},
    ],
)
def test_a_rounds_days_cannot_be_changed_unseen(record: House, forged: dict[str, Any]) -> None:
    AwardRound.objects.update(**forged)

    assert fault("--quick").startswith("The round ")


def test_a_set_filed_on_another_day_is_named(record: House) -> None:
    FilingSet.objects.create(
        award_round=AwardRound.objects.get(),
        unit=record.commune,
        filed_on=date(2025, 1, 1),
        filed_by=record.outsider,
        created_at=clock.now(),
    )

    assert "it was not filed on the day that the log says" in fault("--quick")


@pytest.mark.parametrize("forged", [{"number": 99}, {"symbol": "BB-KHÁC"}, {"series_year": 2024}])
def test_an_issued_document_that_was_marked_otherwise_is_named(record: House, forged: dict[str, Any]) -> None:
    IssuedDocument.objects.update(**forged)

    assert "its number, year or version is not as entry " in fault("--quick")


@pytest.fixture
def proposal(record: House) -> Proposal:
    """A list that was approved as services do, with the recommended dossier."""
    dossier = Dossier.objects.get(code="HS-2025-0001")
    made = start_proposal(award_round=dossier.award_round, award=dossier.award, actor=record.reviewer)
    add_to_proposal(proposal=made, dossiers=[dossier], actor=record.reviewer)
    approve_proposal(proposal=made, shortfall_note="Chỉ một hồ sơ", actor=record.lead)
    return made


def test_a_list_that_nobody_touched_is_whole(proposal: Proposal) -> None:
    assert "entries hold" in verify("--quick")


@pytest.mark.parametrize("act", ["removed", "moved", "award", "cancelled"])
def test_a_list_that_was_changed_is_named(proposal: Proposal, act: str) -> None:
    if act == "removed":
        ProposalItem.objects.all().delete()
    elif act == "moved":
        ProposalItem.objects.update(dossier=Dossier.objects.exclude(code="HS-2025-0001").first())
    elif act == "award":
        Proposal.objects.update(award="pm_certificate")
    else:
        Proposal.objects.update(status="cancelled")

    assert f"Proposal {proposal.code}: " in fault("--quick")


@pytest.mark.parametrize("act", ["changed", "gone", "slipped in"])
def test_a_history_that_tells_other_steps_is_named(record: House, act: str) -> None:
    step = StatusChange.objects.order_by("pk").first()
    assert step is not None
    if act == "changed":
        StatusChange.objects.filter(pk=step.pk).update(verb="appeal")
    elif act == "gone":
        StatusChange.objects.filter(pk=step.pk).delete()
    else:
        StatusChange.objects.filter(pk=step.pk).update(
            dossier=Dossier.objects.exclude(pk=step.dossier_id).first()
        )

    assert "its history tells other steps than the log" in fault("--quick")


def test_a_dossier_slipped_in_without_an_entry_is_named(record: House) -> None:
    eligible_dossier(record, 77)

    said = fault("--quick")

    assert "Dossier HS-2025-0077: no entry says that it was started" in said
    assert "The check kept of dossier HS-2025-0077" in said


@pytest.mark.parametrize("forged", [{"facts": {}}, {"result": {}}, {"outcome": "ineligible"}])
def test_a_kept_check_that_was_changed_is_named(record: House, forged: dict[str, Any]) -> None:
    Evaluation.objects.filter(dossier__code="HS-2025-0001").update(**forged)

    said = fault("--quick")

    assert said.startswith("The check kept of dossier HS-2025-0001")
    assert "it is not as entry " in said


def test_a_judgement_that_was_changed_is_named(record: House) -> None:
    dossier = Dossier.objects.get(code="HS-2025-0001")
    keep_judgement(
        dossier=dossier, criterion="D1.diligent", verdict="met", note="Xã xác nhận", actor=record.reviewer
    )
    assert "entries hold" in verify("--quick")

    Judgement.objects.update(note="Không có gì")

    assert "The judgement on “D1.diligent” of dossier HS-2025-0001: it is not as entry " in fault("--quick")


@pytest.mark.parametrize(
    "forged", [{"threshold": 10}, {"threshold_basis": "Quy chế khác"}, {"members_count": 3}]
)
def test_a_threshold_that_was_changed_is_named(record: House, forged: dict[str, Any]) -> None:
    Poll.objects.update(**forged)

    said = fault("--quick")

    assert said.startswith("The vote on dossier HS-2025-0001 (poll ")
    assert "its dossier, members or threshold are not as entry " in said


def test_entries_of_a_form_that_no_service_writes_hide_nothing_else(record: House) -> None:
    AuditPayload.objects.filter(entry__event="meeting.prepared").update(content="")
    append(
        [
            PendingEntry("log.entries_erased", "core.auditentry", "system", {"basis": "thu-1"}),
            PendingEntry("log.entries_erased", "core.auditentry", "system", {"entries": "1"}),
            PendingEntry("plan.uploaded", "nominations.planupload:1", "system", {"plan": "x"}),
        ]
    )
    default_storage.delete(Paper.objects.get().file.storage_name)

    said = fault()

    assert "its content was blanked and no entry says" in said
    assert "What the log says of uploaded plans: it has a form that this program does not write" in said
    assert "or it is gone from the storage" in said


def test_a_head_spoilt_in_the_database_is_named_and_hides_nothing_else(record: House) -> None:
    SignedHead.objects.update(statement="{")
    rewrite_from(1)

    said = fault()

    assert "The head that the database keeps of " in said
    assert "The log was written anew up to here or earlier" in said


def test_a_line_spoilt_in_the_file_outside_is_named_and_hides_no_other(record: House) -> None:
    path = Path(_heads_file())
    path.write_text(f'{path.read_text(encoding="utf-8")}{{"seq":5,"ha', encoding="utf-8")
    rewrite_from(1)
    forget_own_heads()

    said = fault()

    assert f'{path}: This line of the file is no signed head: {{"seq":5,"ha.' in said
    assert "The log was written anew up to here or earlier" in said


@pytest.mark.parametrize("moment", ["2026-01-01T07:00:00", "tám giờ", 8])
def test_a_moment_that_is_none_is_no_signed_head(record: House, tmp_path: Path, moment: Any) -> None:
    forged = tmp_path / "forged.jsonl"
    line = json.loads(SignedHead.objects.get().statement) | {"signed_at": moment}
    forged.write_text(canonical(line), encoding="utf-8")

    assert "This line of the file is no signed head" in fault("--against", str(forged))


@pytest.mark.parametrize("cte", ["8bit", "quoted-printable", "base64"])
def test_a_mail_is_read_however_it_was_packed_on_its_way(record: House, tmp_path: Path, cte: str) -> None:
    seq, _newest = head()
    mail = EmailMessage()
    mail["Subject"] = "Đầu nhật ký"
    mail.set_content(f"Nhật ký có {seq} mục.\n\n{SignedHead.objects.get().statement}\n", cte=cte)
    saved = tmp_path / "mail.eml"
    saved.write_bytes(mail.as_bytes())
    assert "entries hold" in verify("--against", str(saved))
    rewrite_from(1)
    forget_own_heads()
    Path(_heads_file()).unlink()

    assert "was written anew" in fault("--against", str(saved))


def test_a_copy_that_an_editor_marked_at_its_front_is_read_from_its_first_line(
    record: House, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.jsonl"
    copy.write_text(f"\ufeff{SignedHead.objects.get().statement}\r\n", encoding="utf-8")
    rewrite_from(1)
    forget_own_heads()
    Path(_heads_file()).unlink()

    assert "was written anew" in fault("--against", str(copy))


@pytest.mark.parametrize("forged", ["gone", "made to fit"])
def test_a_rewritten_log_is_not_signed_while_the_file_outside_knows_another(
    record: House, forged: str
) -> None:
    rewrite_from(1)
    _seq, newest = head()
    if forged == "gone":
        forget_own_heads()
    else:
        kept = SignedHead.objects.get()
        SignedHead.objects.update(statement=canonical(json.loads(kept.statement) | {"hash": newest}))
    SignedHead.objects.update(day=date(2025, 1, 1))

    with pytest.raises(RuntimeError, match="no head was signed"):
        publish_head()

    assert not SignedHead.objects.exclude(day=date(2025, 1, 1)).exists()
    assert len(Path(_heads_file()).read_text(encoding="utf-8").splitlines()) == 1


def test_a_file_that_is_gone_is_named(record: House) -> None:
    default_storage.delete(Paper.objects.get().file.storage_name)

    assert "or it is gone from the storage" in fault()


def test_a_paper_slipped_in_without_an_entry_is_named(record: House) -> None:
    paper = Paper.objects.get()
    Paper.objects.create(
        dossier=paper.dossier,
        kind="council_minutes",
        file=paper.file,
        uploaded_by=paper.uploaded_by,
        uploaded_at=paper.uploaded_at,
    )

    assert (
        "The paper council_minutes, version 1, of HS-2025-0009: no entry says that it was attached" in fault()
    )


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"hash": "f" * 64}, "it was changed after it was signed"),
        ({"key": "c" * 43 + "="}, "it was changed after it was signed"),
    ],
)
def test_a_statement_that_was_changed_is_named(
    record: House, tmp_path: Path, change: dict, named: str
) -> None:
    forged = tmp_path / "forged.jsonl"
    forged.write_text(canonical(json.loads(SignedHead.objects.get().statement) | change), encoding="utf-8")

    assert named in fault("--against", str(forged))


def test_a_statement_of_another_key_counts_once_the_key_is_known(
    record: House, settings: Any, tmp_path: Path
) -> None:
    earlier = public_key()
    settings.AUDIT_SIGNING_KEY = "c" * 43 + "="

    assert "another key than this server's signed it" in fault()
    settings.AUDIT_PUBLIC_KEYS = [earlier]
    assert "entries hold" in verify()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--expect", "tám:abc"), "is not an entry's number and hash"),
        (("--expect", "8:abc"), "at least 16 characters"),
        (("--against", "/nowhere/heads"), "/nowhere/heads: No such file or directory."),
    ],
)
def test_what_cannot_be_read_is_said(words: tuple[str, ...], sentence: str) -> None:
    assert sentence in fault(*words)


def test_a_file_without_any_head_is_refused(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.write_text("Chào anh", encoding="utf-8")

    assert "holds no signed head" in fault("--against", str(empty))


def test_day_of_a_statement_is_the_real_one(record: House) -> None:
    assert SignedHead.objects.get().day != date(2025, 12, 15), "the chain says when it really was"
