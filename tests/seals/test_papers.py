"""Who holds a paper learns where its record stands, whether it was witnessed, and nothing else."""

from uuid import UUID

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from admissions.accounts.enums import Role
from admissions.seals.papers import code_of, latest_entry, paper_mark, row_of
from admissions.seals.sealing import seal
from admissions.seals.selectors import bundle_since
from admissions.seals.services import accept_cosignature
from tests.factories.accounts import OrganisationFactory, user_with
from tests.factories.supervision import issued, watched
from tests.seals.test_witness import Desk, registered


@given(number=st.integers(0, (1 << 128) - 1))
def test_a_code_leads_back_also_when_typed_carelessly(number):
    row = UUID(int=number)
    code = code_of(row)
    assert (len(code.replace("-", "")), row_of(code), row_of(code.lower().replace("-", " "))) == (26, row, row)
    assert row_of(code.replace("0", "O").replace("1", "l")) == row


@pytest.mark.parametrize("typed", ["", "A", "Z" * 26, "*" * 26, "0" * 25])
def test_what_cannot_be_a_code_is_none(typed):
    assert row_of(typed) is None


def asked(code: str) -> str:
    answer = Client().get(reverse("paper-verify"), {"code": code})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_page_tells_place_seal_and_witness_and_no_word_of_the_record(tmp_path):
    opinion = issued(watched(), title="机密标题词")
    code = code_of(latest_entry(opinion))
    assert "没有此记录" in asked(code)  # not sealed yet
    made = seal("定时")
    text = asked(code)
    assert f"见第{made.number}号印记，尚未由监督组共签（自证）" in text
    desk = Desk(tmp_path / "w")
    registered(desk)
    desk.check(bundle_since(0))
    accept_cosignature(made.size, desk.line)
    text = asked(code)
    assert "已由监督组共签" in text
    assert not [word for word in ("机密标题词", opinion.number, opinion.issued_by_name) if word in text]
    assert "没有此记录" in asked("0" * 26)


@pytest.mark.django_db(transaction=True)
def test_a_tree_that_no_longer_leads_to_its_seal_says_so():
    organisation = OrganisationFactory()
    seal("定时")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE seals_leaf SET hash = sha256('x')")
        cursor.execute("SET session_replication_role = DEFAULT")
    assert "核验不通过" in asked(code_of(latest_entry(organisation)))


@pytest.mark.django_db
def test_papers_carry_code_address_and_picture():
    supervisor = user_with(Role.SUPERVISOR)
    mark = paper_mark(RequestFactory().get("/"), supervisor)
    assert mark["verification_url"].endswith(f"/verify/?code={mark['verification_code']}")
    assert mark["verification_qr"].startswith("data:image/png;base64,")
