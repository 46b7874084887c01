from django.urls import path

from . import views

app_name = "rulebook"
urlpatterns = [
    path("", views.ClauseListPage.as_view(), name="clauses"),
    path("new/", views.ClauseAddPage.as_view(), name="clause-add"),
    path("<int:pk>/", views.ClausePage.as_view(), name="clause"),
    path("<int:pk>/revise/", views.RevisePage.as_view(), name="clause-revise"),
    path("<int:pk>/repeal/", views.RepealPage.as_view(), name="clause-repeal"),
    path("versions/<int:pk>/verify/", views.VerifyPage.as_view(), name="version-verify"),
    path("sources/", views.SourceListPage.as_view(), name="sources"),
    path("sources/new/", views.SourceAddPage.as_view(), name="source-add"),
    path("sources/<int:pk>/", views.SourcePage.as_view(), name="source"),
    path("deadlines/", views.PolicyListPage.as_view(), name="policies"),
]
