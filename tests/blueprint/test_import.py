"""The rows of an older system come over as they are, once, whatever they look like."""

import json
import textwrap
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.db import connection
from psycopg.conninfo import conninfo_to_dict
from waffle.models import Switch

from blueprint import access
from blueprint.importer import columns, dump, subscribers
from blueprint.models import Frame, Grid, Shoot, Subscriber
from blueprint.models.subscribers import new_token
from blueprint.services import grids, guards
from generation.models import Attempt, Prediction
from tests.blueprint.test_commands import run, run_failing
from tests.generation.test_foreign import Elsewhere, elsewhere
from tests.support.blueprint_factories import make_subscriber
from tests.support.job_queue import drain
from tests.support.pictures import picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake")]
host = elsewhere  # a real server with pictures

SEVEN = ["https://old.example.com/1.png", None, "https://old.example.com/3.png", None, None, None,
         "https://old.example.com/7.png"]  # fmt: skip
HEAD = textwrap.dedent(r"""
    -- a dump; of "blueprint_subscribers" among others
    \connect old
    SET standard_conforming_strings = on;
    CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO blueprint_subscribers (id, email) VALUES (666, 'never@example.com'); RETURN NEW; END;
    $$;
    COPY public.notes (id, text) FROM stdin;
    1	INSERT INTO blueprint_subscribers (id, email) VALUES (667, 'never@example.com');
    \.
    COPY public.admin_feature_flags (id, key, value, updated_at) FROM stdin;
    1	something_else	true	2025-01-01 00:00:00+00
    2	paid_blueprint_enabled	false	2025-01-01 00:00:00+00
    \.
    """)
COLUMNS = (
    "id, email, name, access_token, form_data, feed_style, selfie_image_urls, paid_blueprint_purchased,"
    " paid_blueprint_purchased_at, paid_blueprint_photo_urls, paid_blueprint_generated, created_at,"
    " updated_at, welcomed"
)


def copied(*rows: list[str | None]) -> str:
    lines = "\n".join("\t".join(r"\N" if value is None else value for value in row) for row in rows)
    return f"{HEAD}COPY public.blueprint_subscribers ({COLUMNS}) FROM stdin;\n{lines}\n\\.\n"


def old_row(pk: int, *, token: str | None = None, slots: Any = None, **more: str | None) -> list[str | None]:
    facts: dict[str, str | None] = {
        "id": str(pk), "email": f"s{pk}@example.com", "name": r"O'Hara; \\ \"N\"\tx", "access_token": token,
        "form_data": '{"vibe": "Luxury"}', "feed_style": None,
        "selfie_image_urls": '["https://old.example.com/me.jpg"]', "paid_blueprint_purchased": "t",
        "paid_blueprint_purchased_at": "2025-02-03 04:05:06.5+00",
        "paid_blueprint_photo_urls": None if slots is None else json.dumps(slots),
        "paid_blueprint_generated": "f", "created_at": "2025-02-01 00:00:00+00",
        "updated_at": "2025-02-02 00:00:00+00", "welcomed": "t", **more,
    }  # fmt: skip
    return list(facts.values())


@pytest.fixture
def legacy(tmp_path: Path) -> Path:
    """A token, seven URLs with nulls, no list at all, thirty of thirty, and a bad row in between."""
    path = tmp_path / "old.sql"
    path.write_text(
        copied(
            old_row(7001, token="legacy-token", slots=SEVEN),
            old_row(7002, slots="no list"),
            old_row(7003),
            old_row(7004, slots=[f"https://old.example.com/{n}.png" for n in range(1, 31)]),
            old_row(7005, slots=[]),
        )
    )
    return path


def everything() -> list[dict[str, Any]]:
    return list(Subscriber.objects.order_by("pk").values())


def test_a_dump_is_looked_at_and_nothing_is_written(legacy: Path) -> None:
    said, _ = run_failing("import_subscribers", legacy)
    assert "blueprint_subscribers 7001: would be: taken over" in said
    assert not Subscriber.objects.exists()
    assert guards.is_enabled()


def test_rows_come_over_with_ids_tokens_and_what_their_lists_hold(legacy: Path) -> None:
    said, ended = run_failing("import_subscribers", legacy, "--apply")
    assert "blueprint_subscribers 7002: failed: paid_blueprint_photo_urls is no list" in said
    assert "1 failed" in ended
    assert list(Subscriber.objects.order_by("pk").values_list("pk", flat=True)) == [7001, 7003, 7004, 7005]
    first = Subscriber.objects.with_access("legacy-token")  # type: ignore[attr-defined]
    assert first.pk == 7001
    assert first.name == 'O\'Hara; \\ "N"\tx'
    assert first.slots == SEVEN + [None] * 23
    assert (first.category, first.mood) == ("luxury", "minimal")
    assert str(first.updated_at) == "2025-02-02 00:00:00+00:00"
    assert [one.filled for one in Subscriber.objects.order_by("pk")] == [3, 0, 30, 0]


