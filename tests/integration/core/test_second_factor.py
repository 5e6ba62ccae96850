"""The second proof at sign-in: app codes, recovery codes, passkeys; and who cannot work without one."""

import base64
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from core.models import CodeApp, Passkey, RecoveryCode, User
from core.permissions import needs_second_factor
from core.services import factors as factor_services
from core.services import throttle
from registry.enums import PROVINCE_WIDE_ROLES, Role
from tests.factories import Cast, make_cast
from tests.integration.core.security_key import SecurityKey
from tests.integration.core.signing_in import (
    PASSWORD,
    Clock,
    Phone,
    events,
    give_code,
    give_password,
    is_signed_in,
    logged,
    make_person,
)

pytestmark = pytest.mark.django_db
PhoneOf = Callable[[User], Phone]
SECOND_STEP = "/dang-nhap/buoc-hai/"


def test_the_password_alone_opens_nothing_once_an_app_is_set_up(
    client: Client, person: User, phone_of: PhoneOf
) -> None:
    phone = phone_of(person)

    answer = give_password(client, next_page="/danh-ba/")
    assert answer.url.startswith(SECOND_STEP)
    assert not is_signed_in(client)
    assert "account.signed_in" not in events()

    assert give_code(client, phone.code()).url == "/danh-ba/"
    assert is_signed_in(client)
    assert logged()[-1] == ("account.signed_in", {"address": "127.0.0.1", "ways": ["password", "app"]})


def test_a_code_is_good_once(person: User, phone_of: PhoneOf, clock: Clock) -> None:
    phone = phone_of(person)
    code = phone.code()
    for client, is_good in ((Client(), True), (Client(), False)):
        give_password(client)
        give_code(client, code)
        assert is_signed_in(client) is is_good

    clock.wait(minutes=0.5)
    give_password(again := Client())
    give_code(again, phone.code())
    assert is_signed_in(again)


@pytest.mark.parametrize("code", ["000000", "", "12345", "١٢٣٤٥٦", "a" * 21])
def test_wrong_codes_open_nothing_and_are_logged(
    client: Client, person: User, phone_of: PhoneOf, code: str
) -> None:
    phone_of(person)
    give_password(client)

    assert give_code(client, code).status_code == 422
    assert not is_signed_in(client)
    assert logged()[-1] == ("account.sign_in_failed", {"address": "127.0.0.1", "step": "second"})


def test_guessing_codes_ends_after_five(
    client: Client, person: User, phone_of: PhoneOf, clock: Clock
) -> None:
    phone = phone_of(person)
    give_password(client)
    for _number in range(throttle.CODE.attempts):
        assert give_code(client, "000000").status_code == 422

    give_password(other := Client())
    assert give_code(other, phone.code()).status_code == 429
    assert not is_signed_in(other)


def test_the_second_step_waits_ten_minutes_and_belongs_to_its_browser(
    client: Client, person: User, phone_of: PhoneOf, clock: Clock
) -> None:
    phone = phone_of(person)
    give_password(client)
    clock.wait(minutes=10.1)

    assert give_code(client, phone.code()).url == "/dang-nhap/"
    assert give_code(Client(), phone.code()).url == "/dang-nhap/"


def test_recovery_codes_stand_in_for_the_phone_once_each(
    client: Client, person: User, phone_of: PhoneOf
) -> None:
    phone_of(person)
    [code, *_others] = factor_services.make_recovery_codes(user=person)

    give_password(client)
    give_code(client, code.upper())
    assert is_signed_in(client)
    assert logged()[-1][1]["ways"] == ["password", "recovery"]

    give_password(again := Client())
    assert give_code(again, code).status_code == 422


def test_new_recovery_codes_put_the_old_ones_out_of_force(person: User, phone_of: PhoneOf) -> None:
    phone_of(person)
    [old, *_others] = factor_services.make_recovery_codes(user=person)
    factor_services.make_recovery_codes(user=person)

    assert factor_services.accept_code(user=person, code=old) == ""


def test_recovery_codes_are_kept_as_digests(person: User) -> None:
    codes = factor_services.make_recovery_codes(user=person)
    kept = " ".join(RecoveryCode.objects.values_list("digest", flat=True))

    assert RecoveryCode.objects.count() == len(codes) == 10
    assert not any(code.replace("-", "") in kept for code in codes)
    assert not any(code in str(logged()) for code in codes)


