"""Revisions and snapshots to compare, and drawings laid over each other."""

import json
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from django.http import Http404
from django.utils import timezone

from techpack.exports import comparison, tables
from techpack.exports.document import Change
from techpack.models import Product, Release, Snapshot
from techpack.presenters.document import document_of

ElementTree.register_namespace("", "http://www.w3.org/2000/svg")
SVG = "http://www.w3.org/2000/svg"
BEFORE, AFTER = "#E4442B", "#17181C"


@dataclass(frozen=True)
class State:
    """The product at one moment: an issued revision, a snapshot, or as it stands now."""

    key: str  # "revision-2", "snapshot-17", "now"
    label: str
    data: dict[str, Any]
    flats: dict[str, str]


@dataclass(frozen=True)
class Overlay:
    """One view before and after, at one scale: the earlier drawing in red below the later in ink."""

    view: str
    svg: str
    is_the_same: bool


def states_of(product: Product) -> list[tuple[str, str]]:
    """Key and label of everything there is to compare, the newest first."""
    rows = [("now", "As it stands now")]
    rows += [
        (f"revision-{one.number}", f"Revision {one.number}, {one.issued_at:%-d %b %Y}")
        for one in product.releases.defer("data", "changes")
    ]
    return rows + [
        (f"snapshot-{one.pk}", _snapshot_label(one)) for one in product.snapshots.defer("data", "flats")
    ]


def _snapshot_label(one: Snapshot) -> str:
    when = timezone.localtime(one.created_at)
    return f"Snapshot, {when:%-d %b %Y, %H:%M}" + (f": {one.note}" if one.note else "")


def state(product: Product, key: str) -> State:
    """Raises Http404 for a state there is not."""
    kind, _, number = key.partition("-")
    if key == "now":
        document = document_of(product)
        flats = {flat.view: flat.picture.data.decode() for flat in document.flats}
        return State(key, "as it stands now", tables.as_json(document), flats)
    if kind in ("revision", "snapshot") and number.isdecimal() and len(number) < 10:
        found = _revision(product, int(number)) if kind == "revision" else _snapshot(product, int(number))
        if found is not None:
            return found
    raise Http404("There is no such revision.")


def _revision(product: Product, number: int) -> State | None:
    release = product.releases.filter(number=number).first()
    if release is None:
        return None
    return State(f"revision-{number}", f"revision {number}", release.data, flats_of_release(release))


def flats_of_release(release: Release) -> dict[str, str]:
    """The drawings by their views, as they were issued."""
    file = release.files.filter(name="flats").first()
    return json.loads(bytes(file.content)) if file else {}


def _snapshot(product: Product, number: int) -> State | None:
    row = product.snapshots.filter(pk=number).first()
    return State(f"snapshot-{number}", _snapshot_label(row), row.data, row.flats) if row else None


def changes(before: State, after: State) -> list[Change]:
    return comparison.compare(before.data, after.data)


def overlays(before: State, after: State) -> list[Overlay]:
    """Each view that both have, flat over flat."""
    views = [view for view in after.flats if view in before.flats]
    return [_overlay(view, before.flats[view], after.flats[view]) for view in views]


def _overlay(view: str, before: str, after: str) -> Overlay:
    """Both at the scale of the coarser one, aligned at the top of their centre lines."""
    drawings = [_drawing(before, BEFORE), _drawing(after, AFTER)]
    coarsest = max(one.scale for one in drawings)
    width = max(one.width * one.scale for one in drawings) / coarsest
    height = max(one.height * one.scale for one in drawings) / coarsest
    root = ElementTree.Element(f"{{{SVG}}}svg", {"viewBox": f"0 0 {width:.1f} {height:.1f}", "role": "img"})
    ElementTree.SubElement(root, f"{{{SVG}}}title").text = f"{view}: before in red, after in black"
    for one in drawings:
        ratio = one.scale / coarsest
        moved = {"transform": f"translate({(width - one.width * ratio) / 2:.2f} 0) scale({ratio:.4f})"}
        ElementTree.SubElement(root, f"{{{SVG}}}g", moved).extend(one.parts)
    return Overlay(view, ElementTree.tostring(root, encoding="unicode"), before == after)


@dataclass(frozen=True)
class _Drawing:
    """What an SVG of ours draws, its size in millimetres, and how many millimetres one of them stands for."""

    parts: list[ElementTree.Element]
    width: float
    height: float
    scale: float


def _drawing(svg: str, colour: str) -> _Drawing:
    """The lines of a drawing in one colour, without fills and words."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - drawn by techpack.flats
    for parent in list(root.iter()):
        for child in list(parent):
            is_words = child.tag in (f"{{{SVG}}}text", f"{{{SVG}}}title")
            if is_words:
                parent.remove(child)
    for element in root.iter():
        element.attrib.pop("id", None)
        if element.get("stroke", "none") != "none":
            element.set("stroke", colour)
        if element.get("fill", "none") != "none":
            element.set("fill", "none")
    box = [float(number) for number in root.get("viewBox", "0 0 1 1").split()]
    scale = root.get("data-scale", "1:1").partition(":")[2]
    return _Drawing(list(root), box[2], box[3], float(scale or 1))
