"""Pages of the trail: overview, history of one record, alarms."""

from collections.abc import Iterable
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from admissions.core import purpose
from admissions.core.clock import minute_text
from admissions.core.decision import Decision, Refused, allow, deny
from admissions.core.errors import refused_page
from admissions.core.given import whole_number
from admissions.core.people import Visitor, signed_in
from admissions.core.table_export import CONTENT_TYPES, table_export
from admissions.core.templatetags.ui import chip, icon
from admissions.core.views import Page, page_of, way_to

from .access import UNPROVABLE, may_read_trail, may_see_alarms, sighted_groups, trail_access
from .diffs import Change, changes_of, changes_of_all
from .enums import HIDDEN, Outcome
from .explaining import explained, sent_together
from .exports import TrailSheet
from .forms import TrailFilterForm
from .links import links_of
from .models import AuditedModel, Event, RawChange, SavedFilter, WrongMark
from .reconcile import latest_result
from .saved import TRAIL_PAGES, conditions, filters_of, save_address
from .scope import TrailScope
from .selectors import Cursor, capped_count, naming, trail_slice
from .trail import events_visible_to, label_of, naming_scope, record_export, record_look

SHOWN_ALARMS = 200
# Looking is told from acting at a glance.
OUTCOME_ICONS = {Outcome.READ: "eye", Outcome.EXPORT: "file-export"}
NO_EVENT = UUID(int=0)


def way_to_trail(user: Visitor) -> list[tuple[str, str]]:
    """Where somebody reads entries: in the trail of the house, else from what waits for them."""
    return [("留痕总览", reverse("audit:trail"))] if may_read_trail(user) else [("我的待办", reverse("home"))]


def way_to_record(record: Any, request: HttpRequest) -> list[tuple[str, str]]:
    """The page that shows the record and what lies above that; nothing where none does."""
    url = page_of(record)
    return [*way_to(record, request), (record.shown_record().short_label(), url)] if url else []


class TrailBasePage(Page):
    """Entries as sentences, with a fold for the field differences."""

    template_name = "ui/history_page.html"

    def events(self) -> Any:
        raise NotImplementedError

    def groups(self) -> list[tuple[int, str]]:
        return []

    def scope(self) -> TrailScope | None:
        """Of the record that the title names."""
        record = getattr(self, "object", None)
        return naming_scope(record) if record is not None else None

    def to_trail(self) -> list[tuple[str, str]]:
        return way_to_trail(self.request.user)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.form = TrailFilterForm(request.GET, groups=self.groups())
        kind = request.GET.get("export")
        if kind in CONTENT_TYPES:
            return self.export(kind)
        # Turning pages is the same look.
        if _reads_of_others(request.user) and "cursor" not in request.GET:
            record_look(
                actor=signed_in(request), title=self.get_title(), filters=self.filters_in_words(), scope=self.scope()
            )
        return self.show()

    def export(self, kind: str) -> HttpResponse:
        """All filtered entries as a file; who took it is an event with the hash of the row set."""
        form = purpose.stated(self.request)
        if not form.is_valid():
            return purpose.ask(self.request, form, f"导出《{self.get_title()}》", self.crumbs(), self.request.path)
        filters = self.filters_in_words()
        try:
            sheet = TrailSheet(self.filtered(), signed_in(self.request), filters)
        except Refused as refusal:
            return refused_page(self.request, refusal)
        response, rows, digest = table_export(sheet, self.get_title(), kind)
        record_export(
            actor=signed_in(self.request),
            name=self.get_title(),
            filters=filters,
            row_count=rows - 1,
            rowset_hash=digest,
            purpose=form.words(),
            scope=self.scope(),
        )
        return response

    def filters_in_words(self) -> dict[str, str]:
        if not self.form.is_valid():
            return {}
        chosen = {name: value for name, value in self.form.cleaned_data.items() if value}
        words = {name: dict(getattr(self.form.fields[name], "choices", [])) for name in chosen}
        return {str(self.form[name].label): str(words[name].get(value, value)) for name, value in chosen.items()}

    def filtered(self) -> Any:
        events = self.events()
        if not self.form.is_valid():
            return events
        data, (start, end) = self.form.cleaned_data, self.form.interval()
        conditions = {"group_id": data["group"], "outcome": data["outcome"], "at__gte": start, "at__lt": end}
        return naming(events.filter(**{key: value for key, value in conditions.items() if value}), data["q"])

    def context(self) -> dict[str, Any]:
        events = self.filtered()
        page = trail_slice(events, Cursor.decode(self.request.GET.get("cursor", "")))
        changes = changes_of_all(page.events, self.request.user)
        unproven = UNPROVABLE({event.pk for event in page.events})
        count, more = capped_count(events)
        return {
            **super().context(),
            "entries": [
                entry(event, changes[event.pk], self._links(event), event.pk in unproven) for event in page.events
            ],
            "filter_form": self.form,
            "count_text": f"超过 {count} 条" if more else f"共 {count} 条",
            "newer_url": self._turned(page.newer),
            "older_url": self._turned(page.older),
            "export_url": self._exporting() if count else "",
            "saved_filters": self._saved(),
            "save_url": save_address(self.request.path, self.request.META["QUERY_STRING"]),
        }

    def _links(self, event: Event) -> list[tuple[str, str]]:
        explained = ("说明", _entry_address().replace(str(NO_EVENT), str(event.pk)))
        return [explained, *links_of(self.request.user, event)]

    def _saved(self) -> list[tuple[SavedFilter, bool]]:
        """The reader's own, each with whether it is in use now."""
        here = f"{self.request.path}?{conditions(self.request.META['QUERY_STRING'])}"
        return [(row, row.address == here) for row in filters_of(self.request.user)]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        TRAIL_PAGES.add(cls)

    def _exporting(self) -> str:
        query = self.request.GET.copy()
        query.pop("cursor", None)
        query["export"] = "xlsx"
        return f"?{query.urlencode()}"

    def _turned(self, cursor: str) -> str:
        if not cursor:
            return ""
        query = self.request.GET.copy()
        query["cursor"] = cursor
        return f"?{query.urlencode()}"