class TestSettingUp:
    """The person's own pages."""

    def test_an_app_is_set_up_with_its_first_code(self, client: Client, person: User, clock: Clock) -> None:
        client.force_login(person)
        page = client.get("/bao-mat/ung-dung/")
        assert page.context["qr"].startswith("data:image/svg+xml")
        phone = Phone.__new__(Phone)
        phone.secret, phone.clock = secret_in(page.context["typed_secret"]), clock

        assert client.post("/bao-mat/ung-dung/", {"code": "000000"}).status_code == 422
        assert not CodeApp.objects.exists()
        assert base64.b64encode(phone.secret).decode() not in str(dict(client.session))
        assert client.post("/bao-mat/ung-dung/", {"code": phone.code()}).url == "/bao-mat/ma-du-phong/"
        assert events()[-1] == "account.factor_added"
        assert is_signed_in(client)
        assert phone.secret.hex() not in CodeApp.objects.get().sealed_secret

    def test_browsers_from_before_sign_in_anew(self, client: Client, person: User, clock: Clock) -> None:
        give_password(before := Client())
        client.force_login(person)
        phone = Phone.__new__(Phone)
        typed = client.get("/bao-mat/ung-dung/").context["typed_secret"]
        phone.secret, phone.clock = secret_in(typed), clock
        client.post("/bao-mat/ung-dung/", {"code": phone.code()})

        assert [is_signed_in(before), is_signed_in(client)] == [False, True]

    def test_a_refused_code_keeps_the_secret_that_the_phone_has(self, client: Client, person: User) -> None:
        client.force_login(person)
        before = client.get("/bao-mat/ung-dung/").context["typed_secret"]

        assert client.post("/bao-mat/ung-dung/", {"code": "000000"}).context["typed_secret"] == before
        assert client.get("/bao-mat/ung-dung/").context["typed_secret"] != before

    def test_recovery_codes_are_shown_once(self, client: Client, person: User, phone_of: PhoneOf) -> None:
        phone_of(person)
        client.force_login(person)

        shown = client.post("/bao-mat/ma-du-phong/").context["codes"]
        later = client.get("/bao-mat/ma-du-phong/")

        assert len(shown) == 10
        assert later.context["codes_left"] == 10
        assert not any(code in later.content.decode() for code in shown)

    def test_without_a_second_proof_there_are_no_recovery_codes(self, client: Client, person: User) -> None:
        client.force_login(person)

        assert client.post("/bao-mat/ma-du-phong/").url == "/bao-mat/"
        assert not RecoveryCode.objects.exists()

    def test_removing_the_last_one_removes_the_codes_too(
        self, client: Client, person: User, phone_of: PhoneOf
    ) -> None:
        phone_of(person)
        factor_services.make_recovery_codes(user=person)
        client.force_login(person)

        client.post("/bao-mat/ung-dung/bo/")
        client.post("/bao-mat/ung-dung/bo/")

        assert not CodeApp.objects.exists()
        assert not RecoveryCode.objects.exists()
        assert events().count("account.factor_removed") == 1

    def test_the_administrators_reset_takes_all_away(self, person: User, phone_of: PhoneOf) -> None:
        phone_of(person)
        factor_services.make_recovery_codes(user=person)

        factor_services.remove_all_factors(user=person, actor=None)

        assert not CodeApp.objects.exists()
        assert not RecoveryCode.objects.exists()
        assert logged()[-1] == ("account.factor_removed", {"factor": "all"})


def secret_in(typed: str) -> bytes:
    return base64.b32decode(typed.replace(" ", ""))


