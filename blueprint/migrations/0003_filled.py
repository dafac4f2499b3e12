from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("blueprint", "0002_switch")]

    operations = [
        migrations.AddIndex(
            model_name="grid",
            index=models.Index(models.F("filled_at"), name="blueprint_grid_filled"),
        ),
    ]
