#!/usr/bin/env python3
"""独立核验程序：只凭核验包，从叶算到根、从根核到签名。只用 Python 3.9 以上的标准库。

用法：python3 verify.py <核验包目录或 zip> [--log-key 公钥] [--witness-key 公钥] [--witness-log 见证记录] [--require-witness]
                          [--new-key 公钥]

退出码：
  0  全部相符
  1  有不符，已指出在哪一步、哪一行
  2  核验包不完整、读不出，或用法不对
  3  没有任何可核验的内容（没有叶或没有印记）
  4  没有不符，但没有见证签名，而命令行要求必须有
  5  核过的都相符，但有的步骤没有核（未核），结论里逐一说明

每一步的结论是三者之一：通过、不符、未核。没有核或只核了一部分的，不写通过。

签名用标准库写成的 Ed25519 核对；装有 cryptography 的电脑自动改用它，结果相同，只是更快。
格式见系统文档“留痕的封存格式”，本程序不使用系统的任何代码。
"""

import argparse
import base64
import binascii
import contextlib
import hashlib
import json
import os
import re
import sys
import time
import zipfile
from bisect import bisect_right
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from pathlib import Path

VERSION = "2.0.0"
FORMAT = 1
PER_FILE = 65_536
HASH = 32
OK, WRONG, UNREADABLE, NOTHING, UNWITNESSED, UNDONE = 0, 1, 2, 3, 4, 5
PASSED, FAILED, LEFT = "通过", "不符", "未核"
TOLERANCE = 300  # 秒：叶的时间可以比它的印记晚多少
SPAN = 3600  # 秒：叶的时间可以比前一个印记早多少（一次办理可能持续的时间）
WAITING = 900  # 秒：一行写下以后最多等多久就应封存
EVENTS_HELD = 2_000_000  # 超过这么多叶，不再逐一核对历史行的事件编号
BUCKETS = 256
SHOWN = 5  # 每一步最多列出几处


class Unreadable(Exception):
    """核验包不完整或读不出；说明是一句话。"""


# ---- Ed25519（RFC 8032），标准库写成 ----
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)


def _add(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar, point):
    result = NEUTRAL
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point, scalar = _add(point, point), scalar >> 1
    return result


def _point(data):
    """压缩点；不是曲线上的点时为 None。"""
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


BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519_verify(public, signature, message):
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = _point(public), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = _times(s, BASE), _add(r, _times(h, a))
    return not ((left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P)


def is_signed(public, signature, message):
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return ed25519_verify(public, signature, message)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


# ---- 公钥、签名行、印记 ----
def parse_key(text):
    """(名称, 类型, 公钥, 密钥号)"""
    try:
        name, number, encoded = text.strip().split("+", 2)
        data = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        raise Unreadable(f"公钥写法不对：{text[:60]}") from None
    key_id = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    if len(data) != 33 or key_id.hex() != number:
        raise Unreadable(f"公钥的编号与内容不符：{text[:60]}")
    return name, data[0], data[1:], key_id


def fingerprint(text):
    digits = hashlib.sha256(text.strip().encode()).hexdigest()[:16]
    return " ".join(digits[start : start + 4] for start in range(0, 16, 4))


def parse_line(line):
    """签名行 → (名称, 密钥号和签名)"""
    parts = line.rstrip("\n").split(" ")
    if len(parts) != 3 or parts[0] != "\u2014":
        raise ValueError("签名行写法不对")
    return parts[1], base64.b64decode(parts[2], validate=True)


def note_parts(note):
    body, found, rest = note.rpartition("\n\n")
    if not found:
        raise ValueError("没有签名")
    return body + "\n", [line for line in rest.split("\n") if line]


def is_noted_by(note, key):
    """印记全文或清单签名里有没有这把系统钥的签名。"""
    try:
        body, lines = note_parts(note)
        parsed = [parse_line(line) for line in lines]
    except (ValueError, binascii.Error):
        return False
    return any(
        name == key[0] and blob[:4] == key[3] and is_signed(key[2], blob[4:], body.encode()) for name, blob in parsed
    )


def cosigned(line, key, body):
    """见证签名的时间（Unix 秒）；不是这把钥对这个印记签的为 None。"""
    try:
        name, blob = parse_line(line)
    except (ValueError, binascii.Error):
        return None
    if name != key[0] or blob[:4] != key[3] or len(blob) != 76:
        return None
    instant = int.from_bytes(blob[4:12], "big")
    message = f"cosignature/v1\ntime {instant}\n{body}".encode()
    return instant if is_signed(key[2], blob[12:], message) else None


def parse_checkpoint(body):
    lines = body.split("\n")
    return lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True)


# ---- 树 ----
def digest_of(algorithm):
    if algorithm == "sha256":
        return hashlib.sha256
    try:
        hashlib.new(algorithm)
    except ValueError:
        raise Unreadable(f"这台电脑的 Python 不支持 {algorithm}，请换一台（OpenSSL 1.1.1 以上）。") from None
    return lambda data: hashlib.new(algorithm, data)


def levels_over(digest, hashes):
    """各层：第 0 层为叶摘要，往上每层是满的节点。"""
    levels = [hashes]
    while len(levels[-1]) > 1:
        pairs = iter(levels[-1])
        levels.append([digest(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs)])
    return levels


def perfect_parts(size):
    """0…size−1 从左到右的满子树：(高, 序号)"""
    parts, start = [], 0
    while start < size:
        height = (size - start).bit_length() - 1
        parts.append((height, start >> height))
        start += 1 << height
    return parts


