"""Addresses of archives."""

from django.urls import path

from . import views

app_name = "archive"
urlpatterns = [
    path("", views.ArchiveListPage.as_view(), name="list"),
    path("of/<int:pk>/", views.ArchiveSeasonPage.as_view(), name="put-away"),
    path("<int:pk>/", views.ArchivePage.as_view(), name="one"),
    path("<int:pk>/again/", views.PackAgainPage.as_view(), name="again"),
    path("<int:pk>/file/", views.ArchiveFile.as_view(), name="file"),
]