def test_what_is_unknown_is_listed_and_left(legacy: Path) -> None:
    said, _ = run_failing("import_subscribers", legacy, "--apply")
    assert "Columns of blueprint_subscribers that were left: welcomed." in said


def test_who_signs_up_after_the_import_gets_an_id_of_their_own(legacy: Path) -> None:
    run_failing("import_subscribers", legacy, "--apply")
    assert make_subscriber(selfies=0).pk == 7006


def test_the_flag_of_the_old_system_sets_the_switch(legacy: Path) -> None:
    run_failing("import_subscribers", legacy, "--apply")
    assert not Switch.objects.get(name=guards.SWITCH).active


def test_importing_twice_changes_nothing(legacy: Path) -> None:
    run_failing("import_subscribers", legacy, "--apply")
    before = everything()
    said, _ = run_failing("import_subscribers", legacy, "--apply")
    assert "0 done, 0 skipped, 1 failed" in said
    assert everything() == before


def test_an_interrupted_import_goes_on_where_it_stopped(legacy: Path) -> None:
    run("import_subscribers", legacy, "--apply", "--limit", 1)
    assert Subscriber.objects.count() == 1
    run_failing("import_subscribers", legacy, "--apply")
    assert Subscriber.objects.count() == 4


def test_a_dump_of_inserts_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "old.sql"
    path.write_text(
        textwrap.dedent("""
        CREATE TABLE public.blueprint_subscribers (
            id bigint NOT NULL,
            email text NOT NULL,
            form_data jsonb DEFAULT '{}'::jsonb, -- here; too
            paid_blueprint_photo_urls jsonb,
            CONSTRAINT mail CHECK ((email <> ''::text))
        );
        /* INSERT INTO blueprint_subscribers VALUES (668, 'never@example.com', NULL, NULL); */
        INSERT INTO public.blueprint_subscribers VALUES
          (7101, 'a@example.com', '{"vibe": "it''s; (edgy)"}', '["https://x.example/1.png", null]'),
          (7102, E'b\\x40example.com', '{}'::jsonb, NULL);
        INSERT INTO public.blueprint_subscribers VALUES (7103, lower('C@example.com'), NULL, NULL);
        INSERT INTO "public"."blueprint_subscribers" ("id", "email", "name")
          VALUES (7104, 'c@example.com', 'two
        lines');
        INSERT INTO elsewhere VALUES ('INSERT INTO blueprint_subscribers VALUES (669, ''never'');');
        """)
    )
    said, _ = run_failing("import_subscribers", path, "--apply")
    assert "blueprint_subscribers, row 3: failed: no value that can be read" in said
    assert list(Subscriber.objects.order_by("pk").values_list("pk", "email")) == [
        (7101, "a@example.com"), (7102, "b@example.com"), (7104, "c@example.com"),
    ]  # fmt: skip
    assert Subscriber.objects.get(pk=7104).name == "two\nlines"
    first = Subscriber.objects.get(pk=7101)
    assert first.form == {"vibe": "it's; (edgy)"}
    assert first.took_fallback
    assert first.filled == 1


def test_a_dump_in_the_format_of_pg_restore_is_told_what_to_type(tmp_path: Path) -> None:
    path = tmp_path / "old.dump"
    path.write_bytes(b"PGDMP\x01\x0e")
    with pytest.raises(CommandError, match="pg_restore -f"):
        run("import_subscribers", path)


def test_half_a_dump_is_told() -> None:
    with pytest.raises(CommandError, match="not complete"):
        list(dump.read(["COPY t (id) FROM stdin;\n", "1\n"], "t"))


def test_an_insert_without_column_names_is_told_what_to_type() -> None:
    with pytest.raises(CommandError, match="--column-inserts"):
        list(dump.read(["INSERT INTO t VALUES (1);\n"], "t"))


@pytest.mark.parametrize("opening", ["'", '"', "/*", "$x$", "E'", "--"])
def test_what_stands_inside_of_a_text_or_comment_is_no_statement(opening: str) -> None:
    closing = {"/*": "*/", "--": "\n", "E'": r"\''"}.get(opening, opening)
    lines = f"SELECT {opening} ; INSERT INTO t (id) VALUES (1); {closing};\nINSERT INTO t (id) VALUES (2);\n"  # noqa: S608
    assert list(dump.read(lines.splitlines(keepends=True), "t")) == [{"id": "2"}]


