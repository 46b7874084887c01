"""Who gets what: URL name × looker → status. A page missing here fails the suite.

Columns follow `tests.world.LOOKERS`; GET only. 302 to the login for strangers, 403 with its sentence for people who may
see the thing but not do this, 404 for what they may not see, 405 for addresses that only take POST. A person with every
right gets 403 where the state of the record forbids it (a season that is open cannot be corrected).
"""

from typing import Any

from admissions.audit.models import Event
from tests.world import World

# Parameters of the address by name; anything else needs none.
ARGUMENTS: dict[str, Any] = {
    "accounts:revoke": lambda w: [w.grant.pk],
    "accounts:organisation-rename": lambda w: [w.account.organisation_id],
    "accounts:emergency-approve": lambda w: [w.asked_access.pk],
    "accounts:emergency-decline": lambda w: [w.asked_access.pk],
    "accounts:emergency-withdraw": lambda w: [w.asked_access.pk],
    "accounts:emergency-": lambda w: [w.past_access.pk],
    "accounts:": lambda w: [w.account.pk],
    "jobs:": lambda w: [w.job.pk],
    "evidence:import-upload": lambda w: [w.import_kind],
    "evidence:download": lambda w: [w.file.pk],
    "evidence:": lambda w: [w.records["import"].pk],
    "seasons:batch-add": lambda w: [w.season.pk],
    "seasons:batch": lambda w: [w.batch.pk],
    "seasons:stage-add": lambda w: [w.batch.pk],
    "seasons:stage": lambda w: [w.stage.pk],
    "seasons:institution": lambda w: [w.institution.pk],
    "seasons:calendar": lambda w: [2026],
    "seasons:": lambda w: [w.season.pk],
    "workgroups:group": lambda w: [w.group.pk],
    "workgroups:post-define": lambda w: [w.group.pk],
    "workgroups:post": lambda w: [w.post.pk],
    "workgroups:duty-add": lambda w: [w.post.pk],
    "workgroups:duty-remove": lambda w: [w.duty.pk],
    "workgroups:incompatible-add": lambda w: [w.post.pk],
    "workgroups:incompatible-lift": lambda w: [w.pair.pk],
    "workgroups:step-assign": lambda w: [w.step.pk],
    "workgroups:step-apart": lambda w: [w.step.pk],
    "workgroups:step-unassign": lambda w: [w.step_duty.pk],
    "workgroups:appointment-confirm": lambda w: [w.proposed.pk],
    "workgroups:appointment": lambda w: [w.member.pk],
    "workgroups:delegation-end": lambda w: [w.delegation.pk],
    "workgroups:handover": lambda w: [w.handover.pk],
    "workgroups:pledge-draft": lambda w: [w.template.pk],
    "workgroups:pledge-version": lambda w: [w.version.pk],
    "workgroups:pledge-sign": lambda w: [w.member.pk, w.template.pk],
    "workgroups:pledge-decline": lambda w: [w.member.pk, w.template.pk],
    "workgroups:pledge-scan": lambda w: [w.scan.pk],
    "workgroups:pledge-scan-upload": lambda w: [w.member.pk, w.template.pk],
    "workgroups:pledge": lambda w: [w.pledge.pk],
    "workgroups:course": lambda w: [w.course.pk],
    "workgroups:question-add": lambda w: [w.course.pk],
    "workgroups:question-retire": lambda w: [w.question.pk],
    "workgroups:attempt-start": lambda w: [w.course.pk],
    "workgroups:attempt": lambda w: [w.attempt.pk],
    "workgroups:recusal-declaration": lambda w: [w.declaration.pk],
    "workgroups:recusal-withdraw": lambda w: [w.relation.pk],
    "workgroups:recusal-cosign": lambda w: [w.ruling.pk],
    "workgroups:recusal-return": lambda w: [w.ruling.pk],
    "workgroups:recusal-screening": lambda w: [w.screening.pk],
    "workgroups:recusal-challenge": lambda w: [w.challenge.pk],
    "workgroups:recusal-": lambda w: [w.fact.pk],
    "workgroups:matter": lambda w: [w.matter.pk],
    "workgroups:meeting": lambda w: [w.meeting.pk],
    "workgroups:meeting-invite": lambda w: [w.draft_meeting.pk],
    "workgroups:meeting-convene": lambda w: [w.draft_meeting.pk],
    "workgroups:meeting-cancel": lambda w: [w.draft_meeting.pk],
    "workgroups:seat-remove": lambda w: [w.draft_seat.pk],
    "workgroups:seat-": lambda w: [w.own_seat.pk],
    "workgroups:agenda-item": lambda w: [w.named_item.pk],
    "workgroups:item-": lambda w: [w.named_item.pk],
    "workgroups:item-change": lambda w: [w.new_item.pk],
    "workgroups:item-prerequisite": lambda w: [w.new_item.pk],
    "workgroups:item-schedule": lambda w: [w.new_item.pk],
    "workgroups:item-withdraw": lambda w: [w.new_item.pk],
    "workgroups:item-resolve": lambda w: [w.decided_item.pk],
    "workgroups:item-reconsider": lambda w: [w.decided_item.pk],
    "workgroups:item-consent": lambda w: [w.again_item.pk],
    "workgroups:item-liability": lambda w: [w.decided_item.pk],
    "workgroups:act-explain": lambda w: [w.unexplained.pk],
    "workgroups:explanation": lambda w: [w.explanation.pk],
    "workgroups:emergency": lambda w: [w.emergency.pk],
    "workgroups:effect-undo": lambda w: [w.lapsed_effect.pk],
    "workgroups:paper": lambda w: [w.paper.pk],
    "workgroups:prerequisite": lambda w: [w.prerequisite.pk],
    "workgroups:deferral-rule": lambda w: [w.deferral.pk],
    "workgroups:opinion-": lambda w: [w.opinion.pk],
    "workgroups:resolution": lambda w: [w.resolution.pk],
    "workgroups:task-assign": lambda w: [w.resolution.pk],
    "workgroups:task-evidence": lambda w: [w.task.pk],
    "workgroups:task": lambda w: [w.task.pk],
    "workgroups:minutes": lambda w: [w.minutes.pk],
    "workgroups:submission": lambda w: [w.submission.pk],
    "workgroups:submission-draft": lambda w: ["request"],
    "workgroups:submission-change": lambda w: [w.draft_submission.pk],
    "workgroups:submission-submit": lambda w: [w.draft_submission.pk],
    "workgroups:submission-take-back": lambda w: [w.submitted_submission.pk],
    "workgroups:submission-sign": lambda w: [w.submitted_submission.pk],
    "workgroups:submission-send": lambda w: [w.signed_submission.pk],
    "workgroups:submission-call": lambda w: [w.sent_report.pk],
    "workgroups:submission-acknowledge": lambda w: [w.sent_report.pk],
    "workgroups:submission-receive": lambda w: [w.sent_report.pk],
    "workgroups:submission-continue": lambda w: [w.sent_report.pk],
    "workgroups:reply-task-evidence": lambda w: [w.reply_task.pk],
    "workgroups:reply-task": lambda w: [w.reply_task.pk],
    "workgroups:reply-task-assign": lambda w: [w.reply.pk],
    "workgroups:reply-confirm": lambda w: [w.reply.pk],
    "workgroups:reply-dispute": lambda w: [w.reply.pk],
    "workgroups:submission-attach": lambda w: [w.draft_submission.pk],
    "workgroups:attachment": lambda w: [w.attachment.pk],
    "workgroups:report-duty": lambda w: [w.report_duty.pk],
    "workgroups:reportable": lambda w: [w.reportable.pk],
    "workgroups:instruction": lambda w: [w.instruction.pk],
    "operations:run": lambda w: [w.run.pk],
    "operations:run-material": lambda w: [w.pending_run.pk],
    "operations:run-execute": lambda w: [w.pending_run.pk],
    "operations:run-void": lambda w: [w.pending_run.pk],
    "operations:run-pass": lambda w: [w.taken_run.pk],
    "operations:run-return": lambda w: [w.taken_run.pk],
    "operations:run-reject": lambda w: [w.passed_run.pk],
    "operations:run-confirm": lambda w: [w.passed_run.pk],
    "operations:run-archive": lambda w: [w.confirmed_run.pk],
    "operations:run-lift": lambda w: [w.held_run.pk],
    "operations:material": lambda w: [w.material.pk],
    "operations:material-drop": lambda w: [w.wrong_material.pk],
    "audit:entry": lambda w: [Event.objects.of_target(w.supervision).newest_first().first().pk],
    "audit:filter-drop": lambda w: [0],
    "audit:group": lambda w: [w.group.pk],
    "audit:person": lambda w: [w.account.pk],
    "audit:record": lambda w: ["workgroups.workgroup", w.group.pk],
    "seals:": lambda w: [w.seal.pk],
    "seals:witness": lambda w: [w.witness.pk],
    "seals:export": lambda w: [w.export.pk],
    "seals:archive": lambda w: [w.archive.pk],
    "seals:archive-again": lambda w: [w.archive.pk],
    "seals:archive-season": lambda w: [w.closed_season.pk],
    "seals:tool": lambda w: ["witness.py"],
    "discipline:opinion": lambda w: [w.supervision.pk],
    "discipline:opinion-close": lambda w: [w.answered_opinion.pk],
    "discipline:opinion-return": lambda w: [w.answered_opinion.pk],
    "discipline:opinion-recur": lambda w: [w.closed_opinion.pk],
    "discipline:opinion-file": lambda w: [w.passage.pk],
    "discipline:flag": lambda w: [w.flag.pk],
    "discipline:flag-raise": lambda w: [w.supervised_event.pk],
    "discipline:desk-dismiss": lambda w: ["hours"],
    "discipline:reading-review": lambda w: [w.who["supervisor"].pk],
    "rulebook:version": lambda w: [w.clause.versions.get().pk],
    "rulebook:source": lambda w: [w.clause.source_id],
    "rulebook:": lambda w: [w.clause.pk],
}


