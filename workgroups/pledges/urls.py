"""Addresses of pledges."""

from django.urls import path

from . import scan_views as scans
from . import views as pledges

app_name = "pledges"

urlpatterns = [
    path("pledges/", pledges.PledgeListPage.as_view(), name="list"),
    path("pledges/progress/", pledges.ProgressPage.as_view(), name="progress"),
    path("pledges/templates/", pledges.TemplateListPage.as_view(), name="templates"),
    path("pledges/templates/new/", pledges.TemplateCreatePage.as_view(), name="template-create"),
    path("pledges/templates/<int:pk>/draft/", pledges.DraftPage.as_view(), name="template-draft"),
    path("pledges/versions/<int:pk>/", pledges.VersionPage.as_view(), name="version"),
    path("pledges/versions/<int:pk>/publish/", pledges.PublishPage.as_view(), name="version-publish"),
    path("appointments/<int:pk>/pledges/<int:template>/sign/", pledges.SigningPage.as_view(), name="sign"),
    path("appointments/<int:pk>/pledges/<int:template>/decline/", pledges.DeclinePage.as_view(), name="decline"),
    path("appointments/<int:pk>/pledges/<int:template>/scan/", scans.ScanUploadPage.as_view(), name="scan-upload"),
    path("pledges/scans/", scans.ScanListPage.as_view(), name="scans"),
    path("pledges/scans/<int:pk>/", scans.ScanPage.as_view(), name="scan"),
    path("pledges/scans/<int:pk>/file/", scans.ScanFilePage.as_view(), name="scan-file"),
    path("pledges/scans/<int:pk>/confirm/", scans.ScanConfirmPage.as_view(), name="scan-confirm"),
    path("pledges/scans/<int:pk>/refuse/", scans.ScanRefusePage.as_view(), name="scan-refuse"),
    path("pledges/<int:pk>/disown/", scans.DisownPage.as_view(), name="disown"),
    path("pledges/<int:pk>/", pledges.PledgePage.as_view(), name="one"),
    path("pledges/<int:pk>/pdf/", pledges.PledgePdf.as_view(), name="pdf"),
    path("pledges/<int:pk>/docx/", pledges.PledgeDocx.as_view(), name="docx"),
]
