"""更换封存密钥: the old key and the new one sign the same statement; from the next seal on the new one signs.

The statement is a note of its own beside the seals; whoever knows any key of the chain gets to the present one from it.
"""

from django.conf import settings
from django.db import connection
from django.utils import timezone

from admissions.audit.commands import machine_action
from admissions.core.decision import Refused

from . import notes
from .keys import last_change, origin, seed, seed_of
from .models import KeyChange, Seal
from .sealing import LOCK

SHEET = "请从印记单整行抄写。"


def rotate_key(reason: str) -> KeyChange:
    """Go over from the key in force to that of `SEAL_KEY_NEXT`.

    Refuses: no new secret, or that of a key that was in force before; no seal yet.
    Effects: an event; the next seal carries the new key's signature.
    """
    old = seed()
    new = _new_seed("SEAL_KEY_NEXT", settings.SEAL_KEY_NEXT)
    return _change(reason, notes.log_key(old, origin()), new, old)


def replace_lost_key(reason: str, old_key: str) -> KeyChange:
    """The old secret is gone: only the new key (`SEAL_KEY`) signs. Verifiers and witnesses refuse the change until the new
    key has been given to them from a sheet that both lines have signed.

    Refuses: the old public key did not sign the last seal.
    """
    try:
        old = notes.PublicKey.parse(old_key)
    except notes.BadNote as error:
        raise Refused(str(error), who_can=SHEET) from None
    return _change(reason, old, _new_seed("SEAL_KEY", settings.SEAL_KEY), None)


def _new_seed(name: str, secret: str) -> bytes:
    if not secret:
        raise Refused(f"没有新的封存密钥：{name} 是空的。", who_can="请系统管理员在环境变量里设置新的随机字符。")
    made = seed_of(secret, name)
    text = notes.log_key(made, origin()).text
    if KeyChange.objects.filter(old_key=text).exists() or KeyChange.objects.filter(new_key=text).exists():
        raise Refused("这把密钥用过，不能再用。", who_can="请换用新的随机字符。")
    return made


def _change(reason: str, old: notes.PublicKey, new_seed: bytes, old_seed: bytes | None) -> KeyChange:
    new = notes.log_key(new_seed, origin())
    if new.text == old.text:
        raise Refused("新旧密钥相同，没有更换。", who_can="请另行生成新密钥。")
    with machine_action("seals.rotate_key", "更换封存密钥", reason) as action:
        with connection.cursor() as cursor:  # no seal between the last one and the change
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        last = Seal.objects.newest_first().first()
        before = last_change()
        _require_fitting(last, before, old)
        body = notes.key_change_body(origin(), last.size, bytes(last.root), old, new)
        signers = [given for given in (old_seed, new_seed) if given is not None]
        made = KeyChange.objects.create(
            number=before.number + 1 if before else 1,
            at=timezone.now(),
            size=last.size,
            old_key=old.text,
            new_key=new.text,
            is_signed_by_old=old_seed is not None,
            note=notes.noted(body, [notes.signature(given, origin(), body) for given in signers]),
        )
        action.details = {"old": old.fingerprint, "new": new.fingerprint, "seal": last.number}
    return made


def _require_fitting(last: Seal | None, before: KeyChange | None, old: notes.PublicKey) -> None:
    if last is None:
        raise Refused("还没有印记，不用换钥：直接设置 SEAL_KEY 即可。")
    if before is not None and before.new_key != old.text:
        raise Refused("给出的旧钥不是现在的封存密钥。", who_can=SHEET)
    if (before is None or before.size < last.size) and not notes.is_signed_by(last.checkpoint, old):
        raise Refused(f"{last}不是给出的旧钥签的，不能换钥。", who_can=SHEET)
