"""Where the files of an image lie: under its id, or under a stem that a contract names."""

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from generation import registry, services
from generation.models import Asset
from generation.storage import assets
from tests.support.factories import asked, make_asset, picture
from tests.support.job_queue import work

SOME_ID = "31c03c097b624cd7b99a8b1b9d4156d7"
STEM = "paid-blueprint/grids/17-3"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0L9 9"/></svg>'


class Silent:
    """A handler that does nothing."""

    def lock(self, subject: str) -> None: ...
    def changed(self, prediction: Any) -> None: ...
    def succeeded(self, prediction: Any) -> None: ...
    def failed(self, prediction: Any) -> None: ...


def keys(asset: Asset) -> list[str]:
    return [assets.key(asset, variant) for variant in assets.VARIANTS]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("storage")
def test_files_lie_under_their_stem_and_all_of_them_go_with_the_purge() -> None:
    asset = assets.store(account="user:1", data=picture(), svg=DRAWING, stem=STEM)
    start = f"{STEM}-{asset.pk.hex}"
    expected = [f"{start}.png", f"{start}.small.webp", f"{start}.large.webp", f"{start}.vector.svg"]
    assert keys(asset) == expected
    assert all(map(default_storage.exists, expected))
    neighbour = assets.store(account="user:1", data=picture(), stem=STEM)
    assets.release([asset])
    assert assets.purge(10) == 1
    assert not any(map(default_storage.exists, expected))
    assert default_storage.exists(assets.key(neighbour, "original"))


@pytest.mark.django_db
@pytest.mark.usefixtures("fake")
def test_a_result_lies_where_the_prediction_was_asked_to_put_it() -> None:
    registry.register("test", Silent())
    with transaction.atomic():
        prediction = services.ask(
            kind="test", subject="test:1", slot="grid:3", account="user:1", request=asked("render"), stem=STEM
        )
    work()
    prediction.refresh_from_db()
    assert prediction.asset is not None
    assert assets.key(prediction.asset, "original") == f"{STEM}-{prediction.asset_id.hex}.png"
    assert assets.missing_variants(prediction.asset) == []


@pytest.mark.django_db(transaction=True)
def test_the_asset_of_a_key_of_either_kind_is_known() -> None:
    for asset in (make_asset("user:1"), assets.store(account="user:1", data=picture(), stem=STEM)):
        assert {assets.id_of_key(key) for key in keys(asset)} == {asset.pk}


@pytest.mark.parametrize(
    "key",
    [
        "",
        "https://example.com/selfie.png",
        f"paid-blueprint/grids/17-3-{SOME_ID}.exe",
        "paid-blueprint/grids/17-3.png",
        f"../grids/17-{SOME_ID}.png",
        "assets/ab/" + "-" * 36 + "/original.png",
    ],
)
def test_what_is_no_key_of_ours_names_nobody(key: str) -> None:
    assert assets.id_of_key(key) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "stem", ["/grids", "grids/", "a//b", "../a", "Grids", "a b", "a.b", "a\n", "x" * 121]
)
def test_what_is_no_stem_is_refused_before_anything_is_written(stem: str) -> None:
    with pytest.raises(ValueError, match="no stem"):
        assets.store(account="user:1", data=picture(), stem=stem)
    with pytest.raises(ValueError, match="no stem"), transaction.atomic():
        services.ask(
            kind="test", subject="test:1", slot="one", account="user:1", request=asked("render"), stem=stem
        )
    assert not Asset.objects.exists()
