"""What a body names by its ids, of the caller's own. Somebody else's is as absent as one that never was."""

from django.db.models import F, QuerySet

from accounts import teams
from accounts.models import Team
from techpack.api import inputs
from techpack.api.authentication import CallingRequest
from techpack.api.errors import Refused, not_found
from techpack.models import (
    AnyPiece,
    BaseView,
    CloseUp,
    EditedPiece,
    LibraryEntry,
    Product,
    Revision,
    Sketch,
)


def products(request: CallingRequest) -> QuerySet[Product]:
    return Product.objects.of(request.auth.user)


def own_product(request: CallingRequest, product_id: int) -> Product:
    """Somebody else's product is as absent as one that never was. Raises Refused."""
    product = products(request).select_related("owner", "team").filter(pk=product_id).first()
    if product is None:
        raise not_found("There is no such product of yours.")
    return may_change(request, product)


def own_team(request: CallingRequest, team_id: int | None) -> Team | None:
    """A team that the caller may make products in; None for themselves alone. Raises Refused."""
    if team_id is None:
        return None
    member = teams.membership(request.auth.user, team_id)
    if member is None:
        raise not_found("There is no such team of yours.")
    if not member.may_edit:
        raise Refused(403, "read_only", f"You may look at the products of {member.team}, and not make any.")
    return member.team


def own_list(request: CallingRequest, entry_id: int) -> LibraryEntry:
    """A list of the caller's library or of a team's. Raises Refused; to change it, also for members who may
    only look."""
    found = LibraryEntry.objects.of(request.auth.user).select_related("team").filter(pk=entry_id).first()
    if found is None:
        raise not_found("There is no such list of yours.")
    if request.method != "GET":
        own_team(request, found.team_id)
    return found


def may_change(request: CallingRequest, product: Product) -> Product:
    """Raises Refused where a member who may only look changes something. Routes that read begin with GET."""
    if product.team is not None and request.method not in ("GET", "HEAD"):
        member = teams.membership(request.auth.user, product.team_id)
        if member is None or not member.may_edit:
            sentence = f"You may look at the products of {product.team}, and not change them."
            raise Refused(403, "read_only", sentence)
    return product


def own_photo(request: CallingRequest, revision_id: int) -> Revision:
    rows = Revision.objects.filter(pk=revision_id, product__in=products(request), removed_at__isnull=True)
    found = rows.with_readings().select_related("product__team").first()
    if found is None:
        raise not_found("There is no such photo of yours.")
    may_change(request, found.product)
    return found


def view_of(request: CallingRequest, revision_id: int | None) -> BaseView:
    """What the latest run that has this photo found on it. Raises Refused, as all here."""
    views = BaseView.objects.filter(revision=revision_id, tech_pack__product__in=products(request))
    found = views.select_related("revision__asset", "tech_pack__product__team")
    view: BaseView | None = found.order_by(F("tech_pack__number").desc()).first()
    if view is None:
        raise not_found("There is no such analysed photo of yours.")
    may_change(request, view.tech_pack.product)
    return view


def piece_of[T: (CloseUp, Sketch)](request: CallingRequest, model: type[T], piece_id: int) -> T:
    rows = model.objects.filter(pk=piece_id, tech_pack__product__in=products(request))
    piece: T | None = rows.select_related("asset", "revision__asset", "tech_pack__product__team").first()
    if piece is None:
        raise not_found("There is no such picture of yours.")
    may_change(request, piece.tech_pack.product)
    return piece


def with_values(request: CallingRequest, named: inputs.OfValues) -> EditedPiece:
    if named.sketch_id is not None:
        return piece_of(request, Sketch, named.sketch_id)
    return view_of(request, named.revision_id)


def with_takes(request: CallingRequest, named: inputs.OfPicture) -> AnyPiece:
    if named.close_up_id is not None:
        return piece_of(request, CloseUp, named.close_up_id)
    if named.sketch_id is not None:
        return piece_of(request, Sketch, named.sketch_id)
    return view_of(request, named.revision_id)


def ids(piece: AnyPiece) -> dict[str, int | None]:
    """As answers name it."""
    return {
        "revision_id": piece.revision_id if isinstance(piece, BaseView) else None,
        "close_up_id": piece.pk if isinstance(piece, CloseUp) else None,
        "sketch_id": piece.pk if isinstance(piece, Sketch) else None,
    }
