"""What the database itself refuses: nobody signs a ruling about a person they are recused from; no candidate of a confirmed set
goes."""

from admissions.audit.guarding import Checked, Function, May

from .models import (
    CandidateBatch,
    CandidateDigest,
    ChallengeRuling,
    FactRuling,
    RecusalFact,
    ScreeningHit,
    WithdrawalRuling,
)

SAYS = "裁定人或复签人对当事人负有回避义务，不能签署。请由其他回避审查员办理。"

SIGNERS_NOT_RECUSED = Function(
    name="recusal_signers_not_recused",
    tables={"fact": RecusalFact},
    body="""
BEGIN
    IF EXISTS (
        SELECT 1 FROM {fact} fact
        WHERE fact.person_id IN (NEW.first_officer_id, NEW.second_officer_id)
          AND fact.scope_kind = 'person' AND fact.scope_key = NEW.person_id::text
          AND fact.state IN ('suspected', 'declared', 'confirmed')
    ) THEN
        RAISE EXCEPTION 'a signer is recused from the person concerned'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[0];
    END IF;
    RETURN NEW;
END
""",
)


def _not_recused(model: type[FactRuling | WithdrawalRuling | ChallengeRuling]) -> Checked:
    constraint = f"{model._meta.model_name}_not_recused"
    return Checked(
        model,
        SIGNERS_NOT_RECUSED,
        on="INSERT OR UPDATE",
        fields=("first_officer", "second_officer", "person"),
        name=constraint,
        arguments=(constraint,),
        refuses={constraint: SAYS},
    )


CONFIRMED_SAYS = "考生摘要批已经确认，其中的摘要不能删去。"
# Only of rows that go: a check of each that comes would cost more than reading the file in.
CONFIRMED_STAYS = Function(
    name="recusal_confirmed_digests_stay",
    tables={"batch": CandidateBatch},
    refuses={"candidatedigest_confirmed_stays": CONFIRMED_SAYS},
    body=f"""
BEGIN
    IF EXISTS (SELECT FROM {{batch}} b WHERE b.id = OLD.batch_id AND b.confirmed_at IS NOT NULL) THEN
        RAISE EXCEPTION '{CONFIRMED_SAYS}'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'candidatedigest_confirmed_stays', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN OLD;
END
""",
)

GUARDS = (
    *(_not_recused(model) for model in (FactRuling, WithdrawalRuling, ChallengeRuling)),
    Checked(CandidateDigest, CONFIRMED_STAYS, on="DELETE"),
)

RIGHTS = {
    CandidateDigest: May("SELECT INSERT DELETE", "read in from a file; a discarded batch is forgotten"),
    ScreeningHit: May("SELECT INSERT", "the result of a comparison, written once"),
}

WITH_THE_STATE = "the command writes it together with the state"
NEVER_MET = {
    "candidatebatch_confirmed_by_somebody": WITH_THE_STATE,
    "challenge_decided_in_writing": WITH_THE_STATE,
    "screening_done_has_time": WITH_THE_STATE,
    "withdrawalruling_signed_twice": WITH_THE_STATE,
    "factruling_signed_twice": WITH_THE_STATE,
    "challengeruling_signed_twice": WITH_THE_STATE,
    "recusaldeclaration_version_from_one": "the command counts",
    "factpassage_once_per_screening": "written by the comparison alone, of which one runs at a time",
    "screeninghit_once": "written by the comparison alone, in one statement without doubles",
    (CandidateBatch, "source"): "the batch is made by the import it comes from, in one transaction",
}
