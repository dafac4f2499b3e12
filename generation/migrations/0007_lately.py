from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generation", "0006_account_indexes")]

    operations = [
        migrations.AddIndex(
            model_name="prediction",
            index=models.Index(models.F("slot"), models.F("queued_at"), name="generation_prediction_lately"),
        ),
    ]
