"""Migrations that render the models once for many operations.

Django renders every model that is connected with a changed one anew after each operation. Ours are all connected, through
the person who changed a row: two hundred models, five hundred times, are nearly the whole time a first start takes.
"""

from collections.abc import Iterable

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import (
    AddConstraint,
    AddField,
    AlterConstraint,
    AlterField,
    CreateModel,
    Migration,
    RemoveConstraint,
    RunSQL,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class Together(Operation):
    """Operations that may all be seen from the state before the first and the state after the last of them."""

    reduces_to_sql = True

    def __init__(self, operations: list[Operation]) -> None:
        self.operations = operations
        self.reversible = all(op.reversible for op in operations)  # type: ignore[misc]  # a matter of the operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        # Rendered again when somebody asks for it; until then the operations only write down what they change.
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return "; ".join(operation.describe() for operation in self.operations)


class BatchMigration(Migration):
    """A migration as Django writes it; what may be seen together is taken together when it is loaded."""

    def __init__(self, name: str, app_label: str) -> None:
        super().__init__(name, app_label)
        taken = [run[0] if len(run) == 1 else Together(run) for run in runs(self.operations)]
        self.operations = taken  # type: ignore[misc]  # as Django's own constructor does


def runs(operations: Iterable[Operation]) -> list[list[Operation]]:
    """The operations in their order, cut wherever one needs the state that an earlier one of its run leaves.

    A table is made as the last state shows it, so whatever changes the table again belongs to another run, and so does a
    second change of one field. What knows its fields by other names, or works on rows, stands alone.
    """
    found: list[list[Operation]] = []
    made: set[tuple[str, ...]] = set()
    for operation in operations:
        names = _names(operation)
        apart = not isinstance(operation, TOGETHER) or (found and not isinstance(found[-1][-1], TOGETHER))
        if not found or apart or names in made or names[:1] in made:
            found.append([])
            made = set()
        found[-1].append(operation)
        if not isinstance(operation, RunSQL):
            made.add(names)
    return found


TOGETHER = (CreateModel, AddField, AlterField, AddConstraint, AlterConstraint, RemoveConstraint, RunSQL)


def _names(operation: Operation) -> tuple[str, ...]:
    """(table,) for a table made, (table, field) for a field, (table, constraint) for a constraint."""
    if isinstance(operation, AddConstraint):
        return operation.model_name_lower, f"+{operation.constraint.name}"
    if isinstance(operation, RemoveConstraint):
        return operation.model_name_lower, f"-{operation.name}"
    if isinstance(operation, AlterConstraint):  # of its words only: nothing happens in the database
        return operation.model_name_lower, f"~{operation.name}"
    names = (getattr(operation, "model_name_lower", ""), getattr(operation, "name_lower", ""))
    return tuple(name for name in names if name)
