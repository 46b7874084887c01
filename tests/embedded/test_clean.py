"""`make clean-all`: everything is listed, nothing goes without a yes, nothing of somebody else goes at all."""

import fcntl
from pathlib import Path

import pytest

from admissions.embedded import clean, places


@pytest.fixture
def made(tmp_path, monkeypatch) -> dict[str, Path]:
    """What the two commands leave, in a place of its own."""
    checkout, shared, memory = tmp_path / "checkout", tmp_path / "lib", tmp_path / "shm"
    for module, name, value in (
        (clean, "CHECKOUT", checkout),
        (places, "CHECKOUT", checkout),
        (clean, "VAR", checkout / "var"),
        (places, "VAR", checkout / "var"),
        (clean, "OF_THE_ACCOUNT", shared),
        (clean, "ACCOUNT", "no-such-account"),
        (places, "MEMORY", memory),
    ):
        monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(places.tempfile, "gettempdir", lambda: str(tmp_path / "tmp"))
    found = {
        "venv": checkout / ".venv",
        "var": checkout / "var",
        "data": shared / "0123456789ab",
        "programs": shared / "programs",
        "sockets": places._sockets("run"),
        "tests": next(path for path in places.traces("test") if memory in path.parents),
        "source": checkout / "admissions",
    }
    for path in found.values():
        path.mkdir(parents=True)
    (found["data"] / "home").write_text(f"{found['var']}\n")
    (found["var"] / "run.data").write_text(f"{found['data']}\n")
    return found


def answer(monkeypatch, word: str) -> int:
    monkeypatch.setattr("builtins.input", lambda prompt: word)
    return clean.main()


def test_nothing_goes_without_a_yes(made, monkeypatch, capsys):
    assert answer(monkeypatch, "y") == 1
    assert all(path.exists() for path in made.values())
    listed = capsys.readouterr().out
    assert [name for name in ("venv", "var", "data", "sockets", "tests") if str(made[name]) not in listed] == []


def test_everything_goes_after_a_yes_but_the_source(made, monkeypatch):
    assert answer(monkeypatch, "yes") == 0
    assert {name for name, path in made.items() if path.exists()} == {"source"} | left_to_root()
    assert answer(monkeypatch, "yes") == 0, "there is nothing left to ask about"


def left_to_root() -> set[str]:
    return set() if places.os.geteuid() == 0 else {"programs"}


def test_data_of_the_original_are_not_removed_with_a_copy(made, monkeypatch):
    (made["data"] / "home").write_text("/somewhere/else/var\n")
    assert answer(monkeypatch, "yes") == 0
    assert {name for name, path in made.items() if path.exists()} == {"source", "data", "programs"}


def test_nothing_goes_while_it_is_used(made, monkeypatch):
    with (made["var"] / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(SystemExit, match="正在使用这些数据"):
            answer(monkeypatch, "yes")
    assert all(path.exists() for path in made.values())
