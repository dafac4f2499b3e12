"""The switch that staff turn to pause the making of paid grids: there, and on."""

from typing import Any

from django.db import migrations

NAME = "paid_blueprint_enabled"
NOTE = "Off: no new paid grid is begun. What is under way goes on, and nothing is lost."


def make_switch(apps: Any, schema_editor: Any) -> None:
    apps.get_model("waffle", "Switch").objects.get_or_create(name=NAME, defaults={"active": True, "note": NOTE})


class Migration(migrations.Migration):
    dependencies = [("blueprint", "0001_initial"), ("waffle", "0004_update_everyone_nullbooleanfield")]
    operations = [migrations.RunPython(make_switch, migrations.RunPython.noop)]
