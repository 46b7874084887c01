"""`check --deploy`: what must be so before real work is done here. Each finding says what to do."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

KEYS = ("SECRET_KEY", "DIGEST_KEY", "SEAL_KEY", "MARK_KEY")
# A key of so many characters that nobody guesses it; the base64 of 32 random bytes has 44.
KEY_LENGTH = 40
DISTINCT_CHARACTERS = 10
HSTS_SECONDS = 31_536_000
LONGEST_SESSION = timedelta(hours=12)
LONGEST_IDLE = timedelta(minutes=30)
TLS_SETTINGS = ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "TRUST_PROXY_ADDRESS")
MAKE_A_KEY = "用 openssl rand -base64 32 生成一个，写进环境文件（权限 600），另行备份。"


def _problem(number: int, message: str, hint: str) -> Error:
    return Error(message, hint=hint, id=f"production.E{number:03}")


@register("production", deploy=True)
def keys_are_sound(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    values = {name: _key(name) for name in KEYS}
    problems: list[CheckMessage] = []
    for name, value in values.items():
        if not value:
            problems.append(_problem(1, f"没有设置密钥 {name}。", MAKE_A_KEY))
        elif is_file_name(value):
            problems += _key_file_problems(name, Path(value))
        elif is_weak(value):
            problems.append(_problem(2, f"密钥 {name} 太短或重复字符太多。", MAKE_A_KEY))
    given = [value for value in values.values() if value]
    if len(set(given)) < len(given):
        hint = "每个密钥各生成一个：一个泄露时，其余仍然可靠。"
        problems.append(_problem(3, f"{'、'.join(KEYS)} 中有相同的值。", hint))
    return problems


def _key(name: str) -> Any:
    try:
        return getattr(settings, name, "")
    except ImproperlyConfigured:  # Django's own word for an empty SECRET_KEY
        return ""


def is_file_name(value: Any) -> bool:
    return isinstance(value, Path) or (isinstance(value, str) and value.startswith("/"))


def is_weak(value: str | bytes) -> bool:
    """Bytes are a key already decoded: 32 of them are enough."""
    if isinstance(value, bytes):
        return len(value) < 32
    return len(value) < KEY_LENGTH or len(set(value)) < DISTINCT_CHARACTERS


def _key_file_problems(name: str, path: Path) -> list[CheckMessage]:
    try:
        state = path.stat()
    except OSError:
        return [_problem(1, f"{name} 指的文件读不到。", "检查文件名，文件应属于运行网站的账号。")]
    if state.st_mode & 0o077:
        return [_problem(2, f"{name} 指的文件其他账号也能读。", f"运行：chmod 600 {path}")]
    return []


@register("production", deploy=True)
def demonstration_is_off(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.DEMONSTRATION:
        return [
            _problem(4, "演示模式开着：演示账号的口令是公开的。", "使用 admissions.settings.production，不要改动它。")
        ]
    return []


@register("production", deploy=True)
def second_factor_is_required(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not settings.MFA_REQUIRED:
        return [
            _problem(5, "没有要求第二验证因素。", "去掉环境中的 MFA_REQUIRED，正式环境一律要求口令加第二验证因素。")
        ]
    return []


@register("production", deploy=True)
def evidence_is_private(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The web server hands out whatever lies below STATIC_ROOT without asking who reads."""
    media, static = Path(settings.MEDIA_ROOT).resolve(), Path(settings.STATIC_ROOT).resolve()
    if media == static or static in media.parents or media in static.parents:
        hint = "把 MEDIA_ROOT 移到单独的目录，例如 /srv/admissions/evidence，不与 STATIC_ROOT 互相包含。"
        return [_problem(6, "材料目录 MEDIA_ROOT 与静态文件目录重叠，材料会不经检查被下载。", hint)]
    return []


@register("production", deploy=True)
def transport_is_encrypted(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    off = list(_unset_transport())
    if off:
        hint = "使用 admissions.settings.production，并由反向代理终止 TLS（docs/deploy/nginx.conf）。"
        return [_problem(7, f"传输加密的设置不全：{'、'.join(off)}。", hint)]
    return []


def _unset_transport() -> Iterator[str]:
    yield from (name for name in TLS_SETTINGS if getattr(settings, name, False) is not True)
    if settings.SECURE_HSTS_SECONDS < HSTS_SECONDS:
        yield "SECURE_HSTS_SECONDS"
    if settings.SECURE_PROXY_SSL_HEADER is None:
        yield "SECURE_PROXY_SSL_HEADER"


@register("production", deploy=True)
def sessions_are_short(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    longest = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    if (
        longest > LONGEST_SESSION
        or settings.IDLE_TIMEOUT > LONGEST_IDLE
        or not settings.SESSION_EXPIRE_AT_BROWSER_CLOSE
    ):
        hint = (
            "SESSION_COOKIE_AGE 不超过 12 小时，IDLE_TIMEOUT 不超过 30 分钟，SESSION_EXPIRE_AT_BROWSER_CLOSE 为 True。"
        )
        return [_problem(8, "登录会话保持得太久。", hint)]
    return []


@register("production", deploy=True)
def web_role_is_used(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """By name only; whether the role can change the ledger is asked of the database (`--database default`)."""
    user = settings.DATABASES["default"].get("USER", "")
    if user != settings.DATABASE_WEB_ROLE:
        hint = (
            f"DATABASE_URL 用账号 {settings.DATABASE_WEB_ROLE}，属主账号只写在 DATABASE_OWNER_URL；"
            "检查时不要设 ADMISSIONS_AS_OWNER。"
        )
        return [_problem(9, f"网站用数据库账号 {user or '（空）'} 连接，不是网站账号。", hint)]
    return []
