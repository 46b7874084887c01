"""Files as authorities published them. They carry no licence, so they lie beside the project, not in it."""

from pathlib import Path

import pytest
from django.conf import settings

PUBLISHED = Path(settings.BASE_DIR).parent / "shared" / "data"
UNIVERSITIES = PUBLISHED / "universities"
UNIVERSITY_LISTS = ("moe_universities_2017_ORIGINAL.xls", "moe_universities_20250620_ORIGINAL.xls")
needs_published = pytest.mark.skipif(
    not UNIVERSITIES.is_dir(), reason="没有教育部名单原件（../shared/data/universities）"
)
