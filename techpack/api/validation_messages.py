"""Say in plain words what does not fit: never in the words of the library that found it."""

from collections.abc import Callable, Sequence
from typing import Any

MOST = 3  # of them at once

type Told = dict[str, Any]


def _most(error: Told) -> str:
    most = error["ctx"]["max_length"]
    return f"At most {most} {'entries' if error['ctx'].get('field_type') == 'List' else 'characters'}."


def _least(error: Told) -> str:
    least = error["ctx"]["min_length"]
    return "This cannot be empty." if least == 1 else f"At least {least} entries."


def _own(error: Told) -> str:
    """Of a check of ours, whose text is a sentence already."""
    return str(error["msg"]).removeprefix("Value error, ")


# What pydantic calls the members of a union, and what to send for each.
KINDS = {
    "float": "a number", "constrained-float": "a number", "int": "a whole number", "bool": "true or false",
    "constrained-int": "a whole number", "str": "a text", "constrained-str": "a text",
}  # fmt: skip

SAID: dict[str, str | Callable[[Told], str]] = {
    "missing": "This is needed.",
    "extra_forbidden": "There is no such field.",
    "model_type": "Send a JSON object.",
    "model_attributes_type": "Send a JSON object.",
    "dict_type": "Send a JSON object.",
    "list_type": "Send a list.",
    "string_type": "Send a text.",
    "bool_type": "Send true or false.",
    "bool_parsing": "Send true or false.",
    "int_type": "Send a whole number.",
    "int_parsing": "Send a whole number.",
    "int_parsing_size": "This number is too large.",
    "int_from_float": "Send a whole number.",
    "float_type": "Send a number.",
    "float_parsing": "Send a number.",
    "finite_number": "Send a number.",
    "union_tag_not_found": lambda error: f"Send {error['ctx']['discriminator']} too.",
    "union_tag_invalid": lambda error: f"Send one of {error['ctx']['expected_tags']}.",
    "enum": lambda error: f"Send one of {error['ctx']['expected']}.",
    "literal_error": lambda error: f"Send one of {error['ctx']['expected']}.",
    "greater_than_equal": lambda error: f"Send {error['ctx']['ge']:g} or more.",
    "less_than_equal": lambda error: f"Send {error['ctx']['le']} or less.",
    "too_long": _most,
    "string_too_long": _most,
    "too_short": _least,
    "string_too_short": _least,
    "value_error": _own,
    "kinds": lambda error: f"Send {' or '.join(error['ctx']['kinds'])}.",
}


def of(errors: Sequence[Any]) -> str:
    """ "productId: This is needed. again: Send true or false. value: Send a number or a text." """
    return " ".join(dict.fromkeys(_sentence(error) for error in _of_one_field(errors)[:MOST]))


def _of_one_field(errors: Sequence[Any]) -> list[Told]:
    """A field of several kinds has an error of each kind, placed at "value.float" and "value.str". What is of
    one of the kinds and does not fit it is told; else, in one error, which kinds there are."""
    told: dict[tuple[Any, ...], list[Told]] = {}
    for error in errors:
        place = tuple(error["loc"])
        told.setdefault(place[:-1] if place and place[-1] in KINDS else place, []).append(error)
    return [found | {"loc": place} for place, some in told.items() for found in _of_kinds(some)]


def _of_kinds(errors: list[Told]) -> list[Told]:
    kinds = [KINDS[error["loc"][-1]] for error in errors if error["loc"] and error["loc"][-1] in KINDS]
    misfits = [error for error in errors if not error["type"].endswith(("_type", "_parsing"))]
    if len(kinds) < 2 or misfits:
        return misfits or errors
    return [{"type": "kinds", "ctx": {"kinds": kinds}}]


def _sentence(error: Told) -> str:
    said = SAID.get(error["type"], "This does not fit.")
    words = said if isinstance(said, str) else said(error)
    where = _where(error)
    if not where and error["type"] == "value_error":
        return words  # it names what it is about
    return f"{where or 'body'}: {words}"


def _where(error: Told) -> str:
    """As a client calls it: without the name of our parameter that a body or a query is kept in."""
    place = list(error["loc"])
    if place and place[0] in ("body", "query", "path"):
        kind = place.pop(0)
        if place and kind != "path" and place[0] in OURS:
            place.pop(0)
    return ".".join(str(part) for part in place)


OURS = ("body", "which")  # what our views call them
