"""The designer's word in a base view that was read again: it wins over what the engine sees anew.

What is carried over is an entry of a list as a whole, for its values belong together (a name and its hex, a
number and its unit), and so is the pattern; any other value by itself. Each keeps its source, and stands in
the history of the new take as what it is: the designer's change of what the engine wrote there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from generation.providers.base import Json
from techpack import schemas, versions
from techpack.editing import history, paths
from techpack.editing.document import DESIGNERS, Desk, source_of
from techpack.editing.paths import Place
from techpack.models import BaseView, Change, TechPack
from techpack.schemas import Source

Action = Change.Action

# By which two readings of a photo mean the same entry. Where the order says how much of it there is, the
# place in the list tells when nothing else does.
IDENTITY = {
    "colours.items": ("name", "hex"),
    "materials.items": ("name", "placement"),
    "proportions.items": ("name",),
    "construction.items": ("area",),
    "to_be_specified": ("field",),
}
RANKED = ("colours.items", "materials.items")


@dataclass
class Unit:
    """What is carried as a whole, and the values in it that are the designer's. `was` is an entry as the
    engine wrote it, None of one that the designer added."""

    path: str
    places: list[Place] = field(default_factory=list)
    was: Json | None = None

    @property
    def index(self) -> int:
        return int(self.path.rpartition(".")[2])


@dataclass(frozen=True)
class Carried:
    """A change on the new take, and the one on the old take that it repeats."""

    change: Change
    origin: Change | None

    @property
    def order(self) -> tuple[int, int]:
        """Entries go, entries come, then values in the order they were said: so paths stay what they are."""
        rank = {Action.REMOVE: 0, Action.ADD: 1}.get(Action(self.change.action), 2)
        return rank, self.origin.pk if self.origin and rank == 2 else 0


def carry_over(run: TechPack, old: BaseView, fresh: BaseView) -> list[Carried]:
    """Into `fresh`, which holds what the engine has just written for the take numbered `fresh.take`. Answers
    what `write` has to write once that take is shown."""
    was, now = old.facts, fresh.facts
    if was is None or now is None:
        return []
    carrier = _Carrier(old, was, Desk(run, fresh, None, now, schemas.Sources({})))
    carrier.take_out()
    for base in IDENTITY:
        carrier.carry_entries(base)
    carrier.carry_values()
    fresh.set_facts(carrier.facts)
    fresh.set_sources(carrier.desk.sources)
    return carrier.carried


def write(run: TechPack, carried: list[Carried]) -> None:
    """Made together is undone together, on this take as on the one before."""
    numbers: dict[int | str, int] = {}
    for one in sorted(carried, key=lambda one: one.order):
        change, origin = one.change, one.origin
        key = origin.version if origin else change.path
        change.version = numbers.setdefault(key, 0) or versions.bump(run)
        numbers[key] = change.version
        if origin is None:
            change.save(force_insert=True)
            continue
        change.by, change.prompt, change.credits = origin.by, origin.prompt, origin.credits
        change.save(force_insert=True)
        Change.objects.filter(pk=change.pk).update(made_at=origin.made_at)  # when it was said


class _Carrier:
    def __init__(self, old: BaseView, was: schemas.BaseViewAnalysis, desk: Desk):
        self.was = was
        self.sources = old.known_sources
        self.rows = history.placed(history.rows_of(old))
        self.desk = desk
        self.carried: list[Carried] = []
        self.units = {unit.path: unit for unit in self._units()}

    @property
    def facts(self) -> schemas.BaseViewAnalysis:
        assert isinstance(self.desk.document, schemas.BaseViewAnalysis)
        return self.desk.document

    # --- what is the designer's

    def _units(self) -> Iterator[Unit]:
        found: dict[str, Unit] = {}
        for row in self.rows:
            if row.path and row.change.action == Action.ADD and history.stands(row.change):
                found[row.path] = Unit(row.path)
        for place in paths.every(self.was):
            path = place.item or place.bearer or place.path
            if path in found or source_of(place, self.sources) in DESIGNERS:
                found.setdefault(path, Unit(path, was=self._as_written(path) if place.item else None))
                found[path].places.append(place)
        yield from found.values()

    def _as_written(self, path: str) -> Json:
        """An entry before the first change of any of its values."""
        entry = self._entry(path)
        for row in reversed(self.rows):
            if row.path and row.path.startswith(f"{path}.") and row.change.action == Action.SET:
                entry[row.path.removeprefix(f"{path}.")] = row.change.before
        return entry

    def _entry(self, path: str) -> Json:
        return paths.find_item(self.was, path)[1].model_dump(mode="json")

    def _origin(self, path: str) -> Change | None:
        """The last change that this value has from the designer."""
        mine = [row.change for row in self.rows if row.path == path and history.stands(row.change)]
        return mine[-1] if mine else None

    # --- entries of lists

    def take_out(self) -> None:
        """An entry the designer took out stays out when the engine sees the very same again."""
        for row in self.rows:
            base = row.change.path.rpartition(".")[0]
            if row.change.action != Action.REMOVE or base not in IDENTITY or not history.stands(row.change):
                continue
            entries, gone = self._fresh(base), row.change.before or {}
            same = [n for n, entry in enumerate(entries) if _alike(base, entry, gone) == _all(base)]
            for index in same[:1]:
                self.desk.take_out(f"{base}.{index}")
                self._note(row.change, f"{base}.{index}", Action.REMOVE, before=entries[index],
                           source_before=entries[index].get("source") or "")  # fmt: skip

    def carry_entries(self, base: str) -> None:
        mine = [unit for path, unit in self.units.items() if path.rpartition(".")[0] == base]
        if not mine:
            return
        places = self._counterparts(base, mine)
        for unit in mine:
            index = places.get(unit.path)
            if index is not None:
                self._replace(unit, f"{base}.{index}")
            else:
                self._append(unit, f"{base}.{len(self._fresh(base))}")

    def _counterparts(self, base: str, mine: list[Unit]) -> dict[str, int]:
        """By path of an old entry, the place of the fresh one that means the same."""
        fresh = self._fresh(base)
        free = set(range(len(fresh)))
        count = len(paths.find_list(self.was, base)[1])
        others = [path for path in (f"{base}.{index}" for index in range(count)) if path not in self.units]
        for entry in map(self._entry, others):
            free -= {next((n for n in sorted(free) if _alike(base, entry, fresh[n]) == _all(base)), -1)}
        found: dict[str, int] = {}
        for least in (_all(base), 1):
            for unit in mine:
                entry = unit.was or self._entry(unit.path)
                best = max(sorted(free), key=lambda n: _alike(base, entry, fresh[n]), default=None)
                if unit.path not in found and best is not None and _alike(base, entry, fresh[best]) >= least:
                    found[unit.path] = best
                    free.discard(best)
        for unit in mine:
            if unit.path not in found and unit.was and base in RANKED and unit.index in free:
                found[unit.path] = unit.index
                free.discard(unit.index)
        return found

    def _fresh(self, base: str) -> list[Json]:
        entries = paths.find_list(self.desk.document, base)[1]
        return [entry.model_dump(mode="json") for entry in entries]

    def _append(self, unit: Unit, path: str) -> None:
        entry = self._entry(unit.path)
        self.desk.insert(path, entry)
        self._take_sources(unit, path)
        origin = self._origin(unit.path) or self._last_within(unit)
        self._note(origin, path, Action.ADD, after=entry, source_after=entry.get("source") or "")

    def _last_within(self, unit: Unit) -> Change | None:
        origins = [origin for place in unit.places if (origin := self._origin(place.path))]
        return max(origins, key=lambda change: change.pk, default=None)

    # --- values

    def carry_values(self) -> None:
        """The pattern, and what belongs to nothing."""
        for unit in self.units.values():
            if unit.path.rpartition(".")[0] not in IDENTITY:
                self._replace(unit, unit.path)

    def _replace(self, unit: Unit, path: str) -> None:
        before = {place.name: self.desk.place(_moved(place.path, unit.path, path)) for place in unit.places}
        sources = {name: self.desk.source_of(place) for name, place in before.items()}
        self.desk.put(path, _value_at(self.was, unit.path))
        self._take_sources(unit, path)
        for place in unit.places:
            here, then = _moved(place.path, unit.path, path), before[place.name].value
            source = source_of(place, self.sources)
            confirmed = source == Source.CONFIRMED and then == place.value
            self._note(
                self._origin(place.path) or self._origin(unit.path), here,
                Action.CONFIRM if confirmed else Action.SET, before=then, after=place.value,
                source_before=sources[place.name] or "", source_after=source or "",
            )  # fmt: skip

    def _take_sources(self, unit: Unit, path: str) -> None:
        for known, source in self.sources.root.items():
            if known == unit.path or known.startswith(f"{unit.path}."):
                self.desk.sources.root[_moved(known, unit.path, path)] = source

    def _note(self, origin: Change | None, path: str, action: Change.Action, **more: Any) -> None:
        self.carried.append(Carried(self.desk.note(path=path, action=action, **more), origin))


def _alike(base: str, one: Json, other: Json) -> int:
    """How much of what tells an entry is the same in both."""
    return sum(one.get(name) == other.get(name) for name in IDENTITY[base])


def _all(base: str) -> int:
    return len(IDENTITY[base])


def _moved(path: str, old: str, new: str) -> str:
    return f"{new}{path.removeprefix(old)}"


def _value_at(document: schemas.Shape, path: str) -> Any:
    value: Any = document.model_dump(mode="json")
    for part in path.split("."):
        value = value[int(part)] if part.isdigit() else value[part]
    return value
