"""Write the document of a product to a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from techpack.exports.choices import PAPERS, ChoiceError, choose
from techpack.hand_over import export_jobs
from techpack.models import Product
from techpack.presenters import exports
from techpack.services.errors import NotPossible


class Command(BaseCommand):
    help = "Write the document of a product as pdf, xlsx, csv, zip, json or svg, as it stands or as issued."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("product_id", type=int)
        parser.add_argument("--format", choices=exports.FORMATS, default="pdf")
        parser.add_argument("--release", type=int, help="the number of an issued revision")
        parser.add_argument("--paper", choices=PAPERS, default="a4")
        parser.add_argument("--languages", default="", help="one or two of en, zh, tr, pt, it, vi: en,zh")
        parser.add_argument("--sections", default="", help="only these, such as pom,bom")
        parser.add_argument("--with-costs", action="store_true")
        parser.add_argument("--output", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        product = Product.objects.filter(pk=options["product_id"]).first()
        if product is None:
            raise CommandError(f"There is no product {options['product_id']}.")
        content = self._content(product, options)
        try:
            options["output"].write_bytes(content)
        except OSError as error:
            raise CommandError(f"{options['output']} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{options['output']}: {len(content):,} bytes")

    def _content(self, product: Product, options: dict[str, Any]) -> bytes:
        kind = options["format"]
        try:
            choices = choose(
                paper=options["paper"], sections=options["sections"], languages=options["languages"],
                with_costs=options["with_costs"],
            )  # fmt: skip
        except ChoiceError as error:
            raise CommandError(str(error)) from error
        if options["release"] is None:
            return export_jobs.file_of_product(product, kind, choices).content
        release = product.releases.filter(number=options["release"]).first()
        if release is None:
            raise CommandError(f"Revision {options['release']} is not there, or has no {kind}.")
        try:
            return export_jobs.file_of_release(release, kind, choices).content
        except NotPossible as error:
            raise CommandError(str(error)) from error
