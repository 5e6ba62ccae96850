"""What every journey asks of a page: live parts settled, nothing for axe to find, no sideways scroll."""

from functools import cache

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, ViewportSize

from tests.thoroughness import IS_LONG

WIDE, NARROW = ViewportSize(width=1280, height=900), ViewportSize(width=360, height=740)
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
SCHEMES = ("light",)  # The pages have one scheme.
# axe measures with inline styles of its own, some of them late, which the page's policy refuses: those are not
# the page's fault. The mark stays until the page is left. Bars that stick stand in their places meanwhile: whatever
# row happens to end under one is not too small to be touched, a stroke of the finger frees it.
# The two rules that take most of axe's time, by the width that leaves each to the other where a test walks at both:
# colours are the same at both widths, and what is touched is touched on a phone.
LEFT_TO_THE_OTHER = {WIDE["width"]: ("target-size",), NARROW["width"]: ("color-contrast",)}
RUN_AXE = """async options => {
    window.underAxe = true;
    const bars = [...document.querySelectorAll(".top-bar, .action-bar")];
    bars.forEach(bar => bar.style.position = "static");
    const found = (await axe.run(options)).violations;
    bars.forEach(bar => bar.style.removeProperty("position"));
    return found;
}"""
TELL_REFUSALS = """document.addEventListener("securitypolicyviolation", event => {
    if (!window.underAxe) {
        console.error(`refused by policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    }
});"""


def wait_for_htmx(page: Page) -> None:
    """Return when no htmx request is under way and swapped content has settled."""
    page.wait_for_function(
        "() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added')"
    )


class Walk:
    """How the running test walks: at both widths, one after the other, or at one."""

    at_both_widths = False


def rules_left_out(page: Page) -> tuple[str, ...]:
    """What is not asked at this width because the same test asks it at the other; nothing in the long run."""
    if IS_LONG or not Walk.at_both_widths or page.viewport_size is None:
        return ()
    return LEFT_TO_THE_OTHER.get(page.viewport_size["width"], ())


@cache
def _axe_script() -> str:
    script: str = Axe().axe_script
    return script


def check_axe(page: Page, *, schemes: tuple[str, ...] = SCHEMES, whole: bool = False) -> None:
    """Fail with the rules, the places and the reasons when axe finds anything on this page state.

    `whole` asks every rule at this width.
    """
    found = []
    left_out = () if whole else rules_left_out(page)
    options = {
        "runOnly": {"type": "tag", "values": AXE_TAGS},
        "resultTypes": ["violations"],
        "preload": False,
        "rules": {rule: {"enabled": False} for rule in left_out},
    }
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.evaluate(_axe_script())
        for violation in page.evaluate(RUN_AXE, options):
            places = "; ".join(
                f"{node['html'][:160]} ({node['failureSummary']})" for node in violation["nodes"][:4]
            )
            found.append(f"{scheme} {violation['id']}: {violation['help']}\n    {places}")
    page.emulate_media(color_scheme=None)
    assert not found, f"axe at {page.url} ({page.viewport_size}):\n" + "\n".join(found)


def check_no_sideways_scroll(page: Page) -> None:
    """Fail when the page is wider than its window."""
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"{page.url} is {overflow} px wider than its window ({page.viewport_size})"


def look(page: Page, *, whole: bool = False) -> None:
    """What is asked of every page state: settled, nothing for axe to find, no sideways scroll."""
    wait_for_htmx(page)
    check_axe(page, whole=whole)
    check_no_sideways_scroll(page)


def send(page: Page, button: Locator) -> int:
    """Press a button or link that leads to a page, wait for that page, and give its status."""
    with page.expect_navigation() as arrival:
        button.click()
    answer = arrival.value
    return answer.status if answer else 0


def form_to(page: Page, address: str) -> Locator:
    """The form that sends to an address, whatever stands after the address's question mark."""
    return page.locator(f"form[action='{address}'], form[action^='{address}?']")


def unfold(form: Locator) -> Locator:
    """The form, with the panel around it opened when it is folded away."""
    panel = form.page.locator("details:not([open])").filter(has=form)
    if panel.count():
        panel.locator("summary").click()
    return form
