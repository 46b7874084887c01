"""Addresses of requests and reports."""

from django.urls import path

from .views import acts, attachments, calls, designation, duties, instructions, matters, replies, submissions

app_name = "requests"

urlpatterns = [
    path("", submissions.SubmissionListPage.as_view(), name="list"),
    path("new/<slug:kind>/", submissions.SubmissionDraftPage.as_view(), name="draft"),
    path("<int:pk>/", submissions.SubmissionPage.as_view(), name="one"),
    path("<int:pk>/change/", acts.SubmissionChangePage.as_view(), name="change"),
    path("<int:pk>/attach/", acts.SubmissionAttachPage.as_view(), name="attach"),
    path("attachments/<int:pk>/", attachments.AttachmentFilePage.as_view(), name="attachment"),
    path("attachments/<int:pk>/remove/", attachments.AttachmentDetachPage.as_view(), name="attachment-remove"),
    path("<int:pk>/submit/", acts.SubmissionSubmitPage.as_view(), name="submit"),
    path("<int:pk>/take-back/", acts.SubmissionTakeBackPage.as_view(), name="take-back"),
    path("<int:pk>/sign/", acts.SubmissionSignPage.as_view(), name="sign"),
    path("<int:pk>/send/", acts.SubmissionSendPage.as_view(), name="send"),
    path("<int:pk>/receive/", acts.SubmissionReceivePage.as_view(), name="receive"),
    path("<int:pk>/reply/", replies.ReplyPage.as_view(), name="reply"),
    path("<int:pk>/revise/", acts.SubmissionRevisePage.as_view(), name="revise"),
    path("<int:pk>/withdraw/", acts.SubmissionWithdrawPage.as_view(), name="withdraw"),
    path("<int:pk>/continue/", acts.SubmissionContinuePage.as_view(), name="continue"),
    path("<int:pk>/call/", calls.CallPage.as_view(), name="call"),
    path("<int:pk>/acknowledge/", calls.AcknowledgePage.as_view(), name="acknowledge"),
    path("<int:pk>/docx/", submissions.SubmissionDocx.as_view(), name="docx"),
    path("<int:pk>/pdf/", submissions.SubmissionPdf.as_view(), name="pdf"),
    path("items/<int:pk>/substitutes/", designation.SubstitutesPage.as_view(), name="substitutes"),
    path("replies/<int:pk>/confirm/", replies.ReplyConfirmPage.as_view(), name="reply-confirm"),
    path("replies/<int:pk>/dispute/", replies.ReplyDisputePage.as_view(), name="reply-dispute"),
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
