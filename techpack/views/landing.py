"""The first page for designers who have no account yet, and what search engines ask for."""

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from techpack import prices
from techpack.models import StepName


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Whoever is signed in is led to their products."""
    if request.user.is_authenticated:
        return redirect("techpack:products")
    context = {
        "signup_credits": settings.SIGNUP_CREDITS,
        "run_price": prices.RUN,
        "steps": [(StepName(name).label, price) for name, price in prices.STEP.items()],
        "more_credits": prices.more_credits(),
        "site": settings.SITE_URL,
    }
    return render(request, "landing/landing.html", context)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = (
        "User-agent: *",
        "Disallow: /shared/",
        "Disallow: /orders/",
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


class PublicPages(Sitemap):
    """The pages that anybody may find."""

    def items(self) -> list[str]:
        return ["landing", "blueprint:free-form", "account_signup", "api:openapi-view"]

    def location(self, item: str) -> str:
        return reverse(item)
