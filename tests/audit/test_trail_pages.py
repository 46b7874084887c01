"""The trail as people read it: who sees which entries, sentences, differences, pages that hold still, names found."""

import hashlib
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from admissions.accounts.enums import Role
from admissions.audit import exports
from admissions.audit.access import forget_answers
from admissions.audit.commands import machine_action
from admissions.audit.diffs import RECUSED, REMOVED, changes_of, changes_of_all
from admissions.audit.enums import Outcome
from admissions.audit.models import Event
from admissions.audit.selectors import Cursor, naming, trail_slice
from admissions.core.decision import Refused
from tests.factories.accounts import RoleGrantFactory, UserFactory, user_with
from tests.factories.recusal import fact_about
from tests.factories.seasons import OpenSeasonFactory
from tests.factories.workgroups import AppointmentFactory, PostFactory, WorkGroupFactory
from tests.trail import assert_recorded, setting_up
from workgroups.appointments.services import propose_appointment, suspend_appointment, withdraw_appointment
from workgroups.duty.models import Delegation
from workgroups.groups.services import add_duty, change_group, dissolve_group, remove_duty

pytestmark = pytest.mark.django_db
THIRD = "丙组不可见"


def url(name, *args, **query):
    return reverse(name, args=args, query=query)


@pytest.fixture
def season():
    return OpenSeasonFactory()


@pytest.fixture
def secretary():
    return RoleGrantFactory(user=UserFactory(name="文示书"), role=Role.SECRETARIAT).user


@pytest.fixture
def groups(season):
    return [WorkGroupFactory(season=season, name=name) for name in ("甲组", "乙组", THIRD)]


@pytest.fixture
def people(groups, secretary):
    """One suspended person in each group, by a real command."""
    rows = []
    for group, name in zip(groups, ("钱示一", "孙示二", f"李{THIRD}"), strict=True):
        row = AppointmentFactory(post=PostFactory(group=group), status="on_duty", person__name=name)
        rows.append(suspend_appointment(actor=secretary, reason=f"核查{group.name}", appointment=row))
    return rows


@pytest.fixture
def supervisor(client, groups):
    """Sees the first and the second group, and nothing else."""
    user = UserFactory(name="周示督")
    for group in groups[:2]:
        RoleGrantFactory(user=user, role=Role.SUPERVISOR, season=group.season, group=group)
    client.force_login(user)
    return user


def text_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def sentences(client, address):
    return [entry["sentence"] for entry in client.get(address).context["entries"]]