def join(digest, hashes):
    """从右往左合成一个根。"""
    result = None
    for left in reversed(hashes):
        result = left if result is None else digest(b"\x01" + left + result).digest()
    return result


def work_file(task):
    """一个叶文件：逐行算摘要，与存下的比，算出所要的各处的满子树。另一个进程里运行。"""
    place, name, algorithm, first, cuts, stored = task
    digest = digest_of(algorithm)
    with open_member(place, name) as stream:
        data = stream.read()
    lines = data.split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    prefix = b"\x00"
    hashes = [digest(prefix + line).digest() for line in lines]
    count = len(stored) // HASH
    wrong = []
    if len(hashes) != count or b"".join(hashes) != stored:
        for place_in_file in range(max(len(hashes), count)):
            kept = stored[place_in_file * HASH : place_in_file * HASH + HASH]
            if place_in_file >= len(hashes) or hashes[place_in_file] != kept:
                line = lines[place_in_file] if place_in_file < len(lines) else b""
                wrong.append((first + place_in_file, described(line)))
                if len(wrong) == SHOWN:
                    break
    # 往上一律用存下的摘要：行被改过时，仍能看出印记的根对不对。
    kept = [stored[start : start + HASH] for start in range(0, len(stored), HASH)]
    levels = levels_over(digest, kept)
    parts = {cut: [levels[height][number] for height, number in perfect_parts(cut)] for cut in cuts}
    return wrong, parts, instants_of(lines, first, cuts), told_lines(data, first)


def described(line):
    try:
        row = json.loads(line)
    except ValueError:
        return "（空行或不是叶）"
    return f"{row.get('table')} {row.get('id')}"


OPENED = re.compile(rb'"open":\["([^"]*)"')


READ_BACK = b'"seals.read_archive"'


def instants_of(lines, first, cuts):
    """每一段（到各个印记为止）里最晚和最早的（时间，叶号），有没有读回归档；时间是 open 的第一项，一律为 UTC，可以按字节比较。"""
    found, start = {}, 0
    for cut in sorted(cuts):
        segment = lines[start:cut]
        whole = b"\n".join(segment)
        instants = OPENED.findall(whole)
        ends = []
        for instant in (max(instants, default=b""), min(instants, default=b"")):
            index = next((place for place, line in enumerate(segment) if b'"open":["' + instant in line), 0)
            ends.append((instant.decode(), first + start + index))
        found[cut] = (ends[0], ends[1], READ_BACK in whole)
        start = cut
    return found


DESTROYED, DESTROYING = b'"table":"seals_destroyedsalt"', b'"seals.destroy_salts"'
ALARM, MARK = b'"table":"audit_rawchange"', b'"table":"audit_wrongmark"'


def told_lines(data, first):
    """要单独看的叶：(叶号, 行)：销毁记录、销毁盐值的事件、告警。"""
    found = {}
    for needle in (DESTROYED, DESTROYING, ALARM, MARK):
        place = data.find(needle)
        while place >= 0:
            start, end = data.rfind(b"\n", 0, place) + 1, data.find(b"\n", place)
            end = len(data) if end < 0 else end
            found[start] = data[start:end]
            place = data.find(needle, end)
    told, counted, before = [], first, 0
    for start in sorted(found):
        counted += data.count(b"\n", before, start)
        before = start
        told.append((counted, found[start]))
    return told


# ---- 核验包的文件 ----
@contextlib.contextmanager
def open_member(place, name):
    if os.path.isdir(place):
        with open(os.path.join(place, name), "rb") as stream:
            yield stream
    else:
        with zipfile.ZipFile(place) as archive, archive.open(name) as stream:
            yield stream


class Pack:
    def __init__(self, place):
        self.place = str(place)
        try:
            self.manifest_bytes = self.read("manifest.json")
            self.manifest = json.loads(self.manifest_bytes)
        except Unreadable:
            raise
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise Unreadable(f"读不出清单 manifest.json：{error}") from None
        if self.manifest.get("format") != FORMAT:
            raise Unreadable(f"核验包的格式编号是 {self.manifest.get('format')}，本程序只认 {FORMAT}。")

    def read(self, name):
        try:
            with open_member(self.place, name) as stream:
                return stream.read()
        except (OSError, KeyError, zipfile.BadZipFile, EOFError) as error:
            raise Unreadable(f"读不出 {name}：{error}") from None

    def lines(self, name):
        with open_member(self.place, name) as stream:
            for line in stream:
                yield json.loads(line)

    def has(self, name):
        return name in self.manifest["files"]

    def names(self, folder):
        return sorted(name for name in self.manifest["files"] if name.startswith(f"{folder}/"))

    def check_files(self):
        """每个文件的长度和摘要；第一处不符的说明，或空。"""
        problems = []
        for name, facts in sorted(self.manifest["files"].items()):
            digest, size = hashlib.sha256(), 0
            try:
                with open_member(self.place, name) as stream:
                    while chunk := stream.read(1 << 20):
                        digest.update(chunk)
                        size += len(chunk)
            except (OSError, KeyError, zipfile.BadZipFile, EOFError) as error:
                problems.append(f"{name} 读不出（{error}）")
                continue
            if size != facts["bytes"]:
                problems.append(f"{name} 长度 {size}，清单写的是 {facts['bytes']}")
            elif digest.hexdigest() != facts["sha256"]:
                problems.append(f"{name} 内容与清单不符")
        return problems


