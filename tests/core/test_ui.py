"""Tags and columns of the house."""

from datetime import UTC, date, datetime, timedelta

import django_tables2 as tables
import pytest
import time_machine
from django.template import Context, Template
from django.test import RequestFactory

from admissions.accounts.enums import AccountStatus
from admissions.accounts.models import User
from admissions.core import errors
from admissions.core.actions import PageAction
from admissions.core.decision import deny
from admissions.core.status import TONES
from admissions.core.tables import ChipColumn, NumberColumn
from admissions.core.templatetags import ui

NOON = datetime(2026, 7, 12, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai


def rendered(source: str, **context) -> str:
    return Template(source).render(Context(context))


def test_every_tone_has_an_icon():
    assert set(ui.TONE_ICONS) == set(TONES)


def test_chip_shows_icon_word_and_tone():
    html = ui.chip(AccountStatus.SUSPENDED)
    assert "chip-warning" in html
    assert f"#{ui.TONE_ICONS['warning']}" in html
    assert "停用" in html


def test_chip_of_plain_text_is_muted_and_escaped():
    html = ui.chip("<b>未知</b>")
    assert "chip-muted" in html
    assert "&lt;b&gt;未知&lt;/b&gt;" in html


def test_chip_of_nothing_is_nothing():
    assert ui.chip(None) == ""
    assert ui.chip("") == ""


def test_status_chip_finds_the_enum_of_a_stored_value():
    assert ui.status_chip(User(status="closed")) == ui.chip(AccountStatus.CLOSED)


@pytest.mark.parametrize(
    ("rest", "words", "tone"),
    [
        (timedelta(minutes=5), "还有5分钟", "warning"),
        (timedelta(hours=3, minutes=20), "还有3小时20分", "warning"),
        (timedelta(hours=24), "还有1天", "warning"),
        (timedelta(days=1, hours=4), "还有1天4小时", "muted"),
        (timedelta(days=9, hours=4), "还有9天", "muted"),
        (timedelta(minutes=-1), "已逾期1分钟", "danger"),
        (timedelta(days=-2), "已逾期2天", "danger"),
    ],
)
def test_deadline_says_the_clock_left(rest, words, tone):
    with time_machine.travel(NOON, tick=False):
        html = ui.deadline(NOON + rest)
    assert words in html
    assert f"clock-{tone}" in html


def test_deadline_of_nothing_is_nothing():
    assert ui.deadline(None) == ""
    assert ui.left(None) == ""


def test_dates_read_as_people_write_them():
    with time_machine.travel(NOON, tick=False):
        assert ui.minute(NOON) == "7月12日 12:00"
        assert ui.short_day(date(2025, 7, 12)) == "2025年7月12日"
        assert ui.short_day(NOON) == "7月12日"
    assert ui.day(date(2026, 7, 12)) == "2026年7月12日 星期日"
    assert ui.weekday("2026-07-13") == "星期一"
    assert ui.weekday("2026-13-99") == ""
    assert ui.weekday("不是日期") == ""


def test_day_is_taken_in_local_time():
    assert ui.day(datetime(2026, 7, 12, 17, 0, tzinfo=UTC)) == "2026年7月13日 星期一"


def test_enabled_action_is_a_link():
    html = rendered("{% action_button a %}", a=PageAction("表态", "/vote/", icon="hand-stop", style="primary"))
    assert 'href="/vote/"' in html
    assert "btn-primary" in html


def test_posting_action_carries_the_token():
    html = rendered("{% action_button a %}", a=PageAction("启动", "/go/", method="post"), csrf_token="t" * 64)
    assert '<form class="action" method="post" action="/go/">' in html
    assert "t" * 64 in html


def test_refused_action_has_no_address_but_reason_clause_and_way_out():
    refused = PageAction("撤销", "/drop/", deny("录取季已封存。", "《规程》第三条", "请联系行政秘书。"))
    html = rendered("{% action_button a %}", a=refused)
    assert "/drop/" not in html
    for part in ("撤销", "录取季已封存。", "依据：《规程》第三条。", "请联系行政秘书。"):
        assert part in html


class PeopleTable(tables.Table):
    name = tables.Column(verbose_name="姓名")
    status = ChipColumn(verbose_name="状态")
    count = NumberColumn(verbose_name="岗位数", empty_values=(), accessor="pk")


def test_table_shows_chips_and_exports_words():
    table = PeopleTable([User(pk=7, name="甲", status="suspended")], request=RequestFactory().get("/"))
    html = table.as_html(table.request)
    assert "chip-warning" in html
    assert 'data-label="岗位数"' in html
    assert list(table.as_values()) == [["姓名", "状态", "岗位数"], ["甲", "停用", 7]]


def test_number_column_is_right_aligned():
    table = PeopleTable([User(pk=7, name="甲", status="active")], request=RequestFactory().get("/"))
    assert "num" in table.columns["count"].attrs["td"]["class"].split()


def test_error_500_needs_neither_user_nor_database():
    response = errors.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "系统出错" in response.content.decode()
