"""Checkpoints, signed notes and co-signatures as text: C2SP signed-note, tlog-checkpoint, tlog-cosignature.

Nothing here knows a table. Sizes are leaf counts, roots 32 bytes, times Unix seconds.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from admissions.core.given import whole_number

LOG, WITNESS = 1, 4  # signature types: Ed25519 note, Ed25519 co-signature
DASH = "\u2014 "


class BadNote(ValueError):
    """The text is not what it claims to be; the message is a Chinese sentence."""


@dataclass(frozen=True)
class PublicKey:
    """A named key as printed: name+hash+base64."""

    name: str
    kind: int
    raw: bytes

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.raw).digest()[:4]

    @property
    def text(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(bytes([self.kind]) + self.raw).decode()}"

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits in groups of four, to be compared by eye."""
        digits = hashlib.sha256(self.text.encode()).hexdigest()[:16]
        return " ".join(digits[start : start + 4] for start in range(0, 16, 4))

    @classmethod
    def parse(cls, text: str) -> "PublicKey":
        parts = text.strip().split("+", 2)
        if len(parts) != 3 or not parts[0] or " " in parts[0]:
            raise BadNote("公钥不完整：应为“名称+八位编号+Base64”。请从见证程序的输出整行复制。")
        data = _decoded(parts[2])
        if len(data) != 33:
            raise BadNote("公钥长度不对。请从见证程序的输出整行复制。")
        key = cls(parts[0], data[0], data[1:])
        if key.key_id.hex() != parts[1]:
            raise BadNote("公钥的编号与内容不符，可能抄错或被改动。请从见证程序的输出整行复制。")
        return key

    def verify(self, signature: bytes, message: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Checkpoint:
    """The three lines that are signed."""

    origin: str
    size: int
    root: bytes

    @property
    def body(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @property
    def check_code(self) -> str:
        """Eight hex digits on the printed sheet: a mistyped character shows."""
        return hashlib.sha256(self.body.encode()).hexdigest()[:8]

    @classmethod
    def parse(cls, body: str) -> "Checkpoint":
        lines = body.split("\n")
        size = whole_number(lines[1]) if len(lines) >= 4 else None
        if size is None or lines[-1]:
            raise BadNote("不是印记正文：应为三行，依次为名称、叶数、根。")
        found = _decoded(lines[2])
        if len(found) != 32:
            raise BadNote("印记里的根长度不对。")
        return cls(lines[0], size, found)


def log_key(seed: bytes, origin: str) -> PublicKey:
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return PublicKey(origin, LOG, public.public_bytes(Encoding.Raw, PublicFormat.Raw))


def signed_note(seed: bytes, origin: str, body: str) -> str:
    """The body, an empty line and the log's signature line."""
    return noted(body, [signature(seed, origin, body)])


def noted(body: str, lines: list[str]) -> str:
    return body + "\n" + "".join(f"{line}\n" for line in lines)


def signature(seed: bytes, origin: str, body: str) -> str:
    """The signature line of one of the log's keys, without the line feed."""
    made = Ed25519PrivateKey.from_private_bytes(seed).sign(body.encode())
    return f"{DASH}{origin} {base64.b64encode(log_key(seed, origin).key_id + made).decode()}"


def key_change_body(origin: str, size: int, root: bytes, old: PublicKey, new: PublicKey) -> str:
    """A checkpoint of its own name, whose two further lines are the old key and the new one."""
    return f"{Checkpoint(f'{origin}/key', size, root).body}{old.text}\n{new.text}\n"


def split_note(note: str) -> tuple[str, list[str]]:
    """Body with its last line feed, and the signature lines without."""
    body, found, rest = note.rpartition("\n\n")
    if not found:
        raise BadNote("印记全文里没有签名。")
    return body + "\n", [line for line in rest.split("\n") if line]


def is_signed_by(note: str, key: PublicKey) -> bool:
    body, lines = split_note(note)
    return any(
        name == key.name and blob[:4] == key.key_id and key.verify(blob[4:], body.encode())
        for name, blob in map(signature_line, lines)
    )


def signature_line(line: str) -> tuple[str, bytes]:
    """Key name, and key id with what follows."""
    if not line.startswith(DASH) or line.count(" ") != 2:
        raise BadNote("签名行不完整：应以“— ”开头，后接名称和签名。")
    _, name, text = line.rstrip("\n").split(" ")
    blob = _decoded(text)
    if len(blob) < 5:
        raise BadNote("签名行太短，可能没有复制完整。")
    return name, blob


def cosigned_at(line: str, key: PublicKey, checkpoint: Checkpoint) -> int:
    """When the witness signed this checkpoint; refuses a line that is not this witness's or not about this checkpoint."""
    name, blob = signature_line(line)
    if name != key.name or blob[:4] != key.key_id:
        raise BadNote(f"这一行是“{name}”签的，登记的见证人是“{key.name}”。")
    if len(blob) != 76:
        raise BadNote("见证签名长度不对，可能没有复制完整。")
    instant, signature = int.from_bytes(blob[4:12], "big"), blob[12:]
    if not key.verify(signature, f"cosignature/v1\ntime {instant}\n{checkpoint.body}".encode()):
        raise BadNote("见证签名与这个印记不符，没有登记。请让见证人重新核对最新的印记。")
    return instant


def bundle(old: int, path: list[bytes], note: str) -> str:
    """What a witness is handed: its own size, the consistency proof, the checkpoint (tlog-witness add-checkpoint)."""
    proof = "".join(f"{base64.b64encode(part).decode()}\n" for part in path)
    return f"old {old}\n{proof}\n{note}"


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote("有一段不是 Base64 文字，可能抄错或没有复制完整。") from None
