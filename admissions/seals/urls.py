"""Addresses of seals; the first four are what witness tools ask."""

from django.urls import path

from . import public, views, witness_views

app_name = "seals"
urlpatterns = [
    path("checkpoint/", public.checkpoint, name="checkpoint"),
    path("bundle/", public.bundle, name="bundle"),
    path("keys/", public.keys, name="keys"),
    path("cosign/", public.cosign, name="cosign"),
    path("", views.SealListPage.as_view(), name="list"),
    path("<int:pk>/", views.SealPage.as_view(), name="one"),
    path("<int:pk>/sheet/", views.SheetPage.as_view(), name="sheet"),
    path("<int:pk>/sheet.pdf", views.SheetPdf.as_view(), name="sheet-pdf"),
    path("cosignature/", witness_views.CosignaturePage.as_view(), name="cosignature"),
    path("witnesses/", witness_views.WitnessListPage.as_view(), name="witnesses"),
    path("witnesses/new/", witness_views.OfferWitnessPage.as_view(), name="witness-offer"),
    path("witnesses/<int:pk>/", witness_views.WitnessPage.as_view(), name="witness"),
    path("witnesses/<int:pk>/confirm/", witness_views.ConfirmWitnessPage.as_view(), name="witness-confirm"),
    path("witnesses/<int:pk>/retire/", witness_views.RetireWitnessPage.as_view(), name="witness-retire"),
    path("exports/", views.ExportListPage.as_view(), name="exports"),
    path("exports/new/", views.RequestExportPage.as_view(), name="export-request"),
    path("exports/<int:pk>/", views.ExportPage.as_view(), name="export"),
    path("exports/<int:pk>/file/", views.ExportFile.as_view(), name="export-file"),
    path("salts/", views.SaltPage.as_view(), name="salts"),
    path("tools/<str:name>/", views.ToolFile.as_view(), name="tool"),
]