class TestScope:
    def test_timeline_of_a_group(self, client, supervisor, people):
        for row, other in (people[:2], people[1::-1]):
            shown = sentences(client, url("audit:group", row.post.group_id))
            assert f"文示书（行政秘书）办理了“暂停任职”：{row}" in shown
            assert not [sentence for sentence in shown if other.person.name in sentence]

    def test_timeline_of_a_person_covers_what_was_done_by_and_to_them(self, client, supervisor, people, secretary):
        assert f"文示书（行政秘书）办理了“暂停任职”：{people[0]}" in sentences(
            client, url("audit:person", people[0].person_id)
        )
        done = [sentence for sentence in sentences(client, url("audit:person", secretary.pk)) if "暂停任职" in sentence]
        assert done == [f"文示书（行政秘书）办理了“暂停任职”：{row}" for row in (people[1], people[0])]

    def test_timeline_of_a_record(self, client, supervisor, people):
        shown = sentences(client, url("audit:record", "appointments.appointment", people[0].pk))
        assert shown == [f"文示书（行政秘书）办理了“暂停任职”：{people[0]}"]

    def test_no_word_of_a_third_group_anywhere(self, client, supervisor, people):
        third = people[2]
        addresses = [
            url("audit:trail"),
            url("audit:trail", q="丙组"),
            url("audit:trail", q=third.person.name),
            url("audit:trail", group=third.post.group_id),
            url("audit:trail", outcome="done"),
            url("audit:person", people[0].person_id),
            *(url("audit:group", row.post.group_id) for row in people[:2]),
            reverse("groups:list"),
            reverse("appointments:list"),
            reverse("readiness:overview"),
            reverse("groups:matrix"),
            reverse("pledges:list"),
            reverse("pledges:progress"),
        ]
        for address in addresses:
            page = text_of(client, address)
            # The search box repeats the question; no entry does.
            assert f"核查{THIRD}" not in page
            if "/audit/" in address or "trail" in address:
                entries = client.get(address).context["entries"]
                assert not [entry for entry in entries if entry["event"].group_id == third.post.group_id]
            else:
                assert THIRD not in page, address
        assert client.get(url("audit:person", third.person_id)).status_code == 404
        assert client.get(url("audit:group", third.post.group_id)).status_code == 404
        assert client.get(url("audit:record", "appointments.appointment", third.pk)).status_code == 404
        assert client.get(url("audit:record", "groups.workgroup", third.post.group_id)).status_code == 404

    def test_the_group_filter_offers_the_own_groups_and_filters(self, client, supervisor, groups, people):
        form = client.get(url("audit:trail")).context["filter_form"]
        assert [pk for pk, _ in form.fields["group"].choices] == ["", groups[0].pk, groups[1].pk]
        shown = client.get(url("audit:trail", group=groups[1].pk)).context["entries"]
        assert {entry["event"].group_id for entry in shown} == {groups[1].pk}

    def test_counts_do_not_tell_about_others(self, client, supervisor, people):
        context = client.get(url("audit:trail")).context
        assert context["count_text"] == f"共 {len(context['entries'])} 条"
        visible = Event.objects.visible_to(supervisor).count()
        assert visible == len(context["entries"]) < Event.objects.count()

    def test_nothing_about_whom_the_reader_is_recused_from(self, client, supervisor, people, season):
        assert any("钱示一" in sentence for sentence in sentences(client, url("audit:trail")))
        fact_about(supervisor, season, key=people[0].person_id)
        assert not any("钱示一" in sentence for sentence in sentences(client, url("audit:trail", q="钱示")))
        assert client.get(url("audit:person", people[0].person_id)).status_code == 404
        assert client.get(url("audit:record", "appointments.appointment", people[0].pk)).status_code == 404

    @pytest.mark.parametrize("role", [role for role in Role if role not in (Role.SUPERVISOR, Role.AUDIT_ADMIN)])
    def test_others_have_no_overview(self, client, people, role):
        client.force_login(user_with(role))
        answer = client.get(url("audit:trail"))
        assert (answer.status_code, "没有查看留痕总览的权限" in answer.content.decode()) == (403, True)

    def test_a_grant_that_ended_shows_nothing_more(self, client, supervisor, people):
        for grant in supervisor.role_grants.all():
            grant.period = DateTimeTZRange(grant.period.lower, timezone.now())
            with setting_up():
                grant.save()
        assert client.get(url("audit:trail")).status_code == 403


class TestSentences:
    def test_a_refused_attempt_is_kept_and_shown_with_its_reason(self, client, supervisor, people, secretary):
        with pytest.raises(Refused):
            withdraw_appointment(actor=secretary, reason="让他走", appointment=people[0])
        (entry,) = client.get(url("audit:trail", outcome="refused")).context["entries"]
        assert entry["sentence"] == f"文示书（行政秘书）试图办理“撤回任职”：{people[0]}"
        assert (entry["event"].refusal, entry["event"].reason, entry["css"] == "refused") == (
            "已上岗的人员离岗须办交接。",
            "让他走",
            True,
        )
        page = text_of(client, url("audit:group", people[0].post.group_id))
        assert "拒绝理由：已上岗的人员离岗须办交接。" in page
        assert "被拒" in page

    def test_what_became_of_it_is_seen_at_a_glance(self, client, supervisor, people, secretary):
        with pytest.raises(Refused):
            withdraw_appointment(actor=secretary, reason="再办", appointment=people[0])
        page = client.get(url("audit:trail")).content.decode()  # itself the first look
        page = client.get(url("audit:trail")).content.decode()
        assert 'class="chip chip-danger"' in page
        assert all(f"</svg>{word}</span>" in page for word in (Outcome.REFUSED.label, Outcome.READ.label))

    def test_the_post_at_the_time_stays_as_it_was(self, client, supervisor, people, groups):
        leader = AppointmentFactory(post=PostFactory(group=groups[0], name="副组长"), status="on_duty").person
        RoleGrantFactory(user=leader, role=Role.SECRETARIAT)
        suspended = AppointmentFactory(post=PostFactory(group=groups[0]), status="on_duty")
        suspend_appointment(actor=leader, reason="核查", appointment=suspended)
        post = leader.appointments.get().post
        post.name = "改了名的岗位"
        with setting_up():
            post.save()
        assert f"{leader.name}（甲组·副组长）办理了“暂停任职”：{suspended}" in sentences(client, url("audit:trail"))

    def test_the_machine_is_called_so(self, client, supervisor, groups):
        with machine_action("test.timer", "到期处理", "测试", target=groups[0]):
            pass
        (entry,) = client.get(url("audit:trail", outcome="machine", q="甲组")).context["entries"][:1]
        assert (entry["sentence"], entry["css"]) == ("系统“到期处理”：甲组", "machine")


