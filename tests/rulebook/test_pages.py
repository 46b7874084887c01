"""Pages of the rulebook: everybody reads, editors edit, what is unverified says so, lists stay cheap."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from admissions.accounts.enums import Role
from admissions.rulebook.enums import Verification
from admissions.rulebook.models import Clause, RuleSource
from tests.factories.accounts import UserFactory, user_with
from tests.factories.rulebook import clause_in_force
from tests.rulebook.test_commands import added, revised
from tests.sizes import SIZES

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    person = user_with(Role.RULE_EDITOR)
    client.force_login(person)
    return person


def page(client, name, *arguments, **query):
    response = client.get(reverse(name, args=arguments), query)
    assert response.status_code == 200
    return response.content.decode()


def post(client, name, pk, **values):
    return client.post(reverse(name, args=[pk] if pk else []), values)


def test_unverified_is_never_shown_as_fact(client, editor):
    clause = added(editor)
    text = page(client, "rulebook:clause", clause.pk)
    assert "未核实" in text and "不得作为事实引用" in text


def test_the_text_of_an_instant(client, editor):
    clause = added(editor)
    turn = timezone.now() - timedelta(days=10)
    revised(editor, clause, "三人到场。", turn)
    now, before = (
        page(client, "rulebook:clause", clause.pk),
        page(client, "rulebook:clause", clause.pk, at="2021-05-01T09:00"),
    )
    assert "现行内容" in now and '<p class="pre mb-2">三人到场。</p>' in now
    assert '<p class="pre mb-2">甲、乙二人到场。</p>' in before
    assert "<del>甲、乙二</del>" in now and "<ins>三</ins>" in now
    assert "没有施行的版本" in page(client, "rulebook:clause", clause.pk, at="2001-01-01T00:00")


def test_revising_through_the_page(client, editor):
    clause = added(editor)
    url = reverse("rulebook:clause-revise", args=[clause.pk])
    values = {
        "text": "三人到场。",
        "verification": "verified",
        "effective_from": "2024-07-01",
        "reason": "依据修订稿",
        f"seen:rulebook.clause:{clause.pk}": clause.revision,
    }
    assert client.post(url, {**values, "reason": ""}).status_code == 422
    assert clause.versions.count() == 1
    assert client.post(url, values).status_code == 302
    version = clause.versions.order_by("-number").first()
    assert (version.number, version.text, version.change_note) == (2, "三人到场。", "依据修订稿")
    assert timezone.localtime(version.period.lower).strftime("%Y-%m-%d %H:%M") == "2024-07-01 00:00"


def test_adding_source_and_clause_through_the_pages(client, editor):
    values = {"code": "s-1", "title": "某办法", "kind": "normative", "reason": "登记"}
    assert post(client, "rulebook:source-add", None, **values).status_code == 302
    source = RuleSource.objects.get(code="s-1")
    values = {
        "source": source.pk,
        "code": "c-1",
        "number": "第1条",
        "category": "recusal",
        "title": "回避",
        "text": "须回避。",
        "verification": "reprint",
        "effective_from": "2024-01-01",
        "reason": "登记",
    }
    assert post(client, "rulebook:clause-add", None, **values).status_code == 302
    assert "回避" in page(client, "rulebook:source", source.pk)
    again = post(client, "rulebook:clause-add", None, **values)
    assert again.status_code == 422 and Clause.objects.filter(code="c-1").count() == 1


def test_filters(client, editor):
    added(editor)
    clause_in_force("须双人复核录检结论。")
    assert "到场人数" in page(client, "rulebook:clauses", q="到场") and "复核录检" not in page(
        client, "rulebook:clauses", q="到场"
    )
    assert "到场人数" in page(client, "rulebook:clauses", verification=Verification.UNVERIFIED)
    assert "到场人数" not in page(client, "rulebook:clauses", verification=Verification.VERIFIED)
    assert "到场人数" not in page(client, "rulebook:clauses", force="no")


def test_readers_get_no_buttons(client):
    clause = added(user_with(Role.RULE_EDITOR))
    client.force_login(UserFactory())
    text = page(client, "rulebook:clause", clause.pk)
    assert reverse("rulebook:clause-revise", args=[clause.pk]) not in text
    assert post(client, "rulebook:clause-revise", clause.pk, text="改").status_code == 403


@pytest.mark.parametrize("rows", SIZES[1:])
def test_lists_do_not_grow(client, editor, rows):
    def count(name):
        page(client, name)
        with CaptureQueriesContext(connection) as queries:
            page(client, name)
        return len(queries)

    clause_in_force("一。")
    one = [count(name) for name in ("rulebook:clauses", "rulebook:sources", "rulebook:policies")]
    for number in range(rows):
        clause_in_force(f"第{number}条的内容。", clause__code=f"many-{number}")
    assert [count(name) for name in ("rulebook:clauses", "rulebook:sources", "rulebook:policies")] == one
