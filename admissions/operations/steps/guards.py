"""What the database itself holds about sheets, past every form: the passages, one part a person, signed things stay."""

from admissions.audit.guarding import AppendOnly, Checked, Frozen, Function, Passages, Refuse

from .enums import PASSAGES
from .models import StepMaterial, StepRun, StepSignature

OVER = "环节单已经归档或作废，不能再改。"
MATERIAL_SAYS = "环节单已签署，材料不能再改。"

# The sheet's row is locked: two people who act at the same moment see each other. Adding material is a part of executing.
# Who acts for somebody counts as both. Stopping and letting go on is no part of any group.
PARTS_APART = Function(
    name="step_parts_apart",
    arguments="sheet bigint, asked_part text, people bigint[], asked_group bigint",
    returns="void",
    tables={"run": StepRun, "signature": StepSignature, "material": StepMaterial},
    refuses={
        "signature_persons_apart": "您已在这张环节单上承担另一职责，请由其他人员办理。",
        "signature_groups_apart": "本环节须由不同工作组签署，您所在的工作组已承担另一职责。",
    },
    body="""
DECLARE
    apart boolean;
BEGIN
    SELECT groups_apart INTO apart FROM {run} WHERE id = sheet FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM (
            SELECT part, ARRAY[person_id, on_behalf_of_id] AS hands FROM {signature} WHERE run_id = sheet
            UNION ALL
            SELECT 'A', ARRAY[added_by_id, on_behalf_of_id] FROM {material} WHERE run_id = sheet
        ) taken
        WHERE taken.part <> asked_part AND array_remove(taken.hands, NULL) && array_remove(people, NULL)
    ) THEN
        RAISE EXCEPTION 'one person, two parts' USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_persons_apart';
    END IF;
    IF apart AND asked_part IN ('A', 'R', 'S') AND EXISTS (
        SELECT FROM (
            SELECT part, group_id FROM {signature}
            WHERE run_id = sheet AND part IN ('A', 'R', 'S') AND act NOT IN ('hold', 'lift')
            UNION ALL
            SELECT 'A', group_id FROM {material} WHERE run_id = sheet
        ) taken
        WHERE taken.part <> asked_part AND taken.group_id = asked_group
    ) THEN
        RAISE EXCEPTION 'one group, two parts' USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_groups_apart';
    END IF;
END
""",
)

SIGNATURE_APART = Function(
    name="step_signature_apart",
    calls=(PARTS_APART,),
    body="""
BEGIN
    PERFORM step_parts_apart(
        NEW.run_id, NEW.part, ARRAY[NEW.person_id, NEW.on_behalf_of_id],
        CASE WHEN NEW.act IN ('hold', 'lift') THEN NULL ELSE NEW.group_id END
    );
    RETURN NEW;
END
""",
)

# What was signed stays as it was: material is added and taken off only while the executor is at work.
MATERIAL_OPEN = Function(
    name="step_material_open",
    calls=(PARTS_APART,),
    tables={"run": StepRun},
    refuses={"material_kept": MATERIAL_SAYS},
    body="""
DECLARE
    stands text;
BEGIN
    SELECT status INTO stands FROM {run} WHERE id = NEW.run_id FOR NO KEY UPDATE;
    IF stands NOT IN ('pending', 'returned') THEN
        RAISE EXCEPTION 'material of sheet % is signed', NEW.run_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'material_kept';
    END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM step_parts_apart(NEW.run_id, 'A', ARRAY[NEW.added_by_id, NEW.on_behalf_of_id], NEW.group_id);
    END IF;
    RETURN NEW;
END
""",
)

GUARDS = (
    # A sheet that is over stays as it is; no sheet goes.
    Refuse(StepRun, "run_over_kept", OVER, on="DELETE", name="run_over_kept_stays"),
    Refuse(StepRun, "run_over_kept", OVER, on="UPDATE", when="OLD.status IN ('archived', 'void')"),
    Frozen(
        StepRun,
        "run_order_kept",
        "环节单已下达，编号、环节、工作组、批次、院校和办理事项不能改动；要改的，作废后重新下达。",
        fields=("number", "step", "group", "title", "groups_apart", "opened_by", "batch", "institution"),
        but_may_go=True,
    ),
    # Nothing moves while supervision has stopped it.
    Refuse(
        StepRun,
        "run_held",
        "监督已制止，暂停办理。",
        on="UPDATE",
        when="OLD.status <> NEW.status AND OLD.held_at IS NOT NULL",
    ),
    Passages(
        StepRun,
        "run_passage_known",
        "环节单的状态已变，请刷新页面。",
        state="status",
        allowed={
            (start, row.leads_to)
            for row in PASSAGES.values()
            for start in row.starts
            if row.leads_to and start != row.leads_to
        },
    ),
    AppendOnly(StepSignature, "signature_kept", "签署只能追加，不能改动。"),
    Checked(StepSignature, SIGNATURE_APART, on="INSERT"),
    Frozen(
        StepMaterial,
        "material_kept",
        MATERIAL_SAYS,
        fields=("run", "side", "name", "file", "sha256", "size", "round", "added_by", "added_at"),
    ),
    Refuse(
        StepMaterial,
        "material_kept",
        MATERIAL_SAYS,
        on="UPDATE",
        when="OLD.dropped_at IS NOT NULL",
        name="material_dropped_once",
    ),
    Checked(StepMaterial, MATERIAL_OPEN, on="INSERT OR UPDATE"),
)

WITH_THE_STATE = "the signature that leads to the state writes it"
NEVER_MET = {
    (StepRun, "number"): "numbers of one series wait for each other: core/numbering.py",
    "run_executed_is_signed": WITH_THE_STATE,
    "run_reviewed_by_somebody": WITH_THE_STATE,
    "run_confirmed_by_somebody": WITH_THE_STATE,
}
