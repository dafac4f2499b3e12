"""SVG that others drew is reduced to a drawing: nothing in it runs, loads or links."""

from xml.etree import ElementTree

import pytest
from PIL import Image, ImageDraw

from generation.storage import svg as svg_files
from generation.storage.images import InvalidImage

NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def cleaned(inside: str, attributes: str = 'viewBox="0 0 10 10"') -> str:
    return svg_files.cleaned(f"<svg {NAMESPACES} {attributes}>{inside}</svg>")


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert('evil')</script>",
        "<g><script href='https://evil.example/x.js'/></g>",
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'>evil</body></foreignObject>",
        "<html:script xmlns:html='http://www.w3.org/1999/xhtml'>evil</html:script>",
        "<style>@import url(https://evil.example/x.css)</style>",
        "<image href='https://evil.example/x.png'/>",
        "<use xlink:href='https://evil.example/x.svg#a'/>",
        "<a xlink:href='javascript:evil'><path d='M0 0'/></a>",
        "<animate attributeName='href' to='javascript:evil'/>",
        "<set attributeName='onload' to='evil'/>",
        "<path d='M0 0' onclick='evil'/>",
        "<path d='M0 0' onLoad='evil'/>",
        "<path d='M0 0' style='background:url(https://evil.example)'/>",
        "<path d='M0 0' fill='url(https://evil.example/x.svg#a)'/>",
        "<path d='M0 0' fill=' URL(https://evil.example/x.svg#a)'/>",
        "<g href='evil'/>",
        "<g xlink:href='evil'/>",
        "<g xml:base='https://evil.example/'/>",
        "<filter id='evil'/>",
        "<?xml-stylesheet href='https://evil.example/x.css'?>",
        "<!-- evil -->",
    ],
)
def test_whatever_runs_loads_or_links_is_gone(inside: str) -> None:
    clean = cleaned(f"<rect width='1' height='1'/>{inside}")
    lowered = clean.lower()
    assert not [word for word in ("evil", "script", "href", "onload", "url(", "style") if word in lowered]
    assert "rect" in clean


def test_an_event_handler_of_the_drawing_itself_is_gone() -> None:
    assert "evil" not in cleaned("", 'viewBox="0 0 1 1" onload="evil()" style="evil"')


def test_what_stands_inside_of_something_removed_goes_with_it() -> None:
    assert "path" not in cleaned("<switch><path d='M0 0'/></switch>")


def test_lines_and_shapes_stay_as_they_are() -> None:
    inside = (
        '<g transform="translate(1 2)" fill="none" stroke="#000" stroke-width="2">'
        '<path d="M0 0C1 1 2 2 3 3Z" stroke-dasharray="4 2"/><circle cx="1" cy="2" r="3"/>'
        '<polyline points="0,0 1,1"/><title>Front</title></g>'
    )
    root = ElementTree.fromstring(cleaned(inside))
    group = root[0]
    assert group.get("transform") == "translate(1 2)"
    assert group[0].get("d") == "M0 0C1 1 2 2 3 3Z"
    assert [child.tag.rpartition("}")[2] for child in group] == ["path", "circle", "polyline", "title"]
    assert group[3].text == "Front"


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE svg SYSTEM "file:///etc/passwd">',
        '<!doctype svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "https://evil.example/x.dtd">',
    ],
)
def test_a_document_type_is_refused(declared: str) -> None:
    with pytest.raises(InvalidImage, match="document type"):
        svg_files.cleaned(f"{declared}<svg {NAMESPACES}/>")


@pytest.mark.parametrize("text", ["", "no drawing", "<svg", f"<svg {NAMESPACES}>&evil;</svg>"])
def test_what_is_not_well_formed_is_refused(text: str) -> None:
    with pytest.raises(InvalidImage, match="well-formed"):
        svg_files.cleaned(text)


@pytest.mark.parametrize("text", ["<html/>", "<svg/>", "<x:svg xmlns:x='http://www.w3.org/1999/xhtml'/>"])
def test_what_is_no_svg_is_refused(text: str) -> None:
    with pytest.raises(InvalidImage, match="not an SVG"):
        svg_files.cleaned(text)


def test_a_drawing_gets_a_view_box_so_that_it_can_be_scaled() -> None:
    assert 'viewBox="0 0 300 400.5"' in cleaned("", 'width="300px" height="400.5"')
    assert "viewBox" not in cleaned("", 'width="100%" height="100%"')
    assert 'viewBox="0 0 10 10"' in cleaned("", 'viewBox="0 0 10 10" width="5" height="5"')


def test_a_line_drawing_in_pixels_becomes_curves() -> None:
    drawing = Image.new("RGB", (400, 400), "white")
    ImageDraw.Draw(drawing).ellipse((100, 100, 300, 300), outline="black", width=12)
    svg = svg_files.vectorise(drawing)
    root = ElementTree.fromstring(svg)
    assert root.get("viewBox") == "0 0 400 400"
    assert [child for child in root.iter() if child.tag.endswith("}path")]
    assert len(svg) < 10_000


def test_a_large_drawing_is_traced_at_a_bounded_size() -> None:
    drawing = Image.new("RGB", (3200, 1600), "white")
    ImageDraw.Draw(drawing).line((100, 100, 3000, 1500), fill="black", width=20)
    assert 'viewBox="0 0 1600 800"' in svg_files.vectorise(drawing)
