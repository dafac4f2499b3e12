"""Terrace, Laugh, Texture, Night street, Garden."""

from blueprint.scenes.plans.base import Plan, hands, person, thing

PLANS = (
    Plan(
        21,
        "Terrace",
        theme="Late afternoon outdoors on {place:terrace}: a cold glass, long light, the view.",
        wears="{outfit:summer}",
        light="sun",
        frames=(
            person(
                "three-quarter shot",
                "leans on the edge of {place:terrace}, looking over one shoulder at the lens",
                "Level, 50 mm, view blurred",
            ),
            thing(
                "still life",
                "{prop:glass}",
                "in low sun, its light spilling over {texture:stone}",
                "Table height, 85 mm",
            ),
            person(
                "wide shot",
                "sits far back in {prop:chair}, the view opening around",
                "From inside the door, 28 mm",
            ),
            thing(
                "flat lay",
                "{prop:fruit}",
                "with {prop:shades} and {prop:book} on a small table",
                "Straight from above, 35 mm",
            ),
            person(
                "close-up",
                "turns the face into the last sun, eyes nearly closed",
                "From the side, 85 mm, light from behind",
            ),
            hands("detail", "set down the glass, a ring of water left on the table", "Near, 100 mm"),
            thing("wide shot", "{place:terrace}", "empty, two chairs, long shadows", "From a corner, 28 mm"),
            person(
                "medium shot",
                "pours from a plain jug, watching the glass fill",
                "From across the table, 50 mm",
            ),
            thing(
                "macro",
                "cold drops",
                "on the outside of a glass",
                "Very near, light from behind, 100 mm macro",
            ),
        ),
    ),
    Plan(
        22,
        "Laugh",
        theme=(
            "Lightness: nine frames just before, during and after a laugh. Nothing posed; the focus "
            "may come a moment late."
        ),
        wears="{outfit:day}",
        light="indoors",
        frames=(
            person("close-up", "laughs openly, eyes creased, head thrown slightly back", "Level, 85 mm"),
            thing(
                "still life",
                "{prop:breakfast}",
                "with one bite taken and {prop:cup} beside it",
                "Seated eye level, 60 mm",
            ),
            person(
                "medium shot", "tries to stay serious, lips pressed together, and fails", "Straight on, 50 mm"
            ),
            person(
                "full figure",
                "bends with laughter against {texture:wall}, one hand held to the side",
                "From across the room, 35 mm",
            ),
            thing("detail", "cushions", "fallen off a seat in {place:home}, one still leaning", "Low, 50 mm"),
            person(
                "head and shoulders",
                "looks away with a smile that remains after the laugh",
                "Three-quarter view, 85 mm",
            ),
            hands("detail", "clap together in delight, slightly blurred", "Level, 85 mm, slow shutter"),
            person(
                "wide shot",
                "throws both arms up in the middle of {place:home}, furniture in perfect order around",
                "Centred, 28 mm",
            ),
            thing(
                "flat lay",
                "{prop:fruit}",
                "knocked aside, some of the fruit rolled away over {texture:wood}",
                "Straight from above, 35 mm",
            ),
        ),
    ),
    Plan(
        23,
        "Texture",
        theme=(
            "Surfaces of this world from very near, one after the other, with the person as the calm "
            "between them."
        ),
        wears="{outfit:day}",
        light="indoors",
        frames=(
            thing(
                "macro",
                "{texture:cloth}",
                "gathered in the middle as if by a hand just gone",
                "Grazing light, 100 mm macro",
            ),
            person(
                "close-up",
                "rests one cheek on a folded arm, the weave of the sleeve as sharp as the eyes",
                "Level with the table, 100 mm",
            ),
            thing(
                "macro",
                "{texture:stone}",
                "every pore and vein in view",
                "Square on, side light, 100 mm macro",
            ),
            thing("macro", "{texture:wood}", "the grain running diagonally", "Square on, 100 mm macro"),
            person(
                "medium shot",
                "stands close to {texture:wall}, one palm flat on it, looking along it",
                "Parallel to the wall, 50 mm",
            ),
            thing("macro", "{texture:metal}", "with one soft highlight", "From the side, 100 mm macro"),
            hands(
                "extreme close-up",
                "smooth {texture:cloth}, a seam running between the fingers",
                "From above, 100 mm",
            ),
            thing(
                "macro",
                "{texture:paper}",
                "its fibres standing up along one edge",
                "Light from behind, 100 mm macro",
            ),
            person(
                "head and shoulders",
                "looks into the lens past an out-of-focus fold of fabric that covers a third of the frame",
                "Level, 85 mm",
            ),
        ),
    ),
    Plan(
        24,
        "Night street",
        theme="The way home along {place:night}: lit windows, long reflections, nobody else about.",
        wears="{outfit:coat} over {outfit:evening}",
        light="lamps",
        frames=(
            person(
                "three-quarter shot",
                "stands in the light of one window on {place:night}, everything else dark",
                "From across the street, 50 mm",
            ),
            thing(
                "wide shot", "{place:night}", "empty, light lying in long stripes on the ground", "Low, 35 mm"
            ),
            person(
                "close-up",
                "looks up into a lamp out of the frame, its light in both eyes",
                "Level, 85 mm, points of light behind",
            ),
            thing(
                "detail",
                "a lit doorbell plate without names",
                "beside {place:doorway}, glowing faintly",
                "Near, 60 mm",
            ),
            person(
                "full figure",
                "walks away into the depth of the street, a long shadow following",
                "Centred, 50 mm",
            ),
            hands("detail", "search a coat pocket and find {prop:keys}", "At waist height, 85 mm"),
            person(
                "head and shoulders",
                "turns round at the corner with the beginning of a smile, lights streaking behind",
                "Level, 50 mm, slow shutter",
            ),
            thing(
                "macro",
                "coloured lights",
                "out of focus behind a wet pane, soft discs only",
                "Focus on the glass, 100 mm",
            ),
            person(
                "medium shot",
                "looks out of the side window of a parked car, lights sliding over the glass",
                "From outside, 50 mm",
            ),
        ),
    ),
    Plan(
        25,
        "Garden",
        theme="Spring in {place:garden}: new leaves, damp earth, sleeves turned up.",
        wears="{outfit:summer}",
        light="morning",
        frames=(
            person(
                "medium shot",
                "stands half hidden among leaves, looking at the lens between them",
                "Through blurred foreground leaves, 85 mm",
            ),
            thing("macro", "a bud", "about to open, a drop of dew on it", "Very near, 100 mm macro"),
            person(
                "full figure",
                "comes down the path of {place:garden}, a basket of cuttings on one arm",
                "From the end of the path, 50 mm",
            ),
            thing(
                "flat lay",
                "garden twine, small shears and {prop:leaf}",
                "on {texture:wood}, traces of soil",
                "Straight from above, 35 mm",
            ),
            hands("detail", "press earth around a seedling", "From the side at ground level, 85 mm"),
            person("close-up", "smells a blossom with closed eyes", "Side on, 85 mm"),
            thing(
                "wide shot",
                "{place:garden}",
                "in early light, nobody in it, a watering can left on the path",
                "Level, 28 mm",
            ),
            person(
                "three-quarter shot",
                "sits down to rest in {prop:chair} carried outdoors, sleeves turned up, looking up",
                "From above, 35 mm",
            ),
            thing(
                "still life", "{prop:flowers}", "on a garden table with {prop:glass}", "Table height, 60 mm"
            ),
        ),
    ),
)
