"""The shapes that come in. What a client sends back of our own data is taken and never believed."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from techpack.forms import NAME_MAX, NOTES_MAX
from techpack.models import Category, Product, View
from techpack.plain import plain, plain_line

SUBCATEGORY_MAX = Product._meta.get_field("subcategory").max_length
LONGEST_URL = 4000


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("no character of it may be NUL")
    return text


Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Line = Annotated[str, AfterValidator(_without_nul), AfterValidator(plain_line)]
Lines = Annotated[str, AfterValidator(_without_nul), AfterValidator(plain)]
Url = Annotated[str, Field(min_length=1, max_length=LONGEST_URL), AfterValidator(_without_nul)]
SentBack = Annotated[Any, Field(description="Taken for older clients' sake; our own data counts.")]


class Asked(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class NewProduct(Asked):
    name: Annotated[Line, Field(max_length=NAME_MAX)]
    notes: Annotated[Lines, Field(max_length=NOTES_MAX)] | None = None

    @model_validator(mode="after")
    def has_name(self) -> Self:
        if not self.name:
            raise ValueError("give the product a name")
        return self


class ProductChange(Asked):
    """What is left out stays. A category is a correction, and binding from then on."""

    name: Annotated[Line, Field(max_length=NAME_MAX)] | None = None
    notes: Annotated[Lines, Field(max_length=NOTES_MAX)] | None = None
    category: Category | None = None
    subcategory: Annotated[Line, Field(max_length=SUBCATEGORY_MAX)] | None = None

    @model_validator(mode="after")
    def keeps_a_name(self) -> Self:
        if self.name == "":
            raise ValueError("give the product a name")
        return self


class ViewOnly(Asked):
    view_type: View | None = None


class NewRevision(ViewOnly):
    image_url: Url


class StepAsked(Asked):
    product_id: Id
    again: Annotated[bool, Field(description="Make it anew although it is there, at its price.")] = False


class DetectAsked(StepAsked):
    image_url: Url | None = None


class AnalyzeAsked(StepAsked):
    revision_ids: Annotated[list[Id], Field(max_length=100)] | None = None
    category: SentBack = None


class CloseUpsAsked(StepAsked):
    category: SentBack = None
    base_view_analyses: SentBack = None


class SketchesAsked(StepAsked):
    category: SentBack = None
    product_analysis: SentBack = None


class EditAsked(Asked):
    """One of `revisionId` and `sketchId` says where; `fieldPath` which value, as `materials.0.name`."""

    revision_id: Id | None = None
    sketch_id: Id | None = None
    field_path: Annotated[str, Field(max_length=200), AfterValidator(_without_nul)]
    edit_prompt: Annotated[str, Field(max_length=2000), AfterValidator(_without_nul)]
    reference_image_url: Url | None = None
    apply: Annotated[bool, Field(description="Left false, it is a proposal to accept or discard.")] = True

    @model_validator(mode="after")
    def names_one(self) -> Self:
        return _one_of(self, self.revision_id, self.sketch_id)


class RegenerateAsked(Asked):
    """One of the three ids."""

    revision_id: Id | None = None
    close_up_id: Id | None = None
    sketch_id: Id | None = None
    regenerate_prompt: Annotated[str, Field(max_length=2000), AfterValidator(_without_nul)] = ""

    @model_validator(mode="after")
    def names_one(self) -> Self:
        return _one_of(self, self.revision_id, self.close_up_id, self.sketch_id)


def _one_of[T](body: T, *ids: int | None) -> T:
    if sum(one is not None for one in ids) != 1:
        raise ValueError("name one thing by its id")
    return body
