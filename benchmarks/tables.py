"""The cost of drawing a list: fifty rows of the list of dossiers, against the same rows as a django-tables2 fragment."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any

from benchmarks.database import temporary_database

GOAL = 12
ROWS = 50
ROUNDS = 40


def measure_tables() -> dict[str, Any]:
    """How many times faster our own tag draws the rows; both alternate in one process, the best of each counts."""
    with temporary_database("sqlite") as database:
        ours, theirs = database.run("benchmarks.tables:draw_both").value
    return {
        "name": "tables.rows.ratio",
        "value": round(theirs / ours, 1),
        "unit": f"times as fast ({ROWS} rows in {ours * 1000:.2f} ms; django-tables2 {theirs * 1000:.2f} ms)",
        "goal": GOAL,
    }


def draw_both() -> tuple[float, float]:
    """Seconds for one drawing by each, warm, in Vietnamese."""
    from django.conf import settings  # noqa: PLC0415 -- only the child process has settings
    from django.test.utils import override_settings  # noqa: PLC0415
    from django.utils.translation import override  # noqa: PLC0415

    apps = [*settings.INSTALLED_APPS, "django_tables2"]
    with override("vi"), override_settings(INSTALLED_APPS=apps):
        rows = _rows()
        ours, theirs = _our_list(rows), _their_list(rows)
        if ours().count("<tr") != theirs().count("<tr"):
            raise AssertionError("The two lists do not show the same rows.")
        times = [(_seconds(ours), _seconds(theirs)) for _ in range(ROUNDS)]
    return min(one for one, _ in times), min(other for _, other in times)


def _seconds(draw: Callable[[], str]) -> float:
    started = time.process_time()
    draw()
    return time.process_time() - started


def _rows() -> list[Any]:
    """Rows as the list's page makes them, of dossiers that no database holds."""
    from nominations.enums import RoundKind, Status  # noqa: PLC0415
    from nominations.models import AwardRound, Dossier, Movement  # noqa: PLC0415
    from nominations.selectors.dossiers import dossier_rows  # noqa: PLC0415
    from registry.enums import UnitKind  # noqa: PLC0415
    from registry.models import Individual, Unit  # noqa: PLC0415

    movement = Movement(plan_id="binh-thuan-2021-2025", name="Vì người nghèo")
    award_round = AwardRound(movement=movement, kind=RoundKind.FINAL, year=2025)
    unit = Unit(kind=UnitKind.COMMUNE, name="Xã Phan Điền", valid_from=date(2021, 1, 1))
    statuses = list(Status)
    return dossier_rows(
        Dossier(
            award_round=award_round,
            award="province_certificate",
            subject="individual",
            nominee_individual=Individual(name=f"Nguyễn Thị Ngữ & {number}", unit=unit),
            nominating_unit=unit,
            code=f"HS-2025-{number:04}",
            status=statuses[number % len(statuses)],
        )
        for number in range(ROWS)
    )


def _our_list(rows: list[Any]) -> Callable[[], str]:
    """The table of the list's own template, drawn as on its page."""
    from django.template import Context, Engine  # noqa: PLC0415

    from core.templatetags.components import TableNode  # noqa: PLC0415

    page = Engine.get_default().get_template("nominations/dossier_list.html")
    (table,) = page.nodelist.get_nodes_by_type(TableNode)

    def draw() -> str:
        context = Context({"rows": rows})
        with context.bind_template(page), context.render_context.push_state(page):
            return str(table.render_annotated(context))

    return draw


def _their_list(rows: list[Any]) -> Callable[[], str]:
    """The same columns, labels, link and chip as a table of django-tables2."""
    import django_tables2  # noqa: PLC0415 -- measured against, not used
    from django.test import RequestFactory  # noqa: PLC0415
    from django.utils.translation import gettext_lazy  # noqa: PLC0415

    from core.templatetags.ui import chip  # noqa: PLC0415

    def column(accessor: str, label: str, **options: Any) -> Any:
        words = gettext_lazy(label)
        attributes = {"td": {"data-label": words}, "th": {"scope": "col"}}
        return django_tables2.Column(words, accessor=accessor, attrs=attributes, **options)

    class DossierTable(django_tables2.Table):
        nominee = column("nominee", "Nominee", linkify=lambda record: record.url)
        code = column("dossier__code", "Reference")
        award = column("award_label", "Award")
        award_round = column("round_label", "Round")
        unit = column("unit", "Nominated by")
        status = column("status_label", "Status")

        class Meta:
            attrs = {"class": "table table-cards"}

        def render_status(self, record: Any) -> Any:
            return chip(record.status_label, record.tone)

    request = RequestFactory().get("/")
    return lambda: str(DossierTable(rows, orderable=False).as_html(request))
