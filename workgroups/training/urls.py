"""Addresses of training."""

from django.urls import path

from . import views

app_name = "training"

urlpatterns = [
    path("training/", views.CourseListPage.as_view(), name="courses"),
    path("training/new/", views.CourseCreatePage.as_view(), name="course-create"),
    path("training/<int:pk>/", views.CoursePage.as_view(), name="course"),
    path("training/<int:pk>/open/", views.CourseOpenPage.as_view(), name="course-open"),
    path("training/<int:pk>/close/", views.CourseClosePage.as_view(), name="course-close"),
    path("training/<int:pk>/questions/new/", views.QuestionAddPage.as_view(), name="question-add"),
    path("training/questions/<int:pk>/retire/", views.QuestionRetirePage.as_view(), name="question-retire"),
    path("training/<int:pk>/start/", views.AttemptStartPage.as_view(), name="attempt-start"),
    path("training/attempts/", views.AttemptListPage.as_view(), name="attempts"),
    path("training/attempts/<int:pk>/", views.AttemptPage.as_view(), name="attempt"),
]
