"""Three variants of each product type: what docs/flats.png shows and the snapshot test compares."""

_WORDS = {
    "t-shirt": "/ neck v, sleeve cap, vents side / neck scoop, pockets patch, length cropped",
    "long-sleeve top": "/ neck boat, sleeve 3\\4 / neck roll, shoulder raglan, cuff rib",
    "polo": "cuff rib / sleeve long, cuff rib, buttons 2 / sleeve none, vents side",
    "shirt": "pockets patch / neck band, yoke front and back / sleeve short, cut men's, buttons 6",
    "sweatshirt": "/ closure half zip, neck mock / shoulder dropped, neck v",
    "hoodie": "pockets kangaroo / closure full zip, pockets kangaroo, cut men's / shoulder raglan",
    "sweater": "neck crew / neck v, closure buttons, pockets patch / neck roll, shoulder raglan",
    "jacket": "closure full zip, pockets welt / neck lapel, closure buttons, pockets patch, vents back"
    " / neck mock, closure full zip, hem rib, cuff rib, pockets welt",
    "coat": "neck lapel, closure buttons, pockets welt, vents back"
    " / neck shirt collar, closure buttons, pockets patch / neck hood, closure full zip, pockets welt",
    "dress": "waistband flat / neck v, sleeve short, waistband elastic, length maxi"
    " / neck straps, length mini",
    "skirt": "waistband flat, closure back zip, vents back / pleats knife, length mini"
    " / waistband drawstring, length midi, pockets slant",
    "trousers": "waistband flat, pockets slant, back_pockets welt, crease yes, pleats one"
    " / waistband drawstring, leg_hem rib, pockets slant / waistband elastic, pockets patch, length cropped",
    "jeans": "/ waistband elastic / cut men's, leg_hem turn-up",
    "shorts": "waistband flat, pockets slant, back_pockets welt / waistband drawstring, back_pockets patch"
    " / waistband elastic, length knee, pockets patch",
    "tote": "/ pockets patch / closure full zip, strap wide",
    "backpack": "pockets patch / strap wide / closure flap",
    "cap": "/ closure snap / closure strap, brim flat",
    "beanie": "/ pompom yes / hem straight",
    "trainer": "/ lacing straps / lacing none",
    "boot": "lacing laces / lacing none / lacing zip, heel high",
}


def _features(words: str) -> dict[str, str]:
    pairs = [pair.strip().split(" ", 1) for pair in words.split(",") if pair.strip()]
    return {name: value.replace("\\", "/") for name, value in pairs}


VARIANTS = {name: [_features(words) for words in text.split("/")] for name, text in _WORDS.items()}
