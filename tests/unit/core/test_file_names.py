"""Names of files are shown and saved as people mean them, and end in what the file is."""

import pytest
from django.core.files.base import ContentFile

from core.file_names import name_for, plain_name
from core.files import PDF, PNG, SUFFIXES, store_bytes

PLAIN = {
    "Báo cáo thành tích.pdf": "Báo cáo thành tích.pdf",
    "../../etc/passwd": "passwd",
    "C:\\Users\\an\\bao-cao.pdf": "bao-cao.pdf",
    "bao-cao\u202efdp.exe": "bao-caofdp.exe",
    "bao\u200b-cao\ufeff.pdf": "bao-cao.pdf",
    "bao\ncao\t2025.pdf": "baocao2025.pdf",
    "con.pdf": "tep-con.pdf",
    "COM¹.bao-cao.pdf": "tep-COM¹.bao-cao.pdf",
    "Con đường.pdf": "Con đường.pdf",
    "bao-cao.pdf. . .": "bao-cao.pdf",
    ".bashrc": "bashrc",
    'a<b>:"c|?*.pdf': "a-b---c---.pdf",
    "bao\u00a0cao.pdf": "bao cao.pdf",
    "\u202e": "tep",
    "..": "tep",
    "": "tep",
}


@pytest.mark.parametrize("given", PLAIN)
def test_what_nobody_sees_or_no_machine_saves_goes(given: str) -> None:
    assert plain_name(given) == PLAIN[given]


def test_a_very_long_name_keeps_its_ending_and_fits_every_disk() -> None:
    name = plain_name("ấ" * 400 + ".pdf")

    assert name.endswith("ấ.pdf")
    assert len(name.encode()) <= 180


ENDINGS = {
    ("bao-cao.pdf", PDF): "bao-cao.pdf",
    ("bao-cao.PDF", PDF): "bao-cao.PDF",
    ("bao-cao.exe", PDF): "bao-cao.pdf",
    ("bao-cao.pdf.exe", PDF): "bao-cao.pdf.pdf",
    ("bao-cao.html", PNG): "bao-cao.png",
    ("12.BC-UBND", PDF): "12.BC-UBND.pdf",
    ("lần 1.2", PDF): "lần 1.2.pdf",
    ("bao-cao", PDF): "bao-cao.pdf",
    ("anh.jpeg", "image/jpeg"): "anh.jpeg",
    (".exe", PDF): "exe.pdf",
}


@pytest.mark.parametrize("case", ENDINGS)
def test_the_ending_follows_what_the_file_is(case: tuple[str, str]) -> None:
    given, kind = case

    assert name_for(given, SUFFIXES[kind]) == ENDINGS[case]


@pytest.mark.django_db
def test_the_plain_name_is_kept() -> None:
    content = ContentFile(b"x").read()

    stored = store_bytes(content=content, name="a/b\u202ecao.pdf", content_type=PDF, actor=None)

    assert stored.original_name == "bcao.pdf"
