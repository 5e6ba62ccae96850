"""Several hands at once: acts that start together, each in a thread and on a connection of its own.

A test marked `race` runs RACE_ROUNDS times (5; `make test-long` asks for 50): a race that is lost one time in ten is
found by neither one round nor luck.
"""

import os
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from django.db import connection
from django.utils import translation

from core.exceptions import Refusal

ROUNDS = int(os.environ.get("RACE_ROUNDS", "5"))
STARTS_WITHIN_S, ENDS_WITHIN_S = 20, 60


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act gave, or the exception it raised."""
    start = Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            start.wait(timeout=STARTS_WITHIN_S)
            # A thread begins in the default language; refusals are compared in English.
            with translation.override("en"):
                results[place] = act()
        except BaseException as error:  # noqa: BLE001 -- the test judges whatever came
            results[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=ENDS_WITHIN_S)
    assert not any(thread.is_alive() for thread in threads), "a hand is still waiting"
    return results


def one_success(answers: list[Any]) -> None:
    """Exactly one act was refused, with a sentence, and every other went through."""
    refused = [answer for answer in answers if isinstance(answer, BaseException)]
    assert len(refused) == 1, answers
    assert isinstance(refused[0], Refusal), refused[0]
    assert str(refused[0].message)
