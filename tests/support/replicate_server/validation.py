"""What the API refuses with 422, in its own words: `title`, `detail` and `invalid_fields`."""

import base64
import binascii
import re
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]
DATA_URL_MOST = 256 * 1024
PREFER = re.compile(r"wait(=([1-9]|[1-5][0-9]|60))?$")
DURATION = re.compile(r"(?=\d)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?$")
EVENTS = ("start", "output", "logs", "completed")

TEXT = {"type": "string"}
WORD_COUNT = {"type": "integer", "minimum": 1}
SHARE = {"type": "number", "minimum": 0, "maximum": 2}
IMAGES = {"type": "array", "maxItems": 10, "items": "image"}

MODELS: dict[str, Json] = {
    "google/nano-banana-pro": {
        "required": ["prompt"],
        "properties": {
            "prompt": TEXT,
            "image_input": {**IMAGES, "maxItems": 14},
            "aspect_ratio": {"enum": [
                "match_input_image", "1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9",
            ]},
            "resolution": {"enum": ["1K", "2K", "4K"]},
            "output_format": {"enum": ["jpg", "png"]},
            "safety_filter_level": {
                "enum": ["block_low_and_above", "block_medium_and_above", "block_only_high"],
            },
            "allow_fallback_model": {"type": "boolean"},
        },
    },
    "openai/gpt-5-structured": {
        "required": [],
        "properties": {
            "model": {"enum": ["gpt-5", "gpt-5-mini", "gpt-5-nano"]}, "prompt": TEXT, "instructions": TEXT,
            "image_input": IMAGES, "json_schema": {"type": "object"}, "simple_schema": {"type": "array"},
            "reasoning_effort": {"enum": ["minimal", "low", "medium", "high"]},
            "verbosity": {"enum": ["low", "medium", "high"]}, "max_output_tokens": WORD_COUNT,
            "enable_web_search": {"type": "boolean"}, "previous_response_id": TEXT,
            "input_item_list": {"type": "array"}, "tools": {"type": "array"},
        },
    },
    "google/gemini-2.5-flash": {
        "required": ["prompt"],
        "properties": {
            "prompt": TEXT, "images": IMAGES, "videos": {"type": "array"}, "system_instruction": TEXT,
            "temperature": SHARE, "top_p": {"type": "number", "minimum": 0, "maximum": 1},
            "max_output_tokens": WORD_COUNT, "thinking_budget": {"type": "integer", "minimum": 0},
            "dynamic_thinking": {"type": "boolean"},
        },
    },
    "openai/gpt-4.1-mini": {
        "required": [],
        "properties": {
            "prompt": TEXT, "system_prompt": TEXT, "image_input": IMAGES, "messages": {"type": "array"},
            "temperature": SHARE, "top_p": {"type": "number", "minimum": 0, "maximum": 1},
            "max_completion_tokens": WORD_COUNT, "presence_penalty": {"type": "number"},
            "frequency_penalty": {"type": "number"},
        },
    },
}  # fmt: skip
BODY: Json = {
    "required": ["input"],
    "properties": {
        "input": {"type": "object"}, "stream": {"type": "boolean"}, "webhook": TEXT,
        "webhook_events_filter": {"type": "array", "items": {"enum": list(EVENTS)}},
    },
}  # fmt: skip
NOT_PERMITTED = ("$ref", "$defs", "anyOf", "oneOf", "allOf", "uniqueItems", "default")
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,), "array": (list,),
    "object": (dict,),
}  # fmt: skip


class Invalid(Exception):
    """A request that is answered with 422; `problem` is the body of that answer."""

    def __init__(self, fields: list[Json]):
        self.problem: Json = {
            "detail": "".join(f"- {_place(field)}{field['description']}\n" for field in fields),
            "status": 422, "title": "Input validation failed", "invalid_fields": fields,
        }  # fmt: skip
        super().__init__(self.problem["detail"])


def check_call(model: str, body: Any) -> None:
    """The whole body of a creation by model. Raises Invalid."""
    if not isinstance(body, dict):
        raise Invalid([_wrong("invalid_type", "", "Invalid type. Expected: object")])
    wrong = [*_object(body, BODY, "", closed=True), *_webhook(body.get("webhook"))]
    if isinstance(body.get("input"), dict):
        wrong += _object(body["input"], MODELS[model], "input", closed=False)
        if model == "openai/gpt-5-structured" and not wrong:
            wrong += _structured(body["input"])
    if wrong:
        raise Invalid(wrong)


def check_prefer(text: str | None) -> float | None:
    """Seconds to wait, None without the header. Raises Invalid."""
    if not text:
        return None
    found = PREFER.match(text.strip())
    if not found:
        raise Invalid([_wrong("pattern", "Prefer", "Prefer must be wait or wait=n with n between 1 and 60")])
    return float(found.group(2) or 60)


