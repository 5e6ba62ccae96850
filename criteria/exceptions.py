"""What goes wrong when a plan is asked for."""


class UnknownPlan(LookupError):
    """No plan file and no stored version has this id."""
