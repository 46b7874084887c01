"""Commands of this capability that the gate asks less than everything."""

from tests.house.gate import Gate

GATE = Gate(
    names_nobody={
        "groups.activate",
        "groups.change",
        "groups.create",
        "groups.dissolve",
        "matrix.add_step",
        "matrix.assign",
        "matrix.set_apart",
        "matrix.unassign",
        "posts.abolish",
        "posts.add_duty",
        "posts.change",
        "posts.declare_incompatible",
        "posts.define",
        "posts.lift_incompatible",
        "posts.remove_duty",
    },
)
