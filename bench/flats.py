"""Print how long flats take, how large they are, and how many of 10,000 random specifications keep the rules.

    python bench/flats.py [--count 10000]

The last line is JSON.
"""

import argparse
import json
import random
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.flat_rules import broken_rules
from techpack import flats
from techpack.library import product_types

# Measures that follow from others in a drawing: given at random they contradict each other.
DEPENDENT = {"OS1", "BL2", "SK2", "FO5", "PK1", "HC8", "BI1"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    count = parser.parse_args().count
    chance = random.Random(1)
    seconds, sizes, sound, true, named = [], [], 0, 0, 0
    broken: Counter[str] = Counter()
    for _ in range(count):
        spec = random_specification(chance)
        view = chance.choice(flats.views_of(spec.product_type))
        started = time.process_time()
        drawing = flats.draw(spec, view)
        svg = drawing.svg()
        seconds.append(time.process_time() - started)
        sizes.append(len(svg))
        rules = broken_rules(drawing, svg)
        broken.update(rules)
        sound += not rules
        wrong, known = wrong_measures(spec, drawing)
        true += not wrong
        named += wrong <= known
    seconds.sort()
    figures = {
        "specifications": count,
        "ms_median": round(1000 * seconds[count // 2], 2),
        "ms_99": round(1000 * seconds[int(count * 0.99)], 2),
        "kb_largest": round(max(sizes) / 1024, 1),
        "keep_every_rule_percent": round(100 * sound / count, 2),
        "true_to_every_measure_percent": round(100 * true / count, 2),
        "true_or_named_as_contradiction_percent": round(100 * named / count, 2),
    }
    for name, value in figures.items():
        print(f"{name.replace('_', ' '):45} {value}")
    for rule, times in broken.most_common():
        print(f"  {rule:43} {times}")
    print(json.dumps(figures))


def random_specification(chance: random.Random) -> flats.Specification:
    """A product of any type whose measures lie within 12 % of usual ones."""
    name = chance.choice(list(product_types()))
    size = chance.uniform(0.8, 1.25)
    measures = {
        code: float(men or women) * size * chance.uniform(0.94, 1.06)
        for code, (women, men) in product_types()[name].typical_cm.items()
        if men or women
    }
    return flats.Specification(name, measures, is_mens=chance.random() < 0.5)


def wrong_measures(spec: flats.Specification, drawing: flats.Drawing) -> tuple[set[str], set[str]]:
    """Codes that are drawn more than 1 % off, and those that are told as contradictions."""
    wrong = {
        code
        for code, drawn in drawing.drawn_cm().items()
        if code in spec.measures and abs(drawn - spec.measures[code]) > 0.01 * spec.measures[code] + 0.05
    }
    return wrong, wrong & DEPENDENT


if __name__ == "__main__":
    main()
