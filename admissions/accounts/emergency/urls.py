from django.urls import path

from . import views

urlpatterns = [
    path("emergency/", views.EmergencyListPage.as_view(), name="emergency-accesses"),
    path("emergency/new/", views.EmergencyRequestPage.as_view(), name="emergency-request"),
    path("emergency/<int:pk>/", views.EmergencyPage.as_view(), name="emergency-access"),
    path("emergency/<int:pk>/approve/", views.EmergencyApprovePage.as_view(), name="emergency-approve"),
    path("emergency/<int:pk>/decline/", views.EmergencyDeclinePage.as_view(), name="emergency-decline"),
    path("emergency/<int:pk>/withdraw/", views.EmergencyWithdrawPage.as_view(), name="emergency-withdraw"),
    path("emergency/<int:pk>/end/", views.EmergencyEndPage.as_view(), name="emergency-end"),
    path("emergency/<int:pk>/report/", views.EmergencyReportPage.as_view(), name="emergency-report"),
    path("emergency/<int:pk>/review/", views.EmergencyReviewPage.as_view(), name="emergency-review"),
]
