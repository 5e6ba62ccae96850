"""The list of the demonstration's accounts, and that nothing else lists any."""

from io import StringIO

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from core.models import User

pytestmark = pytest.mark.django_db


def test_accounts_are_listed_with_their_password(settings: LazySettings) -> None:
    settings.APP_ENV = "demo"
    settings.DEMO_PASSWORD = "mat-khau-chay-thu"
    User.objects.create_user("an", full_name="Nguyễn Thị Ân", position="Công chức", is_demo=True)
    User.objects.create_user("binh", full_name="Trần Văn Bình")
    out = StringIO()

    call_command("demo_accounts", stdout=out)

    assert out.getvalue().splitlines() == [
        f"  {'an':18} Công chức",
        "  password of all: mat-khau-chay-thu",
    ]


def test_outside_the_demonstration_there_are_none() -> None:
    with pytest.raises(CommandError, match="APP_ENV=demo"):
        call_command("demo_accounts")
