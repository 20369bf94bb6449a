"""Values that the service accepts although the description, kept simple for n8n, does not say so."""


def plainly_blank(value, is_field=False):
    """A list of only null values counts as null at any depth: `[[null]]` is accepted like `[null]`."""
    if is_field and is_blank(value):
        return {list: [None], dict: {}}.get(type(value), value)
    if isinstance(value, dict):
        return {name: plainly_blank(inner, True) for name, inner in value.items()}
    return [without_nulls(plainly_blank(inner)) for inner in value] if isinstance(value, list) else value


def without_nulls(value):
    """In an element of a list, a null value counts as absent: `{"url": "…", "label": null}`."""
    if not isinstance(value, dict):
        return value
    return {name: inner for name, inner in value.items() if inner is not None}


def is_blank(value):
    if isinstance(value, list):
        return bool(value) and all(inner is None or is_blank(inner) for inner in value)
    return all(map(is_blank, value.values())) if isinstance(value, dict) else value == ""


def looked_at(body, object):
    """A search for duplicates compares only the fields of the duplicate criteria; all others are ignored."""
    if not (isinstance(body, dict) and isinstance(body.get("data"), list)):
        return body
    paths = [path for paths in object.get("duplicateCriteria", []) for path in paths]
    if not paths and all(isinstance(record, dict) for record in body["data"]):
        return body | {"data": None}
    return body | {"data": [only(plainly_blank(record), paths) for record in body["data"]]}


def only(record, paths):
    if not isinstance(record, dict):
        return record
    kept = {}
    for path in paths:
        field, _, part = path.partition(".")
        if not part and field in record:
            kept[field] = record[field]
        elif isinstance(record.get(field), dict) and part in record[field]:
            kept.setdefault(field, {})[part] = record[field][part]
    return kept