# ---- 逐步核验 ----
class Report:
    def __init__(self, as_json):
        self.steps, self.as_json, self.started = [], as_json, time.monotonic()

    def step(self, title, problems=(), note="", left=""):
        """一步的结论；`problems` 不空即不符；`left` 说为什么没有核（或哪一部分没有核）。"""
        problems = list(problems)
        verdict = FAILED if problems else LEFT if left else PASSED
        words = "；".join(text for text in (note, left) if text)
        number = len(self.steps) + 1
        self.steps.append(
            {"step": number, "title": title, "verdict": verdict, "note": note, "left": left, "problems": problems}
        )
        if self.as_json:
            return
        print(f"第 {number} 步　{title}：{verdict}{'　' + words if words else ''}")
        for problem in problems[:SHOWN]:
            print(f"　　· {problem}")
        if len(problems) > SHOWN:
            print(f"　　· 还有 {len(problems) - SHOWN} 处")

    def any(self, verdict):
        return any(step["verdict"] == verdict for step in self.steps)

    def left(self):
        """没有核的各步，一句话。"""
        rows = [step for step in self.steps if step["verdict"] == LEFT]
        return "；".join(f"第 {step['step']} 步“{step['title']}”，{step['left']}" for step in rows)

    def close(self, code, sentence):
        seconds = round(time.monotonic() - self.started, 1)
        if self.as_json:
            print(json.dumps({"code": code, "result": sentence, "steps": self.steps}, ensure_ascii=False))
        else:
            print(f"结论：{sentence}（用时 {seconds} 秒，核验程序 {VERSION}）")
        return code


def verify(arguments):
    report = Report(arguments.json)
    pack = Pack(arguments.pack)
    manifest = pack.manifest
    log_key = parse_key(manifest["log_key"])
    problems = pack.check_files()
    if problems:
        report.step("核验包完整", problems)
        raise Unreadable("核验包不完整或被截断，没有往下核。请重新取得核验包。")
    report.step("核验包完整", note=f"{len(manifest['files'])} 个文件")
    keys = check_keys(report, pack, arguments, log_key)
    check_manifest(report, pack, log_key)
    # 印记一分钟一个，只留号、叶数和时间，全文用时再读。
    marks = [(row["number"], row["size"], row["at"]) for row in pack.lines("seals.jsonl")]
    size = manifest["size"]
    if not size or not marks:
        report.step("有可核验的内容", ["没有叶或没有印记"])
        return report.close(NOTHING, "没有核验到任何内容，不能说没有问题")
    roots, told = check_tree(report, pack, marks, arguments)
    check_seals(report, pack, roots)
    check_signatures(report, pack, keys, roots)
    witnessed = check_witnesses(report, pack, arguments)
    if arguments.witness_log:
        check_witness_log(report, arguments.witness_log, roots, size, manifest)
    check_openings(report, pack, manifest)
    check_destroyed(report, pack, told)
    check_alarms(report, told)
    check_events(report, pack, size)
    check_touched(report, pack, marks, size)
    check_live(report, pack, manifest)
    check_reconcile(report, pack)
    return conclude(report, size, marks, witnessed, arguments)


def conclude(report, size, marks, witnessed, arguments):
    alone = "" if witnessed else "；没有见证签名，只是系统自证"
    if report.any(FAILED):
        return report.close(WRONG, "有不符，见上面标出“不符”的步骤")
    if not witnessed and arguments.require_witness:
        return report.close(UNWITNESSED, "没有不符，但没有见证签名，只是系统自证")
    extent = f"共 {size} 片叶、{len(marks)} 个印记{alone}"
    if report.any(LEFT):
        return report.close(UNDONE, f"核过的都相符，{extent}。没有核的：{report.left()}")
    return report.close(OK, f"全部相符，{extent}")


def local(text):
    """时间写成这台电脑的当地时间和时区；写法不对的照原样。"""
    try:
        return instant_of(text).astimezone().strftime("%Y-%m-%d %H:%M:%S %z")
    except ValueError:
        return text[:40]


def instant_of(text):
    return datetime.fromisoformat(padded(text.replace("Z", "+00:00")))


def padded(text):
    """秒的小数补足六位：Python 3.9 只认三位和六位。"""
    return re.sub(r"\.([0-9]{1,6})", lambda found: "." + found[1].ljust(6, "0"), text, count=1)


class Keys:
    """系统的各把公钥，按先后；`changes` 为各次换钥：（叶数，根，旧钥，新钥）。"""

    def __init__(self, log_key, changes):
        self.changes = changes
        self.texts = [changes[0][2]] + [change[3] for change in changes] if changes else [log_key]
        self.parsed = [parse_key(text) for text in self.texts]

    def at(self, size):
        """叶数为 `size` 的印记应由哪一把签。"""
        return self.parsed[sum(1 for change in self.changes if change[0] < size)]


def key_change(note, origin):
    """换钥记录的正文：（叶数，根，旧钥，新钥）。"""
    body, _ = note_parts(note)
    lines = body.split("\n")
    if len(lines) != 6 or lines[0] != f"{origin}/key" or lines[5]:
        raise ValueError("换钥记录应为五行")
    return int(lines[1]), base64.b64decode(lines[2], validate=True), lines[3], lines[4]


