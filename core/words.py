"""Words of the framework that Vietnamese offices write otherwise; our catalogue's wording goes first."""

from django.utils.translation import gettext_noop

DAYS = (
    gettext_noop("Monday"),
    gettext_noop("Tuesday"),
    gettext_noop("Wednesday"),
    gettext_noop("Thursday"),
    gettext_noop("Friday"),
    gettext_noop("Saturday"),
    gettext_noop("Sunday"),
)
