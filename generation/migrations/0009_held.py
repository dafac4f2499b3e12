from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generation", "0008_held_reads")]

    operations = [
        migrations.AddField(
            model_name="attempt",
            name="suspect_id",
            field=models.CharField(
                blank=True,
                default="",
                help_text="The call it may have made: the provider had forgotten what that was asked.",
                max_length=100,
            ),
        ),
        migrations.AlterField(
            model_name="prediction",
            name="stuck_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Given up storing it, or finding its call: staff must look.",
                null=True,
            ),
        ),
    ]
