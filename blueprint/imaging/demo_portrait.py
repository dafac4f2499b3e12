"""A portrait that is drawn, for the demo: soft shapes one over the other, and nobody's face."""

import io
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter

SIZE = (1200, 1500)  # px, of the sheet it is drawn on
CROP = (170, 165, 1030, 1240)  # what of it is shown: head and shoulders
SHOWN = (1200, 1500)
Points = tuple[tuple[float, float], ...]

SKIN, SHADE, LIGHT = (205, 156, 126), (150, 98, 74), (238, 203, 176)
HAIR, STRAND = (48, 33, 28), (92, 64, 50)
CLOTH, FOLD = (36, 38, 44), (70, 73, 82)


@dataclass(frozen=True)
class Shape:
    """An ellipse by its box, or the area within points; `within` names what it may not leave."""

    colour: tuple[int, int, int]
    box: tuple[float, float, float, float] | None = None
    points: Points = ()
    opacity: float = 1.0
    blur: float = 2.0
    name: str = ""
    within: str = ""


SHAPES = (
    # behind everything: a wall with light from the left
    Shape((226, 214, 198), box=(-300, -200, 900, 1500), blur=220),
    Shape((150, 138, 126), box=(760, 300, 1700, 1900), blur=260, opacity=0.8),
    # hair that falls behind the shoulders
    Shape(HAIR, points=((400, 560), (380, 800), (345, 1060), (470, 1150), (720, 1150), (860, 1060),
                        (822, 800), (800, 560), (700, 330), (500, 330)), blur=5),
    # shoulders, and a coat over them
    Shape(CLOTH, points=((60, 2100), (150, 1270), (260, 1130), (470, 1040), (600, 1120), (730, 1040),
                         (940, 1130), (1050, 1270), (1140, 2100)), blur=5, name="coat"),
    Shape(FOLD, points=((250, 1500), (330, 1180), (360, 1180), (310, 1500)), blur=26, within="coat"),
    Shape(FOLD, points=((905, 1500), (850, 1190), (872, 1190), (950, 1500)), blur=26, within="coat",
          opacity=0.6),
    # neck
    Shape(SKIN, points=((512, 760), (508, 980), (455, 1062), (600, 1240), (745, 1062), (692, 980),
                         (688, 760)), blur=4, name="neck"),
    Shape(SHADE, points=((500, 780), (505, 905), (600, 960), (700, 905), (705, 780)), blur=34, within="neck"),
    Shape(SHADE, points=((650, 880), (760, 1060), (620, 1230)), blur=40, within="neck", opacity=0.6),
    # lapels
    Shape((28, 29, 34), points=((455, 1046), (430, 1075), (560, 1420), (606, 1250)), blur=4),
    Shape((44, 46, 53), points=((745, 1046), (772, 1075), (648, 1420), (594, 1250)), blur=4),
    # the face, lit from the left
    Shape(SKIN, points=((434, 560), (440, 690), (470, 775), (530, 845), (600, 872), (670, 845), (730, 775),
                        (760, 690), (766, 560), (740, 430), (600, 372), (460, 430)), blur=5, name="face"),
    Shape(LIGHT, box=(430, 420, 620, 700), blur=60, within="face", opacity=0.75),
    Shape(SHADE, points=((770, 430), (690, 560), (700, 700), (660, 800), (600, 880), (800, 880)), blur=46,
          within="face", opacity=0.7),
    Shape((214, 128, 112), box=(450, 655, 550, 735), blur=30, within="face", opacity=0.45),
    Shape((196, 112, 96), box=(655, 655, 750, 735), blur=30, within="face", opacity=0.4),
    Shape(SHADE, box=(440, 330, 770, 470), blur=40, within="face", opacity=0.7),
    # sockets, lids, eyes, brows
    Shape(SHADE, box=(462, 548, 572, 622), blur=16, within="face", opacity=0.5),
    Shape(SHADE, box=(630, 548, 740, 622), blur=16, within="face", opacity=0.55),
    *(shape for x in (520.0, 684.0) for shape in (
        Shape((243, 236, 228), points=((x - 44, 598), (x - 20, 578), (x + 12, 575), (x + 42, 596),
                                       (x + 14, 611), (x - 18, 612)), blur=1.5, name=f"eye {x}"),
        Shape((84, 62, 44), box=(x - 21, 573, x + 21, 615), blur=1.5, within=f"eye {x}"),
        Shape((22, 16, 14), box=(x - 10, 584, x + 10, 604), blur=1.2, within=f"eye {x}"),
        Shape((255, 255, 255), box=(x - 11, 582, x - 3, 590), blur=1),
        Shape((40, 26, 22), points=((x - 50, 600), (x - 22, 574), (x + 12, 570), (x + 48, 594), (x + 12, 579),
                                    (x - 20, 583)), blur=1.8),
    )),
    Shape(HAIR, points=((458, 545), (490, 522), (536, 520), (572, 532), (536, 533), (492, 538)), blur=3,
          opacity=0.9),
    Shape(HAIR, points=((634, 532), (668, 520), (712, 522), (746, 545), (710, 538), (668, 533)), blur=3,
          opacity=0.9),
    # nose
    Shape(SHADE, points=((612, 560), (640, 690), (628, 716), (600, 722), (622, 690)), blur=13, opacity=0.55),
    Shape(LIGHT, points=((590, 560), (602, 560), (606, 690), (590, 696)), blur=9, opacity=0.8),
    Shape(SHADE, box=(568, 704, 588, 718), blur=5, opacity=0.8),
    Shape(SHADE, box=(614, 704, 634, 718), blur=5, opacity=0.9),
    # mouth
    Shape((162, 74, 70), points=((538, 776), (576, 761), (600, 767), (624, 761), (664, 776),
                                 (600, 783)), blur=2.5),
    Shape((188, 96, 90), points=((542, 777), (600, 783), (660, 777), (632, 803), (600, 810),
                                 (566, 803)), blur=3),
    Shape((232, 160, 150), box=(566, 787, 620, 799), blur=6, opacity=0.7),
    Shape(SHADE, box=(560, 818, 640, 838), blur=13, opacity=0.5),
    # hair in front, parted to the left
    Shape(HAIR, points=((560, 352), (470, 420), (440, 520), (428, 640), (392, 760), (372, 620), (392, 470),
                        (450, 350), (540, 292), (660, 290), (762, 350), (812, 470), (826, 640), (808, 780),
                        (776, 650), (764, 540), (728, 440), (640, 372)), blur=4),
    Shape(STRAND, points=((548, 330), (450, 420), (408, 560), (396, 640), (424, 500), (470, 400)), blur=12,
          opacity=0.8),
    Shape(STRAND, points=((640, 318), (740, 372), (790, 480), (798, 560), (768, 460), (716, 380)), blur=14,
          opacity=0.55),
)  # fmt: skip


