"""Names of people as offices write them: cleaned, with what was taken off and why, or asked about.

A cell says more than a name: a list number, "Hộ ông", "(đã mất)", a wife on a second line. `clean_name` keeps the
name and turns the rest into notes for the preview; what it cannot take for a name it names as a problem, and the
caller finds the words. It never raises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from core.text import fold, nfc, one_apostrophe, without_invisible

NAME_LIMIT = 120
_WORD_LIMIT = 40
_CELL_LIMIT = 2000
_SHOWN = 60


class Cleaning(StrEnum):
    """What was done to a name, or seen beside it."""

    RECOMPOSED = "recomposed"  # letters and marks that stood apart were joined
    INVISIBLE = "invisible"  # marks that nobody sees went, or became the space they stood for
    SPACES = "spaces"
    APOSTROPHE = "apostrophe"  # one sign for all, and one way of spacing it
    D_STROKE = "d_stroke"  # Ð of the Icelandic alphabet became Đ
    LIST_NUMBER = "list_number"
    TITLE = "title"
    TITLE_KEPT = "title_kept"  # looks like a title, but too little would remain: nothing was cut
    REMARK = "remark"
    SECOND_PERSON = "second_person"
    STRAY_SIGNS = "stray_signs"  # commas, quotes, stars around the name
    CASE_PROPOSED = "case_proposed"  # typed in capitals or small letters only: the title case is a proposal


class NameProblem(StrEnum):
    """Why a text is no name; the caller words it."""

    EMPTY = "empty"
    PLACEHOLDER = "placeholder"  # "-", "x", "chưa có"
    NO_NAME = "no_name"  # only a title, a list number or a remark
    TOO_SHORT = "too_short"  # one consonant
    TOO_LONG = "too_long"
    NUMBER = "number"
    DIGITS = "digits"
    FORMULA = "formula"
    ERROR_CELL = "error_cell"
    CONTROL = "control"
    SIGNS = "signs"
    OTHER_LETTERS = "other_letters"
    RELATIVE = "relative"  # "Vợ ông Lê Văn Tám": whose relative somebody is, and not who


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that was cleaned; `text` is what was taken off, where that says something."""

    code: Cleaning
    text: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is no name: `shown` may stand in a sentence, `length` counts the characters of the cell."""

    code: NameProblem
    shown: str = ""
    length: int = 0


@dataclass(frozen=True, slots=True)
class CleanedName:
    """A name with its notes; empty where there is a problem."""

    name: str
    notes: tuple[Note, ...] = ()
    problem: Problem | None = None

    @property
    def is_proposed(self) -> bool:
        """Whether a person should look at the spelling, because the file does not tell capitals."""
        return any(note.code is Cleaning.CASE_PROPOSED for note in self.notes)


_SMALL = "a-zàảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ"
_CAPITAL = "A-ZÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬĐÈẺẼÉẸÊỀỂỄẾỆÌỈĨÍỊÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢÙỦŨÚỤƯỪỬỮỨỰỲỶỸÝỴ"
_PLAIN = re.compile(rf"(?:K' )?[{_CAPITAL}][{_SMALL}]*(?: [{_CAPITAL}][{_SMALL}]*){{0,7}}")
_PLAIN_CAPITALS = re.compile(rf"[{_CAPITAL}]+(?: [{_CAPITAL}]+){{1,7}}")
# A plain name that begins with one of these may bear a title.
_FIRST_OF_TITLES = frozenset(
    (
        *("Ông", "Bà", "Anh", "Chị", "Cụ", "Cô", "Chú", "Bác", "Hộ", "Gia", "Chủ", "Họ", "Đồng"),
        *("Vợ", "Chồng", "Con", "Cháu", "Mẹ", "Cha", "Bố", "Em"),
        *("Thạc", "Tiến", "Kỹ", "Kĩ", "Giáo", "Phó", "Cử", "Luật", "Dược", "Già", "Y"),
        *("Ts", "Ths", "Gs", "Pgs", "Bs", "Ks", "Ds", "Ls", "Cn"),
    )
)

_LINE_ENDS = re.compile("_x000D_\n?|\r\n?|[\x0b\x0c\x85\u2028\u2029]", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff\ud800-\udfff]")
_FORMULA = re.compile(
    r"\s*(?:'\s*)?(?:[=@]|[+\-]\s*[\d(=]|[+\-][A-Za-z]+[\d(|!])|\w+\([^)]*[\"“]", re.IGNORECASE
)
_ERROR_CELL = re.compile(r"\s*#(?:N/A|REF!|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!)\s*", re.IGNORECASE)
_D_STROKE = re.compile(r"(?<![^\W\d_])[ÐƉðɖ]")
_D_STROKES = str.maketrans("ÐƉðɖ", "ĐĐđđ")
_HYPHENS = str.maketrans("\u2010\u2011", "--")
_LIST_NUMBER = re.compile(
    r"\s*(?:[(\[]?\d{1,4}(?:\.\d{1,3})*(?:\s*[.)\]/:,\-–—]+|(?=\s))|[a-zđ]\)|[-–—+*·](?=\s)|[•●▪◦])\s*(?=[^\W\d_])"
)
_TITLES = re.compile(
    r"(?:(?P<house>hộ\s+gia\s+đình|gia\s+đình|chủ\s+hộ|họ\s+và\s+tên|họ\s+tên|hộ|hgđ|gđ)(?P<after_house>\s*[:.]\s*|\s+))?"
    r"(?:(?P<person>ông\s*(?:/|\(|và|,|&)?\s*bà\)?|đồng\s+chí|đ/c|ông|bà|anh|chị|cụ|cô|chú|bác|vợ(?=\s*:)|chồng(?=\s*:))"
    r"(?P<after_person>\s*[:.]\s*|\s+))?(?=[^\W\d_'])",
    re.IGNORECASE,
)
# Degrees and callings. Those of consonants alone are nobody's name, with a full stop or without.
_CALLING = re.compile(
    r"(?:(?:(?:pgs|gs|ts|th\.?s|bs|ks|ds|ls|cn|ck\s?i{1,2})(?:\s*[.,/]\s*|\s+|(?=\Z)))+"
    r"|(?:thạc|tiến|bác|dược|y)\s+s[iĩyỹ]\s+|k[iĩyỹ]\s+sư\s+|(?:phó\s+)?giáo\s+sư\s+|(?:luật\s+sư|cử\s+nhân|già\s+làng)\s+"
    r"|(?P<honour>(?:bà\s+)?mẹ\s+(?:việt\s+nam\s+anh\s+hùng|vnah)\s*[:,]?\s+))(?=[^\W\d_])",
    re.IGNORECASE,
)
# Whose wife or child somebody is does not say who it is.
_RELATIVE = re.compile(
    r"(?:(?:vợ|chồng)\s+|(?:con|cháu|mẹ|cha|em)\s+(?:trai\s+|gái\s+)?(?:của|ông|bà|anh|chị|cụ|cô|chú|bác|hộ)\s+)[^\W\d_]",
    re.IGNORECASE,
)
_TITLED_PERSON = re.compile(r"(?:ông|bà|anh|chị|cụ)\s+[^\W\d_]", re.IGNORECASE)
# "Ông" is also a family name, and "Anh" a name like any other; the other titles are nobody's name.
_ALSO_NAMES = frozenset(("ông", "anh"))
# Names of families among the province's peoples; before "Thị" or "Văn" they are no titles.
_ALSO_FAMILY = frozenset(("bác", "chú", "cô"))
_PARENTHESES = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]|[(\[{]([^()\[\]{}]*)\Z")
# Lê Văn Tám "Tám Lùn": what people call him.
_NICKNAME = re.compile(r"(?<=[^\W\d_]{2})\s+(?:''|[\"“”„'«])([^\"“”'«»]{2,40})(?:''|[\"“”'»])\s*\Z")
_RELATION = re.compile(r"(?:vợ|chồng|mẹ|cha)\b|(?:con|cháu|bố|ông|bà|em|chị|anh)\s*(?:là|:)", re.IGNORECASE)
_BESIDE = re.compile(
    r"\s*[;/&|]\s*|\s*,\s*|\s[-–—+]\s+|\s+(?:và|cùng|với)\s+|\s+(?=(?:vợ|chồng|mẹ|cha)\s*:)|\s+(?=(?:vợ|chồng)\s)",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:và|cùng|với)\s*", re.IGNORECASE)
_STRAY = " \t\n.,;:*_'\"“”„«»<>|~^!?+-–—…·•"
_K_NAME = re.compile(r"(?<![^\W_])([Kk])\s*'\s*(?=[^\W\d_])")
# “K. Brêl”: a full stop where the apostrophe is meant.
_K_STOP = re.compile(r"\A([Kk])\s*\.\s*(?=[^\W\d_])")
# “K'' Brêl”, “K" Brêl”: two apostrophes, or a sign for inches, where one is meant.
_TWICE = re.compile(
    r"(?<=[^\W\d_])'(?:\s?')+|(?<![^\W_])(?<!['\"])(?P<letter>[^\W\d_])\s?(?:'(?:\s?')+|[\"“”„‟″＂]+)(?=\s*[^\W\d_])"
)
_OTHER_APOSTROPHE = re.compile(r"(?<=[^\W\d_])\s*'\s*(?=[^\W\d_])")
_LATIN = re.compile("[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff\u0300-\u036f '.-]+")
_LETTERS = re.compile("[^\\W\\d_](?:[^\\W\\d_]|[\u0300-\u036f])*")
# Marked letters that a font or a keyboard left small.
_HALF_CAPITALS = re.compile(rf"[{_CAPITAL}]{{2}}|[{_SMALL}][{_CAPITAL}]")
_ROMAN = re.compile("[IVX]{2,}")
_ROMAN_IN_CAPITALS = frozenset(("II", "III", "IV", "VII", "VIII"))  # "VI" and "XI" are names as well
_MIDDLE = frozenset(("văn", "thị"))
_PLACEHOLDERS = frozenset(
    (
        *("x", "xx", "xxx", "khong", "khong co", "chua co", "khong ro", "chua ro"),
        *("ko", "ko co", "ko ro", "null", "none", "n a"),
    )
)
_LONGEST_PLACEHOLDER = max(map(len, _PLACEHOLDERS))
# Enough to tell a title from the name "Ông": the usual family names, and those of the province's peoples.
_FAMILY_NAME_LIST = """
    an âu bá bạch bành báo bế bố bùi cam cao cát chu châu chế chung chử cồ cung cù cừ dư dương dụng
    doãn diệp đàm đàng đào đặng đạt đậu điền đinh đoàn đổ đỗ đồng đổng đường giang giáp hà hạ hán
    hàn hàng hầu hoa hoàng hồ hồng hứa huỳnh kha khổng khúc khương kiên kiều kim la lã lại lâm lê
    lều liêu liễu lò lô lộ lục lư lữ lương lượng lưu lý ma mã mạc mai mẫn mang mạnh mông não nghiêm
    ngô ngụy nguyễn nhan nhâm nhữ ninh nông ong phạm phan phí phó phú phùng phương quách quan quảng
    qua sầm sử tạ tăng tân thạch thái thân thang thanh thành thẩm thổ thông thuận tiền tiêu tiết tô
    tôn tông tống trà trần triệu trình trịnh trương trượng từ tưởng ức ung uông văn vạn vi viên võ
    vòng vũ vương xa xích yên
