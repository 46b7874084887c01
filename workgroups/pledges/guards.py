"""Constraints of pledges that nobody runs into."""

from .models import Pledge, PledgeScan

NEVER_MET = {
    (Pledge, "code"): "chosen by chance among 59 bits",
    "pledgeversion_published_when": "publishing writes the time together with the state",
    "pledgescan_confirmed_is_a_pledge": "confirming makes the pledge in the same command",
    (PledgeScan, "pledge"): "confirming makes the pledge in the same command",
}
