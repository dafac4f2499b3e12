from django.db import migrations

GUARD = """
CREATE FUNCTION techpack_release_is_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.number, NEW.note, NEW.data, NEW.changes, NEW.issued_at, NEW.public_id, NEW.product_id)
    IS DISTINCT FROM (OLD.number, OLD.note, OLD.data, OLD.changes, OLD.issued_at, OLD.public_id, OLD.product_id)
  THEN
    RAISE EXCEPTION 'An issued revision does not change.' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER techpack_release_is_issued BEFORE UPDATE ON techpack_release
  FOR EACH ROW EXECUTE FUNCTION techpack_release_is_issued();
CREATE FUNCTION techpack_release_file_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A file of an issued revision does not change.'
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER techpack_release_file_is_kept BEFORE UPDATE ON techpack_releasefile
  FOR EACH ROW EXECUTE FUNCTION techpack_release_file_is_kept();
"""
BACK = """
DROP TRIGGER techpack_release_is_issued ON techpack_release;
DROP FUNCTION techpack_release_is_issued();
DROP TRIGGER techpack_release_file_is_kept ON techpack_releasefile;
DROP FUNCTION techpack_release_file_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("techpack", "0001_initial")]

    operations = [migrations.RunSQL(GUARD, BACK)]
