"""The stand-in for Replicate keeps to the vendor's description, and misbehaves as it is told."""

import base64
import io
import json
import time
from typing import Any

import httpx
import pytest
import replicate
import requests
from PIL import Image
from replicate.exceptions import ReplicateError
from replicate.webhook import InvalidSignatureError, InvalidTimestampError, Webhooks, WebhookSigningSecret

from techpack import schemas
from tests.support.replicate_server.faults import Faults
from tests.support.replicate_server.reading import read
from tests.support.replicate_server.receiving import Event, Receiver
from tests.support.replicate_server.running import StandIn

pytest_plugins = ["tests.support.replicate_server.fixtures"]

RENDER = "google/nano-banana-pro"
TEXT = "google/gemini-2.5-flash"
STRUCTURED = "openai/gpt-5-structured"
BODY = {"input": {"prompt": "A photo of a shirt", "resolution": "1K", "output_format": "png"}}
SCHEMA = {
    "type": "object", "properties": {"category": {"type": "string"}, "subcategory": {"type": "string"}},
    "required": ["category", "subcategory"], "additionalProperties": False,
}  # fmt: skip


@pytest.fixture
def client(stand_in: StandIn) -> replicate.Client:
    return replicate.Client(stand_in.token, base_url=stand_in.base_url)


@pytest.fixture
def http(stand_in: StandIn) -> httpx.Client:
    """The API without a client that retries or hides anything."""
    authorization = {"authorization": f"Bearer {stand_in.token}"}
    return httpx.Client(base_url=stand_in.base_url, headers=authorization, trust_env=False, timeout=60)


def make(http: httpx.Client, model: str = RENDER, body: Any = None, **headers: str) -> httpx.Response:
    return http.post(f"/v1/models/{model}/predictions", json=body or BODY, headers=headers)


def made(http: httpx.Client, stand_in: StandIn, **more: Any) -> dict[str, Any]:
    """A prediction, after its end."""
    answer = make(http, body=BODY | more)
    assert answer.status_code == 201, answer.text
    return ended(http, stand_in, answer.json()["id"])


def ended(http: httpx.Client, stand_in: StandIn, prediction_id: str) -> dict[str, Any]:
    def over() -> Any:
        body = http.get(f"/v1/predictions/{prediction_id}").json()
        return body if body["status"] not in ("starting", "processing") else None

    return stand_in.until(over)