def chain_of_keys(pack, arguments):
    """各次换钥，和哪里不对：每一次须由旧钥、新钥各签一次，前后相接。"""
    changes, problems, accepted = [], [], {key.strip() for key in arguments.new_key or []}
    for row in pack.lines("keys.jsonl") if pack.has("keys.jsonl") else []:
        name = f"第 {row['number']} 次换钥"
        try:
            change = key_change(row["note"], pack.manifest["origin"])
            old, new = parse_key(change[2]), parse_key(change[3])
        except (ValueError, IndexError, binascii.Error, Unreadable):
            return [], [f"{name}的记录读不出"]
        if changes and (change[2] != changes[-1][3] or change[0] < changes[-1][0]):
            problems.append(f"{name}的旧钥不是上一次的新钥，或叶数比上一次少")
        if not is_noted_by(row["note"], new):
            problems.append(f"{name}没有新钥的签名")
        if not is_noted_by(row["note"], old) and change[3] not in accepted:
            problems.append(
                f"{name}没有旧钥的签名：密钥被换过（新钥指纹 {fingerprint(change[3])}）。旧钥遗失的，须以双方签字的印记单用 --new-key 给出新钥"
            )
        if {old[0], new[0]} != {pack.manifest["origin"]} or {old[1], new[1]} != {1}:
            problems.append(f"{name}的公钥名称或类型与包的名称不符")
        changes.append(change)
    if changes and changes[-1][3] != pack.manifest["log_key"]:
        problems.append("最后一次换钥的新钥不是清单里的系统公钥")
    return changes, problems


def check_keys(report, pack, arguments, log_key):
    manifest = pack.manifest
    changes, problems = chain_of_keys(pack, arguments)
    keys = Keys(manifest["log_key"], changes)
    if arguments.log_key:
        parse_key(arguments.log_key)
    if arguments.log_key and arguments.log_key.strip() not in keys.texts:
        problems.append(
            f"包里的系统公钥（指纹 {fingerprint(manifest['log_key'])}）不是您给出的那一把，也不是从它换来的"
        )
    if log_key[0] != manifest["origin"] or log_key[1] != 1:
        problems.append("系统公钥的名称或类型与包的名称不符")
    for key in arguments.witness_key or []:
        if key.strip() not in manifest["witness_keys"]:
            problems.append(f"包里没有您给出的见证公钥（{parse_key(key)[0]}）")
    given = "与给出的一致" if arguments.log_key else "请与印记单上的指纹核对"
    changed = f"，换过 {len(changes)} 次" if changes else ""
    note = f"系统公钥指纹 {fingerprint(manifest['log_key'])}{changed}，{given}"
    report.step("公钥", problems, note)
    return keys


def check_manifest(report, pack, log_key):
    note = pack.read("manifest.sig").decode("utf-8", "replace")
    digest = hashlib.sha256(pack.manifest_bytes).hexdigest()
    wanted = f"{pack.manifest['origin']}/export\n{digest}\n"
    problems = []
    if not note.startswith(wanted + "\n"):
        problems.append("清单与它的签名不是一回事")
    elif not is_noted_by(note, log_key):
        problems.append("清单的签名不是这把系统公钥签的")
    report.step("清单的签名", problems, f"为{pack.manifest['made_for']}生成，{local(pack.manifest['made_at'])}")


