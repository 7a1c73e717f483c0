"""Which take is begun next: models are loaded as seldom as can be."""

import pytest

from flows.turns import Turns


def turns(*waiting, here=True):
    made = Turns(lambda one: f"{one[0].partition('-')[0]}@1 ", here=here)
    made.waiting.extend(waiting)
    return made


def test_what_needs_no_model_goes_in_its_order():
    made = turns(("animatic-a", 1), ("animatic-a", 2), ("card-b", 1))
    assert [made.next() for _ in range(4)] == [("animatic-a", 1), ("animatic-a", 2), ("card-b", 1), None]


@pytest.fixture
def two():
    return turns(("flux-a", 1), ("svd-xt", 1), ("flux-b", 1), ("flux-c", 1), ("animatic-d", 1))


def test_one_model_at_a_time_and_two_takes_of_it(two, monkeypatch):
    monkeypatch.setattr("flows.turns._resident", lambda model: not model.startswith("animatic"))
    assert two.next() == ("flux-a", 1)
    assert two.next() == ("flux-b", 1), "the model that is loaded goes on"
    assert two.next() == ("animatic-d", 1), "what needs none need not wait"
    assert two.next() is None, "a third would only wait for the GPU, and svd for both"
    two.back(("flux-a", 1))
    assert two.next() == ("flux-c", 1)
    two.back(("flux-b", 1))
    assert two.next() is None
    two.back(("flux-c", 1))
    assert two.next() == ("svd-xt", 1)


def test_takes_that_are_made_elsewhere_do_not_wait(monkeypatch):
    monkeypatch.setattr("flows.turns._resident", lambda _: True)
    made = turns(("flux-a", 1), ("svd-xt", 1), ("flux-b", 1), here=False)
    assert [made.next() for _ in range(3)] == [("flux-a", 1), ("flux-b", 1), ("svd-xt", 1)]


def test_a_model_of_the_catalog_is_resident_and_the_previz_is_not():
    from flows.turns import _resident

    assert _resident("flux@1 flux")
    assert not _resident("animatic@2 ")


def test_a_long_queue_is_not_walked_for_every_take():
    looked = []
    made = Turns(lambda one: looked.append(one) or "animatic@2 ", here=True)
    made.waiting.extend((f"animatic-{n}", 1) for n in range(2000))
    assert [made.next() for _ in range(2000)] == [(f"animatic-{n}", 1) for n in range(2000)]
    assert len(looked) < 2000 * 4
