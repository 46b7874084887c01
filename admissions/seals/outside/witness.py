#!/usr/bin/env python3
"""见证程序：放在监督组自己的电脑上，与系统分开。记住见过的印记，核对新印记与旧印记前后一致，再共签。

只用 Python 3.9 以上的标准库，只有这一个文件；密钥和记录在 --state 所指的目录里（默认 ./witness）。

  python3 witness.py new --name 名称 --log-key 系统公钥        生成密钥，打印要登记的公钥
  python3 witness.py check --url https://系统地址              联网核对、共签并送回
  python3 witness.py check --file 一包.txt                     不联网：核对文件，打印签名行
  python3 witness.py check --paste                             不联网：从键盘或二维码扫描枪读入
  python3 witness.py sheet                                     打印最近见过的印记单
  python3 witness.py recover --name 新名称 --log-key 系统公钥 --size 叶数 --root 根 --code 校验码
                                                               密钥遗失：从印记单重新开始
  python3 witness.py rekey --url 地址 或 --file 换钥记录        系统换过钥：照旧钥签过的换钥记录改认新钥（联网核对时自动）
  python3 witness.py repin --log-key 系统公钥                  旧钥遗失：从双方签字的印记单抄写新公钥，见过的印记不变
  python3 witness.py log                                       历次核对

退出码：0 已共签；1 拒绝（可疑，已留证据）；2 没有核成（连不上、读不出、用法不对）。
"""

import argparse
import base64
import binascii
import hashlib
import json
import os
import secrets
import sys
import time
import urllib.error
import urllib.request
from datetime import datetime, timezone
from pathlib import Path

VERSION = "1.1.0"
SIGNED, REFUSED, FAILED = 0, 1, 2
LOG, WITNESS = 1, 4
DASH = "\u2014 "
TIMEOUT = 30


class Suspicious(Exception):
    """拒绝共签：系统给出的与见过的对不上。"""


class Failed(Exception):
    """没有核成；不说明系统有问题。"""


