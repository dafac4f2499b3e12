"""Plain helpers that make what a test begins with."""

import json
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings

from accounts.models import User
from credits import services as ledger
from generation.models import Asset, Prediction
from generation.providers.base import Request
from generation.storage import assets
from techpack.models import DraftPhoto, Product, TechPack
from techpack.services import products, runs
from tests.support.pictures import picture
from tests.support.snapshots import remembered

FAKE = "generation.providers.fake.FakeProvider"


def make_user(email: str = "", *, balance: int = 0, **more: Any) -> User:
    user = User.objects.create_user(email or f"{uuid.uuid4().hex[:8]}@example.com", "secret", **more)
    if balance:
        ledger.grant(holder=user, amount=balance, reference=f"test:{user.pk}", description="For the test")
    return user


def make_designer(balance: int = 100) -> User:
    """The same in every test: whatever is remembered may belong to her."""
    email = f"designer-of-{balance}@example.com"
    return User.objects.get(pk=remembered(email, lambda: make_user(email, balance=balance).pk))


def make_asset(account: str, data: bytes | None = None) -> Asset:
    return assets.store(account=account, data=data or picture(), content_type="image/png")


def make_draft(user: User, data: bytes | None = None) -> DraftPhoto:
    return DraftPhoto.objects.create(owner=user, asset=make_asset(f"user:{user.pk}", data), name="photo.png")


def make_product(owner: User, *views: str, name: str = "Green tee", **more: Any) -> Product:
    photos = [
        (make_draft(owner, picture(size=(300 + index, 400))), view)
        for index, view in enumerate(views or ("front",))
    ]
    return products.create_product(owner=owner, name=name, photos=photos, **more)


def cm(value: str, name: str = "total_length") -> products.KnownDimension:
    return {"name": name, "value": Decimal(value), "unit": "cm"}


def make_run(owner: User, *views: str, **more: Any) -> TechPack:
    return runs.start_run(product=make_product(owner, *views, **more))


def remembered_run(owner: User, *views: str) -> TechPack:
    """A finished one of what is remembered itself, like a `make_designer`."""
    name = f"run of {owner.email} with {views}"
    return TechPack.objects.get(pk=remembered(name, lambda: make_finished_run(owner, *views)))


def make_finished_run(owner: User, *views: str, **more: Any) -> int:
    """Its key."""
    from tests.support.job_queue import work

    run = make_run(owner, *views, **more)
    work()
    return run.pk


# --- the fake engine -------------------------------------------------------------------------


def script(**behaviours: Any) -> None:
    """What the fake does, call by call: script(sketch=["transient", "ok"], latency=2)."""
    write_fake("script.json", {name.replace("any", "*"): value for name, value in behaviours.items()})


def write_fake(name: str, content: Any) -> None:
    folder = Path(settings.FAKE_PROVIDER_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(content))


def analysis(**more: Any) -> dict[str, Any]:
    """A base view as an engine may answer it."""
    return {
        "engine": "fake engine",
        "summary": "Solid green, short sleeves",
        "confidence": 0.8,
        "silhouette": {
            "found": True, "method": "fake", "pieces": 1, "confidence": 0.9,
            "outline": [[[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]]], "box": [0.1, 0.1, 0.9, 0.9],
        },
        "colours": {
            "items": [{"name": "Pine", "hex": "#38574D", "share": 0.9, "source": "measured"}],
            "confidence": 0.9,
        },
        "pattern": {"kind": "solid", "evidence": "One colour", "confidence": 0.9, "source": "measured"},
        "proportions": {
            "items": [{
                "code": "A1", "name": "Total length", "value": 70.0, "unit": "cm",
                "line": [[0.5, 0.1], [0.5, 0.9]], "source": "measured", "confidence": 0.9,
            }],
            "symmetry": 0.95, "scale": None, "confidence": 0.8,
        },
        "construction": {"items": [], "confidence": 0.5},
        "materials": {"items": [], "confidence": 0.0},
        "to_be_specified": [{"field": "Fibre composition", "reason": "A photo does not show it."}],
        **more,
    }  # fmt: skip


def plan(shots: int = 4) -> dict[str, Any]:
    return {
        "shots": [
            {"title": f"Detail {n + 1}", "kind": "detail", "image": 0,
             "area": [0.1 * n, 0.1, 0.1 * n + 0.1, 0.3], "reason": "It is there."}
            for n in range(shots)
        ]
    }  # fmt: skip


def annotations() -> dict[str, Any]:
    return {
        "callouts": [{
            "number": 1, "text": "Neckline edge: finish to be specified", "category": "construction",
            "position": [0.5, 0.1], "source": "measured", "confidence": 0.7,
        }],
        "measurements": [{
            "code": "A1", "name": "Total length", "how": "From the highest point to the hem", "value": 70.0,
            "unit": "cm", "line": [[0.5, 0.1], [0.5, 0.9]], "source": "measured", "confidence": 0.9,
        }],
    }  # fmt: skip


ANSWERS = {
    "category": {
        "category": "APPAREL", "subcategory": "T-shirt", "confidence": 0.8, "basis": "words",
        "evidence": "The name says so.",
    },
    "base_view": analysis(),
    "close_up_plan": plan(),
    "callouts": annotations(),
    "edit": {"value": "Band collar", "reason": "As asked.", "refusal": ""},
}  # fmt: skip


def asked(operation: str = "analyse", purpose: str = "test", **more: Any) -> Request:
    return Request(operation=operation, purpose=purpose, **more)  # type: ignore[arg-type]


def states() -> list[str]:
    return list(Prediction.objects.order_by("queued_at").values_list("status", flat=True))