# --- a CSV, a database -------------------------------------------------------------------------------


def test_a_csv_comes_over(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_text(
        "id,email,access_token,paid_blueprint_purchased,paid_blueprint_photo_urls,score\n"
        '7201,a@example.com,,true,"[""https://x.example/1.png"", null]",3\n'
        "x,b@example.com,,false,,\n"
        "7203,,,false,,\n"
    )
    said, _ = run_failing("import_subscribers", "--csv", path, "--apply")
    assert "that were left: score" in said
    assert "there is no email" in said
    row = Subscriber.objects.get()
    assert (row.pk, row.filled, row.access_token, row.paid_blueprint_purchased) == (7201, 1, None, True)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_is_read_as_spreadsheets_write_it(tmp_path: Path, mark: str, encoding: str) -> None:
    path = tmp_path / "old.csv"
    header = ["id", "email", "name", "paid_blueprint_purchased", "selfie_image_urls"]
    row = ["901", "a@example.com", "Ayşe", "true", '"{""https://x.example/a.jpg""}"']
    path.write_text(f"{mark.join(header)}\n{mark.join(row)}\n", encoding=encoding)
    run("import_subscribers", "--csv", path, "--apply")
    found = Subscriber.objects.get()
    assert (found.pk, found.name, found.paid_blueprint_purchased) == (901, "Ayşe", True)
    assert found.selfie_image_urls == ["https://x.example/a.jpg"]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("cp1252", "Latin-1"), ("utf-16-le", "UTF-16 without a mark"), ("utf-8", "UTF-8"), ("utf-16", "UTF-16")],
)
def test_encoding_delimiter_and_header_are_said(tmp_path: Path, encoding: str, said: str) -> None:
    path = tmp_path / "old.csv"
    path.write_text("id;email;name\n901;a@example.com;Zoë Müller\n", encoding=encoding)
    words = run("import_subscribers", "--csv", path, "--apply")
    assert f"Read as {said}" in words
    assert "separated by semicolons, with the columns id, email, name" in words
    assert Subscriber.objects.get().name == "Zoë Müller"


def test_a_csv_without_a_header_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_text("901,a@example.com,Zoe\n")
    with pytest.raises(CommandError, match=r"names no column that is known here: 901, a@example\.com, Zoe"):
        run("import_subscribers", "--csv", path)


def test_what_is_no_address_and_what_cannot_be_stored_fails_its_row_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    good = "903, C@Example.com ,Zoë\n".encode()
    path.write_bytes(b"id,email,name\n901,nobody,A\n902,b@example.com,\xff\xfe\n" + good)
    said, _ = run_failing("import_subscribers", "--csv", path, "--apply")
    assert "email is no address: 'nobody'" in said
    assert "name has half a character in it, or is in another encoding than UTF-8." in said
    assert Subscriber.objects.get().email == "C@Example.com"


def test_a_dry_run_fails_where_the_real_one_would(tmp_path: Path) -> None:
    """Two rows with one token: only the write of the second one shows it."""
    path = tmp_path / "old.csv"
    path.write_text("id,email,access_token\n901,a@example.com,same\n902,b@example.com,same\n")
    dry, _ = run_failing("import_subscribers", "--csv", path)
    assert "somebody else has this access token" in dry
    assert not Subscriber.objects.exists()
    real, _ = run_failing("import_subscribers", "--csv", path, "--apply")
    assert Subscriber.objects.get().pk == 901
    assert [line.partition(": failed: ")[2] for line in dry.splitlines() if "failed: " in line] == [
        line.partition(": failed: ")[2] for line in real.splitlines() if "failed: " in line
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (
            '{"https://x.example/a.jpg","https://x.example/b.jpg"}',
            ["https://x.example/a.jpg", "https://x.example/b.jpg"],
        ),
        ("{}", []),
        ('{NULL,"a\\"b",plain}', [None, 'a"b', "plain"]),
        ('["x", null]', ["x", None]),
    ],
)
def test_a_list_is_read_in_every_form_it_comes_in(written: str, read: list[str | None]) -> None:
    assert columns.entries(written, "selfie_image_urls") == read


@pytest.mark.parametrize("written", ['{"a": 1}', '{"a', "words"])
def test_what_is_no_list_is_said(written: str) -> None:
    with pytest.raises(ValueError, match="selfie_image_urls"):
        columns.entries(written, "selfie_image_urls")