def _reads_of_others(user: Visitor) -> bool:
    return may_read_trail(user) or bool(sighted_groups(user))


@cache
def _entry_address() -> str:
    """Resolved once: fifty rows of a page need fifty addresses."""
    return reverse("audit:entry", args=[NO_EVENT])


def entry(
    event: Event, changes: list[Change], links: Iterable[tuple[str, str]] = (), is_unproven: bool = False
) -> dict[str, Any]:
    """One event as the timeline shows it; `links` are (label, address). `is_unproven`: its words can be proven no more."""
    who = event.actor_name + (f"（代{event.on_behalf_of_name}）" if event.on_behalf_of_name else "")
    who += f"（{event.actor_post}）" if event.actor_post else ""
    tried = "试图办理" if event.is_refused else "办理了" if not event.is_machine else ""
    did = f"{tried}“{event.action_label}”" if event.action != HIDDEN else f"试图{event.action_label}"
    sentence = f"{who}{did}" + (f"：{event.target_label}" if event.target_label else "")
    return {
        "event": event,
        "at": timezone.localtime(event.at).isoformat(),
        "at_text": minute_text(event.at),
        "sentence": sentence,
        "head": head(sentence, Outcome(event.outcome), links),
        "grounds": grounds(event) + (UNPROVEN if is_unproven else ""),
        "css": "refused" if event.is_refused else "machine" if event.is_machine else "",
        "changes": changes,
    }


