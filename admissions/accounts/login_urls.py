"""Signing in: of allauth's pages only those this house uses; no sign-up, no e-mail, no reset by mail."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import path

from . import demonstration

urlpatterns = [
    path("", account.LoginView.as_view(extra_context={"cast": demonstration.cast}), name="account_login"),
    path("as/", demonstration.sign_in_as, name="account_sign_in_as"),
    path("out/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("second-factor/", mfa.authenticate, name="mfa_authenticate"),
    path("second-factor/again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/mine/", mfa.index, name="mfa_index"),
    path("second-factor/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("second-factor/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/generate/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("recovery-codes/download/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]
