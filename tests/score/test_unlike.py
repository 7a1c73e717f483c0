"""Takes that are not what was promised, or no clips at all: rejected, with the reason, and of no use to anybody."""

from fractions import Fraction

import numpy as np
import pytest

from pipeline.choose import choose
from pipeline.errors import ProducerError, ShotFailed
from pipeline.media.frames import TAKE, write
from pipeline.model import Size, Spec
from pipeline.score import measure, undecodable
from pipeline.score.gates import unlike

SPEC = Spec(Size(160, 90), Fraction(24), 12)


@pytest.fixture(scope="module")
def clip(tmp_path_factory, moving):
    path = tmp_path_factory.mktemp("clip") / "take.mp4"
    write(path, [np.repeat(one.luma[..., None], 3, axis=2) for one in moving(12)], SPEC, TAKE)
    return path


@pytest.mark.parametrize(
    ("promised", "gates"),
    [
        (SPEC, []),
        (Spec(Size(160, 90), Fraction(24), 14), ["length"]),
        (Spec(Size(160, 90), Fraction(25), 12), ["rate"]),
        (Spec(Size(320, 180), Fraction(24000, 1001), 24), ["size", "rate", "length"]),
    ],
)
def test_what_is_not_as_promised_is_rejected(clip, promised, gates):
    assert [one.gate for one in measure(clip, promised=promised).card.rejected] == gates


def test_the_reason_says_both():
    struck = unlike(SPEC, Spec(Size(160, 90), Fraction(24), 14))
    assert [one.reason for one in struck] == ["it has 12 frames where 14 were promised"]


def test_nobody_can_use_a_take_that_does_not_fit(clip):
    good, bad = measure(clip).card, measure(clip, promised=Spec(Size(160, 90), Fraction(24), 14)).card
    assert choose({1: bad, 2: good}).take == 2
    with pytest.raises(ProducerError, match="cannot be used: it has 12 frames"):
        choose({1: bad, 2: good}, pick=1)
    with pytest.raises(ShotFailed, match="take 1 length"):
        choose({1: bad})


def test_what_cannot_be_decoded_has_a_card_that_says_so():
    measured = undecodable(SPEC, "data.mp4: no clip")
    assert [one.gate for one in measured.card.rejected] == ["undecodable"]
    assert measured.strip.shape == (90, 1280, 3)
    with pytest.raises(ProducerError, match=r"no clip"):
        choose({1: measured.card}, pick=1)
