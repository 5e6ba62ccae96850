"""Elements of a DOCX's own XML, written short. Order matters to Word: callers give children as the schema has them."""

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

TWIPS = 20
"""A point has twenty twips, in which Word measures."""


def mark(name: str, /, *children: Any, **attributes: Any) -> Any:
    """An element `w:name` with attributes of the same namespace; None among the children is left out."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    made.extend(child for child in children if child is not None)
    return made


def when(holds: bool, name: str, /, **attributes: Any) -> Any:
    """The element where something holds, else None."""
    return mark(name, **attributes) if holds else None


def twips(points: float) -> int:
    """Points as Word measures."""
    return round(points * TWIPS)
