"""What the letter that asks an award back says."""

from typing import Any

from nominations.models import PriorAward
from reports.documents.imprint import Imprint
from reports.documents.revoking import revocation_of


def context_of(award: PriorAward, imprint: Imprint) -> dict[str, Any]:
    """Everything that the letter prints."""
    said = revocation_of(award, imprint)
    return {
        "title": f"Tờ trình đề nghị hủy bỏ Quyết định số {award.decision_number}",
        **said,
        "addressees": [said["giver"]],
        "recipients": ["Bộ Nội vụ (Ban Thi đua - Khen thưởng Trung ương)", "Ban Thi đua - Khen thưởng tỉnh"],
    }