"""
_FAMILY_NAMES = frozenset(_FAMILY_NAME_LIST.split())


def clean_name(text: str | None) -> CleanedName:
    """What a cell or field with a person's name says. A plain name in title case costs some two microseconds."""
    if not isinstance(text, str):
        text = "" if text is None else str(text)
    if 1 < len(text) <= NAME_LIMIT and (len(text) > _LONGEST_PLACEHOLDER or fold(text) not in _PLACEHOLDERS):
        first = text.partition(" ")[0]
        if _PLAIN.fullmatch(text):
            if first not in _FIRST_OF_TITLES:
                return CleanedName(text)
        elif _PLAIN_CAPITALS.fullmatch(text) and first.title() not in _FIRST_OF_TITLES and " VÀ " not in text:
            return CleanedName(_in_title_case(text), (Note(Cleaning.CASE_PROPOSED, text),))
    return _Cleaner(text).cleaned()


class _Cleaner:
    """One name on its way; each step leaves a note of what it did."""

    def __init__(self, text: str) -> None:
        self._cell = text
        self._notes: list[Note] = []

    def cleaned(self) -> CleanedName:
        if len(self._cell) > _CELL_LIMIT:
            return self._problem(NameProblem.TOO_LONG, self._cell)
        text = _LINE_ENDS.sub("\n", self._cell)
        if _CONTROL.search(text):
            return self._problem(NameProblem.CONTROL, _CONTROL.sub("\ufffd", text))
        text = self._letters(text)
        if _ERROR_CELL.fullmatch(text):
            return self._problem(NameProblem.ERROR_CELL, text)
        if _FORMULA.match(text):
            return self._problem(NameProblem.FORMULA, text)
        if not text.strip():
            return self._problem(NameProblem.EMPTY, "")
        name = self._apostrophes(self._without_titles(self._without_list_number(text)))
        name = " ".join(name.split())
        problem = self._no_name(name)
        if problem is not None:
            return self._problem(problem, text)
        proposed = _in_title_case(name)
        if proposed != name:
            self._note(Cleaning.CASE_PROPOSED, name)
        return CleanedName(proposed, tuple(self._notes))

    def _note(self, code: Cleaning, text: str = "") -> None:
        self._notes.append(Note(code, " ".join(text.split())[:NAME_LIMIT]))

    def _problem(self, code: NameProblem, shown: str) -> CleanedName:
        return CleanedName(
            "", tuple(self._notes), Problem(code, " ".join(shown.split())[:_SHOWN], len(self._cell))
        )

    def _letters(self, text: str) -> str:
        """One form for letters, apostrophes and spaces."""
        for code, changed in (
            (Cleaning.RECOMPOSED, nfc),
            (Cleaning.INVISIBLE, without_invisible),
            (Cleaning.APOSTROPHE, _with_one_apostrophe),
            (
                Cleaning.D_STROKE,
                lambda seen: _D_STROKE.sub(lambda found: found[0].translate(_D_STROKES), seen),
            ),
        ):
            before, text = text, changed(text)
            if text != before:
                self._note(code)
        if "\n" not in text and text != " ".join(text.split()):
            self._note(Cleaning.SPACES)
        return text.translate(_HYPHENS)

    def _without_list_number(self, text: str) -> str:
        while found := _LIST_NUMBER.match(text):
            self._note(Cleaning.LIST_NUMBER, found[0])
            text = text[found.end() :]
        return text

    def _without_titles(self, text: str) -> str:
        """The name alone; what is beside it is noted, and a title that could be part of the name stays."""
        text = self._without_callings(text.lstrip())
        found = _TITLES.match(text)
        if found is None or not found[0]:
            return self._alone(text)
        alone = self._alone(text[found.end() :])
        kept = _kept_of_title(found, alone)
        cut = found[0][: len(found[0]) - len(kept)]
        if cut.strip():
            self._note(Cleaning.TITLE, cut)
        if kept and kept.strip() not in {"Anh", "ANH"}:
            self._note(Cleaning.TITLE_KEPT, kept)
        return f"{kept}{alone}"

    def _without_callings(self, text: str) -> str:
        while found := _CALLING.match(text):
            words = found[0].split()
            # "Cử Nhân Hòa" and "Y Sĩ Niê" are names; a calling is not written so.
            is_name = len(words) > 1 and words[1][:1].isupper() and not text.isupper()
            if is_name and found["honour"] is None:
                break
            self._note(Cleaning.TITLE, found[0])
            text = text[found.end() :]
        return text

    def _alone(self, text: str) -> str:
        """The first person's name without remarks, second persons and stray signs."""
        while found := _PARENTHESES.search(text):
            remark = (found[1] or found[2] or "").strip()
            if remark:
                second = _RELATION.match(remark) is not None
                self._note(Cleaning.SECOND_PERSON if second else Cleaning.REMARK, remark)
            text = f"{text[: found.start()]} {text[found.end() :]}"
        if nickname := _NICKNAME.search(text):
            self._note(Cleaning.REMARK, nickname[1])
            text = text[: nickname.start()]
        name = self._first_of_line(self._first_line(text))
        bare = name.strip(_STRAY)
        if bare != name.strip():
            self._note(Cleaning.STRAY_SIGNS)
        return bare

    def _first_line(self, text: str) -> str:
        """The first line, with those that only go on with it; a line about another person is noted."""
        lines = [" ".join(line.split()) for line in text.split("\n") if line.strip()]
        for number, line in enumerate(lines[1:], start=1):
            name = " ".join(lines[:number])
            second = _RELATION.match(line) is not None or _are_two_people(name, line)
            if second or (line[0].islower() and not name.islower()):
                self._note(Cleaning.SECOND_PERSON if second else Cleaning.REMARK, " ".join(lines[number:]))
                return name
        return " ".join(lines)

    def _first_of_line(self, line: str) -> str:
        for found in _BESIDE.finditer(line):
            name, beside = line[: found.start()].strip(), line[found.end() :].strip()
            if not name:
                continue
            if not beside:
                break
            is_titled = _AND.fullmatch(found[0]) and _TITLED_PERSON.match(beside)
            if is_titled or _RELATION.match(beside) or _are_two_people(name, beside):
                self._note(Cleaning.SECOND_PERSON, beside)
                return name
            if _AND.fullmatch(found[0]) and not beside[0].isdigit():
                continue
            words = len(name.split())
            if (beside[0].islower() and not name.islower()) or (words > 1 and len(beside.split()) < 2):
                self._note(Cleaning.REMARK, beside)
                return name
            if words > 1:
                self._note(Cleaning.REMARK if beside[0].isdigit() else Cleaning.SECOND_PERSON, beside)
                return name
        return line

    def _apostrophes(self, name: str) -> str:
        """K' stands apart from the name, as in "K' Brêl"; any other apostrophe joins, as in "H'Bia"."""
        spaced = _K_STOP.sub(r"\1'", name)
        spaced = _K_NAME.sub(lambda found: f"{found[1]}\0", spaced)
        spaced = _OTHER_APOSTROPHE.sub("'", spaced).replace("\0", "' ")
        if spaced != name and not any(note.code is Cleaning.APOSTROPHE for note in self._notes):
            self._note(Cleaning.APOSTROPHE)
        return spaced

    def _no_name(self, name: str) -> NameProblem | None:
        if fold(name) in _PLACEHOLDERS:
            return NameProblem.PLACEHOLDER
        if not any(map(str.isalpha, name)):
            return self._no_letters(name)
        if not _LATIN.fullmatch(name):
            return _foreign_to_names(name)
        if _is_title_only(name):
            return NameProblem.NO_NAME
        if _RELATIVE.match(name):
            return NameProblem.RELATIVE
        if len(name) > NAME_LIMIT or max(map(len, name.split())) > _WORD_LIMIT:
            return NameProblem.TOO_LONG
        if len(name) == 1 and fold(name) not in {"a", "e", "i", "o", "u", "y"}:
            return NameProblem.TOO_SHORT
        return None

    def _no_letters(self, name: str) -> NameProblem:
        if any(char.isnumeric() for char in name):
            return NameProblem.NUMBER
        beside = any(
            note.code in {Cleaning.REMARK, Cleaning.SECOND_PERSON, Cleaning.TITLE} for note in self._notes
        )
        return NameProblem.NO_NAME if beside else NameProblem.PLACEHOLDER


