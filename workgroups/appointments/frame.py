"""As what a person works, beside the name on every page."""

from django.http import HttpRequest

from admissions.audit.principals import may_know

from . import deputies
from .enums import ANY_AREA
from .selectors import own_appointments, waiting_post


def person_post(request: HttpRequest) -> str:
    """The posts the person holds on duty (else the one that waits for readiness, marked so), then those deputised for."""
    own = [str(appointment.post) for appointment in own_appointments(request.user)]
    own = own or [post for post in [waiting_post(request.user)] if post]
    user = request.user
    stood_in = [row for row in deputies.stood_in_for(user, ANY_AREA) if may_know(user, row.person)]
    deputised = [f"{row.post}（代{row.person.name}）" for row in stood_in]
    return "、".join([*own, *deputised])