class TestPasskeys:
    """Against a security key in software."""

    @pytest.fixture
    def key(self) -> SecurityKey:
        return SecurityKey()

    @pytest.fixture
    def holder(self, client: Client, person: User, key: SecurityKey) -> User:
        client.force_login(person)
        question = client.get("/bao-mat/khoa/").context["question"]
        answer = {"name": "máy cơ quan", "answer": key.make(question)}
        assert client.post("/bao-mat/khoa/", answer).url == "/bao-mat/ma-du-phong/"
        client.logout()
        return person

    def asked(self, client: Client) -> str:
        give_password(client)
        question: str = client.get(SECOND_STEP).context["passkey_question"]
        return question

    def answer(self, client: Client, answer: str) -> Any:
        return client.post(SECOND_STEP, {"passkey-answer": answer, "code": ""})

    def test_a_passkey_signs_in_beside_the_password(self, holder: User, key: SecurityKey) -> None:
        client = Client()

        self.answer(client, key.sign(self.asked(client)))

        assert is_signed_in(client)
        assert logged()[-1][1]["ways"] == ["password", "passkey"]
        assert Passkey.objects.get().sign_count == key.count

    def test_an_answer_is_good_once(self, holder: User, key: SecurityKey) -> None:
        client = Client()
        answer = key.sign(self.asked(client))
        self.answer(client, answer)
        self.asked(other := Client())

        assert self.answer(other, answer).status_code == 422
        assert not is_signed_in(other)

    def test_a_copied_key_is_seen_by_its_count(self, holder: User, key: SecurityKey) -> None:
        client = Client()
        key.count = 0
        assert Passkey.objects.get().sign_count == 1

        assert self.answer(client, key.sign(self.asked(client))).status_code == 422

    def test_another_site_can_pass_nothing_on(self, holder: User, key: SecurityKey) -> None:
        client = Client()
        key.origin = "http://testserver.evil.example"

        assert self.answer(client, key.sign(self.asked(client))).status_code == 422

    @pytest.mark.parametrize("answer", ["{}", "[]", "no json", '{"id": 1}', "{" * 30_000])
    def test_nonsense_is_refused_in_words(self, holder: User, answer: str) -> None:
        client = Client()
        self.asked(client)

        assert self.answer(client, answer).status_code == 422

    def test_another_persons_key_opens_nothing(self, holder: User, key: SecurityKey, db: None) -> None:
        other_key, other = SecurityKey(), make_person("binh")
        client = Client()
        client.force_login(other)
        question = client.get("/bao-mat/khoa/").context["question"]
        client.post("/bao-mat/khoa/", {"name": "khóa", "answer": other_key.make(question)})
        client = Client()

        assert self.answer(client, other_key.sign(self.asked(client))).status_code == 422

    def test_making_one_needs_the_answer_to_this_question(
        self, client: Client, person: User, key: SecurityKey
    ) -> None:
        client.force_login(person)
        old = client.get("/bao-mat/khoa/").context["question"]
        client.get("/bao-mat/khoa/")

        refused = client.post("/bao-mat/khoa/", {"name": "máy", "answer": key.make(old)})

        assert refused.status_code == 422
        assert 'value="máy"' in refused.content.decode()
        assert not Passkey.objects.exists()

    def test_numbers_have_no_passkeys_and_the_page_says_so(self, client: Client, person: User) -> None:
        client.force_login(person)

        assert client.get("/bao-mat/khoa/").context["works_here"]
        assert not client.get("/bao-mat/khoa/", HTTP_HOST="127.0.0.1:8000").context["works_here"]

    def test_it_is_removed_by_its_owner_only(self, client: Client, holder: User) -> None:
        address = f"/bao-mat/khoa/{Passkey.objects.get().pk}/bo/"
        other = Client()
        other.force_login(make_person("binh"))
        assert other.post(address).status_code == 404
        client.force_login(holder)
        client.post(address)

        assert not Passkey.objects.exists()
        assert logged()[-1] == ("account.factor_removed", {"factor": "passkey", "name": "máy cơ quan"})


