"""First look, Desk hours, Coffee, Hands, City walk."""

from blueprint.scenes.plans.base import Plan, hands, person, thing

PLANS = (
    Plan(
        1,
        "First look",
        theme=(
            "An introduction. The person at home in their own world, calm and present, with the few "
            "things that say where we are."
        ),
        wears="{outfit:day}",
        light="indoors",
        frames=(
            person(
                "head and shoulders",
                "looks straight into the lens, calm and open, {place:window} softly behind",
                "Eye level, 85 mm, shallow focus",
            ),
            thing(
                "still life",
                "{prop:flowers}",
                "on a low table, with plenty of empty space on one side",
                "Slightly from above, 50 mm",
            ),
            person(
                "full figure",
                "stands in {place:doorway}, weight on one side, a shoulder resting against the frame",
                "Straight on, 35 mm, verticals upright",
            ),
            hands(
                "detail",
                "rest around {prop:cup}, a little steam rising",
                "From the side at table height, 85 mm",
            ),
            person(
                "close-up",
                "smiles with the eyes first, chin slightly lowered",
                "Very near and level, 100 mm, focus on the nearer eye",
            ),
            thing(
                "macro",
                "{texture:cloth}",
                "in one slow fold, light grazing across the weave",
                "Low and from the side, 100 mm",
            ),
            person(
                "medium shot",
                "sits sideways in {prop:chair}, one arm along its back, looking out of the frame",
                "A little below eye level, 50 mm",
            ),
            thing(
                "wide shot",
                "{place:home}",
                "lying quiet and empty, {prop:chair} turned aside as if somebody had just got up",
                "From the corner of the room, 28 mm",
            ),
            person(
                "three-quarter shot",
                "turns away from {place:window}, seen over one shoulder, face almost in profile",
                "From behind and to the side, 50 mm",
            ),
        ),
    ),
    Plan(
        2,
        "Desk hours",
        theme=(
            "Work in progress. A focused morning in {place:work}, shown through attention, tools and "
            "small pauses."
        ),
        wears="{outfit:work}",
        light="indoors",
        frames=(
            thing(
                "flat lay",
                "{prop:notebook}",
                "open at a blank page beside {prop:pen} and {prop:cup}, loosely aligned on {texture:wood}",
                "Straight from above, 35 mm",
            ),
            person(
                "medium shot",
                "sits at work, reading a blank sheet with full attention, unaware of the camera",
                "From across the desk, 50 mm, foreground blurred",
            ),
            hands(
                "detail",
                "hold {prop:pen} just above the paper, about to begin",
                "From low over the tabletop, 85 mm",
            ),
            person(
                "wide shot",
                "stands small at the far end of {place:work}, leaning over the desk on both hands",
                "From the opposite wall, 28 mm",
            ),
            thing(
                "still life",
                "{prop:lamp}",
                "switched on over an empty piece of desk, its light ending in a clean edge",
                "Eye level with the tabletop, 50 mm",
            ),
            person(
                "head and shoulders",
                "looks up mid-thought, eyes towards the light, one hand near the jaw",
                "Three-quarter view, 85 mm",
            ),
            person(
                "three-quarter shot",
                "leans back on the edge of the desk, arms loose, looking directly at the lens",
                "Straight on, hip height, 50 mm",
            ),
            thing(
                "detail",
                "{prop:laptop}",
                "with {prop:watch} laid beside it, a line of light crossing both",
                "From above at a slant, 60 mm",
            ),
            person(
                "close-up",
                "looks down at the work, face lit softly by the paper below",
                "From just above the brow line, 100 mm",
            ),
        ),
    ),
    Plan(
        3,
        "Coffee",
        theme="An unhurried coffee in {place:cafe}: waiting, the first sip, the empty cup.",
        wears="{outfit:day}",
        light="morning",
        frames=(
            person(
                "medium shot",
                "sits by the cafe window, both elbows on the table, looking into the lens over the rim "
                "of a cup",
                "Through the window glass with faint reflections, 50 mm",
            ),
            thing(
                "flat lay",
                "{prop:cup}",
                "beside {prop:breakfast} on {texture:stone}, a few crumbs, one corner left empty",
                "Straight from above, 35 mm",
            ),
            person(
                "close-up",
                "breathes in the steam with lowered eyes, a beginning smile",
                "From the side, 85 mm, dark background",
            ),
            thing(
                "wide shot",
                "{place:cafe}",
                "before opening, empty, one cup left on the nearest table",
                "From the door, 28 mm",
            ),
            hands(
                "detail",
                "turn the cup slowly on the table, steam rising between the fingers",
                "Table height, 100 mm",
            ),
            person(
                "full figure",
                "waits at the counter, seen from the side, weight on one elbow, {prop:bag} on the arm",
                "From the middle of the room, 35 mm",
            ),
            thing(
                "macro",
                "the surface of the coffee",
                "catching one bright window in a thin ring of foam",
                "Directly from above, 100 mm macro",
            ),
            person(
                "head and shoulders",
                "laughs at something beyond the frame, cup lowered",
                "Across the table, 50 mm",
            ),
            thing(
                "still life",
                "an empty cup",
                "on a small table with {prop:book}, the chair pushed back",
                "Seated eye level, 50 mm",
            ),
        ),
    ),
    Plan(
        4,
        "Hands",
        theme=(
            "A portrait told by hands: what they hold, make, carry and let go. Faces are rare, "
            "gestures precise."
        ),
        wears="{outfit:day}",
        light="indoors",
        frames=(
            hands(
                "close-up",
                "lie loosely folded in the lap against the folds of the clothes",
                "From above, 85 mm",
            ),
            thing(
                "still life",
                "{prop:object}",
                "alone on a plinth of plain books, its shadow longer than itself",
                "Level, 85 mm",
            ),
            hands(
                "detail",
                "fasten {prop:watch} at the wrist",
                "From the side, 100 mm, wrist sharp, all else soft",
            ),
            person(
                "head and shoulders",
                "rests the chin on interlaced fingers and looks straight ahead",
                "Level, 85 mm",
            ),
            hands(
                "extreme close-up",
                "run their fingertips over {texture:wall}",
                "Along the wall at a shallow angle, 60 mm",
            ),
            hands(
                "detail",
                "hold {prop:leaf} up against the light",
                "From slightly below, 85 mm, background blown soft but not white",
            ),
            thing(
                "macro",
                "{texture:metal}",
                "worn smooth where hands have touched it",
                "Very near, 100 mm macro",
            ),
            hands(
                "flat lay",
                "open a wrapped parcel of plain paper, one corner folded back",
                "Straight from above, 50 mm",
            ),
            person(
                "medium shot",
                "covers a laugh with the back of one hand, looking aside",
                "From across a table, 50 mm",
            ),
        ),
    ),
    Plan(
        5,
        "City walk",
        theme=(
            "A walk through town, from {place:street} to the first open door: pace, facades, reflections."
        ),
        wears="{outfit:coat} over {outfit:day}",
        light="sun",
        frames=(
            person(
                "full figure",
                "walks towards the camera in mid-stride, gaze beyond it, coat moving",
                "From low in the street, 50 mm, background compressed",
            ),
            thing(
                "detail",
                "the corner of a building",
                "cut in two by sun and shadow",
                "Straight on, graphic, 85 mm",
            ),
            person(
                "head and shoulders",
                "glances back over one shoulder, collar turned up",
                "From behind, 85 mm, street dissolved in blur",
            ),
            thing(
                "wide shot",
                "{place:facade}",
                "in still light, nobody in front of it",
                "Straight on, verticals upright, 28 mm",
            ),
            person(
                "medium shot",
                "stands in front of {place:facade}, hands in the coat pockets, looking at the lens",
                "Eye level, 50 mm",
            ),
            hands(
                "detail",
                "grip the handle of {prop:bag} in passing, motion only in the background",
                "Panning at hip height, 85 mm",
            ),
            person(
                "wide shot",
                "crosses {place:street}, small between long shadows",
                "From a window one storey up, 35 mm",
            ),
            thing(
                "still life", "{prop:keys}", "on a stone ledge next to {prop:shades}", "Low and near, 60 mm"
            ),
            person(
                "three-quarter shot",
                "is caught as a reflection in a dark shop window, half hidden by the real street",
                "At an angle to the glass, 50 mm",
            ),
        ),
    ),
)
