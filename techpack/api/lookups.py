"""What a body names by its ids, of the caller's own. Somebody else's is as absent as one that never was."""

from django.db.models import F

from accounts.models import User
from techpack.api import inputs
from techpack.api.errors import not_found
from techpack.models import AnyPiece, BaseView, CloseUp, EditedPiece, Product, Revision, Sketch


def own_product(user: User, product_id: int) -> Product:
    """Somebody else's product is as absent as one that never was. Raises Refused."""
    product = Product.objects.of(user).filter(pk=product_id).first()
    if product is None:
        raise not_found("There is no such product of yours.")
    return product


def own_photo(user: User, revision_id: int) -> Revision:
    rows = Revision.objects.filter(pk=revision_id, product__owner=user, removed_at__isnull=True)
    found = rows.select_related("asset", "reading").first()
    if found is None:
        raise not_found("There is no such photo of yours.")
    return found


def view_of(user: User, revision_id: int | None) -> BaseView:
    """What the latest run that has this photo found on it. Raises Refused, as all here."""
    views = BaseView.objects.filter(revision=revision_id, tech_pack__product__owner=user)
    found = views.select_related("revision__asset", "tech_pack__product")
    view: BaseView | None = found.order_by(F("tech_pack__number").desc()).first()
    if view is None:
        raise not_found("There is no such analysed photo of yours.")
    return view


def piece_of[T: (CloseUp, Sketch)](user: User, model: type[T], piece_id: int) -> T:
    rows = model.objects.filter(pk=piece_id, tech_pack__product__owner=user)
    piece: T | None = rows.select_related("asset", "revision__asset", "tech_pack__product").first()
    if piece is None:
        raise not_found("There is no such picture of yours.")
    return piece


def with_values(user: User, named: inputs.OfValues) -> EditedPiece:
    if named.sketch_id is not None:
        return piece_of(user, Sketch, named.sketch_id)
    return view_of(user, named.revision_id)


def with_takes(user: User, named: inputs.OfPicture) -> AnyPiece:
    if named.close_up_id is not None:
        return piece_of(user, CloseUp, named.close_up_id)
    if named.sketch_id is not None:
        return piece_of(user, Sketch, named.sketch_id)
    return view_of(user, named.revision_id)


def ids(piece: AnyPiece) -> dict[str, int | None]:
    """As answers name it."""
    return {
        "revision_id": piece.revision_id if isinstance(piece, BaseView) else None,
        "close_up_id": piece.pk if isinstance(piece, CloseUp) else None,
        "sketch_id": piece.pk if isinstance(piece, Sketch) else None,
    }
