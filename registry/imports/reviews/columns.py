"""What a column of a review table holds, by the words of its header from top to bottom."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.text import fold
from registry.imports.reviews.resource import ReviewFileResource

# How offices shorten the words of these headings: the ministry's forms spell them out, tables of districts do not.
_SHORT = {
    "hn": "ho ngheo",
    "hcn": "ho can ngheo",
    "cn": "can ngheo",
    "nk": "nhan khau",
    "ts": "tong so",
    "tl": "ty le",
    "sl": "so luong",
}
_SHORTENED = re.compile(rf"\b(?:{'|'.join(_SHORT)})\b")
_MINORITY = re.compile(r"\b(?:dtts|dan toc thieu so|dan toc)\b(?! kinh\b)")
_PERSONS = re.compile(r"\b(?:khau|nhan khau|nguoi)\b")
_RATE = re.compile(r"\bt[yi] le\b")
_RATES = frozenset({"poor_rate", "near_poor_rate", "poverty_rate"})
# Households of farmers with an average standard of living: a third group of the result form, which is not poor.
_AVERAGE = re.compile(r"\bmuc song\b|\bmstb\b|\bnong lam\b")
# A share of the households by who heads them or what they live on.
_SHARE = re.compile(
    r"\bnu\b|\bnam gioi\b|\bco cong\b|\bbao tro\b|\btro cap\b|\bkhuyet tat\b|\btre em\b|\bcao tuoi\b"
    r"|\bdon than\b|\blao dong\b|\bdan toc kinh\b"
)
_COMMUNE_WORD = r"(?:xa|phuong|thi tran|tt|dac khu|x|p)"
_DISTRICT_WORD = r"(?:huyen|thi xa|thanh pho|quan|tx|tp)"
_VILLAGE_WORD = r"(?:thon|khu pho|kp|to dan pho|tdp|to|ap|khom|buon|ban|lang|xom)"
_UNIT = re.compile(
    r"\b(?:don vi|dia ban|dia phuong)\b"
    rf"|^(?:ten )?(?:{_DISTRICT_WORD} )*{_COMMUNE_WORD}(?: {_COMMUNE_WORD}| {_DISTRICT_WORD})+$"
    rf"|^(?:ten )?(?:{_DISTRICT_WORD} )+{_COMMUNE_WORD}$|\bten xa\b|\bxa phuong thi tran\b"
)
_VILLAGE = re.compile(rf"^(?:ten )?{_VILLAGE_WORD}(?: {_VILLAGE_WORD})*$")
_COMMUNE = re.compile(r"^(?:ten )?(?:cap )?(?:xa|phuong)$")
_DISTRICT = re.compile(rf"^(?:ten )?(?:cap )?{_DISTRICT_WORD}(?: {_DISTRICT_WORD})*$")
_ORDINALS = frozenset({"stt", "tt", "so tt", "so thu tu"})
_CODE = re.compile(r"^(?:ma(?: so| dvhc| don vi| xa| gso| tctk)*|dvhc)\b")
# Says of each row whether it counts households or persons.
_COUNTED = frozenset({"phan to", "don vi tinh", "dvt", "chi tieu"})
_HOUSEHOLDS = re.compile(r"\b(?:tong so ho|so ho dan|tong ho|ho dan(?! toc))\b")
_LACK = re.compile(r"\bthieu hut\b|\bdich vu xa hoi co ban\b")
_CAUSE = re.compile(r"\bnguyen nhan\b")
_OF_WHICH = re.compile(r"\btrong do\b")
# A comparison with another year is no figure of this one. "Giảm nghèo" is the programme's name.
_COMPARED = re.compile(r"\b(?:tang|giam)\b(?! ngheo)|\bso voi\b")
_YEAR = re.compile(r"\bnam (20[0-9]{2})\b")
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
_NEUTRAL_WORD = (
    r"(?:tong so|tong cong|tong|cong|so luong|so|ho|chung|cuoi nam|cuoi ky|nam 20[0-9]{2}|trong do|la"
    r"|dtts|dan toc thieu so|dan toc|ngheo|can ngheo|dan cu)"
)
_NEUTRAL = re.compile(rf"{_NEUTRAL_WORD}(?: {_NEUTRAL_WORD})*")


@dataclass(frozen=True, slots=True)
class Setting:
    """What the lines above a table say of all its columns: its year, whose households it counts, that it is of lacks.

    `about` is ``poor`` or ``near_poor`` in a table of the one alone, else empty.
    """

    year: int | None = None
    about: str = ""
    is_of_lacks: bool = False


_NOWHERE = Setting()


def names_unit(label: str) -> bool:
    """Whether the words head a column of units' names."""
    return _place_meaning(_folded(label)) in {"unit", "village", "commune", "district"}


