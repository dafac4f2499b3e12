"""Descriptions of routes in the OpenAPI document."""

from typing import Any

from techpack.api import outputs
from techpack.models import View

Json = dict[str, Any]

REFUSED = frozenset({400, 401, 403, 404, 429, 503})
REFUSED_POST = REFUSED | {409, 413, 422}

KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
    "description": "The same key within 24 hours goes on with the same work. Nothing is charged twice.",
}
PREFER = {
    "name": "Prefer",
    "in": "header",
    "schema": {"type": "string", "examples": ["respond-async", "wait=30"]},
    "description": "RFC 7240: `respond-async` answers 202 at once, `wait=N` after up to N seconds.",
}

TYPES = ["image/jpeg", "image/png", "image/webp", "image/heic", "image/avif"]


def read(shape: Any, summary: str, also: frozenset[int] = frozenset()) -> Json:
    """`also`: statuses of refusals beside the usual ones."""
    return {"summary": summary, "response": {200: _success(shape), REFUSED | also: outputs.Error}}


def changed(shape: Any, summary: str, also: frozenset[int] = frozenset()) -> Json:
    return {"summary": summary, "response": {200: _success(shape), REFUSED_POST | also: outputs.Error}}


def file(
    summary: str,
    *content_types: str,
    refused: frozenset[int] = frozenset(),
    may_take_long: bool = False,
) -> Json:
    """An answer that is a file and no JSON. One that may take long answers 202 when it is to be made in the
    background."""
    content = {kind.partition(";")[0]: {"schema": _file_schema(kind)} for kind in content_types}
    told: Json = {"responses": {200: {"description": "The file", "content": content}}}
    response: dict[Any, Any] = {REFUSED | refused: outputs.Error}
    if may_take_long:
        told["parameters"] = [PREFER]
        response[202] = _success(outputs.ExportBegun)
    return {"summary": summary, "response": response, "openapi_extra": told}


def _file_schema(content_type: str) -> Json:
    if content_type.endswith("json"):
        return {"type": "object"}
    return {"type": "string", "format": "binary"}


def posted(shape: Any, summary: str) -> Json:
    return {
        "summary": summary,
        "response": {200: _success(shape), REFUSED_POST: outputs.Error},
        "openapi_extra": {"parameters": [KEY]},
    }


def at_a_price(shape: Any, summary: str) -> Json:
    """It is charged, and begun at once."""
    told = posted(shape, summary)
    return told | {"response": {**told["response"], 402: outputs.NotEnough}}


def step(shape: Any, summary: str) -> Json:
    """It is charged, and may take a while."""
    return {
        "summary": summary,
        "response": {
            200: _success(shape),
            202: _success(outputs.Processing),
            402: outputs.NotEnough,
            REFUSED_POST | {502}: outputs.Error,
        },
        "openapi_extra": {"parameters": [KEY, PREFER]},
    }


def _success(shape: Any) -> Any:
    return outputs.Success[shape]


def _revision() -> Json:
    """Its body is either of two, which no signature can say."""
    view = {"type": "string", "enum": list(View.values)}
    address = {"type": "string", "maxLength": 4000}
    file = {"type": "string", "format": "binary", "contentMediaType": ", ".join(TYPES)}
    form = {"type": "object", "properties": {"photo": file, "viewType": view}, "required": ["photo"]}
    body = {"type": "object", "properties": {"imageUrl": address, "viewType": view}, "required": ["imageUrl"]}
    told = posted(outputs.Photo, "Add a photo")
    told["openapi_extra"]["requestBody"] = {
        "required": True,
        "content": {"multipart/form-data": {"schema": form}, "application/json": {"schema": body}},
    }
    return told


revision = _revision()


def sent_as_file(shape: Any, summary: str, *content_types: str) -> Json:
    """Its body is a file as it is."""
    told = posted(shape, summary)
    binary = {"type": "string", "format": "binary", "minLength": 1}
    content = {kind: {"schema": binary} for kind in content_types}
    told["openapi_extra"]["requestBody"] = {"required": True, "content": content}
    return told
