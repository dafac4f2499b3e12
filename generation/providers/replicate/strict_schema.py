"""A Pydantic JSON schema in the dialect of models that enforce one.

They want every object closed and every property required, and know neither `$ref` nor `anyOf`: references
are put in place, "X or nothing" becomes a list of types. What they do not check (lengths of texts,
defaults) is left out or said in the description; our own shape checks all of it afterwards.
"""

from typing import Any

from generation.providers.base import Json

DROPPED = ("$defs", "title", "default", "minLength", "maxLength", "examples")


def strict(schema: Json) -> Json:
    """The same shape without references and alternatives. Raises ValueError for one that cannot be said."""
    return _converted(schema, schema.get("$defs", {}))


def _converted(part: Json, known: Json) -> Json:
    if "$ref" in part:
        beside = {key: value for key, value in part.items() if key != "$ref"}
        return _converted(known[part["$ref"].rpartition("/")[2]] | beside, known)
    if "anyOf" in part:
        return _nullable(part, known)
    made = {key: value for key, value in part.items() if key not in DROPPED}
    if "maxLength" in part:
        made["description"] = f"{part.get('description', '')} At most {part['maxLength']} characters.".strip()
    if "properties" in part:
        made["properties"] = {name: _converted(entry, known) for name, entry in part["properties"].items()}
        made["required"] = list(part["properties"])
        made["additionalProperties"] = False
    if "items" in part:
        made["items"] = _converted(part["items"], known)
    return made


def _nullable(part: Json, known: Json) -> Json:
    """`X | None`; other alternatives have no place in an answer."""
    choices = [choice for choice in part["anyOf"] if choice.get("type") != "null"]
    if len(choices) != 1:
        raise ValueError(f"alternatives cannot be enforced: {part}")
    beside = {key: value for key, value in part.items() if key != "anyOf"}
    made = _converted(choices[0] | beside, known)
    if len(choices) < len(part["anyOf"]):
        made["type"] = [made["type"], "null"]
        if "enum" in made:
            made["enum"] = [*made["enum"], None]
    return made


__all__: list[Any] = ["strict"]