class TestDifferences:
    def test_a_change_shows_each_field_before_and_after(self, client, supervisor, groups, secretary):
        change_group(
            actor=secretary,
            reason="改名",
            group=groups[0],
            kind="petition",
            name="新甲组",
            parent=groups[1],
            charter="接访",
            order=0,
        )
        event = assert_recorded("groups.change")
        found = {(change.field, change.before, change.after) for change in changes_of(event)}
        assert found == {
            ("类别", "录取管理组", "信访接待组"),
            ("名称", "甲组", "新甲组"),
            ("上级工作组", "（空）", "乙组"),
            ("职责", "（空）", "接访"),
        }
        page = text_of(client, url("audit:group", groups[0].pk))
        assert '<td data-label="原来">甲组</td><td data-label="改为">新甲组</td>' in page

    def test_a_new_record_has_nothing_before_and_a_removed_one_nothing_after(self, groups, secretary):
        post = PostFactory(group=groups[0])
        duty = add_duty(actor=secretary, reason="增加", post=post, text="审查录退意见")
        assert {change.before for change in changes_of(assert_recorded("posts.add_duty"))} == {""}
        remove_duty(actor=secretary, reason="改由他岗", duty=duty)
        changes = changes_of(assert_recorded("posts.remove_duty"))
        assert {change.after for change in changes} == {REMOVED}
        assert ("职责", "审查录退意见") in {(change.field, change.before) for change in changes}

    def test_each_event_shows_its_own_step_of_one_record(self, groups, secretary):
        names = ["甲组", "一", "二", "三"]
        for name in names[1:]:
            change_group(
                actor=secretary, reason="改名", group=groups[0], kind="admission", name=name, parent=None, charter="",
                order=0,
            )  # fmt: skip
        events = list(Event.objects.filter(action="groups.change").order_by("at", "id"))
        found = changes_of_all(events)
        assert [(c.before, c.after) for event in events for c in found[event.pk] if c.field == "名称"] == [
            ("甲组", "一"),
            ("一", "二"),
            ("二", "三"),
        ]

    def test_a_refused_attempt_changed_nothing(self, people, secretary, groups):
        with pytest.raises(Refused):
            dissolve_group(actor=secretary, reason="撤", group=groups[0])
        assert changes_of(Event.objects.get(action="groups.dissolve")) == []

    def test_whom_the_reader_is_recused_from_is_masked_in_what_points_to_them(self, season, supervisor, people):
        """An entry about somebody else whose record points to the hidden person."""
        deputy = UserFactory(name="赵隐去")
        now = timezone.now()
        with machine_action("test.delegation", "测试代岗", "测试", target=people[0].post.group):
            row = Delegation(
                appointment=people[0], deputy=deputy, period=DateTimeTZRange(now, now + timedelta(days=1)), scope="值守"
            )
            row.save()
        event = Event.objects.get(action="test.delegation")
        assert "赵隐去" in {change.after for change in changes_of(event, supervisor)}
        fact_about(supervisor, season, key=deputy.pk)
        forget_answers(supervisor)
        assert changes_of(event, supervisor) == []

    def test_a_reference_to_a_recused_person_reads_as_such(self, season, supervisor, groups):
        hidden = UserFactory(name="赵隐去")
        appointment = AppointmentFactory(post=PostFactory(group=groups[0]))
        fact_about(supervisor, season, key=hidden.pk)
        forget_answers(supervisor)
        with machine_action("test.passage", "测试经过", "测试", target=groups[0]):
            appointment.passages.model(appointment=appointment, to_status="pending", actor=hidden, reason="经办").save()
        changes = changes_of(Event.objects.get(action="test.passage"), supervisor)
        assert ("经办人", RECUSED) in {(change.field, change.after) for change in changes}
        assert "赵隐去" not in str(changes)


def record(number, target=None):
    with machine_action("test.entry", "测试条目", f"第{number}条", target=target):
        pass


def reasons(context):
    return [entry["event"].reason for entry in context["entries"] if entry["event"].action == "test.entry"]