def check_tree(report, pack, marks, arguments):
    """叶行 → 叶摘要 → 各个印记处的根。返回 叶数 → 根，和要单独看的叶。"""
    manifest, size = pack.manifest, pack.manifest["size"]
    digest = digest_of(manifest["algorithm"])
    names = pack.names("leaves")
    problems, kept = [], manifest["files"]["hashes.bin"]["bytes"]
    if kept != size * HASH:
        problems.append(f"hashes.bin 有 {kept // HASH} 个摘要，清单写的是 {size}")
    if len(names) != -(-size // PER_FILE):
        problems.append(f"叶文件有 {len(names)} 个，应有 {-(-size // PER_FILE)} 个")
    if problems:
        report.step("叶的数目", problems)
        return {}, []
    covered = {mark[1]: mark for mark in marks}
    sizes = sorted({cut for cut in covered if 0 < cut <= size} | witness_sizes(arguments, size))
    wanted = set(sizes)

    def tasks():
        """摘要按文件顺序读，一次只有一个文件的在内存里。"""
        with open_member(pack.place, "hashes.bin") as stream:
            for number, name in enumerate(names):
                first = number * PER_FILE
                end = min(first + PER_FILE, size)
                cuts = [cut - first for cut in sizes[bisect_right(sizes, first) : bisect_right(sizes, end)]]
                if end - first == PER_FILE and PER_FILE not in cuts:
                    cuts.append(PER_FILE)
                yield pack.place, name, manifest["algorithm"], first, cuts, stream.read((end - first) * HASH)

    wrong, roots, left, told = [], {}, [], []
    dates = Dates()
    found = in_parallel(work_file, tasks(), arguments.jobs)
    for first, (bad, parts, instants, lines) in zip(range(0, size, PER_FILE), found):
        wrong += bad
        told += lines
        for cut, hashes in sorted(parts.items()):
            where = first + cut
            dates.take(*instants[cut])
            if where in covered:
                dates.seal(covered[where])
            if where in wanted:
                roots[where] = join(digest, left_parts(digest, left) + hashes)
        if PER_FILE in parts:
            left.append(parts[PER_FILE][0])
    seen, deleted, texts = {index for index, _ in wrong}, set(), []
    for row in pack.lines("missing.jsonl"):
        if row["i"] in seen:
            deleted.add(row["i"])
        if len(texts) < SHOWN:
            lost = "已从数据库里删去" if row.get("lost") != "salt" else "的盐和承诺值已从数据库里删去，这一行不可核"
            texts.append(f"第 {row['i']} 叶 {row['table']} {row['id']} {lost}")
    texts += [f"第 {index} 叶 {what} 与封存时不同，被改过" for index, what in wrong if index not in deleted]
    report.step("每一行与封存时相同", texts, f"{size} 行")
    report.step("时间不晚于印记", dates.late)
    report.step("时间不早于前一个印记", dates.early, dates.note())
    return roots, told


class Dates:
    """各个印记之间的叶，时间对不对：晚于自己的印记，或早于前一个印记（倒签）。"""

    def __init__(self):
        self.late, self.early, self.read_back = [], [], []
        self.sealed = ""
        self.begin()

    def begin(self):
        self.latest, self.earliest, self.is_read_back = ("", 0), None, False

    def take(self, latest, earliest, is_read_back):
        self.latest = max(self.latest, latest, key=lambda pair: pair[0])
        if earliest[0] and (self.earliest is None or earliest[0] < self.earliest[0]):
            self.earliest = earliest
        self.is_read_back = self.is_read_back or is_read_back

    def seal(self, mark):
        number, _, at = mark
        try:
            self.compare(number, at)
        except ValueError:
            self.late.append(f"第 {number} 号印记以内有叶的时间写法不对")
        self.sealed = at
        self.begin()

    def compare(self, number, at):
        text, index = self.latest
        if text and (instant_of(text) - instant_of(at)).total_seconds() > TOLERANCE:
            self.late.append(f"第 {index} 叶的时间 {local(text)} 晚于封存它的第 {number} 号印记（{local(at)}）")
        if not self.sealed or self.earliest is None:
            return
        text, index = self.earliest
        if (instant_of(self.sealed) - instant_of(text)).total_seconds() <= SPAN:
            return
        if self.is_read_back:
            self.read_back.append(number)
        else:
            self.early.append(
                f"第 {index} 叶的时间 {local(text)} 早于前一个印记（{local(self.sealed)}），却由第 {number} 号印记封存：倒签"
            )

    def note(self):
        numbers = "、".join(map(str, self.read_back[:SHOWN]))
        return f"第 {numbers} 号印记里有读回的归档，其中的旧时间不算倒签" if numbers else ""


def left_parts(digest, tops):
    """左边已满的各文件合成的满子树，从左到右。"""
    parts = []
    for height, number in perfect_parts(len(tops)):
        hashes = tops[number << height : (number + 1) << height]
        while len(hashes) > 1:
            pairs = iter(hashes)
            hashes = [digest(b"\x01" + a + b).digest() for a, b in zip(pairs, pairs)]
        parts += hashes
    return parts


def in_parallel(work, tasks, jobs):
    if jobs == 1:
        yield from map(work, tasks)
        return
    with ProcessPoolExecutor(jobs) as pool:
        pending, queue = [], iter(tasks)
        for task in queue:
            pending.append(pool.submit(work, task))
            if len(pending) > jobs:
                yield pending.pop(0).result()
        for future in pending:
            yield future.result()


def check_seals(report, pack, roots):
    manifest, problems, count, number, size, at = pack.manifest, [], 0, 0, 0, ""
    for seal in pack.lines("seals.jsonl"):
        count += 1
        name = f"第 {seal['number']} 号印记"
        if seal["number"] != number + 1:
            problems.append(f"{name} 前面缺了印记（上一个是第 {number} 号）")
        if seal["size"] <= size:
            problems.append(f"{name} 的叶数 {seal['size']} 没有比上一个 {size} 多")
        if at and seal["at"] < at:
            problems.append(f"{name} 的时间早于上一个印记")
        number, size, at = seal["number"], seal["size"], seal["at"]
        try:
            origin, leaves, root = parse_checkpoint(note_parts(seal["checkpoint"])[0])
        except (ValueError, IndexError, binascii.Error):
            problems.append(f"{name} 的全文读不出")
            continue
        if origin != manifest["origin"] or leaves != seal["size"]:
            problems.append(f"{name} 的全文写的是 {origin}、{leaves} 片叶")
        elif roots.get(leaves) != root:
            problems.append(f"{name} 的根与叶算出的不同：{leaves} 片叶以内有叶摘要被改过、删去或调换")
    if size != manifest["size"]:
        problems.append(f"最后一个印记是 {size} 片叶，清单写的是 {manifest['size']}")
    report.step("印记的根", problems, f"{count} 个印记")


def check_signatures(report, pack, keys, roots):
    bad = [
        row["number"] for row in pack.lines("seals.jsonl") if not is_noted_by(row["checkpoint"], keys.at(row["size"]))
    ]
    problems = [f"第 {number} 号印记的签名不是这把系统公钥签的" for number in bad]
    for number, (size, root, _, _) in enumerate(keys.changes, 1):
        if size and roots.get(size) != root:
            problems.append(f"第 {number} 次换钥所说的 {size} 片叶的根与这里不同")
    report.step("系统签名", problems)


def check_witnesses(report, pack, arguments):
    keys = {}
    for text in arguments.witness_key or pack.manifest["witness_keys"]:
        key = parse_key(text)
        keys[key[0]] = key
    problems, last, count = [], None, 0
    for seal in pack.lines("seals.jsonl"):
        body = note_parts(seal["checkpoint"])[0]
        for line in seal["cosignatures"]:
            name = line.split(" ")[1] if line.count(" ") == 2 else "？"
            if name not in keys:
                if not arguments.witness_key:
                    problems.append(f"第 {seal['number']} 号印记上“{name}”的公钥不在包里")
                continue
            if cosigned(line, keys[name], body) is None:
                problems.append(f"第 {seal['number']} 号印记上“{name}”的见证签名不符")
                continue
            count, last = count + 1, seal
    note = (
        f"最近见证到第 {last['number']} 号印记（{last['size']} 片叶），共 {count} 次"
        if last
        else "没有见证签名，只是自证"
    )
    report.step("见证签名", problems, note)
    return last is not None


def witness_rows(path):
    try:
        rows = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise Unreadable(f"读不出见证记录 {path}：{error}") from None
    return [row for row in rows if row.get("verdict") == "ok"]


def witness_sizes(arguments, size):
    rows = witness_rows(arguments.witness_log) if arguments.witness_log else []
    return {row["size"] for row in rows if 0 < row["size"] <= size}


def check_witness_log(report, path, roots, size, manifest):
    problems, rows = [], witness_rows(path)
    for row in rows:
        if row.get("origin") != manifest["origin"]:
            problems.append(f"见证记录是另一个系统的：{row.get('origin')}")
            break
        if row["size"] > size:
            problems.append(
                f"见证人在 {local(row['time'])} 见过 {row['size']} 片叶，这里只有 {size} 片：末尾被截去，或这一包较旧"
            )
        elif roots.get(row["size"]) != base64.b64decode(row["root"]):
            problems.append(f"见证人在 {local(row['time'])} 见过的 {row['size']} 片叶的根与这里不同：整条链被重做过")
    if not rows:
        problems.append("见证记录里没有一次通过的核对")
    report.step("见证人自己的记录", problems, f"{len(rows)} 次")


def check_openings(report, pack, manifest):
    """公开的私文与叶里的承诺值。"""
    digest = digest_of(manifest["algorithm"])
    problems, shown, gone = [], 0, 0
    for name in pack.names("private"):
        openings = {}
        for row in pack.lines(name):
            openings[row["i"]] = row
        if not openings:
            continue
        first = int(Path(name).stem)
        with open_member(pack.place, f"leaves/{Path(name).name}") as stream:
            for index, line in enumerate(stream, first):
                row = openings.get(index)
                if row is None:
                    continue
                if "gone" in row:
                    gone += 1
                    continue
                shown += 1
                bound = digest(bytes.fromhex(row["salt"]) + row["text"].encode()).hexdigest()
                if f'"commitment":"{bound}"}}'.encode() not in line:
                    problems.append(f"第 {index} 叶 {described(line)} 的内容与承诺值不符")
    note = f"公开 {shown} 行" + (f"，{gone} 行的盐已销毁，不可核" if gone else "")
    report.step("公开的内容", problems, note)


def check_destroyed(report, pack, told):
    """盐不在了的叶，都须有封存过的销毁记录：写明叶号、承诺值，所属的事件是“销毁盐值”。"""
    title = "盐只由销毁去掉"
    if not pack.has("gone.jsonl"):
        return report.step(title, left="这一包的格式较早，没有列出盐不在了的叶")
    events, wanted = set(), {}
    for _, line in told:
        row = json.loads(line) if line else {}
        if row.get("table") == "audit_event" and row["open"][1:3] == ["seals.destroy_salts", "done"]:
            events.add(row["id"])
        elif row.get("table") == "seals_destroyedsalt":
            _, commitment, event, index = row["open"]
            wanted[index] = (commitment.replace("\\x", ""), event)
    gone = {row["i"]: row["at"] for row in pack.lines("gone.jsonl")}
    problems, lines = [], picked(pack, gone)
    for index in sorted(gone):
        commitment, event = wanted.get(index, ("", ""))
        named = f"第 {index} 叶 {described(lines.get(index, b''))}"
        if not commitment:
            problems.append(
                f"{named} 的盐不见了（{local(gone[index])}），没有封存过的销毁记录：这一行不可核，可能被改过"
            )
        elif f'"commitment":"{commitment}"'.encode() not in lines.get(index, b""):
            problems.append(f"{named} 的承诺值不是销毁记录里的那一个")
        elif event not in events:
            problems.append(f"{named} 的销毁记录没有“销毁盐值”的事件（{event}）")
    note = f"{len(gone)} 行的盐已销毁，这些行不可核" if gone else ""
    return report.step(title, problems, note)


def picked(pack, indexes):
    """叶号 → 叶行，只取这些。"""
    found, files = {}, {}
    for index in indexes:
        files.setdefault(index // PER_FILE * PER_FILE, set()).add(index)
    for first, wanted in files.items():
        with open_member(pack.place, f"leaves/{first:010}.jsonl") as stream:
            for index, line in enumerate(stream, first):
                if index in wanted:
                    found[index] = line
    return found


def check_alarms(report, told):
    """封存过的告警，一条条指出；告警本身是叶，删不掉。"""
    problems = []
    for index, line in told:
        row = json.loads(line) if line else {}
        if row.get("table") == "audit_rawchange":
            at, operation, table, pk, account = row["open"]
            problems.append(
                f"第 {index} 叶：{local(at)} 数据库账号 {account} 绕过系统改动 {table} 第 {pk} 号（{operation}）"
            )
        elif row.get("table") == "audit_wrongmark":
            at, found, table, event = row["open"]
            problems.append(
                f"第 {index} 叶：{local(at)} 封存时查出事件 {event}（{table}）{found}：不是系统自己写的，或写后被改过"
            )
    report.step("没有告警", problems)


HEADS = re.compile(rb'"table":"([^"]*)","form":[0-9]+,"id":"([^"]*)","open":\["[^"]*", "[^"]*", "([^"]*)"')


def check_events(report, pack, size):
    """每一行历史都有它的事件。"""
    if size > EVENTS_HELD:
        return report.step("历史行都有事件", left=f"超过 {EVENTS_HELD} 片叶，没有核这一步")
    under = {form["table"].encode() for form in json.loads(pack.read("forms.json")) if form["open"][2] == "event_id"}
    events = [bytearray() for _ in range(BUCKETS)]
    wanted = [bytearray() for _ in range(BUCKETS)]
    for name in pack.names("leaves"):
        sort_out(pack.place, name, events, wanted, under)
    count, missing = sum(map(len, events)) // 16, []
    for known, asked in zip(events, wanted):
        present = {bytes(known[start : start + 16]) for start in range(0, len(known), 16)}
        for start in range(0, len(asked), 24):
            if bytes(asked[start : start + 16]) not in present:
                missing.append(int.from_bytes(asked[start + 16 : start + 24], "big"))
    problems = [
        f"第 {index} 叶（{table_of(pack, index)}）所说的事件不在留痕里" for index in sorted(missing)[: SHOWN + 1]
    ]
    return report.step("历史行都有事件", problems, f"{count} 个事件")


def sort_out(place, name, events, wanted, under):
    """一个叶文件里的事件编号、历史行所说的事件编号，按末一字节分开放；每片叶最多占 24 字节。"""
    before = b""
    with open_member(place, name) as stream:
        for index, line in enumerate(stream, int(Path(name).stem)):
            head = HEADS.search(line)
            if head is None:  # 已从数据库里删去的
                continue
            if head[1] == b"audit_event":
                put(events, head[2].decode())
            elif head[1] in under and head[3] != before:
                before = head[3]
                put(wanted, before.decode(), index.to_bytes(8, "big"))


def put(buckets, text, more=b""):
    data = bytes.fromhex(text.replace("-", ""))
    buckets[data[-1]] += data + more


def table_of(pack, index):
    with open_member(pack.place, f"leaves/{index // PER_FILE * PER_FILE:010}.jsonl") as stream:
        for place, line in enumerate(stream, index // PER_FILE * PER_FILE):
            if place == index:
                return json.loads(line)["table"]
    return "？"


LISTED = re.compile(
    rb'"table":"([^"]*)","form":([0-9]+),"id":"([^"]*)","open":\["[^"]*", "[^"]*", (?:"([^"]*)", ([0-9]+))?'
)


def check_touched(report, pack, marks, size):
    """事件所列的变更与历史行，两边对得上；一次办理的各行总在同一个印记里，所以逐个印记核。"""
    title = "历史行与事件所列一致"
    forms = {form["form"]: form for form in json.loads(pack.read("forms.json"))}
    if not any(pack.manifest["files"][name]["bytes"] for name in pack.names("private")):
        return report.step(title, left="这一包没有公开任何内容，没有核这一步")
    if size > EVENTS_HELD:
        return report.step(title, left=f"超过 {EVENTS_HELD} 片叶，没有核这一步")
    if any("label" not in form for form in forms.values()):
        return report.step(title, left="这一包的格式较早，没有核这一步")
    book, ends = Listed(forms), {mark[1] for mark in marks}
    for name in pack.names("leaves"):
        texts = {row["i"]: row.get("text", "") for row in pack.lines(name.replace("leaves/", "private/"))}
        with open_member(pack.place, name) as stream:
            for index, line in enumerate(stream, int(Path(name).stem)):
                if index in ends:
                    book.close()
                head = LISTED.search(line)
                if head is not None:
                    book.take(index, head, texts.get(index))
    book.close()
    left = f"{book.unopened} 个事件没有公开，它们列了什么没有核" if book.unopened else ""
    # 盐为什么不在，前面一步核过：销毁是封存过的理由。
    gone = f"，另有 {book.gone} 个事件的盐已销毁，不可核" if book.gone else ""
    return report.step(title, book.problems, f"{book.count} 个事件{gone}", left)


class Listed:
    """一个印记以内，各个公开的事件所列、还没有见到历史行的：事件 → {“类别:编号”或“类别:*”: 几行}。"""

    def __init__(self, forms):
        self.labels = {number: form["label"] for number, form in forms.items()}
        self.places = {n: form["columns"].index("touched") for n, form in forms.items() if "touched" in form["columns"]}
        self.problems, self.count, self.unopened, self.gone = [], 0, 0, 0
        self.listed, self.histories = {}, []

    def take(self, index, head, text):
        form = int(head[2])
        if head[1] == b"audit_event":
            if text is None:
                self.unopened += 1
            elif not text:
                self.gone += 1
            else:
                self.count += 1
                self.listed[head[3].decode()] = counted(json.loads(text)[self.places[form]])
        elif self.labels[form]:
            self.histories.append(
                (index, (head[4] or b"").decode(), f"{self.labels[form]}:{(head[5] or b'').decode()}")
            )

    def close(self):
        for index, event, row in self.histories:
            listed = self.listed.get(event)
            if listed is None:
                continue
            key = row if listed.get(row) else row.partition(":")[0] + ":*"
            if not listed.get(key):
                self.problems.append(f"第 {index} 叶（{row}）不在它的事件 {event} 所列之中：冒用了别人的事件")
            else:
                listed[key] -= 1
        for event, listed in self.listed.items():
            for row, count in listed.items():
                if count:
                    self.problems.append(f"事件 {event} 列了 {row}，少 {count} 行历史")
        self.listed, self.histories = {}, []


def counted(touched):
    """“类别:编号”各几行；成批写下的“类别:*行数”并作“类别:*”。"""
    found = {}
    for entry in touched:
        label, _, number = entry.rpartition(":")
        key, count = (f"{label}:*", int(number[1:])) if number.startswith("*") else (entry, 1)
        found[key] = found.get(key, 0) + count
    return found


def check_live(report, pack, manifest):
    if not manifest["complete"]:
        return report.step("现行记录与最后一次历史", left="这一包没有全部公开，没有核这一步")
    forms = {form["form"]: form for form in json.loads(pack.read("forms.json"))}
    last = last_entries(pack, forms)
    problems, compared = [], 0
    for name in pack.names("live"):
        table, present = Path(name).stem, set()
        for row in pack.lines(name):
            present.add(row["id"])
            kept = last.get((table, row["id"]))
            compared += 1
            if kept is None:
                problems.append(f"{table} 第 {row['id']} 号记录没有历史：绕过系统写入的")
            elif kept[1] == "-" or kept[2] != json.loads(row["text"]):
                problems.append(f"{table} 第 {row['id']} 号记录与最后一次历史不符：绕过系统改过")
        problems += [
            f"{table} 第 {pk} 号记录有历史而不见了：绕过系统删去的"
            for (of, pk), kept in last.items()
            if of == table and kept[1] != "-" and pk not in present
        ]
    return report.step("现行记录与最后一次历史", problems, f"{compared} 条")


def waiting_leaves(pack):
    """等待封存的行里公开了的：（表，公开列，表式，私文）。"""
    for row in pack.lines("unsealed.jsonl"):
        if "text" in row:
            yield row["form"], json.loads(row["open"]), row["text"]


def last_entries(pack, forms):
    """(现行表, 编号) → (先后, 种类, 各列的值)"""
    last = {}
    for name in pack.names("private"):
        texts = {row["i"]: row["text"] for row in pack.lines(name) if "text" in row}
        with open_member(pack.place, f"leaves/{Path(name).name}") as stream:
            for index, line in enumerate(stream, int(Path(name).stem)):
                if index not in texts:
                    continue
                row = json.loads(line)
                note_entry(last, forms[row["form"]], row["open"], texts[index])
    # 还没有封存的历史也算：下一包再核它封存以后的样子。
    for number, opened, text in waiting_leaves(pack):
        note_entry(last, forms[number], opened, text)
    return last


def note_entry(last, form, opened, text):
    """这一行历史若比记下的晚，就取它。"""
    if not form["live"]:
        return
    instant, kind, _, pk, revision = opened
    values = dict(zip(form["columns"], json.loads(text)))
    entry = ((revision, instant), kind, [values.get(column) for column in form["live_columns"]])
    key = (form["live"], pk)
    if key not in last or entry[0] >= last[key][0]:
        last[key] = entry


def check_reconcile(report, pack):
    found = json.loads(pack.read("reconcile.json"))
    report.step("导出时数据库自己的比对", [f"{row['table']} 第 {row['id']} 号记录：{row['kind']}" for row in found])
    check_waiting(report, pack)


def check_waiting(report, pack):
    """等待封存的行：不能等得太久，也不能写在将来。"""
    title, rows = "没有等得太久的行", list(pack.lines("unsealed.jsonl"))
    note = f"导出时还有 {len(rows)} 行等待封存"
    if any("at" not in row for row in rows):
        return report.step(title, note=note, left="这一包的格式较早，没有写明各行的时间")
    made, problems = instant_of(pack.manifest.get("present_at", pack.manifest["made_at"])), []
    for row in rows:
        age = (made - instant_of(row["at"])).total_seconds()
        if age > WAITING:
            problems.append(
                f"{row['table']} {row['id']}（{local(row['at'])}）到导出时等了 {int(age // 60)} 分钟，仍未封存"
            )
        elif age < -TOLERANCE:
            problems.append(f"{row['table']} {row['id']} 的时间 {local(row['at'])} 在导出之后")
    return report.step(title, problems, note)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, add_help=False
    )
    parser.add_argument("pack", help="核验包目录或 zip")
    parser.add_argument("--log-key", help="印记单上的系统公钥；给出后包里的必须与它相同")
    parser.add_argument(
        "--new-key", action="append", help="旧钥遗失时，从双方签字的印记单抄来的新公钥；没有它，不认没有旧钥签名的换钥"
    )
    parser.add_argument("--witness-key", action="append", help="见证人的公钥，可以给出多次")
    parser.add_argument("--witness-log", help="见证程序自己的记录 log.jsonl")
    parser.add_argument("--require-witness", action="store_true", help="没有见证签名即以退出码 4 结束")
    parser.add_argument("--jobs", type=int, default=min(os.cpu_count() or 1, 8), help="同时用几个进程")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")
    parser.add_argument("--version", action="version", version=VERSION)
    parser.add_argument("-h", "--help", action="help", help="显示说明")
    arguments = parser.parse_args()
    try:
        return verify(arguments)
    except Unreadable as error:
        print(f"结论：没有核完。{error}", file=sys.stderr)
        return UNREADABLE
    except (OSError, ValueError, KeyError, IndexError, TypeError, zipfile.BadZipFile) as error:
        print(f"结论：没有核完。核验包里有读不懂的内容：{type(error).__name__} {error}", file=sys.stderr)
        return UNREADABLE


if __name__ == "__main__":
    sys.exit(main())
