"""Photos as they come in, and what an engine drew: checked by content and made uniform."""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from generation.storage import images
from generation.storage.images import InvalidImage

RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 160, 60), (30, 60, 200), (255, 255, 255)
PLACE, AUTHOR = "48.2082", "Somebody"  # in none of our files

Colour = tuple[int, ...]


def saved(image: Image.Image, form: str = "PNG", **more: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **more)
    return file.getvalue()


def plain(colour: Colour = RED, size: tuple[int, int] = (120, 80), mode: str = "RGB") -> Image.Image:
    return Image.new(mode, size, colour)


def read(data: bytes, name: str = "photo.jpg") -> Image.Image:
    """The photo as it would be stored, decoded."""
    return Image.open(io.BytesIO(images.read_photo(data, name=name).data))


def colour_at(image: Image.Image, x: float, y: float) -> Colour:
    found = image.convert("RGB").getpixel((int(x * (image.width - 1)), int(y * (image.height - 1))))
    assert isinstance(found, tuple)
    return found


def near(found: Colour, wanted: Colour, within: int = 12) -> bool:
    return all(abs(a - b) <= within for a, b in zip(found, wanted, strict=True))


def refusal(data: bytes, name: str = "photo.jpg") -> str:
    with pytest.raises(InvalidImage) as caught:
        images.read_photo(data, name=name)
    return str(caught.value)


