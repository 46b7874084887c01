"""Pages of the units people belong to."""

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from admissions.core.actions import PageAction
from admissions.core.decision import Decision
from admissions.core.views import CommandPage, FormPage, ListPage

from . import rules, services
from .enums import AccountStatus
from .filters import OrganisationFilter
from .forms import (
    OrganisationForm,
    RenameForm,
)
from .models import Organisation
from .tables import OrganisationTable


class OrganisationListPage(ListPage):
    model = Organisation
    table_class = OrganisationTable
    filterset_class = OrganisationFilter
    page_title = "单位"
    page_intro = "人员所在的单位。花名册中的单位须先在这里登记。"
    unit = "个单位"
    export_name = "单位清单"
    empty_text = "增加单位后，才能建立所属人员的账号。"

    def may_open(self) -> Decision:
        return rules.can_view_accounts(self.request.user)

    def get_queryset(self) -> Any:
        active = Count("user", filter=Q(user__status=AccountStatus.ACTIVE))
        return super().get_queryset().select_related("parent").annotate(people=active)

    def make_table(self) -> OrganisationTable:
        may_rename = rules.can_manage_organisations(self.request.user).ok
        return OrganisationTable(self.rows, request=self.request, exclude=() if may_rename else ("rename",))

    def page_actions(self) -> list[PageAction]:
        decision = rules.can_manage_organisations(self.request.user)
        return (
            [PageAction("增加单位", reverse("accounts:organisation-add"), decision, "plus", "primary")]
            if decision
            else []
        )


class OrganisationAddPage(FormPage):
    command = services.add_organisation
    form_class = OrganisationForm
    page_title = "增加单位"
    submit_label = "增加单位"
    success_text = "单位已增加。"
    above = (("单位", "accounts:organisations"),)

    def may_open(self) -> Decision:
        return rules.can_manage_organisations(self.request.user)

    def run(self, form: OrganisationForm) -> Organisation:
        return services.add_organisation(actor=self.request.user, **form.cleaned_data)


class OrganisationRenamePage(CommandPage):
    command = services.rename_organisation
    model = Organisation
    form_class = RenameForm
    page_title = "单位更名"
    submit_label = "更名"
    success_text = "单位已更名。"
    above = (("单位", "accounts:organisations"),)

    def may_open(self) -> Decision:
        return rules.can_manage_organisations(self.request.user)

    def initial(self) -> dict[str, Any]:
        return {"name": self.object.name}

    def run(self, form: RenameForm) -> Organisation:
        return services.rename_organisation(actor=self.request.user, organisation=self.object, **form.cleaned_data)
