"""Where the website listens: what was asked for is examined before anything is started, each obstacle has its sentence."""

import errno
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass

LOOPBACK = "127.0.0.1"
EVERYWHERE = {"0.0.0.0": LOOPBACK, "::": "::1"}
LAST_PORT = 65_535


class NoAddress(Exception):
    """The website cannot listen there; the sentence says why and what to do."""


@dataclass(frozen=True)
class Address:
    host: str
    port: int

    @property
    def bind(self) -> str:
        return f"{_bracketed(self.host)}:{self.port}"

    @property
    def url(self) -> str:
        """What to type into a browser on this machine."""
        return f"http://{_bracketed(self.nearest)}:{self.port}/"

    @property
    def nearest(self) -> str:
        return EVERYWHERE.get(self.host, self.host)

    @property
    def allowed_hosts(self) -> str:
        names = dict.fromkeys(["localhost", LOOPBACK, "[::1]", _bracketed(self.host)])
        return ",".join(name for name in names if name.strip("[]") not in EVERYWHERE)

    def examine(self) -> None:
        """NoAddress unless a program may listen here now."""
        try:
            (family, kind, _, _, place), *_ = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError):
            raise NoAddress(f"认不出主机名 {self.host}：HOST 应为本机的一个地址，例如 {LOOPBACK}。") from None
        try:
            with socket.socket(family, kind) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(place)
                probe.listen(1)
        except OSError as error:
            raise NoAddress(self._why(error)) from None

    def _why(self, error: OSError) -> str:
        if error.errno == errno.EADDRINUSE:
            return f"端口 {self.port} 已被占用。请停止占用它的程序，或换一个端口：PORT=8001 make run"
        if error.errno in (errno.EACCES, errno.EPERM):
            return f"没有权限使用端口 {self.port}（1024 以下只有 root 可用）。请换一个端口：PORT=8001 make run"
        if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
            if self.host == LOOPBACK:
                return "本机没有 IPv4 回环地址。请用 IPv6 的：HOST=::1 make run"
            return f"{self.host} 不是本机的地址。HOST 应为本机的一个地址，例如 {LOOPBACK}。"
        return f"不能在 {self.bind} 上监听：{error.strerror}。"


def wanted(environment: Mapping[str, str] = os.environ) -> Address:
    """HOST and PORT as they were given."""
    typed = environment.get("PORT") or "8000"
    if not (typed.isascii() and typed.isdigit() and 1 <= int(typed) <= LAST_PORT):
        raise NoAddress(f"PORT={typed} 不是端口号：应为 1 到 {LAST_PORT} 的整数，例如 PORT=8001 make run")
    return Address((environment.get("HOST") or LOOPBACK).strip("[]"), int(typed))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
