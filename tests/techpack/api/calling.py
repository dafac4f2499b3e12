"""A program that calls the API with a token of its own."""

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from accounts import tokens
from accounts.models import User
from credits import services as ledger
from tests.making import make_user
from tests.pictures import picture
from tests.working import work

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

    @property
    def balance(self) -> int:
        return ledger.balance(self.user)