class TestRequired:
    """As production has it: who holds much in hand does not get to work with a password alone."""

    @pytest.fixture
    def cast(self, db: None, frozen_day: Callable[[date], None], settings: LazySettings) -> Cast:
        settings.SECOND_FACTOR_REQUIRED = True
        return make_cast()

    @pytest.mark.parametrize(
        ("name", "is_needed"),
        [
            *(("reviewer", True), ("lead", True), ("standing_body", True), ("auditor", True)),
            *(("administrator", True), ("commune", False), ("district", False), ("agency", False)),
            *(("overseer", False), ("nobody", False)),
        ],
    )
    def test_roles_of_the_province_need_it(self, cast: Cast, name: str, is_needed: bool) -> None:
        assert needs_second_factor(cast[name]) is is_needed

    def test_every_role_of_the_province_is_in_the_table(self) -> None:
        assert {
            *(Role.REVIEWER, Role.LEAD, Role.STANDING_BODY, Role.AUDITOR, Role.ADMINISTRATOR)
        } == PROVINCE_WIDE_ROLES

    def test_superusers_of_the_first_day_need_it(self, cast: Cast) -> None:
        assert needs_second_factor(User(username="goc", is_superuser=True))

    @pytest.mark.parametrize("address", ["/", "/tim/", "/nhat-ky/", "/ho-so/"])
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_without_it_every_page_leads_to_setting_it_up(
        self, client: Client, cast: Cast, address: str, method: str
    ) -> None:
        client.force_login(cast["lead"])

        answer = getattr(client, method)(address)

        assert (answer.status_code, answer.url) == (302, "/bao-mat/")
        assert client.get("/bao-mat/").context["must_set_up"]

    @pytest.mark.parametrize(
        "address", ["/bao-mat/", "/bao-mat/ung-dung/", "/bao-mat/khoa/", "/mat-khau/", "/phien/con-lai/"]
    )
    def test_what_leads_there_is_open(self, client: Client, cast: Cast, address: str) -> None:
        client.force_login(cast["lead"])

        assert client.get(address).status_code == 200

    def test_setting_it_up_opens_the_work_at_once(self, client: Client, cast: Cast, clock: Clock) -> None:
        client.force_login(cast["lead"])
        page = client.get("/bao-mat/ung-dung/")
        phone = Phone.__new__(Phone)
        phone.secret, phone.clock = secret_in(page.context["typed_secret"]), clock
        client.post("/bao-mat/ung-dung/", {"code": phone.code()})

        assert client.get("/").status_code == 200

    def test_a_session_from_before_the_role_or_without_the_second_step_does_not_pass(
        self, client: Client, cast: Cast, phone_of: PhoneOf
    ) -> None:
        phone_of(cast["lead"])
        client.force_login(cast["lead"])  # as if the second step had been left out

        assert client.get("/").url == "/bao-mat/"

    def test_officers_of_communes_go_to_work(self, client: Client, cast: Cast) -> None:
        client.force_login(cast["commune"])

        assert client.get("/").status_code == 200

    def test_the_only_one_cannot_be_removed(self, client: Client, cast: Cast, phone_of: PhoneOf) -> None:
        cast["lead"].set_password(PASSWORD)
        cast["lead"].save()
        phone = phone_of(cast["lead"])
        give_password(client, cast["lead"].username)
        give_code(client, phone.code())

        assert client.post("/bao-mat/ung-dung/bo/").status_code == 422
        assert CodeApp.objects.exists()


class TestAnotherSecretKey:
    """People go over to a new `SECRET_KEY` while the earlier one is listed; without it they begin anew."""

    KEYS = ("k" * 60, "m" * 60)

    @pytest.fixture(params=[True, False], ids=["listed", "not listed"])
    def is_listed(self, request: pytest.FixtureRequest) -> bool:
        return bool(request.param)

    def change(self, settings: LazySettings, *, is_listed: bool) -> None:
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY] if is_listed else []
        settings.SECRET_KEY = self.KEYS[0]

    def test_people_stay_signed_in(self, person: User, settings: LazySettings, is_listed: bool) -> None:
        client = Client()
        give_password(client)

        self.change(settings, is_listed=is_listed)

        assert is_signed_in(client) is is_listed

    def test_recovery_codes_count(self, person: User, settings: LazySettings, is_listed: bool) -> None:
        code = factor_services.make_recovery_codes(user=person)[0]

        self.change(settings, is_listed=is_listed)

        assert factor_services.accept_code(user=person, code=code) == ("recovery" if is_listed else "")
        # Once, under whichever key.
        assert factor_services.accept_code(user=person, code=code) == ""

    def test_codes_of_apps_count_and_their_secret_goes_over_to_the_new_key(
        self, person: User, phone_of: PhoneOf, clock: Clock, settings: LazySettings, is_listed: bool
    ) -> None:
        phone = phone_of(person)
        clock.wait(minutes=1)

        self.change(settings, is_listed=is_listed)
        first = factor_services.accept_code(user=person, code=phone.code())
        settings.SECRET_KEY_FALLBACKS = []
        clock.wait(minutes=1)

        assert first == ("app" if is_listed else "")
        # The earlier key is taken off the list: who used the app meanwhile goes on.
        assert factor_services.accept_code(user=person, code=phone.code()) == first
