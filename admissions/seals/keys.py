"""The log's own key, name and hash algorithm, from the settings. Only the worker that seals needs the key."""

import hashlib

from django.conf import settings

from admissions.core.decision import Refused

from .notes import PublicKey, log_key


def seed() -> bytes:
    """The Ed25519 seed: the SHA-256 of the secret `SEAL_KEY`, which holds at least 43 random characters."""
    if len(settings.SEAL_KEY) < 43:
        raise Refused("没有封存密钥，不能封存。", who_can="请系统管理员在后台任务的环境变量里设置 SEAL_KEY。")
    return hashlib.sha256(settings.SEAL_KEY.encode()).digest()


def algorithm() -> str:
    return settings.SEAL_ALGORITHM


def origin() -> str:
    """Trees of another algorithm have another name, so that no checkpoint can be taken for one of theirs."""
    return settings.SEAL_ORIGIN + ("" if algorithm() == "sha256" else f"/{algorithm()}")


def public_key() -> PublicKey:
    """From its own setting where the web processes do not hold the secret."""
    if settings.SEAL_PUBLIC_KEY:
        return PublicKey.parse(settings.SEAL_PUBLIC_KEY)
    return log_key(seed(), origin())
