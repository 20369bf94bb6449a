"""What schemathesis cannot know: which rows exist, and which values `/rest` treats as absent or ignores."""

import json
import os
import pathlib
import uuid
from urllib.parse import parse_qsl, urlsplit

import schemathesis
from described import fits
from leniency import looked_at, plainly_blank
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import AllowHeaderMismatch, UnsupportedMethodResponse

ROWS = json.loads(pathlib.Path(os.environ["ROSTER_FUZZ_ROWS"]).read_text())
OWN_KEY = os.environ["ROSTER_FUZZ_KEY"]
OBJECTS = {object["plural"]: object for object in json.loads(pathlib.Path("spec/objects.json").read_text())["objects"]}
PLURALS = {object["singular"]: plural for plural, object in OBJECTS.items()}
# PUT does the same as PATCH, and both need an id. Twenty's API answers so, and clients never call them without one.
UNDOCUMENTED_METHODS = {"PUT", "PATCH", "DELETE"}


@schemathesis.hook
def filter_case(context, case):
    """The key that the fuzzer itself uses is not changed."""
    return str(case.path_parameters.get("id")).lower() != OWN_KEY


@schemathesis.hook
def map_case(context, case):
    """Replaces most well-formed ids by ids of existing rows, and cursors by cursors of a page."""
    if case.meta is not None and case.meta.phase.name.value == "stateful":
        return case
    plural = plural_of(case)
    rows = ROWS.get(plural)
    if rows is None:
        return case
    if "id" in case.path_parameters:
        share = "doomed" if case.method == "DELETE" else "kept"
        case.path_parameters["id"] = known(case.path_parameters["id"], rows[share])
    for name in ("starting_after", "ending_before"):
        if isinstance(case.query.get(name), str) and case.query.get("order_by") in (None, "id"):
            case.query[name] = rows["cursor"]
    if case.operation.path.endswith("/duplicates"):
        ask_once(case.body, rows)
    else:
        for record in case.body if isinstance(case.body, list) else [case.body]:
            refer(record, OBJECTS[plural])
    return case


def plural_of(case):
    parts = case.operation.path.strip("/").split("/")
    return parts[2] if parts[1] == "batch" else parts[1]


def known(value, ids):
    """One in four stays as generated and names no row."""
    try:
        number = uuid.UUID(value).int
    except (AttributeError, TypeError, ValueError):
        return value
    return ids[number // 4 % len(ids)] if number % 4 else value


def refer(record, object):
    if isinstance(record, dict):
        for field in object["fields"]:
            if "target" in field and field["name"] in record:
                record[field["name"]] = known(record[field["name"]], ROWS[PLURALS[field["target"]]]["kept"])


def ask_once(body, rows):
    """Either records or ids: both together are refused before anything else is checked."""
    if not (isinstance(body, dict) and isinstance(body.get("data"), list) and isinstance(body.get("ids"), list)):
        return
    body["data" if len(body["ids"]) > len(body["data"]) else "ids"] = None
    if body["ids"] is not None:
        body["ids"] = [known(id, rows["kept"]) for id in body["ids"]]


def has_body(case):
    """Whether the body is not empty."""
    return isinstance(case.body, (dict, list, bytes, str, int, float)) and bool(case.body)


def has_blank_parameter(url):
    """An empty `?limit=` counts as absent."""
    return any(not value for _, value in parse_qsl(urlsplit(url).query, keep_blank_values=True))


@schemathesis.hook
def filter_failure(context, failure, case, response):
    if isinstance(failure, AllowHeaderMismatch):
        return bool(failure.missing_methods) or not UNDOCUMENTED_METHODS.issuperset(failure.undocumented_methods)
    if isinstance(failure, UnsupportedMethodResponse):
        return failure.method.upper() not in UNDOCUMENTED_METHODS
    if isinstance(failure, AcceptedNegativeData) and not has_body(case) and has_blank_parameter(response.request.url):
        return False
    if isinstance(failure, AcceptedNegativeData) and isinstance(case.body, bytes):
        return bool(case.body.strip())
    if isinstance(failure, AcceptedNegativeData) and case.body:
        is_search = case.operation.path.endswith("/duplicates")
        body = looked_at(case.body, OBJECTS[plural_of(case)]) if is_search else plainly_blank(case.body)
        return not fits(case, body)
    return True
