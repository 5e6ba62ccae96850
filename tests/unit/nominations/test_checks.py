"""Findings as pages show them: in the plan's order, parts below their whole, without what does not concern."""

import pytest

from criteria.engine import Status as FindingStatus
from nominations.enums import Status
from nominations.selectors.checks import desk_findings, finding_rows, live_result
from tests.factories import Cast, dossier_at

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("award", ["province_certificate", "commendation"])
def test_parts_stand_below_their_whole_and_the_rest_is_left_out(cast: Cast, award: str) -> None:
    result = live_result(dossier_at(Status.DRAFT, cast, award=award))
    shown = [row.criterion for row in finding_rows(result)]

    nested = [
        finding.criterion
        for top in result.top_level
        for finding in (top, *result.parts_of(top))
        if finding.status is not FindingStatus.NOT_APPLICABLE
    ]
    assert shown == nested
    assert len(shown) > 1


def test_the_desk_shows_the_same_findings_as_the_dossiers_page(cast: Cast) -> None:
    dossier = dossier_at(Status.FILED_TO_DISTRICT, cast)
    result = live_result(dossier)

    assert [row.finding for row in desk_findings(dossier, result)] == [
        row.finding for row in finding_rows(result)
    ]
