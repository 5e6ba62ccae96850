"""The way of a proposal from its approval to the decision: which papers the plan asks for, in which order."""

from __future__ import annotations

from collections.abc import Collection

from .plan import Award, SendingWay, WayStep
from .plan_reading import Draft, by_id, provisions_of, text_of
from .reading import Node

STEPS = (
    "movement_minutes",
    "department_letter",
    "provincial_council",
    "province_letter",
    "sending",
    "decision",
)
"""Every step that a plan can ask for, in the one order in which papers can follow each other."""
PLAIN_WAY = (WayStep("department_letter"), WayStep("decision"))
"""What holds for an award of which the plan says nothing: the list goes up in a letter, and is decided on."""


def read_way(node: Node, draft: Draft) -> tuple[WayStep, ...]:
    """The steps of one award: each at most once, in the order of `STEPS`, the decision last."""
    steps = tuple(_read_step(item, draft) for item in node.items())
    names = [step.id for step in steps]
    if names != [step for step in STEPS if step in names] or names[-1:] != ["decision"]:
        raise node.fail(
            "expected steps of {names} in this order, each once, and the decision last",
            names=", ".join(STEPS),
        )
    return steps


def _read_step(node: Node, draft: Draft) -> WayStep:
    node.only("step", "provisions", "sent_by")
    name, sent_by = node.need("step").choice(STEPS), node.get("sent_by")
    if (sent_by is not None) != (name == "sending"):
        raise node.fail("expected sent_by at the step sending, and at no other")
    return WayStep(
        id=name,
        provisions=provisions_of(node.need("provisions"), draft),
        sent_by=tuple(by_id(sent_by, _read_sending).values()) if sent_by else (),
    )


def _read_sending(node: Node) -> SendingWay:
    node.only("id", "label", "receipt")
    return SendingWay(
        id=node.need("id").text(),
        label=text_of(node.need("label")),
        needs_receipt=node.need("receipt").boolean(),
    )


def first_lacking(award: Award, done: Collection[str], before: str = "") -> WayStep | None:
    """The first step of an award's way that is not done, of those before `before` where it is given; None for none."""
    for step in award.way:
        if step.id == before:
            return None
        if step.id not in done:
            return step
    return None
