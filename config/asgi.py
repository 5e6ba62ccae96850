"""ASGI entry, for servers that need one."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_asgi_application()

from criteria.selectors import read_plans  # noqa: E402 -- needs the loaded application

# Servers skip Django's system checks; a malformed plan is refused here too, with file and key.
read_plans()
