from typing import Any

from django.db import migrations, models
from django.db.models import F


def take_the_last_change(apps: Any, schema_editor: Any) -> None:
    """Nobody wrote down when it was; it was not later."""
    products = apps.get_model("techpack", "Product").objects.exclude(category="")
    products.filter(category_at__isnull=True).update(category_at=F("updated_at"))


class Migration(migrations.Migration):
    dependencies = [("techpack", "0003_takes")]

    operations = [
        migrations.AddField(
            model_name="product",
            name="category_at",
            field=models.DateTimeField(blank=True, help_text="When it was detected or corrected.", null=True),
        ),
        migrations.RunPython(take_the_last_change, migrations.RunPython.noop),
    ]
