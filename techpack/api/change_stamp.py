"""Whether the state of a product is still what it was, in one query.

PostgreSQL writes a row to another place with every change (`ctid`), under the transaction's number (`xmin`).
So the places of all rows an answer is made of say whether any of them changed, came or went.
"""

from django.db import connection

OF_RUN = " ".join(
    f"UNION ALL SELECT concat('{name}', t.ctid, t.xmin)"  # noqa: S608 - fixed text
    f" FROM techpack_{name} t, run WHERE run.id = tech_pack_id"
    for name in ("step", "baseview", "closeup", "sketch", "take", "proposal")
)
QUERY = f"""
WITH run AS (
    SELECT id, ctid, xmin FROM techpack_techpack WHERE product_id = %(id)s ORDER BY number DESC LIMIT 1
)
SELECT string_agg(place, ' ' ORDER BY place) FROM (
    SELECT concat('product', ctid, xmin) AS place FROM techpack_product WHERE id = %(id)s
    UNION ALL SELECT concat('photo', ctid, xmin) FROM techpack_revision WHERE product_id = %(id)s
    UNION ALL SELECT concat('reading', p.ctid, p.xmin) FROM techpack_photoreading p
        JOIN techpack_revision r ON r.id = p.revision_id WHERE r.product_id = %(id)s
    UNION ALL SELECT concat('measure', ctid, xmin) FROM techpack_measurement WHERE product_id = %(id)s
    UNION ALL SELECT concat('run', ctid, xmin) FROM run
    {OF_RUN}
) AS places
"""  # noqa: S608 - fixed text


def of_product(product_id: int) -> str:
    """Another text whenever a row behind `serializers.state` is another."""
    with connection.cursor() as cursor:
        cursor.execute(QUERY, {"id": product_id})
        return str(cursor.fetchone()[0])
