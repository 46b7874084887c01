"""Draws mutants by a seed, runs each against the mirrored folder of tests, prints what survived. By hand, not in CI.

`make mutants ARGS="--count 20 --seed 3 --only workgroups/meetings"`. A test that fails
without the change as well proves nothing and is left out; so does a run that was too long, on a busy machine.
"""

import argparse
import random
import sys

import pytest

from tests.mutants.changes import changes
from tests.mutants.choosing import STRANGERS, mirrored
from tests.mutants.trials import Trials

QUIET = [
    "-q",
    "-s",
    "-p",
    "no:cacheprovider",
    "--no-header",
    "--tb=no",
    "-r",
    "N",
    "--disable-warnings",
    "-m",
    "not browser and not walk",
]


def main(arguments: list[str]) -> int:
    wanted = _options(arguments)
    possible = [change for change in changes() if str(change).startswith(wanted.only)]
    drawn = random.Random(wanted.seed).sample(possible, min(wanted.count, len(possible)))
    drawn.sort(key=lambda change: (change.path, change.line))
    print(f"{len(drawn)} of {len(possible)} changes, seed {wanted.seed}", flush=True)
    if not drawn:
        return 2
    trials = Trials(drawn)
    asked = sorted({STRANGERS, *(mirrored(change.path) for change in drawn)})
    code = pytest.main([*QUIET, *asked], plugins=[trials])
    print("; ".join(f"{word}: {number}" for word, number in trials.outcomes.most_common()))
    return code or (0 if set(trials.outcomes) == {"killed"} else 1)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants")
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument(
        "--only", default="", help="beginning of path and line: workgroups/meetings, workgroups/duty/rules.py:102"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
