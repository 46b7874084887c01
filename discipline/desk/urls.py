from django.urls import path

from . import views

urlpatterns = [
    path("desk/", views.DeskPage.as_view(), name="desk"),
    path("desk/sheet/", views.DeskSheetPage.as_view(), name="desk-sheet"),
    path("desk/dismiss/<str:indicator>/", views.DismissPage.as_view(), name="desk-dismiss"),
    path("desk/dismissed/", views.DismissalListPage.as_view(), name="dismissals"),
    path("readings/", views.ReadingsPage.as_view(), name="readings"),
    path("readings/<int:pk>/review/", views.ReviewPage.as_view(), name="reading-review"),
    path("readings/reviews/", views.ReviewListPage.as_view(), name="reviews"),
]