# ---- Ed25519（RFC 8032） ----
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def _add(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point, scalar = _add(point, point), scalar >> 1
    return result


def _point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def _packed(point):
    z = pow(point[2], P - 2, P)
    x, y = point[0] * z % P, point[1] * z % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def _secret(seed):
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & ((1 << 254) - 8) | 1 << 254
    return scalar, digest[32:]


def public_of(seed):
    return _packed(_times(_secret(seed)[0], BASE))


def sign(seed, message):
    scalar, prefix = _secret(seed)
    public = _packed(_times(scalar, BASE))
    r = int.from_bytes(hashlib.sha512(prefix + message).digest(), "little") % ORDER
    point = _packed(_times(r, BASE))
    h = int.from_bytes(hashlib.sha512(point + public + message).digest(), "little") % ORDER
    return point + ((r + h * scalar) % ORDER).to_bytes(32, "little")


def is_signed(public, signature, message):
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = _point(public), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = _times(s, BASE), _add(r, _times(h, a))
    return not ((left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P)


# ---- 公钥与印记 ----
def key_id(name, kind, public):
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def key_text(name, kind, public):
    return f"{name}+{key_id(name, kind, public).hex()}+{base64.b64encode(bytes([kind]) + public).decode()}"


def fingerprint(text):
    digits = hashlib.sha256(text.encode()).hexdigest()[:16]
    return " ".join(digits[start : start + 4] for start in range(0, 16, 4))


def parse_key(text):
    try:
        name, number, encoded = text.strip().split("+", 2)
        data = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        raise Failed("系统公钥写法不对。请从印记单或印记页整行抄写。") from None
    if len(data) != 33 or data[0] != LOG or key_id(name, data[0], data[1:]).hex() != number:
        raise Failed("系统公钥的编号与内容不符，可能抄错。请从印记单或印记页整行抄写。")
    return name, data[1:]


def check_code(origin, size, root):
    return hashlib.sha256(f"{origin}\n{size}\n{root}\n".encode()).hexdigest()[:8]


def parse_bundle(text):
    """(见过的叶数, 证明, 印记正文, 签名行)"""
    lines = text.replace("\r\n", "\n").split("\n")
    try:
        if not lines[0].startswith("old "):
            raise ValueError("第一行应为 old 和叶数")
        old, gap = int(lines[0][4:]), lines.index("")
        proof = [base64.b64decode(line, validate=True) for line in lines[1:gap]]
        rest = lines[gap + 1 :]
        end = rest.index("")
        body = "\n".join(rest[:end]) + "\n"
        signatures = [line for line in rest[end + 1 :] if line]
        size, root = int(rest[1]), base64.b64decode(rest[2], validate=True)
    except (ValueError, IndexError, binascii.Error) as error:
        raise Failed(f"读不懂这一包：{error}。请重新取得，整段复制，不要改动。") from None
    return old, proof, rest[0], size, root, body, signatures


def checked_signature(body, signatures, name, public):
    for line in signatures:
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\u2014" or parts[1] != name:
            continue
        try:
            blob = base64.b64decode(parts[2], validate=True)
        except (ValueError, binascii.Error):
            continue
        if blob[:4] == key_id(name, LOG, public) and is_signed(public, blob[4:], body.encode()):
            return True
    return False


def is_consistent(algorithm, old, new, proof, old_root, new_root):
    """RFC 9162 第 2.1.4.2 节：小树是不是大树的开头。"""

    def digest(data):
        return hashlib.new(algorithm, data).digest()

    if old == new:
        return not proof and old_root == new_root
    if not proof or not 0 < old < new:
        return False
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    small = large = path[0]
    for part in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            small, large = digest(b"\x01" + part + small), digest(b"\x01" + part + large)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            large = digest(b"\x01" + large + part)
        node, last = node >> 1, last >> 1
    return last == 0 and small == old_root and large == new_root


# ---- 见证人的目录 ----
class Book:
    """密钥、最近见过的印记、历次记录。"""

    def __init__(self, place):
        self.place = Path(place)
        self.state_path, self.log_path = self.place / "state.json", self.place / "log.jsonl"
        self.key_path = self.place / "witness.key"

    def begin(self, name, log_key, seen):
        if self.key_path.exists():
            raise Failed(f"{self.place} 里已有密钥，不会覆盖。请另用 --state 指定一个目录。")
        if not name or any(sign.isspace() or sign == "+" for sign in name):
            raise Failed("名称不能有空格或加号，例如 jiandu-1。")
        origin, _ = parse_key(log_key)
        self.place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(self.key_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32) + "\n")
        self.store({"name": name, "origin": origin, "log_key": log_key.strip(), "seen": seen})

    def load(self):
        try:
            return json.loads(self.state_path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise Failed(f"{self.place} 里没有可用的见证记录。请先运行 witness.py new 或 recover。") from None

    def store(self, state):
        """先写旁边再改名：断电只会留下旧的或新的。"""
        draft = self.state_path.with_suffix(".new")
        with draft.open("w", encoding="utf-8") as file:
            json.dump(state, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.state_path)

    def note(self, row):
        with self.log_path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"time": now(), **row}, ensure_ascii=False) + "\n")

    def seed(self):
        return bytes.fromhex(self.key_path.read_text().strip())

    def keep_evidence(self, state, text, why):
        name = f"evidence-{datetime.now(timezone.utc):%Y%m%dT%H%M%S%f}.json"
        found = {"why": why, "seen": state["seen"], "given": text}
        (self.place / name).write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
        return self.place / name


def now():
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


# ---- 命令 ----
def start(book, arguments, seen):
    book.begin(arguments.name, arguments.log_key, seen)
    state = book.load()
    own = key_text(state["name"], WITNESS, public_of(book.seed()))
    print(f"已生成见证密钥，在 {book.key_path}，请妥善保管，不要放到系统的服务器上。")
    print(f"请在系统的“见证人”页登记这一行公钥：\n{own}")
    print(f"并把指纹当面告诉审计管理员核对：{fingerprint(own)}")
    print(f"系统公钥的指纹是 {fingerprint(state['log_key'])}，请与印记单核对。")
    return SIGNED


