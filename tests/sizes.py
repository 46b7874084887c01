"""How many rows a list has when its queries are counted: one, and more than fit on a page.

`make test-all` tries three hundred as well: what grows shows between one row and two pages, so the suite need not wait for them.
"""

import os

from admissions.core.views import PER_PAGE

ALL = os.environ.get("TEST_ALL") == "1"
SIZES = (1, PER_PAGE + 1, *([300] if ALL else []))
