"""The designer's forms."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from accounts.models import User
from core.text import LineField, PlainField
from generation.storage.images import InvalidImage
from techpack.editing.specification import label_of, product_type_of, readings_of
from techpack.library import type_named, usual_span
from techpack.library.lengths import CM_PER_INCH, HOW, LengthError, read_length
from techpack.models import Category, Dimension, DraftPhoto, LengthUnit, Product, Revision, View
from techpack.services import photos, products

NAME_MAX = 120
NOTES_MAX = 10_000


LEAST_CM, LONGEST_CM = Decimal("0.1"), Decimal(400)  # of what a designer photographs


class LengthField(LineField):
    """A length as people write it; the form reads it, since the unit chosen beside it matters."""

    widget = forms.TextInput(
        attrs={
            "inputmode": "text",
            "autocomplete": "off",
            "class": "input",
            "aria-label": "Value",
            "placeholder": "70.5",
        }
    )


class ProductForm(forms.Form):
    name = LineField(
        label="Product name",
        max_length=NAME_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "input"}),
        error_messages={"required": "Give the product a name."},
    )
    notes = PlainField(
        label="Notes",
        max_length=NOTES_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "input"}),
    )
    dimension = forms.ChoiceField(
        label="Known dimension",
        choices=[("", "None"), *Dimension.choices],
        required=False,
        widget=forms.Select(attrs={"aria-label": "Known dimension", "class": "input"}),
    )
    dimension_value = LengthField(
        label="Value",
        required=False,
        max_length=30,
        error_messages={"max_length": HOW},
    )
    dimension_unit = forms.ChoiceField(
        label="Unit",
        choices=LengthUnit.choices,
        required=False,
        initial=LengthUnit.CM,
        widget=forms.RadioSelect,
    )

    dimension_is_right = forms.BooleanField(label="Yes, it is right", required=False)

    def __init__(self, *told: Any, product_type: str = "", **more: Any):
        """`product_type` where it is known already; else the name of the product may tell it."""
        super().__init__(*told, **more)
        self.product_type = product_type
        self.doubts_dimension = False

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        which, typed = data.get("dimension"), data.get("dimension_value")
        if which and not typed and "dimension_value" not in self.errors:
            self.add_error("dimension_value", "Say how long it is, or choose None.")
        if typed and not which:
            self.add_error("dimension", "Say which length this is.")
        if typed:
            self._read_length(typed, data)
        return data

    def _read_length(self, typed: str, data: dict[str, Any]) -> None:
        """The unit that was typed wins over the one that was chosen."""
        try:
            length = read_length(typed, unit="in" if data.get("dimension_unit") == LengthUnit.INCH else "cm")
        except LengthError as error:
            self.add_error("dimension_value", str(error))
            return
        if not LEAST_CM <= length.cm <= LONGEST_CM:
            sentence = f"“{typed}” cannot be right: a product is {LEAST_CM} to {LONGEST_CM} cm long."
            self.add_error("dimension_value", sentence)
            return
        self._doubt(typed, length.cm, data)
        inches = length.unit == LengthUnit.INCH
        exact = length.cm / CM_PER_INCH if inches else length.cm
        rounded = exact.quantize(Decimal("0.01"))
        if length.unit == LengthUnit.CM and rounded != exact:
            self.add_error("dimension_value", "Two decimals are enough.")
        data["dimension_value"] = rounded
        data["dimension_unit"] = length.unit

    def _doubt(self, typed: str, cm: Decimal, data: dict[str, Any]) -> None:
        """Ask about a length that such products do not have. Once said to be right, it stays so."""
        if self.initial.get("dimension_value") and not {"dimension", "dimension_value"} & set(
            self.changed_data
        ):
            return
        kind = self.product_type or type_named(data.get("name", ""))
        span = usual_span(data.get("dimension", ""), kind)
        if span is None or span[0] <= cm <= span[1]:
            return
        self.doubts_dimension = True
        if not data.get("dimension_is_right"):
            which = Dimension(data["dimension"]).label
            of_what = f"{which} of a product" if not kind else f"{label_of(kind)}: {which.lower()}"
            sentence = f"{of_what} is usually {span[0]:g} to {span[1]:g} cm. Is “{typed}” right?"
            self.add_error("dimension_value", sentence)

    @property
    def known_dimension(self) -> products.KnownDimension | None:
        """Of a valid form, as the services take it."""
        data = self.cleaned_data
        if not data["dimension"]:
            return None
        return {
            "name": data["dimension"],
            "value": data["dimension_value"],
            "unit": data["dimension_unit"] or LengthUnit.CM.value,
        }

    @classmethod
    def of(cls, product: Product) -> "ProductForm":
        value = product.dimension_value
        return cls(
            product_type=product_type_of(product, readings_of(product)),
            initial={
                "name": product.name,
                "notes": product.notes,
                "dimension": product.dimension,
                "dimension_value": f"{value.normalize():f}" if value is not None else "",
                "dimension_unit": product.dimension_unit or product.owner.units,
            },
        )


@dataclass
class ChosenPhoto:
    draft: DraftPhoto
    view: str

    @property
    def views(self) -> list[tuple[str, str]]:
        return View.choices


def _same(one: DraftPhoto, other: DraftPhoto) -> bool:
    return one.asset.sha256 == other.asset.sha256


def twice(name: str, first: str) -> str:
    """`static/js/uploader.js` says the same."""
    if name == first:
        return f"{name} was chosen twice. It is taken once."
    return f"{name} is the same photo as {first}. It is taken once."


@dataclass
class PhotosForm:
    """The photos that come with a form: drafts that were uploaded before it ("draft" in order,
    "view_<id>" for each) and files ("photos"), which become drafts here, so that a refused form
    keeps them. `room` is how many the product still takes, `taken` the views it shows already.
    `notes` are sentences about what was done differently and is no reason to refuse the form.

    Draft ids that are not the user's are told as gone, never whose they are.
    """

    user: User
    room: int = photos.MAX_PHOTOS
    taken: list[str] = field(default_factory=list)
    chosen: list[ChosenPhoto] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @classmethod
    def for_product(cls, user: User, revisions: Sequence[Revision]) -> "PhotosForm":
        """For adding to the photos that are in use."""
        room = max(0, photos.MAX_PHOTOS - len(revisions))
        return cls(user, room=room, taken=[revision.view for revision in revisions])

    @property
    def views(self) -> list[tuple[str, str]]:
        return View.choices

    @property
    def pairs(self) -> list[tuple[DraftPhoto, str]]:
        return [(photo.draft, photo.view) for photo in self.chosen]

    def take(self, post: MultiValueDict[str, str], files: MultiValueDict[str, UploadedFile]) -> "PhotosForm":
        """Read what was posted; stores the files as drafts."""
        sent = files.getlist("photos")
        drafts = self._drafts(post.getlist("draft"))
        count = len(drafts) + len(sent)
        for draft in drafts[: self.room]:
            self._choose(draft, post.get(f"view_{draft.pk}", ""))
        for upload in sent[: max(0, self.room - len(drafts))]:
            self._keep(upload)
        if count > self.room:
            self.errors.append(self._too_many(count))
        elif not count:
            self.errors.append("Add at least one photo of the product.")
        return self

    def is_valid(self) -> bool:
        return not self.errors

    def _drafts(self, ids: Sequence[str]) -> list[DraftPhoto]:
        wanted = dict.fromkeys(int(text) for text in ids if re.fullmatch(r"[0-9]{1,18}", text))
        own = DraftPhoto.objects.filter(owner=self.user, pk__in=list(wanted)).select_related("asset")
        found = {draft.pk: draft for draft in own}
        if len(found) < len(set(ids)):
            self.errors.append("A photo of this form is no longer kept. Add it again.")
        return [found[pk] for pk in wanted if pk in found]

    def _keep(self, upload: UploadedFile) -> None:
        try:
            draft = photos.keep_draft(user=self.user, upload=upload)
        except InvalidImage as error:
            self.errors.append(str(error))
        else:
            self._choose(draft, "")

    def _choose(self, draft: DraftPhoto, view: str) -> None:
        twin = next((photo.draft for photo in self.chosen if _same(photo.draft, draft)), None)
        if twin is not None:
            self.notes.append(twice(draft.name, twin.name))
            photos.discard_draft(draft=draft)
            return
        if view not in View.values:
            view = photos.guess_view(draft.name, [*self.taken, *(photo.view for photo in self.chosen)])
        self.chosen.append(ChosenPhoto(draft, view))

    def _too_many(self, count: int) -> str:
        if self.room < photos.MAX_PHOTOS:
            return (
                f"{count} photos were added, but there is room for {self.room} more: "
                f"a product takes {photos.MAX_PHOTOS}. The first {self.room} are kept."
            )
        return f"{count} photos were added, but a product takes {self.room}. The first {self.room} are kept."


class CategoryForm(forms.Form):
    """A correction of what was detected; binding from then on."""

    category = forms.ChoiceField(choices=Category)
    subcategory = LineField(
        required=False, max_length=Product._meta.get_field("subcategory").max_length, strip=True
    )
