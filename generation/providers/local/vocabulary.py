"""The trade's words for products, and what each of them is.

Order matters where words overlap: a longer match wins over a shorter one ("trench coat" over
"coat", "shoulder bag" over "shoulder").
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """`family` picks the drawing and the points of measure."""

    category: str
    subcategory: str
    family: str
    words: tuple[str, ...]


def _kinds(category: str, rows: str) -> list[Kind]:
    """Rows are "Subcategory | family | word, word"; the subcategory is a word of its own."""
    result = []
    for row in rows.strip().splitlines():
        subcategory, family, words = (part.strip() for part in row.split("|"))
        listed = [word.strip() for word in words.split(",") if word.strip()]
        result.append(Kind(category, subcategory, family, (subcategory.lower(), *listed)))
    return result


APPAREL = _kinds(
    "APPAREL",
    """
    T-shirt | top | tshirt, tee, t shirt, tee shirt, graphic tee, jersey tee
    Polo shirt | top | polo, rugby shirt, pique polo
    Shirt | top | button-down, button down, button-up, oxford shirt, dress shirt, overshirt, flannel shirt
    Blouse | top | tunic, peasant top
    Top | top | crop top, camisole, cami, bodice, bustier, halter top
    Tank top | top | tank, vest top, singlet, muscle tee
    Long-sleeve top | top | longsleeve, long sleeve, long-sleeved top, base layer, henley, turtleneck
    Sweatshirt | top | crewneck, crew neck, jumper, fleece top
    Hoodie | top | hooded sweatshirt, hoody, zip hoodie
    Sweater | top | pullover, knit, knitwear, jersey sweater, cardigan, knitted jumper
    Jacket | top | bomber, blazer, denim jacket, windbreaker, anorak, blouson, outerwear, shacket, gilet
    Coat | top | overcoat, trench, trench coat, parka, puffer, down coat, raincoat, peacoat
    Waistcoat | top | vest, bodywarmer
    Dress | dress | gown, sundress, shirt dress, maxi dress, midi dress, mini dress, frock, slip dress
    Jumpsuit | onepiece | overall, overalls, coverall, romper, playsuit, snowsuit, dungarees, boiler suit
    Bodysuit | other | leotard, swimsuit, bathing suit, one-piece swimsuit
    Trousers | trousers | pants, chinos, slacks, trouser, cargo pants, sweatpants, joggers, culottes, palazzo
    Jeans | trousers | denims, denim pants, denim trousers
    Leggings | trousers | tights, yoga pants, running tights
    Shorts | trousers | bermuda, board shorts, boxer shorts, swim trunks, hot pants
    Skirt | skirt | miniskirt, mini skirt, midi skirt, pencil skirt, pleated skirt, kilt, sarong
    Underwear | other | briefs, bra, bralette, lingerie, boxers, panties, knickers
""",
)
FOOTWEAR = _kinds(
    "FOOTWEAR",
    """
    Sneakers | shoe | sneaker, trainers, trainer, running shoe, running shoes, tennis shoes, gym shoes
    Boots | shoe | boot, ankle boot, chelsea boot, wellington, hiking boot, combat boot, booties
    Sandals | shoe | sandal, slides, flip-flops, flip flops, wedges, wedge sandal, espadrilles, mules
    Heels | shoe | pumps, stiletto, high heels, high heel, slingback, court shoe
    Loafers | shoe | loafer, moccasin, moccasins, driving shoe, boat shoe
    Lace-up shoes | shoe | oxfords, derby, derbies, brogue, brogues
    Slippers | shoe | slipper, clogs, clog
    Shoes | shoe | shoe, footwear, ballet flats, flats
""",
)
BAGS = _kinds(
    "BAG",
    """
    Tote bag | bag | tote, shopper, shopping bag
    Backpack | bag | rucksack, knapsack, daypack
    Shoulder bag | bag | hobo bag, saddle bag, baguette bag
    Crossbody bag | bag | crossbody, messenger bag, sling bag, camera bag
    Clutch | bag | evening bag, pouch, minaudiere
    Handbag | bag | purse, satchel, top-handle bag, bucket bag, bowling bag
    Duffel bag | bag | duffle, duffel, weekender, holdall, gym bag, travel bag
    Belt bag | bag | bum bag, fanny pack, waist pack
    Wallet | other | card holder, cardholder, billfold, coin purse
    Bag | bag | briefcase, laptop bag, suitcase, luggage
