"""The page at `/api/docs`: the OpenAPI document in words, without a script and without anybody's CDN."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

Json = dict[str, Any]


@dataclass(frozen=True)
class Field:
    name: str
    kind: str
    required: bool
    about: str


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    summary: str
    about: str
    headers: list[Field]
    sent: list[Field]
    got: str
    refusals: list[str]

    @property
    def id(self) -> str:
        return f"{self.method}-{self.path.strip('/').replace('/', '-')}".replace("{", "").replace("}", "")


def page(document: Json) -> Any:
    """The view that shows this document."""
    groups: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            tag = (told.get("tags") or ["Others"])[0]
            groups.setdefault(tag, []).append(_operation(document, method.upper(), path, told))

    @require_safe
    def show(request: HttpRequest) -> HttpResponse:
        return render(request, "api/docs.html", {"info": document["info"], "groups": groups})

    return show


def _operation(document: Json, method: str, path: str, told: Json) -> Operation:
    answers = {str(code): answer for code, answer in told["responses"].items()}
    return Operation(
        method=method,
        path=path,
        summary=told.get("summary", ""),
        about=" ".join(told.get("description", "").split()),
        headers=[_parameter(one) for one in told.get("parameters", []) if one["in"] != "path"],
        sent=_sent(document, told.get("requestBody")),
        got=_example(document, _schema(answers.get("200", {}))),
        refusals=sorted(code for code in answers if code != "200"),
    )


def _parameter(told: Json) -> Field:
    about, required = told.get("description", ""), told.get("required", False)
    return Field(told["name"], told["schema"].get("type", ""), required, about)


def _sent(document: Json, body: Json | None) -> list[Field]:
    """The fields of a body, in whichever of its forms they come."""
    found: dict[str, Field] = {}
    for content in (body or {}).get("content", {}).values():
        schema = _resolved(document, content["schema"])
        for name, told in schema.get("properties", {}).items():
            required = name in schema.get("required", [])
            found.setdefault(name, Field(name, _kind(document, told), required, told.get("description", "")))
    return list(found.values())


def _schema(answer: Json) -> Json:
    contents: list[Json] = list(answer.get("content", {}).values())
    return contents[0]["schema"] if contents else {}


def _resolved(document: Json, schema: Json) -> Json:
    """What a reference stands for; of several alternatives the first that is not null."""
    while True:
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        elif "anyOf" in schema:
            schema = next(one for one in schema["anyOf"] if one.get("type") != "null")
        else:
            return schema


def _kind(document: Json, schema: Json) -> str:
    plain = _resolved(document, schema)
    if "enum" in plain:
        return " | ".join(map(str, plain["enum"]))
    if plain.get("type") == "array":
        return f"list of {_kind(document, plain.get('items', {}))}"
    return plain.get("format") or plain.get("type") or "anything"


def _example(document: Json, schema: Json) -> str:
    return json.dumps(_shape(document, schema, 0), indent=2, ensure_ascii=False) if schema else ""


def _shape(document: Json, schema: Json, depth: int) -> Any:
    """An answer with the kinds of its values in their places."""
    plain = _resolved(document, schema)
    if "const" in plain:
        return plain["const"]
    if plain.get("type") == "array":
        return [_shape(document, plain.get("items", {}), depth)]
    if "properties" in plain and depth < 5:
        return {name: _shape(document, told, depth + 1) for name, told in plain["properties"].items()}
    return _kind(document, plain)