def new(book, arguments):
    return start(book, arguments, None)


def recover(book, arguments):
    origin, _ = parse_key(arguments.log_key)
    if check_code(origin, arguments.size, arguments.root) != arguments.code.lower():
        raise Failed("校验码对不上：名称、叶数、根或校验码有抄错的地方。请对照印记单逐字再抄。")
    seen = {"size": arguments.size, "root": arguments.root, "note": "", "at": now(), "from": "印记单"}
    return start(book, arguments, seen)


def judge(state, text):
    """核对一包；返回新见的印记。不通过时抛出 Suspicious。"""
    name, public = parse_key(state["log_key"])
    old, proof, origin, size, root, body, signatures = parse_bundle(text)
    seen = state["seen"]
    if origin != state["origin"]:
        raise Suspicious(f"这是另一个系统的印记：{origin}")
    if not checked_signature(body, signatures, name, public):
        raise Suspicious("印记没有登记的那把系统公钥的签名。系统换过钥的，先取得换钥记录运行 rekey")
    fresh = {"size": size, "root": base64.b64encode(root).decode(), "note": body, "at": now(), "from": "核对"}
    if seen is None:
        return fresh
    if size < seen["size"]:
        raise Suspicious(f"树变小了：见过 {seen['size']} 片叶，现在只有 {size} 片。留痕被截去，或数据库被恢复到旧备份")
    if size == seen["size"]:
        if fresh["root"] != seen["root"]:
            raise Suspicious("叶数相同而根不同：系统给不同的人看不同的树，或整条链被重做过")
        return fresh
    if seen["size"] == 0:
        return fresh
    if old != seen["size"]:
        raise Failed(f"这一包是从叶数 {old} 起的，您见过的是 {seen['size']}。请取从 {seen['size']} 起的一包。")
    algorithm = "sm3" if origin.endswith("/sm3") else "sha256"
    if not is_consistent(algorithm, old, size, proof, base64.b64decode(seen["root"]), root):
        raise Suspicious("新的树不以见过的树开头：以前的留痕被改过，整条链被重做过")
    return fresh


def key_changes(text):
    """换钥记录，每行一次：（正文，签名行，叶数，根，旧钥，新钥）。"""
    for line in text.splitlines():
        try:
            body, _, rest = json.loads(line)["note"].rpartition("\n\n")
            body += "\n"
            fields = body.split("\n")
            if len(fields) != 6 or fields[5]:
                raise ValueError("应为五行")
            row = body, [one for one in rest.split("\n") if one], int(fields[1]), fields[2], fields[3], fields[4]
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise Failed(f"读不懂换钥记录：{error}。请重新取得，不要改动。") from None
        yield row


def follow(state, text):
    """从登记的公钥起，一次一次核对换钥记录；返回改认新钥后的记录。"""
    seen = state["seen"]
    for body, signatures, size, root, old, new in key_changes(text):
        if old != state["log_key"]:
            continue
        name, public = parse_key(old)
        new_name, new_public = parse_key(new)
        if body.split("\n")[0] != f"{state['origin']}/key" or new_name != name:
            raise Suspicious("换钥记录是另一个系统的")
        if not checked_signature(body, signatures, name, public):
            raise Suspicious("换钥记录没有旧钥的签名。旧钥遗失的，须凭双方签字的印记单用 repin 登记新公钥")
        if not checked_signature(body, signatures, name, new_public):
            raise Suspicious("换钥记录没有新钥的签名")
        if seen is not None and seen["size"] > size:
            raise Suspicious(f"换钥记录说旧钥只签到 {size} 片叶，见过旧钥签的 {seen['size']} 片")
        if seen is not None and seen["size"] == size and seen["root"] != root:
            raise Suspicious("换钥记录里的根与见过的不同")
        state, seen = {**state, "log_key": new}, None
    return state


