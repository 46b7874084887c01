"""Production: TLS everywhere, second factor for everyone, a web role that is not the owner."""

from .base import *  # noqa: F403
from .env import env

DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
MFA_REQUIRED = True
DEMONSTRATION = False
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
TRUST_PROXY_ADDRESS = True
# nginx sets X-Real-IP and strips what clients send (docs/operations.md).
AXES_IPWARE_META_PRECEDENCE_ORDER = ["HTTP_X_REAL_IP", "REMOTE_ADDR"]
