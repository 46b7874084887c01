"""Arguments of this capability's commands that their annotations do not tell."""

from tests.house.gate import Gate

GATE = Gate(builders={"origin": lambda world: world.reply})
