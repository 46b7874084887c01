from django.urls import path

from . import views

app_name = "sight"
urlpatterns = [
    path("", views.SightListPage.as_view(), name="list"),
    path("mine/", views.MySightsPage.as_view(), name="mine"),
    path("give/<str:kind>/<int:pk>/", views.GivePage.as_view(), name="give"),
    path("<int:pk>/", views.SightPage.as_view(), name="one"),
    path("<int:pk>/withdraw/", views.WithdrawPage.as_view(), name="withdraw"),
]
