from django.urls import path

from . import views

app_name = "jobs"
urlpatterns = [
    path("", views.JobListPage.as_view(), name="list"),
    path("<int:pk>/", views.JobPage.as_view(), name="one"),
    path("<int:pk>/progress/", views.JobProgressFragment.as_view(), name="progress"),
    path("<int:pk>/cancel/", views.JobCancelPage.as_view(), name="cancel"),
]
