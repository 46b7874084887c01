from django.urls import path

from . import views

app_name = "supplies"
urlpatterns = [
    path("", views.SupplyListPage.as_view(), name="list"),
    path("new/", views.SupplyOutPage.as_view(), name="out"),
    path("<int:pk>/back/", views.SupplyBackPage.as_view(), name="back"),
]
