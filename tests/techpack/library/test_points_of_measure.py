"""The trade's tables are whole: every product's points exist, and every range is one."""

import pytest

from techpack.library import plausible_ranges, points_of_measure, product_types


def test_every_point_of_a_product_is_in_the_library() -> None:
    known = points_of_measure()
    assert len(known) == 89
    assert len(product_types()) == 20
    for product in product_types().values():
        assert set(product.codes) <= set(known), product.name
        assert len(set(product.codes)) == len(product.codes), product.name


def test_every_plausible_range_has_room() -> None:
    for name in product_types():
        for code, (low, high) in plausible_ranges(name).items():
            assert 0 <= low < high, (name, code)


def test_an_unknown_type_is_no_silent_default() -> None:
    with pytest.raises(KeyError):
        plausible_ranges("spaceship")
