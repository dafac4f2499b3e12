"""Packing, On stage, Sunday, Candle, Sign-off."""

from blueprint.scenes.plans.base import Plan, hands, person, thing

PLANS = (
    Plan(
        26,
        "Packing",
        theme="The evening before a journey in {place:stay}: laying out, folding, closing the lid.",
        wears="{outfit:rest}",
        light="lamps",
        frames=(
            thing(
                "flat lay",
                "{prop:case}",
                "open and half packed, every piece folded to the same width",
                "Straight from above, 28 mm",
            ),
            person(
                "three-quarter shot",
                "sits beside the open suitcase, considering two folded shirts",
                "Level with the bed, 50 mm",
            ),
            thing(
                "still life", "{prop:shoes}", "beside {prop:bag} at the door, ready", "Floor height, 50 mm"
            ),
            hands(
                "detail",
                "fold {prop:scarf} in four, the last edge being smoothed",
                "From above at a slant, 85 mm",
            ),
            person(
                "head and shoulders", "looks at the lens, already somewhere else in thought", "Level, 85 mm"
            ),
            thing(
                "flat lay",
                "{prop:bottle}, {prop:watch} and {prop:shades}",
                "in a row beside a blank luggage tag",
                "Straight from above, 50 mm",
            ),
            person(
                "wide shot",
                "stands at the window of {place:stay}, back to us, the case closed on the bed",
                "From the door, 28 mm",
            ),
            thing("macro", "{texture:cloth}", "folded in layers, each edge exact", "Side on, 100 mm macro"),
            person(
                "medium shot",
                "leans on the closed lid with both forearms, smiling at having made it fit",
                "Straight on, 50 mm",
            ),
        ),
    ),
    Plan(
        27,
        "On stage",
        theme=(
            "A talk or a performance on {place:stage}: the empty room, the nerves, the moment, the "
            "quiet after."
        ),
        wears="{outfit:work}",
        light="lamps",
        frames=(
            thing(
                "wide shot",
                "{place:stage}",
                "before anybody has come, one light burning",
                "From the back row, 28 mm",
            ),
            person(
                "medium shot",
                "speaks with an open gesture, face lit from one side",
                "From the front row, 85 mm",
            ),
            thing("detail", "a microphone on its stand", "sharp against blurred lights", "Level, 100 mm"),
            person("head and shoulders", "waits in the wings, half in darkness, collected", "Side on, 85 mm"),
            hands(
                "detail", "hold a few blank cue cards, thumbs along the edges", "Slightly from above, 85 mm"
            ),
            person(
                "wide shot",
                "stands alone in a pool of light, blurred heads in the foreground seen from behind",
                "From the middle of the hall, 50 mm",
            ),
            person(
                "close-up",
                "listens to a question, eyes bright, the light catching one side of the face",
                "From the side of the stage, 100 mm",
            ),
            thing(
                "still life", "{prop:glass}", "on a small table in the edge of the spotlight", "Level, 85 mm"
            ),
            person(
                "full figure",
                "sits on the edge of the stage afterwards, hall empty, feet hanging, looking at the lens",
                "Straight on, 35 mm",
            ),
        ),
    ),
    Plan(
        28,
        "Sunday",
        theme="A day without plans: {place:kitchen}, something baked, {prop:blanket}, time.",
        wears="{outfit:rest}",
        light="morning",
        frames=(
            person(
                "medium shot",
                "stirs a bowl in {place:kitchen}, flour on one sleeve, talking to somebody out of the frame",
                "From across the counter, 50 mm",
            ),
            thing(
                "still life",
                "{prop:breakfast}",
                "on the counter in a patch of sun, a cloth beside it",
                "Slightly from above, 60 mm",
            ),
            person(
                "full figure",
                "lies along the sofa in {place:home}, reading a book with a blank cover",
                "From the side, 35 mm",
            ),
            thing(
                "flat lay",
                "eggs, flour and {prop:fruit}",
                "on {texture:wood}, a whisk across the corner",
                "Straight from above, 35 mm",
            ),
            hands("detail", "break something freshly baked in two, crumbs and steam", "Near, 100 mm"),
            person(
                "head and shoulders",
                "looks out from under {prop:blanket} drawn over the shoulders, content",
                "Level, 85 mm",
            ),
            thing(
                "wide shot",
                "{place:kitchen}",
                "in the calm after cooking, one bowl in the sink",
                "From the door, 28 mm",
            ),
            person(
                "close-up",
                "tastes from a wooden spoon, eyes raised in judgement",
                "Slightly from below, 85 mm",
            ),
            thing(
                "detail",
                "{prop:book}",
                "face down on {prop:blanket}, holding its place",
                "From above at a slant, 60 mm",
            ),
        ),
    ),
    Plan(
        29,
        "Candle",
        theme="A winter evening at {place:table}: candles, few words, the last ones to leave.",
        wears="{outfit:evening}",
        light="lamps",
        frames=(
            person(
                "head and shoulders",
                "looks at the lens over the candles, face lit only by them",
                "Level across the table, 85 mm",
            ),
            thing(
                "still life", "{prop:candle}", "burning in the middle of {place:table}", "Table height, 85 mm"
            ),
            person(
                "medium shot",
                "raises a simple glass to somebody beside the camera",
                "From across the table, 50 mm",
            ),
            thing("macro", "a candle flame", "and the melting edge below it", "Very near, 100 mm macro"),
            hands(
                "detail",
                "shelter a flame from the draught",
                "From the side, 100 mm, light coming through the fingers",
            ),
            person(
                "wide shot",
                "sits alone at the long end of the table, chairs pushed back, candles low",
                "From the far end, 28 mm",
            ),
            thing(
                "flat lay",
                "plates and napkins",
                "after dinner, {prop:fruit} half eaten, wax on the cloth",
                "Straight from above, 35 mm",
            ),
            person(
                "close-up",
                "blows out a candle, smoke just beginning to curl",
                "Side on, 85 mm, dark background",
            ),
            thing(
                "detail",
                "frost on {place:window}",
                "with the glow of the room behind it",
                "From outside, 60 mm",
            ),
        ),
    ),
    Plan(
        30,
        "Sign-off",
        theme=("The end of the month: lights off, door closed, a look back. Quiet, direct, unsentimental."),
        wears="{outfit:evening}",
        light="lamps",
        frames=(
            person(
                "head and shoulders",
                "looks straight into the lens with the calm of something finished",
                "Eye level, 85 mm, shallow focus",
            ),
            thing(
                "still life",
                "{prop:notebook}",
                "closed, {prop:pen} laid across it exactly parallel to the edge",
                "Slightly from above, 60 mm",
            ),
            person(
                "three-quarter shot",
                "switches off {prop:lamp}, one hand still on it, the room half dark",
                "Level, 50 mm",
            ),
            thing(
                "wide shot",
                "{place:work}",
                "tidied for the night, the chair pushed in",
                "From the door, 28 mm",
            ),
            hands("detail", "turn {prop:keys} in a lock", "Near, 100 mm"),
            person(
                "full figure",
                "stands in {place:doorway}, back to us, {outfit:coat} over one arm, about to leave",
                "From inside the dark room, 35 mm",
            ),
            thing(
                "detail",
                "{prop:flowers}",
                "with one small piece fallen beside the vessel",
                "Table height, 85 mm",
            ),
            person(
                "medium shot",
                "lifts one hand in a small goodbye, smiling, already walking on",
                "From behind and to the side, 50 mm, slow shutter",
            ),
            thing(
                "wide shot",
                "{place:window}",
                "seen from outside, one warm light still on",
                "Straight on from across the way, 50 mm",
            ),
        ),
    ),
)
