"""The OpenAPI document: true, whole, readable without a script; and no call it allows breaks anything."""

import re
from pathlib import Path
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
from generation.models import Failure
from techpack.api import errors
from techpack.api.error_codes import CODES
from techpack.presenters.exports import FORMATS
from tests.support.blueprint_factories import make_subscriber
from tests.techpack.api.calling import STEPS, Program

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]

EXAMPLES = 6  # of each route, fitting and not; all of it is to take seconds
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


def test_the_document_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = document()
    monkeypatch.setattr("ninja.main.get_schema", lambda **told: pytest.fail("made again"))
    assert document() == first


def test_every_route_is_in_the_document() -> None:
    told = {(method.upper(), path) for path, methods in document()["paths"].items() for method in methods}
    home = "/api/tech-pack-v2/"
    steps = {("POST", f"{home}{path}") for path in STEPS}
    product = f"{home}products/{{productId}}"
    blueprint = {
        ("POST", "generate-paid"), ("GET", "check-paid-grid"), ("GET", "get-paid-status"),
        ("POST", "generate-grid"), ("GET", "check-grid"),
    }  # fmt: skip
    assert told >= steps | {(method, f"/api/blueprint/{path}") for method, path in blueprint}
    assert told >= {("GET", product), ("PATCH", product), ("POST", f"{product}/revisions")}
    assert told >= {("POST", f"{home}{path}") for path in ("products", "edit", "regenerate")}
    proposal = f"{home}edit/{{proposalId}}"
    assert told >= {("GET", proposal), ("POST", f"{proposal}/accept"), ("POST", f"{proposal}/discard")}
    by_hand = ("values", "values/confirm", "values/undo", "values/add", "values/remove", "takes/restore")
    assert told >= {("POST", f"{home}{path}") for path in by_hand}
    assert told >= {("GET", f"{home}{path}") for path in ("values", "values/history", "takes")}
    assert told >= {("POST", f"{product}/redo"), ("POST", f"{home}sketches/{{sketchId}}/annotations")}


def test_its_page_is_served_from_here_under_a_strict_policy() -> None:
    answer = Client().get("/api/docs")
    text = answer.content.decode()
    assert "/api/openapi.json" in text
    assert re.findall(r'(?:src|href)="(?!/static/|/")', text) == []  # and the way home
    assert "<style" not in text
    scripts = re.findall(r"<script([^>]*)>", text)
    assert scripts
    assert all('type="application/json"' in one or "src=" in one for one in scripts)
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert Client().get("/api/").headers["Location"] == "/api/docs"


def test_the_document_explains_values_waiting_and_refusals() -> None:
    text = Client().get("/api/openapi.json").content.decode()
    for words in ("respond-async", "Idempotency-Key", "fieldPath", "insufficient_credits", "renumber"):
        assert words in text


def operations() -> list[tuple[str, dict[str, Any]]]:
    paths = document()["paths"].items()
    return [(f"{method} {path}", told) for path, methods in paths for method, told in methods.items()]


def test_every_route_says_that_it_may_have_to_wait_and_every_body_that_it_may_be_too_large() -> None:
    silent = {name for name, told in operations() if not {"429", "503"} <= told["responses"].keys()}
    assert silent == set()
    with_body = [(name, told) for name, told in operations() if "requestBody" in told]
    assert len(with_body) > 25
    assert {name for name, told in with_body if "413" not in told["responses"]} == set()


def test_files_are_told_with_their_kinds_and_a_body_that_is_a_file_too() -> None:
    paths = document()["paths"]
    home = "/api/tech-pack-v2/"
    export = paths[f"{home}products/{{productId}}/exports/{{kind}}"]["get"]
    assert {"application/pdf", "application/zip", "text/csv"} <= export["responses"]["200"]["content"].keys()
    assert "statusUrl" in str(document()["components"]["schemas"]["ExportBegun"])
    assert "ExportBegun" in str(export["responses"]["202"])
    kind = next(one for one in export["parameters"] if one["name"] == "kind")
    assert kind["schema"]["enum"] == list(FORMATS)
    sample = paths[f"{home}samples/{{roundId}}/file"]["get"]["responses"]["200"]["content"]
    assert "application/pdf" in sample
    imported = paths[f"{home}products/{{productId}}/sheets/import"]["post"]["requestBody"]
    assert "text/csv" in imported["content"]


def test_what_a_route_insists_on_is_required_in_the_document() -> None:
    paths = document()["paths"]
    asked = paths["/api/blueprint/check-paid-grid"]["get"]["parameters"]
    assert {one["name"] for one in asked if one["required"]} == {"predictionId", "gridNumber"}
    schemas = document()["components"]["schemas"]
    assert schemas["PaidGridRequest"]["required"] == ["gridNumber"]
    assert schemas["NewProduct"]["properties"]["name"]["minLength"] == 1


@pytest.mark.parametrize(
    "path", ["nothing", "tech-pack-v2/a%0Ab", "blueprint/%0A", "tech-pack-v2/flats/\u2028"]
)
def test_an_address_that_no_route_has_is_refused_as_every_call_is(path: str) -> None:
    answer = Client().get(f"/api/{path}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_a_choice_is_a_choice_in_the_document() -> None:
    """Two shapes of one name would be one."""
    schemas = document()["components"]["schemas"]
    named = schemas["ProductChange"]["properties"]["category"]["anyOf"][0]["$ref"].rpartition("/")[2]
    assert "APPAREL" in schemas[named]["enum"]


def test_every_code_of_a_refusal_is_told() -> None:
    told = {name: status for name, (status, _) in CODES.items()}
    assert {code: status for _, status, code in errors.REASONS}.items() <= told.items()
    assert set(Failure.values) <= set(told)
    sources = "".join(path.read_text() for path in Path(errors.__file__).parent.glob("*.py"))
    said = re.findall(r'Refused\(\s*(\d+),\s*"(\w+)"', sources)
    assert len(said) > 15
    assert {code: int(status) for status, code in said}.items() <= told.items()


@pytest.mark.django_db(transaction=True)  # each call gives its connection back, as in a web process
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_nothing_that_the_document_allows_breaks_anything(mode: GenerationMode) -> None:
    program = Program(balance=100_000)
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())
    token = make_subscriber().access_token
    known = {"accessToken": token, "access": token, **program.make_everything()}
    for found in schema.get_all_operations():
        operation = found.ok()

        @how
        @hypothesis.given(
            case=operation.as_strategy(generation_mode=mode), real=hypothesis.strategies.booleans()
        )
        def ask(case: Any, real: bool) -> None:
            if real:
                _aim(case, known)
            # The test's client does not unpack Brotli, which it says it accepts.
            headers = {"Authorization": f"Bearer {program.token}", "Accept-Encoding": "identity"}
            answer = case.call(headers=headers)
            case.validate_response(answer, checks=TRUE if mode == GenerationMode.POSITIVE else TRUE[:1])

        ask()
    assert Subscriber.objects.count() == 1


def _aim(case: Any, known: dict[str, Any]) -> None:
    """At what is there: by chance no call would find it."""
    for place in (case.path_parameters, case.query, case.body):
        if isinstance(place, dict):
            place.update({name: value for name, value in known.items() if name in place})
