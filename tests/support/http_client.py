"""A designer without a browser: the site's forms over plain HTTP."""

import re
from functools import cache

import requests
from playwright.sync_api import BrowserContext

from tests.browser.site import Site
from tests.support.pictures import picture


class Visitor:
    """Signed in at `site`, by default as the demo designer."""

    def __init__(self, site: Site, email: str = "demo@example.com", password: str = "demo"):
        self.site = site
        self.session = requests.Session()
        self.session.get(f"{site.address}/accounts/login/")
        answer = self.post("/accounts/login/", login=email, password=password)
        assert answer.url.endswith("/techpacks/"), answer.url

    def post(self, path: str, files: object = None, **data: str) -> requests.Response:
        data["csrfmiddlewaretoken"] = self.session.cookies["csrftoken"]
        return self.session.post(f"{self.site.address}{path}", data, files=files, timeout=30)  # type: ignore[arg-type]

    def sign_in(self, context: BrowserContext) -> None:
        """A browser, too."""
        context.add_cookies(
            [
                {"name": cookie.name, "value": cookie.value or "", "url": self.site.address}
                for cookie in self.session.cookies
            ]
        )

    def make_product(self, name: str, *photos: bytes) -> str:
        """The path of its page."""
        files = [
            ("photos", (f"{index}.png", photo, "image/png"))
            for index, photo in enumerate(photos or (picture(),))
        ]
        made = self.post("/techpacks/new/", files, name=name)
        found = re.search(r"/techpacks/\d+/$", made.url)
        assert found, made.text[:500]
        return found[0]

    def generate(self, product: str) -> None:
        self.post(f"{product}generate/")

    def read(self, path: str) -> str:
        """The page, or nothing while the site does not answer."""
        try:
            return self.session.get(f"{self.site.address}{path}", timeout=10).text
        except requests.RequestException:
            return ""


@cache
def demo_designer(site: Site) -> Visitor:
    """Signed in once a site: each time costs the hash of a password."""
    return Visitor(site)
