"""Tell open pages what changed: the run's version, its pieces' stamps, and lines of activity.

All of it happens under the run's lock, which orders the writers of one run.
"""

from collections.abc import Iterable

from techpack.models import Activity, Piece, TechPack


def locked(tech_pack_id: int) -> TechPack | None:
    """The run with its row locked until the transaction ends; None when it was deleted."""
    return TechPack.objects.select_for_update().filter(pk=tech_pack_id).first()


def bump(run: TechPack) -> int:
    """The run changed. Returns the new version."""
    run.version += 1
    run.save(update_fields=["version"])
    return run.version


def touch(run: TechPack, *pieces: Piece) -> None:
    """These pieces changed; saves all of each."""
    version = bump(run)
    for piece in pieces:
        piece.version = version
        piece.save()


def show_again(run: TechPack, pieces: Iterable[Piece]) -> None:
    """What pages show of these pieces changed, though they did not: they may be tried again now."""
    version = bump(run)
    for piece in pieces:
        type(piece)._default_manager.filter(pk=piece.pk).update(version=version)


def add(run: TechPack, *pieces: Piece) -> None:
    """These pieces, all of one kind, came to be."""
    version = bump(run)
    for piece in pieces:
        piece.version = piece.created_version = version
    if pieces:
        type(pieces[0])._default_manager.bulk_create(pieces)


def say(run: TechPack, text: str, *, tone: Activity.Tone = Activity.Tone.PLAIN, toast: bool = False) -> None:
    """Add a line to the run's activity; a toast also pops up on open pages."""
    Activity.objects.create(tech_pack=run, version=bump(run), text=text[:300], tone=tone, toast=toast)
