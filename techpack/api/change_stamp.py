"""Whether the state of a product is still what it was, without reading it.

PostgreSQL writes a row to another place with every change (`ctid`), under the transaction's number (`xmin`).
So the places of all rows an answer is made of say whether any of them changed, came or went.
"""

from django.db.models import QuerySet, TextField
from django.db.models.expressions import RawSQL

from techpack.models import Product

OF_RUN = " ".join(
    f"UNION ALL SELECT concat('{name}', t.ctid, t.xmin)"  # noqa: S608 - fixed text
    f" FROM techpack_{name} t, run WHERE run.id = tech_pack_id"
    for name in ("step", "baseview", "closeup", "sketch", "take", "proposal")
)
PLACES = f"""(
WITH run AS (
    SELECT id, ctid, xmin FROM techpack_techpack WHERE product_id = techpack_product.id
    ORDER BY number DESC LIMIT 1
)
SELECT string_agg(place, ' ' ORDER BY place) FROM (
    SELECT concat('product', techpack_product.ctid, techpack_product.xmin) AS place
    UNION ALL SELECT concat('photo', ctid, xmin) FROM techpack_revision WHERE product_id = techpack_product.id
    UNION ALL SELECT concat('reading', p.ctid, p.xmin) FROM techpack_photoreading p
        JOIN techpack_revision r ON r.id = p.revision_id WHERE r.product_id = techpack_product.id
    UNION ALL SELECT concat('measure', ctid, xmin) FROM techpack_measurement
        WHERE product_id = techpack_product.id
    UNION ALL SELECT concat('run', ctid, xmin) FROM run
    {OF_RUN}
) AS places)
"""  # noqa: S608 - fixed text


def of_products(products: QuerySet[Product]) -> QuerySet[Product, str]:
    """For each of these, another text whenever a row behind `serializers.state` is another."""
    places = RawSQL(PLACES, [], TextField())  # noqa: S611 - fixed text
    return products.values_list(places, flat=True)
