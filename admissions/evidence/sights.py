"""Sight of one file (授权查阅): its uploader gives it."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from admissions.sight.kinds import SightKind

from . import rules
from .models import StoredFile


def files_of(user: Any) -> QuerySet:
    return StoredFile.objects.filter(uploaded_by=user)


def file_url(file: StoredFile) -> str:
    return reverse("evidence:file", args=[file.pk])


FILES = SightKind(
    model=StoredFile,
    label="材料",
    answers_for=rules.can_share_file,
    run_by=files_of,
    covers=(),
    opens_trail=False,
    url=file_url,
)
