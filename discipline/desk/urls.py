from django.urls import path

from . import views

app_name = "desk"

urlpatterns = [
    path("desk/", views.DeskPage.as_view(), name="one"),
    path("desk/sheet/", views.DeskSheetPage.as_view(), name="sheet"),
    path("desk/dismiss/<str:indicator>/", views.DismissPage.as_view(), name="dismiss"),
    path("desk/dismissed/", views.DismissalListPage.as_view(), name="dismissals"),
    path("readings/", views.ReadingsPage.as_view(), name="readings"),
    path("readings/<int:pk>/review/", views.ReviewPage.as_view(), name="reading-review"),
    path("readings/reviews/", views.ReviewListPage.as_view(), name="reading-reviews"),
]
