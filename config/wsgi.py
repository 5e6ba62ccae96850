"""WSGI entry for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from criteria.selectors import read_plans  # noqa: E402 -- needs the loaded application

# Servers skip Django's system checks; a malformed plan is refused here too, with file and key.
read_plans()
