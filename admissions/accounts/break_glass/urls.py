from django.urls import path

from . import views

urlpatterns = [
    path("break-glass/", views.BreakGlassListPage.as_view(), name="break-glass-accesses"),
    path("break-glass/new/", views.BreakGlassRequestPage.as_view(), name="break-glass-request"),
    path("break-glass/<int:pk>/", views.BreakGlassPage.as_view(), name="break-glass-access"),
    path("break-glass/<int:pk>/approve/", views.BreakGlassApprovePage.as_view(), name="break-glass-approve"),
    path("break-glass/<int:pk>/decline/", views.BreakGlassDeclinePage.as_view(), name="break-glass-decline"),
    path("break-glass/<int:pk>/withdraw/", views.BreakGlassWithdrawPage.as_view(), name="break-glass-withdraw"),
    path("break-glass/<int:pk>/end/", views.BreakGlassEndPage.as_view(), name="break-glass-end"),
    path("break-glass/<int:pk>/report/", views.BreakGlassReportPage.as_view(), name="break-glass-report"),
    path("break-glass/<int:pk>/review/", views.BreakGlassReviewPage.as_view(), name="break-glass-review"),
]