# --- what is refused, in a sentence that names file and limit ----------------------------------


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_header(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and has not one row of pixels."""
    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", size) + png_chunk(b"IDAT", zlib.compress(b"\0"))


SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><rect width="100" height="100"/></svg>'
)
NO_PHOTOS = {
    "words": b"This is no picture at all." * 20,
    "html": b"<!doctype html><script>alert(1)</script>",
    "svg": SVG,
    "pdf": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n",
    "gif": saved(plain().convert("P"), "GIF"),
    "bmp": saved(plain(), "BMP"),
    "zip": b"PK\x03\x04" + bytes(200),
    "jpeg's first bytes alone": b"\xff\xd8\xff\xe0",
}


@pytest.mark.parametrize("kind", NO_PHOTOS)
def test_what_is_no_photo_is_refused_by_its_content(kind: str) -> None:
    said = refusal(NO_PHOTOS[kind], "spring/tee front.jpg")
    assert said == "“tee front.jpg” is not a photo we can read: use JPEG, PNG, WebP, HEIC, AVIF or TIFF."


@pytest.mark.parametrize("mode", ["RGB", "CMYK", "L", "I;16"])
@pytest.mark.parametrize("compression", ["raw", "tiff_lzw"])
def test_the_first_page_of_a_tiff_is_read(mode: str, compression: str) -> None:
    first = Image.new("I;16", (120, 90), 40000) if mode == "I;16" else plain().convert(mode)
    stream = io.BytesIO()
    pages = {} if mode == "I;16" else {"save_all": True, "append_images": [plain().convert(mode)]}
    first.save(stream, "TIFF", compression=compression, **pages)
    photo = images.read_photo(stream.getvalue(), name="studio.tif")
    assert (photo.width, photo.height) == first.size
    assert photo.content_type in ("image/png", "image/jpeg")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF"])
def test_half_a_photo_is_said_to_be_damaged(form: str) -> None:
    whole = saved(Image.effect_noise((300, 300), 90).convert("RGB"), form)
    said = refusal(whole[: len(whole) // 2], "half.jpg")
    assert said.startswith("“half.jpg” is ")
    assert "damaged or not complete" in said or "not a photo we can read" in said


def test_a_truncated_jpeg_is_said_to_be_damaged() -> None:
    whole = saved(Image.effect_noise((600, 600), 90).convert("RGB"), "JPEG")
    said = refusal(whole[: len(whole) // 2])
    assert said == "“photo.jpg” is damaged or not complete: save it again, or choose another photo."


def test_too_many_megapixels_are_refused_by_the_header_alone() -> None:
    """There are no pixels in it: to decode it would say "damaged", and take 300 MB first."""
    assert refusal(png_header(10_000, 10_000), "bomb.png") == (
        "“bomb.png” has 100 megapixels: at most 80 a photo."
    )


def test_a_bomb_beyond_what_pillow_opens_is_refused_in_the_same_words() -> None:
    assert refusal(png_header(60_000, 60_000)) == "“photo.jpg” has too many megapixels: at most 80 a photo."


def test_a_real_bomb_of_a_few_kilobytes_is_refused() -> None:
    bomb = saved(Image.new("1", (10_000, 10_000)))
    assert len(bomb) < 100_000
    assert "100 megapixels" in refusal(bomb)


def test_eighty_megapixels_are_enough_and_not_too_many() -> None:
    said = refusal(png_header(8_000, 10_000))  # past the limits; it is only damaged
    assert "damaged" in said


def test_a_file_over_25_mb_is_refused_before_it_is_read() -> None:
    class Unread(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            raise AssertionError("it was read")

    with pytest.raises(InvalidImage, match=r"“large\.jpg” has 25\.1 MB: at most 25 MB a photo\."):
        images.read_photo(Unread(bytes(25 * 1024 * 1024 + 100_000)), name="large.jpg")


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"", "nothing.png") == "“nothing.png” is empty."


@pytest.mark.parametrize(("size", "limit"), [((200, 40), "at least 64"), ((31_000, 64), "at most 30000")])
def test_sides_have_limits(size: tuple[int, int], limit: str) -> None:
    assert f"{size[0]} × {size[1]} px: {limit} px a side." in refusal(saved(plain(size=size)))


# --- what is taken -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "kept_as"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/jpeg"), ("HEIF", "image/jpeg"),
     ("AVIF", "image/jpeg")],
)  # fmt: skip
@pytest.mark.parametrize("name", ["photo", "photo.pdf", "photo.gif"])
def test_a_photo_is_taken_by_its_content_whatever_it_is_called(form: str, kept_as: str, name: str) -> None:
    clean = images.read_photo(saved(plain(), form), name=name)
    assert (clean.content_type, clean.width, clean.height) == (kept_as, 120, 80)
    found = Image.open(io.BytesIO(clean.data))
    assert (found.get_format_mimetype(), found.mode, found.size) == (kept_as, "RGB", (120, 80))
    assert near(colour_at(found, 0.5, 0.5), RED)


def test_two_pictures_in_one_jpeg_are_the_first() -> None:
    """As some cameras and phones write them (MPO)."""
    both = saved(plain(RED), "MPO", save_all=True, append_images=[plain(BLUE)])
    clean = images.read_photo(both, name="x.jpg")
    assert clean.content_type == "image/jpeg"
    assert near(colour_at(Image.open(io.BytesIO(clean.data)), 0.5, 0.5), RED)


@pytest.mark.parametrize("form", ["PNG", "WEBP", "AVIF"])
def test_of_an_animation_the_first_picture_counts(form: str) -> None:
    moving = saved(plain(RED), form, save_all=True, append_images=[plain(BLUE), plain(GREEN)], duration=100)
    still = read(moving)
    assert getattr(still, "n_frames", 1) == 1
    assert near(colour_at(still, 0.5, 0.5), RED)


@pytest.mark.parametrize("upload", [SimpleUploadedFile, TemporaryUploadedFile])
def test_an_upload_of_django_is_taken(upload: Callable[..., Any]) -> None:
    data = saved(plain(), "JPEG")
    if upload is SimpleUploadedFile:
        file = SimpleUploadedFile("tee.jpg", data)
    else:
        file = TemporaryUploadedFile("tee.jpg", "image/jpeg", len(data), None)  # type: ignore[assignment]
        file.write(data)
    assert images.read_photo(file, name="tee.jpg").width == 120  # type: ignore[arg-type]


def test_a_huge_png_is_kept_as_a_jpeg() -> None:
    assert images.read_photo(saved(plain(size=(4_000, 3_100))), name="x.png").content_type == "image/jpeg"


# --- upright, and nothing but pixels -----------------------------------------------------------


def with_memory(form: str, orientation: int = 1) -> bytes:
    """Red on the left, green on the right; and all that cameras and programs write beside it."""
    image = plain(RED)
    image.paste(GREEN, (60, 0, 120, 80))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Artist] = AUTHOR
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSMapDatum] = PLACE
    more: dict[str, Any] = {"exif": exif.tobytes(), "xmp": f"<x:xmpmeta>{PLACE}</x:xmpmeta>".encode()}
    if form == "JPEG":
        more["comment"] = f"by {AUTHOR}"
    if form == "PNG":
        more = {"exif": exif, "pnginfo": PngImagePlugin.PngInfo()}
        more["pnginfo"].add_text("Author", AUTHOR)
        more["pnginfo"].add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta>{PLACE}</x:xmpmeta>")
    return saved(image, form, **more)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF"])
def test_place_author_and_comments_are_gone(form: str) -> None:
    before = with_memory(form)
    assert PLACE.encode() in before, "the test has nothing to lose"
    clean = images.read_photo(before, name="x").data
    assert PLACE.encode() not in clean
    assert AUTHOR.encode() not in clean
    after = Image.open(io.BytesIO(clean))
    assert not dict(after.getexif())
    assert set(after.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize(
    ("orientation", "red"),
    [(1, (0.1, 0.5)), (2, (0.9, 0.5)), (3, (0.9, 0.5)), (4, (0.1, 0.5)),
     (5, (0.5, 0.1)), (6, (0.5, 0.1)), (7, (0.5, 0.9)), (8, (0.5, 0.9))],
)  # fmt: skip
def test_a_photo_is_turned_upright(orientation: int, red: tuple[float, float]) -> None:
    clean = images.read_photo(with_memory("JPEG", orientation), name="x.jpg")
    upright = Image.open(io.BytesIO(clean.data))
    assert upright.size == (clean.width, clean.height) == ((120, 80) if orientation < 5 else (80, 120))
    assert near(colour_at(upright, *red), RED)
    assert near(colour_at(upright, 1 - red[0], 1 - red[1]), GREEN)


def test_an_iphones_photo_is_turned_once_only() -> None:
    upright = read(with_memory("HEIF", 6))
    assert upright.size == (80, 120)
    assert near(colour_at(upright, 0.5, 0.1), RED)


# --- colours -----------------------------------------------------------------------------------


def red_and_green_exchanged() -> bytes:
    """A colour profile under which the first channel is green and the second red."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace("sRGB".encode("utf-16-be"), "mine".encode("utf-16-be"))
    return (
        profile.replace(b"rXYZ", b"?XYZ", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"?XYZ", b"gXYZ", 1)
    )  # only in the table of tags, which comes first


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_colours_are_brought_to_srgb_by_the_photos_own_profile(form: str) -> None:
    odd = saved(plain((230, 20, 20)), form, icc_profile=red_and_green_exchanged())
    assert near(colour_at(read(odd), 0.5, 0.5), (20, 230, 20), within=25)


@pytest.mark.parametrize("profile", [b"broken", red_and_green_exchanged()[:200]])
def test_a_broken_profile_counts_as_none(profile: bytes) -> None:
    assert near(colour_at(read(saved(plain(), icc_profile=profile)), 0.5, 0.5), RED)


def test_a_profile_of_another_colour_space_counts_as_none() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert near(colour_at(read(saved(plain(), icc_profile=lab)), 0.5, 0.5), RED)


def test_cmyk_becomes_rgb() -> None:
    printed = saved(plain((0, 255, 255, 0), mode="CMYK"), "JPEG")
    assert near(colour_at(read(printed), 0.5, 0.5), (255, 0, 0), within=40)


@pytest.mark.parametrize("form", ["PNG", "WEBP", "AVIF"])
def test_what_is_transparent_becomes_white(form: str) -> None:
    cut_out = Image.new("RGBA", (120, 80), (0, 0, 0, 0))
    cut_out.paste((*RED, 255), (60, 0, 120, 80))
    found = read(saved(cut_out, form))
    assert near(colour_at(found, 0.1, 0.5), WHITE)
    assert near(colour_at(found, 0.9, 0.5), RED)


def test_half_transparent_is_half_white() -> None:
    assert near(colour_at(read(saved(plain((0, 0, 0, 128), mode="RGBA"))), 0.5, 0.5), (127, 127, 127))


def test_a_palette_with_a_transparent_colour() -> None:
    palette = Image.new("P", (120, 80), 0)
    palette.putpalette([0, 0, 0, *RED])
    palette.paste(1, (60, 0, 120, 80))
    found = read(saved(palette, transparency=0))
    assert near(colour_at(found, 0.1, 0.5), WHITE)
    assert near(colour_at(found, 0.9, 0.5), RED)


def test_sixteen_bits_of_grey_become_eight() -> None:
    deep = Image.new("I;16", (120, 80), 40_000)
    assert near(colour_at(read(saved(deep)), 0.5, 0.5), (156, 156, 156), within=2)


@pytest.mark.parametrize(
    ("mode", "colour", "shown"), [("L", 90, (90,) * 3), ("1", 1, WHITE), ("LA", (90, 0), WHITE)]
)
def test_every_kind_of_png_is_read(mode: str, colour: Any, shown: Colour) -> None:
    assert near(colour_at(read(saved(plain(colour, mode=mode))), 0.5, 0.5), shown)


# --- names in sentences ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("tee.jpg", "“tee.jpg”"),
        ("C:\\photos\\tee.jpg", "“tee.jpg”"),
        ("../../etc/passwd", "“passwd”"),
        ("a\x00b\nc\u202egpj.exe", "“abcgpj.exe”"),  # a direction mark would show it as exe.jpg
        ("", "“the file”"),
        ("\u200b", "“the file”"),
        ("Blüse 2.heic", "“Blüse 2.heic”"),
        (f"{'a' * 60}-front.jpeg", f"“{'a' * 28}…-front.jpeg”"),
    ],
)
def test_a_name_is_shown_short_and_harmless(name: str, shown: str) -> None:
    assert images.shown_name(name) == shown
    assert len(images.shown_name(name)) <= 42


