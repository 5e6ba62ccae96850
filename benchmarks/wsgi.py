"""The application with one more view, which does nothing but ask for a sign-in: what every page costs at the least."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

settings.ROOT_URLCONF = "benchmarks.bare"
# As a province's server keeps its connections; tests close theirs after each request.
settings.DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
application = get_wsgi_application()
