"""The page at `/api/docs`: the OpenAPI document in words, without a script and without anybody's CDN."""

import json
import re
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from techpack.api.error_codes import CODES

Json = dict[str, Any]

# What stands in the examples, by its name.
SAMPLES: Json = {
    "productId": 7, "proposalId": 31, "takeId": 44, "revisionId": 12, "closeUpId": 18, "sketchId": 5,
    "name": "Green tee", "category": "APPAREL", "fieldPath": "colours.0.name", "value": "Navy",
    "editPrompt": "Call it navy", "item": {"name": "Twill", "placement": "Body"}, "number": 1,
    "position": {"x": 0.4, "y": 0.2}, "text": "Rib collar", "accessToken": "...", "gridNumber": 17,
    "predictionId": "2f8c...", "access": "...",
}  # fmt: skip
SAMPLE_OF = {  # where one route means something else by the name
    ("values/add", "fieldPath"): "materials",
    ("values/remove", "fieldPath"): "materials.0",
    ("annotations", "category"): "construction",
}
IDS = ("revisionId", "sketchId")  # of those that a body has, one is named
SHORT = 44  # characters of a body that fit a line
FORM = "multipart/form-data"


@dataclass(frozen=True)
class Field:
    name: str
    kind: str
    required: bool
    default: str
    about: SafeString


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    summary: str
    about: list[SafeString]
    sent: list[tuple[str, list[Field]]]  # the fields by what they are for: "" or "do: add"
    headers: list[Field]
    curl: str
    got: str
    refusals: list[str]

    @property
    def id(self) -> str:
        return f"{self.method}-{self.path.strip('/').replace('/', '-')}".replace("{", "").replace("}", "")

    @property
    def short(self) -> str:
        """Its address without what all of them begin with."""
        return self.path.removeprefix("/api/").removeprefix("tech-pack-v2/")


def page(document: Json) -> Any:
    """The view that shows this document."""
    groups: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            tag = (told.get("tags") or ["Others"])[0]
            groups.setdefault(tag, []).append(_operation(document, method.upper(), path, told))
    codes = [(code, status, prose(words)) for code, (status, words) in CODES.items()]
    context = {"groups": groups, "guide": _guide(document["info"]["description"]), "codes": codes}

    @require_safe
    def show(request: HttpRequest) -> HttpResponse:
        site = request.build_absolute_uri("/").rstrip("/")
        return render(request, "api/docs.html", {**context, "site": site})

    return show


def _operation(document: Json, method: str, path: str, told: Json) -> Operation:
    answers = {str(code): answer for code, answer in told["responses"].items()}
    asked = [one for one in told.get("parameters", []) if one["in"] == "query"]
    return Operation(
        method=method,
        path=path,
        summary=told.get("summary", ""),
        about=[prose(part) for part in told.get("description", "").split("\n\n") if part.strip()],
        sent=[
            *_sent(document, told.get("requestBody")),
            *([("", _parameters(document, asked))] * bool(asked)),
        ],
        headers=_parameters(document, [one for one in told.get("parameters", []) if one["in"] == "header"]),
        curl=_curl(document, method, path, told),
        got=_example(document, _schema(answers.get("200", {}))),
        refusals=sorted(code for code in answers if code != "200"),
    )


# --- words ---------------------------------------------------------------------------------------


def prose(text: str) -> SafeString:
    """One paragraph; what stands in backticks is code."""
    parts = re.split(r"`([^`]+)`", " ".join(text.split()))
    pieces = (format_html("<code>{}</code>" if index % 2 else "{}", part) for index, part in enumerate(parts))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _guide(text: str) -> list[tuple[str, list[SafeString]]]:
    """Titles ("## ...") with their paragraphs."""
    found: list[tuple[str, list[SafeString]]] = [("", [])]
    for part in text.split("\n\n"):
        if part.startswith("## "):
            found.append((part.removeprefix("## "), []))
        else:
            found[-1][1].append(prose(part))
    return found


# --- what is sent --------------------------------------------------------------------------------


def _parameters(document: Json, told: list[Json]) -> list[Field]:
    return [
        _field(document, one["name"], one["schema"] | {"description": one.get("description", "")},
               required=one.get("required", False))
        for one in told
    ]  # fmt: skip


