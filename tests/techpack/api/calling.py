"""A program that calls the API with a token of its own."""

import json
import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from accounts import tokens
from accounts.models import User
from credits import services as ledger
from techpack import hand_over
from techpack.models import ExportJob, FlatMark, Product
from techpack.services import measurements, samples
from techpack.services.spreadsheet import brand_library, comments
from tests.support.factories import make_user
from tests.support.job_queue import work
from tests.support.pictures import picture

HOME = "/api/tech-pack-v2/"
STEPS = ("category/detect", "base-views/analyze", "close-ups/generate", "sketches/generate")


class Program:
    """Of a user of its own, unless one is given."""

    def __init__(self, user: User | None = None, *, scope: str = "write", balance: int = 20):
        self.user = user or make_user(balance=balance)
        self.row, self.token = tokens.issue(user=self.user, name="Program", scope=scope)
        self.client = Client()

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        given = {"authorization": f"Bearer {self.token}"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        data = "" if body is None else json.dumps(body)
        return self.client.generic(method, f"{HOME}{path}", data, "application/json", headers=given)

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.call("POST", path, body, **headers)

    def data(self, path: str, body: Any = None, **headers: str) -> Any:
        """Of a call that must succeed."""
        answer = self.post(path, body, **headers)
        assert answer.status_code == 200, answer.content
        return answer.json()["data"]

    def upload(self, product_id: int, photo: bytes | None = None, **fields: str) -> HttpResponse:
        file = SimpleUploadedFile("front.png", photo or picture(), "image/png")
        headers = {"authorization": f"Bearer {self.token}"}
        if key := fields.pop("key", ""):
            headers["idempotency-key"] = key
        return self.client.post(
            f"{HOME}products/{product_id}/revisions", {"photo": file, **fields}, headers=headers
        )

    def make_product(self, *views: str) -> int:
        product_id = self.data("products", {"name": "Green tee"})["productId"]
        for index, view in enumerate(views or ("front",)):
            answer = self.upload(product_id, picture(size=(300 + index, 400)), viewType=view)
            assert answer.status_code == 200, answer.content
        return int(product_id)

    def made(self, path: str, product_id: int, **more: Any) -> Any:
        """What a step answers once the work is done; the tests do not wait for workers."""
        self.post(path, {"productId": product_id, **more})
        work()
        more.pop("again", None)
        return self.data(path, {"productId": product_id, **more})

    def make_everything(self) -> dict[str, Any]:
        """A tech pack with a proposal and a take: what may stand in an address or a body, by its name."""
        product_id = self.make_product()
        for path in STEPS:
            self.post(path, {"productId": product_id})
        work()
        state = self.get(f"products/{product_id}").json()["data"]
        sketch, close_up = state["sketches"][0], state["closeUps"][0]
        wish = {
            "sketchId": sketch["id"],
            "fieldPath": "callouts.0.text",
            "editPrompt": "Shorter",
            "apply": False,
        }
        proposal = self.post("edit", wish).json()["data"]
        take = self.post("regenerate", {"closeUpId": close_up["id"]}).json()["data"]
        work()
        product = Product.objects.get(pk=product_id)
        measurements.refresh(product=product)
        release = hand_over.issue(product=product, by=self.user, force=True)
        shared = hand_over.share(release=release)
        return {
            "productId": product_id, "proposalId": proposal["proposalId"], "takeId": take["takeId"],
            "revisionId": state["revisions"][0]["revisionId"], "closeUpId": close_up["id"], **wish,
            "seal": sketch["callouts"][0]["seal"],
            "roundId": samples.begin_round(
                product=product, kind="proto", by=self.user, release=release
            ).pk,
            "exportId": ExportJob.objects.create(
                product=product, kind="pdf", status="done", content=b"%PDF"
            ).pk,
            "shareId": shared.share.pk, "token": shared.token, "publicId": str(release.public_id),
            "markId": FlatMark.objects.create(
                product=product, view="front", kind="seam",
                points=[{"landmark": "", "dx": 0, "dy": 10}, {"landmark": "", "dx": 5, "dy": 20}],
            ).pk,
            "lineId": product.material_lines.order_by("pk")[0].pk,
            "row": str(product.material_lines.order_by("pk")[0].pk),
            "entryId": brand_library.keep(
                by=self.user, product=product, kind="points", name="Mine"
            ).pk,
            "commentId": comments.add(product=product, by=self.user, text="Check the hem").pk,
        }  # fmt: skip

    @property
    def balance(self) -> int:
        return ledger.balance(self.user)


# --- every route there is, by the document --------------------------------------------------------

type Call = tuple[str, str, Any]

IDS = ("revisionId", "closeUpId", "sketchId")  # of which a body names one
WRITTEN: dict[str, Any] = {
    "code": "CH1", "decision": "approved", "points": [[0, 10], [5, 20]], "view": "front",
    "kind": "json", "release": 1,
    "name": "Mine now", "imageUrl": "https://example.com/a.png", "value": "Mine now", "number": 1,
    "text": "Hem", "item": {"name": "Twill", "placement": "Body"}, "category": "material",
    "sheet": "materials", "cells": [{"row": "1", "column": "part", "value": "x"}],
    "position": {"x": 0.5, "y": 0.5}, "line": [{"x": 0.1, "y": 0.1}, {"x": 0.1, "y": 0.9}],
}  # fmt: skip


def every_call(there: dict[str, Any]) -> list[Call]:
    """Method, path and body of every route of the document, as they would work for the owner; a route that
    takes one of several ids once for each. A new name in a route is to be added above."""
    document = Client().get("/api/openapi.json").json()
    return [
        call
        for path, methods in document["paths"].items()
        if path.startswith(HOME)
        for method, told in methods.items()
        for call in _calls(document, method.upper(), path.removeprefix(HOME), told, there | WRITTEN)
    ]


def names_something(call: Call) -> bool:
    """Of somebody's own: all but making a product and asking for one's teams and library."""
    return call[:2] not in (("POST", "products"), ("GET", "teams"), ("GET", "library"))


def _calls(document: Any, method: str, path: str, told: Any, values: dict[str, Any]) -> list[Call]:
    address = re.sub(r"{(\w+)}", lambda name: str(values[name[1]]), path)
    if method == "GET":
        asked = [one["name"] for one in told.get("parameters", ()) if one["in"] == "query"]
        return [(method, f"{address}?{name}={values[name]}", None) for name in IDS if name in asked] or [
            (method, address, None)
        ]
    return [
        (method, address, body)
        for schema in _bodies(document, told.get("requestBody"))
        for body in _filled(schema, values)
    ] or [(method, address, None)]


def _bodies(document: Any, told: Any) -> list[Any]:
    """Of JSON: a body that is a file needs none of anybody's ids."""
    schema = told["content"].get("application/json", {}).get("schema") if told else None
    return [_resolved(document, one) for one in schema.get("oneOf", [schema])] if schema else []


def _resolved(document: Any, schema: Any) -> Any:
    name = schema.get("$ref", "").rpartition("/")[2]
    return document["components"]["schemas"][name] if name else schema


def _written(field: Any, value: Any) -> Any:
    """The value, or one that the field may have."""
    choices = field.get("enum", [])
    return field.get("const", value if not choices or value in choices else choices[0])


def _filled(schema: Any, values: dict[str, Any]) -> list[Any]:
    fields = schema["properties"]
    body = {name: _written(fields[name], values.get(name)) for name in schema.get("required", ())}
    assert None not in body.values(), body
    ids = [name for name in IDS if name in fields]
    return [body | {name: values[name]} for name in ids] or [body]
