"""A world, and the slots every world fills so that any plan can be set in it."""

from collections.abc import Mapping
from dataclasses import dataclass

# Each slot and what has to stand in it. A phrase brings its article ("a", "an") and fits the words here in
# brackets before it; the noun stays what it is said to be, since plans go on to speak of "the cup".
# Materials and forms, hardly a colour: colour is the mood's. Nothing with words on it.
SLOTS: Mapping[str, str] = {
    "place:home": "(in) a living room",
    "place:window": "(by) a window",
    "place:kitchen": "(in) a kitchen with a counter",
    "place:dressing": "(in) a room with a clothes rail",
    "place:work": "(in) a room with a desk",
    "place:meeting": "(in) a room with a table and two chairs",
    "place:cafe": "(in) a cafe",
    "place:street": "(on) a street by day, with a pavement",
    "place:night": "(on) a street after dark",
    "place:facade": "(in front of) the front of a building",
    "place:stairs": "(on) a staircase",
    "place:doorway": "(in) a doorway",
    "place:backdrop": "(in front of) a studio background",
    "place:shelves": "(in front of) shelves with books without titles",
    "place:gallery": "(in) an exhibition room",
    "place:terrace": "(on) a terrace with a railing or wall and a view",
    "place:garden": "(in) a garden with a path",
    "place:shore": "(at) the edge of open water",
    "place:park": "(along) a path under autumn trees",
    "place:train": "(in) a railway carriage with a window seat",
    "place:stay": "(in) a guest room with a bed",
    "place:stage": "(on) a stage",
    "place:table": "(at) a dining table",
    "prop:cup": "a coffee in a cup",
    "prop:glass": "a cold drink in a glass",
    "prop:notebook": "a notebook",
    "prop:pen": "a pen or pencil",
    "prop:laptop": "a laptop",
    "prop:book": "one book",
    "prop:bag": "a bag with a handle or strap",
    "prop:case": "a suitcase",
    "prop:keys": "keys",
    "prop:watch": "a watch",
    "prop:shades": "a pair of sunglasses",
    "prop:umbrella": "an umbrella",
    "prop:flowers": "flowers or branches in a vessel",
    "prop:leaf": "a single leaf, stem or twig",
    "prop:object": "a piece of sculpture one hand can hold",
    "prop:candle": "one or more candles",
    "prop:blanket": "a blanket",
    "prop:fruit": "a bowl or plate of fruit",
    "prop:breakfast": "a plate with something baked",
    "prop:scarf": "a scarf",
    "prop:shoes": "a pair of shoes",
    "prop:chair": "a chair (one sits in it)",
    "prop:lamp": "a lamp",
    "prop:bottle": "a small bottle without a label",
    "prop:mirror": "a mirror",
    "outfit:day": "what is worn on a good ordinary day",
    "outfit:work": "what is worn to work",
    "outfit:evening": "what is worn in the evening",
    "outfit:coat": "a coat or jacket for outdoors",
    "outfit:rest": "what is worn on a slow day at home",
    "outfit:travel": "what is worn on a journey",
    "outfit:summer": "what is worn in warm weather, arms and legs covered or not",
    "texture:cloth": "a piece of cloth",
    "texture:stone": "a mineral surface, large enough to put things on",
    "texture:wood": "a wooden surface, large enough to put things on",
    "texture:metal": "something of metal",
    "texture:paper": "blank paper",
    "texture:wall": "a wall",
}


@dataclass(frozen=True)
class World:
    """The places, things, clothes and architecture that one category's pictures are set in.

    `summary` says in a sentence or two what the world is and what keeps it from cliche; `architecture` is
    what its rooms are built of. `slots` fills every name in SLOTS.
    """

    name: str
    summary: str
    architecture: str
    slots: Mapping[str, str]

    def phrase(self, slot: str) -> str:
        """What stands in a slot ("place:work"). Raises KeyError for a slot that no world has."""
        return self.slots[slot]
