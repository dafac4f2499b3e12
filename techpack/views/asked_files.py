"""Which file somebody asks for: format, revision, paper, sections, languages."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from techpack.exports.choices import ChoiceError, Choices, choose
from techpack.hand_over import export_jobs
from techpack.models import ExportJob, Product, Release
from techpack.presenters import exports


@dataclass(frozen=True)
class AskedFile:
    product: Product
    release: Release | None
    kind: str
    choices: Choices
    unit: str = ""

    def made(self) -> exports.ExportFile:
        """Make it now. Raises NotPossible when an issued revision has no such file."""
        if self.release is not None:
            return export_jobs.file_of_release(self.release, self.kind, self.choices)
        return export_jobs.file_of_product(self.product, self.kind, self.choices, self.unit)

    def in_background(self) -> ExportJob:
        """Raises NotPossible when too many are being made."""
        return export_jobs.ask_for_file(
            product=self.product, release=self.release, kind=self.kind, choices=self.choices, unit=self.unit
        )


def asked_file(request: HttpRequest, product: Product, kind: str) -> AskedFile:
    """From the address, or from a form. Raises Http404 for what there is not."""
    given = request.POST if request.method == "POST" else request.GET
    if kind not in exports.FORMATS:
        raise Http404("There is no such format.")
    number = given.get("release", "")
    release = get_object_or_404(Release, product=product, number=_number(number)) if number else None
    try:
        choices = choose(
            paper=given.get("paper", "a4"), sections=",".join(given.getlist("sections")),
            languages=",".join(language for language in given.getlist("languages") if language),
            with_costs="costs" in given,
        )  # fmt: skip
    except ChoiceError as reason:
        raise Http404(str(reason)) from reason
    unit = given.get("units", "")
    return AskedFile(product, release, kind, choices, unit if unit in ("cm", "in") else "")


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise Http404("There is no such revision.")
    return int(text)
