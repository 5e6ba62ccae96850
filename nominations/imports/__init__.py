"""Files about nominees: what a row says of whom, award histories, and lists of nominees that become drafts."""

from nominations.imports import rows
from nominations.imports.awards import OF_FILES, PROBLEMS, AwardImporter
from nominations.imports.dossiers import PROBLEMS as OF_NOMINATIONS
from nominations.imports.dossiers import NomineeImporter
from registry.imports.importer import register
from registry.imports.sentences import add_sentences


def install() -> None:
    """Offer award histories and lists of nominees at the import desk."""
    register(AwardImporter)
    register(NomineeImporter)
    add_sentences(
        problems={**PROBLEMS, **OF_NOMINATIONS, **rows.PROBLEMS},
        of_files=OF_FILES,
        findings=rows.FINDINGS,
        questions=rows.QUESTIONS,
        choices=rows.CHOICES,
    )