def plain_entries(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Events as a timeline without changes and links shows them."""
    events = list(events)
    unproven = UNPROVABLE({event.pk for event in events})
    return [entry(event, [], (), event.pk in unproven) for event in events]


def head(sentence: str, outcome: Outcome, links: Iterable[tuple[str, str]]) -> SafeString:
    """The sentence, a mark where it is no plain act, and the links: drawn here, because a page draws it fifty times."""
    mark = ""
    if outcome == Outcome.REFUSED:
        mark = format_html(" {}", chip(outcome))
    elif outcome in OUTCOME_ICONS:
        mark = format_html(' <span class="chip chip-muted">{}{}</span>', icon(OUTCOME_ICONS[outcome]), outcome.label)
    addressed = [part for label, url in links for part in (url, label)]
    return format_html(_head_with(len(addressed) // 2), sentence, mark, *addressed)


@cache
def _head_with(links: int) -> str:
    """Sentence, mark, then address and label of each link; the sentence stands in every link, and is escaped once."""
    link = '<a class="entry-link" href="{{{0}}}" aria-label="{{{1}}}：{{0}}">{{{1}}}</a>'
    return '<span class="sentence">{0}</span>{1}' + "".join(link.format(2 * n, 2 * n + 1) for n in range(1, links + 1))


# Field of the entry → what it is called and how it looks below the sentence.
GROUNDS = {
    "refusal": '<div class="why why-refused">拒绝理由：{}</div>',
    "clause": '<div class="why">依据：{}</div>',
    "reason": '<div class="why">事由：{}</div>',
}


UNPROVEN = SafeString('<div class="why why-refused">不可核：这一条的盐已经不在，它的文字不能再证明与封存时相同。</div>')


def grounds(event: Event) -> SafeString:
    """Why it was refused or done, and what it rests on: what there is of it, a line each."""
    given = ((drawn, getattr(event, name)) for name, drawn in GROUNDS.items())
    lines = [format_html(drawn, words) for drawn, words in given if words]
    return format_html("{}" * len(lines), *lines) if lines else SafeString("")


class EntryPage(Page):
    """One entry explained: who, as what post, why, under which clause, what it rested on, and what else came with it."""

    template_name = "audit/entry.html"

    def prepare(self) -> None:
        event = Event.objects.filter(pk=self.kwargs["pk"]).without_recused(self.request.user).first()
        if event is None or not self._is_open(event):
            raise Http404
        self.event, self.page_title = event, "这条留痕的说明"

    def crumbs(self) -> list[tuple[str, str]]:
        return way_to_trail(self.request.user)

    def _is_open(self, event: Event) -> bool:
        """In the reader's scope, or in the history of a record that the reader may see."""
        user = self.request.user
        if Event.objects.visible_to(user).filter(pk=event.pk).exists():
            return True
        if not event.target_type or not event.target_id:
            return False
        record = visible_records(event.target_type, event.target_id, user).filter(pk=event.target_id).first()
        return record is not None and record.history_open_to(user)

    def context(self) -> dict[str, Any]:
        user, event = self.request.user, self.event
        unproven = UNPROVABLE({event.pk})
        return {
            **super().context(),
            "entry": {**entry(event, changes_of(event, user)), "links": links_of(user, event)},
            "is_unproven": event.pk in unproven,
            "facts": explained(event, may_read_trail(user)),
            "together": plain_entries(sent_together(user, event)),
        }


class TrailPage(TrailBasePage):
    """The trail of everything in the reader's scope."""

    page_title = "留痕总览"

    def may_open(self) -> Decision:
        if may_read_trail(self.request.user):
            return allow()
        return deny("您没有查看留痕总览的权限。", who_can="请联系驻点监督员或审计管理员。")

    def groups(self) -> list[tuple[int, str]]:
        rows = apps.get_model("groups.workgroup")._default_manager.visible_to(self.request.user)
        return [(row.pk, f"{row.name}（{row.season}）") for row in rows.select_related("season")]

    def events(self) -> Any:
        return events_visible_to(self.request.user)


class RecordHistoryPage(TrailBasePage):
    """The history of one record that the reader may see."""

    def prepare(self) -> None:
        records = visible_records(self.kwargs["target_type"], self.kwargs["target_id"], self.request.user)
        self.object = self.fetch(records, self.kwargs["target_id"])
        if not self.object.history_open_to(self.request.user):
            raise Http404
        self.page_title = f"{self.object}的经过"

    def crumbs(self) -> list[tuple[str, str]]:
        return way_to_record(self.object, self.request) or self.to_trail()

    def events(self) -> Any:
        return Event.objects.of_target(self.object).without_recused(self.request.user).newest_first()


def visible_records(target_type: str, target_id: str, user: Visitor) -> models.QuerySet:
    """The audited records of the kind that the user may see; 404 for what is no kind or no number."""
    try:
        model = apps.get_model(target_type)
    except (LookupError, ValueError) as error:
        raise Http404 from error
    if not issubclass(model, AuditedModel) or whole_number(target_id) is None:
        raise Http404
    return model._default_manager.visible_to(user)


class ScopedTrailPage(TrailBasePage):
    """The visible entries about one group or one person."""

    model_label = ""
    event_field = ""

    def prepare(self) -> None:
        rows = apps.get_model(self.model_label)._default_manager.visible_to(self.request.user)
        self.object = self.fetch(rows, self.kwargs["pk"])
        self.page_title = f"{label_of(self.object)}的经过"

    def crumbs(self) -> list[tuple[str, str]]:
        return way_to_record(self.object, self.request) or self.to_trail()

    def events(self) -> Any:
        return events_visible_to(self.request.user).filter(**{self.event_field: self.object.pk})


class GroupTrailPage(ScopedTrailPage):
    model_label, event_field = "groups.workgroup", "group_id"


class PersonTrailPage(ScopedTrailPage):
    """Everything the person did and everything done about the person."""

    model_label = "accounts.user"

    def prepare(self) -> None:
        """Somebody of whom the reader may read nothing has no page here, not even an empty one with the name on it."""
        super().prepare()
        access = trail_access(self.request.user)
        wide = access.everything or access.season_ids or self.object.pk == self.request.user.pk
        if not wide and not self.events().exists():
            raise Http404

    def events(self) -> Any:
        about = Q(actor_id=self.object.pk) | Q(person_id=self.object.pk)
        return events_visible_to(self.request.user).filter(about)


class AlarmListPage(Page):
    """Changes past the application, as the triggers recorded them."""

    template_name = "audit/alarms.html"
    page_title = "库外修改告警"

    def may_open(self) -> Decision:
        if may_see_alarms(self.request.user):
            return allow()
        return deny("您没有查看库外修改告警的权限。", who_can="请联系审计管理员。")

    def context(self) -> dict[str, Any]:
        result = latest_result()
        return {
            **super().context(),
            "alarms": RawChange.objects.order_by("-id")[:SHOWN_ALARMS],
            "wrong_marks": WrongMark.objects.order_by("-at")[:SHOWN_ALARMS],
            "alarms_count": RawChange.objects.count(),
            "wrong_marks_count": WrongMark.objects.count(),
            "reconciled": result,
            "mismatches": result.details["mismatches"] if result else [],
        }
