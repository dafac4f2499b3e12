"""An issued revision does not change: the database itself refuses, whoever asks."""

from django.db import migrations

LOCK = """
CREATE FUNCTION techpack_release_is_issued() RETURNS trigger AS $$
BEGIN
    -- whoever issued it may delete the account; nothing else of a revision ever changes
    IF TG_TABLE_NAME = 'techpack_release'
        AND to_jsonb(NEW) ->> 'issued_by_id' IS NULL
        AND to_jsonb(NEW) - 'issued_by_id' = to_jsonb(OLD) - 'issued_by_id'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'An issued revision does not change. Issue the next one.' USING ERRCODE = 'restrict_violation';
END $$ LANGUAGE plpgsql;
CREATE TRIGGER techpack_release_locked BEFORE UPDATE ON techpack_release
    FOR EACH ROW EXECUTE FUNCTION techpack_release_is_issued();
CREATE TRIGGER techpack_releasefile_locked BEFORE UPDATE ON techpack_releasefile
    FOR EACH ROW EXECUTE FUNCTION techpack_release_is_issued();
"""

UNLOCK = """
DROP TRIGGER techpack_release_locked ON techpack_release;
DROP TRIGGER techpack_releasefile_locked ON techpack_releasefile;
DROP FUNCTION techpack_release_is_issued();
"""


class Migration(migrations.Migration):
    dependencies = [("techpack", "0011_revisions_and_samples")]  # noqa: RUF012 - as Django declares it

    operations = [migrations.RunSQL(LOCK, UNLOCK)]  # noqa: RUF012 - as Django declares it
