"""The fast way in for a clean file of digests: its bytes go to COPY as they are, judged a block at a time.

Clean means: the four columns, nothing quoted, ASCII, references and codes of letters, digits and hyphens. Whatever is
otherwise sends the file to the reader that looks at each line and says why.
"""

import re
from pathlib import Path
from typing import BinaryIO

from admissions.accounts.identity import DIGEST_VERSION

HEX = b"0123456789abcdef"
CHUNK = 1 << 16
LONGEST_HEADER = 4096
LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CODE_SIGNS = b"0123456789-," + LETTERS
# Runs of digits are looked for as runs of zeros: a search for bytes is much faster than one for a pattern.
AS_ZEROS = bytes.maketrans(b"123456789", b"000000000")
# References have up to ten digits in a row, codes of districts up to twelve; a phone has eleven.
LONG_RUN, LONGER_RUN, PHONE_RUN = b"0" * 11, b"0" * 13, re.compile(rb"(?<![0-9])0?1[3-9][0-9]{9}(?![0-9])")


def plain_header(path: Path) -> list[str]:
    """The cells of the first line, if it is one a clean file may have; else nothing."""
    with path.open("rb") as file:
        line = file.readline(LONGEST_HEADER)
    line = line.removesuffix(b"\n").removesuffix(b"\r")
    if len(line) > LONGEST_HEADER - 2 or any(sign in line for sign in (b'"', b"\r", b"\x00")):
        return []
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return line.decode(encoding).split(",")
        except UnicodeDecodeError:
            continue
    return []


class PlainLines:
    """A file for COPY that puts the batch number before every line and judges the cells, a block at a time.

    While this process looks at a block, the server writes the one before: judging afterwards in SQL would take as long
    as writing. The number of cells in a line and their greatest length are the server's to judge.
    """

    def __init__(self, file: BinaryIO, batch_id: int, reference: int, digest: int, codes: list[int]) -> None:
        """`reference`, `digest`, `codes`: places of these columns, together all there are."""
        self.file, self.prefix, self.is_plain = file, b"%d," % batch_id, True
        self.width, self.reference, self.digest, self.codes = 2 + len(codes), reference, digest, codes

    def read(self, size: int = -1) -> bytes:
        block = self.file.read(CHUNK)
        tail = self.file.readline(CHUNK) if block else b""
        lines = (block + tail).replace(b"\r\n", b"\n").removesuffix(b"\n")
        # An exception here would end the connection's COPY as an error of its own: stop, and say so afterwards.
        if not lines or not self._is_plain(lines):
            return b""
        return self.prefix + lines.replace(b"\n", b"\n" + self.prefix) + b"\n"

    def _is_plain(self, lines: bytes) -> bool:
        cells = lines.replace(b"\n", b",").split(b",")
        self.is_plain = (
            lines.isascii()
            and not any(sign in lines for sign in (b'"', b"\\", b" ", b"\t", b"\r"))
            and len(cells) == self.width * (lines.count(b"\n") + 1)
            and are_digests(cells[self.digest :: self.width])
            and are_references(cells[self.reference :: self.width])
            and all(are_codes(cells[place :: self.width]) for place in self.codes)
        )
        return self.is_plain


def are_digests(cells: list[bytes]) -> bool:
    """Every cell is the version, a colon and 64 lower-case hexadecimal digits; looked at all at once, not one by one."""
    start, count = f"{DIGEST_VERSION}:".encode(), len(cells)
    width = len(start) + 64 + 1
    joined = b",".join(cells) + b","
    signs = {*enumerate(start), (width - 1, ord(","))}
    return (
        len(joined) == width * count
        # A cell holds no comma: where one stands at the end of every width, every cell has this width.
        and all(joined[place::width] == bytes([sign]) * count for place, sign in signs)
        and joined.translate(None, HEX) == (start + b",").translate(None, HEX) * count
    )


def are_references(cells: list[bytes]) -> bool:
    """Every cell has a digit, nothing but signs of a code, and no run of digits long enough to be somebody's number."""
    joined = b",".join(cells)
    if joined.translate(None, CODE_SIGNS) or LONG_RUN in joined.translate(AS_ZEROS, b"-"):
        return False
    return b",," not in b"," + joined.translate(None, LETTERS + b"-") + b","


def are_codes(cells: list[bytes]) -> bool:
    """Every cell is empty or a code, and no number of a person."""
    joined = b",".join(cells)
    if joined.translate(None, CODE_SIGNS):
        return False
    zeros = joined.translate(AS_ZEROS, b"-")
    return LONG_RUN not in zeros or (LONGER_RUN not in zeros and not PHONE_RUN.search(joined.translate(None, b"-")))
