"""Every verb of nominating and filing: who may, who is refused and with which sentence, and from which status."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import AuditEntry
from nominations.enums import RoundStatus, Status
from nominations.models import AwardRound, Dossier, FilingSet, Paper
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
    not_select,
    open_filing_set,
    put_in_set,
    return_to_commune,
)
from nominations.services.papers import confirm_report, mark_not_required, receive_paper, remove_paper
from nominations.services.rounds import close_round, open_round, start_movement
from registry.enums import UnitKind
from tests.factories import Cast, UnitFactory, attach, dossier_at, filed_set, pdf, running_round

pytestmark = pytest.mark.walk

EVERYBODY = (
    "commune",
    "district",
    "agency",
    "outsider",
    "other_district",
    "overseer",
    "reviewer",
    "lead",
    "standing_body",
    "auditor",
    "administrator",
    "nobody",
)
MAKERS = ("commune", "district")
Act = Callable[[Any, Cast, str], Any]


@dataclass(frozen=True)
class Verb:
    """One verb: the state it starts from, what it does, who may, what the others read, and its audit word."""

    name: str
    prepare: Callable[[Cast], Any]
    act: Act
    may: tuple[str, ...]
    sentence: str
    event: str
    subject: Callable[[Any], Any] = lambda thing: thing


def _draft(cast: Cast) -> Dossier:
    return dossier_at(Status.DRAFT, cast)


def _with_report(cast: Cast) -> Paper:
    return attach(_draft(cast), "achievement_report", cast["commune"])


def _enterprise_draft(cast: Cast) -> Dossier:
    enterprise = UnitFactory(kind=UnitKind.ENTERPRISE, name="HTX", seat=cast.commune, parent=cast.province)
    return dossier_at(Status.DRAFT, cast, nominee=enterprise, subject="enterprise")


def _at_district(cast: Cast) -> Dossier:
    return dossier_at(Status.FILED_TO_DISTRICT, cast)


def _ready_set(cast: Cast) -> FilingSet:
    return filed_set(cast, [_at_district(cast)], send=False)


def _nomination(cast: Cast) -> Nomination:
    return Nomination(running_round(), "province_certificate", "commune", cast.commune, cast.commune)


VERBS = (
    Verb(
        "start",
        _nomination,
        lambda nomination, cast, who: start_dossier(nomination=nomination, actor=cast[who]),
        MAKERS,
        "",
        "dossier.started",
        lambda nomination: Dossier.objects.get(),
    ),
    Verb(
        "save",
        _draft,
        lambda dossier, cast, who: save_draft(
            dossier=dossier, achievement="Mới.", award_citation="", actor=cast[who]
        ),
        MAKERS,
        "is written by",
        "dossier.edited",
    ),
    Verb(
        "attach",
        _draft,
        lambda dossier, cast, who: receive_paper(
            owner=dossier, kind="achievement_report", uploads=[pdf()], actor=cast[who]
        ),
        MAKERS,
        "is written by",
        "paper.attached",
    ),
    Verb(
        "confirm",
        _with_report,
        lambda paper, cast, who: confirm_report(paper=paper, confirmed_by="Đảng ủy xã", actor=cast[who]),
        MAKERS,
        "is written by",
        "paper.confirmed",
        lambda paper: paper.dossier,
    ),
    Verb(
        "remove",
        _with_report,
        lambda paper, cast, who: remove_paper(paper=paper, actor=cast[who]),
        MAKERS,
        "is written by",
        "paper.removed",
        lambda paper: paper.dossier,
    ),
    Verb(
        "excuse",
        _enterprise_draft,
        lambda dossier, cast, who: mark_not_required(
            dossier=dossier, kind="confirmation_tax", reason="Miễn thuế.", actor=cast[who]
        ),
        MAKERS,
        "is written by",
        "paper.attached",
    ),
    Verb(
        "file to the district",
        _draft,
        lambda dossier, cast, who: file_to_district(dossier=dossier, actor=cast[who]),
        MAKERS,
        "is filed by",
        "dossier.moved",
    ),
    Verb(
        "return",
        _at_district,
        lambda dossier, cast, who: return_to_commune(
            dossier=dossier, reason="Thiếu số liệu.", actor=cast[who]
        ),
        ("district",),
        "is looked through by the district",
        "dossier.moved",
    ),
    Verb(
        "not select",
        _at_district,
        lambda dossier, cast, who: not_select(dossier=dossier, reason="Không chọn.", actor=cast[who]),
        ("district",),
        "is looked through by the district",
        "dossier.moved",
    ),
    Verb(
        "withdraw",
        _at_district,
        lambda dossier, cast, who: withdraw_dossier(dossier=dossier, reason="Rút.", actor=cast[who]),
        MAKERS,
        "is withdrawn by",
        "dossier.moved",
    ),
    Verb(
        "open a set",
        lambda cast: running_round(),
        lambda award_round, cast, who: open_filing_set(
            unit=cast.district, award_round=award_round, actor=cast[who]
        ),
        ("district",),
        "is prepared by its own officers",
        "filing_set.prepared",
        lambda award_round: FilingSet.objects.get(),
    ),
    Verb(
        "put into the set",
        _at_district,
        lambda dossier, cast, who: put_in_set(dossier=dossier, actor=cast[who]),
        ("district",),
        "is prepared by its own officers",
        "filing_set.prepared",
        lambda dossier: FilingSet.objects.get(),
    ),
    Verb(
        "choose",
        _ready_set,
        lambda filing_set, cast, who: choose_dossiers(filing_set=filing_set, dossiers=[], actor=cast[who]),
        ("district",),
        "is prepared by its own officers",
        "filing_set.prepared",
    ),
    Verb(
        "attach to the set",
        _ready_set,
        lambda filing_set, cast, who: receive_paper(
            owner=filing_set, kind="submission_letter", uploads=[pdf("moi.pdf", "bản khác")], actor=cast[who]
        ),
        ("district",),
        "is prepared by its own officers",
        "paper.attached",
    ),
    Verb(
        "file the set",
        _ready_set,
        lambda filing_set, cast, who: file_set(filing_set=filing_set, actor=cast[who]),
        ("district",),
        "is prepared by its own officers",
        "filing_set.filed",
    ),
    Verb(
        "close the round",
        lambda cast: running_round(),
        lambda award_round, cast, who: close_round(award_round=award_round, actor=cast[who]),
        ("lead",),
        "by the leadership",
        "round.closed",
    ),
)
BY_NAME = {verb.name: verb for verb in VERBS}
GRANTED = [pytest.param(verb, who, id=f"{verb.name}-{who}") for verb in VERBS for who in verb.may]


@pytest.fixture(autouse=True)
def _english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.mark.parametrize(("verb", "who"), GRANTED)
def test_allowed_role_carries_it_out_and_the_chain_says_so(cast: Cast, verb: Verb, who: str) -> None:
    thing = verb.prepare(cast)
    last = AuditEntry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0

    verb.act(thing, cast, who)

    subject = verb.subject(thing)
    name = f"{subject._meta.label_lower}:{subject.pk}"
    entries = AuditEntry.objects.filter(seq__gt=last, event=verb.event, subject=name)
    assert {entry.actor for entry in entries} == {f"user:{cast[who].pk}"}


@pytest.mark.walk
@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_other_role_reads_a_sentence_and_nothing_is_written(cast: Cast, verb: Verb) -> None:
    thing = verb.prepare(cast)
    count = AuditEntry.objects.count()
    sentences = {}

    for who in EVERYBODY:
        if who in verb.may:
            continue
        with pytest.raises(NotAllowed) as refused:
            verb.act(thing, cast, who)
        sentences[who] = str(refused.value)

    assert len(sentences) == len(EVERYBODY) - len(verb.may)
    assert all(len(sentence) > 20 and verb.sentence in sentence for sentence in sentences.values()), sentences
    assert AuditEntry.objects.count() == count


WRONG = [
    ("file to the district", Status.FILED_TO_DISTRICT),
    ("file to the district", Status.FILED),
    ("file to the district", Status.NOT_SELECTED),
    ("file to the district", Status.WITHDRAWN),
    ("return", Status.DRAFT),
    ("return", Status.FILED),
    ("not select", Status.DRAFT),
    ("not select", Status.RECEIVED),
    ("withdraw", Status.WITHDRAWN),
    ("withdraw", Status.NOT_SELECTED),
    ("withdraw", Status.NOT_ELIGIBLE),
    ("put into the set", Status.RETURNED),
    ("put into the set", Status.FILED),
    ("save", Status.FILED_TO_DISTRICT),
    ("save", Status.FILED),
    ("save", Status.WITHDRAWN),
    ("attach", Status.FILED_TO_DISTRICT),
    ("attach", Status.RECEIVED),
]


@pytest.mark.walk
@pytest.mark.parametrize(("name", "status"), WRONG)
def test_wrong_status_is_refused_with_its_name(cast: Cast, name: str, status: Status) -> None:
    dossier = dossier_at(status, cast)

    with pytest.raises(NotAllowed) as refused:
        BY_NAME[name].act(dossier, cast, "district")

    assert str(status.label) in str(refused.value)


STALE = ["file to the district", "return", "not select", "withdraw", "save", "attach"]


@pytest.mark.parametrize("name", STALE)
def test_second_hand_on_an_old_page_is_told(cast: Cast, name: str) -> None:
    verb = BY_NAME[name]
    dossier = verb.prepare(cast)
    Dossier.objects.filter(pk=dossier.pk).update(status=Status.WITHDRAWN)

    with pytest.raises(StaleState):
        verb.act(dossier, cast, "district")


def test_set_filed_by_another_hand_is_told(cast: Cast) -> None:
    filing_set = _ready_set(cast)
    second = FilingSet.objects.select_related("unit__parent", "award_round__movement").get(pk=filing_set.pk)
    file_set(filing_set=filing_set, actor=cast["district"])

    with pytest.raises(StaleState):
        file_set(filing_set=second, actor=cast["district"])


def test_closed_round_starts_and_files_nothing(cast: Cast) -> None:
    dossier = _draft(cast)
    waiting = dossier_at(Status.FILED_TO_DISTRICT, cast, award="commendation")
    AwardRound.objects.update(status=RoundStatus.CLOSED, closed_on=date(2025, 12, 14))
    dossier.award_round.refresh_from_db()
    waiting.award_round.refresh_from_db()

    for act in (
        lambda: file_to_district(dossier=dossier, actor=cast["commune"]),
        lambda: put_in_set(dossier=waiting, actor=cast["district"]),
        lambda: start_dossier(nomination=_closed_nomination(cast), actor=cast["commune"]),
    ):
        with pytest.raises(NotAllowed, match="is closed"):
            act()


def _closed_nomination(cast: Cast) -> Nomination:
    return Nomination(AwardRound.objects.get(), "province_certificate", "commune", cast.commune, cast.commune)


def test_round_that_opens_later_starts_nothing(cast: Cast) -> None:
    movement = start_movement(plan_id="binh-thuan-2021-2025")
    later = open_round(
        movement=movement, kind="final", year=2025, opens_on=date(2025, 12, 20), actor=cast["lead"]
    )

    with pytest.raises(NotAllowed, match="opens on 20/12/2025"):
        start_dossier(
            nomination=Nomination(later, "province_certificate", "commune", cast.commune, cast.commune),
            actor=cast["commune"],
        )


def test_autosave_leaves_no_entry_and_refuses_outsiders(cast: Cast) -> None:
    dossier = _draft(cast)
    count = AuditEntry.objects.count()

    autosave_draft(dossier=dossier, achievement="Đang gõ", award_citation="", actor=cast["commune"])
    with pytest.raises(NotAllowed):
        autosave_draft(dossier=dossier, achievement="Khác", award_citation="", actor=cast["outsider"])

    dossier.refresh_from_db()
    assert dossier.achievement == "Đang gõ"
    assert AuditEntry.objects.count() == count


@pytest.mark.parametrize("verb", ["return", "not select", "withdraw"])
def test_reason_is_asked_for(cast: Cast, verb: str) -> None:
    dossier = _at_district(cast)
    services = {"return": return_to_commune, "not select": not_select, "withdraw": withdraw_dossier}

    with pytest.raises(InvalidRequest, match="reason"):
        services[verb](dossier=dossier, reason="  ", actor=cast["district"])

    dossier.refresh_from_db()
    assert dossier.status == Status.FILED_TO_DISTRICT
