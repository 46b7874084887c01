from django.urls import path

from . import views

app_name = "steps"

urlpatterns = [
    path("runs/", views.RunListPage.as_view(), name="runs"),
    path("runs/new/", views.RunOpenPage.as_view(), name="run-open"),
    path("runs/<int:pk>/", views.RunPage.as_view(), name="run"),
    path("runs/<int:pk>/material/", views.MaterialAddPage.as_view(), name="material-add"),
    path("runs/<int:pk>/execute/", views.RunExecutePage.as_view(), name="run-execute"),
    path("runs/<int:pk>/take/", views.RunTakePage.as_view(), name="run-take"),
    path("runs/<int:pk>/pass/", views.RunPassPage.as_view(), name="run-pass"),
    path("runs/<int:pk>/return/", views.RunReturnPage.as_view(), name="run-return"),
    path("runs/<int:pk>/reject/", views.RunRejectPage.as_view(), name="run-reject"),
    path("runs/<int:pk>/confirm/", views.RunConfirmPage.as_view(), name="run-confirm"),
    path("runs/<int:pk>/archive/", views.RunArchivePage.as_view(), name="run-archive"),
    path("runs/<int:pk>/void/", views.RunVoidPage.as_view(), name="run-void"),
    path("runs/<int:pk>/hold/", views.RunHoldPage.as_view(), name="run-hold"),
    path("runs/<int:pk>/lift/", views.RunLiftPage.as_view(), name="run-lift"),
    path("runs/<int:pk>/pdf/", views.RunPdf.as_view(), name="run-pdf"),
    path("runs/material/<int:pk>/", views.MaterialFile.as_view(), name="material"),
    path("runs/material/<int:pk>/drop/", views.MaterialDropPage.as_view(), name="material-drop"),
]