# --- what an engine drew -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "content_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")]
)
def test_a_result_is_decoded_and_described(form: str, content_type: str) -> None:
    checked = images.check_result(saved(plain(), form))
    assert (checked.content_type, checked.width, checked.height) == (content_type, 120, 80)
    assert checked.image.mode == "RGB"


@pytest.mark.parametrize("size", [(8193, 20), (20, 8193), (15, 100), (100, 15)])
def test_a_result_has_sane_sides(size: tuple[int, int]) -> None:
    with pytest.raises(InvalidImage, match=f"{size[0]} × {size[1]} px: 16 to 8192 a side"):
        images.check_result(saved(plain(size=size)))


def test_a_result_with_the_largest_sides_counts() -> None:
    assert images.check_result(saved(plain(size=(8192, 16)))).width == 8192


def test_a_result_over_40_mb_is_refused() -> None:
    with pytest.raises(InvalidImage, match=r"40\.0 MB: at most 40"):
        images.check_result(bytes(40 * 1024 * 1024 + 1))


@pytest.mark.parametrize(
    "data",
    [b"", b"no picture", SVG, saved(plain(), "GIF"), saved(plain(), "AVIF"), png_header(100, 100),
     png_header(60_000, 60_000), saved(Image.effect_noise((300, 300), 90), "JPEG")[:2_000]],
)  # fmt: skip
def test_a_result_that_cannot_be_decoded_never_counts(data: bytes) -> None:
    with pytest.raises(InvalidImage):
        images.check_result(data)