""",
)
HEADWEAR = _kinds(
    "HEADWEAR",
    """
    Baseball cap | cap | cap, snapback, trucker cap, dad cap, dad hat, five-panel, visor
    Beanie | other | knit cap, watch cap, bobble hat
    Bucket hat | other | fisherman hat
    Beret | other | flat cap, newsboy cap
    Brimmed hat | other | fedora, panama hat, straw hat, sun hat, cowboy hat, trilby
    Hat | other | headwear, bonnet, headband, turban, balaclava, helmet
""",
)
ACCESSORIES = _kinds(
    "ACCESSORY",
    """
    Belt | other | waist belt, leather belt, buckle belt
    Scarf | other | shawl, stole, bandana, neckerchief, snood, foulard
    Gloves | other | glove, mittens, mitten
    Socks | other | sock, stockings, hosiery
    Tie | other | necktie, bow tie, cravat
    Sunglasses | other | glasses, eyewear, spectacles
    Watch | other | wristwatch, watch strap
    Umbrella | other | parasol
    Key ring | other | keyring, keychain, key fob, phone case, lanyard, braces, hair clip, scrunchie
""",
)
JEWELLERY = _kinds(
    "JEWELLERY",
    """
    Ring | other | signet ring, engagement ring, wedding band
    Necklace | other | pendant, chain necklace, choker, locket
    Earrings | other | earring, hoops, ear studs, ear cuff
    Bracelet | other | bangle, cuff bracelet, anklet
    Brooch | other | lapel pin, cufflinks, cufflink
    Jewellery | other | jewelry, jewel, tiara
""",
)
FURNITURE = _kinds(
    "FURNITURE",
    """
    Chair | other | armchair, stool, dining chair, rocking chair, bar stool, recliner
    Sofa | other | couch, settee, loveseat, ottoman, pouffe, chaise longue
    Table | other | desk, coffee table, dining table, side table, console table, nightstand, bedside table
    Shelf | other | bookcase, shelving, bookshelf, sideboard, cabinet, wardrobe, dresser, chest of drawers
    Bed | other | bed frame, headboard, crib, daybed
    Lamp | other | floor lamp, table lamp, pendant lamp, lampshade
    Bench | other | furniture
""",
)
TOYS = _kinds(
    "TOY",
    """
    Plush toy | other | plush, plushie, soft toy, teddy bear, stuffed animal, teddy
    Doll | other | puppet, action figure, figurine
    Building set | other | building blocks, puzzle, jigsaw, wooden blocks
    Toy | other | toy car, toy train, rattle, board game, play set, spinning top
""",
)
KINDS = [*APPAREL, *FOOTWEAR, *BAGS, *HEADWEAR, *ACCESSORIES, *JEWELLERY, *FURNITURE, *TOYS]


def words_in(text: str) -> list[tuple[str, Kind]]:
    """Product words of a text with their kinds, the most telling first.

    Longer words tell more; of equal ones the last does, for English names end in their noun
    ("shirt dress" is a dress, "denim jacket with shirt collar" a jacket by its position before "with").
    """
    plain = re.sub(r"[^a-z0-9 -]+", " ", text.lower())
    head = re.split(r"\b(?:with|without|and|for|in|like|to wear)\b", plain)[0]
    hits: list[tuple[tuple[int, int], str, Kind]] = []
    covered: list[tuple[int, int]] = []
    pairs = sorted(((word, kind) for kind in KINDS for word in kind.words), key=lambda pair: -len(pair[0]))
    for word, kind in pairs:
        for match in re.finditer(rf"(?<![a-z0-9]){re.escape(word)}(?:e?s)?(?![a-z0-9])", plain):
            if any(start <= match.start() and match.end() <= end for start, end in covered):
                continue
            covered.append(match.span())
            hits.append(((1 if match.end() <= len(head) else 0, match.end()), word, kind))
    return [(word, kind) for _, word, kind in sorted(hits, key=lambda hit: hit[0], reverse=True)]