def _sent(document: Json, body: Json | None) -> list[tuple[str, list[Field]]]:
    """The fields of a body, in whichever of its forms they come; of alternatives, those of each."""
    found: dict[str, dict[str, Field]] = {}
    for content in (body or {}).get("content", {}).values():
        for schema in _alternatives(document, content["schema"]):
            fields = found.setdefault(_name_of(schema), {})
            for name, told in schema.get("properties", {}).items():
                required = name in schema.get("required", [])
                fields.setdefault(name, _field(document, name, told, required=required))
    return [(name, list(fields.values())) for name, fields in found.items()]


def _alternatives(document: Json, schema: Json) -> list[Json]:
    return [_resolved(document, one) for one in schema.get("oneOf", [schema])]


def _name_of(schema: Json) -> str:
    """ "do: add" of an alternative."""
    said = ((name, told["const"]) for name, told in schema.get("properties", {}).items() if "const" in told)
    return next((f"{name}: {value}" for name, value in said), "")


def _field(document: Json, name: str, told: Json, *, required: bool) -> Field:
    default = told.get("default")
    return Field(
        name=name,
        kind=_kind(document, told),
        required=required,
        default="" if default in (None, "") else json.dumps(default),
        about=prose(told.get("description", "")),
    )


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
    null = " or null" if _may_be_null(document, schema) else ""
    if "const" in plain:
        return json.dumps(plain["const"])
    if "enum" in plain:
        return " | ".join(map(str, plain["enum"])) + null
    kinds = plain.get("type", "anything")
    kind = next((one for one in kinds if one != "null"), "null") if isinstance(kinds, list) else kinds
    if kind == "array":
        return f"list of {_kind(document, plain.get('items', {}))}{null}"
    return plain.get("format", kind) + null


def _may_be_null(document: Json, schema: Json) -> bool:
    kinds = schema.get("type")
    return (isinstance(kinds, list) and "null" in kinds) or any(
        one.get("type") == "null" for one in schema.get("anyOf", ())
    )


# --- examples ------------------------------------------------------------------------------------


def _curl(document: Json, method: str, path: str, told: Json) -> str:
    address = re.sub(r"{(\w+)}", lambda name: str(SAMPLES[name[1]]), path)
    asked = [one["name"] for one in told.get("parameters", ()) if one["in"] == "query"]
    named = [name for name in asked if name not in IDS and name in SAMPLES and _is_asked(told, name)]
    query = "&".join(
        f"{name}={SAMPLES[name]}" for name in [*named, *[one for one in IDS if one in asked][:1]]
    )
    lines = [f'"$SITE{address}{"?" if query else ""}{query}"']
    if told.get("security"):
        lines.append('-H "Authorization: Bearer $TOKEN"')
    lines += _curl_body(document, path, told.get("requestBody"))
    verb = "" if method == "GET" or (method == "POST" and len(lines) > 2) else f"-X {method} "
    return " \\\n  ".join([f"curl {verb}{lines[0]}", *lines[1:]])


def _is_asked(told: Json, name: str) -> bool:
    return any(one["name"] == name and one.get("required") for one in told["parameters"])


def _curl_body(document: Json, path: str, body: Json | None) -> list[str]:
    if body is None:
        return []
    if FORM in body["content"]:
        return ["-F photo=@front.jpg", "-F viewType=front"]
    schema = _alternatives(document, body["content"]["application/json"]["schema"])[0]
    sample = json.dumps(_sample(schema, path), ensure_ascii=False)
    if len(sample) > SHORT:
        sample = json.dumps(_sample(schema, path), ensure_ascii=False, indent=2).replace("\n", "\n  ")
    return ['-H "Content-Type: application/json"', f"-d '{sample}'"]


def _sample(schema: Json, path: str) -> Json:
    """What has to be there, and one of the ids; of a body that may be empty, the first there is."""
    fields = schema.get("properties", {})
    named = [name for name in IDS if name in fields][:1]
    names = [*named, *schema.get("required", ())] or list(fields)[:1]
    found = {}
    for name in names:
        own = next((one for (end, key), one in SAMPLE_OF.items() if key == name and path.endswith(end)), None)
        found[name] = fields[name].get("const", own or SAMPLES.get(name, "..."))
    return found


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
    return _kind(document, schema)
