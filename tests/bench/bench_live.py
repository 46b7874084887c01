"""A meeting behind two web workers: sixty members clicking at once, and sixty browsers that watch."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from urllib.parse import urlencode

from tests.bench.database import own_environment, report, scratch_database

from django.test import Client  # isort: skip
from django.urls import reverse

from tests.factories.meetings import body, opened, proposed
from workgroups.meetings.models import Position

MEMBERS, WATCHED_SECONDS, POLL_SECONDS = 60, 20, 2
TIMES_AN_EMPTY_VIEW, CORES = 10.0, 0.5


class Browser:
    """One person's cookies."""

    def __init__(self, port: int, person: object) -> None:
        client = Client()
        client.force_login(person)
        self.cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        self.port = port

    def send(
        self, method: str, path: str, form: dict[str, str] | None = None, automatic: bool = False
    ) -> tuple[int, str]:
        """Status and text."""
        headers = {"X-Automatic": "1"} if automatic else {}
        headers |= {"HX-Request": "true"} if form is not None else {}
        headers |= {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.request(method, path, urlencode(form) if form is not None else None, headers)
        response = connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        connection.close()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return response.status, text


def at_once(acts: list[Callable[[], None]]) -> list[float]:
    """Seconds each act took, all begun at the same moment, the quickest first."""
    barrier, waited = threading.Barrier(len(acts)), []

    def run(act: Callable[[], None]) -> None:
        barrier.wait()
        started = perf_counter()
        act()
        waited.append(perf_counter() - started)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(waited)


def p95(waited: list[float]) -> float:
    return waited[int(len(waited) * 0.95) - 1]


def served(port: int) -> subprocess.Popen:
    """Two workers on the scratch database."""
    server = subprocess.Popen(
        [
            str(Path(sys.executable).parent / "gunicorn"), "tests.bench.live_app:application", "--bind", f"127.0.0.1:{port}",
            "--workers", "2", "--threads", "4", "--log-level", "error",
        ],
        env=own_environment(),
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return server
        time.sleep(0.2)
    raise TimeoutError("the web workers did not come up")


def cpu_seconds(parent: int) -> float:
    """User and system time of the workers so far."""
    total = 0
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def watch(browser: Browser, page: str, stop: threading.Event, seen: list[int]) -> None:
    """What the page's script does: ask every two seconds with the token of the last answer."""
    address = _live_address(browser.send("GET", page)[1])
    while not stop.wait(POLL_SECONDS):
        status, text = browser.send("GET", address, automatic=True)
        seen.append(status)
        if status == 200:
            address = _live_address(text) or address


def _live_address(text: str) -> str:
    found = re.search(r'hx-get="([^"]+)"', text)
    return found[1].replace("&amp;", "&") if found else ""


def main() -> None:
    with scratch_database():
        of = body(MEMBERS + 1)
        item = opened(of, proposed(of))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = served(port)
        try:
            measure(port, of, item, server.pid)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)


def measure(port: int, of: object, item: object, server: int) -> None:
    browsers = [Browser(port, person) for person in of.members]
    form_page = reverse("meetings:item-state", args=[item.pk])
    tokens = []
    for browser in browsers:
        status, text = browser.send("GET", form_page)
        assert status == 200, status
        tokens.append(re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)[1])
    empty = at_once([lambda browser=browser: browser.send("GET", "/bench-empty/") for browser in browsers])
    # Watching comes first: a meeting in which nobody has spoken yet.
    watched_cpu(browsers, reverse("meetings:one", args=[item.meeting_id]), server)

    def click(browser: Browser, token: str) -> Callable[[], None]:
        def act() -> None:
            form = {"csrfmiddlewaretoken": token, "stance": "agree", "text": ""}
            status, text = browser.send("POST", form_page, form)
            assert status == 200, status
            assert "已表态" in text

        return act

    waited = at_once([click(browser, token) for browser, token in zip(browsers, tokens, strict=True)])
    kept = Position.objects.filter(item=item)
    print(
        f"{MEMBERS}人同时点击（2个网页进程）: 留存{kept.values('seat').distinct().count()}人，重复{kept.count() - kept.values('seat').distinct().count()}次"
    )
    report("点击到下一页的95%位 对 同时打开空视图", p95(waited), p95(empty), TIMES_AN_EMPTY_VIEW)


def watched_cpu(browsers: list[Browser], page: str, server: int) -> None:
    stop, seen = threading.Event(), []
    threads = [threading.Thread(target=watch, args=(browser, page, stop, seen)) for browser in browsers]
    for thread in threads:
        thread.start()
    time.sleep(2 * POLL_SECONDS)
    before, started = cpu_seconds(server), perf_counter()
    time.sleep(WATCHED_SECONDS)
    cores = (cpu_seconds(server) - before) / (perf_counter() - started)
    stop.set()
    for thread in threads:
        thread.join()
    quiet = seen.count(204)
    print(
        f"{MEMBERS}个浏览器看会议页: 网页进程占{cores:.2f}核（目标 < {CORES}，{'达标' if cores < CORES else '超出'}），"
        f"{len(seen)}次询问中{quiet}次没有变化"
    )
