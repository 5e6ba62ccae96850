"""What a commit's message must be: one idea that fits a line, and a why."""

import pytest

from scripts.commit_message import faults

WHY = "\n\nThe list forgot villages without a code; seen with a file of Bắc Bình.\n"


@pytest.mark.parametrize(
    "message",
    [
        "Read villages without a code" + WHY,
        "Đ" * 72 + WHY,
        "Read villages without a code" + WHY + "\nCo-authored-by: An <an@example.vn>\n",
        "\n",
    ],
)
def test_a_subject_that_fits_with_a_why_passes(message: str) -> None:
    assert faults(message) == []


@pytest.mark.parametrize(
    ("message", "part"),
    [
        ("Đ" * 73 + WHY, "has 73 characters"),
        ("Read villages; word the refusal anew" + WHY, "joins two ideas"),
        ("Read villages\nwithout a code, which the list forgot.\n", "second line is not empty"),
        ("Read villages without a code\n", "no body"),
        ("Read villages without a code\n\n  \n", "no body"),
        ("Read villages without a code\n\nSigned-off-by: An <an@example.vn>\n", "no body"),
    ],
)
def test_each_fault_is_said(message: str, part: str) -> None:
    found = faults(message)

    assert len(found) == 1
    assert part in found[0]


def test_all_faults_are_said_at_once() -> None:
    assert len(faults("a; " * 30)) == 2 + 1
