"""The people of the demonstration, all invented, and the roles they hold."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from core.models import User
from core.services import give_demo_password
from demo.offices import STANDING_OFFICES
from registry.enums import Role
from registry.models import Unit
from registry.services.accounts import AccountFacts, open_person_account
from registry.services.roles import grant_role

SINCE = date(2021, 1, 1)


@dataclass(frozen=True)
class Person:
    """One account: who it is and what the person does for which unit (by the unit's own key)."""

    username: str
    full_name: str
    position: str
    role: str = ""
    unit: str = ""
    moves_to: str = ""
    """The standing office in which the person goes on in the same role from the day on which it takes over."""


PEOPLE = (
    Person(
        "xa.phandien",
        "Mang Thị Điệp",
        "Công chức Văn hóa - Xã hội xã",
        Role.COMMUNE_OFFICER,
        "bt.bac-binh.phan-dien",
    ),
    Person(
        "xa.phanson",
        "K' Văn Đeng",
        "Công chức Văn hóa - Xã hội xã",
        Role.COMMUNE_OFFICER,
        "bt.bac-binh.phan-son",
    ),
    Person(
        "xa.songluy",
        "Thông Minh Toàn",
        "Công chức Văn hóa - Xã hội xã",
        Role.COMMUNE_OFFICER,
        "bt.bac-binh.song-luy",
    ),
    Person(
        "xa.langau",
        "Nguyễn Thị Bích Vân",
        "Công chức Văn hóa - Xã hội xã",
        Role.COMMUNE_OFFICER,
        "bt.tanh-linh.la-ngau",
    ),
    Person(
        "huyen.bacbinh",
        "Trần Quốc Hưng",
        "Chuyên viên Phòng LĐTBXH huyện",
        Role.DISTRICT_OFFICER,
        "bt.bac-binh",
    ),
    Person(
        "huyen.tanhlinh",
        "Lê Thị Hồng Đào",
        "Chuyên viên Phòng LĐTBXH huyện",
        Role.DISTRICT_OFFICER,
        "bt.tanh-linh",
    ),
    Person(
        "huyen.hamthuannam",
        "Phạm Đức Thịnh",
        "Chuyên viên Phòng LĐTBXH huyện",
        Role.DISTRICT_OFFICER,
        "bt.ham-thuan-nam",
    ),
    Person(
        "huyen.hamthuanbac",
        "Nguyễn Thị Ngân",
        "Chuyên viên Phòng LĐTBXH huyện",
        Role.DISTRICT_OFFICER,
        "bt.ham-thuan-bac",
    ),
    Person(
        "huyen.duclinh",
        "Phan Thanh Tùng",
        "Chuyên viên Phòng LĐTBXH huyện",
        Role.DISTRICT_OFFICER,
        "bt.duc-linh",
    ),
    Person(
        "huyen.hamtan",
        "Hoàng Văn Chinh",
        "Chuyên viên Phòng LĐTBXH huyện",
        Role.DISTRICT_OFFICER,
        "bt.ham-tan",
    ),
    Person(
        "tp.phanthiet",
        "Tô Thị Bảo Châu",
        "Chuyên viên Phòng LĐTBXH thành phố",
        Role.DISTRICT_OFFICER,
        "bt.phan-thiet",
    ),
    Person(
        "nganhang.csxh", "Võ Ngọc Ẩn", "Trưởng phòng Kế hoạch - Nghiệp vụ", Role.AGENCY_OFFICER, "bt.nhcsxh"
    ),
    Person("hoi.nongdan", "Đặng Thị Ửng", "Chánh Văn phòng", Role.AGENCY_OFFICER, "bt.hoi-nong-dan"),
    Person(
        "so.chuyenvien",
        "Huỳnh Anh Tuấn",
        "Chuyên viên Phòng Bảo trợ xã hội",
        Role.REVIEWER,
        "bt.so-ldtbxh",
        "bt.so-nnmt",
    ),
    Person(
        "so.chuyenvien2",
        "Bùi Thị Yến",
        "Chuyên viên Phòng Bảo trợ xã hội",
        Role.REVIEWER,
        "bt.so-ldtbxh",
        "bt.so-nnmt",
    ),
    Person("so.lanhdao", "Ngô Đình Lộc", "Phó Giám đốc Sở", Role.LEAD, "bt.so-ldtbxh", "bt.so-nnmt"),
    Person("mttq.giamsat", "Đỗ Văn Ích", "Ủy viên Thường trực", Role.OVERSEER, "bt"),
    Person("noivu.thuongtruc", "Lâm Thị Thùy Dương", "Phó Trưởng ban", Role.STANDING_BODY, "bt.ban-tdkt"),
    Person("thanhtra", "Cao Xuân Quý", "Thanh tra viên", Role.AUDITOR, "bt"),
    Person("quantri", "Tạ Minh Khôi", "Quản trị hệ thống", Role.ADMINISTRATOR, "bt"),
    Person(
        "mau.xa",
        "Dương Thị Mẫu",
        "Công chức xã, theo kế hoạch mẫu không có cấp huyện",
        Role.COMMUNE_OFFICER,
        "mau.an-binh",
    ),
    Person("mau.chuyenvien", "Phùng Thị Thảo", "Chuyên viên Sở, theo kế hoạch mẫu", Role.REVIEWER, "mau.so"),
    Person("mau.lanhdao", "Kiều Văn Sang", "Phó Giám đốc Sở, theo kế hoạch mẫu", Role.LEAD, "mau.so"),
)


@dataclass(frozen=True)
class Desk:
    """Who runs a movement at its province: accounts by name."""

    lead: str
    reviewers: tuple[str, ...]


DESKS = {
    "binh-thuan-2021-2025": Desk("so.lanhdao", ("so.chuyenvien", "so.chuyenvien2")),
    "mau-khong-cap-huyen": Desk("mau.lanhdao", ("mau.chuyenvien",)),
}

COUNCIL_HOME = "bt"
# Chair, secretary and thirteen members of the movement's award council.
COUNCIL = (
    ("hd.chutich", "Nguyễn Hữu Đạt", "Giám đốc Sở Lao động - Thương binh và Xã hội"),
    ("hd.thuky", "Trương Thị Ánh Nguyệt", "Trưởng phòng Bảo trợ xã hội"),
    ("hd.tv03", "Phan Thế Vinh", "Phó Giám đốc Sở Nội vụ"),
    ("hd.tv04", "Hồ Thị Kim Liên", "Phó Giám đốc Sở Tài chính"),
    ("hd.tv05", "Đinh Công Sơn", "Phó Giám đốc Sở Y tế"),
    ("hd.tv06", "Lương Văn Ất", "Phó Trưởng ban Ban Dân tộc"),
    ("hd.tv07", "Mai Thị Quỳnh", "Phó Chủ tịch Hội Liên hiệp Phụ nữ"),
    ("hd.tv08", "Tô Hoài Ân", "Phó Chủ tịch Hội Nông dân"),
    ("hd.tv09", "Dương Tấn Phát", "Phó Chủ tịch Ủy ban MTTQ Việt Nam tỉnh"),
    ("hd.tv10", "Quách Thị Lệ", "Phó Giám đốc Ngân hàng Chính sách xã hội"),
    ("hd.tv11", "Vũ Đình Khang", "Phó Giám đốc Sở Giáo dục và Đào tạo"),
    ("hd.tv12", "Thạch Thị Sa Mai", "Phó Bí thư Tỉnh đoàn"),
    ("hd.tv13", "Châu Ngọc Đính", "Phó Giám đốc Sở Kế hoạch và Đầu tư"),
    ("hd.tv14", "Lý Thị Ơn", "Phó Chủ tịch Liên đoàn Lao động"),
    ("hd.tv15", "Đoàn Trung Kiên", "Phó Chủ tịch Hội Cựu chiến binh"),
)


def open_accounts() -> dict[str, User]:
    """All accounts with their roles and the known password, by account name.

    The units that they serve are in the register already.
    """
    accounts = {}
    for person in PEOPLE:
        unit = Unit.objects.get(key=person.unit)
        home = Unit.objects.get(key=person.moves_to) if person.moves_to else unit
        accounts[person.username] = _open(person.username, person.full_name, person.position, home)
        _give_roles(accounts[person.username], person, unit, home)
    province = Unit.objects.get(key=COUNCIL_HOME)
    for username, full_name, position in COUNCIL:
        accounts[username] = _open(username, full_name, position, province)
    give_demo_password(users=accounts.values(), password=settings.DEMO_PASSWORD, actor=None)
    return accounts


def _give_roles(user: User, person: Person, unit: Unit, successor: Unit) -> None:
    since = max(SINCE, unit.valid_from)
    moves_on = STANDING_OFFICES[person.moves_to][0] if person.moves_to else None
    last = moves_on - timedelta(days=1) if moves_on else None
    grant_role(user=user, role=person.role, unit=unit, starts_on=since, ends_on=last, actor=None)
    if moves_on:
        grant_role(user=user, role=person.role, unit=successor, starts_on=moves_on, actor=None)


def _open(username: str, full_name: str, position: str, home: Unit) -> User:
    facts = AccountFacts(username=username, full_name=full_name, home=home, position=position)
    return open_person_account(facts=facts, is_demo=True, actor=None).user
