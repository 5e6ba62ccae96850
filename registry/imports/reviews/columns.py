"""What a column of a review table holds, by the words of its header from top to bottom."""

from __future__ import annotations

import re

from core.text import fold

_MINORITY = re.compile(r"\b(?:dtts|dan toc thieu so|dan toc)\b")
_PERSONS = re.compile(r"\b(?:khau|nhan khau|nguoi)\b")
_RATE = re.compile(r"\bt[yi] le\b|%")
_UNIT = re.compile(r"\b(?:don vi|dia ban|dia phuong|xa phuong thi tran|ten xa)\b")
_VILLAGE_WORD = r"(?:thon|khu pho|to dan pho|ap|khom|buon|ban|lang|xom)"
_VILLAGE = re.compile(rf"^(?:ten )?{_VILLAGE_WORD}(?: {_VILLAGE_WORD})*$")
_COMMUNE = re.compile(r"^(?:ten )?xa$")
_DISTRICT = re.compile(r"^(?:ten )?(?:huyen|cap huyen|huyen thi xa thanh pho)$")
_CODE = re.compile(r"^(?:ma(?: so| dvhc| don vi| xa| gso| tctk)*|dvhc)\b")
_HOUSEHOLDS = re.compile(r"\b(?:tong so ho|so ho dan|tong ho|ho dan cu)\b")
_LACK = re.compile(r"\bthieu hut\b|\bdich vu xa hoi co ban\b")
_CAUSE = re.compile(r"\bnguyen nhan\b")
_OF_WHICH = re.compile(r"\btrong do\b")
# A comparison with another year is no figure of this one. "Giảm nghèo" is the programme's name.
_COMPARED = re.compile(r"\b(?:tang|giam)\b(?! ngheo)|\bso voi\b")
# "Chuẩn nghèo mới" is the new standard and no new household.
_FLOWS = {
    "exits": re.compile(r"\bthoat\b|\bra khoi\b"),
    "relapses": re.compile(r"\btai (?:can )?ngheo\b|(?:^|\bho )tai$"),
    "new": re.compile(r"\bphat sinh\b|(?<!chuan )\bngheo moi\b"),
    "start": re.compile(r"\bdau (?:nam|ky)\b"),
}
_AT_END = re.compile(r"\bcuoi (?:nam|ky)\b")
_SERVICES = {
    "jobs": re.compile(r"\bviec lam\b"),
    "health": re.compile(r"\by te\b"),
    "education": re.compile(r"\bgiao duc\b"),
    "housing": re.compile(r"\bnha o\b"),
    "water": re.compile(r"\bnuoc\b.*\b(?:ve sinh|vs)\b|^nuoc (?:sach|sinh hoat)$"),
    "information": re.compile(r"\bthong tin\b"),
}
# The twelve indicators below the six services: a household may lack two of one service, so they do not add up.
_INDICATOR = re.compile(
    r"\bphu thuoc\b|\bdinh duong\b|\bbao hiem\b|\bbhyt\b|\btrinh do\b|\bdi hoc\b|\bchat luong nha\b"
    r"|\bdien tich\b|\bnha tieu\b|\bnguon nuoc\b|\bvien thong\b|\bphuong tien\b"
)


def names_unit(label: str) -> bool:
    """Whether the words head the column of the units' names."""
    words = fold(label)
    return bool(_UNIT.search(words) or _VILLAGE.search(words))


def column_meaning(label: str) -> str | None:
    """What a column holds by its words, or None for a column that a review does not need."""
    words = fold(label.replace("%", " ty le "))
    parts = [part for part in (fold(one.replace("%", " ty le ")) for one in label.split(" / ")) if part]
    if not parts or _CAUSE.search(words):
        return None
    if _LACK.search(words):
        return _lack_meaning(parts, words)
    if _PERSONS.search(words):
        return None
    moving = [part for part in parts if _flows(part)]
    if moving and (_flows(parts[-1]) or (len(_flows(moving[-1])) == 1 and not _AT_END.search(parts[-1]))):
        return _flow_meaning(parts, words)
    if _COMPARED.search(parts[-1]):
        return None
    # A heading over several movements says nothing about a column of standing figures below it.
    words = " ".join(part for part in parts if not _flows(part)) if moving else words
    near, poor = "can ngheo" in words, _is_poor(words)
    if near or poor or _RATE.search(words):
        return _poverty_meaning(words, poor=poor, near=near)
    return _count_meaning(words) or _place_meaning(words)


