"""One nomination through every room of the house, walked by the people whose work it is."""

import pytest
from django.conf import LazySettings
from playwright.sync_api import ViewportSize

from tests.e2e.conftest import SignIn
from tests.e2e.journey import appraisal, council, decision, filing
from tests.e2e.journey.scene import Scene, build_scene
from tests.e2e.journey.walk import Walk

STEPS = (
    filing.review_is_loaded,
    filing.commune_nominates_itself,
    filing.report_is_attached,
    filing.findings_are_read_and_filed,
    filing.district_files_its_set,
    appraisal.reviewer_receives,
    appraisal.supplement_is_asked_and_answered,
    appraisal.reviewer_finds_eligible,
    appraisal.reviewer_judges_an_individual,
    council.secretary_prepares,
    council.chair_opens_and_takes_the_roll,
    council.members_declare,
    council.members_vote,
    council.chair_closes_the_poll,
    council.second_item_and_conclusion,
    decision.notes_are_kept,
    decision.records_are_signed,
    decision.meeting_is_recounted,
    decision.reviewer_proposes,
    decision.lead_approves,
    decision.letter_is_issued,
    decision.standing_body_decides,
    decision.officer_sees_the_award,
    decision.auditor_reads_the_log,
    decision.next_check_finds_the_award,
)


@pytest.fixture
def scene(transactional_db: None, settings: LazySettings) -> Scene:
    """The demonstration's people in a register with four years of reviews."""
    settings.DEMO_PASSWORD = "a word for tests only"
    return build_scene()


@pytest.mark.whole_journey
def test_whole_journey(scene: Scene, sign_in: SignIn, viewport: ViewportSize) -> None:
    """From the review's upload to decision, documents and log; axe and width on each page state."""
    walk = Walk(scene, sign_in, viewport)
    for step in STEPS:
        step(walk)
