"""What the OpenAPI document says of the blueprint's routes (`api`, `api_free`), which answer by themselves.

`tests/techpack/api/test_document.py` holds the words against what they answer.
"""

from typing import Any

Json = dict[str, Any]

TAG = "Blueprints"
TEXT: Json = {"type": "string"}
NUMBER: Json = {"type": "integer", "minimum": 1, "maximum": 30}
UUID: Json = {"type": "string", "format": "uuid"}
ADDRESS: Json = {"type": ["string", "null"]}
COUNT: Json = {"type": "integer"}
FLAG: Json = {"type": "boolean"}

FAILED: Json = {
    "type": "object",
    "properties": {
        "success": {"const": False},
        "status": {"const": "failed"},
        "error": TEXT,
        "code": TEXT,
        "retryable": FLAG,
    },
    "required": ["success", "status", "error", "code", "retryable"],
}
STARTED: Json = {
    "success": {"const": True},
    "gridNumber": NUMBER,
    "predictionId": UUID,
    "status": {"enum": ["starting", "completed"]},
    "gridUrl": ADDRESS,
}
CHECKED: Json = {
    "success": FLAG,
    "status": {"enum": ["processing", "completed", "failed"]},
    "gridNumber": NUMBER,
    "gridUrl": ADDRESS,
    "totalCompleted": COUNT,
    "allComplete": FLAG,
    "error": TEXT,
    "code": TEXT,
    "retryable": FLAG,
}
FRAMES: Json = {"frameUrls": {"type": "array", "items": TEXT}}
GRID: Json = {
    "type": "object",
    "properties": {
        "gridNumber": NUMBER,
        "title": TEXT,
        "status": {"enum": ["empty", "queued", "generating", "storing", "completed", "failed"]},
        "gridUrl": ADDRESS,
        "predictionId": {"type": ["string", "null"]},
    },
    "required": ["gridNumber", "title", "status", "gridUrl", "predictionId"],
}
STATUS: Json = {
    "success": {"const": True},
    "purchased": FLAG,
    "generated": FLAG,
    "photoUrls": {"type": "array", "items": TEXT},
    "grids": {"type": "array", "items": GRID, "minItems": 30, "maxItems": 30},
    "progress": {
        "type": "object",
        "properties": {"completed": COUNT, "total": COUNT, "percentage": COUNT},
        "required": ["completed", "total", "percentage"],
    },
    "missingGridNumbers": {"type": "array", "items": NUMBER},
    "hasSelfies": FLAG,
    "hasFormData": FLAG,
    "canGenerate": FLAG,
}


def _content(properties: Json, required: list[str]) -> Json:
    schema = {"type": "object", "properties": properties, "required": required}
    return {"application/json": {"schema": schema}}


def _answers(properties: Json, required: list[str], *refused: int) -> Json:
    told: Json = {"200": {"description": "OK", "content": _content(properties, required)}}
    for code in refused:
        told[str(code)] = {"description": "Refused", "content": {"application/json": {"schema": FAILED}}}
    return told


def _parameter(name: str, schema: Json) -> Json:
    return {"name": name, "in": "query", "required": True, "schema": schema}


def _get(name: str, summary: str, parameters: list[Json], answers: Json) -> Json:
    told = {"operationId": f"blueprint_{name}", "summary": summary, "tags": [TAG]}
    return {"get": told | {"parameters": parameters, "responses": answers}}


def _post(name: str, summary: str, body: Json, required: list[str], answers: Json) -> Json:
    told: Json = {"operationId": f"blueprint_{name}", "summary": summary, "tags": [TAG], "parameters": []}
    told["requestBody"] = {"required": True, "content": _content(body, required)}
    return {"post": told | {"responses": answers}}


ACCESS = _parameter("access", TEXT)
PREDICTION = _parameter("predictionId", UUID)

PATHS: Json = {
    "/api/blueprint/generate-paid": _post(
        "generate_paid",
        "Make a grid of a paid blueprint",
        {"accessToken": TEXT, "gridNumber": NUMBER},
        ["accessToken", "gridNumber"],
        _answers(STARTED, ["success", "gridNumber", "status"], 400, 403, 404, 503),
    ),
    "/api/blueprint/check-paid-grid": _get(
        "check_paid_grid",
        "How a grid of a paid blueprint stands",
        [PREDICTION, _parameter("gridNumber", NUMBER), ACCESS],
        _answers(CHECKED, ["success", "status", "gridNumber"], 400, 404),
    ),
    "/api/blueprint/get-paid-status": _get(
        "get_paid_status",
        "How a paid blueprint stands",
        [ACCESS],
        _answers(STATUS, list(STATUS), 404),
    ),
    "/api/blueprint/generate-grid": _post(
        "generate_grid",
        "Make the free grid",
        {
            "accessToken": TEXT,
            "category": {"type": ["string", "null"], "maxLength": 50},
            "mood": {"type": ["string", "null"], "maxLength": 50},
            "selfieUrls": {"type": ["array", "null"], "items": TEXT, "maxItems": 20},
        },
        ["accessToken"],
        _answers(CHECKED | STARTED | FRAMES, ["success", "status"], 400, 403, 404, 429, 503),
    ),
    "/api/blueprint/check-grid": _get(
        "check_grid",
        "How the free grid stands",
        [PREDICTION, ACCESS],
        _answers(CHECKED | FRAMES, ["success", "status", "gridNumber"], 400, 404),
    ),
}