def arguments_of(name: str, parameters: list[str], world: World) -> list[Any]:
    """By the longest prefix of the name that is listed."""
    if not parameters:
        return []
    prefix = max((key for key in ARGUMENTS if name.startswith(key)), key=len)
    return ARGUMENTS[prefix](world)


# name: anonymous nobody system security audit secretariat rules training recusal supervisor leader member
STATUS = """
home                                     302 200 200 200 200 200 200 200 200 200 200 200
healthz                                  200 200 200 200 200 200 200 200 200 200 200 200
readyz                                   200 200 200 200 200 200 200 200 200 200 200 200
metrics                                  404 404 404 404 404 404 404 404 404 404 404 404
account_login                            200 302 302 302 302 302 302 302 302 302 302 302
account_logout                           302 200 200 200 200 200 200 200 200 200 200 200
account_inactive                         200 200 200 200 200 200 200 200 200 200 200 200
account_reauthenticate                   302 200 200 200 200 200 200 200 200 200 200 200
mfa_authenticate                         302 302 302 302 302 302 302 302 302 302 302 302
mfa_reauthenticate                       302 302 302 302 302 302 302 302 302 302 302 302
mfa_index                                302 200 200 200 200 200 200 200 200 200 200 200
mfa_activate_totp                        302 200 200 200 200 200 200 200 200 200 200 200
mfa_deactivate_totp                      302 404 404 404 404 404 404 404 404 404 404 404
mfa_view_recovery_codes                  302 404 404 404 404 404 404 404 404 404 404 404
mfa_generate_recovery_codes              302 200 200 200 200 200 200 200 200 200 200 200
mfa_download_recovery_codes              302 404 404 404 404 404 404 404 404 404 404 404
accounts:list                            302 403 403 200 200 403 403 403 403 403 403 403
accounts:create                          302 403 403 200 403 403 403 403 403 403 403 403
accounts:first-passwords                 302 403 403 200 403 403 403 403 403 403 403 403
accounts:detail                          302 403 403 200 200 403 403 403 403 403 403 403
accounts:correct                         302 403 403 200 403 403 403 403 403 403 403 403
accounts:suspend                         302 403 403 200 403 403 403 403 403 403 403 403
accounts:reactivate                      302 403 403 403 403 403 403 403 403 403 403 403
accounts:close                           302 403 403 200 403 403 403 403 403 403 403 403
accounts:reset-password                  302 403 403 200 403 403 403 403 403 403 403 403
accounts:reset-second-factor             302 403 403 403 403 403 403 403 403 403 403 403
accounts:grant                           302 403 403 200 403 403 403 403 403 403 403 403
accounts:revoke                          302 404 404 200 403 404 404 404 404 404 404 404
accounts:organisations                   302 403 403 200 200 403 403 403 403 403 403 403
accounts:organisation-add                302 403 403 200 403 403 403 403 403 403 403 403
accounts:organisation-rename             302 403 403 200 403 403 403 403 403 403 403 403
accounts:mine                            302 200 200 200 200 200 200 200 200 200 200 200
accounts:change-password                 302 200 200 200 200 200 200 200 200 200 200 200
accounts:emergency-accesses              302 200 200 200 200 200 200 200 200 200 200 200
accounts:emergency-request               302 200 403 403 403 200 200 200 200 200 200 403
accounts:emergency-access                302 404 404 200 200 404 404 404 404 200 404 200
accounts:emergency-approve               302 404 404 200 403 404 404 404 404 403 404 403
accounts:emergency-decline               302 404 404 200 403 404 404 404 404 403 404 403
accounts:emergency-withdraw              302 404 404 403 403 404 404 404 404 403 404 200
accounts:emergency-end                   302 404 404 403 403 404 404 404 404 403 404 403
accounts:emergency-report                302 404 404 403 200 404 404 404 404 200 404 200
accounts:emergency-review                302 404 404 403 403 404 404 404 404 200 404 403
jobs:list                                302 200 200 200 200 200 200 200 200 200 200 200
jobs:job                                 302 404 200 404 404 200 404 404 404 404 404 404
jobs:progress                            302 404 200 404 404 200 404 404 404 404 404 404
jobs:cancel                              302 404 405 404 404 405 404 404 404 404 404 404
evidence:imports                         302 403 403 200 200 200 403 403 200 403 403 403
evidence:import-upload                   302 403 403 403 403 200 403 403 403 403 403 403
evidence:import                          302 404 404 404 200 200 404 404 404 404 404 404
evidence:import-rows                     302 404 404 404 200 200 404 404 404 404 404 404
evidence:import-confirm                  302 404 404 404 403 200 404 404 404 404 404 404
evidence:import-void                     302 404 404 404 403 200 404 404 404 404 404 404
evidence:download                        302 404 404 404 404 404 404 404 404 404 404 404
seasons:list                             302 200 200 200 200 200 200 200 200 200 200 200
seasons:create                           302 403 403 403 403 200 403 403 403 403 403 403
seasons:detail                           302 200 200 200 200 200 200 200 200 200 200 200
seasons:correct                          302 403 403 403 403 403 403 403 403 403 403 403
seasons:difference                       302 200 200 200 200 200 200 200 200 403 200 200
seasons:open                             302 403 403 403 403 403 403 403 403 403 403 403
seasons:close                            302 403 403 403 403 403 403 403 403 403 403 403
seasons:current-schedule                 302 200 200 200 200 200 200 200 200 200 200 200
seasons:schedule                         302 200 200 200 200 200 200 200 200 200 200 200
seasons:batch-add                        302 403 403 403 403 200 403 403 403 403 403 403
seasons:batch                            302 200 200 200 200 200 200 200 200 200 200 200
seasons:batch-change                     302 403 403 403 403 200 403 403 403 403 403 403
seasons:batch-remove                     302 403 403 403 403 403 403 403 403 403 403 403
seasons:stage-add                        302 403 403 403 403 200 403 403 403 403 403 403
seasons:stage-change                     302 403 403 403 403 200 403 403 403 403 403 403
seasons:stage-remove                     302 403 403 403 403 200 403 403 403 403 403 403
seasons:institutions                     302 200 200 200 200 200 200 200 200 200 200 200
seasons:institution                      302 200 200 200 200 200 200 200 200 200 200 404
seasons:calendar                         302 200 200 200 200 200 200 200 200 200 200 200
seasons:calendar-year                    302 200 200 200 200 200 200 200 200 200 200 200
seasons:calendar-template                302 403 403 403 403 200 403 403 403 403 403 403
seasons:deadline                         302 200 200 200 200 200 200 200 200 200 200 200
season-switch                            302 405 405 405 405 405 405 405 405 405 405 405
workgroups:groups                        302 200 200 200 200 200 200 200 200 200 200 200
workgroups:group-create                  302 403 403 403 403 200 403 403 403 403 403 403
workgroups:group                         302 200 200 200 200 200 200 200 200 200 200 200
workgroups:group-change                  302 403 403 403 403 200 403 403 403 403 403 403
workgroups:group-activate                302 403 403 403 403 403 403 403 403 403 403 403
workgroups:group-dissolve                302 403 403 403 403 403 403 403 403 403 403 403
workgroups:post-define                   302 403 403 403 403 200 403 403 403 403 403 403
workgroups:post                          302 200 200 200 200 200 200 200 200 200 200 200
workgroups:post-change                   302 403 403 403 403 200 403 403 403 403 403 403
workgroups:post-abolish                  302 403 403 403 403 403 403 403 403 403 403 403
workgroups:duty-add                      302 403 403 403 403 200 403 403 403 403 403 403
workgroups:duty-remove                   302 403 403 403 403 200 403 403 403 403 403 403
workgroups:incompatible-add              302 403 403 403 403 200 403 403 403 403 403 403
workgroups:incompatible-lift             302 403 403 403 403 200 403 403 403 403 403 403
workgroups:matrix                        302 200 200 200 200 200 200 200 200 200 200 200
workgroups:step-add                      302 403 403 403 403 200 403 403 403 403 403 403
workgroups:step-assign                   302 403 403 403 403 200 403 403 403 403 403 403
workgroups:step-apart                    302 403 403 403 403 200 403 403 403 403 403 403
workgroups:step-unassign                 302 403 403 403 403 200 403 403 403 403 403 403
workgroups:responsible                   302 200 200 200 200 200 200 200 200 200 200 200
workgroups:appointments                  302 200 200 200 200 200 200 200 200 200 200 200
workgroups:appointment-propose           302 403 403 403 403 200 403 403 403 403 403 403
workgroups:appointment                   302 404 404 404 200 200 404 200 200 200 200 200
workgroups:appointment-confirm           302 404 404 404 403 200 404 403 403 403 403 403
workgroups:appointment-activate          302 404 404 404 403 403 404 403 403 403 403 403
workgroups:appointment-suspend           302 404 404 404 403 200 404 403 403 403 403 403
workgroups:appointment-period            302 404 404 404 403 200 404 403 403 403 403 403
workgroups:appointment-withdraw          302 404 404 404 403 403 404 403 403 403 403 403
workgroups:readiness                     302 200 200 200 200 200 200 200 200 200 200 200
workgroups:appointment-delegate          302 404 404 404 403 200 404 403 403 403 200 200
workgroups:delegation-end                302 404 404 404 403 200 404 403 403 403 200 200
workgroups:appointment-handover          302 404 404 404 403 200 404 403 403 403 200 200
workgroups:handover                      302 404 404 404 200 200 404 200 200 200 200 200
workgroups:handover-sign                 302 404 404 404 403 403 404 403 403 403 200 200
workgroups:handover-void                 302 404 404 404 403 200 404 403 403 403 200 200
workgroups:pledges                       302 200 200 200 200 200 200 200 200 200 200 200
workgroups:pledge-progress               302 200 200 200 200 200 200 200 200 200 200 200
workgroups:pledge-templates              302 200 200 200 200 200 200 200 200 200 200 200
workgroups:pledge-template-create        302 403 403 403 403 200 403 403 403 403 403 403
workgroups:pledge-draft                  302 403 403 403 403 200 403 403 403 403 403 403
workgroups:pledge-version                302 404 404 404 404 200 404 404 404 404 404 404
workgroups:pledge-version-publish        302 404 404 404 404 403 404 404 404 404 404 404
workgroups:pledge-sign                   302 404 404 404 403 403 404 403 403 403 403 200
workgroups:pledge-decline                302 404 404 404 403 403 404 403 403 403 403 200
workgroups:pledge                        302 404 404 404 200 200 404 200 200 200 200 200
workgroups:pledge-pdf                    302 404 404 404 200 200 404 200 200 200 200 200
workgroups:pledge-docx                   302 404 404 404 200 200 404 200 200 200 200 200
workgroups:pledge-scan-upload            302 404 404 404 403 403 404 403 403 403 403 403
workgroups:pledge-scans                  302 200 200 200 200 200 200 200 200 200 200 200
workgroups:pledge-scan                   302 404 404 404 200 200 404 200 200 200 200 200
workgroups:pledge-scan-file               302 404 404 404 403 404 404 403 403 404 403 404
workgroups:pledge-scan-confirm           302 404 404 404 403 200 404 403 403 403 403 403
workgroups:pledge-scan-refuse            302 404 404 404 403 200 404 403 403 403 403 403
workgroups:pledge-disown                 302 404 404 404 403 403 404 403 403 403 403 403
workgroups:recusal-own                   302 200 200 200 200 200 200 200 200 200 200 200
workgroups:recusal-declare               302 200 200 200 200 200 200 200 200 200 200 200
workgroups:recusal-declarations          302 403 403 403 403 403 403 403 200 200 403 403
workgroups:recusal-declaration           302 404 404 404 404 404 404 404 200 200 404 200
workgroups:recusal-withdraw              302 404 404 404 404 404 404 404 403 403 404 200
workgroups:recusal-withdrawals           302 403 403 403 403 403 403 403 200 200 403 403
workgroups:recusal-withdrawal            302 404 404 404 404 404 404 404 404 404 404 404
workgroups:recusal-withdrawal-rule       302 404 404 404 404 404 404 404 404 404 404 404
workgroups:recusal-withdrawal-cosign     302 404 404 404 404 404 404 404 404 404 404 404
workgroups:recusal-withdrawal-return     302 404 404 404 404 404 404 404 404 404 404 404
workgroups:recusal-facts                 302 403 403 403 403 403 403 403 200 200 403 403
workgroups:recusal-register              302 403 403 403 403 403 403 403 200 403 403 403
workgroups:recusal-fact                  302 404 404 404 404 404 404 404 200 200 404 200
workgroups:recusal-acknowledge           302 404 404 404 404 404 404 404 403 403 404 200
workgroups:recusal-rule                  302 404 404 404 404 404 404 404 200 403 404 403
workgroups:recusal-discovery-open        302 404 404 404 404 404 404 404 200 403 404 403
workgroups:recusal-cosign                302 404 404 404 404 404 404 404 200 404 404 404
workgroups:recusal-return                302 404 404 404 404 404 404 404 200 404 404 404
workgroups:recusal-screenings            302 403 403 403 403 403 403 403 200 200 403 403
workgroups:recusal-screening-start       302 403 403 403 403 403 403 403 200 403 403 403
workgroups:recusal-screening             302 404 404 404 404 404 404 404 200 404 404 404
workgroups:recusal-screening-progress    302 404 404 404 404 404 404 404 200 404 404 404
workgroups:recusal-screening-resume      302 404 404 404 404 404 404 404 403 404 404 404
workgroups:recusal-unchecked             302 403 403 403 403 403 403 403 200 200 403 403
workgroups:recusal-challenges            302 200 200 200 200 200 200 200 200 200 200 200
workgroups:recusal-challenge-raise       302 200 200 200 200 200 200 200 200 200 200 200
workgroups:recusal-challenge             302 404 404 404 404 404 404 404 200 404 404 200
workgroups:recusal-challenge-rule        302 404 404 404 404 404 404 404 200 404 404 403
workgroups:recusal-challenge-cosign      302 404 404 404 404 404 404 404 404 404 404 404
workgroups:recusal-challenge-return      302 404 404 404 404 404 404 404 404 404 404 404
workgroups:recusal-settings              302 403 403 403 403 403 403 403 200 403 403 403
workgroups:recusal-discoveries           302 403 403 403 403 403 403 403 200 200 403 403
workgroups:recusal-discovery             302 404 404 404 404 404 404 404 404 404 404 404
workgroups:recusal-discovery-reassign    302 404 404 404 404 404 404 404 404 404 404 404
workgroups:recusal-act-review            302 404 404 404 404 404 404 404 404 404 404 404
workgroups:recusal-attempts              302 403 403 403 403 403 403 403 200 200 403 403
workgroups:courses                       302 200 200 200 200 200 200 200 200 200 200 200
workgroups:course-create                 302 403 403 403 403 403 403 200 403 403 403 403
workgroups:course-detail                 302 200 200 200 200 200 200 200 200 200 200 200
workgroups:course-open                   302 403 403 403 403 403 403 403 403 403 403 403
workgroups:course-close                  302 403 403 403 403 403 403 200 403 403 403 403
workgroups:question-add                  302 403 403 403 403 403 403 200 403 403 403 403
workgroups:question-retire               302 404 404 404 404 404 404 200 404 404 404 404
workgroups:attempt-start                 302 200 200 200 200 200 200 200 200 200 200 200
workgroups:attempts                      302 200 200 200 200 200 200 200 200 200 200 200
workgroups:attempt                       302 404 404 404 404 404 404 404 404 404 404 200
workgroups:matters                       302 200 200 200 200 200 200 200 200 200 200 200
workgroups:matter-add                    302 403 403 403 403 403 200 403 403 403 403 403
workgroups:matter                        302 200 200 200 200 200 200 200 200 200 200 200
workgroups:matter-change                 302 403 403 403 403 403 200 403 403 403 403 403
workgroups:matter-retire                 302 403 403 403 403 403 200 403 403 403 403 403
workgroups:meetings                      302 200 200 200 200 200 200 200 200 200 200 200
workgroups:meeting-prepare               302 403 403 403 403 200 403 403 403 403 403 403
workgroups:meeting                       302 404 404 404 200 200 404 404 404 200 200 404
workgroups:meeting-live                  302 404 404 404 200 200 404 404 404 200 200 404
workgroups:meeting-invite                302 404 404 404 403 200 404 404 404 404 404 404
workgroups:meeting-convene               302 404 404 404 403 200 404 404 404 404 404 404
workgroups:meeting-cancel                302 404 404 404 403 200 404 404 404 404 404 404
workgroups:meeting-open                  302 404 404 404 403 403 404 404 404 403 403 404
workgroups:meeting-close                 302 404 404 404 403 403 404 404 404 403 403 404
workgroups:seat-remove                   302 404 404 404 403 200 404 404 404 404 404 404
workgroups:seat-attend                   302 404 404 404 403 200 404 404 404 403 200 404
workgroups:seat-leave                    302 404 404 404 403 200 404 404 404 403 200 404
workgroups:agenda-items                  302 200 200 200 200 200 200 200 200 200 200 200
workgroups:item-propose                  302 403 403 403 403 200 403 403 403 403 200 200
workgroups:agenda-item                   302 404 404 404 200 200 404 404 404 200 200 404
workgroups:item-change                   302 404 404 404 403 200 404 404 404 404 404 404
workgroups:item-prerequisite             302 404 404 404 403 200 404 404 404 404 404 404
workgroups:item-paper                    302 404 404 404 403 200 404 404 404 403 403 404
workgroups:item-schedule                 302 404 404 404 403 403 404 404 404 404 404 404
workgroups:item-withdraw                 302 404 404 404 403 200 404 404 404 404 404 404
workgroups:item-recuse                   302 404 404 404 403 200 404 404 404 200 200 404
workgroups:item-reconsider               302 404 404 404 403 403 404 404 404 403 403 404
workgroups:paper                         302 404 404 404 404 404 404 404 404 404 404 404
workgroups:paper-difference              302 404 404 404 404 404 404 404 404 404 404 404
workgroups:prerequisite                  302 404 404 404 404 404 404 404 404 404 404 404
workgroups:item-open                     302 404 404 404 403 403 404 404 404 403 403 404
workgroups:item-state                    302 404 404 404 403 403 404 404 404 403 403 404
workgroups:item-enter                    302 404 404 404 403 200 404 404 404 403 200 404
workgroups:item-opinion                  302 404 404 404 403 403 404 404 404 200 403 404
workgroups:item-decide                   302 404 404 404 403 403 404 404 404 403 403 404
workgroups:item-defer                    302 404 404 404 403 200 404 404 404 403 200 404
workgroups:item-consent                  302 404 404 404 403 403 404 404 404 403 200 404
workgroups:item-liability                302 404 404 404 200 200 404 404 404 200 200 404
workgroups:undecided-acts                302 200 200 200 200 200 200 200 200 200 200 200
workgroups:act-explain                   302 404 404 404 403 200 404 404 404 403 404 404
workgroups:explanation                   302 404 404 404 200 200 404 404 404 200 404 404
workgroups:explanation-settle            302 404 404 404 403 403 404 404 404 200 404 404
workgroups:emergencies                   302 200 200 200 200 200 200 200 200 200 200 200
workgroups:emergency-declare             302 403 403 403 403 403 403 403 403 403 403 403
workgroups:emergency                     302 404 404 404 200 200 404 404 404 404 404 404
workgroups:emergency-cosign              302 404 404 404 403 403 404 404 404 404 404 404
workgroups:emergency-withdraw            302 404 404 404 403 403 404 404 404 404 404 404
workgroups:emergency-submit              302 404 404 404 403 403 404 404 404 404 404 404
workgroups:effect-undo                   302 404 404 404 403 200 404 404 404 404 404 404
workgroups:decision-register             302 403 403 403 200 200 403 403 403 200 403 403
workgroups:item-resolve                  302 404 404 404 403 403 404 404 404 403 403 404
workgroups:deferral-rule                 302 404 404 404 403 200 404 404 404 403 200 404
workgroups:opinion-answer                302 404 404 404 403 200 404 404 404 403 200 404
workgroups:opinion-settle                302 404 404 404 403 403 404 404 404 403 403 404
workgroups:resolutions                   302 200 200 200 200 200 200 200 200 200 200 200
workgroups:resolution                    302 404 404 404 200 200 404 404 404 200 200 404
workgroups:task-assign                   302 404 404 404 403 200 404 404 404 403 403 404
workgroups:tasks                         302 302 302 302 302 302 302 302 302 302 302 302
workgroups:task                          302 404 404 404 200 200 404 404 404 200 200 404
workgroups:task-evidence                 302 404 404 404 200 200 404 404 404 200 200 404
workgroups:task-report                   302 404 404 404 403 403 404 404 404 403 200 404
workgroups:task-accept                   302 404 404 404 403 403 404 404 404 403 403 404
workgroups:minutes                       302 404 404 404 200 200 404 404 404 200 200 404
workgroups:minutes-narrate               302 404 404 404 403 403 404 404 404 403 403 404
workgroups:minutes-circulate             302 404 404 404 403 403 404 404 404 403 403 404
workgroups:minutes-confirm               302 404 404 404 403 403 404 404 404 200 200 404
workgroups:minutes-seal                  302 404 404 404 403 403 404 404 404 403 403 404
workgroups:minutes-docx                  302 404 404 404 200 200 404 404 404 200 200 404
workgroups:minutes-pdf                   302 404 404 404 200 200 404 404 404 200 200 404
workgroups:submissions                   302 200 200 200 200 200 200 200 200 200 200 200
workgroups:item-substitutes              302 404 404 404 403 200 404 404 404 403 200 404
workgroups:submission-draft              302 403 403 403 403 403 403 403 403 403 200 200
workgroups:submission                    302 404 404 404 404 404 404 404 404 200 200 404
workgroups:submission-change             302 404 404 404 404 404 404 404 404 403 200 200
workgroups:submission-attach             302 404 404 404 404 404 404 404 404 403 200 200
workgroups:attachment                    302 404 404 404 404 404 404 404 404 200 200 404
workgroups:attachment-remove             302 404 404 404 404 404 404 404 404 403 403 404
workgroups:submission-submit             302 404 404 404 404 404 404 404 404 403 200 200
workgroups:submission-take-back          302 404 404 404 404 404 404 404 404 403 200 200
workgroups:submission-sign               302 404 404 404 404 404 404 404 404 403 200 403
workgroups:submission-send               302 404 404 404 404 404 404 404 404 403 200 200
workgroups:submission-receive            302 404 404 404 404 404 404 404 404 403 403 403
workgroups:submission-reply              302 404 404 404 404 404 404 404 404 403 403 404
workgroups:submission-revise             302 404 404 404 404 404 404 404 404 403 200 404
workgroups:submission-withdraw           302 404 404 404 404 404 404 404 404 403 200 404
workgroups:submission-call               302 404 404 404 404 404 404 404 404 403 200 200
workgroups:submission-acknowledge        302 404 404 404 404 404 404 404 404 403 403 403
workgroups:submission-continue           302 404 404 404 404 404 404 404 404 403 200 200
workgroups:submission-docx               302 404 404 404 404 404 404 404 404 200 200 404
workgroups:submission-pdf                302 404 404 404 404 404 404 404 404 200 200 404
workgroups:reply-task-assign             302 404 404 404 404 404 404 404 404 403 200 404
workgroups:reply-confirm                 302 404 404 404 404 404 404 404 404 403 403 404
workgroups:reply-dispute                 302 404 404 404 404 404 404 404 404 403 403 404
workgroups:follow-ups                    302 200 200 200 200 200 200 200 200 200 200 200
workgroups:reply-tasks                   302 302 302 302 302 302 302 302 302 302 302 302
workgroups:reply-task                    302 404 404 404 404 404 404 404 404 200 200 404
workgroups:reply-task-evidence           302 404 404 404 404 404 404 404 404 200 200 404
workgroups:reply-task-report             302 404 404 404 404 404 404 404 404 403 200 404
workgroups:reply-task-accept             302 404 404 404 404 404 404 404 404 403 403 404
workgroups:report-duties                 302 200 200 200 200 200 200 200 200 200 200 200
workgroups:report-duty-open              302 403 403 403 403 403 403 403 403 403 200 200
workgroups:report-duty                   302 404 404 404 404 404 404 404 404 200 200 200
workgroups:report-duty-waive             302 404 404 404 404 404 404 404 404 403 403 403
workgroups:reportables                   302 200 200 200 200 200 200 200 200 200 200 200
workgroups:reportable-add                302 403 403 403 403 403 200 403 403 403 403 403
workgroups:reportable                    302 200 200 200 200 200 200 200 200 200 200 200
workgroups:reportable-change             302 403 403 403 403 403 200 403 403 403 403 403
workgroups:reportable-retire             302 403 403 403 403 403 200 403 403 403 403 403
workgroups:letter-codes                  302 200 200 200 200 200 200 200 200 200 200 200
workgroups:letter-code-set               302 403 403 403 403 200 403 403 403 403 403 403
workgroups:instructions                  302 200 200 200 200 200 200 200 200 200 200 200
workgroups:instruction-record            302 403 403 403 403 403 403 403 403 403 200 200
workgroups:instruction                   302 404 404 404 404 404 404 404 404 200 200 200
workgroups:instruction-confirm           302 404 404 404 404 404 404 404 404 403 403 403
workgroups:instruction-dispute           302 404 404 404 404 404 404 404 404 403 403 403
operations:runs                          302 200 200 200 200 200 200 200 200 200 200 200
operations:run-open                      302 403 403 403 403 403 403 403 403 403 200 403
operations:run                           302 404 404 404 200 200 404 404 404 200 200 404
operations:run-material                  302 404 404 404 403 403 404 404 404 403 403 200
operations:run-execute                   302 404 404 404 403 403 404 404 404 403 403 200
operations:run-take                      302 404 404 404 403 403 404 404 404 403 403 404
operations:run-pass                      302 404 404 404 403 403 404 404 404 403 403 403
operations:run-return                    302 404 404 404 403 403 404 404 404 403 403 403
operations:run-reject                    302 404 404 404 403 403 404 404 404 403 403 403
operations:run-confirm                   302 404 404 404 403 403 404 404 404 403 403 403
operations:run-archive                   302 404 404 404 403 403 404 404 404 403 200 403
operations:run-void                      302 404 404 404 403 403 404 404 404 403 200 403
operations:run-hold                      302 404 404 404 403 403 404 404 404 200 403 404
operations:run-lift                      302 404 404 404 403 403 404 404 404 200 403 403
operations:run-pdf                       302 404 404 404 200 200 404 404 404 200 200 404
operations:material-file                 302 404 404 404 200 200 404 404 404 200 200 404
operations:material-drop                 302 404 404 404 403 403 404 404 404 403 403 200
discipline:desk                          302 403 403 403 403 403 403 403 403 200 403 403
discipline:desk-sheet                    302 403 403 403 403 403 403 403 403 200 403 403
discipline:desk-dismiss                  302 403 403 403 403 403 403 403 403 404 403 403
discipline:dismissals                    302 403 403 403 403 403 403 403 403 200 403 403
discipline:readings                      302 403 403 403 200 403 403 403 403 403 403 403
discipline:reading-review                302 404 404 404 404 404 404 404 404 404 404 404
discipline:reviews                       302 403 403 403 200 403 403 403 403 403 403 403
discipline:opinions                      302 200 200 200 200 200 200 200 200 200 200 200
discipline:opinion-issue                 302 403 403 403 403 403 403 403 403 200 403 403
discipline:opinion                       302 404 404 404 200 404 404 404 404 200 200 404
discipline:opinion-answer                302 404 404 404 403 404 404 404 404 403 200 404
discipline:opinion-close                 302 404 404 404 403 404 404 404 404 200 403 404
discipline:opinion-return                302 404 404 404 403 404 404 404 404 200 403 404
discipline:opinion-withdraw              302 404 404 404 403 404 404 404 404 200 403 404
discipline:opinion-recur                 302 404 404 404 403 404 404 404 404 200 403 404
discipline:opinion-pdf                   302 404 404 404 200 404 404 404 404 200 200 404
discipline:opinion-file                  302 404 404 404 404 404 404 404 404 404 404 404
discipline:flags                         302 403 403 403 403 403 403 403 403 200 403 403
discipline:flag-raise                    302 404 404 404 403 404 404 404 404 200 404 404
discipline:flag                          302 404 404 404 404 404 404 404 404 200 404 404
discipline:flag-settle                   302 404 404 404 404 404 404 404 404 200 404 404
paper-verify                             200 200 200 200 200 200 200 200 200 200 200 200
seals:checkpoint                         200 200 200 200 200 200 200 200 200 200 200 200
seals:bundle                             200 200 200 200 200 200 200 200 200 200 200 200
seals:keys                               200 200 200 200 200 200 200 200 200 200 200 200
seals:cosign                             405 405 405 405 405 405 405 405 405 405 405 405
seals:list                               302 403 403 403 200 403 403 403 403 200 403 403
seals:seal                               302 403 403 403 200 403 403 403 403 200 403 403
seals:sheet                              302 403 403 403 200 403 403 403 403 200 403 403
seals:sheet-pdf                          302 403 403 403 200 403 403 403 403 200 403 403
seals:cosignature                        302 403 403 403 403 403 403 403 403 200 403 403
seals:witnesses                          302 403 403 403 200 403 403 403 403 200 403 403
seals:witness-offer                      302 403 403 403 403 403 403 403 403 200 403 403
seals:witness                            302 404 404 404 200 404 404 404 404 200 404 404
seals:witness-confirm                    302 404 404 404 200 404 404 404 404 403 404 404
seals:witness-retire                     302 404 404 404 200 404 404 404 404 200 404 404
seals:exports                            302 403 403 403 200 403 403 403 403 200 403 403
seals:export-request                     302 403 403 403 200 403 403 403 403 200 403 403
seals:export                             302 404 404 404 200 404 404 404 404 200 404 404
seals:export-file                        302 404 404 404 404 404 404 404 404 404 404 404
seals:tool                               302 403 403 403 200 403 403 403 403 200 403 403
seals:salts                              302 403 403 403 200 403 403 403 403 403 403 403
seals:archives                           302 403 403 403 200 200 403 403 403 200 403 403
seals:archive-season                     302 403 403 403 403 200 403 403 403 404 403 403
seals:archive                            302 404 404 404 200 200 404 404 404 200 404 404
seals:archive-again                      302 404 404 404 403 403 404 404 404 403 404 404
seals:archive-file                       302 404 404 404 404 404 404 404 404 403 404 404
pledge-verify                            200 200 200 200 200 200 200 200 200 200 200 200
rulebook:clauses                         302 200 200 200 200 200 200 200 200 200 200 200
rulebook:clause-add                      302 403 403 403 403 403 200 403 403 403 403 403
rulebook:clause                          302 200 200 200 200 200 200 200 200 200 200 200
rulebook:clause-revise                   302 403 403 403 403 403 200 403 403 403 403 403
rulebook:clause-repeal                   302 403 403 403 403 403 200 403 403 403 403 403
rulebook:version-verify                  302 403 403 403 403 403 200 403 403 403 403 403
rulebook:sources                         302 200 200 200 200 200 200 200 200 200 200 200
rulebook:source-add                      302 403 403 403 403 403 200 403 403 403 403 403
rulebook:source                          302 200 200 200 200 200 200 200 200 200 200 200
rulebook:policies                        302 200 200 200 200 200 200 200 200 200 200 200
audit:trail                              302 403 403 403 200 403 403 403 403 200 403 403
audit:entry                              302 404 404 404 200 404 404 404 404 200 200 404
audit:filter-save                        302 404 404 404 404 404 404 404 404 404 404 404
audit:filter-drop                        302 404 404 404 404 404 404 404 404 404 404 404
audit:alarms                             302 403 403 403 200 403 403 403 403 403 403 403
audit:group                              302 200 200 200 200 200 200 200 200 200 200 200
audit:person                             302 404 404 404 200 404 404 404 404 404 404 404
audit:record                             302 200 200 200 200 200 200 200 200 200 200 200
"""


def expected() -> dict[str, list[int]]:
    """URL name → status for each of `LOOKERS`."""
    rows = (line.split() for line in STATUS.strip().splitlines())
    return {name: [int(status) for status in statuses] for name, *statuses in rows}
