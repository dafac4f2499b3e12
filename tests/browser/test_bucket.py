"""Pictures of a private bucket, in a page with our Content Security Policy."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import Site
from tests.browser.test_main_path import draft, generate, photos, wait_until_done
from tests.support import factories
from tests.support.s3 import Bucket

__all__ = ["draft", "photos"]  # fixtures


@pytest.fixture(scope="module")
def site(s3_endpoint: str) -> Iterator[Site]:
    """A site that keeps nothing on its own disk."""
    bucket = Bucket(s3_endpoint, "pictures-of-a-browser")
    bucket.create()
    with Site("--demo", environment={**bucket.environment(), "GENERATION_PROVIDER": factories.FAKE}) as site:
        yield site
        assert not list((site.data_dir / "media").rglob("*.*"))


def test_pictures_show_and_drawings_are_saved_under_their_names(
    draft: Page, site: Site, settings: Any
) -> None:
    settings.FAKE_PROVIDER_DIR = site.data_dir / "fake-provider"
    factories.write_fake("answers.json", factories.ANSWERS)
    factories.script(picture="202020")  # of a light picture no line is drawn
    generate(draft)
    wait_until_done(draft)
    pictures = draft.locator("main img:visible")
    assert pictures.count() > 6
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("image => image.naturalWidth") > 16, picture.get_attribute("src")
    sketches = draft.get_by_role("region", name="Sketches")
    with draft.expect_download() as saved:
        sketches.get_by_role("link", name="SVG").first.click()
    assert saved.value.suggested_filename.endswith("-front.svg")
    assert "<path" in saved.value.path().read_text()
