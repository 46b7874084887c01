from django.urls import path

from . import views

urlpatterns = [
    path("opinions/", views.OpinionListPage.as_view(), name="opinions"),
    path("opinions/new/", views.OpinionIssuePage.as_view(), name="opinion-issue"),
    path("opinions/<int:pk>/", views.OpinionPage.as_view(), name="opinion"),
    path("opinions/<int:pk>/answer/", views.OpinionAnswerPage.as_view(), name="opinion-answer"),
    path("opinions/<int:pk>/close/", views.OpinionClosePage.as_view(), name="opinion-close"),
    path("opinions/<int:pk>/return/", views.OpinionReturnPage.as_view(), name="opinion-return"),
    path("opinions/<int:pk>/withdraw/", views.OpinionWithdrawPage.as_view(), name="opinion-withdraw"),
    path("opinions/<int:pk>/recur/", views.OpinionRecurPage.as_view(), name="opinion-recur"),
    path("opinions/<int:pk>/pdf/", views.OpinionPdf.as_view(), name="opinion-pdf"),
    path("opinions/files/<int:pk>/", views.OpinionFile.as_view(), name="opinion-file"),
    path("flags/", views.FlagListPage.as_view(), name="flags"),
    path("flags/of/<uuid:event>/", views.FlagRaisePage.as_view(), name="flag-raise"),
    path("flags/<int:pk>/", views.FlagPage.as_view(), name="flag"),
    path("flags/<int:pk>/settle/", views.FlagSettlePage.as_view(), name="flag-settle"),
]
