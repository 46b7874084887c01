"""Forms of recusal. An ID number lives only inside the bound form: what leaves it is digest and tail."""

import re
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from admissions.accounts.forms import PasswordReentryForm, ReasonReentryForm
from admissions.accounts.identity import IdentityProblem, check_id_number, keyed_digest, masked_tail
from admissions.accounts.models import User
from admissions.core.forms import DayField, ReasonForm, Text
from admissions.core.text import as_code
from admissions.rulebook.models import RelativeKind
from admissions.seasons.institutions.lookup import UNKNOWN, institution_called
from admissions.seasons.models import Institution

from .enums import (
    ActResult,
    CandidateAnswer,
    ChallengeVerdict,
    RelationCategory,
    RulingLevel,
    ScopeKind,
    Verdict,
    WithdrawalVerdict,
)
from .models import DeclaredRelation
from .services.facts import Scope
from .signed_statement import masked_name

# Which fields a row of each category asks for; those with a star are required.
ROW_FIELDS = {
    RelationCategory.RELATIVE: ("relative_kind*", "relative_name*", "candidate_answer*", "id_number", "note"),
    RelationCategory.FORMER_SCHOOL: ("school*", "since", "note"),
    RelationCategory.PART_TIME_COLLEGE: ("institution*", "since", "note*"),
    RelationCategory.RELATIVE_AT_COLLEGE: ("relative_kind*", "relative_name", "institution*", "note*"),
    RelationCategory.RELATIVE_AT_AGENCY: ("relative_kind*", "relative_name", "note*"),
    RelationCategory.STAFF: ("relative_kind*", "staff*", "note"),
    RelationCategory.PETITIONER: ("note*",),
    RelationCategory.OTHER: ("note*",),
}
NOTE_LABELS = {
    RelationCategory.PART_TIME_COLLEGE: "职务或工作内容",
    RelationCategory.RELATIVE_AT_COLLEGE: "亲属的部门和职务",
    RelationCategory.RELATIVE_AT_AGENCY: "机构名称和亲属职务",
    RelationCategory.PETITIONER: "信访事项和关系",
    RelationCategory.OTHER: "情况说明",
}