def _flows(part: str) -> list[str]:
    return [name for name, flow in _FLOWS.items() if flow.search(part)]


def _poverty_meaning(words: str, *, poor: bool, near: bool) -> str | None:
    if _RATE.search(words):
        return _rate_meaning(words, poor=poor, near=near)
    if poor and near:
        return None
    name = "near_poor" if near else "poor"
    return f"{name}_minority" if _MINORITY.search(words) else name


def _count_meaning(words: str) -> str | None:
    if _HOUSEHOLDS.search(words):
        return "minority_households" if _MINORITY.search(words) else "households"
    return "minority_households" if _MINORITY.search(words) and re.search(r"\bho\b", words) else None


def _place_meaning(words: str) -> str | None:
    if words in {"stt", "tt", "so tt", "so thu tu"}:
        return "ordinal"
    for name, pattern in (
        ("code", _CODE),
        ("district", _DISTRICT),
        ("village", _VILLAGE),
        ("commune", _COMMUNE),
    ):
        if pattern.search(words):
            return name
    return "unit" if _UNIT.search(words) and "tinh" not in words.split()[-1:] else None


def _is_poor(words: str) -> bool:
    return bool(re.search(r"\bngheo\b", words.replace("can ngheo", "")))


def _rate_meaning(words: str, *, poor: bool, near: bool) -> str | None:
    if _MINORITY.search(words):
        return None
    if "da chieu" in words or (poor and near):
        return "poverty_rate"
    if near:
        return "near_poor_rate"
    return "poor_rate" if poor else None


def _flow_meaning(parts: list[str], words: str) -> str | None:
    """A movement and whose it is: the words nearest to it decide, from itself upwards.

    A column that only counts a share of the movement, or two movements at once, has no meaning here.
    """
    at = max(index for index, part in enumerate(parts) if _flows(part))
    flows, below = _flows(parts[at]), parts[at:]
    if len(flows) != 1 or _RATE.search(words) or _MINORITY.search(words):
        return None
    subject = _subject(parts[at::-1])
    if subject is None or any(_OF_WHICH.search(part) or _subjects(part) - {subject} for part in below):
        return None
    # "Thoát nghèo" under a heading of near-poor households may mean either.
    if subject == "poor" and at and _subject(parts[at - 1 :: -1]) == "near_poor":
        return None
    return f"{subject}_{flows[0]}"


def _subject(parts: list[str]) -> str | None:
    """Poor or near-poor households, as the first of the parts that names any says; None when it names both."""
    for part in parts:
        subjects = _subjects(part)
        if subjects:
            return subjects.pop() if len(subjects) == 1 else None
    return None


def _subjects(part: str) -> set[str]:
    return {name for name, named in (("near_poor", "can ngheo" in part), ("poor", _is_poor(part))) if named}


def _lack_meaning(parts: list[str], words: str) -> str | None:
    """Households that lack a service, of the poor, of the near-poor or of both together."""
    if _RATE.search(words) or _MINORITY.search(words) or _OF_WHICH.search(parts[-1]):
        return None
    if any(_INDICATOR.search(part) for part in parts):
        return "lack_indicator"
    services = [name for name, pattern in _SERVICES.items() if pattern.search(parts[-1])]
    if len(services) != 1:
        return None
    subjects = _subjects(" ".join(parts).replace("ngheo da chieu", ""))
    whose = f"{subjects.pop()}_" if len(subjects) == 1 else ""
    return f"{whose}lacking_{services[0]}"
