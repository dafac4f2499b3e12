"""The WSGI application that Granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from config.server.refusal import refuse_what_does_not_fit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
refuse_what_does_not_fit()
