"""The grey card of a missing shot."""

import numpy as np
import pytest

from pipeline.deliver import slate as slates
from pipeline.deliver.slate import slate
from pipeline.model import Size
from pipeline.vision import text

SENTENCE = "every take was rejected: two freeze, one is too dark"


@pytest.mark.parametrize(
    "size", [(1280, 720), (720, 1280), (1080, 1080), (854, 358), (320, 180), (64, 36), (2, 2), (1, 9)]
)
def test_fills_any_size(size: tuple[int, int]) -> None:
    card = slate(Size(*size), "bridge", SENTENCE, cure="pick one", scene="赤い橋", title="Kyoto")
    assert card.shape == (size[1], size[0], 3)
    assert card.dtype == np.uint8
    assert card.flags.c_contiguous


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (1080, 1080)])
def test_is_a_grey_card_with_white_writing_inside_its_margins(size: tuple[int, int]) -> None:
    card = slate(Size(*size), "bridge", SENTENCE, cure="pick one of them by hand", scene="a red bridge")
    assert np.array_equal(card[..., 0], card[..., 1]), "pictures are judged beside it: no colour"
    assert 85 < np.median(card) < 120
    assert (card > 240).mean() > 0.01
    edge = np.concatenate([card[:8].ravel(), card[-8:].ravel(), card[:, :8].ravel(), card[:, -8:].ravel()])
    assert np.ptp(edge) == 0, "nothing is cut off at the edges"


def test_id_reason_and_cure_each_change_the_card() -> None:
    size = Size(640, 360)
    cards = [
        slate(size, "bridge", "too dark"),
        slate(size, "gate", "too dark"),
        slate(size, "bridge", "frozen"),
        slate(size, "bridge", "too dark", cure="pick one"),
    ]
    assert len({card.tobytes() for card in cards}) == 4


def test_everything_said_is_drawn_when_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    real = text.draw

    def listening(frame, words, *rest, **more):
        drawn.append(words)
        return real(frame, words, *rest, **more)

    monkeypatch.setattr(text, "draw", listening)
    slate(Size(1280, 720), "s03", SENTENCE, cure="dailies pick kyoto.yaml s03 2", scene="夜明けの橋")
    told = " ".join(drawn)
    for words in ("s03", "MISSING SHOT", "未完成カット", "夜明けの橋", "pick kyoto.yaml s03"):
        assert words in told
    assert SENTENCE in " ".join(drawn)


def test_hostile_and_endless_words_do_no_harm() -> None:
    card = slate(Size(640, 360), "x" * 64, "\x00\x1b[31m" + "ずっと" * 4000, cure="\ud83d🎬\n\n" + "w" * 9000)
    assert np.ptp(card[-8:]) == 0


def test_recipe_tells_cards_apart_by_what_they_say() -> None:
    size = Size(64, 36)
    keys = {slates.recipe(size, "a", "x").key, slates.recipe(size, "a", "y").key, slates.recipe(size, "b", "x").key}
    assert len(keys) == 3
    assert slates.recipe(size, "a", "x").key == slates.recipe(Size(64, 36), "a", "x").key