def check_cancel_after(text: str | None) -> float | None:
    """Seconds to live, None without the header. Raises Invalid."""
    if not text:
        return None
    found = DURATION.match(text.strip())
    seconds = sum(int(part or 0) * unit for part, unit in zip(found.groups(), (3600, 60, 1), strict=True)) \
        if found else 0  # fmt: skip
    if seconds < 5:
        raise Invalid([_wrong("duration", "Cancel-After", "Cancel-After must be a duration of at least 5s")])
    return float(seconds)


def _object(value: Json, shape: Json, where: str, *, closed: bool) -> list[Json]:
    wrong = [
        _wrong("required", where, f"{name} is required") for name in shape["required"] if name not in value
    ]
    for name, entry in value.items():
        if name in shape["properties"]:
            wrong += _value(entry, shape["properties"][name], f"{where}.{name}".lstrip("."), name)
        elif closed:
            text = f"Additional property {name} is not allowed"
            wrong.append(_wrong("additional_property_not_allowed", where, text))
    return wrong


def _value(value: Any, rule: Json, where: str, name: str) -> list[Json]:
    if "enum" in rule and value not in rule["enum"]:
        choices = ", ".join(f'"{choice}"' for choice in rule["enum"])
        return [_wrong("enum", where, f"{name} must be one of the following: {choices}")]
    kind = rule.get("type")
    if kind and (not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")):
        return [_wrong("invalid_type", where, f"Invalid type. Expected: {kind}")]
    if "minimum" in rule and value < rule["minimum"]:
        least = rule["minimum"]
        return [_wrong("number_gte", where, f"Must be greater than or equal to {least}")]
    if "maximum" in rule and value > rule["maximum"]:
        return [_wrong("number_lte", where, f"Must be less than or equal to {rule['maximum']}")]
    return _items(value, rule, where, name) if kind == "array" else []


def _items(value: list[Any], rule: Json, where: str, name: str) -> list[Json]:
    if len(value) > rule.get("maxItems", 1000):
        return [_wrong("array_max_items", where, f"Array must have at most {rule['maxItems']} items")]
    of = rule.get("items")
    if of == "image":
        return [problem for i, entry in enumerate(value) for problem in _image(entry, f"{where}.{i}")]
    return [
        problem for i, entry in enumerate(value) if of for problem in _value(entry, of, f"{where}.{i}", name)
    ]


def _image(value: Any, where: str) -> list[Json]:
    """An address, or a data URL up to 256 KB."""
    if not isinstance(value, str):
        return [_wrong("invalid_type", where, "Invalid type. Expected: string, given: other")]
    if value.startswith("data:"):
        return _data_url(value, where)
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return [_wrong("format", where, "Does not match format 'uri'")]
    return []


def _data_url(value: str, where: str) -> list[Json]:
    try:
        data = base64.b64decode(value.partition(";base64,")[2], validate=True)
    except binascii.Error:
        data = b""
    if not data:
        return [_wrong("format", where, "Does not match format 'uri'")]
    if len(data) > DATA_URL_MOST:
        return [_wrong("data_url_too_large", where, "Data URLs must be 256kb or smaller; use an HTTP URL")]
    return []


def _webhook(value: Any) -> list[Json]:
    """HTTPS is asked for; plain HTTP passes to loopback addresses, where tests listen."""
    if not isinstance(value, str) or not value:
        return []
    parts = urlsplit(value)
    is_here = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and is_here)):
        return []
    return [_wrong("format", "webhook", "webhook must be a valid HTTPS URL")]


def _structured(value: Json) -> list[Json]:
    """The rules of a model that enforces a schema; life tells them in a failed prediction, this
    server at once, for a schema that breaks them is a mistake of ours."""
    if "json_schema" not in value:
        return []
    form = value["json_schema"].get("format")
    if not isinstance(form, dict) or form.get("type") != "json_schema" or not form.get("name"):
        return [_wrong("format", "input.json_schema", 'must be {"format": {"type": "json_schema", ...}}')]
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", str(form["name"])):
        return [_wrong("pattern", "input.json_schema", "name must match [A-Za-z0-9_-]{1,64}")]
    complaints = list(_complaints(form.get("schema"), "schema"))
    return [_wrong("json_schema", "input.json_schema", text) for text in complaints]


def _complaints(schema: Any, where: str) -> list[str]:
    if not isinstance(schema, dict):
        return [f"{where} must be an object"]
    found = [f"{where}: {word} is not permitted" for word in NOT_PERMITTED if word in schema]
    if "properties" in schema or schema.get("type") == "object":
        names = schema.get("properties", {})
        if schema.get("additionalProperties") is not False:
            found.append(f"{where}: 'additionalProperties' is required to be supplied and to be false")
        if sorted(schema.get("required", [])) != sorted(names):
            found.append(f"{where}: 'required' must include every key in properties")
        for name, entry in names.items():
            found += _complaints(entry, f"{where}.{name}")
    if "items" in schema:
        found += _complaints(schema["items"], f"{where}[]")
    return found


def _wrong(kind: str, where: str, description: str) -> Json:
    return {"type": kind, "field": where, "description": description}


def _place(field: Json) -> str:
    return f"{field['field']}: " if field["field"] else ""
