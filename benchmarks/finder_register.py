"""An invented register for measuring: units of every level with their past, and many households, varied and the
same in each run. It is written straight into a throw-away database, past the services."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.db import connection, models

from core.models import User
from nominations.enums import RoundKind
from nominations.models import AwardRound, Movement, PriorAward
from registry.enums import AdminType, PolicyLoan, PovertyStatus, Registration, Role, UnitKind
from registry.models import (
    Hold,
    Household,
    HouseholdStatus,
    PovertyReview,
    Unit,
    UnitRole,
    UnitSuccession,
    ZoneAssignment,
)

PLAN = "binh-thuan-2021-2025"
STANDARD = "2022-2025"
READER = "bench.reviewer"
YEARS = range(2021, 2026)
MERGER = date(2024, 12, 1)
BEGINNING = date(2021, 1, 1)
BATCH = 4000

_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Mang", "Thông", "Huỳnh", "Võ", "Đặng", "K’", "Bùi", "Hồ")
_MIDDLE = ("Văn", "Thị", "Hữu", "Ngọc", "Minh", "Thanh", "Đức", "Kim", "Quốc", "Thị Mỹ", "Xuân", "Hoàng")
_GIVEN = (
    "An",
    "Bình",
    "Chín",
    "Dũng",
    "Hạnh",
    "Hòa",
    "Khánh",
    "Lan",
    "Mai",
    "Năm",
    "Phước",
    "Sương",
    "Tám",
    "Yến",
)
_PLACES = ("Phan", "Sông", "Hàm", "Tân", "Bình", "Đức", "Phong", "Hồng", "La", "Mũi", "Thuận", "Vĩnh")
_ENDS = ("Điền", "Lũy", "Thạnh", "Minh", "Hòa", "Phú", "Nẫm", "Sơn", "Hiệp", "Dạ", "Né", "Quý")


class Register:
    """Rows of all tables with keys of our own, so that each table is written in a few statements."""

    def __init__(self, scale: float, seed: int = 2021) -> None:
        self.scale = scale
        self.rng = random.Random(seed)  # noqa: S311 -- invented data, the same in each run
        self.unit_keys = count(1)
        self.units: list[Unit] = []
        self.rows: dict[type[models.Model], list[Any]] = {
            model: []
            for model in (
                *(UnitSuccession, ZoneAssignment, PovertyReview, Household, HouseholdStatus, PriorAward),
                Hold,
            )
        }

    def many(self, number: int) -> int:
        """So many at this scale, one at least."""
        return max(1, round(number * self.scale))

    def unit(self, kind: UnitKind, title: AdminType | str, parent: Unit | None, **fields: Any) -> Unit:
        """One more unit, below its parent."""
        pk = next(self.unit_keys)
        word = {"huyen": "Huyện ", "xa": "Xã ", "thon": "Thôn ", "tinh": "Tỉnh "}[title]
        name = f"{word}{self.rng.choice(_PLACES)} {self.rng.choice(_ENDS)} {pk}"
        values = {"key": f"bench-{pk}", "name": name, "valid_from": BEGINNING, **fields}
        unit = Unit(pk=pk, kind=kind, admin_type=title, parent=parent, **values)
        unit.path = f"{parent.path if parent else '/'}{pk}/"
        unit.fill_stored_columns()
        self.units.append(unit)
        return unit

    def build(self, movement: Movement) -> None:
        """Ten districts, 124 communes, 700 villages and 30,000 households for a scale of one."""
        province = self.unit(UnitKind.PROVINCE, AdminType.TINH, None)
        districts = [self.unit(UnitKind.DISTRICT, AdminType.HUYEN, province) for _ in range(self.many(10))]
        communes = [self.commune(districts[place % len(districts)], place) for place in range(self.many(124))]
        villages = [
            self.unit(UnitKind.VILLAGE, AdminType.THON, communes[place % len(communes)])
            for place in range(self.many(700))
        ]
        for unit in [*districts, *villages]:
            self.reviews(unit, YEARS)
        homes = [*communes, *villages]
        for number in range(self.many(30_000)):
            self.household(number, self.rng.choice(homes), movement)
        for unit in self.units[1:]:
            self.honours("unit", unit.pk, movement)

    def commune(self, district: Unit, place: int) -> Unit:
        """Every tenth commune was made of two that merged; every twelfth took a new name."""
        if place % 10 and place % 12:
            commune = self.unit(UnitKind.COMMUNE, AdminType.XA, district)
            self.reviews(commune, YEARS)
        else:
            before = MERGER - timedelta(days=1)
            older = [
                self.unit(UnitKind.COMMUNE, AdminType.XA, district, valid_until=before)
                for _ in range(1 if place % 10 else 2)
            ]
            commune = self.unit(UnitKind.COMMUNE, AdminType.XA, district, valid_from=MERGER)
            kind = "merged" if len(older) > 1 else "renamed"
            for one in older:
                self.reviews(one, range(2021, 2024))
                self.rows[UnitSuccession].append(
                    UnitSuccession(predecessor=one, successor=commune, kind=kind, on=MERGER)
                )
            self.reviews(commune, range(2024, 2026))
        if place % 9:
            zone = self.rng.choice(("I", "II", "III", "none"))
            self.rows[ZoneAssignment].append(
                ZoneAssignment(unit=commune, zone=zone, starts_on=commune.valid_from, decision="861/QĐ-TTg")
            )
        return commune

    def reviews(self, unit: Unit, years: range) -> None:
        """Yearly figures that mostly fall; now and then one is not recorded."""
        households = self.rng.randint(400, 4000)
        poor = households * self.rng.randint(5, 20) // 100
        for year in years:
            if self.rng.random() < 0.97:
                self.rows[PovertyReview].append(
                    PovertyReview(
                        unit=unit,
                        year=year,
                        standard=STANDARD,
                        households=households,
                        poor=poor // 2,
                        near_poor=poor - poor // 2,
                        recognised_on=date(year, 12, 10),
                        document=f"{year}/QĐ-UBND",
                    )
                )
            poor = poor * self.rng.randint(70, 98) // 100

    def household(self, number: int, home: Unit, movement: Movement) -> None:
        """A household with its yearly standing: on its way out, back again, or never poor."""
        rng, pk = self.rng, number + 1
        household = Household(
            pk=pk,
            code=f"H-{pk:06d}",
            name=" ".join((rng.choice(_FAMILY), rng.choice(_MIDDLE), rng.choice(_GIVEN))),
            unit=home,
            registration=rng.choice(
                (Registration.REGISTERED, Registration.REGISTERED, Registration.NEVER, "")
            ),
            policy_loan=rng.choice((PolicyLoan.NONE, PolicyLoan.GOOD, PolicyLoan.BAD, "")),
        )
        if household.registration == Registration.REGISTERED:
            household.registered_on = date(2022, 1, 5) + timedelta(days=rng.randrange(900))
        household.fill_stored_columns()
        self.rows[Household].append(household)
        statuses = list(PovertyStatus.values)
        at = rng.randrange(3)
        for year in YEARS:
            if rng.random() < 0.95:
                self.rows[HouseholdStatus].append(
                    HouseholdStatus(
                        household=household, year=year, status=statuses[at], recognised_on=date(year, 12, 5)
                    )
                )
            at = min(4, max(0, at + rng.choice((-1, 0, 0, 1, 1, 1))))
        self.honours("household", pk, movement)

    def honours(self, kind: str, pk: int, movement: Movement) -> None:
        """Earlier awards of a few, and a proceeding against fewer."""
        for _ in range(self.rng.choice((0, 0, 0, 0, 0, 0, 0, 0, 1, 2))):
            year = self.rng.randint(2022, 2024)
            self.rows[PriorAward].append(
                PriorAward(
                    award=self.rng.choice(("commendation", "province_certificate")),
                    movement=movement,
                    round_year=year,
                    decided_on=date(year, 12, self.rng.randint(1, 28)),
                    decision_number=f"{self.rng.randrange(9000)}/QĐ-UBND",
                    issuer="Chủ tịch UBND",
                    **{f"{kind}_id": pk},
                )
            )
        if self.rng.random() < 0.01:
            self.rows[Hold].append(
                Hold(starts_on=date(2025, 11, 1), reason="Đang xác minh đơn", **{f"{kind}_id": pk})
            )

    def tables(self) -> Iterator[tuple[type[models.Model], list[Any]]]:
        """Each table with its rows, what is pointed to before what points."""
        yield Unit, self.units
        yield from self.rows.items()


def build(scale: float) -> dict[str, int]:
    """Write the register, an open round and a reader of all of it; how many rows each table got."""
    movement = Movement.objects.create(plan_id=PLAN, name="Phong trào", starts_in=2021, ends_in=2025)
    AwardRound.objects.create(movement=movement, kind=RoundKind.ANNUAL, year=2025, opens_on=date(2025, 10, 1))
    register = Register(scale)
    register.build(movement)
    for model, rows in register.tables():
        model._default_manager.bulk_create(rows, batch_size=BATCH)
    reader = User.objects.create_user(READER, None, full_name="Người đo")
    UnitRole.objects.create(user=reader, role=Role.REVIEWER, unit=register.units[0], starts_on=BEGINNING)
    with connection.cursor() as cursor:
        # A server in use gathers these statistics by itself.
        cursor.execute("ANALYZE")
    return {model.__name__: len(rows) for model, rows in register.tables()}
