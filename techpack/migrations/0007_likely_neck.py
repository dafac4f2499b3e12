from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("techpack", "0006_sizes_in_other_systems")]

    operations = [
        migrations.AddField(
            model_name="photoreading",
            name="likely_neck",
            field=models.CharField(
                blank=True,
                default="",
                help_text="What is drawn where no neck is seen with confidence.",
                max_length=20,
            ),
        ),
    ]
