"""Addresses of groups, their posts and the responsibility matrix."""

from django.urls import path

from . import matrix_views as matrix
from . import views as groups

app_name = "groups"

urlpatterns = [
    path("groups/", groups.GroupListPage.as_view(), name="list"),
    path("groups/new/", groups.GroupCreatePage.as_view(), name="create"),
    path("groups/<int:pk>/", groups.GroupPage.as_view(), name="one"),
    path("groups/<int:pk>/change/", groups.GroupChangePage.as_view(), name="change"),
    path("groups/<int:pk>/activate/", groups.GroupActivatePage.as_view(), name="activate"),
    path("groups/<int:pk>/dissolve/", groups.GroupDissolvePage.as_view(), name="dissolve"),
    path("groups/<int:pk>/posts/new/", groups.PostDefinePage.as_view(), name="post-define"),
    path("posts/<int:pk>/", groups.PostPage.as_view(), name="post"),
    path("posts/<int:pk>/change/", groups.PostChangePage.as_view(), name="post-change"),
    path("posts/<int:pk>/abolish/", groups.PostAbolishPage.as_view(), name="post-abolish"),
    path("posts/<int:pk>/duties/new/", groups.DutyAddPage.as_view(), name="post-duty-add"),
    path("duties/<int:pk>/remove/", groups.DutyRemovePage.as_view(), name="post-duty-remove"),
    path("posts/<int:pk>/incompatible/", groups.IncompatibleAddPage.as_view(), name="incompatibility-add"),
    path("incompatible/<int:pk>/lift/", groups.IncompatibleLiftPage.as_view(), name="incompatibility-lift"),
    path("matrix/", matrix.MatrixPage.as_view(), name="matrix"),
    path("matrix/steps/new/", matrix.StepAddPage.as_view(), name="matrix-step-add"),
    path("matrix/steps/<int:pk>/assign/", matrix.StepAssignPage.as_view(), name="matrix-step-assign"),
    path("matrix/steps/<int:pk>/apart/", matrix.StepApartPage.as_view(), name="matrix-step-apart"),
    path("matrix/duties/<int:pk>/remove/", matrix.StepUnassignPage.as_view(), name="matrix-step-unassign"),
]