def jpeg() -> bytes:
    picture = Image.new("RGB", SIZE, (196, 183, 168))
    masks: dict[str, Image.Image] = {}
    for shape in SHAPES:
        mask = _mask(shape)
        if shape.within:
            mask = ImageChops.multiply(mask, masks[shape.within])
        if shape.name:
            masks[shape.name] = mask
        picture.paste(shape.colour, mask=mask.point(lambda value, by=shape.opacity: int(value * by)))
    out = io.BytesIO()
    _grain(picture.resize(SHOWN, Image.Resampling.BICUBIC, box=CROP)).save(out, "JPEG", quality=92)
    return out.getvalue()


def _mask(shape: Shape) -> Image.Image:
    """Where the shape is; a wide blur is drawn small, for nobody sees the difference."""
    by = max(1, int(shape.blur // 6))
    size = (SIZE[0] // by, SIZE[1] // by)
    mask = Image.new("L", size)
    draw = ImageDraw.Draw(mask)
    if shape.box is not None:
        draw.ellipse([value / by for value in shape.box], fill=255)
    else:
        draw.polygon([(x / by, y / by) for x, y in _rounded(shape.points)], fill=255)
    mask = mask.filter(ImageFilter.GaussianBlur(shape.blur / by))
    return mask.resize(SIZE, Image.Resampling.BICUBIC) if by > 1 else mask


def _rounded(points: Points, rounds: int = 4) -> list[tuple[float, float]]:
    """Corners cut again and again (Chaikin), until the outline is a curve."""
    curve = list(points)
    for _ in range(rounds):
        ends = zip(curve, [*curve[1:], curve[0]], strict=True)
        curve = [
            (ax + (bx - ax) * share, ay + (by - ay) * share)
            for (ax, ay), (bx, by) in ends
            for share in (0.25, 0.75)
        ]
    return curve


def _grain(picture: Image.Image) -> Image.Image:
    """A little of what film has, so that flat areas are not quite flat."""
    noise = Image.effect_noise(picture.size, 14).convert("RGB")
    return Image.blend(picture, ImageChops.overlay(picture, noise), 0.35)
