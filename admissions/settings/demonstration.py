"""While `make run` builds the demonstration, and never after: its passwords are public, so their hashes may be cheap."""

from .development import *  # noqa: F403

PASSWORD_HASHERS = ["admissions.accounts.passwords.PublicPasswordHasher"]
