"""What nobody types and programs send: keys, fields, queries, files and bodies, drawn by a seeded generator."""

import random
from collections.abc import Iterable
from urllib.parse import quote_from_bytes

LONG_NUMBER = "1" * 5000
KEYS: tuple[str | bytes, ...] = (
    *("0", "-1", "1", "007", str(2**31), str(2**32), str(2**63 - 1), str(2**63), str(2**64), LONG_NUMBER),
    *("²", "٣", "９", "一", "1.5", "1e3", "+1", " 1", "0x10", "1_000", "true", "None"),
    *("00000000-0000-0000-0000-000000000000", "z" * 36, "x" * 3000, "示" * 700),
    *("\x00", "1\x00", "\n", "\ufffe", "\u202e1", "..", "%2e%2e", "<b>", "'--", '"', "\\", ";", "*", "auth.user"),
    *(b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80", b"\xe7\xa4"),
)
INSTANTS = (
    *("0000-01-01", "0001-01-01", "9999-12-31", "275760-09-13", "2026-02-30", "-2026-01-01", "2026-13-45", "2026-W01"),
    *("0001-01-01T00:00", "9999-12-31T23:59", "9999-12-31T23:59:59+14:00", "0001-01-01T00:00-12:00"),
    *("24:00", "99:99:99", "٢٠٢٦-٠١-٠١", "２０２６-０１-０１", "2026-07", "0000-00", "9999-12", "00"),
)
NUMBERS = ("NaN", "-Infinity", "Infinity", "1e999", "1e-999", "-0", "1e20", "99999999999", "0.1", "1,2", ",", "1,,2")
WORDS = (
    *("[]", "{}", "null", '{"a": [1, {"b": null}]}', "[" * 5000, "a:b:c", ":", "////", "AAAA", "eyJhIjoxfQ==", "?x=1"),
    *("\r\n", "\t", "\u200b", "\U0001f469\u200d\U0001f680", "\ue000", "\U000e0001", "x" * 20000, "示" * 8000),
    *("javascript:alert(1)", "//elsewhere", "http://[", "http://[::1", "/a b", "csv", "xlsx", "-", "--", "__all__"),
)
VALUES = (*KEYS, *INSTANTS, *NUMBERS, *WORDS)
FILE_NAMES = (
    *(
        "",
        ".",
        "..",
        "../../x.csv",
        "a\x00.csv",
        "x" * 400 + ".xlsx",
        "名单.csv",
        "名单.XLSX",
        "示\u202evsc.xlsx",
        "csv",
    ),
    *('a".csv', "a\r\nb.pdf", "a;b.docx", "CON.xls", " .pdf", "示" * 120 + ".png", "x.zip", "x.tar.gz", "\ufffe.csv"),
)
FILES = (
    *(
        b"",
        b"\x00",
        b"\xff\xfe",
        b"PK\x03\x04",
        b"PK\x05\x06" + bytes(18),
        b"%PDF-1.7\n",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    ),
    *("姓名,工号\n示甲,1\n".encode(), '姓名,工号\n"示甲,1\n'.encode("gb18030"), "姓名\t工号\r示甲\t1".encode("utf-16")),
    *(b"\xef\xbb\xbf,\n,,\n", b"a" * 5000, b'"' * 501, b"\x89PNG\r\n\x1a\n", b"<html>", b"\n" * 3000),
)
BODIES = (b"", b"{", b'{"a": 1}', b"[" * 3000, b"\xff\xfe", b"=&=&;", b"%", b"%zz=%", b"a=1&" * 300, b"\x00=\x00")
BOUNDARY = "odd-boundary"
KINDS = (
    *(
        "application/json",
        "text/plain",
        "",
        "application/octet-stream",
        "application/x-www-form-urlencoded; charset=none",
    ),
    *(
        "multipart/form-data",
        f"multipart/form-data; boundary={BOUNDARY}",
        "multipart/form-data; boundary=示",
        "x" * 300,
    ),
)
HEADERS = {
    "X-Request-ID": ("x" * 600, "\xff", "", "示", "a b"),
    "Referer": ("http://[", "x" * 3000, "http://testserver/\xff", ""),
    "User-Agent": ("", "x" * 3000, "\xff\xfe"),
    "Accept-Language": ("x" * 700, "zh-hans;q=nan", "\xff", "*;q=1e9"),
    "HX-Request": ("true", "\xff"),
    "HX-Current-URL": ("http://[", "%ff", "x" * 3000),
    "X-Real-IP": ("not an address", "::ffff:1.2.3.4", "1" * 300, "\xff"),
    "Range": ("bytes=0-", "bytes=-1", "bytes=9-1", "bytes=" + LONG_NUMBER, "lines=1"),
    "If-Modified-Since": ("Thu, 01 Jan 0000 00:00:00 GMT", "x", LONG_NUMBER),
    "If-None-Match": ('"', "*", "W/" * 50),
}


class Odd:
    """Draws; the same seed draws the same."""

    def __init__(self, seed: object) -> None:
        self.random = random.Random(str(seed))

    def often(self, share: float) -> bool:
        return self.random.random() < share

    def one(self, among: Iterable) -> object:
        return self.random.choice(tuple(among))

    def key(self) -> str:
        """For a place in an address, quoted."""
        return quoted(self.one(KEYS))

    def query(self, names: Iterable[str]) -> str:
        """A few of these fields, and one that nobody knows."""
        drawn = self.random.sample(known := sorted(names), min(len(known), self.random.randint(1, 4)))
        return encoded(
            self.doubled([*((name, self.one(VALUES)) for name in drawn), (self.one(VALUES), self.one(VALUES))])
        )

    def doubled(self, pairs: list[tuple]) -> list[tuple]:
        """Now and then a field comes twice, with another value."""
        if pairs and self.often(0.2):
            pairs.append((self.one(pairs)[0], self.one(VALUES)))
        return pairs

    def spoilt(self, filled: list[tuple[str, object]]) -> list[tuple]:
        """A form with one to three of its fields changed, doubled, or left out."""
        pairs = list(filled)
        for _ in range(self.random.randint(1, 3)):
            if not pairs:
                break
            place = self.random.randrange(len(pairs))
            if self.often(0.1):
                pairs.pop(place)
            else:
                name, value = pairs[place]
                pairs[place] = (self.spoilt_name(name), self.near(value) if self.often(0.25) else self.one(VALUES))
        return self.doubled(pairs)

    def near(self, value: object) -> object:
        """Almost what was there."""
        text = value if isinstance(value, str) else ""
        place = self.random.randrange(len(text) + 1)
        return self.one(
            (text[:place], text + text, f"-{text}", f"{text}0", f"{text},{text}", text[:place] + "\x00" + text[place:])
        )

    def spoilt_name(self, name: str) -> str:
        """The revision a form has seen names its record: sometimes another."""
        if name.startswith("seen:") and self.often(0.5):
            return self.one(
                [f"{name}0", "seen:", "seen::", f"seen:x:{LONG_NUMBER}", f"seen:auth.user:{2**63}", "seen:x:٣"]
            )
        return name

    def body(self) -> tuple[bytes, str]:
        """Anything at all."""
        return self.one(BODIES), self.one(KINDS)

    def headers(self) -> dict[str, str]:
        if self.often(0.7):
            return {}
        name = self.one(HEADERS)
        return {name: self.one(HEADERS[name])}

    def file(self) -> tuple[str, bytes]:
        return self.one(FILE_NAMES), self.one(FILES)


def as_bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def quoted(value: object) -> str:
    return quote_from_bytes(as_bytes(value), safe="")


def encoded(pairs: Iterable[tuple]) -> str:
    return "&".join(f"{quoted(name)}={quoted(value)}" for name, value in pairs)


def multipart(pairs: Iterable[tuple]) -> tuple[bytes, str]:
    """A value that is a pair of name and content is a file; names go out as browsers send them, only worse."""
    parts = []
    for name, value in pairs:
        head = b'Content-Disposition: form-data; name="' + as_bytes(name) + b'"'
        if isinstance(value, tuple):
            head += b'; filename="' + as_bytes(value[0]) + b'"\r\nContent-Type: application/octet-stream'
            value = value[1]
        parts.append(b"--" + BOUNDARY.encode() + b"\r\n" + head + b"\r\n\r\n" + as_bytes(value) + b"\r\n")
    return b"".join(parts) + b"--" + BOUNDARY.encode() + b"--\r\n", f"multipart/form-data; boundary={BOUNDARY}"