class RelationForm(forms.Form):
    """One row of the declaration; `category` decides which fields it has."""

    relative_kind = forms.ModelChoiceField(label="亲属关系", queryset=RelativeKind.objects.none(), empty_label="请选择")
    relative_name = Text(label="亲属姓名", max_length=25, help_text="只保存首字，其余以“×”代替。")
    candidate_answer = forms.ChoiceField(label="是否报考本年", choices=[("", "请选择"), *CandidateAnswer.choices])
    id_number = Text(
        label="证件号码",
        max_length=40,
        help_text="18位居民身份证号。只保存加密摘要和末四位，号码本身不保存；不填则无法比对，将列为“未核查”。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    institution = Text(label="院校名称或代码", max_length=100, help_text="教育部名单上的全称，或10位学校标识码。")
    school = Text(label="学校名称", max_length=60, help_text="普通高中、中等职业学校等生源学校的全称。")
    staff = Text(label="对方的工号或登录名", max_length=40)
    since = DayField(label="自何时起", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    note = Text(label="补充说明", max_length=200)

    def __init__(self, data: Any = None, *, category: RelationCategory, kinds: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.category = category
        wanted = {name.rstrip("*"): name.endswith("*") for name in ROW_FIELDS[category]}
        self.fields = {name: self.fields[name] for name in wanted}
        for name, required in wanted.items():
            self.fields[name].required = required
        if "relative_kind" in self.fields:
            self.fields["relative_kind"].queryset = RelativeKind.objects.all()
        if "note" in self.fields:
            self.fields["note"].label = NOTE_LABELS.get(category, "补充说明")

    @property
    def legend(self) -> str:
        return self.category.label

    def clean_relative_name(self) -> str:
        return masked_name(self.cleaned_data["relative_name"])

    def clean_id_number(self) -> tuple[str | None, str]:
        """(digest, tail); the number itself is not kept in the cleaned data."""
        text = self.cleaned_data["id_number"]
        if not text:
            return None, ""
        try:
            number = check_id_number(text)
        except IdentityProblem as problem:
            raise forms.ValidationError(f"证件号码{problem}。") from None
        return keyed_digest(number), masked_tail(number)

    def clean_institution(self) -> Institution | None:
        return institution_called(self.cleaned_data["institution"])

    def clean_staff(self) -> User:
        return account_named(self.cleaned_data["staff"])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("candidate_answer") == CandidateAnswer.YES and data.get("id_number") == (None, ""):
            self.add_error("id_number", "亲属报考本年的，须填写其证件号码。")
        return data

    def relation(self) -> DeclaredRelation:
        """The unsaved relation; nothing in it leads back to the number."""
        data = self.cleaned_data
        digest, tail = data.get("id_number") or (None, "")
        return DeclaredRelation(
            category=self.category,
            relative_kind=data.get("relative_kind"),
            relative_name=data.get("relative_name", ""),
            id_digest=digest,
            id_tail=tail,
            candidate_answer=data.get("candidate_answer") or CandidateAnswer.UNKNOWN,
            institution=data.get("institution"),
            school=data.get("school", ""),
            staff=data.get("staff"),
            since=data.get("since"),
            note=data.get("note", ""),
        )


class CarriedForm(forms.Form):
    """A relation of last season: it comes along with its digest, or is said to exist no longer."""

    keep = forms.TypedChoiceField(
        label="本季是否仍然存在",
        choices=[("yes", "仍然存在，继续申报"), ("no", "已不存在")],
        coerce=lambda value: value == "yes",
        initial="yes",
    )
    candidate_answer = forms.ChoiceField(label="是否报考本年", choices=[("", "请选择"), *CandidateAnswer.choices])
    id_number = RelationForm.base_fields["id_number"]

    def __init__(self, data: Any = None, *, earlier: DeclaredRelation, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.earlier = earlier
        self.category = RelationCategory(earlier.category)
        self.fields["id_number"].required = False
        if self.category != RelationCategory.RELATIVE:
            del self.fields["candidate_answer"], self.fields["id_number"]
        elif earlier.id_digest:
            del self.fields["id_number"]

    @property
    def legend(self) -> str:
        return f"沿用上季：{self.earlier}"

    clean_id_number = RelationForm.clean_id_number

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        unknown = not self.earlier.id_digest and data.get("id_number") == (None, "")
        if data.get("keep") and data.get("candidate_answer") == CandidateAnswer.YES and unknown:
            self.add_error("id_number", "亲属报考本年的，须填写其证件号码。")
        return data

    def relation(self) -> DeclaredRelation | None:
        if not self.cleaned_data["keep"]:
            return None
        earlier = self.earlier
        digest, tail = self.cleaned_data.get("id_number") or (earlier.id_digest, earlier.id_tail)
        return DeclaredRelation(
            category=earlier.category,
            relative_kind=earlier.relative_kind,
            relative_name=earlier.relative_name,
            id_digest=digest,
            id_tail=tail,
            candidate_answer=self.cleaned_data.get("candidate_answer") or CandidateAnswer.UNKNOWN,
            institution=earlier.institution,
            school=earlier.school,
            staff=earlier.staff,
            since=earlier.since,
            note=earlier.note,
            carried_from=earlier,
        )


class SignatureForm(PasswordReentryForm):
    """The signature under a declaration."""

    agreed = forms.BooleanField(
        label="以上声明由本人作出，内容真实、完整。", error_messages={"required": "请确认声明后再签署。"}
    )


class RulingForm(ReasonReentryForm):
    """A verdict with its reason under the officer's own password; `choices` are those of the matter."""

    verdict = forms.ChoiceField(label="裁定", widget=forms.RadioSelect)
    superior_order = Text(
        label="上级机关指定文号", max_length=100, help_text="当事人是最高一级工作组的组长，由上级机关指定裁定人员。"
    )

    def __init__(self, *args: Any, level: RulingLevel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if level != RulingLevel.SUPERIOR:
            del self.fields["superior_order"]
        self.fields["reason"].label = "裁定理由"
        self.fields["reason"].help_text = "写明认定的事实和理由，将原样存档；复签后不能更改。"
        self.order_fields([*self.verdict_fields, "superior_order", "reason", "own_password"])

    verdict_fields = ("verdict",)

    def superior(self) -> str:
        return self.cleaned_data.get("superior_order", "")


class FactRulingForm(RulingForm):
    verdict = forms.ChoiceField(label="裁定", choices=Verdict.choices, widget=forms.RadioSelect)
    finds_concealment = forms.BooleanField(
        label="同时认定隐瞒不报", required=False, help_text="仅限“认定回避”。当事人将停止参加当年及下一年度的考试工作。"
    )
    verdict_fields = ("verdict", "finds_concealment")


class WithdrawalRulingForm(RulingForm):
    verdict = forms.ChoiceField(label="裁定", choices=WithdrawalVerdict.choices, widget=forms.RadioSelect)


class ChallengeRulingForm(RulingForm):
    verdict = forms.ChoiceField(label="决定", choices=ChallengeVerdict.choices, widget=forms.RadioSelect)


class CosignForm(ReasonReentryForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "复签意见"
        self.fields["reason"].help_text = "复签即对裁定的事实和理由共同负责。"


class ScopeForm(forms.Form):
    """From what somebody should stand aside."""

    scope_kind = forms.ChoiceField(
        label="回避对象的种类",
        choices=[(kind.value, kind.label) for kind in ScopeKind if kind != ScopeKind.CANDIDATE],
    )
    scope_text = Text(
        label="回避对象",
        max_length=100,
        help_text="院校填全称或10位标识码；人员填工号或登录名；区县填6位代码；中学填全称；事项写明名称。",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "scope_kind" in data and "scope_text" in data:
            try:
                data["scope"] = named_scope(ScopeKind(data["scope_kind"]), data["scope_text"].strip())
            except forms.ValidationError as error:
                self.add_error("scope_text", error)
        return data


class PersonField(Text):
    """A colleague by staff number or login name; nobody is listed who need not be known."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, help_text="填写工号或登录名。", **kwargs)

    def clean(self, value: Any) -> User:
        return account_named(super().clean(value))


class RegisterForm(ReasonForm, ScopeForm):
    """机关决定."""

    person = PersonField(label="回避人")
    since = DayField(
        label="关系起始", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    field_order = ("person", "scope_kind", "scope_text", "since", "reason")


class ChallengeForm(ReasonForm, ScopeForm):
    """申请他人回避."""

    person = PersonField(label="被申请回避人")
    raised_for = Text(
        label="代何人提出",
        max_length=100,
        required=False,
        help_text="本人提出的不填。代高校、信访人等转达的，填写其名称和来文日期。",
    )
    field_order = ("person", "scope_kind", "scope_text", "raised_for", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "理由"
        self.fields["reason"].help_text = "写明事实和线索。被申请回避人看不到提出人和本页内容。"


class DiscoveryForm(ReasonForm):
    """Open the re-review of earlier acts."""

    since = DayField(
        label="追溯至",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="利害关系开始的日期。",
    )
    reviewer = PersonField(label="复查人")
    field_order = ("since", "reviewer", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "发现经过"

    def clean_since(self) -> datetime:
        day = self.cleaned_data["since"]
        if day > timezone.localdate():
            raise forms.ValidationError("追溯起点不能晚于今天。")
        return timezone.make_aware(datetime.combine(day, time.min))


class ReviewerForm(ReasonForm):
    reviewer = PersonField(label="复查人")
    field_order = ("reviewer", "reason")


class ActReviewForm(ReasonForm):
    result = forms.ChoiceField(label="复查结果", choices=ActResult.choices, widget=forms.RadioSelect)
    field_order = ("result", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "复查理由"


class SettingsForm(ReasonForm):
    days = forms.IntegerField(label="决定时限（工作日）", min_value=1, max_value=60)
    basis = Text(label="设定依据", max_length=200, help_text="本单位的文件或会议决定。")
    field_order = ("days", "basis", "reason")


def account_named(text: str) -> User:
    """The active account with this staff number or login name."""
    code, active = as_code(text), User.objects.active()
    found = active.filter(staff_number=code).first() or active.filter(username=code).first()
    if found is None:
        raise forms.ValidationError("没有这个工号或登录名的在用账号，请核对。")
    return found


def named_scope(kind: ScopeKind, text: str) -> Scope:
    """The scope that a person wrote down; raises ValidationError where it names nothing."""
    if kind == ScopeKind.PERSON:
        person = account_named(text)
        return Scope(kind, str(person.pk), person.name)
    if kind == ScopeKind.INSTITUTION:
        found = institution_called(text)
        if found is None:
            raise forms.ValidationError(UNKNOWN)
        return Scope(kind, str(found.pk), found.name)
    if kind == ScopeKind.DISTRICT and not re.fullmatch("[0-9]{6}", text):
        raise forms.ValidationError("区县填6位行政区划代码。")
    return Scope(kind, text, text)
