"""A name joined with a principal's is text that can be withheld from nobody: where it may be made, and what keeps it."""

import ast
from pathlib import Path

from django.apps import apps
from django.conf import settings as project

from admissions.audit.models import AuditedModel
from admissions.audit.passages import Passage

# Rows that are hidden as a whole from whoever keeps away from the principal, so that the name may stand in their text.
HIDDEN_AS_A_WHOLE = {
    "admissions/audit/passages.py": "PassageQuerySet.without_recused",
    "admissions/operations/steps/services.py": "StepSignatureQuerySet and StepRunQuerySet.without_recused",
}
# Where the two names are put together to be shown, and how it is made sure that the reader may know of the principal.
SHOWN = {
    "admissions/audit/principals.py": "asks `recused_scope` of the reader",
    "admissions/audit/trail.py": "`acting_name`, of which the test above knows the callers",
    "admissions/audit/views.py": "an entry is hidden from who keeps away from its principal",
    "admissions/audit/explaining.py": "an entry is hidden from who keeps away from its principal",
    "workgroups/appointments/frame.py": "left out by `may_know`",
    "workgroups/duty/models.py": "a delegation is hidden from who keeps away from either",
    "workgroups/appointments/selectors.py": "told to the deputy alone, who stands in",
    "workgroups/duty/rules.py": "told to the deputy alone, who stands in",
    "workgroups/duty/views.py": "a delegation is arranged by whoever may act on both",
}


def sources():
    for package in ("admissions", "workgroups", "discipline", "publicity"):
        for path in sorted((Path(project.BASE_DIR) / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(project.BASE_DIR).as_posix(), ast.parse(path.read_text())


def calls_of(tree, name):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name]


def test_a_joined_name_is_stored_only_where_the_whole_row_is_hidden():
    found = {place for place, tree in sources() if calls_of(tree, "acting_name")}
    assert found == set(HIDDEN_AS_A_WHOLE)


def joins_names(tree):
    """“…（代{…” written out of two values."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            for before, after in zip(node.values, node.values[1:], strict=False):
                if isinstance(before, ast.Constant) and str(before.value).endswith("代"):
                    yield ast.unparse(after)


def test_nobody_else_puts_a_principal_behind_a_name():
    found = {place for place, tree in sources() for text in joins_names(tree) if "raised_for" not in text}
    assert sorted(found - set(SHOWN)) == []


# Templates that write “（代” themselves: of what their view has filtered.
TEMPLATES = {
    "appointments/appointment.html": "passages the reader may see",
    "ui/command_page.html": "told to the deputy alone, who acts",
}


def test_no_template_does_without_a_reason():
    root = Path(project.BASE_DIR) / "templates"
    found = {path.relative_to(root).as_posix() for path in root.rglob("*.html") if "（代{{" in path.read_text()}
    assert found == set(TEMPLATES)


def test_every_record_done_for_somebody_hides_itself_or_is_read_through_the_one_function():
    """A new model with the key is named in one of these three, after a look at its pages."""
    by_reader = {"FactRuling", "WithdrawalRuling", "ChallengeRuling", "SubmissionVersion", "Sight"}
    hidden = {"StepSignature", "StepMaterial"}
    models = [model for model in apps.get_models() if issubclass(model, AuditedModel)]
    keyed = {
        model.__name__
        for model in models
        if not issubclass(model, Passage) and any(field.name == "on_behalf_of" for field in model._meta.concrete_fields)
    }
    assert keyed == by_reader | hidden


def test_no_page_reads_the_course_of_a_record_without_the_filter():
    """`.passages` of a record is everybody's course; a page takes what its reader may know of."""
    found = []
    for place, tree in sources():
        if "views" in place:
            filtered = {
                id(node.func.value)
                for node in ast.walk(tree)
                if isinstance(node, ast.Call)
                and getattr(node.func, "attr", "") in ("without_recused", "visible_to", "open_to")
            }
            found += [
                f"{place}:{node.lineno}"
                for node in ast.walk(tree)
                if isinstance(node, ast.Attribute) and node.attr == "passages" and id(node) not in filtered
            ]
    assert found == []
