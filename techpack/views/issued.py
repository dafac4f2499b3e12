"""What a team's guest sees: issued revisions, as their files, and nothing else."""

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from accounts.models import Membership
from core.attachments import as_download
from techpack.models import Product, Release, ReleaseFile


def issued_list(request: SignedInRequest, member: Membership) -> HttpResponse:
    """The products of the team that have an issued revision, the newest of each first."""
    releases = Prefetch("releases", Release.objects.order_by("-number"))
    products = Product.objects.current().filter(team=member.team, releases__isnull=False).distinct()
    context = {"team": member.team, "products": products.order_by("name").prefetch_related(releases)}
    return render(request, "techpack/issued_list.html", context)


@login_required
@require_safe
@never_cache
def issued_file(request: SignedInRequest, product_id: int, number: int, kind: str) -> HttpResponse:
    """A file of an issued revision, for every member of the team, guests too."""
    found = get_object_or_404(
        ReleaseFile.objects.select_related("release__product"),
        release__product=product_id, release__number=number, name=kind,
        release__product__team__memberships__user=request.user,
    )  # fmt: skip
    name = f"{found.release.product.code}-{number}.{kind}"
    return as_download(bytes(found.content), found.content_type, name)
