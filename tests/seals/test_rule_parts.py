"""Each part of each rule on witnesses and salts made false alone, the rule asked directly."""

import pytest

from admissions.accounts.enums import Role
from admissions.seals import rules
from admissions.seals.destroying import can_destroy_salts_of
from admissions.seals.models import Witness
from tests.factories.accounts import UserFactory, user_with
from tests.parts import asked, but, only_missing

pytestmark = pytest.mark.django_db


def test_witnesses():
    supervisor, auditor, nobody = user_with(Role.SUPERVISOR), user_with(Role.AUDIT_ADMIN), UserFactory()
    assert asked(rules.can_view_seals, auditor).ok
    only_missing("您没有查看印记的权限。", rules.can_view_seals, nobody)
    assert asked(rules.can_offer_witness, supervisor).ok
    only_missing(f"只有监督员可以登记见证人。{rules.APART}", rules.can_offer_witness, auditor)
    witness = Witness(holder=supervisor, holder_name=supervisor.name, status="offered")
    assert asked(rules.can_confirm_witness, auditor, witness).ok
    only_missing("保管人不能核对自己的见证人。", rules.can_confirm_witness, auditor, but(witness, holder=auditor))
    only_missing(f"您不能核对见证人。{rules.APART}", rules.can_confirm_witness, nobody, witness)
    active = but(witness, status="active")
    word = active.get_status_display()
    only_missing(f"这个见证人已是“{word}”。", rules.can_confirm_witness, auditor, active)
    for somebody in (supervisor, auditor):
        assert asked(rules.can_retire_witness, somebody, active).ok
    only_missing("您不能停用这个见证人。", rules.can_retire_witness, nobody, active)
    only_missing("这个见证人已经停用。", rules.can_retire_witness, auditor, but(witness, status="retired"))


def test_destroying_salts():
    auditor = user_with(Role.AUDIT_ADMIN)
    assert asked(can_destroy_salts_of, auditor, UserFactory()).ok
    only_missing("您没有销毁盐值的权限。", can_destroy_salts_of, UserFactory(), UserFactory())
    only_missing("不能销毁关于自己的留痕的盐值。", can_destroy_salts_of, auditor, auditor)


def test_replacing_a_witness():
    supervisor = user_with(Role.SUPERVISOR)
    own = Witness(holder=supervisor, holder_name=supervisor.name)
    assert asked(rules.can_replace_witness, supervisor, own).ok
    assert asked(rules.can_replace_witness, supervisor, None).ok
    only_missing(f"只有监督员可以登记见证人。{rules.APART}", rules.can_replace_witness, UserFactory(), None)
    only_missing("只能接替自己保管的见证人。", rules.can_replace_witness, supervisor, but(own, holder=UserFactory()))
