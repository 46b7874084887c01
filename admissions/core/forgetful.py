"""A cache that may be away: it then knows nothing and keeps nothing, and no page waits for it more than once in a while.

Only what can be counted anew is put here. What must not be forgotten (codes that were used, failed attempts) is in the
database's cache, `default`.
"""

from collections.abc import Callable
from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

from .away import Away

# How long a page waits for it, connecting included.
PATIENCE = 0.5


away = Away("the cache does not answer")


class _Client(RedisCacheClient):
    """Django's client; each call has an answer for a server that is away."""

    def get(self, key: Any, default: Any) -> Any:
        return _asked(lambda: super(_Client, self).get(key, default), default)

    def set(self, key: Any, value: Any, timeout: Any) -> None:
        _asked(lambda: super(_Client, self).set(key, value, timeout), None)

    def delete(self, key: Any) -> bool:
        return _asked(lambda: super(_Client, self).delete(key), False)

    def clear(self) -> bool:
        return _asked(lambda: super(_Client, self).clear(), False)


def _asked(ask: Callable[[], Any], otherwise: Any) -> Any:
    if away.is_so:
        return otherwise
    try:
        return ask()
    except (redis.RedisError, OSError) as error:
        away.note(error)
        return otherwise


class ForgetfulCache(RedisCache):
    """`get`, `set`, `delete` and `clear`; nothing that would promise to remember."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        params["OPTIONS"] = {
            "socket_connect_timeout": PATIENCE,
            "socket_timeout": PATIENCE,
            **params.get("OPTIONS", {}),
        }
        super().__init__(server, params)
        self._class = _Client

    def add(self, *args: Any, **kwargs: Any) -> bool:
        raise NotImplementedError("this cache may forget: keep it in the database's")

    def incr(self, *args: Any, **kwargs: Any) -> int:
        raise NotImplementedError("this cache may forget: keep it in the database's")