def shirt(side: int = 400) -> bytes:
    """A drawing that the local engine takes for a T-shirt."""
    picture = Image.new("RGB", (side, side), "#f2f2f2")
    cloth = Image.new("RGB", (side // 2, side * 2 // 3), "#20508c")
    picture.paste(cloth, (side // 4, side // 6))
    picture.paste(cloth.resize((side * 8 // 10, side // 5)), (side // 10, side // 6))
    stream = io.BytesIO()
    picture.save(stream, "JPEG")
    return stream.getvalue()


def data_url(data: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"


def validate(event: Event, secret: str, tolerance: int | None = None) -> None:
    key = WebhookSigningSecret(key=secret)
    Webhooks.validate(headers=event.headers, body=event.body.decode(), secret=key, tolerance=tolerance)


# --- the API


def test_the_official_client_creates_looks_lists_uploads_and_learns_the_secret(client, stand_in):
    file = client.files.create(io.BytesIO(shirt()), filename="shirt.jpg", metadata={"of": "us"})
    prediction = client.models.predictions.create(
        RENDER, input=BODY["input"] | {"image_input": [file.urls["get"]]}, wait=20
    )
    prediction.wait()
    assert prediction.status == "succeeded"
    assert client.predictions.get(prediction.id).output == prediction.output
    assert [row.id for row in client.predictions.list()] == [prediction.id]
    assert client.webhooks.default.secret().key == stand_in.webhook_secret
    assert file.metadata == {"of": "us"}
    assert file.size == len(shirt())
    assert client.files.delete(file.id)


def test_the_official_client_cancels(client, stand_in):
    stand_in.script("*", "stuck-processing")
    prediction = client.models.predictions.create(RENDER, input=BODY["input"])
    stand_in.until(lambda: stand_in.predictions(status="processing"))
    assert client.predictions.cancel(prediction.id).status == "canceled"
    assert stand_in.paid() == {prediction.id}


def test_what_is_cancelled_before_it_starts_is_not_paid(http, stand_in):
    stand_in.script("*", "stuck")
    prediction_id = make(http).json()["id"]
    assert http.post(f"/v1/predictions/{prediction_id}/cancel").json()["status"] == "canceled"
    assert stand_in.paid() == set()
    assert stand_in.accepted() == {prediction_id}


def test_answers_have_what_the_description_requires(http, stand_in):
    body = made(http, stand_in)
    wanted = "id model version input output data_removed error status created_at urls completed_at metrics"
    assert set(wanted.split()) <= set(body)
    assert set(body["urls"]) == {"web", "get", "cancel"}
    assert body["metrics"]["predict_time"] >= 0


def test_output_is_missing_while_starting(http, stand_in):
    stand_in.script("*", "stuck")
    body = make(http).json()
    assert body["status"] == "starting"
    assert "output" not in body


def test_a_wrong_token_is_401_and_an_unknown_thing_404(http, stand_in):
    answer = httpx.get(f"{stand_in.base_url}/v1/predictions", headers={"authorization": "Bearer no"})
    assert answer.status_code == 401
    assert answer.json()["status"] == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert http.get("/v1/predictions/nothing").status_code == 404
    assert make(http, "nobody/nothing").status_code == 404


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({}, "- input: prompt is required"),
        ({"prompt": 3}, "- input.prompt: Invalid type. Expected: string"),
        ({"prompt": "x", "aspect_ratio": "7:7"}, "aspect_ratio must be one of the following"),
        ({"prompt": "x", "resolution": "8K"}, "resolution must be one of the following"),
        ({"prompt": "x", "output_format": "webp"}, 'must be one of the following: "jpg", "png"'),
        ({"prompt": "x", "image_input": ["http://127.0.0.1/a"] * 15}, "Array must have at most 14 items"),
        ({"prompt": "x", "image_input": ["photo.jpg"]}, "Does not match format 'uri'"),
        ({"prompt": "x", "image_input": [data_url(bytes(256 * 1024 + 1))]}, "256kb or smaller"),
    ],
)  # fmt: skip
def test_wrong_inputs_are_422(http, values, complaint):
    answer = make(http, body={"input": values})
    assert answer.status_code == 422
    assert answer.json()["title"] == "Input validation failed"
    assert complaint in answer.json()["detail"]


@pytest.mark.parametrize(
    ("more", "headers"),
    [
        ({"webhook": "http://example.com/hook"}, {}),
        ({"webhook_events_filter": ["done"]}, {}),
        ({"webhook_completed": "https://example.com/"}, {}),
        ({}, {"prefer": "wait=61"}),
        ({}, {"cancel-after": "4s"}),
        ({}, {"cancel-after": "soon"}),
    ],
)
def test_what_the_description_does_not_allow_is_422(http, stand_in, more, headers):
    assert make(http, body=BODY | more, **headers).status_code == 422
    assert stand_in.accepted() == set()


@pytest.mark.parametrize("flaw", [{"additionalProperties": True}, {"required": []}, {"anyOf": []}])
def test_a_schema_the_strict_model_cannot_enforce_is_422(http, flaw):
    form = {"format": {"type": "json_schema", "name": "kind", "schema": SCHEMA | flaw}}
    assert make(http, STRUCTURED, {"input": {"prompt": "x", "json_schema": form}}).status_code == 422


def test_prefer_wait_answers_with_the_output_or_202(http, stand_in):
    assert make(http, prefer="wait").json()["output"].startswith("http://localhost:")
    stand_in.latency(5)
    answer = make(http, prefer="wait=1")
    assert answer.status_code == 202
    assert answer.json()["status"] == "processing"


def test_a_deadline_aborts_what_has_not_started_and_cancels_what_has(http, stand_in):
    stand_in.script("*", "stuck", "stuck-processing")
    first, second = (make(http, **{"cancel-after": "5m"}).json() for _ in range(2))
    assert first["deadline"] > first["created_at"]
    stand_in.until(lambda: stand_in.predictions(status="processing"))
    stand_in.advance(301)
    assert ended(http, stand_in, first["id"])["status"] == "aborted"
    assert ended(http, stand_in, second["id"])["status"] == "canceled"
    assert stand_in.paid() == {second["id"]}


def test_the_list_has_pages_newest_first(http, stand_in):
    stand_in.settings(page=2, pictures="plain")
    ids = [make(http).json()["id"] for _ in range(5)]
    page = http.get("/v1/predictions").json()
    assert page["previous"] is None
    seen = [row["id"] for row in page["results"]]
    while page["next"]:
        page = http.get(page["next"]).json()
        seen += [row["id"] for row in page["results"]]
    assert seen == ids[::-1]
    before = http.get(page["previous"]).json()
    assert [row["id"] for row in before["results"]] == ids[2:0:-1]
    assert len(http.get(before["previous"]).json()["results"]) == 2


def test_a_new_prediction_does_not_shift_the_next_page(http, stand_in):
    stand_in.settings(page=2, pictures="plain")
    ids = [make(http).json()["id"] for _ in range(4)]
    page = http.get("/v1/predictions").json()
    make(http)
    assert [row["id"] for row in http.get(page["next"]).json()["results"]] == ids[1::-1]


def test_created_after_keeps_what_is_as_old_and_stays_with_the_pages(http, stand_in):
    stand_in.settings(page=1, pictures="plain")
    rows = [make(http).json() for _ in range(3)]
    page = http.get("/v1/predictions", params={"created_after": rows[1]["created_at"]}).json()
    assert page["results"][0]["id"] == rows[2]["id"]
    page = http.get(page["next"]).json()
    assert page["results"][0]["id"] == rows[1]["id"]
    assert page["results"][0]["input"] == BODY["input"]
    assert page["next"] is None
    assert http.get("/v1/predictions", params={"created_after": "yesterday"}).status_code == 422
    assert http.get("/v1/predictions?created_after=2026-01-01T00:00:00+00:00").status_code == 422


def test_too_many_creations_are_429_with_the_reset(http, stand_in):
    stand_in.settings(creates_per_minute=2, pictures="plain")
    assert [make(http).status_code for _ in range(3)] == [201, 201, 429]
    answer = make(http)
    reset = int(answer.headers["ratelimit-reset"])
    assert 50 < reset <= 60
    assert answer.headers["ratelimit-remaining"] == "0"
    assert answer.json() == {"detail": f"Request was throttled. Your rate limit resets in ~{reset}s."}
    assert http.get("/v1/predictions").status_code == 200
    assert len(stand_in.accepted()) == 2


def test_data_and_files_are_gone_after_an_hour(http, stand_in):
    body = made(http, stand_in)
    assert requests.get(body["output"], timeout=10).status_code == 200
    stand_in.advance(3601)
    later = http.get(f"/v1/predictions/{body['id']}").json()
    assert (later["output"], later["data_removed"], later["status"]) == (None, True, "succeeded")
    assert requests.get(body["output"], timeout=10).status_code == 404
    assert stand_in.predictions()[0]["input"] == BODY["input"]


def test_the_outputs_host_notes_who_brings_the_token(http, stand_in):
    address = made(http, stand_in)["output"]
    assert stand_in.output_host in address
    assert stand_in.output_host not in stand_in.base_url
    requests.get(address, timeout=10)
    http.get(address)
    assert [row["token"] for row in stand_in.downloads()] == [False, True]


# --- what it makes


@pytest.mark.parametrize(
    ("prompt", "step"),
    [
        ("Draw a clean technical flat of the front view. This is not a photo.", "sketch"),
        ("Black line drawing on white. No letters, no close-up, no grid.", "sketch"),
        ("A macro close-up of the left cuff, true to the reference. Not a sketch.", "close_up"),
        ("A 3x3 grid of the same person. Never a drawing.", "grid"),
        ("The same shirt in daylight", "copy"),
    ],
)
def test_a_render_is_told_by_its_words(http, stand_in, prompt, step):
    stand_in.settings(largest_side=2048)
    picture = data_url(shirt())
    body = {"input": BODY["input"] | {"prompt": prompt, "image_input": [picture], "aspect_ratio": "3:4"}}
    answer = make(http, body=body, prefer="wait=30").json()
    assert stand_in.predictions()[0]["step"] == step, answer
    with Image.open(io.BytesIO(requests.get(answer["output"], timeout=10).content)) as image:
        assert image.size == (888, 1184)
        assert image.text["Comment"] == f"stand-in: {step}"


@pytest.mark.parametrize(
    ("words", "fact", "value"),
    [
        ("Show the area [0.1, 0.25, 0.5, 1] of the photo", "area", [0.1, 0.25, 0.5, 1.0]),
        ("from left 10 %, top 25 %, to right 50 %, bottom 100 %", "area", [0.1, 0.25, 0.5, 1.0]),
        ('<facts>{"area": [0, 0, 0.5, 0.5], "title": "Cuff"}</facts>', "area", [0, 0, 0.5, 0.5]),
        ("A picture of the left cuff", "area", None),
        ("Draw the back view of the bag", "view", "back"),
        ('{"view": "side"}', "view", "side"),
        ("Category: FOOTWEAR", "category", "FOOTWEAR"),
        ("Product name: “Linen shirt”", "name", "Linen shirt"),
        ('{"dimension": {"name": "Chest", "value": 52, "unit": "cm"}}', "dimension",
         {"name": "Chest", "value": 52, "unit": "cm"}),
    ],
)  # fmt: skip
def test_facts_are_read_from_the_words(words, fact, value):
    assert read(RENDER, {"prompt": words}).facts.get(fact) == value


def test_a_line_drawing_carries_no_letters(http, stand_in):
    stand_in.settings(largest_side=2048)
    values = BODY["input"] | {"prompt": "technical flat", "image_input": [data_url(shirt())]}
    answer = make(http, body={"input": values}, prefer="wait=30").json()
    with Image.open(io.BytesIO(requests.get(answer["output"], timeout=10).content)) as image:
        corner = image.convert("L").crop((image.width - 120, image.height - 60, image.width, image.height))
        assert corner.getextrema() == (255, 255)


def test_pictures_made_once_are_real_and_differ(http, stand_in):
    stand_in.settings(pictures="once")
    files = []
    for form in ("png", "png", "jpg", "jpg"):
        values = BODY["input"] | {"output_format": form, "image_input": [data_url(shirt())]}
        answer = make(http, body={"input": values}, prefer="wait=30").json()
        files.append(requests.get(answer["output"], timeout=10).content)
        with Image.open(io.BytesIO(files[-1])) as image:
            image.load()
    assert len(set(files)) == 4


@pytest.mark.parametrize(
    "shape", [schemas.Category, schemas.BaseViewAnalysis, schemas.CloseUpPlan, schemas.Annotations]
)
@pytest.mark.parametrize("pictures", ["engine", "plain"])
def test_an_analysis_validates_against_the_schema_in_the_prompt(http, stand_in, shape, pictures):
    stand_in.settings(pictures=pictures)
    prompt = f"Look at the product. Answer in JSON by this schema:\n{json.dumps(shape.model_json_schema())}"
    values = {"prompt": prompt, "images": [data_url(shirt())]}
    answer = make(http, TEXT, {"input": values}, prefer="wait=30").json()
    text = "".join(answer["output"])
    assert text.startswith("```json\n")
    read = shape.model_validate_json(text.removeprefix("```json\n").removesuffix("\n```"))
    if isinstance(read, schemas.BaseViewAnalysis):
        assert read.engine == "stand-in"
        assert all(feature.is_known for feature in read.features)
        assert bool(read.features) == (pictures == "engine")
    if isinstance(read, schemas.Category):
        assert bool(read.product_type) == (pictures == "engine")


def test_a_model_that_enforces_a_schema_answers_in_it_alone(http):
    form = {"format": {"type": "json_schema", "name": "kind", "schema": SCHEMA}}
    values = {"prompt": "name: Linen shirt", "json_schema": form, "image_input": [data_url(shirt())]}
    output = make(http, STRUCTURED, {"input": values}, prefer="wait=30").json()["output"]
    assert set(output["json_output"]) == {"category", "subcategory"}
    assert json.loads(output["text"]) == output["json_output"]
    assert output["json_output"]["category"] == "APPAREL"


def test_a_repair_gets_its_draft_back_in_shape(http):
    schema = schemas.Category.model_json_schema()
    draft = {"category": "BAG", "subcategory": "Tote", "confidence": 7, "extra": 1, "basis": "model"}
    prompt = f"Schema: {json.dumps(schema)}\nYour answer {json.dumps(draft)} did not validate. Mend it."
    output = make(http, TEXT, {"input": {"prompt": prompt}}, prefer="wait=10").json()["output"]
    mended = schemas.Category.model_validate_json("".join(output).strip("`json\n"))
    assert (mended.category, mended.subcategory, mended.confidence) == ("BAG", "Tote", 1)


def test_an_input_that_is_no_picture_fails_the_prediction(http, stand_in):
    values = BODY["input"] | {"image_input": [data_url(b"no picture at all")]}
    body = made(http, stand_in, input=values)
    assert body["status"] == "failed"
    assert "cannot identify image file" in body["error"]


# --- webhooks


def test_a_webhook_verifies_with_the_official_client_and_carries_the_prediction(http, stand_in):
    with Receiver() as receiver:
        body = made(http, stand_in, webhook=f"{receiver.url}?attempt=7", webhook_events_filter=["completed"])
        event = stand_in.until(lambda: receiver.events)[0]
        validate(event, stand_in.webhook_secret, tolerance=60)
        assert event.path.endswith("?attempt=7")
        assert json.loads(event.body) == body
        with pytest.raises(InvalidSignatureError):
            validate(event, f"whsec_{base64.b64encode(b'another').decode()}")


def test_events_are_filtered_and_come_in_order(http, stand_in):
    with Receiver() as receiver:
        made(http, stand_in, webhook=receiver.url, webhook_events_filter=["start", "completed"])
        stand_in.until(lambda: len(receiver.events) == 2)
        statuses = [json.loads(event.body)["status"] for event in receiver.events]
        assert statuses == ["processing", "succeeded"]


def test_only_the_last_event_is_repeated_and_redirects_are_not_followed(http, stand_in):
    with Receiver(500, 302, 503) as receiver:
        made(http, stand_in, webhook=receiver.url, webhook_events_filter=["start", "completed"])
        stand_in.until(lambda: len(receiver.events) == 4)
        time.sleep(0.6)
        assert len(receiver.events) == 4
        assert "/elsewhere" not in {event.path for event in receiver.events}
        ids = [event.headers["webhook-id"] for event in receiver.events]
        assert len({*ids[1:]}) == 1
        assert ids[0] != ids[1]


@pytest.mark.parametrize(
    ("fault", "events"),
    [("webhook-lost", 0), ("webhook-twice", 2), ("webhook-disordered", 2), ("webhook-late", 1)],
)
def test_webhooks_lost_twice_disordered_and_late(http, stand_in, fault, events):
    stand_in.settings(late_seconds=0.5)
    stand_in.script("*", fault)
    begun = time.monotonic()
    with Receiver() as receiver:
        made(http, stand_in, webhook=receiver.url, webhook_events_filter=["completed"])
        if fault == "webhook-lost":
            time.sleep(0.5)
        else:
            stand_in.until(lambda: len(receiver.events) >= events)
        assert len(receiver.events) == events
        assert fault != "webhook-late" or time.monotonic() - begun >= 0.5
        if fault == "webhook-twice":
            assert len({event.headers["webhook-id"] for event in receiver.events}) == 1
        if fault == "webhook-disordered":
            statuses = [json.loads(event.body)["status"] for event in receiver.events]
            assert statuses == ["succeeded", "processing"]


def test_an_early_webhook_comes_before_creation_is_answered(http, stand_in):
    stand_in.latency(5)
    stand_in.script("*", "webhook-early")
    with Receiver() as receiver:
        make(http, body=BODY | {"webhook": receiver.url, "webhook_events_filter": ["completed"]})
        assert len(receiver.events) == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [("webhook-wrong-signature", InvalidSignatureError), ("webhook-stale", InvalidTimestampError)],
)
def test_webhooks_that_must_not_be_believed(http, stand_in, fault, error):
    stand_in.script("*", fault)
    with Receiver() as receiver:
        made(http, stand_in, webhook=receiver.url, webhook_events_filter=["completed"])
        event = stand_in.until(lambda: receiver.events)[0]
        with pytest.raises(error):
            validate(event, stand_in.webhook_secret, tolerance=300)


def test_unsigned_and_huge_webhooks(http, stand_in):
    stand_in.script("*", "webhook-unsigned", "webhook-huge")
    with Receiver() as receiver:
        for _ in range(2):
            made(http, stand_in, webhook=receiver.url, webhook_events_filter=["completed"])
        stand_in.until(lambda: len(receiver.events) == 2)
        assert not any(name.lower().startswith("webhook-") for name in receiver.events[0].headers)
        assert len(receiver.events[1].body) > 4_000_000


def test_any_event_can_be_sent_by_hand(stand_in):
    with Receiver() as receiver:
        assert stand_in.send_webhook(receiver.url, {"id": "unknown"}, age=10) == 200
        validate(receiver.events[0], stand_in.webhook_secret, tolerance=60)
    body = b'{"id": "x"}'
    validate(Event("", stand_in.signed_headers(body), body), stand_in.webhook_secret)


# --- faults of answering


@pytest.mark.parametrize(
    ("fault", "status", "accepted"),
    [
        ("error-before", 500, 0), ("unavailable", 503, 0), ("gateway", 502, 0), ("error-after", 500, 1),
        ("gateway-after", 502, 1), ("throttled", 429, 0), ("throttled-bare", 429, 0),
        ("unauthorized", 401, 0), ("payment", 402, 0), ("unprocessable", 422, 0), ("bare-problem", 500, 0),
    ],
)  # fmt: skip
def test_creation_answered_with_an_error(http, stand_in, fault, status, accepted):
    stand_in.script("*", fault)
    assert make(http).status_code == status
    assert len(stand_in.accepted()) == accepted
    assert make(http).status_code == 201


@pytest.mark.parametrize(("fault", "accepted"), [("cut", 1), ("cut-body", 1), ("cut-before", 0)])
def test_the_connection_is_cut(http, stand_in, fault, accepted):
    stand_in.script("*", fault)
    with pytest.raises(httpx.RemoteProtocolError):
        make(http)
    assert len(stand_in.accepted()) == accepted


def test_a_slow_answer_is_accepted_before_anybody_gives_up(http, stand_in):
    stand_in.settings(slow_seconds=1.0)
    stand_in.script("*", "slow-answer")
    with pytest.raises(httpx.ReadTimeout):
        http.post(f"/v1/models/{RENDER}/predictions", json=BODY, timeout=0.3)
    assert len(stand_in.accepted()) == 1


@pytest.mark.parametrize("operation", ["get", "list", "cancel", "file", "secret"])
def test_other_operations_misbehave_too(http, stand_in, operation):
    prediction_id = make(http).json()["id"]
    ask = {
        "get": lambda: http.get(f"/v1/predictions/{prediction_id}"),
        "list": lambda: http.get("/v1/predictions"),
        "cancel": lambda: http.post(f"/v1/predictions/{prediction_id}/cancel"),
        "file": lambda: http.post("/v1/files", files={"content": ("a.jpg", b"data", "image/jpeg")}),
        "secret": lambda: http.get("/v1/webhooks/default/secret"),
    }[operation]
    stand_in.script(operation, "unavailable", "cut", "ok")
    assert ask().status_code == 503
    with pytest.raises(httpx.RemoteProtocolError):
        ask()
    assert ask().status_code in (200, 201)


# --- faults of life


@pytest.mark.parametrize(
    ("fault", "status", "paid"),
    [
        ("failed", "failed", 1), ("failed-transient", "failed", 1), ("refused", "failed", 1),
        ("refused-mildly", "failed", 1), ("aborted", "aborted", 0), ("canceled", "canceled", 1),
    ],
)  # fmt: skip
def test_predictions_end_badly(http, stand_in, fault, status, paid):
    stand_in.script("*", fault)
    body = made(http, stand_in)
    assert body["status"] == status
    assert (body["error"] is not None) == (status == "failed")
    assert len(stand_in.paid()) == paid


def test_the_official_client_stumbles_over_aborted(client, stand_in):
    """The trap is real: the stand-in must spring it as the API does."""
    stand_in.script("*", "aborted")
    prediction = client.models.predictions.create(RENDER, input=BODY["input"])
    stand_in.until(lambda: stand_in.predictions(status="aborted"))
    with pytest.raises(ValueError, match="unexpected value"):
        client.predictions.get(prediction.id)


def test_slow_takes_longer_and_early_output_comes_while_processing(http, stand_in):
    stand_in.settings(slow_seconds=0.7, pictures="plain")
    stand_in.script("*", "slow", "early-output")
    begun = time.monotonic()
    made(http, stand_in)
    assert time.monotonic() - begun > 0.7
    answer = make(http, prefer="wait=10").json()
    assert answer["status"] == "processing"
    assert answer["output"]


# --- faults of the output


def download(address: str) -> requests.Response:
    return requests.get(address, timeout=10, allow_redirects=False)


def test_output_is_gone(http, stand_in):
    stand_in.script("*", "output-missing", "output-null", "output-expired")
    assert download(made(http, stand_in)["output"]).status_code == 404
    assert made(http, stand_in)["output"] is None
    expired = made(http, stand_in)
    assert (expired["output"], expired["data_removed"]) == (None, True)


def test_output_is_damaged(http, stand_in):
    stand_in.script("*", "output-truncated", "output-half", "output-not-an-image", "output-huge-dimensions")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        download(made(http, stand_in)["output"])
    with pytest.raises(OSError, match="truncated"), \
            Image.open(io.BytesIO(download(made(http, stand_in)["output"]).content)) as image:  # fmt: skip
        image.load()
    with pytest.raises(OSError, match="cannot identify"):
        Image.open(io.BytesIO(download(made(http, stand_in)["output"]).content))
    with pytest.raises(Image.DecompressionBombError):
        Image.open(io.BytesIO(download(made(http, stand_in)["output"]).content))


@pytest.mark.parametrize(("fault", "says"), [("output-too-large", True), ("output-endless", False)])
def test_output_is_too_large(http, stand_in, fault, says):
    stand_in.script("*", fault)
    with requests.get(made(http, stand_in)["output"], timeout=10, stream=True) as answer:
        assert ("content-length" in answer.headers) == says
        size = 0
        for piece in answer.iter_content(1 << 20):
            size += len(piece)
            if size > 50_000_000:
                break
    assert size > 50_000_000


def test_whoever_follows_an_output_elsewhere_is_noted(http, stand_in):
    stand_in.script("*", "output-redirect-private", "output-foreign-host")
    redirected = made(http, stand_in)["output"]
    assert download(redirected).status_code == 302
    assert stand_in.trapped() == []
    requests.get(redirected, timeout=10)
    foreign = made(http, stand_in)["output"]
    assert stand_in.output_host not in foreign
    requests.get(foreign, timeout=10)
    assert len(stand_in.trapped()) == 2


def test_output_comes_in_unusual_ways(http, stand_in):
    stand_in.settings(slow_seconds=0.5)
    stand_in.script("*", "output-data-url", "output-list", "output-error", "output-slow")
    assert made(http, stand_in)["output"].startswith("data:image/png;base64,")
    assert isinstance(made(http, stand_in)["output"], list)
    second_time = made(http, stand_in)["output"]
    assert [download(second_time).status_code for _ in range(2)] == [503, 200]
    begun = time.monotonic()
    download(made(http, stand_in)["output"])
    assert time.monotonic() - begun > 0.5


@pytest.mark.parametrize(
    ("fault", "is_json"),
    [("answer-plain", True), ("answer-chatty", False), ("answer-broken", False), ("answer-wrong", False)],
)
def test_text_answers_in_every_dress(http, stand_in, fault, is_json):
    stand_in.script(TEXT, fault)
    prompt = f"Schema: {json.dumps(SCHEMA)}"
    output = make(http, TEXT, {"input": {"prompt": prompt}}, prefer="wait=10").json()["output"]
    assert isinstance(output, str) == is_json
    text = "".join(output)
    assert ("Sure" in text) == (fault == "answer-chatty")
    assert ("unexpected" in text) == (fault == "answer-wrong")
    assert text.rstrip("`\n").endswith("}") == (fault in ("answer-plain", "answer-wrong"))


def test_a_fence_around_what_usually_has_none(http, stand_in):
    stand_in.script("openai/gpt-4.1-mini", "ok", "answer-fenced")
    body = {"input": {"prompt": f"Schema: {json.dumps(SCHEMA)}"}}
    outputs = [make(http, "openai/gpt-4.1-mini", body, prefer="wait=10").json()["output"] for _ in range(2)]
    assert ["".join(output).startswith("```json") for output in outputs] == [False, True]


def test_even_a_model_that_enforces_a_schema_can_miss_it(http, stand_in):
    stand_in.script(STRUCTURED, "answer-wrong", "answer-broken", "answer-text-only")
    form = {"format": {"type": "json_schema", "name": "kind", "schema": SCHEMA}}
    body = {"input": {"prompt": "x", "json_schema": form}}
    outputs = [make(http, STRUCTURED, body, prefer="wait=10").json()["output"] for _ in range(3)]
    assert "unexpected" in outputs[0]["json_output"]
    assert outputs[1]["json_output"] is None
    assert set(outputs[2]) == {"text"}


# --- scripts and rates


def test_a_script_goes_by_step_then_model_then_anything(http, stand_in):
    stand_in.settings(pictures="plain")
    stand_in.script("copy", "failed")
    stand_in.script(RENDER, "refused", "ok")
    stand_in.script("*", "aborted", forever=True)
    found = [made(http, stand_in) for _ in range(4)]
    assert [row["status"] for row in found] == ["failed", "failed", "succeeded", "aborted"]
    assert "E005" in found[1]["error"]


def test_faults_can_be_joined_and_unknown_ones_are_refused(http, stand_in):
    stand_in.script("*", "slow-answer+failed")
    stand_in.settings(slow_seconds=0.01)
    assert made(http, stand_in)["status"] == "failed"
    with pytest.raises(ValueError, match="no such fault: fialed"):
        stand_in.script("*", "fialed")


def test_rates_follow_their_seed_and_hit_each_layer_once():
    def run(seed: int) -> list[frozenset[str]]:
        faults = Faults()
        faults.rate({"failed": 0.3, "refused": 0.3, "webhook-lost": 0.5}, seed)
        return [faults.next("copy", "*") for _ in range(400)]

    assert run(1) == run(1)
    assert run(1) != run(2)
    drawn = run(1)
    assert not any({"failed", "refused"} <= plan for plan in drawn)
    assert 80 < sum("failed" in plan for plan in drawn) < 160
    assert 150 < sum("webhook-lost" in plan for plan in drawn) < 250


def test_a_reset_forgets_everything_and_silences_what_still_runs(http, stand_in):
    stand_in.latency(0.5)
    with Receiver() as receiver:
        make(http, body=BODY | {"webhook": receiver.url})
        stand_in.reset()
        time.sleep(0.8)
        assert stand_in.predictions() == []
        assert receiver.events == []


def test_refusals_reach_the_official_client_as_its_errors(client):
    with pytest.raises(ReplicateError, match="aspect_ratio must be one of"):
        client.models.predictions.create(RENDER, input={"prompt": "x", "aspect_ratio": "2:1"})
