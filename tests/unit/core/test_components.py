"""Tables by their columns and includes by their parts: what they write, and what they refuse."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

ROWS = [{"name": "Xã <A>", "count": 12}, {"name": "Xã B", "count": 3}]


def draw(source: str, **context: object) -> str:
    return Template("{% load i18n ui components %}" + source).render(Context(context))


def lines(markup: str) -> str:
    """The markup without its line breaks."""
    return markup.replace("\n", "")


def test_table_draws_head_cells_and_labels_from_its_columns() -> None:
    drawn = draw(
        """{% table row in rows caption=caption %}
             {% column "unit" naming %}
               <a href="#">{{ row.name }}</a>
             {% endcolumn %}
             {% column "Households" num css="nowrap" %}{{ row.count|number }}{% endcolumn %}
           {% endtable %}""",
        rows=ROWS,
        caption="Units & figures",
    )

    assert lines(drawn) == (
        '<div class="table-wrap"><table class="table table-cards">'
        '<caption class="visually-hidden">Units &amp; figures</caption>'
        '<thead><tr><th scope="col">Unit</th><th scope="col" class="num">Households</th></tr></thead><tbody>'
        '<tr><th scope="row"><a href="#">Xã &lt;A&gt;</a></th>'
        '<td class="num nowrap" data-label="Households">12</td></tr>'
        '<tr><th scope="row"><a href="#">Xã B</a></th>'
        '<td class="num nowrap" data-label="Households">3</td></tr>'
        "</tbody></table></div>"
    )


def test_labels_follow_the_language_of_the_drawing() -> None:
    template = Template(
        '{% load i18n components %}{% table row in rows caption=_("Units") %}'
        '{% column _("Kind") %}x{% endcolumn %}{% endtable %}'
    )

    with translation.override("en"):
        english = template.render(Context({"rows": ROWS}))
    with translation.override("vi"):
        vietnamese = template.render(Context({"rows": ROWS}))

    assert 'data-label="Kind"' in english
    assert 'data-label="Loại"' in vietnamese


def test_column_that_is_not_shown_has_neither_head_nor_cells() -> None:
    source = (
        '{% table row in rows caption="x" %}{% column "Name" naming %}{{ row.name }}{% endcolumn %}'
        '{% column "Change" shown=can_edit %}edit{% endcolumn %}{% endtable %}'
    )

    assert "Change" not in draw(source, rows=ROWS, can_edit=False)
    assert draw(source, rows=ROWS, can_edit=True).count("edit") == len(ROWS)


def test_silent_column_names_itself_to_screen_readers_only() -> None:
    drawn = draw(
        '{% table row in rows caption="x" %}{% column "Choose" silent %}o{% endcolumn %}{% endtable %}',
        rows=ROWS,
    )

    assert '<th scope="col"><span class="visually-hidden">Choose</span></th>' in drawn
    assert "<td>o</td>" in drawn


def test_rows_unpack_count_and_bear_their_own_id() -> None:
    drawn = draw(
        '{% table key, value in rows caption="x" row_id="row-"|add:key %}'
        '{% column "No." num %}{{ forloop.counter }}{% endcolumn %}'
        '{% column "Value" %}{{ value }}{% if forloop.first %}!{% endif %}{% endcolumn %}{% endtable %}',
        rows=[("a", 1), ("b", 2)],
    )

    assert (
        '<tr id="row-a"><td class="num" data-label="No.">1</td><td data-label="Value">1!</td></tr>' in drawn
    )
    assert '<tr id="row-b"><td class="num" data-label="No.">2</td><td data-label="Value">2</td></tr>' in drawn


def test_a_row_leaves_nothing_behind_on_the_page() -> None:
    drawn = draw(
        '{% table row in rows caption="x" %}{% column "Name" %}{{ row.name }}{% endcolumn %}{% endtable %}[{{ row }}]',
        rows=ROWS,
        row="outer",
    )

    assert drawn.endswith("[outer]")


def test_wide_table_is_a_region_and_a_bare_one_has_no_wrapper() -> None:
    body = '{% column "Name" %}x{% endcolumn %}{% endtable %}'

    wide = draw('{% table row in rows caption="x" region="Figures" css="coverage" %}' + body, rows=ROWS)
    bare = draw('{% table row in rows bare caption="x" %}' + body, rows=ROWS)

    assert wide.startswith('<div class="table-wrap" tabindex="0" role="region" aria-label="Figures">')
    assert '<table class="table table-cards coverage">' in wide
    assert "table-wrap" not in bare


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{% table rows %}{% endtable %}", "A table says"),
        ("{% table row in rows %}{% endtable %}", "A table says"),
        ('{% table row in rows caption="x" sorted=1 %}{% endtable %}', "no option sorted"),
        ("{% column %}{% endcolumn %}", "A column says its label"),
        ('{% column "Name" bold %}{% endcolumn %}', "A column says its label"),
        ("{% component %}{% endcomponent %}", "A component says"),
        ("{% values row.name %}", "row.name has none"),
        ("{% part %}{% endpart %}", "A part says its one name"),
    ],
)
def test_a_slip_is_refused_with_what_to_write(source: str, said: str) -> None:
    with pytest.raises(TemplateSyntaxError, match=said):
        draw(source)


def test_component_gives_values_and_parts_to_its_include() -> None:
    drawn = draw(
        """{% component "includes/alert.html" %}
             {% values tone="warn" title=title %}
             {% if is_late %}{% part message %}
               Late by <b>{{ days }}</b> days
             {% endpart %}{% endif %}
           {% endcomponent %}""",
        title="A & B",
        is_late=True,
        days=3,
    )

    assert "A &amp; B" in drawn
    assert "Late by <b>3</b> days" in drawn


def test_component_sees_nothing_of_the_page_but_request_and_token() -> None:
    drawn = draw(
        '{% component "includes/empty.html" %}{% values title="Nothing" %}{% endcomponent %}',
        message="of the page",
        csrf_token="t" * 64,
    )
    form = draw(
        '{% component "includes/reason_form.html" %}{% values url="/x/" label="Why" %}{% endcomponent %}',
        csrf_token="t" * 64,
    )

    assert "of the page" not in drawn
    assert f'name="csrfmiddlewaretoken" value="{"t" * 64}"' in form


def test_component_in_a_part_of_a_component_keeps_its_own_values() -> None:
    drawn = draw(
        '{% component "includes/alert.html" %}{% values tone="good" %}'
        '{% part message %}{% component "includes/alert.html" %}{% values tone="bad" message="inner" %}'
        "{% endcomponent %}outer{% endpart %}{% endcomponent %}"
    )

    assert drawn.count("inner") == 1
    assert drawn.count("outer") == 1