def column_meaning(label: str, setting: Setting = _NOWHERE) -> str | None:
    """What a column holds by its words, or None for a column that a review does not need."""
    parts = [part for part in map(_folded, label.split(" / ")) if part]
    words = " ".join(parts)
    years = {int(year) for year in _YEAR.findall(words)}
    meaning = known_heading(label) or _meaning(parts, words, setting)
    if meaning is None or not years or setting.year is None or setting.year in years:
        return meaning
    # Last year's end is this year's start; other years' figures are no figures of this one.
    return f"{meaning}_start" if years == {setting.year - 1} and meaning in {"poor", "near_poor"} else None


def known_heading(label: str) -> str | None:
    """The column whose own heading this is, as templates and exports write it.

    Signs do not count where words are looked up, but a percent sign does: “Hộ nghèo (%)” counts no households.
    """
    meaning = ReviewFileResource.meanings().find(label)
    return None if "%" in label and meaning not in _RATES else meaning


def is_plain(label: str) -> bool:
    """Whether the words below whose households they are add nothing: “Hộ nghèo / Tổng số”, no share of them."""
    parts = [part for part in map(_folded, label.split(" / ")) if part]
    whose = [at for at, part in enumerate(parts) if _subjects(part) or _HOUSEHOLDS.search(part)]
    below = parts[whose[-1] + 1 :] if whose else parts
    return "da chieu" not in " ".join(parts) and all(_NEUTRAL.fullmatch(part) for part in below)


def _folded(label: str) -> str:
    words = fold(label.replace("%", " ty le "))
    return _SHORTENED.sub(lambda found: _SHORT[found[0]], words)


def _meaning(parts: list[str], words: str, setting: Setting) -> str | None:
    if not parts or _CAUSE.search(words) or _AVERAGE.search(words):
        return None
    if _LACK.search(words) or (setting.is_of_lacks and _lacks(parts)):
        return _lack_meaning(parts, words, setting.about)
    if _PERSONS.search(words):
        return None
    moving = [part for part in parts if _flows(part)]
    if moving and (_flows(parts[-1]) or (len(_flows(moving[-1])) == 1 and not _AT_END.search(parts[-1]))):
        return _flow_meaning(parts, words, setting.about)
    if _COMPARED.search(parts[-1]) or _SHARE.search(words) or _is_share(parts):
        return None
    # A heading over several movements says nothing about a column of standing figures below it.
    words = " ".join(part for part in parts if not _flows(part)) if moving else words
    near, poor = "can ngheo" in words, _is_poor(words)
    if near or poor or _RATE.search(words):
        return _poverty_meaning(words, poor=poor, near=near)
    if setting.about and _AT_END.search(parts[-1]) and not _MINORITY.search(words):
        return setting.about
    return _count_meaning(words) or _place_meaning(words)


def _is_share(parts: list[str]) -> bool:
    """Whether the last words count some of the households named above them, other than ethnic minorities."""
    whose = [at for at, part in enumerate(parts) if _subjects(part) or _HOUSEHOLDS.search(part)]
    if not whose:
        return False
    below = parts[whose[-1] + 1 :]
    named = parts[whose[-1]]
    if len(whose) > 1 and _subjects(named) & _subjects(parts[whose[-2]]):
        below = [named, *below]
    return any(_OF_WHICH.search(part) for part in below) and not _MINORITY.search(" ".join(below))


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
    if words in _ORDINALS:
        return "ordinal"
    if words in _COUNTED:
        return "counted"
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


def _flow_meaning(parts: list[str], words: str, about: str) -> str | None:
    """A movement and whose it is: the words nearest to it decide, from itself upwards.

    A column that only counts a share of the movement, or two movements at once, has no meaning here.
    """
    at = max(index for index, part in enumerate(parts) if _flows(part))
    flows, below = _flows(parts[at]), parts[at:]
    if len(flows) != 1 or _RATE.search(words) or _MINORITY.search(words) or _SHARE.search(words):
        return None
    subject = _subject(parts[at::-1]) or (None if any(map(_subjects, parts)) else about or None)
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


def _lack_meaning(parts: list[str], words: str, about: str) -> str | None:
    """Households that lack a service, of the poor, of the near-poor or of both together."""
    if _RATE.search(words) or _MINORITY.search(words) or _OF_WHICH.search(parts[-1]):
        return None
    if any(_INDICATOR.search(part) for part in parts):
        return "lack_indicator"
    services = _services(parts[-1])
    if len(services) != 1:
        return None
    subjects = _subjects(" ".join(parts).replace("ngheo da chieu", ""))
    whose = (subjects.pop() if len(subjects) == 1 else "") if subjects else about
    return f"{whose}_lacking_{services[0]}" if whose else f"lacking_{services[0]}"


def _lacks(parts: list[str]) -> bool:
    """Whether the words name a service or one of its indicators, as in a table whose title says that it is of lacks."""
    return bool(_services(parts[-1])) or any(_INDICATOR.search(part) for part in parts)


def _services(part: str) -> list[str]:
    return [name for name, pattern in _SERVICES.items() if pattern.search(part)]
