"""People at the browser: each with a window of their own, doing what stands on the page."""

import base64
import binascii
import hmac
import struct
import time
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout


def code_for(secret: str, at: float | None = None) -> str:
    """The six digits an authenticator shows for a secret (RFC 6238)."""
    key = base64.b32decode(secret)
    counter = struct.pack(">Q", int((at or time.time()) // 30))
    mac = hmac.new(key, counter, "sha1").digest()
    start = mac[-1] & 15
    number = int(binascii.hexlify(mac[start : start + 4]), 16) & 0x7FFFFFFF
    return f"{number % 10**6:06}"


# Milliseconds. Four hundred accounts are written in one request, and a machine that tests may be slow or busy.
PATIENCE = 120_000


class Person:
    """One signed-in person. Labels, buttons and sentences are those of the pages; nothing is addressed by its id."""

    def __init__(self, browser: Browser, base: str, options: dict[str, Any]) -> None:
        self.context = browser.new_context(**options, base_url=base)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.password = ""

    def sign_in(self, login: str, password: str, secret: str = "") -> "Person":
        self.password = password
        self.page.goto("/login/")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", password)
        self.press("登录")
        if secret:
            self.page.fill("[name=code]", code_for(secret))
            self.press("登录").sees("我的待办")
        return self

    def open(self, path: str) -> "Person":
        self.page.goto(path)
        return self

    def follow(self, *names: str) -> "Person":
        """Follow links of the page's main part one after the other."""
        for name in names:
            exact = self.main.get_by_role("link", name=name, exact=True)
            self._click((exact if exact.count() else self.main.get_by_role("link", name=name)).first, name)
        return self

    def _click(self, target: Locator, name: str) -> None:
        try:
            with self.page.expect_navigation():
                target.click()
        except PlaywrightTimeout:
            raise AssertionError(f"nothing to press called “{name}” on {self.page.url}:\n{self.text[:700]}") from None

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def fill(self, **values: Any) -> "Person":
        """Label → text, True for a box to tick, a list of words to pick from a searching list."""
        for label, value in values.items():
            self._answer(label, value)
        return self

    def _answer(self, label: str, value: Any) -> None:
        field = self.main.get_by_label(label).and_(self.page.locator("input, select, textarea")).first
        if value is True:
            field.check()
        elif isinstance(value, Path):
            field.set_input_files(value)
        elif isinstance(value, list):
            for words in value:
                field.focus()
                self.page.keyboard.type(words)
                choices = self.page.locator(f"#{field.get_attribute('aria-controls')}")
                choices.get_by_role("option", name=words).first.click()
            self.page.keyboard.press("Tab")
            # The picker takes the focus back once after a choice; a person is slower than that.
            self.page.wait_for_timeout(400)
        elif field.evaluate("node => node.tagName") == "SELECT":
            field.select_option(field.locator("option", has_text=value).first.get_attribute("value"))
        else:
            field.fill(str(value))

    def press(self, name: str) -> "Person":
        self._click(self.main.get_by_role("button", name=name).first, name)
        return self

    def submit(self, name: str, **values: Any) -> "Person":
        """Fill what is named, press, and be sure the form was not shown again with errors."""
        self.fill(**values).press(name)
        errors = self.page.locator(".form-errors")
        assert not errors.count(), f"{self.page.url}: {errors.first.inner_text()}"
        return self

    def sign(self, name: str, **values: Any) -> "Person":
        """A critical act: the person's own password is entered once more."""
        return self.submit(name, **values, 您的口令=self.password)

    def until(self, path: str, sentence: str, seconds: int = 60) -> "Person":
        """Look again until background work has come so far."""
        for _ in range(seconds * 2):
            if sentence in self.open(path).text:
                return self
            time.sleep(0.5)
        return self.sees(sentence)

    @property
    def text(self) -> str:
        return self.main.inner_text()

    def sees(self, *sentences: str) -> "Person":
        for sentence in sentences:
            assert sentence in self.text, f"“{sentence}” is not on {self.page.url}:\n{self.text[:700]}"
        return self

    def does_not_see(self, *sentences: str) -> "Person":
        for sentence in sentences:
            assert sentence not in self.page.content(), f"“{sentence}” is on {self.page.url}"
        return self


def is_accessible(person: Person) -> None:
    """axe finds nothing serious on the page the person looks at."""
    found = Axe().run(person.page).response["violations"]
    assert [rule["id"] for rule in found if rule["impact"] in ("serious", "critical")] == []