@pytest.mark.django_db(transaction=True)
def test_a_running_database_comes_over() -> None:
    """Its own, under another name for the schema: the rows are gone here by the time they are read."""
    make_subscriber(selfies=0, email="live@example.com", access_token="old", feed_style="Beige")
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA old")
        cursor.execute("CREATE TABLE old.blueprint_subscribers AS TABLE public.blueprint_subscribers")
        cursor.execute("ALTER TABLE old.blueprint_subscribers DROP COLUMN feed_style, ADD COLUMN extra int")
    try:
        Subscriber.objects.all().delete()
        assert "1 done" in run("import_subscribers", "--from-database", old_database(), "--apply")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA old CASCADE")
    row = Subscriber.objects.get()
    assert (row.email, row.access_token, row.form["vibe"]) == ("live@example.com", "old", "luxury")


def old_database() -> str:
    facts = conninfo_to_dict(connection.connection.info.dsn)
    user = f"{facts.get('user', '')}:{connection.settings_dict['PASSWORD']}@"
    place = (
        f"/{facts['dbname']}?host={facts['host']}&port={facts.get('port', 5432)}&options=-csearch_path%3Dold"
    )
    return f"postgresql://{user}{place}"


def test_a_database_that_does_not_answer_is_told() -> None:
    with pytest.raises(CommandError, match="could not be read"):
        run("import_subscribers", "--from-database", "postgresql://nobody:secret@127.0.0.1:1/none")


# --- what is here already ------------------------------------------------------------------------------


def write(tmp_path: Path, *rows: list[str | None]) -> Path:
    path = tmp_path / "old.sql"
    path.write_text(copied(*rows).replace("paid_blueprint_enabled\tfalse", "paid_blueprint_enabled\ttrue"))
    return path


def test_a_filled_slot_is_never_overwritten_and_an_empty_one_is_filled(tmp_path: Path) -> None:
    run("import_subscribers", write(tmp_path, old_row(7301, slots=SEVEN)), "--apply")
    newer = ["https://new.example.com/1.png", "https://new.example.com/2.png", None]
    assert "paid_blueprint_photo_urls taken over" in run(
        "import_subscribers", write(tmp_path, old_row(7301, slots=newer)), "--apply"
    )
    slots = Subscriber.objects.get().slots
    assert slots[:3] == [SEVEN[0], newer[1], SEVEN[2]]


def test_a_slot_that_is_filled_between_the_look_and_the_lock_stays(tmp_path: Path) -> None:
    facts = subscribers.read({"id": 7308, "email": "s7308@example.com", "paid_blueprint_photo_urls": SEVEN})
    ours = make_subscriber(pk=7308, email="s7308@example.com", selfies=0)
    assert "paid_blueprint_photo_urls" in subscribers.look(facts)
    Subscriber.objects.update(paid_blueprint_photo_urls=["ours"], version=1)
    subscribers.take(facts)
    ours.refresh_from_db()
    assert ours.slots[:3] == ["ours", None, SEVEN[2]]


def test_a_slot_that_is_being_made_is_left_to_who_makes_it(tmp_path: Path) -> None:
    ours = make_subscriber(email="s7302@example.com", pk=7302)
    grids.start_paid_grid(subscriber_id=7302, number=1)
    run("import_subscribers", write(tmp_path, old_row(7302, slots=SEVEN)), "--apply")
    ours.refresh_from_db()
    assert ours.slots[:3] == [None, None, SEVEN[2]]


def test_who_has_been_active_here_keeps_what_is_theirs(tmp_path: Path) -> None:
    run("import_subscribers", write(tmp_path, old_row(7303, token="old-token")), "--apply")
    Subscriber.objects.update(version=3, name="Ours", selfie_image_urls=[])
    access.revoke(subscriber_id=7303)
    newer = old_row(7303, token="old-token", feed_style="beige", email="s7303@example.com", name="Theirs")
    run("import_subscribers", write(tmp_path, newer), "--apply")
    row = Subscriber.objects.get()
    assert (row.name, row.feed_style, row.selfie_entries) == ("Ours", "beige", [])
    assert row.access_token is None


def test_who_was_not_touched_follows_the_old_row(tmp_path: Path) -> None:
    run(
        "import_subscribers",
        write(tmp_path, old_row(7304, token="t", paid_blueprint_purchased="f")),
        "--apply",
    )
    run("import_subscribers", write(tmp_path, old_row(7304, token="t", email="new@example.com")), "--apply")
    row = Subscriber.objects.get()
    assert (row.email, row.paid_blueprint_purchased, row.version) == ("new@example.com", True, 0)


