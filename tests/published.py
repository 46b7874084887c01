"""Lists of schools in the form in which the Ministry publishes them.

The project carries two of its own making (`tests/data/universities/make.py`). The published ones carry no licence, so they
lie beside the project; where they are, they are read as well.
"""

from pathlib import Path

from django.conf import settings

UNIVERSITIES = Path(settings.BASE_DIR) / "tests" / "data" / "universities"
UNIVERSITY_LISTS = ("universities_2017_SYNTHETIC.xls", "universities_2025_SYNTHETIC.xls")
ORIGINALS = Path(settings.BASE_DIR).parent / "shared" / "data" / "universities"
ORIGINAL_LISTS = ("moe_universities_2017_ORIGINAL.xls", "moe_universities_20250620_ORIGINAL.xls")
