"""Addresses of the work groups; one block per capability."""

from django.urls import include, path

from .duty import views as duty
from .groups import views as groups
from .matrix import views as matrix
from .pledges import scan_views as scans
from .pledges import views as pledges
from .readiness import views as readiness
from .training import views as training

app_name = "workgroups"

urlpatterns = [
    path("groups/", groups.GroupListPage.as_view(), name="groups"),
    path("groups/new/", groups.GroupCreatePage.as_view(), name="group-create"),
    path("groups/<int:pk>/", groups.GroupPage.as_view(), name="group"),
    path("groups/<int:pk>/change/", groups.GroupChangePage.as_view(), name="group-change"),
    path("groups/<int:pk>/activate/", groups.GroupActivatePage.as_view(), name="group-activate"),
    path("groups/<int:pk>/dissolve/", groups.GroupDissolvePage.as_view(), name="group-dissolve"),
    path("groups/<int:pk>/posts/new/", groups.PostDefinePage.as_view(), name="post-define"),
    path("posts/<int:pk>/", groups.PostPage.as_view(), name="post"),
    path("posts/<int:pk>/change/", groups.PostChangePage.as_view(), name="post-change"),
    path("posts/<int:pk>/abolish/", groups.PostAbolishPage.as_view(), name="post-abolish"),
    path("posts/<int:pk>/duties/new/", groups.DutyAddPage.as_view(), name="duty-add"),
    path("duties/<int:pk>/remove/", groups.DutyRemovePage.as_view(), name="duty-remove"),
    path("posts/<int:pk>/incompatible/", groups.IncompatibleAddPage.as_view(), name="incompatible-add"),
    path("incompatible/<int:pk>/lift/", groups.IncompatibleLiftPage.as_view(), name="incompatible-lift"),
    # The responsibility matrix
    path("matrix/", matrix.MatrixPage.as_view(), name="matrix"),
    path("matrix/steps/new/", matrix.StepAddPage.as_view(), name="step-add"),
    path("matrix/steps/<int:pk>/assign/", matrix.StepAssignPage.as_view(), name="step-assign"),
    path("matrix/steps/<int:pk>/apart/", matrix.StepApartPage.as_view(), name="step-apart"),
    path("matrix/duties/<int:pk>/remove/", matrix.StepUnassignPage.as_view(), name="step-unassign"),
    path("responsible/", matrix.ResponsiblePage.as_view(), name="responsible"),
    # Appointments and readiness
    path("appointments/", readiness.AppointmentListPage.as_view(), name="appointments"),
    path("appointments/new/", readiness.AppointmentProposePage.as_view(), name="appointment-propose"),
    path("appointments/<int:pk>/", readiness.AppointmentPage.as_view(), name="appointment"),
    path("appointments/<int:pk>/confirm/", readiness.ConfirmAppointmentPage.as_view(), name="appointment-confirm"),
    path("appointments/<int:pk>/activate/", readiness.ActivatePage.as_view(), name="appointment-activate"),
    path("appointments/<int:pk>/suspend/", readiness.SuspendPage.as_view(), name="appointment-suspend"),
    path("appointments/<int:pk>/period/", readiness.PeriodPage.as_view(), name="appointment-period"),
    path("appointments/<int:pk>/withdraw/", readiness.WithdrawPage.as_view(), name="appointment-withdraw"),
    path("readiness/", readiness.ReadinessPage.as_view(), name="readiness"),
    # Substitution and handover
    path("appointments/<int:pk>/delegate/", duty.DelegatePage.as_view(), name="appointment-delegate"),
    path("delegations/<int:pk>/end/", duty.EndDelegationPage.as_view(), name="delegation-end"),
    path("appointments/<int:pk>/handover/", duty.PrepareHandoverPage.as_view(), name="appointment-handover"),
    path("handovers/<int:pk>/", duty.HandoverPage.as_view(), name="handover"),
    path("handovers/<int:pk>/sign/", duty.SignHandoverPage.as_view(), name="handover-sign"),
    path("handovers/<int:pk>/void/", duty.VoidHandoverPage.as_view(), name="handover-void"),
    # Pledges
    path("pledges/", pledges.PledgeListPage.as_view(), name="pledges"),
    path("pledges/progress/", pledges.ProgressPage.as_view(), name="pledge-progress"),
    path("pledges/templates/", pledges.TemplateListPage.as_view(), name="pledge-templates"),
    path("pledges/templates/new/", pledges.TemplateCreatePage.as_view(), name="pledge-template-create"),
    path("pledges/templates/<int:pk>/draft/", pledges.DraftPage.as_view(), name="pledge-draft"),
    path("pledges/versions/<int:pk>/", pledges.VersionPage.as_view(), name="pledge-version"),
    path("pledges/versions/<int:pk>/publish/", pledges.PublishPage.as_view(), name="pledge-version-publish"),
    path("appointments/<int:pk>/pledges/<int:template>/sign/", pledges.SigningPage.as_view(), name="pledge-sign"),
    path("appointments/<int:pk>/pledges/<int:template>/decline/", pledges.DeclinePage.as_view(), name="pledge-decline"),
    path(
        "appointments/<int:pk>/pledges/<int:template>/scan/", scans.ScanUploadPage.as_view(), name="pledge-scan-upload"
    ),
    path("pledges/scans/", scans.ScanListPage.as_view(), name="pledge-scans"),
    path("pledges/scans/<int:pk>/", scans.ScanPage.as_view(), name="pledge-scan"),
    path("pledges/scans/<int:pk>/file/", scans.ScanFilePage.as_view(), name="pledge-scan-file"),
    path("pledges/scans/<int:pk>/confirm/", scans.ScanConfirmPage.as_view(), name="pledge-scan-confirm"),
    path("pledges/scans/<int:pk>/refuse/", scans.ScanRefusePage.as_view(), name="pledge-scan-refuse"),
    path("pledges/<int:pk>/disown/", scans.DisownPage.as_view(), name="pledge-disown"),
    path("pledges/<int:pk>/", pledges.PledgePage.as_view(), name="pledge"),
    path("pledges/<int:pk>/pdf/", pledges.PledgePdf.as_view(), name="pledge-pdf"),
    path("pledges/<int:pk>/docx/", pledges.PledgeDocx.as_view(), name="pledge-docx"),
    path("recusal/", include("workgroups.recusal.urls")),
    path("meetings/", include("workgroups.meetings.urls")),
    path("requests/", include("workgroups.requests.urls")),
    # Training
    path("training/", training.CourseListPage.as_view(), name="courses"),
    path("training/new/", training.CourseCreatePage.as_view(), name="course-create"),
    path("training/<int:pk>/", training.CoursePage.as_view(), name="course-detail"),
    path("training/<int:pk>/open/", training.CourseOpenPage.as_view(), name="course-open"),
    path("training/<int:pk>/close/", training.CourseClosePage.as_view(), name="course-close"),
    path("training/<int:pk>/questions/new/", training.QuestionAddPage.as_view(), name="question-add"),
    path("training/questions/<int:pk>/retire/", training.QuestionRetirePage.as_view(), name="question-retire"),
    path("training/<int:pk>/start/", training.AttemptStartPage.as_view(), name="attempt-start"),
    path("training/attempts/", training.AttemptListPage.as_view(), name="attempts"),
    path("training/attempts/<int:pk>/", training.AttemptPage.as_view(), name="attempt"),
]
