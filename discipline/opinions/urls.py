from django.urls import path

from . import views

app_name = "opinions"

urlpatterns = [
    path("opinions/", views.OpinionListPage.as_view(), name="list"),
    path("opinions/new/", views.OpinionIssuePage.as_view(), name="issue"),
    path("opinions/<int:pk>/", views.OpinionPage.as_view(), name="one"),
    path("opinions/<int:pk>/answer/", views.OpinionAnswerPage.as_view(), name="answer"),
    path("opinions/<int:pk>/close/", views.OpinionClosePage.as_view(), name="close"),
    path("opinions/<int:pk>/return/", views.OpinionReturnPage.as_view(), name="return"),
    path("opinions/<int:pk>/withdraw/", views.OpinionWithdrawPage.as_view(), name="withdraw"),
    path("opinions/<int:pk>/recur/", views.OpinionRecurPage.as_view(), name="recur"),
    path("opinions/<int:pk>/pdf/", views.OpinionPdf.as_view(), name="pdf"),
    path("opinions/files/<int:pk>/", views.OpinionFile.as_view(), name="file"),
    path("flags/", views.FlagListPage.as_view(), name="flags"),
    path("flags/of/<uuid:event>/", views.FlagRaisePage.as_view(), name="flag-raise"),
    path("flags/<int:pk>/", views.FlagPage.as_view(), name="flag"),
    path("flags/<int:pk>/settle/", views.FlagSettlePage.as_view(), name="flag-settle"),
]