def _with_one_apostrophe(text: str) -> str:
    """The text with one sign for all apostrophes, and with one where two were typed for it."""
    return _TWICE.sub(lambda found: f"{found['letter'] or ''}'", one_apostrophe(text))


def _in_title_case(name: str) -> str:
    """The name with its capitals, proposed for words that were typed without telling them."""
    words = name.split(" ")
    if name == name.lower():
        proposed = [_title(word) for word in words]
    elif name == name.upper():
        numeral = words[-1] if len(words) > 2 and words[-1] in _ROMAN_IN_CAPITALS else ""
        proposed = [_title(word) for word in words[: len(words) - bool(numeral)]] + [numeral] * bool(numeral)
    else:
        proposed = [_title(word) if _is_shouted(word) else word for word in words]
    return nfc(" ".join(proposed))


def _is_shouted(word: str) -> bool:
    """Whether a word is in capitals, or slipped out of them: “VĂN”, “THị”, “NGuyễn”."""
    if word == word.upper():
        return not _ROMAN.fullmatch(word)
    return bool(_HALF_CAPITALS.search(word))


def _kept_of_title(found: re.Match[str], name: str) -> str:
    """What of a matched title belongs to the name: nothing, the title of the person, or all of it.

    "Ông" and "Anh" are names too. They are cut where a family name or three words follow, where they are written
    small before a capital, after "Hộ", or with a colon; "Anh Tuấn" and "Ông Ích Khiêm" stay whole. Other titles are
    cut when two words remain, and always after "Hộ". "Hộ" itself needs two words or a title after it.
    """
    words = name.split()
    house, person = found["house"], found["person"]
    with_colon = ":" in found[0]
    if person is None:
        alone = len(words) < 2 and not with_colon and " " not in house.strip()
        return found[0] if alone else ""
    written_small = person[0].islower() and name[:1].isupper()
    doubtful = person.lower() in _ALSO_NAMES
    if with_colon or (written_small and (house or len(words) > 1)) or (house and not doubtful):
        return ""
    own = found[0][len(house or "") + len(found["after_house"] or "") :]
    if "/" in person or " " in person:  # đ/c, đồng chí, ông bà
        # "Ông Bà Năm" are called so, and no more of their name is known.
        return own if len(words) < 2 and "bà" in person.lower() else ""
    if len(words) < 2:
        return "" if house and person.lower() == "ông" else own
    # Without a family name before it, “Bác Thị Lan” is called so.
    if words[0].lower() in _MIDDLE and person.lower() in _ALSO_FAMILY and not house:
        return own
    if not doubtful:
        return ""
    if words[0].lower() in _MIDDLE and not house:
        return own
    return "" if len(words) > 2 or house or _is_family_name(words[0]) else own


def _is_title_only(name: str) -> bool:
    found = _TITLES.match(f"{name} a")
    return found is not None and found.end() == len(name) + 1 and name.lower() != "anh"


def _is_family_name(word: str) -> bool:
    lowered = word.lower()
    return lowered in _FAMILY_NAMES or "'" in lowered or lowered in {"y", "k", "h"}


def _are_two_people(name: str, beside: str) -> bool:
    """Whether `beside` begins another person's name, and is not the rest of this one."""
    first, second = name.split(), beside.split()
    return (
        len(first) > 1
        and len(second) > 1
        and first[-1].lower() not in _MIDDLE
        and _is_family_name(second[0])
        and second[0][0].islower() == first[0][0].islower()
    )


def _foreign_to_names(name: str) -> NameProblem:
    """What in a text of letters keeps it from being a name."""
    if any(char.isnumeric() for char in name):
        return NameProblem.DIGITS
    if any(char.isalpha() and not _LATIN.fullmatch(char) for char in name):
        return NameProblem.OTHER_LETTERS
    return NameProblem.SIGNS


@lru_cache(maxsize=16384)
def _title(word: str) -> str:
    return _LETTERS.sub(lambda found: found[0][0].upper() + found[0][1:].lower(), word)
