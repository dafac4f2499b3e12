"""Autumn, Mirror, Rain, Gallery, Train."""

from blueprint.scenes.plans.base import Plan, hands, person, thing

PLANS = (
    Plan(
        16,
        "Autumn",
        theme="The turn of the year along {place:park}: leaves, low sun, breath and wool.",
        wears="{outfit:coat} with {prop:scarf}",
        light="sun",
        frames=(
            person(
                "full figure",
                "walks along {place:park}, leaves rising at each step",
                "From low on the path, 50 mm",
            ),
            thing(
                "macro", "an autumn leaf", "lit from behind, its veins like a map", "Very near, 100 mm macro"
            ),
            person("close-up", "looks out over the folds of the scarf drawn up to the chin", "Level, 85 mm"),
            thing(
                "still life",
                "{prop:cup}",
                "on a bench among fallen leaves, steam in the cold air",
                "Bench height, 60 mm",
            ),
            person("medium shot", "catches a falling leaf and looks at it, amused", "From the side, 50 mm"),
            thing("wide shot", "{place:park}", "in low sun and thin mist, nobody on it", "Centred, 35 mm"),
            hands("detail", "wrap themselves in the ends of the scarf", "Straight on, 85 mm"),
            thing(
                "flat lay",
                "{prop:scarf}",
                "with {prop:book} and a handful of leaves on {texture:wood}",
                "Straight from above, 35 mm",
            ),
            person(
                "three-quarter shot",
                "leans against a tree trunk, coat open, looking down the path",
                "From across the path, 50 mm",
            ),
        ),
    ),
    Plan(
        17,
        "Mirror",
        theme=(
            "Reflections: {prop:mirror}, dark glass, polished surfaces. Each frame gives only part "
            "of the picture; no camera or phone is seen in any mirror."
        ),
        wears="{outfit:evening}",
        light="lamps",
        frames=(
            person(
                "three-quarter shot",
                "appears in {prop:mirror}, adjusting a cuff, the room behind",
                "At an angle to the glass, 50 mm",
            ),
            thing(
                "still life", "{prop:flowers}", "doubled by the mirror they stand in front of", "Level, 60 mm"
            ),
            person(
                "close-up",
                "meets the lens by way of a small hand mirror that shows the eyes only",
                "Over one shoulder, 85 mm",
            ),
            thing(
                "detail", "{texture:metal}", "mirroring a blurred window and a patch of colour", "Near, 85 mm"
            ),
            person(
                "head and shoulders",
                "rests the forehead near a dark window, face and reflection almost touching",
                "Side on, 85 mm",
            ),
            person(
                "full figure", "stands with the back to us, the face only in the mirror", "Straight on, 35 mm"
            ),
            hands("detail", "set {prop:watch} down on a mirrored tray", "From above at a slant, 100 mm"),
            thing(
                "wide shot",
                "{prop:mirror}",
                "holding the whole of an empty room",
                "Straight on, camera out of sight, 35 mm",
            ),
            person(
                "medium shot",
                "walks out of the mirror's frame, only half of the figure left in it",
                "At an angle to the glass, 50 mm",
            ),
        ),
    ),
    Plan(
        18,
        "Rain",
        theme=(
            "A rainy day: {place:street} shining wet, {prop:umbrella}, and the pleasure of being "
            "indoors again."
        ),
        wears="{outfit:coat} over {outfit:day}",
        light="overcast",
        frames=(
            person(
                "full figure",
                "stands under {prop:umbrella} in the middle of {place:street}, at ease in the rain",
                "From low over the wet ground, 50 mm",
            ),
            thing(
                "macro",
                "raindrops",
                "on a window pane, the city dissolved behind them",
                "Focus on the glass, 100 mm",
            ),
            person(
                "close-up",
                "looks out through a rain-streaked pane, soft behind the drops",
                "Through the glass, 85 mm",
            ),
            thing(
                "still life",
                "{prop:umbrella}",
                "open to dry on {texture:stone}, small drops around it",
                "Slightly from above, 50 mm",
            ),
            person(
                "medium shot",
                "laughs under the dripping edge of a doorway, shaking off the rain",
                "From the street, 50 mm",
            ),
            hands(
                "detail",
                "reach out from under cover, palm up, to feel the drops",
                "From the side, 85 mm, drops frozen",
            ),
            thing(
                "wide shot",
                "{place:street}",
                "in the rain, reflections longer than the houses, nobody about",
                "Low, 35 mm",
            ),
            person(
                "three-quarter shot",
                "walks past with collar up, mirrored upside down in a puddle that fills the lower half",
                "At ground level, 35 mm",
            ),
            thing(
                "flat lay",
                "{prop:cup}",
                "beside {prop:scarf} laid out to dry and {prop:book}",
                "Straight from above, 35 mm",
            ),
        ),
    ),
    Plan(
        19,
        "Gallery",
        theme=(
            "An hour in {place:gallery}: looking, comparing, sitting down in front of one thing. The "
            "art is abstract or bare form."
        ),
        wears="{outfit:evening}",
        light="indoors",
        frames=(
            person(
                "wide shot",
                "stands small before one large work, head slightly tilted",
                "Centred, from the far wall, 28 mm",
            ),
            thing(
                "detail",
                "the corner of a large canvas",
                "meeting {texture:wall}, its shadow a thin line",
                "Straight on, 85 mm",
            ),
            person(
                "head and shoulders", "looks at something above the camera, absorbed", "From below, 85 mm"
            ),
            thing("still life", "{prop:object}", "on a plain plinth in a cone of light", "Level, 60 mm"),
            person(
                "medium shot",
                "sits on a bench with the back half turned, hands on the edge of the seat",
                "From the side, 50 mm",
            ),
            person(
                "full figure",
                "walks between two rooms, crossing a bright opening",
                "Through a row of doorways, 35 mm",
            ),
            thing("macro", "thick paint", "in ridges of one single colour", "Grazing light, 100 mm macro"),
            hands("detail", "hold a folded blank sheet behind the back", "At waist height, 85 mm"),
            person(
                "close-up",
                "faces the lens with quiet curiosity, an abstract field of colour behind",
                "Level, 85 mm",
            ),
        ),
    ),
    Plan(
        20,
        "Train",
        theme="A journey by rail in {place:train}: departure, landscape, arrival somewhere else.",
        wears="{outfit:travel}",
        light="indoors",
        frames=(
            person(
                "medium shot",
                "sits by the carriage window, forehead near the glass, landscape streaming by",
                "From the opposite seat, 50 mm",
            ),
            thing(
                "detail", "{prop:case}", "on the platform, a carriage door blurred behind it", "Low, 50 mm"
            ),
            person(
                "full figure",
                "waits on an empty platform, {prop:bag} at the side, looking down the track",
                "From the end of the platform, 50 mm",
            ),
            thing(
                "flat lay",
                "{prop:book}",
                "with {prop:shades} and {prop:notebook} on the folding table",
                "Straight from above, 35 mm",
            ),
            person(
                "close-up",
                "is seen as a soft reflection in the window, hills passing through it",
                "Into the glass, 85 mm",
            ),
            hands(
                "detail",
                "rest on the closed book, light and shadow running across them",
                "Slightly from above, 85 mm",
            ),
            thing(
                "wide shot", "{place:train}", "with empty seats in a slant of sun", "Down the aisle, 28 mm"
            ),
            person(
                "head and shoulders",
                "smiles across the table, cup in hand, the window bright beside",
                "Level, 50 mm",
            ),
            thing(
                "wide shot",
                "fields and sky",
                "drawn into stripes by speed, the window frame at one edge",
                "Through the window, 35 mm, slow shutter",
            ),
        ),
    ),
)
