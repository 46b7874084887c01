"""Addresses of requests and reports; names live in the namespace `workgroups`."""

from django.urls import path

from .views import acts, duties, instructions, matters, replies, submissions

urlpatterns = [
    path("", submissions.SubmissionListPage.as_view(), name="submissions"),
    path("new/<slug:kind>/", submissions.SubmissionDraftPage.as_view(), name="submission-draft"),
    path("<int:pk>/", submissions.SubmissionPage.as_view(), name="submission"),
    path("<int:pk>/change/", acts.SubmissionChangePage.as_view(), name="submission-change"),
    path("<int:pk>/submit/", acts.SubmissionSubmitPage.as_view(), name="submission-submit"),
    path("<int:pk>/take-back/", acts.SubmissionTakeBackPage.as_view(), name="submission-take-back"),
    path("<int:pk>/sign/", acts.SubmissionSignPage.as_view(), name="submission-sign"),
    path("<int:pk>/send/", acts.SubmissionSendPage.as_view(), name="submission-send"),
    path("<int:pk>/receive/", acts.SubmissionReceivePage.as_view(), name="submission-receive"),
    path("<int:pk>/reply/", replies.ReplyPage.as_view(), name="submission-reply"),
    path("<int:pk>/revise/", acts.SubmissionRevisePage.as_view(), name="submission-revise"),
    path("<int:pk>/withdraw/", acts.SubmissionWithdrawPage.as_view(), name="submission-withdraw"),
    path("<int:pk>/continue/", acts.SubmissionContinuePage.as_view(), name="submission-continue"),
    path("<int:pk>/docx/", submissions.SubmissionDocx.as_view(), name="submission-docx"),
    path("<int:pk>/pdf/", submissions.SubmissionPdf.as_view(), name="submission-pdf"),
    path("replies/<int:pk>/tasks/new/", replies.ReplyTaskAssignPage.as_view(), name="reply-task-assign"),
    path("tasks/", replies.ReplyTaskListPage.as_view(), name="reply-tasks"),
    path("tasks/<int:pk>/", replies.ReplyTaskPage.as_view(), name="reply-task"),
    path("tasks/<int:pk>/report/", replies.ReplyTaskReportPage.as_view(), name="reply-task-report"),
    path("tasks/<int:pk>/accept/", replies.ReplyTaskAcceptPage.as_view(), name="reply-task-accept"),
    path("duties/", duties.DutyListPage.as_view(), name="report-duties"),
    path("duties/new/", duties.DutyOpenPage.as_view(), name="report-duty-open"),
    path("duties/<int:pk>/", duties.DutyPage.as_view(), name="report-duty"),
    path("duties/<int:pk>/waive/", duties.DutyWaivePage.as_view(), name="report-duty-waive"),
    path("duties/matters/", matters.ReportableListPage.as_view(), name="reportables"),
    path("duties/matters/new/", matters.ReportableAddPage.as_view(), name="reportable-add"),
    path("duties/matters/<int:pk>/", matters.ReportablePage.as_view(), name="reportable"),
    path("duties/matters/<int:pk>/change/", matters.ReportableChangePage.as_view(), name="reportable-change"),
    path("duties/matters/<int:pk>/retire/", matters.ReportableRetirePage.as_view(), name="reportable-retire"),
    path("codes/", matters.CodeListPage.as_view(), name="letter-codes"),
    path("codes/new/", matters.CodeSetPage.as_view(), name="letter-code-set"),
    path("instructions/", instructions.InstructionListPage.as_view(), name="instructions"),
    path("instructions/new/", instructions.InstructionRecordPage.as_view(), name="instruction-record"),
    path("instructions/<int:pk>/", instructions.InstructionPage.as_view(), name="instruction"),
    path("instructions/<int:pk>/confirm/", instructions.InstructionConfirmPage.as_view(), name="instruction-confirm"),
    path("instructions/<int:pk>/dispute/", instructions.InstructionDisputePage.as_view(), name="instruction-dispute"),
]
