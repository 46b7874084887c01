"""The instrument that proves parts of rules: it finds each, tells them apart, and notices only what was asked directly."""

from types import SimpleNamespace

import pytest

from admissions.core.decision import ALLOWED, Decision, allow, deny, in_parts
from tests import parts
from tests.plugins import parts as plugin


def test_no_two_parts_share_a_name():
    names = list(parts.sites().values())
    assert len(names) == len(set(names)) > 500


def is_grown(age: int) -> Decision:
    return allow() if age >= 18 else deny("未满十八岁。")


@in_parts
def can_sign(age: int, name: str):
    yield is_grown(age)
    if not name:
        yield deny("没有姓名。")


@pytest.fixture
def own_sites(monkeypatch):
    """This file's parts, as if it were the product."""
    found = parts._sites_in(parts.Path(__file__))
    monkeypatch.setattr(parts, "sites", lambda: found)
    monkeypatch.setattr(parts, "proved", set())
    return parts


def test_the_sub_rule_is_proved_with_the_rule(own_sites):
    own_sites.only_missing("未满十八岁。", can_sign, 17, "张三")
    assert {key.split(":", 1)[1] for key in own_sites.proved} == {"can_sign: is_grown(age)", "is_grown: '未满十八岁。'"}


def test_a_part_counts_only_alone_and_in_its_own_words(own_sites):
    with pytest.raises(AssertionError):
        own_sites.only_missing("没有姓名。", can_sign, 17, "")
    with pytest.raises(AssertionError):
        own_sites.only_missing("不行。", can_sign, 18, "")
    with pytest.raises(AssertionError):
        own_sites.only_missing("没有姓名。", can_sign, 18, "张三")
    assert own_sites.proved == set()
    own_sites.only_missing("没有姓名。", can_sign, 18, "")
    assert {key.split(":", 1)[1] for key in own_sites.proved} == {"can_sign: '没有姓名。'"}
    assert can_sign(18, "张三") is ALLOWED


def test_what_nobody_proved_is_named_and_fails_a_whole_run(own_sites, monkeypatch):
    own_sites.only_missing("未满十八岁。", can_sign, 17, "张三")
    name = "tests/core/test_parts.py"
    assert plugin.unproved(name) == [f"{name}:can_sign: '没有姓名。'"]
    assert plugin.unproved("workgroups") == []
    session = SimpleNamespace(config=SimpleNamespace(), exitstatus=pytest.ExitCode.OK)
    monkeypatch.setattr(plugin, "is_whole", lambda config: True)
    plugin.pytest_sessionfinish(session)
    assert session.exitstatus == pytest.ExitCode.TESTS_FAILED
    own_sites.only_missing("没有姓名。", can_sign, 18, "")
    session.exitstatus = pytest.ExitCode.OK
    plugin.pytest_sessionfinish(session)
    assert session.exitstatus == pytest.ExitCode.OK
