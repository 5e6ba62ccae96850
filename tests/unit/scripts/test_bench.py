"""How a measured figure is completed and told."""

import pytest

from scripts.bench import _complete, _line, _measurements, _names, main


@pytest.mark.parametrize(
    ("better", "value", "is_met"),
    [("higher", 5000, True), ("higher", 4999, False), ("lower", 400, True), ("lower", 401, False)],
)
def test_goal_holds_at_the_boundary(better: str, value: int, is_met: bool) -> None:
    goal = 5000 if better == "higher" else 400

    figure = _complete({"name": "x", "value": value, "unit": "n", "goal": goal, "better": better})

    assert figure["ok"] is is_met


def test_figure_without_goal_is_neither_met_nor_missed() -> None:
    figure = _complete({"name": "x", "value": 3, "unit": "n"})

    assert figure == {
        "name": "x", "value": 3, "unit": "n", "baseline": None, "ratio": None, "goal": None, "ok": None
    }  # fmt: skip


def test_line_names_baseline_and_goal() -> None:
    figure = _complete(
        {"name": "import.rows", "value": 12000, "unit": "rows/s", "baseline": 1000, "goal": 20000}
    )

    assert _line(figure) == "import.rows: 12,000 rows/s, 12.0 of the baseline 1,000, goal 20,000 MISSED"


def test_every_measuring_module_is_found_and_an_unknown_one_named(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [measure.__name__ for measure in _measurements(_names())]
    monkeypatch.setattr("sys.argv", ["bench.py", "finder", "speed"])

    assert found == [
        "measure_engine",
        "measure_finder",
        "measure_imports",
        "measure_lists",
        "measure_scale",
        "measure_meetings",
        "measure_tables",
    ]
    with pytest.raises(SystemExit, match=r"no module speed. Choose from: bare, database, engine, finder"):
        main()
