"""`make test-days`: the suite with its clock at the awkward moments. Not in CI: what it finds is fixed by naming an instant in a test.

A year without a calendar is refused by the product, not guessed; the last day shows that nothing else breaks there.
"""

import os
import subprocess
import sys
import time

from tests.clock import ORDINARY

DAYS = {
    "ordinary": ORDINARY,
    "first hour of a month": "2026-08-01T00:20:00+08:00",
    "last hour of a month": "2026-07-31T23:20:00+08:00",
    "31 December 23:59": "2026-12-31T23:59:00+08:00",
    "1 January 00:01": "2026-01-01T00:01:00+08:00",
    "29 February": "2028-02-29T10:00:00+08:00",
    "Saturday that is worked": "2026-10-10T10:00:00+08:00",
    "a year without a calendar": "2027-05-12T10:00:00+08:00",
}
# What starts a browser or the whole program has the machine's clock or asks the same as other tests.
LEFT_OUT = ["-m", "not browser and not machine_clock"]


def main(arguments: list[str]) -> int:
    """`--day NAME` (its beginning) takes one day; other arguments go to pytest."""
    wanted = ""
    if arguments[:1] == ["--day"]:
        wanted, arguments = arguments[1], arguments[2:]
    outcomes = [(name, *_run(instant, arguments)) for name, instant in DAYS.items() if name.startswith(wanted)]
    print("\nthe suite's clock at:")
    for name, returned, seconds, last in outcomes:
        print(f"  {name:28}{'green' if returned == 0 else 'RED':7}{seconds:6.0f} s  {last}")
    return max((returned for _, returned, _, _ in outcomes), default=2)


def _run(instant: str, arguments: list[str]) -> tuple[int, float, str]:
    print(f"== {instant}", flush=True)
    began, last = time.monotonic(), ""
    command = [sys.executable, "-m", "pytest", "-q", "--show-capture=no", *LEFT_OUT, *arguments]
    with subprocess.Popen(
        command, env={**os.environ, "TEST_CLOCK": instant}, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            last = line.strip() or last
    return process.returncode, time.monotonic() - began, last


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
