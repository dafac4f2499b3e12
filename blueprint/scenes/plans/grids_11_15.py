"""Wardrobe, In conversation, Bookshelf, Shoreline, Silhouette."""

from blueprint.scenes.plans.base import Plan, hands, person, thing

PLANS = (
    Plan(
        11,
        "Wardrobe",
        theme=(
            "Getting ready in {place:dressing}: choosing, fastening, the last look. Clothes are the co-stars."
        ),
        wears="{outfit:work}, with {outfit:coat} at hand",
        light="morning",
        frames=(
            thing(
                "wide shot",
                "a short row of clothes",
                "on the rail of {place:dressing}, evenly spaced, one piece turned outwards",
                "Straight on, 35 mm",
            ),
            person(
                "medium shot", "runs a hand along the rail, deciding", "From between two hanging coats, 50 mm"
            ),
            hands("detail", "close a cuff, thumb and forefinger on the button", "From the side, 100 mm"),
            thing(
                "flat lay",
                "{prop:shoes}",
                "with {prop:watch} and {prop:scarf} on {texture:wood}",
                "Straight from above, 35 mm",
            ),
            person(
                "three-quarter shot",
                "puts on the coat, one arm in its sleeve, eyes on the lens",
                "Level, 50 mm",
            ),
            thing(
                "macro",
                "{texture:cloth}",
                "beside the stitched edge of a lapel",
                "Very near, grazing light, 100 mm macro",
            ),
            person(
                "full figure",
                "stands fully dressed in the emptied room, hands in the pockets",
                "Straight on, 35 mm",
            ),
            thing(
                "still life",
                "{prop:bottle}",
                "on {texture:stone} beside {prop:keys}",
                "Level, 85 mm, dark background",
            ),
            person(
                "close-up",
                "straightens the collar with both hands, looking down at it",
                "Slightly from above, 85 mm",
            ),
        ),
    ),
    Plan(
        12,
        "In conversation",
        theme=(
            "A good conversation in {place:meeting}: listening, explaining, agreeing. The other one "
            "is never more than a blurred shoulder or a pair of hands."
        ),
        wears="{outfit:work}",
        light="indoors",
        frames=(
            person(
                "medium shot",
                "explains something with one open hand, warm and exact",
                "Past a blurred shoulder in the foreground, 50 mm",
            ),
            thing(
                "wide shot",
                "{place:meeting}",
                "prepared and empty, two glasses on the table",
                "From the doorway, 28 mm",
            ),
            person(
                "close-up",
                "listens, head a little inclined, eyes on somebody beside the camera",
                "Level, 85 mm",
            ),
            hands(
                "detail",
                "sketch a simple shape on blank paper while another pair of hands waits, blurred",
                "Over the table edge, 60 mm",
            ),
            person("head and shoulders", "smiles in recognition, leaning in", "From across the table, 50 mm"),
            thing(
                "flat lay",
                "{prop:notebook}",
                "between two glasses of water, a pen across the blank page",
                "Straight from above, 35 mm",
            ),
            person(
                "three-quarter shot",
                "stands at the window of the room with {prop:cup}, thinking before the answer",
                "From the table, 50 mm",
            ),
            thing(
                "detail",
                "two chairs",
                "turned slightly towards each other in the slant of the light",
                "From seat height, 50 mm",
            ),
            person(
                "wide shot",
                "sits at one end of the table, relaxed, seen through the open doorway",
                "From outside the room, 35 mm",
            ),
        ),
    ),
    Plan(
        13,
        "Bookshelf",
        theme=(
            "An afternoon of reading in front of {place:shelves}: finding, losing oneself, marking a "
            "page. All covers and pages are blank."
        ),
        wears="{outfit:day}",
        light="indoors",
        frames=(
            person(
                "medium shot",
                "reaches for a book above eye level, face turned up in profile",
                "From the side, 50 mm",
            ),
            thing(
                "detail",
                "a row of plain spines",
                "with one gap where a book is missing",
                "Straight on, 60 mm",
            ),
            person(
                "full figure",
                "sits on the floor against the shelves, a book open on the knees",
                "From floor height, 35 mm",
            ),
            thing(
                "still life",
                "{prop:book}",
                "on the arm of {prop:chair}, closed, {prop:leaf} laid on top of it",
                "Slightly from above, 60 mm",
            ),
            person(
                "close-up",
                "reads, eyes lowered, the edge of the page soft in the foreground",
                "Over the top of the book, 85 mm",
            ),
            hands("detail", "turn a blank page, the sheet curved in the light", "From the side, 100 mm"),
            person(
                "head and shoulders",
                "looks up from the book straight at the lens, still half in the story",
                "Level, 85 mm",
            ),
            thing(
                "macro",
                "the pages of a closed book",
                "seen from the edge, like fine strata",
                "Very near, 100 mm macro",
            ),
            thing(
                "wide shot",
                "{place:shelves}",
                "with {prop:lamp} lit beside a waiting chair",
                "Straight on, 28 mm",
            ),
        ),
    ),
    Plan(
        14,
        "Shoreline",
        theme=(
            "A summer day at the water: {place:shore}, wind, light and distance. Fully dressed, "
            "shoes in the hand."
        ),
        wears="{outfit:summer}",
        light="sun",
        frames=(
            person(
                "wide shot",
                "walks along {place:shore}, small against the water",
                "From far off, 35 mm, horizon level",
            ),
            thing(
                "macro", "the edge of a small wave", "breaking up into light", "Low at the waterline, 100 mm"
            ),
            person(
                "head and shoulders",
                "narrows the eyes against the brightness, smiling, clothes moving in the wind",
                "Level, 85 mm, water out of focus",
            ),
            thing(
                "flat lay",
                "{prop:shades}",
                "with {prop:book} and {prop:fruit} on a spread cloth",
                "Straight from above, 35 mm",
            ),
            person(
                "three-quarter shot",
                "stands looking out over the water, one hand shading the eyes",
                "From behind and to the side, 50 mm",
            ),
            hands("detail", "scoop up water and let it run through the fingers", "Against the light, 85 mm"),
            thing("wide shot", "{place:shore}", "empty, two thirds of it sky", "Level, 28 mm"),
            person(
                "medium shot",
                "sits with arms around the knees, looking along the waterline",
                "From the side at sitting height, 50 mm",
            ),
            thing(
                "still life",
                "{prop:shoes}",
                "set down neatly at the water's edge",
                "Low, 50 mm, horizon blurred",
            ),
        ),
    ),
    Plan(
        15,
        "Silhouette",
        theme=(
            "Shape before detail: the person and the things of this world against brightness, drawn "
            "by outline. One frame gives the face back."
        ),
        wears="{outfit:coat} over {outfit:day}",
        light="sun",
        frames=(
            person(
                "full figure",
                "stands as a clear silhouette in {place:doorway}, light behind",
                "From inside the dark room, 35 mm",
            ),
            thing(
                "still life", "{prop:flowers}", "as a dark outline in front of a glowing pane", "Level, 85 mm"
            ),
            person(
                "close-up",
                "is drawn in profile by one thin edge of light along the forehead, nose and chin",
                "Side on, 85 mm, dark background",
            ),
            thing(
                "detail",
                "the shadow of {prop:leaf}",
                "large and sharp on {texture:wall}",
                "Straight on, 50 mm",
            ),
            person(
                "head and shoulders",
                "faces the lens, half of the face lit, half of it in shadow",
                "Level, 85 mm",
            ),
            person(
                "wide shot",
                "crosses the light at the top of {place:stairs}, a small dark figure",
                "From the foot of the stairs, 28 mm",
            ),
            hands(
                "detail",
                "meet as shadows on {texture:wall}, fingertips nearly touching",
                "Straight on, 60 mm",
            ),
            thing(
                "wide shot",
                "{place:window}",
                "bright against the dark room, nobody there",
                "From the depth of the room, 28 mm",
            ),
            person(
                "medium shot", "stands behind a frosted pane, only the outline visible", "Straight on, 50 mm"
            ),
        ),
    ),
)
