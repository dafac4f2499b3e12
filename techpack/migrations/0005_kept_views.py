from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Subquery

VIEWS = [("front", "Front"), ("back", "Back"), ("side", "Side"), ("detail", "Detail")]


def take_it_from_the_photo(apps: Any, schema_editor: Any) -> None:
    """What it was said to show when the run took it nobody wrote down."""
    photos = apps.get_model("techpack", "Revision").objects.filter(pk=OuterRef("revision_id"))
    for name in ("BaseView", "CloseUp"):
        apps.get_model("techpack", name).objects.update(view=Subquery(photos.values("view")[:1]))


def view() -> models.CharField:
    return models.CharField(
        choices=VIEWS, default="", help_text="What the photo was said to show then.", max_length=6
    )


class Migration(migrations.Migration):
    dependencies = [("techpack", "0004_category_at")]

    operations = [
        migrations.AddField(model_name="baseview", name="view", field=view(), preserve_default=False),
        migrations.AddField(model_name="closeup", name="view", field=view(), preserve_default=False),
        migrations.RunPython(take_it_from_the_photo, migrations.RunPython.noop),
    ]
