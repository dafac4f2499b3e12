"""Which lengths of a photo cannot be right together, and which of them is the wrong one."""

from vision.measured_values import impossible, read_beside


def test_where_the_crotch_does_not_show_the_outseam_stays() -> None:
    wrong = impossible("shorts", {"OS1": 52.0, "FR1": 47.0, "IN1": 14.0, "TH1": 31.0})
    assert set(wrong) == {"FR1"}
    assert set(read_beside(wrong, {"OS1", "IN1", "TH1", "LO1"})) == {"IN1", "TH1"}
    assert read_beside({}, {"IN1", "TH1"}) == {}
