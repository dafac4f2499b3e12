"""Which of ImageNet's thousand classes mean what for us.

The trained heads know garments, shoes and hats. What else may be on a photo (a bag, a chair, a dog) is read
off the ImageNet output of the same network.
"""

import numpy as np
from numpy.typing import NDArray

# Kind -> product type (or None where no type of ours fits) -> ImageNet classes.
GROUPS: dict[str, dict[str | None, tuple[int, ...]]] = {
    "BAG": {"backpack": (414,), "tote": (748, 636, 728, 790), None: (893,)},
    "FURNITURE": {
        None: (423, 559, 765, 831, 532, 526, 453, 894, 846, 857, 564, 703, 516, 520, 495, 493, 553)
    },
    "JEWELLERY": {None: (679,)},
    "TOY": {None: (850,)},
    "ACCESSORY": {None: (836, 837, 457, 906, 658, 531, 879, 464, 806, 826)},
}
# Animals and plants, food, places, vehicles: nothing that a tech pack is made of.
NO_PRODUCT = tuple(number for number in (*range(398), *range(970, 981), *range(924, 970), *range(984, 999)))
GARMENTS = (
    608, 610, 869, 474, 655, 578, 834, 841, 501, 399, 614, 735, 617, 842, 445, 638, 639, 697, 775, 689, 601,
    887, 568, 824, 911, 885, 434, 794, 750, 652, 400, 411, 459, 529, 770, 630, 774, 514, 502, 515, 808, 452,
    793, 433, 806, 721, 904, 588, 518, 560, 788, 464, 591,
)  # fmt: skip


def shares(logits: NDArray[np.float32]) -> dict[str, float]:
    """The probability of each group: the names of GROUPS, "garment" and "no product"."""
    odds = np.exp(logits - logits.max())
    odds /= odds.sum()
    found = {
        name: float(sum(odds[list(numbers)].sum() for numbers in types.values()))
        for name, types in GROUPS.items()
    }
    found["garment"] = float(odds[list(GARMENTS)].sum())
    found["no product"] = float(odds[list(NO_PRODUCT)].sum())
    return found


def type_of(group: str, logits: NDArray[np.float32]) -> str | None:
    """The likeliest product type of a group; None where none of ours fits."""
    types = GROUPS[group]
    return max(types, key=lambda name: max(float(logits[number]) for number in types[name]))
