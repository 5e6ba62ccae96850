"""What the councils ask of a dossier: onto the agenda, off it, and the vote's result."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from core.exceptions import InvalidRequest, NotAllowed, StaleState
from core.models import AuditEntry
from nominations.enums import Status
from nominations.models import Dossier, Evaluation
from nominations.selectors.checks import deciding_evaluation
from nominations.services.council_steps import put_on_agenda, record_recommendation, take_off_agenda
from tests.factories import Cast, dossier_at


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Refusals are compared word for word in the language of the code."""
    with translation.override("en"):
        yield


@pytest.fixture
def eligible(cast: Cast) -> Dossier:
    return dossier_at(Status.ELIGIBLE, cast)


def test_the_agenda_cites_the_deciding_evaluation(cast: Cast, eligible: Dossier) -> None:
    evaluation = put_on_agenda(dossier=eligible, actor=cast["reviewer"])

    assert evaluation == deciding_evaluation(eligible)
    assert Dossier.objects.get(pk=eligible.pk).status == Status.ON_AGENDA


def test_a_dossier_without_deciding_evaluation_stays_off_the_agenda(cast: Cast, eligible: Dossier) -> None:
    Evaluation.objects.filter(dossier=eligible).update(purpose="appraisal")

    with pytest.raises(InvalidRequest, match="no deciding evaluation"):
        put_on_agenda(dossier=eligible, actor=cast["reviewer"])

    assert Dossier.objects.get(pk=eligible.pk).status == Status.ELIGIBLE


def test_a_dossier_comes_back_from_the_agenda(cast: Cast, eligible: Dossier) -> None:
    put_on_agenda(dossier=eligible, actor=cast["reviewer"])

    take_off_agenda(dossier=eligible, actor=cast["reviewer"], note="Để phiên sau.")

    assert Dossier.objects.get(pk=eligible.pk).status == Status.ELIGIBLE
    assert eligible.changes.order_by("-pk")[0].note == "Để phiên sau."


@pytest.mark.parametrize("result", ["recommended", "not_recommended"])
def test_the_votes_result_reaches_the_dossier(cast: Cast, eligible: Dossier, result: str) -> None:
    put_on_agenda(dossier=eligible, actor=cast["reviewer"])
    seen = AuditEntry.objects.count()

    record_recommendation(dossier=eligible, result=result, actor=cast["reviewer"])

    assert Dossier.objects.get(pk=eligible.pk).status == result
    assert AuditEntry.objects.count() == seen + 1


def test_no_quorum_is_no_result(cast: Cast, eligible: Dossier) -> None:
    put_on_agenda(dossier=eligible, actor=cast["reviewer"])

    with pytest.raises(InvalidRequest, match="no result"):
        record_recommendation(dossier=eligible, result="no_quorum", actor=cast["reviewer"])


def test_a_dossier_is_put_on_one_agenda(cast: Cast, eligible: Dossier) -> None:
    behind = Dossier.objects.get(pk=eligible.pk)
    put_on_agenda(dossier=eligible, actor=cast["reviewer"])

    with pytest.raises(StaleState):
        put_on_agenda(dossier=behind, actor=cast["reviewer"])
    with pytest.raises(NotAllowed, match="On the council"):
        put_on_agenda(dossier=eligible, actor=cast["reviewer"])
