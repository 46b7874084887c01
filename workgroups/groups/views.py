"""Pages of groups, posts and their duties."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse

from admissions.core.actions import PageAction
from admissions.core.decision import Decision
from admissions.core.forms import ReasonForm
from admissions.core.views import ActPage, ConfirmPage, DetailPage, FormPage, ListPage
from admissions.rulebook.models import Clause
from admissions.seasons.pages import OfSeasonPage

from . import rules, services
from .enums import GroupStatus, PostRank
from .forms import DutyForm, GroupForm, IncompatibleForm, PostForm
from .holders import by_post, with_grounds
from .models import Post, PostDuty, PostIncompatibility, WorkGroup
from .selectors import groups_with_counts
from .tables import GroupTable


def with_clause(arguments: dict[str, Any]) -> dict[str, Any]:
    """The picked clause id as a record."""
    clause_id = arguments.pop("clause_id", None)
    return {**arguments, "clause": Clause.objects.filter(pk=clause_id).first() if clause_id else None}


class GroupListPage(OfSeasonPage, ListPage):
    model = WorkGroup
    table_class = GroupTable
    page_title = "工作组"
    unit = "个组"
    export_name = "工作组"
    empty_title = "本录取季还没有工作组"
    empty_text = "从模板复制录取季时，工作组和岗位会一并带来；也可以逐个设立。"

    def get_queryset(self) -> Any:
        return WorkGroup.objects.visible_to(self.request.user).of_season(self.season)

    def make_table(self) -> GroupTable:
        return GroupTable(groups_with_counts(self.request.user, self.season), request=self.request)

    def page_actions(self) -> list[PageAction]:
        may = rules.can_shape_season(self.request.user, self.season)
        return [
            PageAction("职责矩阵", reverse("groups:matrix"), icon="table"),
            PageAction("何时谁负责", reverse("duty:responsible"), icon="clock"),
            *([PageAction("设立工作组", reverse("groups:create"), may, "plus", "primary")] if may.ok else []),
        ]


class GroupPage(DetailPage):
    template_name = "groups/group.html"
    model = WorkGroup
    above = (("工作组", "groups:list"),)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("season", "parent")

    def status(self) -> GroupStatus:
        return GroupStatus(self.object.status)

    def facts(self) -> list[tuple[str, Any]]:
        group = self.object
        return [
            ("录取季", group.season),
            ("类别", group.get_kind_display()),
            ("上级工作组", group.parent or "—"),
            ("职责", group.charter or "—"),
        ]

    def actions(self) -> list[PageAction]:
        user, group = self.request.user, self.object
        change = rules.can_change_group(user, group)
        rows = [
            PageAction("设置岗位", reverse("groups:post-define", args=[group.pk]), change, "plus", "primary"),
            PageAction("修改工作组", reverse("groups:change", args=[group.pk]), change, "edit"),
        ]
        if group.status == GroupStatus.DRAFT:
            rows.append(
                PageAction(
                    "开始运行",
                    reverse("groups:activate", args=[group.pk]),
                    rules.can_activate_group(user, group),
                    "player-play",
                )
            )
        dissolve = rules.can_dissolve_group(user, group)
        rows.append(PageAction("撤销工作组", reverse("groups:dissolve", args=[group.pk]), dissolve, "ban", "danger"))
        return rows if rules.can_shape_season(user, group.season).ok else []

    def history_url(self) -> str:
        return reverse("audit:group", args=[self.object.pk])

    def context(self) -> dict[str, Any]:
        posts = self.object.posts.filter(is_abolished=False).prefetch_related("duties")
        appointments = Post._meta.get_field("appointments").related_model.objects
        rows = appointments.seated().filter(post__group=self.object).select_related("person", "post__group__season")
        seen = set(rows.visible_to(self.request.user).values_list("pk", flat=True))
        seated = by_post(rows)
        return {**super().context(), "posts": [manned(post, seated.get(post.pk, []), seen) for post in posts]}


@dataclass(frozen=True)
class Manned:
    """A post as the page of its group shows it: who sits on it, as far as the reader sees them, and how many of these may
    act; `is_empty` is true of the post, whatever the reader sees.
    """

    post: Post
    seated: list[Any]
    is_empty: bool

    @property
    def acting(self) -> int:
        return sum(row.ground.ok for row in self.seated)


def manned(post: Post, rows: list[Any], seen: set[int]) -> Manned:
    is_empty = post.headcount_min > 0 and not any(row.ground.ok for row in rows)
    return Manned(post, [row for row in rows if row.pk in seen], is_empty)


class GroupCreatePage(OfSeasonPage, FormPage):
    command = services.create_group
    form_class = GroupForm
    page_title = "设立工作组"
    above = (("工作组", "groups:list"),)
    submit_label = "设立"
    success_text = "工作组已设立。"

    def may_open_in_season(self) -> Decision:
        return rules.can_shape_season(self.request.user, self.season)

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "season": self.season}

    def run(self, form: forms.Form) -> WorkGroup:
        return services.create_group(actor=self.request.user, season=self.season, **form.cleaned_data)


class OfGroup(ActPage):
    model = WorkGroup
    form_class = ReasonForm
    argument = "group"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("season")


class GroupChangePage(OfGroup):
    form_class = GroupForm
    verb = "修改工作组"
    rule, command = rules.can_change_group, services.change_group

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "season": self.object.season}

    def initial(self) -> dict[str, Any]:
        group = self.object
        return {
            "name": group.name,
            "kind": group.kind,
            "parent": group.parent_id,
            "charter": group.charter,
            "order": group.order,
        }


class GroupActivatePage(OfGroup):
    verb, submit_label = "开始运行", "开始运行"
    rule, command = rules.can_activate_group, services.activate_group


class GroupDissolvePage(OfGroup, ConfirmPage):
    verb, submit_label = "撤销工作组", "撤销工作组"
    rule, command = rules.can_dissolve_group, services.dissolve_group

    def consequences(self) -> list[str]:
        return ["工作组不再运行，不能再任命人员。", "已有的任职、承诺和经过全部保留，可以查阅。"]


class PostDefinePage(OfGroup):
    form_class = PostForm
    verb, submit_label = "设置岗位", "设置岗位"
    rule, command = rules.can_change_group, services.define_post

    def arguments(self, form: forms.Form) -> dict[str, Any]:
        return {"fields": super().arguments(form)}


class PostPage(DetailPage):
    template_name = "groups/post.html"
    model = Post
    above = (("工作组", "groups:list"),)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("group__season")

    def way(self) -> list[tuple[str, str]]:
        return [*super().way(), (self.object.group.name, self.object.group.get_absolute_url())]

    def get_title(self) -> str:
        return self.object.name

    def facts(self) -> list[tuple[str, Any]]:
        post = self.object
        return [
            ("工作组", post.group.name),
            ("层级", PostRank(post.rank).label),
            ("人数", f"{post.headcount_min} 至 {post.headcount_max} 人"),
            ("权限边界", post.authority_limit or "—"),
            ("上岗条件", "、".join(self._conditions())),
            ("涉密程度", post.get_secrecy_display()),
            ("状态", "已撤销" if post.is_abolished else "在用"),
        ]

    def _conditions(self) -> list[str]:
        post = self.object
        return [
            "申报并核查回避",
            *(["签订承诺书"] if post.needs_pledge else []),
            *(["培训合格"] if post.needs_training else []),
        ]

    def actions(self) -> list[PageAction]:
        user, post = self.request.user, self.object
        change = rules.can_change_post(user, post)
        if not rules.can_shape_season(user, post.group.season).ok:
            return []
        return [
            PageAction(
                "提名任职",
                f"{reverse('appointments:propose')}?post={post.pk}",
                change,
                "user-plus",
                "primary",
            ),
            PageAction("修改岗位", reverse("groups:post-change", args=[post.pk]), change, "edit"),
            PageAction("增加职责", reverse("groups:post-duty-add", args=[post.pk]), change, "plus"),
            PageAction(
                "登记不相容岗位", reverse("groups:incompatibility-add", args=[post.pk]), change, "arrows-exchange"
            ),
            PageAction(
                "撤销岗位",
                reverse("groups:post-abolish", args=[post.pk]),
                rules.can_abolish_post(user, post),
                "ban",
                "danger",
            ),
        ]

    def context(self) -> dict[str, Any]:
        post, user = self.object, self.request.user
        pairs = [
            *post.incompatible_first.select_related("second__group", "clause__source"),
            *post.incompatible_second.select_related("first__group", "clause__source"),
        ]
        appointments = Post._meta.get_field("appointments").related_model.objects.visible_to(user).filter(post=post)
        return {
            **super().context(),
            "duties": post.duties.select_related("clause__source"),
            "pairs": [(pair, pair.second if pair.first_id == post.pk else pair.first) for pair in pairs],
            "may_change": rules.can_change_post(user, post).ok,
            "seated": with_grounds(appointments.seated().select_related("person", "post__group__season")),
        }


class OfPost(ActPage):
    model = Post
    form_class = ReasonForm
    argument = "post"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("group__season")


class PostChangePage(OfPost):
    form_class = PostForm
    verb = "修改岗位"
    rule, command = rules.can_change_post, services.change_post

    def arguments(self, form: forms.Form) -> dict[str, Any]:
        return {"fields": super().arguments(form)}

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.object, name) for name in PostForm.field_order if name != "reason"}


class PostAbolishPage(OfPost, ConfirmPage):
    verb, submit_label = "撤销岗位", "撤销岗位"
    rule, command = rules.can_abolish_post, services.abolish_post

    def consequences(self) -> list[str]:
        return ["此岗位不能再任命人员。", "以往的任职和经过全部保留。"]


class DutyAddPage(OfPost):
    form_class = DutyForm
    verb = "增加职责"
    rule, command = rules.can_change_post, services.add_duty

    def arguments(self, form: forms.Form) -> dict[str, Any]:
        return with_clause(super().arguments(form))


class IncompatibleAddPage(OfPost):
    form_class = IncompatibleForm
    verb = "登记不相容岗位"
    rule, command = rules.can_change_post, services.declare_incompatible

    def form_kwargs(self) -> dict[str, Any]:
        return {**super().form_kwargs(), "post": self.object}

    def arguments(self, form: forms.Form) -> dict[str, Any]:
        return with_clause(super().arguments(form))


def may_change_post_of_duty(user: Any, duty: PostDuty) -> Decision:
    return rules.can_change_post(user, duty.post)


class DutyRemovePage(ActPage):
    model = PostDuty
    form_class = ReasonForm
    argument, verb, submit_label = "duty", "删去职责", "删去"
    rule, command = may_change_post_of_duty, services.remove_duty


def may_change_post_of_pair(user: Any, pair: PostIncompatibility) -> Decision:
    return rules.can_change_post(user, pair.first)


class IncompatibleLiftPage(ActPage):
    model = PostIncompatibility
    form_class = ReasonForm
    argument, verb, submit_label = "pair", "取消不相容", "取消不相容"
    rule, command = may_change_post_of_pair, services.lift_incompatible
