"""What the web role may do with tables that are no records."""

from admissions.audit.guarding import May

from .models import Job

RIGHTS = {Job: May("SELECT INSERT UPDATE", "progress, leases and results are written as the work goes on")}

NEVER_MET = {"job_done_within_total": "written by the runner, which counts both"}
