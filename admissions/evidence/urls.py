from django.urls import path

from . import views

app_name = "evidence"
urlpatterns = [
    path("imports/", views.ImportListPage.as_view(), name="imports"),
    path("imports/new/<slug:kind>/", views.ImportUploadPage.as_view(), name="import-upload"),
    path("imports/<int:pk>/", views.ImportPage.as_view(), name="import"),
    path("imports/<int:pk>/rows/", views.ImportRowsPage.as_view(), name="import-rows"),
    path("imports/<int:pk>/refused/", views.RefusedLinesPage.as_view(), name="import-refused"),
    path("imports/<int:pk>/confirm/", views.ImportConfirmPage.as_view(), name="import-confirm"),
    path("imports/<int:pk>/void/", views.ImportVoidPage.as_view(), name="import-void"),
    path("<int:pk>/", views.FileDownloadPage.as_view(), name="file"),
]