def test_an_id_that_is_somebody_else_here_is_left_alone(tmp_path: Path) -> None:
    make_subscriber(pk=7305, email="ours@example.com", access_token="demo", selfies=0)
    said, _ = run_failing("import_subscribers", write(tmp_path, old_row(7305, token="t")), "--apply")
    assert "id 7305 is somebody else here" in said
    assert Subscriber.objects.get().email == "ours@example.com"


def test_a_token_that_somebody_has_fails_its_row_only(tmp_path: Path) -> None:
    make_subscriber(access_token="demo", selfies=0)
    path = write(tmp_path, old_row(7306, token="demo"), old_row(7307, token=new_token()))
    said, _ = run_failing("import_subscribers", path, "--apply")
    assert "7306: failed: somebody else has this access token" in said
    assert Subscriber.objects.filter(pk=7307).exists()


# --- photo shoots ------------------------------------------------------------------------------------


@pytest.fixture
def with_shoots(tmp_path: Path, elsewhere: Elsewhere) -> Path:
    url = elsewhere.put("/shoot.png", picture(size=(900, 900)))
    rows = [
        f"1\t12\t1\tp1abc\t{url}\tcompleted\tA walk by the sea. Wind.\t2025-03-01 00:00:00+00",
        f"2\t12\t2\tp2abc\thttp://{elsewhere.name}/gone.png\tcompleted\tA bar\t2025-03-01 00:00:00+00",
        r"3	12	3	p3abc	\N	generating	A garden	2025-03-01 00:00:00+00",
        r"4	12	4	\N	\N	pending	\N	2025-03-01 00:00:00+00",
        r"5	13	1	\N	\N	pending	A street	2025-03-01 00:00:00+00",
    ]
    path = tmp_path / "shoots.sql"
    path.write_text(
        f"{copied(old_row(7401))}"
        "COPY public.pro_photoshoot_grids (id, session_id, grid_number, prediction_id, grid_url,"
        " generation_status, prompt, created_at) FROM stdin;\n" + "\n".join(rows) + "\n\\.\n"
        "COPY public.pro_photoshoot_sessions (id, user_id) FROM stdin;\n12\tu-1\n13\tu-2\n\\.\n"
        "COPY public.users (id, email) FROM stdin;\nu-1\tS7401@example.com\nu-2\tnobody@example.com\n\\.\n"
    )
    return path


def test_old_photo_shoots_become_staff_shoots_with_picture_and_prediction(with_shoots: Path) -> None:
    said, ended = run_failing("import_subscribers", with_shoots, "--apply")
    assert "pro_photoshoot_grids 2: failed: the picture is not at its address" in said
    assert "pro_photoshoot_grids 5: skipped: it names no subscriber of ours: say --shoots-for" in said
    assert "1 failed" in ended
    shoot = Shoot.objects.get()
    assert (shoot.kind, shoot.planned, shoot.subscriber_id) == (Shoot.Kind.STAFF, 4, 7401)
    first, second, third, _ = shoot.grids.order_by("number")
    assert first.title == "A walk by the sea"
    assert first.asset is not None
    assert first.asset.stem == f"shoots/{shoot.pk}/grids/7401-1"
    assert second.asset is None
    assert third.prediction is not None
    assert third.prediction.failure == "output_expired"
    assert set(Attempt.objects.values_list("external_id", flat=True)) == {"p1abc", "p3abc"}
    drain()
    assert Frame.objects.filter(grid=first).count() == 9


def test_shoots_imported_again_only_fetch_what_is_missing(with_shoots: Path, elsewhere: Elsewhere) -> None:
    run_failing("import_subscribers", with_shoots, "--apply")
    elsewhere.asked.clear()
    elsewhere.put("/gone.png", picture(size=(700, 700)))
    run("import_subscribers", with_shoots, "--apply")
    assert elsewhere.asked == ["/gone.png"]
    assert Grid.objects.count() == 4
    assert Prediction.objects.count() == 3


def test_shoots_that_name_nobody_go_to_who_is_named(with_shoots: Path) -> None:
    other = make_subscriber(selfies=0)
    run_failing("import_subscribers", with_shoots, "--apply", "--shoots-for", other.email)
    assert set(Shoot.objects.values_list("subscriber_id", "title")) == {
        (7401, "Photo shoot 12, taken over"), (other.pk, "Photo shoot 13, taken over"),
    }  # fmt: skip


def test_one_source_has_to_be_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Say one of"):
        run("import_subscribers")
    with pytest.raises(CommandError, match="There is no file"):
        run("import_subscribers", tmp_path / "none.sql")
