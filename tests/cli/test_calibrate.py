"""`dailies calibrate`: a producer with a taste of his own, whose picks lie in a studio as renders leave them."""

import json

import numpy as np
import pytest
import yaml

from pipeline.score import VERSION, learning
from pipeline.score.parameters import usual
from pipeline.score.profiles import weights_of

TERMS = list(usual())


def desk(studio, film, shot, terms, chosen, by="producer", scorer=VERSION, rejected=()):
    place = studio / film / "shots" / shot
    place.mkdir(parents=True)
    takes = [
        {
            "take": number,
            "score": 0.5,
            "terms": dict(zip(TERMS, values, strict=True)),
            "rejected": ["cut"] if number in rejected else [],
        }
        for number, values in enumerate(terms, 1)
    ]
    scores = {"kind": "scores/1", "scorer": scorer, "shot": shot, "takes": takes, "chosen": chosen, "by": by}
    (place / "scores.json").write_text(json.dumps(scores), "utf-8")


def taste(studio, shots, loved="shimmer", hated="wobble", seed=0):
    """Let a producer pick 30 times by one term alone: takes that shimmer are fine, those that wobble are not."""
    rng = np.random.default_rng(seed)
    for k in range(shots):
        terms = rng.uniform(0.0, 1.5, (3, len(TERMS)))
        cost = terms[:, TERMS.index(hated)] * 5.0 - terms[:, TERMS.index(loved)]
        desk(studio, f"film{k % 3}", f"s{k}", terms, int(np.argmin(cost)) + 1)


def test_weights_follow_the_picks_and_a_storyboard_can_name_them(dailies, tmp_path):
    studio = tmp_path / "renders"
    taste(studio, 90)
    code, out, _ = dailies("calibrate", "renders", "--name", "house")
    assert code == 0
    assert "90 picks, 180 pairs" in out
    assert "score: {weights: house}" in out
    before, after = (int(part.split()[-1]) for part in out.split("held out:")[1].split("%")[:2])
    assert after >= before + 5
    values = yaml.safe_load((studio / "profiles" / "house.yaml").read_text("utf-8"))
    assert (values["kind"], values["scorer"], values["picks"]) == ("profile/1", VERSION, 90)
    assert values["agreement"]["after"] > values["agreement"]["before"]
    learned = weights_of("house", studio)
    assert learned["wobble"] > usual()["wobble"] + 0.5
    assert learned["shimmer"] <= usual()["shimmer"]
    assert all(weight >= 0.0 for weight in learned.values())


def test_picks_that_only_chance_made_change_little(dailies, tmp_path):
    rng = np.random.default_rng(1)
    for k in range(40):
        desk(tmp_path / "renders", "film", f"s{k}", rng.uniform(0, 1.5, (3, len(TERMS))), int(rng.integers(1, 4)))
    code, out, _ = dailies("calibrate")
    assert code == 0
    after = float(out.split("before,")[1].split("%")[0])
    assert after < 60


@pytest.mark.parametrize("picks", [0, 19])
def test_too_few_picks_are_refused_and_nothing_is_written(dailies, tmp_path, picks):
    taste(tmp_path / "renders", picks)
    code, _, told = dailies("calibrate")
    assert code == 2
    assert f"{picks} picks" in told
    assert "20 are needed" in told
    assert not (tmp_path / "renders" / "profiles").exists()


def test_what_tells_nothing_does_not_count(dailies, tmp_path):
    studio = tmp_path / "renders"
    taste(studio, 18)
    rest = np.zeros((2, len(TERMS)))
    desk(studio, "other", "scored", rest, 1, by="score")
    desk(studio, "other", "old", rest, 1, scorer=VERSION - 1)
    desk(studio, "other", "alone", rest[:1], 1)
    desk(studio, "other", "rejected", rest, 1, rejected=(2,))
    (studio / "broken" / "shots" / "a").mkdir(parents=True)
    (studio / "broken" / "shots" / "a" / "scores.json").write_text("{", "utf-8")
    code, _, told = dailies("calibrate")
    assert code == 2
    assert "18 picks" in told


def test_a_name_that_leads_elsewhere_is_refused(dailies, tmp_path):
    taste(tmp_path / "renders", 25)
    code, _, told = dailies("calibrate", "--name", "../house")
    assert code == 2
    assert "no name of a profile" in told


@pytest.mark.parametrize(
    "text", ["", "[]", "kind: other/1\nweights: {}", "kind: profile/1\nweights: {wobble: -1}", "kind: profile/1", "{"]
)
def test_a_profile_that_is_none_is_told_as_one_line(tmp_path, text):
    from pipeline.errors import ProducerError

    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "house.yaml").write_text(text, "utf-8")
    with pytest.raises(ProducerError, match=r"house\.yaml: no profile"):
        weights_of("house", tmp_path)


def test_a_fit_is_the_minimum_of_its_loss():
    rng = np.random.default_rng(3)
    pairs = rng.normal(0.3, 1.0, (200, 4)) * [1.0, 0.5, 2.0, 1.0]
    before = np.array([1.0, 0.0, 0.5, 2.0])
    found = learning.fit(pairs, before, 5.0)

    def loss(weights):
        margins = learning.SHARPNESS * pairs @ weights
        return np.logaddexp(0, -margins).sum() + 2.5 * ((weights - before) ** 2).sum()

    for step in rng.normal(0, 0.05, (50, 4)):
        assert loss(found) <= loss(np.maximum(found + step, 0.0)) + 1e-6


def test_no_weight_is_negative_however_much_a_term_is_liked():
    pairs = np.full((100, 1), -1.0)
    assert learning.fit(pairs, np.array([1.0]), 0.1) == pytest.approx([0.0], abs=1e-6)