def refuse(book, state, text, why):
    evidence = book.keep_evidence(state, text, str(why))
    book.note({"origin": state["origin"], "verdict": "refused", "why": str(why)})
    print(f"拒绝共签：{why}。\n证据已存为 {evidence}，请不要删改，立即报告监督组负责人。", file=sys.stderr)
    return REFUSED


def keep_key(book, state, changed, verdict):
    book.store(changed)
    old, new = fingerprint(state["log_key"]), fingerprint(changed["log_key"])
    book.note({"origin": state["origin"], "verdict": verdict, "old": old, "new": new})
    print(f"已改认新的系统公钥，指纹 {new}，请与印记单核对。")


def secure_base(arguments):
    base = arguments.url.rstrip("/") if arguments.url else ""
    if base and not (base.startswith("https://") or arguments.insecure or is_local(base)):
        raise Failed("地址要用 https。本机以外不用 https 的，须加 --insecure。")
    return base


def rekey(book, arguments):
    state = book.load()
    base = secure_base(arguments)
    text = (fetch(f"{base}/seals/keys/") or "") if base else given(arguments, base, state)
    try:
        changed = follow(state, text)
    except Suspicious as why:
        return refuse(book, state, text, why)
    if changed["log_key"] == state["log_key"]:
        print("换钥记录里没有从登记的公钥换出的，公钥不变。")
        return SIGNED
    keep_key(book, state, changed, "rekey")
    return SIGNED


def repin(book, arguments):
    state = book.load()
    name, _ = parse_key(arguments.log_key)
    if name != state["origin"]:
        raise Failed(f"这是另一个系统的公钥：{name}")
    keep_key(book, state, {**state, "log_key": arguments.log_key.strip()}, "repin")
    print("见过的印记不变：下一次核对仍要求新的树以见过的树开头。")
    return SIGNED


def is_by_known_key(state, text):
    name, public = parse_key(state["log_key"])
    _, _, _, _, _, body, signatures = parse_bundle(text)
    return checked_signature(body, signatures, name, public)


def check(book, arguments):
    state = book.load()
    base = secure_base(arguments)
    text = given(arguments, base, state)
    try:
        if base and not is_by_known_key(state, text):
            changed = follow(state, fetch(f"{base}/seals/keys/") or "")
            if changed["log_key"] != state["log_key"]:
                keep_key(book, state, changed, "rekey")
                state = changed
        fresh = judge(state, text)
    except Suspicious as why:
        return refuse(book, state, text, why)
    first = state["seen"] is None
    # 先记住，再签：断电后重来，只会再签同一个印记。
    book.store({**state, "seen": fresh})
    line = cosignature(book.seed(), state["name"], fresh["note"])
    book.note({"origin": state["origin"], "verdict": "ok", "size": fresh["size"], "root": fresh["root"], "line": line})
    if first:
        print("首次见证，以前的情况无从核对：请把下面的叶数和根与印记单核对一遍。")
    print(f"核对一致：{fresh['size']} 片叶，根 {fresh['root']}")
    if base:
        print(send(base, fresh["size"], line))
    else:
        print(
            f"请在系统“登记见证签名”页填叶数 {fresh['size']} 和下面这一行（已写入 {book.place / 'cosignature.txt'}）："
        )
        (book.place / "cosignature.txt").write_text(f"{fresh['size']}\n{line}\n", encoding="utf-8")
        print(line)
    return SIGNED


def is_local(url):
    host = url.split("//", 1)[-1].split("/")[0].rsplit(":", 1)[0]
    return host in ("localhost", "127.0.0.1", "[::1]")


