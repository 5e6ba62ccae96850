"""What the urn does and what it refuses, asked as the application asks it, and the lines between the two."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import LazySettings

from councils.checks import urn_has_an_address
from councils.enums import Choice, PaperKind
from councils.exceptions import BallotOnPaper, BeingCounted, UrnAway, UrnLost
from councils.urn import client, wire
from councils.urn.apart import urn_apart
from councils.urn.client import BatchAnswer, CastAnswer, Place
from councils.urn.holder import PAPER, WRITTEN, AnotherUrn, Holder, server_at, serving
from councils.urn.wire import Address, read_address

SEATS = [11, 12, 13]


@pytest.fixture
def holder() -> Iterator[Holder]:
    with urn_apart() as held:
        yield held


@pytest.fixture
def place(holder: Holder) -> Place:
    return client.open_urn("k" * 32, SEATS, least=2)


def _cast(place: Place, seat: int, choice: Choice) -> CastAnswer:
    return client.deposit(client.token_for(place, seat), choice)


def test_papers_are_counted_once_a_poll_is_frozen(place: Place) -> None:
    for seat, choice in zip(SEATS, (Choice.AGREE, Choice.BLANK, Choice.AGREE), strict=True):
        assert _cast(place, seat, choice) == CastAnswer.IN_THE_URN

    frozen, counted = client.freeze(place), client.count(place)

    assert (frozen.papers, frozen.voted) == (3, SEATS)
    assert counted.counts == {Choice.AGREE: 2, Choice.DISAGREE: 0, Choice.BLANK: 1, Choice.INVALID: 0}
    assert client.count(place) == counted, "the same until it is forgotten"


def test_nothing_of_the_urn_joins_a_token_and_a_choice(holder: Holder, place: Place) -> None:
    _cast(place, 11, Choice.DISAGREE)
    urn = holder._urns[place.key]

    assert vars(urn).keys() == {
        *("least", "counts", "castable", "present", "tokens", "used", "state"),
        *("on_paper", "waiting", "taken", "batched"),
    }
    assert urn.counts == {"agree": 0, "disagree": 1, "blank": 0, "invalid": 0}
    assert {type(value) for value in (*urn.used, *urn.tokens.values())} == {str}
    assert not {*urn.used, *urn.tokens.values()} & {*urn.counts}


def test_no_question_tells_a_count_of_an_open_poll(holder: Holder, place: Place) -> None:
    _cast(place, 11, Choice.DISAGREE)
    said = {
        do: holder.answer({"do": do, "key": place.key, "epoch": place.epoch}) for do in ("count", "state")
    }

    assert said == {"count": {"no": "not_frozen"}, "state": {"papers": 1, "voted": False}}
    # The control: frozen, and with enough papers, the same question tells it.
    _cast(place, 12, Choice.AGREE)
    client.freeze(place)
    assert client.count(place).counts[Choice.DISAGREE] == 1


def test_with_fewer_papers_than_a_valid_vote_needs_nothing_opens_the_urn(
    holder: Holder, place: Place
) -> None:
    _cast(place, 11, Choice.AGREE)
    client.freeze(place)

    assert holder.answer({"do": "count", "key": place.key, "epoch": place.epoch}) == {"no": "too_few"}
    client.destroy(place)
    with pytest.raises(UrnLost):
        client.papers_in(place)
    assert holder._by_token == {}


def test_who_saw_a_count_takes_nothing_more(place: Place) -> None:
    """Looking, letting more in and looking again would show what came in between."""
    token = client.token_for(place, 13)
    for seat in (11, 12):
        _cast(place, seat, Choice.AGREE)
    client.freeze(place)
    assert client.deposit(token, Choice.AGREE) == CastAnswer.COUNTING
    client.thaw(place)
    assert client.papers_in(place) == 2
    client.freeze(place)
    client.count(place)

    client.thaw(place)

    assert client.deposit(token, Choice.AGREE) == CastAnswer.COUNTING
    with pytest.raises(BeingCounted):
        client.token_for(place, 13)


def test_a_token_is_the_same_until_it_is_used_and_then_is_none(place: Place) -> None:
    token = client.token_for(place, 11)

    assert client.token_for(place, 11) == token
    assert len(token) == 43
    assert not client.has_voted(place, 11)
    assert client.deposit(token, Choice.AGREE) == CastAnswer.IN_THE_URN
    assert client.deposit(token, Choice.DISAGREE) == CastAnswer.ALREADY_IN_THE_URN
    assert client.token_for(place, 11) == ""
    assert client.has_voted(place, 11)
    assert not client.has_voted(place, 99)


@pytest.mark.parametrize(
    "question",
    [
        {},
        {"do": "peek"},
        {"do": "open", "key": "x"},
        {"do": []},
        {"do": "deposit", "token": "x"},
        {"do": "state", "key": [], "epoch": "x"},
    ],
)
def test_what_the_urn_does_not_know_it_turns_down(holder: Holder, question: dict[str, Any]) -> None:
    assert set(holder.answer(dict(question))) == {"no"}


def test_a_seat_without_a_ballot_and_a_second_poll_of_one_key_get_nothing(
    holder: Holder, place: Place
) -> None:
    asked = {"do": "token", "key": place.key, "epoch": place.epoch, "seat": 99}

    assert holder.answer(asked) == {"no": "no_ballot"}
    with pytest.raises(UrnAway):
        client.open_urn(place.key, SEATS, least=2)
    token = client.token_for(place, 11)
    for choice in ("maybe", Choice.INVALID):
        assert holder.answer({"do": "deposit", "token": token, "choice": choice}) == {"no": "malformed"}


# --- Papers that are typed in ---

ABSENT = 21
ON_PAPER = {12: PaperKind.PAPER, 13: PaperKind.PAPER, ABSENT: PaperKind.WRITTEN}


@pytest.fixture
def mixed(holder: Holder) -> Place:
    """One seat with a device, two on paper, and one absent with a written opinion."""
    return client.open_urn("m" * 32, SEATS, least=2, on_paper=ON_PAPER)


def _totals(agree: int = 0, disagree: int = 0, blank: int = 0, invalid: int = 0) -> dict[Choice, int]:
    return dict(zip(Choice, (agree, disagree, blank, invalid), strict=True))


def _batch(place: Place, batch: str, kind: PaperKind, totals: dict[Choice, int]) -> BatchAnswer:
    assert client.hold_batch(place, batch, kind, totals) == BatchAnswer.WAITING
    return client.confirm_batch(place, batch, totals)


def test_a_batch_counts_once_two_people_typed_the_same(holder: Holder, mixed: Place) -> None:
    _cast(mixed, 11, Choice.AGREE)
    urn = holder._urns[mixed.key]

    assert client.hold_batch(mixed, "b1", PaperKind.PAPER, _totals(1, 0, 0, 1)) == BatchAnswer.WAITING
    assert client.papers_in(mixed) == 1, "what waits is not in the urn"
    with pytest.raises(UrnAway):
        client.hold_batch(mixed, "b1", PaperKind.PAPER, _totals(1))
    assert client.confirm_batch(mixed, "b1", _totals(0, 1, 0, 1)) == BatchAnswer.DIFFERS
    assert client.confirm_batch(mixed, "b1", _totals(1, 0, 0, 1)) == BatchAnswer.TAKEN
    assert client.confirm_batch(mixed, "b1", _totals(0, 2, 0, 0)) == BatchAnswer.TAKEN, (
        "once, whatever is typed"
    )
    assert client.drop_batch(mixed, "b1") == BatchAnswer.TAKEN
    assert _batch(mixed, "b2", PaperKind.WRITTEN, _totals(disagree=1)) == BatchAnswer.TAKEN

    frozen, counted = client.freeze(mixed), client.count(mixed)
    assert (frozen.papers, frozen.voted, frozen.batched) == (
        *(4, [11]),
        {PaperKind.PAPER: 2, PaperKind.WRITTEN: 1},
    )
    assert counted.counts == _totals(2, 1, 0, 1)
    assert urn.waiting == {}, "of what was typed nothing is left"
    assert urn.taken == {"b1", "b2"}


def test_totals_that_differ_three_times_are_gone(holder: Holder, mixed: Place) -> None:
    """Guessing would tell what a batch says; whoever holds the papers has them entered anew."""
    client.hold_batch(mixed, "b", PaperKind.PAPER, _totals(agree=1))
    guesses = [_totals(disagree=1), _totals(blank=1), _totals(invalid=1), _totals(agree=1)]

    answers = [client.confirm_batch(mixed, "b", totals) for totals in guesses]

    assert answers == [BatchAnswer.DIFFERS, BatchAnswer.DIFFERS, BatchAnswer.GONE, BatchAnswer.GONE]
    assert holder._urns[mixed.key].waiting == {}
    assert client.papers_in(mixed) == 0


def test_a_batch_that_is_dropped_is_forgotten(holder: Holder, mixed: Place) -> None:
    client.hold_batch(mixed, "b", PaperKind.PAPER, _totals(agree=1))

    assert client.drop_batch(mixed, "b") == BatchAnswer.DROPPED
    assert client.drop_batch(mixed, "b") == BatchAnswer.DROPPED
    assert client.confirm_batch(mixed, "b", _totals(agree=1)) == BatchAnswer.GONE
    assert holder._urns[mixed.key].waiting == {}


def test_no_more_papers_than_seats_of_the_kind_come_in(mixed: Place) -> None:
    assert client.hold_batch(mixed, "b", PaperKind.PAPER, _totals(agree=3)) == BatchAnswer.TOO_MANY
    for batch in ("c", "d"):
        client.hold_batch(mixed, batch, PaperKind.PAPER, _totals(agree=2))
    assert client.confirm_batch(mixed, "c", _totals(agree=2)) == BatchAnswer.TAKEN
    assert client.confirm_batch(mixed, "d", _totals(agree=2)) == BatchAnswer.TOO_MANY
    assert client.papers_in(mixed) == 2


def test_a_seat_on_paper_has_no_token_and_a_used_token_keeps_its_seat_off_paper(
    holder: Holder, mixed: Place
) -> None:
    with pytest.raises(BallotOnPaper):
        client.token_for(mixed, 12)
    token = client.token_for(mixed, 11)

    assert client.put_on_paper(mixed, ON_PAPER | {11: PaperKind.PAPER}) == ""
    assert client.deposit(token, Choice.AGREE) == CastAnswer.UNKNOWN, "a token of before is good no more"
    assert client.put_on_paper(mixed, ON_PAPER) == ""
    assert client.token_for(mixed, 11) != token
    _cast(mixed, 11, Choice.AGREE)

    assert client.put_on_paper(mixed, {11: PaperKind.PAPER}) == "voted"
    assert holder._urns[mixed.key].on_paper == {seat: kind.value for seat, kind in ON_PAPER.items()}, (
        "nothing of a refused change is done"
    )
    _batch(mixed, "b", PaperKind.PAPER, _totals(agree=1))
    # One paper came, and whose it is nobody knows: neither seat gets a token now.
    assert client.put_on_paper(mixed, {12: PaperKind.PAPER, ABSENT: PaperKind.WRITTEN}) == "in_the_urn"
    assert client.put_on_paper(mixed, {12: PaperKind.PAPER, 13: PaperKind.PAPER}) == "", "no opinion came yet"


def test_written_opinions_do_not_make_the_papers_of_a_valid_vote(holder: Holder, mixed: Place) -> None:
    """Two papers of members who are there are needed; one of them and an opinion are not two."""
    _cast(mixed, 11, Choice.AGREE)
    _batch(mixed, "w", PaperKind.WRITTEN, _totals(agree=1))
    client.freeze(mixed)
    asked = {"do": "count", "key": mixed.key, "epoch": mixed.epoch}
    assert holder.answer(dict(asked)) == {"no": "too_few"}

    client.thaw(mixed)
    _batch(mixed, "p", PaperKind.PAPER, _totals(blank=1))
    client.freeze(mixed)

    assert client.count(mixed).counts == _totals(agree=2, blank=1)


def test_a_frozen_urn_takes_no_batch_and_changes_no_seat(mixed: Place) -> None:
    client.hold_batch(mixed, "b", PaperKind.PAPER, _totals(agree=1))
    client.freeze(mixed)

    for act in (
        lambda: client.hold_batch(mixed, "c", PaperKind.PAPER, _totals(agree=1)),
        lambda: client.confirm_batch(mixed, "b", _totals(agree=1)),
        lambda: client.put_on_paper(mixed, {}),
    ):
        with pytest.raises(BeingCounted):
            act()


@pytest.mark.parametrize(
    "fields",
    [
        {"do": "hold", "batch": "b", "kind": "paper", "counts": {"agree": 1}},
        {"do": "hold", "batch": "b", "kind": "post", "counts": _totals(agree=1)},
        {"do": "hold", "batch": "b", "kind": "paper", "counts": _totals(agree=2, disagree=-1)},
        {"do": "on_paper", "on_paper": [[11, "written"]]},
        {"do": "on_paper", "on_paper": [[99, "paper"]]},
        {"do": "on_paper", "on_paper": [[11, "post"]]},
    ],
)
def test_batches_and_seats_that_cannot_be_are_turned_down(
    holder: Holder, mixed: Place, fields: dict[str, Any]
) -> None:
    assert holder.answer({**fields, "key": mixed.key, "epoch": mixed.epoch}) == {"no": "malformed"}


def test_the_urn_and_the_application_name_kinds_alike() -> None:
    assert {PAPER, WRITTEN} == set(PaperKind)


def test_another_life_of_the_process_knows_no_poll_of_before(place: Place) -> None:
    with urn_apart():
        for ask in (client.papers_in, client.freeze, client.count, client.forget):
            with pytest.raises(UrnLost):
                ask(place)
        assert client.deposit("x" * 43, Choice.AGREE) == CastAnswer.UNKNOWN


def test_an_urn_that_does_not_answer_is_a_refusal(settings: LazySettings, tmp_path: Path) -> None:
    settings.URN_ADDRESS = str(tmp_path / "mute.sock")
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(settings.URN_ADDRESS)
        mute.listen()
        client.TIMEOUT_S, before = 0.1, client.TIMEOUT_S
        try:
            with pytest.raises(UrnAway) as refused:
                client.papers_in(Place("k", "e"))
        finally:
            client.TIMEOUT_S = before

    assert (refused.value.status_code, refused.value.retry_after_s) == (503, 5)


def test_lines_are_of_one_length_whatever_is_chosen() -> None:
    lines = [wire.as_line({"do": "deposit", "token": "x" * 43, "choice": choice}) for choice in Choice]

    assert {len(line) for line in lines} == {wire.LINE_STEP}
    assert [wire.from_line(line)["choice"] for line in lines] == list(Choice)
    assert len(wire.as_line({"x": "y" * 300})) == 2 * wire.LINE_STEP
    for line, fault in ((lines[0][:-1], "cut off"), (b"[]\n", "no object"), (b"\n", "Expecting value")):
        with pytest.raises(ValueError, match=fault):
            wire.from_line(line)


def test_a_stranger_who_sends_nonsense_gets_nothing(holder: Holder) -> None:
    with wire.connect(client.address(), 2) as connection:
        connection.sendall(b"nonsense\n")
        assert connection.recv(10) == b""


@pytest.mark.parametrize(
    ("address", "files", "fix"),
    [
        ("/" + "x" * 120, {}, "Set URN_ADDRESS to a shorter one"),
        ("tls://urn.example.vn", {}, "Write it as tls://host:port"),
        ("tls://urn.example.vn:7443", {"ca": "a"}, "Set them to the files"),
    ],
)
def test_an_address_that_cannot_be_is_told(
    settings: LazySettings, address: str, files: dict[str, str], fix: str
) -> None:
    settings.URN_ADDRESS, settings.URN_TLS_CA = address, files.get("ca", "")

    with pytest.raises(ValueError, match=fix):
        read_address(address, **files)
    assert [error.id for error in urn_has_an_address(None)] == ["councils.E001"]


def test_the_settings_of_the_tests_name_an_address() -> None:
    assert urn_has_an_address(None) == []


def test_a_second_urn_at_one_address_does_not_start(tmp_path: Path) -> None:
    place = Address(path=str(tmp_path / "urn.sock"))
    with serving(place):
        assert Path(place.path).stat().st_mode & 0o777 == 0o600
        with pytest.raises(AnotherUrn, match="its open polls would be void"):
            server_at(place, lambda words: None)
    # What a killed process left behind is no urn.
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(place.path)
    with serving(place):
        assert Path(place.path).exists()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority, a certificate of 127.0.0.1 that it signed, and one that it did not sign."""
    folder = tmp_path_factory.mktemp("tls")
    ca_key, other_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    _write_certificate(folder / "ca", "authority", ca_key, "authority", ca_key, is_authority=True)
    for name, signer in (("urn", ca_key), ("stranger", other_key)):
        _write_certificate(
            folder / name, "127.0.0.1", ec.generate_private_key(ec.SECP256R1()), "authority", signer
        )
    return folder


