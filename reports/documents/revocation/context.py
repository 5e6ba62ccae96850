"""What the draft of the revoking decision says."""

from typing import Any

from nominations.models import PriorAward
from reports.documents.imprint import Imprint
from reports.documents.revoking import revocation_of


def context_of(award: PriorAward, imprint: Imprint) -> dict[str, Any]:
    """Everything that the decision prints."""
    said = revocation_of(award, imprint)
    return {
        "title": f"Dự thảo Quyết định hủy bỏ Quyết định số {award.decision_number}",
        **said,
        "recipients": [
            f"Chủ tịch, các Phó Chủ tịch {said['office'].issuer}",
            "Ban Thi đua - Khen thưởng tỉnh",
        ],
    }
