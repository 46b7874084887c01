"""Read by Python before anything else in the processes that tests start: their clock is the suite's."""

import os
from datetime import UTC, datetime, timedelta

if ahead := os.environ.get("TEST_CLOCK_AHEAD"):
    import time_machine

    time_machine.travel(datetime.now(UTC) + timedelta(seconds=float(ahead)), tick=True).start()