def _write_certificate(
    path: Path,
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    signer: ec.EllipticCurvePrivateKey,
    *,
    is_authority: bool = False,
) -> None:
    now = datetime.now(UTC)
    named, by = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, word)]) for word in (name, issuer))
    builder = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(by)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    )
    if not is_authority:
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(name))])
        builder = builder.add_extension(names, critical=False)
    made = builder.sign(signer, hashes.SHA256())
    path.with_suffix(".pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    path.with_suffix(".key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def _by_tls(folder: Path, name: str, port: int) -> Address:
    return read_address(
        f"tls://127.0.0.1:{port}",
        ca=str(folder / "ca.pem"),
        certificate=str(folder / f"{name}.pem"),
        key=str(folder / f"{name}.key"),
    )


def _heard(connection: socket.socket) -> bytes:
    """What comes back, if anything: a side that does not speak TLS is cut off."""
    try:
        return connection.recv(300)
    except ConnectionResetError:
        return b""


def test_between_machines_only_those_of_the_authority_are_heard(authority: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    ours, strangers = _by_tls(authority, "urn", port), _by_tls(authority, "stranger", port)

    with serving(ours):
        with client.asking_at(ours):
            place = client.open_urn("k", SEATS, least=1)
            assert _cast(place, 11, Choice.AGREE) == CastAnswer.IN_THE_URN
        with client.asking_at(strangers), pytest.raises(UrnAway):
            client.papers_in(place)
        with socket.create_connection(("127.0.0.1", port)) as plain:
            plain.sendall(wire.as_line({"do": "state", "key": "k", "epoch": place.epoch}))
            assert b"papers" not in _heard(plain)
        assert str(ours) == f"tls://127.0.0.1:{port}"
    assert wire.tls_context(ours, serves=True).minimum_version == ssl.TLSVersion.TLSv1_3
