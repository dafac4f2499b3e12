from django.db import migrations

NAMES = ("Support", "Operator", "Administrator")


def make(apps, schema_editor):
    """The permissions follow after `migrate` (`accounts.roles`): here they do not exist yet."""
    for name in NAMES:
        apps.get_model("auth", "Group").objects.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
