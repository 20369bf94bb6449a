"""What schemathesis cannot know: which invites exist, and how a form is parsed into a list."""

import itertools
import json
import os
import re

import schemathesis
from described import fits
from schemathesis.core.failures import AcceptedNegativeData

INVITES = json.loads(os.environ.get("ROSTER_FUZZ_INVITES", "{}"))


KEY = re.compile("[!-~]([ -~]{0,200}[!-~])?")
NUMBERS = itertools.count()


@schemathesis.hook
def map_headers(context, headers):
    """A new idempotency key for every create, because a replayed answer may name rows that were deleted since."""
    key = (headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and KEY.fullmatch(key):
        headers["Idempotency-Key"] = f"{key}-{next(NUMBERS)}"
    return headers


@schemathesis.hook
def map_case(context, case):
    """Adds the matching token to the id of an existing invite."""
    token = INVITES.get(str(case.path_parameters.get("id")))
    if token is None or case.operation.path != "/api/v4/invites/{id}":
        return case
    if case.method == "GET" and isinstance(case.query.get("token"), str):
        case.query["token"] = token
    if isinstance(case.body, dict) and isinstance(case.body.get("token"), str):
        case.body["token"] = token
    return case


@schemathesis.hook
def filter_case(context, case):
    """Prevents requests with which the owner would leave or give up the role."""
    is_person = case.operation.path == "/api/v4/workspace_users/{id}"
    return not (is_person and str(case.path_parameters.get("id")) == "1")


@schemathesis.hook
def filter_failure(context, failure, case, response):
    if not (isinstance(failure, AcceptedNegativeData) and isinstance(case.body, dict)):
        return True
    return not (is_overruled(case) or is_text_in_a_form(case))


def is_overruled(case):
    """The one write with query parameters reads them only if its body names nothing."""
    return (case.method, case.operation.path) == ("DELETE", "/api/v4/team_users") and fits(case, case.body)


def is_text_in_a_form(case):
    """Every element of a list in a form is sent as text."""
    if case.media_type in (None, "application/json"):
        return False
    sent = {name: texts(value) if name.endswith("[]") else value for name, value in case.body.items()}
    return fits(case, sent)


def texts(value):
    elements = value if isinstance(value, list) else [value]
    return [element if isinstance(element, str) else json.dumps(element) for element in elements]
