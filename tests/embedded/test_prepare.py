"""What comes before `make run` and `make test`: what is missing is said once, the cause of a failure is kept, halves are made anew."""

import subprocess
import sys
from pathlib import Path

import pytest

from admissions.embedded import lock, missing, prepare
from admissions.embedded.missing import Lack
from admissions.embedded.progress import Progress

LOCK = """# made by `make lock` from 0
amqp==5.4.2 \\
    --hash=sha256:00 \\
    --hash=sha256:01
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:02
vine==5.1.0 \\
    --hash=sha256:03
"""


def test_everything_missing_stands_in_one_sentence_with_one_command():
    said = missing.sentence(
        [Lack(("libpango-1.0-0", "libpangoft2-1.0-0"), "不能生成PDF"), Lack(("libatomic1",), "跳过")]
    )
    assert said.count("\n") == 0 and "sudo" not in said
    assert "libpango-1.0-0 libpangoft2-1.0-0（不能生成PDF）；libatomic1（跳过）" in said
    assert said.endswith(
        "su -c 'apt-get update && apt-get install --yes --no-install-recommends"
        " libpango-1.0-0 libpangoft2-1.0-0 libatomic1'"
    )


def test_a_library_counts_when_it_loads_and_a_browser_when_it_starts(tmp_path, monkeypatch):
    assert missing.loads("libc.so.6")
    assert not missing.loads("libc.so.6", "libno-such-thing.so.9")
    browser = tmp_path / missing.BROWSERS[0]
    browser.write_text("#!/bin/sh\necho 'error while loading shared libraries' >&2\nexit 127\n")
    browser.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert missing.starting_browser() == ""
    browser.write_text("#!/bin/sh\necho '<html><body><p>ja</p></body></html>'\n")
    assert missing.starting_browser() == str(browser)


def test_a_lock_is_current_until_a_requirement_changes(tmp_path):
    wanted = tmp_path / "requirements.txt"
    wanted.write_text("# why\nDjango==5.2.19   # framework\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\npytest==9.2.0\n")
    assert not lock.is_current("run", tmp_path)
    (tmp_path / "requirements.lock").write_text(f"{lock.HEAD}{lock.inputs_hash('run', tmp_path)}\n")
    assert lock.is_current("run", tmp_path)
    wanted.write_text("Django==5.2.19 # another reason\n")
    assert lock.is_current("run", tmp_path)
    wanted.write_text("Django==5.2.20\n")
    assert not lock.is_current("run", tmp_path)


def test_the_carried_locks_are_current_complete_and_name_no_server():
    for purpose, name in lock.LOCKS.items():
        assert lock.is_current(purpose, lock.CHECKOUT)
        text = (lock.CHECKOUT / name).read_text()
        assert "://" not in text
        assert [block for block in lock.blocks(text) if "--hash=sha256:" not in block] == []


def test_a_lock_is_parted_without_losing_anything(tmp_path, monkeypatch):
    file = tmp_path / "requirements.lock"
    file.write_text(LOCK)
    parts = prepare.parts(file)
    assert sorted(entry for part in parts for entry in part) == sorted(lock.blocks(LOCK))
    assert [entry.count("--hash") for entry in lock.blocks(LOCK)] == [2, 1, 1]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed", "证书不被信任"),
        ("Temporary failure in name resolution", "请检查网络"),
        ("[Errno 28] No space left on device", "磁盘已满"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "校验值不符"),
        ("ERROR: No matching distribution found for amqp==5.4.2", "没有锁定的版本"),
        ("something else", "原因见下"),
    ],
)
def test_the_cause_is_named(said, sentence):
    assert sentence in prepare.cause(said)


@pytest.fixture
def checkout(tmp_path, monkeypatch) -> Path:
    """An environment of its own beside a lock with nothing in it."""
    environment = tmp_path / "表 格" / ".venv"
    environment.parent.mkdir()
    (environment.parent / "requirements.txt").write_text("")
    (environment.parent / "requirements.lock").write_text(f"{lock.HEAD}{lock.inputs_hash('run', environment.parent)}\n")
    monkeypatch.setattr(prepare, "CHECKOUT", environment.parent)
    for name, value in {
        "VENV": environment,
        "PYTHON": environment / "bin" / "python",
        "PLACE": environment / ".place",
        "MAKING": environment / ".making",
    }.items():
        monkeypatch.setattr(prepare, name, value)
    return environment.parent


def install(capsys) -> str:
    with Progress() as progress:
        prepare.install("run", progress)
    return capsys.readouterr().out


def test_it_is_made_once_and_anew_when_half_made_or_moved(checkout, capsys):
    assert "建立虚拟环境" in install(capsys)
    assert install(capsys) == ""
    prepare.MAKING.touch()
    (prepare.VENV / "left").touch()
    assert "重新建立虚拟环境" in install(capsys)
    assert not (prepare.VENV / "left").exists() and not prepare.MAKING.exists()
    prepare.PLACE.write_text("/somewhere/else/.venv")
    assert "重新建立虚拟环境" in install(capsys)
    prepare.PYTHON.unlink()
    assert "重新建立虚拟环境" in install(capsys)
    assert install(capsys) == ""


def test_a_failure_keeps_what_pip_said_and_leaves_a_half(checkout, capsys, monkeypatch):
    with (checkout / "requirements.lock").open("a") as file:
        file.write("no-such-thing==1 --hash=sha256:" + "0" * 64 + "\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(SystemExit, match=r"依赖没有装上：软件源里没有锁定的版本[\s\S]*no-such-thing==1"):
        install(capsys)
    assert prepare.MAKING.exists()


def test_an_old_python_is_told_so():
    code = (
        "import sys; sys.version_info = (3, 9, 2, 'final', 0)\n"
        "from admissions.embedded import prepare; prepare.main('run')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=lock.CHECKOUT, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("需要 Python 3.11 或更新版本")


def test_a_long_step_shows_a_sign_of_life(capsys):
    with Progress(quiet=0.2) as progress:
        progress.step("下载")
        progress.over.wait(0.6)
    assert "下载，还在进行" in capsys.readouterr().out
