from django.urls import path

from . import saved, views

app_name = "audit"
urlpatterns = [
    path("", views.TrailPage.as_view(), name="trail"),
    path("entry/<uuid:pk>/", views.EntryPage.as_view(), name="entry"),
    path("filters/save/", saved.FilterSavePage.as_view(), name="filter-save"),
    path("filters/<int:pk>/drop/", saved.FilterDropPage.as_view(), name="filter-drop"),
    path("alarms/", views.AlarmListPage.as_view(), name="alarms"),
    path("group/<int:pk>/", views.GroupTrailPage.as_view(), name="group"),
    path("person/<int:pk>/", views.PersonTrailPage.as_view(), name="person"),
    path("of/<str:target_type>/<str:target_id>/", views.RecordHistoryPage.as_view(), name="record"),
]