# --- small ones --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "small", "large"),
    [
        ((2400, 1200), (480, 240), (1200, 600)),
        ((1000, 2000), (480, 960), (1000, 2000)),
        ((300, 200), (300, 200), (300, 200)),  # never larger than the picture
        ((200, 9600), (40, 1920), (100, 4800)),  # nor endlessly tall
        ((9600, 2), (480, 1), (1200, 1)),  # nor of no height
    ],
)
def test_thumbnails_have_two_widths(
    size: tuple[int, int], small: tuple[int, int], large: tuple[int, int]
) -> None:
    made = {
        name: Image.open(io.BytesIO(data))
        for name, data in images.thumbnails(plain(size=size), "image/png", size).items()
    }
    assert {name: image.size for name, image in made.items()} == {"small": small, "large": large}
    assert {image.format for image in made.values()} == {"WEBP"}


def test_the_placeholder_is_the_mean_colour() -> None:
    image = plain((0, 0, 0))
    image.paste(WHITE, (60, 0, 120, 80))
    assert images.placeholder(image) in ("#7F7F7F", "#808080")
    assert images.placeholder(plain((1, 2, 255))) == "#0102FF"


def test_a_photo_of_ours_is_opened_no_larger_than_thumbnails_need() -> None:
    clean = images.read_photo(saved(plain(size=(6000, 3000)), "JPEG"), name="x.jpg")
    checked = images.open_own(clean.data, clean.content_type)
    assert (checked.width, checked.height) == (6000, 3000)
    assert images.LARGE[0] <= checked.image.width < 6000
