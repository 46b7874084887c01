"""Tests: a fast hasher, unhashed static files, a second factor only where a test asks for it; the rest as in production."""

import os
import re
from datetime import timedelta

from .base import *  # noqa: F403
from .base import CACHES, REDIS_URL

# Each test process clears its own cache and nobody else's.
_worker = int(re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or 0)
CACHES["counts"]["LOCATION"] = f"{re.sub(r'/[0-9]*$', '', REDIS_URL)}/{10 + _worker % 6}"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
MFA_REQUIRED = False
# Test clients sign in without giving a password; tests of the question set it.
CRITICAL_IDENTITY_AGE = None
MARK_KEY = "a-mark-key-of-the-tests-0123456789-abcdefghij-ABCDEFGHIJ"
SEAL_KEY = "a-seal-key-of-the-tests-0123456789-abcdefghij-ABCDEFGHIJ"
DESK_REMEMBERED = timedelta()
