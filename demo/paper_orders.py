"""Which papers each dossier and set needs, ordered as soon as the story knows them."""

from datetime import date
from typing import Any

from criteria.selectors import get_plan
from demo.data_files import DossierLine, RoundFile, SetLine, read_yaml
from demo.offices import standing_office_on
from demo.papers.printing import Order
from demo.stage import Stage
from registry.models import Unit

_BODIES: dict[str, dict[str, Any]] = read_yaml("bodies.yaml")
_PEOPLE = {row["key"]: row for row in [*read_yaml("households.yaml"), *read_yaml("individuals.yaml")]}
_WORDS = read_yaml("papers.yaml")


def body(key: str) -> dict[str, Any]:
    """How a body writes itself; its name alone where the data say no more."""
    return _BODIES.get(key, {})


def round_title(story: RoundFile) -> str:
    """The round in words: "năm 2024" or "tổng kết năm 2025"."""
    title: str = _WORDS["round"][story.round["kind"]]
    return title.format(year=story.round["year"])


def nominee_line(stage: Stage, line: DossierLine) -> str:
    """The nominee's name with where it is."""
    if line.subject in {"household", "individual"}:
        row = _PEOPLE[line.nominee]
        name = _WORDS["head"][line.subject].format(name=row["name"])
        return f"{name}, {stage.units[row['unit']].full_name}"
    return stage.units[line.nominee].full_name


def order_report(stage: Stage, story: RoundFile, line: DossierLine, day: date, version: int = 1) -> Order:
    """The achievement report, confirmed on paper where the story has it confirmed."""
    unit = stage.units.get(line.nominee) or stage.units[_PEOPLE[line.nominee]["unit"]]
    writes = body(unit.key) if line.subject in {"commune", "district", "agency"} else {}
    person = _PEOPLE.get(line.nominee, {})
    paragraphs = [*line.text, *([line.supplement["answer"]] if version > 1 and line.supplement else [])]
    return stage.press.order(
        "report",
        _WORDS["files"]["achievement_report"].format(version=version),
        body={"place": writes.get("place") or _place_of(unit), **writes},
        day=day,
        nominee=nominee_line(stage, line),
        award=_award(story, line),
        round=round_title(story),
        about=_about(stage, line, unit, person),
        paragraphs=paragraphs,
        reporter=_WORDS["reporter"][line.subject],
        confirmed_by=line.confirmed_by,
        post=writes.get("post") or _WORDS["post"][line.subject],
        signer=writes.get("signer") or person.get("name", ""),
    )


def _award(story: RoundFile, line: DossierLine) -> str:
    return get_plan(story.round["plan"]).awards[line.award].label("vi")


def _place_of(unit: Unit) -> str:
    home = unit if unit.kind in {"commune", "district"} else unit.parent or unit
    return home.name_without_title


def _about(stage: Stage, line: DossierLine, unit: Unit, person: dict[str, Any]) -> str:
    about: str = _WORDS["about"][line.subject]
    return about.format(
        name=person.get("name") or unit.name,
        born=person.get("born", ""),
        position=person.get("position", ""),
        home=unit.full_name,
        seat=unit.parent.name if unit.parent else "",
    )


def order_other(stage: Stage, line: DossierLine, kind: str, day: date) -> Order:
    """A confirmation of another office, or what a commune adds for its district."""
    words = _WORDS["certificates"][kind]
    home = stage.units.get(line.nominee) or stage.units[_PEOPLE[line.nominee]["unit"]]
    writer = body(words["body"]) if words.get("body") else _commune_body(home)
    return stage.press.order(
        "certificate",
        words["file"],
        body=writer,
        number=words["number"].format(place=(home.pk * 7) % 190 + 11),
        day=day,
        title=words["title"],
        about=words["about"].format(nominee=nominee_line(stage, line)),
        paragraphs=[text.format(nominee=nominee_line(stage, line)) for text in words["paragraphs"]],
        recipients=words["recipients"],
    )


def _commune_body(unit: Unit) -> dict[str, Any]:
    home = unit.parent if unit.kind == "village" and unit.parent else unit
    known = body(home.key)
    return known or {
        "superior": home.parent.name if home.parent else "",
        "name": _WORDS["committee"].format(unit=home.name),
        "place": home.name_without_title,
        "post": _WORDS["post"]["commune"],
        "signer": _WORDS["unnamed_signer"],
    }


def order_letter(stage: Stage, story: RoundFile, line: SetLine, rows: list[DossierLine], day: date) -> Order:
    """The filing body's letter with its list of nominees."""
    is_of_province = story.round["plan"] == "binh-thuan-2021-2025"
    addressee = (
        f"{body(standing_office_on(day))['name']} tỉnh Bình Thuận"
        if is_of_province
        else body("office-mau")["name"]
    )
    return stage.press.order(
        "letter",
        _WORDS["files"]["submission_letter"],
        body=body(line.unit),
        number=line.letter,
        day=day,
        round=round_title(story),
        addressee=addressee,
        minutes_number=line.minutes or _WORDS["to_come"],
        minutes_day=day,
        nominees=_listed(stage, story, rows),
    )


def order_minutes(stage: Stage, story: RoundFile, line: SetLine, rows: list[DossierLine], day: date) -> Order:
    """The minutes of the filing body's own council."""
    members = body(line.unit)["members"]
    present = members - len(line.letter) % 2
    return stage.press.order(
        "minutes",
        _WORDS["files"]["council_minutes"],
        body=body(line.unit),
        number=line.minutes,
        day=day,
        members=members,
        present=present,
        agreeing=present,
        nominees=_listed(stage, story, rows),
    )


def _listed(stage: Stage, story: RoundFile, rows: list[DossierLine]) -> list[dict[str, str]]:
    return [{"name": nominee_line(stage, row), "award": _award(story, row)} for row in rows]


def order_waiver(stage: Stage, line: DossierLine) -> Order:
    """The paper on which a criterion is waived."""
    given = line.waiver or {}
    return stage.press.order(
        "certificate",
        _WORDS["files"]["waiver"],
        body=body(standing_office_on(given["dated_on"])),
        number=given["number"],
        day=given["dated_on"],
        title=_WORDS["waiver"]["title"],
        about=_WORDS["waiver"]["about"].format(nominee=nominee_line(stage, line)),
        paragraphs=[given["reason"]],
        recipients=_WORDS["waiver"]["recipients"],
    )


def order_decision(stage: Stage, story: RoundFile, number: str, day: date, rows: list[DossierLine]) -> Order:
    """The decision of the province's chair."""
    words = _WORDS["decision"]
    names = "; ".join(nominee_line(stage, row) for row in rows)
    office = body(standing_office_on(day))["name"]
    return stage.press.order(
        "certificate",
        _WORDS["files"]["decision"],
        body=body("chair"),
        number=number,
        day=day,
        title=words["title"],
        about=words["about"].format(round=round_title(story)),
        paragraphs=[text.format(count=len(rows), names=names, office=office) for text in words["paragraphs"]],
        recipients=words["recipients"],
    )
