"""Production: TLS everywhere, second factor for everyone, a web role that is not the owner."""

from .base import *  # noqa: F403
from .env import env

DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
MFA_REQUIRED = True
DEMONSTRATION = False
# The seed of the signing key, or the name of its file; the checks ask that it is there and like no other key.
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# One shift; without any act the session ends after IDLE_TIMEOUT.
SESSION_COOKIE_AGE = 12 * 3600
TRUST_PROXY_ADDRESS = True
# nginx sets X-Real-IP and strips what clients send (docs/operations.md).
AXES_IPWARE_META_PRECEDENCE_ORDER = ["HTTP_X_REAL_IP", "REMOTE_ADDR"]
