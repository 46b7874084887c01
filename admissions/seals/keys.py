"""The log's own keys, name and hash algorithm, from the settings. Only the worker that seals needs a secret.

Which key is in force stands in the database: the last change names it (`KeyChange`); before the first change it is that of
`SEAL_KEY`. While a change is under way the worker holds the secrets of both, `SEAL_KEY` and `SEAL_KEY_NEXT`.
"""

import hashlib

from django.conf import settings

from admissions.core.decision import Refused

from .models import KeyChange
from .notes import PublicKey, log_key

SHORTEST = 43


def seed() -> bytes:
    """The Ed25519 seed of the key in force."""
    if not settings.SEAL_KEY:
        raise Refused("没有封存密钥，不能封存。", who_can="请系统管理员在后台任务的环境变量里设置 SEAL_KEY。")
    last = last_change()
    if last is None:
        return seed_of(settings.SEAL_KEY, "SEAL_KEY")
    for name in ("SEAL_KEY", "SEAL_KEY_NEXT"):
        secret = getattr(settings, name)
        if secret and log_key(seed_of(secret, name), origin()).text == last.new_key:
            return seed_of(secret, name)
    raise Refused(
        f"SEAL_KEY 不是现在的封存密钥（指纹 {PublicKey.parse(last.new_key).fingerprint}），不能封存。",
        who_can="请系统管理员把换钥时的新密钥设为 SEAL_KEY。",
    )


def seed_of(secret: str, name: str) -> bytes:
    """The SHA-256 of a secret, which holds at least 43 random characters."""
    if len(secret) < SHORTEST:
        raise Refused(
            f"{name} 不足 {SHORTEST} 个字符，不能用作封存密钥。", who_can="请系统管理员换用足够长的随机字符。"
        )
    return hashlib.sha256(secret.encode()).digest()


def algorithm() -> str:
    return settings.SEAL_ALGORITHM


def origin() -> str:
    """Trees of another algorithm have another name, so that no checkpoint can be taken for one of theirs."""
    return settings.SEAL_ORIGIN + ("" if algorithm() == "sha256" else f"/{algorithm()}")


def last_change() -> KeyChange | None:
    return KeyChange.objects.order_by("-number").first()


def public_key() -> PublicKey:
    """The key in force; from its own setting where the web processes do not hold the secret."""
    last = last_change()
    if last is not None:
        return PublicKey.parse(last.new_key)
    if settings.SEAL_PUBLIC_KEY:
        return PublicKey.parse(settings.SEAL_PUBLIC_KEY)
    return log_key(seed(), origin())


def key_at(size: int) -> PublicKey:
    """The key that signed the seal of this many leaves."""
    before = KeyChange.objects.filter(size__lt=size).order_by("-number").first()
    if before is not None:
        return PublicKey.parse(before.new_key)
    first = KeyChange.objects.order_by("number").first()
    return PublicKey.parse(first.old_key) if first is not None else public_key()