def given(arguments, base, state):
    if base:
        seen = state["seen"]
        text = fetch(f"{base}/seals/bundle/?old={seen['size'] if seen else 0}")
        # 见过的比现有的还多：取全部，让核对用签过名的印记来说话。
        return text if text is not None else fetch(f"{base}/seals/bundle/?old=0")
    if arguments.file:
        try:
            return Path(arguments.file).read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise Failed(f"读不出 {arguments.file}：{error}") from None
    print("请扫描二维码或粘贴全文，以 Ctrl-D（Windows 为 Ctrl-Z 加回车）结束：", file=sys.stderr)
    return sys.stdin.read()


def fetch(url, data=None):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=TIMEOUT) as answer:
            return answer.read(1 << 20).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        if error.code == 409:
            return None
        raise Failed(f"系统答复 {error.code}：{error.read(400).decode('utf-8', 'replace').strip()[:200]}") from None
    except (urllib.error.URLError, OSError) as error:
        raise Failed(f"连不上系统：{error}。请检查网线和地址，或改用文件方式。") from None


def send(base, size, line):
    return fetch(f"{base}/seals/cosign/", f"{size}\n{line}\n".encode()).strip()


def cosignature(seed, name, body):
    instant = int(time.time())
    signature = sign(seed, f"cosignature/v1\ntime {instant}\n{body}".encode())
    blob = key_id(name, WITNESS, public_of(seed)) + instant.to_bytes(8, "big") + signature
    return f"{DASH}{name} {base64.b64encode(blob).decode()}"


def sheet(book, arguments):
    state = book.load()
    seen = state["seen"]
    if seen is None:
        raise Failed("还没有见过印记。请先运行 witness.py check。")
    print("　　　　印　记　单")
    print(f"名称　　{state['origin']}\n叶数　　{seen['size']}\n根　　　{seen['root']}")
    print(f"校验码　{check_code(state['origin'], seen['size'], seen['root'])}")
    print(f"系统公钥　{state['log_key']}\n指纹　　{fingerprint(state['log_key'])}")
    print(f"见证人　{state['name']}\n核对时间　{seen['at']}\n\n签字：＿＿＿＿＿＿＿＿　日期：＿＿＿＿＿＿＿＿")
    return SIGNED


def log(book, arguments):
    book.load()
    rows = book.log_path.read_text(encoding="utf-8").splitlines() if book.log_path.exists() else []
    for row in map(json.loads, rows):
        print(f"{row['time']}　{in_words(row)}")
    print(f"共 {len(rows)} 次")
    return SIGNED


def in_words(row):
    if row["verdict"] == "ok":
        return f"一致，{row['size']} 片叶，已共签"
    if row["verdict"] == "refused":
        return f"拒绝：{row['why']}"
    how = "照换钥记录" if row["verdict"] == "rekey" else "照双方签字的印记单"
    return f"{how}改认新钥：{row['old']} 换为 {row['new']}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--state", default="witness", help="密钥和记录所在的目录")
    parser.add_argument("--version", action="version", version=VERSION)
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    made = commands.add_parser("new")
    again = commands.add_parser("recover")
    for part in (made, again):
        part.add_argument("--name", required=True)
        part.add_argument("--log-key", required=True)
    again.add_argument("--size", type=int, required=True)
    again.add_argument("--root", required=True)
    again.add_argument("--code", required=True)
    for part in (commands.add_parser("check"), commands.add_parser("rekey")):
        source = part.add_mutually_exclusive_group(required=True)
        source.add_argument("--url")
        source.add_argument("--file")
        source.add_argument("--paste", action="store_true")
        part.add_argument("--insecure", action="store_true")
    pinned = commands.add_parser("repin")
    pinned.add_argument("--log-key", required=True)
    commands.add_parser("sheet")
    commands.add_parser("log")
    arguments = parser.parse_args()
    acts = {
        "new": new, "recover": recover, "check": check, "rekey": rekey, "repin": repin, "sheet": sheet, "log": log,
    }  # fmt: skip
    try:
        return acts[arguments.command](Book(arguments.state), arguments)
    except Failed as error:
        print(f"没有核成：{error}", file=sys.stderr)
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
