"""The demo subscriber of a site on its own embedded database: somebody who has bought a blueprint
and given one selfie, a portrait in the public domain (imaging/data/LICENSES.md)."""

from dataclasses import asdict
from pathlib import Path

from django.utils import timezone

from blueprint.imaging import selfie_check
from blueprint.models import Subscriber
from blueprint.services import selfies
from generation.storage import assets

TOKEN = "demo"  # noqa: S105 - for a laptop; never made where DATABASE_URL is set
PORTRAIT = Path(__file__).parent / "imaging/data/demo_portrait.jpg"
EMAIL = "noa@example.com"


def make_subscriber() -> bool:
    """Made on the first start only, when there is nobody yet. False when there is somebody."""
    if Subscriber.objects.exists():
        return False
    subscriber = Subscriber.objects.create(
        email=EMAIL,
        name="Noa",
        access_token=TOKEN,
        form_data={"vibe": "luxury"},
        feed_style="minimal",
        paid_blueprint_purchased=True,
        paid_blueprint_purchased_at=timezone.now(),
        email_confirmed_at=timezone.now(),
        consented_at=timezone.now(),
    )
    # after the row, for its files belong to the row's account; a start that is killed in between
    # leaves a demo that asks for a selfie
    data = PORTRAIT.read_bytes()
    asset = assets.store(account=subscriber.account, data=data, stem=f"selfies/{subscriber.pk}")
    entry = assets.key(asset, "original")
    remarks = {selfies.photo_id(entry): [asdict(remark) for remark in selfie_check.judge(data).remarks]}
    Subscriber.objects.filter(pk=subscriber.pk).update(selfie_image_urls=[entry], selfie_remarks=remarks)
    return True


def is_there() -> bool:
    return Subscriber.objects.filter(access_token=TOKEN).exists()
