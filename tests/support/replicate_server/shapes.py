"""Fitting a value to a JSON schema: what is missing is made up, what is too much is dropped."""

from typing import Any

Json = dict[str, Any]
DEPTH = 24


class _Missing:
    """No value at all, which null would be."""


MISSING = _Missing()


def fit(value: Any, schema: Json, root: Json | None = None, depth: int = 0) -> Any:
    """`value` as far as it agrees with `schema`, completed to something that validates."""
    root = root if root is not None else schema
    schema = _resolved(value, schema, root)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return value if value in schema["enum"] else schema["enum"][0]
    kinds = schema.get("type", "object" if "properties" in schema else "string")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if value is None and "null" in kinds:
        return None
    kind = next((name for name in kinds if _is(value, name)), kinds[0])
    if kind == "object":
        return _object(value, schema, root, depth)
    if kind == "array":
        return _array(value, schema, root, depth)
    return _plain(value, kind, schema)


def _resolved(value: Any, schema: Json, root: Json) -> Json:
    """The schema behind $ref, or the alternative that the value suits."""
    for _ in range(DEPTH):
        if "$ref" in schema:
            schema = root.get("$defs", {}).get(schema["$ref"].rsplit("/", 1)[-1], {})
            continue
        choices = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
        if not choices:
            break
        suited = [choice for choice in choices if _suits(value, choice, root)]
        schema = (suited or choices)[0]
    return schema


def _suits(value: Any, schema: Json, root: Json) -> bool:
    if "$ref" in schema:
        schema = root.get("$defs", {}).get(schema["$ref"].rsplit("/", 1)[-1], {})
    if "enum" in schema:
        return value in schema["enum"]
    kind = schema.get("type", "object")
    return any(_is(value, name) for name in (kind if isinstance(kind, list) else [kind]))


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    types: dict[str, tuple[type, ...]] = {
        "object": (dict,), "array": (list,), "string": (str,), "integer": (int,), "number": (int, float),
        "null": (type(None),),
    }  # fmt: skip
    return isinstance(value, types.get(kind, ()))


def _object(value: Any, schema: Json, root: Json, depth: int) -> Json:
    given = value if isinstance(value, dict) else {}
    required = schema.get("required", [])
    return {
        name: fit(given.get(name, MISSING), entry, root, depth + 1)
        for name, entry in schema.get("properties", {}).items()
        if name in given or (name in required and depth < DEPTH)
    }


def _array(value: Any, schema: Json, root: Json, depth: int) -> list[Any]:
    items = schema.get("items", {})
    least, most = schema.get("minItems", 0), schema.get("maxItems")
    entries = [fit(entry, items, root, depth + 1) for entry in (value if isinstance(value, list) else [])]
    entries += [fit(MISSING, items, root, depth + 1) for _ in range(least - len(entries))]
    return entries[:most]


def _plain(value: Any, kind: str, schema: Json) -> Any:
    if kind in ("number", "integer"):
        number = value if _is(value, "number") else 0
        number = max(number, schema.get("minimum", number))
        if "exclusiveMinimum" in schema and number <= schema["exclusiveMinimum"]:
            number = schema["exclusiveMinimum"] + 1
        number = min(number, schema.get("maximum", number))
        return int(number) if kind == "integer" else number
    if kind == "boolean":
        return value if isinstance(value, bool) else False
    if kind == "null":
        return None
    text = value if isinstance(value, str) else _made_up(schema)
    return text[: schema.get("maxLength")]


def _made_up(schema: Json) -> str:
    if "hex" in str(schema.get("pattern", "")).lower() or str(schema.get("pattern", "")).startswith("^#"):
        return "#808080"
    return "stand-in".ljust(schema.get("minLength", 0), ".")
