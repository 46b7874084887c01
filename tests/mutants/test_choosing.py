"""Which tests are run against a mutant. A folder without tests once “killed” every mutant it was asked about."""

from tests.mutants.changes import ROOT, changes_in, modules
from tests.mutants.choosing import STRANGERS, mirrored, near_and_far


def test_every_module_has_tests_that_may_notice():
    folders = {mirrored(path.relative_to(ROOT).as_posix()) for path in modules()}
    assert [folder for folder in sorted(folders) if not any((ROOT / folder).rglob("test_*.py"))] == []
    assert "tests" not in folders
    assert mirrored("admissions/operations/steps/rules.py") == "tests/operations"
    assert mirrored("workgroups/meetings/services/minutes.py") == "tests/workgroups/meetings"


def test_tests_that_speak_of_the_function_come_first():
    path = ROOT / "workgroups/meetings/services/emergencies.py"
    change = next(
        one for one in changes_in(path) if (one.kind, *one.functions()) == ("question dropped", "undo_effect")
    )
    near, far = near_and_far(change)
    speak = [name for name in (*near, *far) if name != STRANGERS and "undo_effect" in (ROOT / name).read_text()]
    assert near == speak == ["tests/workgroups/meetings/test_emergencies.py"]
    mirror = [str(test.relative_to(ROOT)) for test in (ROOT / "tests/workgroups/meetings").rglob("test_*.py")]
    assert sorted((*near, *far)) == sorted([STRANGERS, *mirror])


def test_a_private_function_is_known_by_those_who_call_it():
    path = ROOT / "workgroups/requests/services/matters.py"
    change = next(one for one in changes_in(path) if "_saved" in one.functions())
    assert {"_saved", "add_reportable", "change_reportable"} <= set(change.functions())