class TestPaging:
    def turn(self, client, address, key):
        """Reasons on the pages from this address on, page by page; a new entry comes in at every turn."""
        pages = []
        while address:
            context = client.get(address).context
            pages.append(reasons(context))
            record("新", self.group)
            address = context[key] and url("audit:trail") + context[key]
            if len(pages) > 20:
                break
        return pages

    def test_pages_hold_still_while_entries_are_added(self, client, supervisor, groups):
        """Forward to the end and back: nothing twice, nothing missing, the same pages in both directions."""
        self.group = groups[0]
        for number in range(120):
            record(number, groups[0])
        expected = [f"第{number}条" for number in reversed(range(120))]
        forward = self.turn(client, url("audit:trail", q="甲组"), "older_url")
        assert [len(page) for page in forward] == [50, 50, 20]
        assert [reason for page in forward for reason in page] == expected
        first = client.get(url("audit:trail", q="甲组")).context
        assert reasons(first) == ["第新条"] * 3 + expected[:47]
        last = first
        while last["older_url"]:
            last = client.get(url("audit:trail") + last["older_url"]).context
        record("新", groups[0])
        newer = client.get(url("audit:trail") + last["newer_url"]).context
        assert reasons(newer) == expected[47:97]
        newest = client.get(url("audit:trail") + newer["newer_url"]).context
        assert reasons(newest) == ["第新条"] * 3 + expected[:47]
        assert reasons(client.get(url("audit:trail") + newest["newer_url"]).context) == ["第新条"]

    def test_the_filter_travels_with_the_page(self, client, supervisor, groups):
        for number in range(60):
            record(number, groups[number % 2])
        context = client.get(url("audit:trail", group=groups[0].pk, q="甲组")).context
        assert context["older_url"] == ""
        for number in range(60):
            record(number, groups[0])
        query = parse_qs(urlsplit(client.get(url("audit:trail", group=groups[0].pk)).context["older_url"]).query)
        assert (query["group"], len(query["cursor"])) == ([str(groups[0].pk)], 1)

    @settings(max_examples=20)
    @given(count=st.integers(0, 12), per_page=st.integers(1, 5), added=st.integers(0, 3))
    def test_any_number_of_entries_and_any_page_size(self, count, per_page, added):
        mark = f"{uuid4()}"
        for _ in range(count):
            record(mark)
        events = Event.objects.filter(reason=f"第{mark}条")
        expected = list(events.newest_first().values_list("pk", flat=True))
        assert len(expected) == count
        page, seen, pages = trail_slice(events, None, per_page), [], []
        while True:
            pages.append([event.pk for event in page.events])
            seen += pages[-1]
            for _ in range(added):
                record(mark)
            if not page.older:
                break
            page = trail_slice(events, Cursor.decode(page.older), per_page)
        assert seen == expected
        for earlier in reversed(pages[:-1]):
            page = trail_slice(events, Cursor.decode(page.newer), per_page)
            assert [event.pk for event in page.events] == earlier

    @pytest.mark.parametrize("text", ["", "x", "o", "o2026", "o2026-07-01_xyz", "o2026-07-01T00:00_" + "0" * 32])
    def test_a_mangled_address_shows_the_first_page(self, client, supervisor, groups, text):
        record(1, groups[0])
        assert client.get(url("audit:trail", cursor=text)).context["entries"][0]["event"].reason == "第1条"


class TestSearch:
    def test_two_characters_of_a_name_find_the_person_as_actor_object_and_subject(self, client, supervisor, people):
        for text in ("钱示", "示一", "钱示一", " 钱 示 "):
            shown = sentences(client, url("audit:trail", q=text))
            assert f"文示书（行政秘书）办理了“暂停任职”：{people[0]}" in shown, text
            assert not [sentence for sentence in shown if "孙示二" in sentence]
        assert len(sentences(client, url("audit:trail", q="文示"))) >= 2
        assert sentences(client, url("audit:trail", q="钱一")) == []

    def test_one_character_is_enough(self, client, supervisor, people):
        assert f"文示书（行政秘书）办理了“暂停任职”：{people[0]}" in sentences(client, url("audit:trail", q="钱"))

    @pytest.mark.parametrize("text", ["%", "_", "钱%", "'", "\\", "示__"])
    def test_no_wildcards(self, client, supervisor, people, text):
        assert sentences(client, url("audit:trail", q=text)) == []

    @given(text=st.text(max_size=12).filter(lambda text: "\x00" not in text))
    @settings(max_examples=40)
    def test_search_is_plain_containing(self, text):
        """The index never changes the answer."""
        if not Event.objects.filter(action="test.named").exists():
            for name in ("钱示一", "孙二", "Aa b"):
                with machine_action("test.named", "命名", "测试", target=UserFactory(name=name)):
                    pass
        squeezed = "".join(text.split())
        expected = {
            event.pk
            for event in Event.objects.all()
            if not squeezed or any(squeezed in name for name in (event.actor_name, event.person_label, event.target_label))
        }  # fmt: skip
        assert {event.pk for event in naming(Event.objects.all(), text)} == expected


