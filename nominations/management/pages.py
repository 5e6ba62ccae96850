"""Pages of `docs/` that are written from the code's own tables: one function a page, listed in `PAGES`."""

from collections.abc import Callable, Iterable

from nominations.statuses import ROWS, StatusRow, row_of
from nominations.transitions import TRANSITIONS, VERB_TITLES, sources_of

_STATUSES_HEAD = """\
# Statuses of a dossier

What a status means stands once, in its row of `nominations/statuses.py`; which verb leads where stands once, in
`nominations/transitions.py`. Pages, filters, exports and queries read from these two. `manage.py generate_docs` writes
this page from them, and `make check` fails while it is out of date.

## The way
"""
_ADDING = """\
## Adding a status

Six files; nothing else names what a status means, and pages, filters, exports, queries and permissions follow:

1. `nominations/enums.py`: the stored value and its label;
2. `nominations/statuses.py`: its row;
3. `nominations/transitions.py`: the verbs that lead to it and from it, and what the history says of them;
4. a migration of `nominations`: the field's choices, and the constraints where the row says that the way has ended;
5. `locale/vi/LC_MESSAGES/django.po`: the label in Vietnamese;
6. this page: `manage.py generate_docs`.

A verb that is new with it is carried out by a service, which is the seventh; who may ask for it, and by which button,
is told where every verb tells it.
"""
_NOTES: tuple[tuple[str, Callable[[StatusRow], bool]], ...] = (
    ("its maker may change it", lambda row: row.is_editable),
    ("the figures of today count", lambda row: row.is_with_filing_side),
    ("not shown to the province yet", lambda row: row.is_before_province),
    ("on the appraisal desk", lambda row: row.is_on_desk),
    ("waits for the reviewer", lambda row: row.is_waiting),
    ("honoured", lambda row: row.is_honoured),
    ("ended", lambda row: row.is_ended),
)


def dossier_statuses() -> str:
    """The diagram of statuses, what each means, and which verb leads where."""
    parts = [
        _STATUSES_HEAD,
        "\n".join(["```mermaid", *_diagram(), "```"]) + "\n",
        "## What each status means\n",
        _table(("Status", "Stored as", "Step", "Whose turn", "What follows"), map(_meaning, ROWS)),
        "## Verbs\n",
        _table(("Verb", "From", "To", "The history says"), map(_verb, VERB_TITLES)),
        _ADDING,
    ]
    return "\n".join(parts)


def _diagram() -> Iterable[str]:
    """Mermaid's state diagram: begins at the first row; a status that ends the way leads to the end mark."""
    yield "stateDiagram-v2"
    for row in ROWS:
        yield f'    state "{row.label}" as {row.status.value}'
    yield f"    [*] --> {ROWS[0].status.value}"
    for status, steps in TRANSITIONS.items():
        for step in steps:
            yield f"    {status.value} --> {step.target.value}: {step.verb}"
    for row in ROWS:
        if row.turn is None:
            yield f"    {row.status.value} --> [*]"


def _meaning(row: StatusRow) -> tuple[str, ...]:
    return (
        row.label,
        f"`{row.status.value}`",
        str(row.step.label) if row.step else "—",
        str(row.turn.label) if row.turn else "—",
        "; ".join(words for words, holds in _NOTES if holds(row)),
    )


def _verb(verb: str) -> tuple[str, ...]:
    sources = sources_of(verb)
    targets = dict.fromkeys(
        step.target for source in sources for step in TRANSITIONS[source] if step.verb == verb
    )
    return (
        f"`{verb}`",
        ", ".join(row_of(source).label for source in sources),
        ", ".join(row_of(target).label for target in targets),
        str(VERB_TITLES[verb]),
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _cell in head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


PAGES: dict[str, Callable[[], str]] = {"dossier-statuses.md": dossier_statuses}
