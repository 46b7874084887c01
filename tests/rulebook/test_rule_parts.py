"""Whoever wrote a version does not verify it: each part made false alone, the rule asked directly."""

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.rulebook import rules
from admissions.rulebook.models import ClauseVersion
from tests.factories.accounts import UserFactory, user_with
from tests.parts import asked, but, only_missing

pytestmark = pytest.mark.django_db


def test_verifying():
    editor = user_with(Role.RULE_EDITOR)
    version = ClauseVersion(editor_id=UserFactory().pk)
    assert asked(rules.can_verify_version, editor, version).ok
    assert asked(rules.can_verify_version, editor, but(version, editor_id=None)).ok
    only_missing("您没有编辑制度库的权限。", rules.can_verify_version, UserFactory(), version)
    only_missing("不能核实自己编辑的条款。", rules.can_verify_version, editor, but(version, editor_id=editor.pk))


def test_repealing():
    editor, now = user_with(Role.RULE_EDITOR), timezone.now()
    version = ClauseVersion(period=DateTimeTZRange(now, None))
    assert asked(rules.can_repeal, editor, version).ok
    only_missing("您没有编辑制度库的权限。", rules.can_repeal, UserFactory(), version)
    says = "这一条款没有施行中的版本，不必废止。"
    only_missing(says, rules.can_repeal, editor, but(version, period=DateTimeTZRange(now, now + timedelta(days=1))))
    only_missing(says, rules.can_repeal, editor, None)
