"""A visitor with nothing but http: cookies, forms, and what the pages say."""

import html
import http.cookiejar
import re
import urllib.error
import urllib.request
from urllib.parse import urlencode


class Visitor:
    """Opens addresses of a running program and answers its forms."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.status = 0
        self.text = ""
        self.url = ""
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(jar, urllib.request.ProxyHandler({}))

    def open(self, path: str, data: dict[str, str] | None = None) -> "Visitor":
        address = path if path.startswith("http") else f"{self.base}{path}"
        body = urlencode(data).encode() if data is not None else None
        request = urllib.request.Request(address, body, {"Referer": self.url or self.base})
        try:
            answer = self._opener.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            self.status, self.url, self.text = answer.status, answer.url, html.unescape(answer.read().decode())
        return self

    def submit(self, **values: str) -> "Visitor":
        """Post to the page's own address, with its token."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.text)
        assert token is not None, f"no form on {self.url}:\n{self.text[:500]}"
        return self.open(self.url, {"csrfmiddlewaretoken": token[1], **values})

    def sees(self, *sentences: str) -> "Visitor":
        for sentence in sentences:
            assert sentence in self.text, f"“{sentence}” is not on {self.url} ({self.status})"
        return self
