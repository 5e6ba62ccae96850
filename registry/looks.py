"""Which addresses of the registry show a person, and whose data."""

from core.looks import Shown, register_looks, register_nobody

HOUSEHOLD, INDIVIDUAL = "registry.household:{pk}", "registry.individual:{pk}"
EITHER = "registry.{kind}:{pk}"
FILE = "registry.importfile:{pk}"


def install() -> None:
    """Say so to the foundations."""
    register_nobody("registry.unit")
    register_looks("registry", Shown.PAGE, HOUSEHOLD, "household_detail", "household_looks")
    register_looks("registry", Shown.PAGE, INDIVIDUAL, "individual_detail", "individual_looks")
    register_looks(
        "registry", Shown.FORM, HOUSEHOLD, "household_edit", "member_add", "member_edit", "member_remove"
    )
    register_looks("registry", Shown.FORM, INDIVIDUAL, "individual_edit")
    register_looks("registry", Shown.NUMBER, HOUSEHOLD, "member_number", "member_old_number")
    for kind in ("household", "individual"):
        register_looks("registry", Shown.FORM, EITHER, f"{kind}_holds", f"{kind}_hold_end", f"{kind}_unmerge")
        register_looks("registry", Shown.NUMBER, EITHER, f"{kind}_number", f"{kind}_old_number")
        both = (EITHER, "registry.{kind}:{other}")
        register_looks("registry", Shown.PAGE, both, f"{kind}_merge", f"{kind}_forget_apart")
        register_looks(
            "registry",
            Shown.LIST,
            f"registry.{kind}",
            *(f"{kind}s", f"{kind}_duplicates", f"{kind}_tell_apart", f"{kind}_merge_choice"),
        )
    register_looks("registry", Shown.LIST, "registry.household", "number_search")
    register_looks("registry", Shown.PAGE, "registry.datacase:{pk}", "data_case", "data_case_acknowledge")
    register_looks("registry", Shown.PAGE, FILE, "import_file", "import_confirm", "import_answer")
    register_looks("registry", Shown.PAGE, FILE, "import_meanings", "import_discard", "import_read_again")
    register_looks("registry", Shown.EXPORT, FILE, "import_refused")
