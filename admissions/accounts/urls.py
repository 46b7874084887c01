from django.urls import path

from . import my_views, organisation_views, views
from .break_glass.urls import urlpatterns as break_glass

app_name = "accounts"
urlpatterns = [
    path("people/", views.AccountListPage.as_view(), name="list"),
    path("people/new/", views.AccountCreatePage.as_view(), name="create"),
    path("people/first-passwords/", views.FirstPasswordsPage.as_view(), name="first-passwords"),
    path("people/<int:pk>/", views.AccountPage.as_view(), name="one"),
    path("people/<int:pk>/correct/", views.AccountCorrectPage.as_view(), name="correct"),
    path("people/<int:pk>/suspend/", views.AccountSuspendPage.as_view(), name="suspend"),
    path("people/<int:pk>/reactivate/", views.AccountReactivatePage.as_view(), name="reactivate"),
    path("people/<int:pk>/close/", views.AccountClosePage.as_view(), name="close"),
    path("people/<int:pk>/password/", views.PasswordResetPage.as_view(), name="password-reset"),
    path("people/<int:pk>/second-factor/", views.SecondFactorResetPage.as_view(), name="second-factor-reset"),
    path("people/<int:pk>/grant/", views.GrantPage.as_view(), name="grant"),
    path("grants/<int:pk>/revoke/", views.RevokePage.as_view(), name="revoke"),
    path("organisations/", organisation_views.OrganisationListPage.as_view(), name="organisations"),
    path("organisations/new/", organisation_views.OrganisationAddPage.as_view(), name="organisation-add"),
    path(
        "organisations/<int:pk>/rename/",
        organisation_views.OrganisationRenamePage.as_view(),
        name="organisation-rename",
    ),
    path("mine/", my_views.MyAccountPage.as_view(), name="mine"),
    path("mine/password/", my_views.ChangePasswordPage.as_view(), name="password-change"),
    *break_glass,
]
