"""The ledger is append-only: the database itself refuses to change or delete an entry.

The one exception is `by_id`, which becomes null when that member of staff is deleted.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION credits_entry_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'by_id' = to_jsonb(OLD) - 'by_id' AND NEW.by_id IS NULL THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'credits_entry is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER credits_entry_append_only BEFORE UPDATE OR DELETE ON credits_entry
    FOR EACH ROW EXECUTE FUNCTION credits_entry_is_final();
"""

BACKWARD = """
DROP TRIGGER credits_entry_append_only ON credits_entry;
DROP FUNCTION credits_entry_is_final();
"""


class Migration(migrations.Migration):
    dependencies = [("credits", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
