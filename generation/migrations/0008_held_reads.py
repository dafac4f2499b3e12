from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("generation", "0007_lately")]

    operations = [
        migrations.AddField(
            model_name="providergate",
            name="reads_held_until",
            field=models.DateTimeField(db_default=Now()),
        ),
    ]
