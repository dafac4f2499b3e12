from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("techpack", "0003_issued_version")]

    operations = [
        migrations.AddField(
            model_name="photoreading",
            name="unsure",
            field=models.JSONField(
                blank=True, default=list, help_text="Points of the outline where the product may go on unseen."
            ),
        ),
    ]
