"""Sealed ballots: equal length, unreadable without the poll's key, and the key useless without the environment's."""

import base64

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured

from councils.checks import ballot_key_is_usable
from councils.enums import Choice
from councils.exceptions import BallotKeyMismatch
from councils.sealing import PAPER_BYTES, new_keys, seal, unseal_all

OTHER_KEY = base64.b64encode(b"o" * 32).decode()


def test_unseal_gives_the_choices_in_order() -> None:
    public, wrapped = new_keys()
    chosen = [Choice.AGREE, Choice.BLANK, Choice.DISAGREE, Choice.AGREE]

    opened = unseal_all(wrapped, [seal(public, choice) for choice in chosen])

    assert opened == chosen


def test_sealed_papers_are_of_one_length_and_never_equal() -> None:
    public, _wrapped = new_keys()

    papers = [seal(public, choice) for choice in (*Choice, Choice.AGREE)]

    assert len({len(paper) for paper in papers}) == 1
    assert len(set(papers)) == len(papers)
    assert max(len(choice.value) for choice in Choice) < PAPER_BYTES


def test_keys_are_one_time() -> None:
    public, _wrapped = new_keys()
    _public, other_wrapped = new_keys()

    with pytest.raises(BallotKeyMismatch):
        unseal_all(other_wrapped, [seal(public, Choice.AGREE)])


def test_private_key_is_useless_without_the_environment_key(settings: LazySettings) -> None:
    public, wrapped = new_keys()
    paper = seal(public, Choice.AGREE)
    settings.BALLOT_KEY = OTHER_KEY

    with pytest.raises(BallotKeyMismatch):
        unseal_all(wrapped, [paper])


@pytest.mark.parametrize("key", ["", "short", base64.b64encode(b"x" * 31).decode(), "not base64 at all!!"])
def test_an_unusable_environment_key_is_named(settings: LazySettings, key: str) -> None:
    settings.BALLOT_KEY = key

    found = ballot_key_is_usable(None)

    assert [error.id for error in found] == ["councils.E001"]
    assert "openssl rand -base64 32" in str(found[0].msg)
    with pytest.raises(ImproperlyConfigured):
        new_keys()


def test_a_usable_environment_key_passes() -> None:
    assert ballot_key_is_usable(None) == []
