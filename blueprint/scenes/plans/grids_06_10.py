"""Flat lay, Studio close-up, Morning light, Back view, In motion."""

from blueprint.scenes.plans.base import Plan, hands, person, thing

PLANS = (
    Plan(
        6,
        "Flat lay",
        theme=(
            "An inventory of one life: the things of this world laid out with care, and the person "
            "among them."
        ),
        wears="{outfit:day}",
        light="indoors",
        frames=(
            thing(
                "flat lay",
                "{prop:notebook}, {prop:pen} and {prop:shades}",
                "arranged on {texture:cloth}, edges parallel, wide margins",
                "Straight from above, 35 mm",
            ),
            person(
                "head and shoulders",
                "lies on the floor on a smooth rug, looking straight up into the lens",
                "Straight from above, 50 mm",
            ),
            thing(
                "flat lay",
                "{prop:bag}",
                "lying on its side with {prop:keys} and {prop:scarf} spilling out of it",
                "Straight from above, 35 mm",
            ),
            hands(
                "flat lay",
                "place {prop:leaf} as the last piece of an arrangement",
                "Straight from above, 50 mm",
            ),
            thing(
                "flat lay",
                "{prop:fruit}",
                "on {texture:wood}, one piece cut open, the knife just out of the frame",
                "Straight from above, 50 mm",
            ),
            person(
                "full figure",
                "sits on the floor among neatly laid-out clothes and objects, looking at the lens",
                "From high above, 28 mm",
            ),
            thing(
                "flat lay",
                "{prop:shoes}",
                "side by side on {texture:stone}, perfectly aligned",
                "Straight from above, 35 mm",
            ),
            person(
                "medium shot",
                "sits at a table and sorts blank photographs into a row, eyes on the work",
                "From a ladder's height, 35 mm",
            ),
            thing(
                "macro",
                "{texture:paper}",
                "corners a little apart, each edge catching light",
                "From above at a slant, 100 mm macro",
            ),
        ),
    ),
    Plan(
        7,
        "Studio close-up",
        theme=(
            "A portrait sitting in front of {place:backdrop}. One light, one chair, nothing to hide "
            "behind; the frames between the objects study expression."
        ),
        wears="{outfit:work}",
        light="indoors",
        frames=(
            person(
                "close-up",
                "looks straight into the lens without smiling, entirely at ease",
                "Level, 100 mm, the background a soft gradient",
            ),
            person("head and shoulders", "turns to a clean profile, eyes open, chin level", "Side on, 85 mm"),
            thing(
                "detail",
                "a studio lamp and its stand",
                "half in the frame, the glow of a diffuser beside it",
                "From the floor, 50 mm",
            ),
            person(
                "extreme close-up",
                "looks past the lens, the eyes and the bridge of the nose filling the frame, a window "
                "mirrored in both pupils",
                "100 mm macro, focus on the nearer iris",
            ),
            thing(
                "still life",
                "{prop:chair}",
                "alone in front of {place:backdrop}, lit from one side",
                "Straight on, 50 mm",
            ),
            person(
                "close-up", "lets a smile arrive, head slightly tilted", "A little below eye level, 85 mm"
            ),
            person(
                "medium shot",
                "sits sideways, folded hands on the back of the chair, leaning towards the camera",
                "Straight on, 50 mm",
            ),
            thing(
                "macro",
                "{texture:cloth}",
                "pinned over a board, the light grazing it from one side",
                "Square on, 100 mm macro",
            ),
            person(
                "three-quarter shot",
                "stands with one hand in a pocket, shoulders turned, face to the camera",
                "From knee height, 70 mm",
            ),
        ),
    ),
    Plan(
        8,
        "Morning light",
        theme="The first hour of the day at home: light before words, {place:window}, a slow start.",
        wears="{outfit:rest}",
        light="morning",
        frames=(
            person(
                "medium shot",
                "stands by {place:window} with {prop:cup}, looking out, face touched by the sun",
                "From inside the room, 50 mm, slight haze",
            ),
            thing(
                "detail",
                "{prop:blanket}",
                "left over the arm of {prop:chair} in a stripe of early light",
                "Slightly from above, 60 mm",
            ),
            person(
                "close-up",
                "closes the eyes towards the sun, relaxed",
                "From the side, 85 mm, light wrapping the face",
            ),
            thing(
                "still life",
                "{prop:flowers}",
                "in front of {place:window}, their shadow falling into the room",
                "Level, 50 mm",
            ),
            hands(
                "detail",
                "reach into the light of the window, their shadow clear on {texture:wall}",
                "From behind, 50 mm",
            ),
            thing(
                "flat lay",
                "{prop:breakfast}",
                "on a tray with {prop:cup}, set down on rumpled linen",
                "Straight from above, 35 mm",
            ),
            person(
                "wide shot",
                "sits on the floor of {place:home}, back against the sofa, in the one patch of sun",
                "From the far corner, 28 mm",
            ),
            thing(
                "macro",
                "drops of water",
                "on {texture:stone}, each holding a small window",
                "Very near, 100 mm macro",
            ),
            person(
                "head and shoulders",
                "looks at the lens over folded arms, wrapped in {prop:blanket}",
                "Seated eye level, 85 mm",
            ),
        ),
    ),
    Plan(
        9,
        "Back view",
        theme=(
            "The world seen with the person, from behind: no pose, only direction. The face appears once."
        ),
        wears="{outfit:coat} over {outfit:day}",
        light="sun",
        frames=(
            person(
                "three-quarter shot",
                "stands with the back to us at the edge of {place:terrace}, looking at the view",
                "Centred, 35 mm",
            ),
            thing(
                "detail",
                "the back of a coat",
                "on a plain hook against {texture:wall}, collar and seam in sharp light",
                "Straight on, 85 mm",
            ),
            person(
                "full figure",
                "walks away along {place:street}, exactly in the middle of the frame",
                "Low and symmetrical, 50 mm",
            ),
            thing(
                "wide shot",
                "{place:stairs}",
                "leading upwards out of the frame, empty",
                "From the foot of it, 28 mm",
            ),
            person(
                "head and shoulders",
                "turns the head just far enough to meet the lens over one shoulder",
                "Close behind, 85 mm",
            ),
            person(
                "medium shot",
                "sits on a bench, seen from behind, one arm along the backrest",
                "From a few paces back, 50 mm",
            ),
            thing(
                "still life",
                "{prop:bag}",
                "set down on a bench, the view out of focus behind it",
                "Bench height, 50 mm",
            ),
            person(
                "wide shot",
                "stands small in front of one large work in {place:gallery}, back to the camera",
                "From the far wall, 28 mm",
            ),
            hands(
                "detail",
                "are clasped behind the back, holding {prop:shades}",
                "Straight on at waist height, 85 mm",
            ),
        ),
    ),
    Plan(
        10,
        "In motion",
        theme=("Movement, stopped or blurred: turning, climbing, catching the wind. Energy without effort."),
        wears="{outfit:day}",
        light="sun",
        frames=(
            person(
                "full figure",
                "is caught mid-step on {place:stairs}, coming down towards us, eyes on the lens",
                "From below, 35 mm, crisp",
            ),
            thing(
                "detail",
                "{prop:scarf}",
                "blown straight out by the wind against plain sky",
                "From below, 85 mm, fast shutter",
            ),
            person(
                "medium shot",
                "spins round towards the camera, clothes flaring, face sharp and body softly blurred",
                "Level, 35 mm, slow shutter",
            ),
            hands(
                "detail",
                "have just thrown {prop:keys} a hand's breadth into the air, about to catch them",
                "Level, 85 mm, frozen",
            ),
            person(
                "wide shot",
                "passes {place:facade} at speed, a soft streak against sharp architecture",
                "Straight on from across the way, 35 mm, slow shutter",
            ),
            thing(
                "macro",
                "water",
                "poured into a glass, frozen as a twisting ribbon",
                "Level, 100 mm macro, fast shutter",
            ),
            person(
                "close-up",
                "turns the head through the frame, eyes already on the lens",
                "85 mm, a trace of motion in the background only",
            ),
            person(
                "three-quarter shot",
                "swings {outfit:coat} over one shoulder while walking past",
                "Panning alongside, 50 mm, background streaked",
            ),
            thing(
                "wide shot",
                "{place:doorway}",
                "left wide open, light falling through it, nobody there any more",
                "Straight on, 35 mm",
            ),
        ),
    ),
)
