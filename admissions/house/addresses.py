"""The addresses of the product, from the declarations."""

from typing import Any

from django.urls import include, path

from .collection import answers


def addresses() -> list[Any]:
    """One entry per mount; the namespace is the `app_name` of its module."""
    return [path(mount.prefix, include(mount.module)) for mount in answers("urls")]
