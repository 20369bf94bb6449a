"""Whether the description allows a body."""

import jsonschema_rs


def fits(case, body):
    described = case.operation.get_body_for_media_type(case.media_type)
    return described is not None and jsonschema_rs.is_valid(described.optimized_schema, body)
