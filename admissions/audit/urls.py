from django.urls import path

from . import views

app_name = "audit"
urlpatterns = [
    path("", views.TrailPage.as_view(), name="trail"),
    path("alarms/", views.AlarmListPage.as_view(), name="alarms"),
    path("group/<int:pk>/", views.GroupTrailPage.as_view(), name="group"),
    path("person/<int:pk>/", views.PersonTrailPage.as_view(), name="person"),
    path("of/<str:target_type>/<str:target_id>/", views.RecordHistoryPage.as_view(), name="record"),
]
