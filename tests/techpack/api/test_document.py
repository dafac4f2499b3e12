"""The OpenAPI document: true, whole, readable without a script; and no call it allows breaks anything."""

from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, Phase
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from blueprint.models import Subscriber
from tests.making_blueprints import make_subscriber
from tests.techpack.api.calling import STEPS, Program
from tests.working import work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]

EXAMPLES = 12  # of each route, fitting and not; all of it is to take seconds
TRUE = [not_a_server_error, response_schema_conformance, status_code_conformance]


how = hypothesis.settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def document() -> Any:
    return Client().get("/api/openapi.json").json()


def test_every_route_is_in_the_document() -> None:
    told = {(method.upper(), path) for path, methods in document()["paths"].items() for method in methods}
    home = "/api/tech-pack-v2/"
    steps = {("POST", f"{home}{path}") for path in STEPS}
    product = f"{home}products/{{product_id}}"
    blueprint = {
        ("POST", "generate-paid"), ("GET", "check-paid-grid"), ("GET", "get-paid-status"),
        ("POST", "generate-grid"), ("GET", "check-grid"),
    }  # fmt: skip
    assert told >= steps | {(method, f"/api/blueprint/{path}") for method, path in blueprint}
    assert told >= {("GET", product), ("PATCH", product), ("POST", f"{product}/revisions")}
    assert told >= {("POST", f"{home}{path}") for path in ("products", "edit", "regenerate")}
    proposal = f"{home}edit/{{proposal_id}}"
    assert told >= {("POST", f"{proposal}/accept"), ("POST", f"{proposal}/discard")}


def test_its_page_shows_every_route_and_needs_no_script_and_no_other_host() -> None:
    answer = Client().get("/api/docs")
    text = answer.content.decode()
    main = text[text.index("<main") : text.index("</main>")]
    for path in document()["paths"]:
        assert path in main
    assert "<script" not in main
    assert "style=" not in main
    assert 'src="http' not in text
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert Client().get("/api/").headers["Location"] == "/api/docs"


@pytest.fixture
def program() -> Program:
    """With a product whose steps are there."""
    program = Program(balance=100_000)
    product_id = program.make_product()
    for path in STEPS:
        program.post(path, {"productId": product_id})
    work()
    return program


@pytest.mark.django_db(transaction=True)  # each call gives its connection back, as in a web process
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_nothing_that_the_document_allows_breaks_anything(program: Program, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())
    known = all_there_is(program)
    for found in schema.get_all_operations():
        operation = found.ok()

        @how
        @hypothesis.given(
            case=operation.as_strategy(generation_mode=mode), real=hypothesis.strategies.booleans()
        )
        def ask(case: Any, real: bool) -> None:
            if real:
                _aim(case, known)
            answer = case.call(headers={"Authorization": f"Bearer {program.token}"})
            case.validate_response(answer, checks=TRUE if mode == GenerationMode.POSITIVE else TRUE[:1])

        ask()
    assert Subscriber.objects.count() == 1


def all_there_is(program: Program) -> dict[str, Any]:
    """By the names that the document gives them."""
    product_id, token = program.user.products.get().pk, make_subscriber().access_token
    sketch_id = program.get(f"products/{product_id}").json()["data"]["sketches"][0]["id"]
    wish = {"sketchId": sketch_id, "fieldPath": "callouts.0.text", "editPrompt": "Shorter", "apply": False}
    proposal_id = program.post("edit", wish).json()["data"]["proposalId"]
    work()
    return {
        "product_id": product_id, "productId": product_id, "proposal_id": proposal_id,
        "accessToken": token, "access": token, **wish,
    }  # fmt: skip


def _aim(case: Any, known: dict[str, Any]) -> None:
    """At what is there: by chance no call would find it."""
    for place in (case.path_parameters, case.query, case.body):
        if isinstance(place, dict):
            place.update({name: value for name, value in known.items() if name in place})
