"""Words by which offices say what a cell stands for, folded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.spreadsheets.cells import read_word
from registry.enums import IndividualRole, PolicyLoan, PovertyStatus, Registration

# Words of offices for each standing, folded; "hộ" in front is dropped before looking.
STATUS_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("ngheo", "hn", "tai ngheo", "ngheo phat sinh", "poor"), PovertyStatus.POOR),
    **dict.fromkeys(
        ("can ngheo", "hcn", "cn", "tai can ngheo", "can ngheo phat sinh", "near poor"),
        PovertyStatus.NEAR_POOR,
    ),
    **dict.fromkeys(
        (
            *("moi thoat ngheo", "thoat ngheo", "mtn", "htn", "moi thoat can ngheo", "thoat can ngheo"),
            *("newly escaped", "newly escaped from poverty"),
        ),
        PovertyStatus.NEWLY_ESCAPED,
    ),
    **dict.fromkeys(
        ("trung binh", "tb", "co muc song trung binh", "muc song trung binh", "average"),
        PovertyStatus.AVERAGE,
    ),
    **dict.fromkeys(("kha", "kha gia", "kha giau", "muc song kha", "well off"), PovertyStatus.WELL_OFF),
}
REGISTRATION_WORDS = {
    **dict.fromkeys(("co", "x", "da dang ky", "dang ky", "registered", "yes"), Registration.REGISTERED),
    **dict.fromkeys(
        ("khong", "khong dang ky", "chua dang ky", "chua", "never", "never registered", "no"),
        Registration.NEVER,
    ),
}
LOAN_WORDS = {
    **dict.fromkeys(("khong vay", "khong", "khong co", "none", "no loan"), PolicyLoan.NONE),
    **dict.fromkeys(("tot", "dung han", "tra tot", "good", "in good standing"), PolicyLoan.GOOD),
    **dict.fromkeys(
        ("xau", "qua han", "no qua han", "no xau", "bad", "in bad standing", "khong tot"), PolicyLoan.BAD
    ),
}
CAPACITY_WORDS = {
    **dict.fromkeys(("can bo", "cadre"), IndividualRole.CADRE),
    **dict.fromkeys(("cong chuc", "civil servant"), IndividualRole.CIVIL_SERVANT),
    **dict.fromkeys(("vien chuc", "public employee"), IndividualRole.PUBLIC_EMPLOYEE),
    **dict.fromkeys(
        (
            *("nguoi lam cong tac giam ngheo", "lam cong tac giam ngheo", "can bo giam ngheo"),
            *("works on poverty reduction",),
        ),
        IndividualRole.ANTI_POVERTY_WORKER,
    ),
    **dict.fromkeys(("khac", "nguoi khac", "another person"), IndividualRole.OTHER),
}
YES_NO_WORDS = {
    **dict.fromkeys(("co", "x", "yes", "dung", "1"), True),
    **dict.fromkeys(("khong", "no", "0", "k"), False),
}
SEX_WORDS = {**dict.fromkeys(("nu", "f", "female"), True), **dict.fromkeys(("nam", "m", "male"), False)}


def read_status(value: Any) -> str | None:
    """A household's standing in the words of offices: ``Hộ nghèo``, ``CN``, ``mới thoát nghèo``, ``khá``."""
    found = read_word(value, STATUS_WORDS, "status_unknown", PovertyStatus)
    return None if found is None else str(found)