class TestDates:
    def test_days_are_local_and_both_ends_are_inside(self, client, supervisor, groups):
        record(1, groups[0])
        today = timezone.localdate()
        for since, until, found in ((today, today, True), (today + timedelta(days=1), None, False)):
            query = {"since": since.isoformat(), **({"until": until.isoformat()} if until else {})}
            assert (reasons(client.get(url("audit:trail", **query)).context) == ["第1条"]) == found

    def test_the_wrong_way_round_is_said(self, client, supervisor):
        assert "截止日期早于起始日期" in text_of(client, url("audit:trail", since="2026-07-02", until="2026-07-01"))


class TestExports:
    def test_an_export_is_an_event_with_filters_count_and_hash(self, client, supervisor, people):
        answer = client.get(reverse("appointments:list"), {"export": "csv", "purpose": "work", "status": "suspended"})
        assert answer.status_code == 200
        (event,) = Event.objects.filter(outcome=Outcome.EXPORT)
        assert (event.actor_id, event.action_label) == (supervisor.pk, "导出《任职名册》")
        assert (event.details["row_count"], event.details["filters"]) == (2, {"状态": "暂停"})
        assert len(event.details["rowset_hash"]) == 64
        assert THIRD not in b"".join(answer).decode("utf-8-sig")
        assert "周示督（驻点监督员）办理了“导出《任职名册》”" in sentences(client, url("audit:trail", outcome="export"))

    def test_the_same_rows_have_the_same_hash_and_other_rows_another(self, client, supervisor, people):
        for query in ({}, {}, {"group": people[0].post.group_id}):
            client.get(reverse("appointments:list"), {"export": "csv", "purpose": "work", **query})
        first, again, fewer = [
            event.details["rowset_hash"] for event in Event.objects.filter(outcome=Outcome.EXPORT).order_by("at", "id")
        ]
        assert first == again != fewer

    def test_the_trail_itself_as_a_file_has_the_readers_groups_and_no_other(self, client, supervisor, people, groups):
        page = text_of(client, url("audit:trail"))
        assert "export=xlsx" in page
        response = client.get(url("audit:trail", export="csv", purpose="work", group=groups[0].pk))
        text = response.content.decode("utf-8-sig")
        assert "核查甲组" in text
        assert "核查乙组" not in text
        assert THIRD not in client.get(url("audit:trail", export="csv", purpose="work")).content.decode("utf-8-sig")
        assert f"{supervisor.name}（{supervisor.username}）" in text.splitlines()[-1]
        event = Event.objects.filter(outcome=Outcome.EXPORT).order_by("at").first()
        assert event.details["rowset_hash"] == response["X-Rowset-SHA256"]
        assert event.details["rowset_hash"] == hashlib.sha256(text.encode()).hexdigest()
        assert event.details["row_count"] == len(text.splitlines()) - 2

    def test_a_file_holds_the_readers_entries_and_nobody_the_reader_is_recused_from(
        self, client, supervisor, people, season
    ):
        fact_about(supervisor, season, key=people[1].person_id)
        text = client.get(url("audit:trail", export="csv", purpose="work")).content.decode("utf-8-sig")
        assert "核查甲组" in text
        assert people[1].person.name not in text

    def test_too_many_entries_are_refused_and_never_cut(self, client, supervisor, people, monkeypatch):
        monkeypatch.setattr(exports, "LIMIT", 1)
        response = client.get(url("audit:trail", export="csv", purpose="work"))
        assert response.status_code == 403
        assert "缩小范围" in response.content.decode()
        assert not Event.objects.filter(outcome=Outcome.EXPORT).exists()

    def test_others_do_not_see_who_exported(self, client, supervisor, people):
        client.get(reverse("appointments:list"), {"export": "csv", "purpose": "work"})
        other = user_with(Role.SUPERVISOR, group=people[0].post.group, season=people[0].post.group.season)
        assert not Event.objects.visible_to(other).filter(outcome=Outcome.EXPORT).exists()
        auditor = user_with(Role.AUDIT_ADMIN)
        assert Event.objects.visible_to(auditor).filter(outcome=Outcome.EXPORT).count() == 1


def test_a_proposal_is_in_the_trail_of_its_group_and_its_person(client, supervisor, groups, secretary):
    person = UserFactory(name="吴示新")
    propose_appointment(
        actor=secretary,
        reason="任命",
        person=person,
        post=PostFactory(group=groups[0]),
        period=DateTimeTZRange(timezone.now(), None),
    )
    for address in (url("audit:group", groups[0].pk), url("audit:person", person.pk), url("audit:trail", q="吴示")):
        assert any("“提名任职”：吴示新" in sentence for sentence in sentences(client, address)), address
