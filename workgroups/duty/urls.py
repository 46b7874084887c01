"""Addresses of substitution, handover and who was responsible."""

from django.urls import path

from . import responsible_views as responsible
from . import views as duty

app_name = "duty"

urlpatterns = [
    path("responsible/", responsible.ResponsiblePage.as_view(), name="responsible"),
    path("appointments/<int:pk>/delegate/", duty.DelegatePage.as_view(), name="delegate"),
    path("delegations/<int:pk>/end/", duty.EndDelegationPage.as_view(), name="delegation-end"),
    path("appointments/<int:pk>/handover/", duty.PrepareHandoverPage.as_view(), name="handover-prepare"),
    path("handovers/", duty.HandoverListPage.as_view(), name="handovers"),
    path("handovers/<int:pk>/", duty.HandoverPage.as_view(), name="handover"),
    path("handovers/<int:pk>/sign/", duty.SignHandoverPage.as_view(), name="handover-sign"),
    path("handovers/<int:pk>/void/", duty.VoidHandoverPage.as_view(), name="handover-void"),
]
