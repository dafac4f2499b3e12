"""Write the document of a product to a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from techpack.models import Product, ReleaseFile
from techpack.presenters import exports
from techpack.presenters.document import document_of


class Command(BaseCommand):
    help = "Write the document of a product as pdf, xlsx, csv, zip, json or svg, as it stands or as issued."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("product_id", type=int)
        parser.add_argument("--format", choices=exports.FORMATS, default="pdf")
        parser.add_argument("--release", type=int, help="the number of an issued revision")
        parser.add_argument("--paper", choices=exports.PAPERS, default="a4")
        parser.add_argument("--languages", default="en", help="only en so far")
        parser.add_argument("--output", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        product = Product.objects.filter(pk=options["product_id"]).first()
        if product is None:
            raise CommandError(f"There is no product {options['product_id']}.")
        if options["languages"] != "en":
            raise CommandError("Documents are in English so far: leave --languages out, or say en.")
        content = self._content(product, options)
        try:
            options["output"].write_bytes(content)
        except OSError as error:
            raise CommandError(f"{options['output']} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{options['output']}: {len(content):,} bytes")

    def _content(self, product: Product, options: dict[str, Any]) -> bytes:
        kind = options["format"]
        if options["release"] is None:
            return exports.export(document_of(product), kind, paper=options["paper"]).content
        rows = ReleaseFile.objects.filter(
            release__product=product, release__number=options["release"], name=kind
        )
        found = rows.first()
        if found is None:
            raise CommandError(f"Revision {options['release']} is not there, or has no {kind}.")
        return bytes(found.content)
