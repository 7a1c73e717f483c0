"""The dailies page for everybody: what axe finds, on wide and narrow windows, and a page of a hundred takes."""

import json

import numpy as np
import pytest

from pipeline.deliver.report import report

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def fresh(page) -> None:
    pass


def filtered(page) -> None:
    page.locator("[data-filter=missing]").click()


def compared(page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.locator(".together output", has_text="frame 0").wait_for()


def picked(page) -> None:
    page.get_by_role("button", name="Pick take 3 of gate").click()
    page.locator(".handin summary").click()


def asked(page) -> None:
    page.keyboard.press("?")


def unfolded(page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("state", [fresh, filtered, compared, picked, asked, unfolded])
def test_axe_finds_nothing(opened, viewport, state) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = opened(viewport, bypass_csp=True)
    state(page)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("state", [fresh, compared, picked])
def test_nothing_runs_out_of_the_window(opened, viewport, state) -> None:
    page = opened(viewport)
    state(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_a_page_of_twenty_shots_of_five_takes_is_small_and_works(browser, tmp_path, desk) -> None:
    folder = tmp_path / "film"
    noise = np.random.default_rng(1)
    shots = [
        desk.shot(
            f"shot_{number}", number, 2, scene="a long scene, told at length. " * 10, advice=["shorter is cheaper"]
        )
        for number in range(20)
    ]
    desk.write_manifest(folder, shots)
    names = ("warp_error", "patch_error", "shake")
    for one in shots:
        place = folder / "shots" / one["id"]
        place.mkdir(parents=True)
        curves = [
            {"name": name, "step": 2, "points": [round(float(v), 2) for v in noise.uniform(0, 3, 120)], "peak": 3.0,
             "worst": [[3, 40], [60, 99], [150, 170]]}
            for name in names
        ]  # fmt: skip
        takes = [desk.take(number) | {"frames": 241, "curves": curves} for number in range(1, 6)]
        for take in takes:
            (place / take["file"]).write_bytes(b"x")
            (place / take["strip"]).write_bytes(b"x")
        (place / "scores.json").write_text(json.dumps({"takes": takes, "prompt": "word " * 100}))
    made = report(folder)
    assert made.stat().st_size < 1_500_000
    page = browser.new_page()
    page.goto(made.as_uri())
    assert page.locator(".plot svg").count() == 20 * 5 * 3
    page.keyboard.press("j")
    page.keyboard.press("5")
    assert page.locator(".handin .told").inner_text() == "1 pick to hand in: shot_0 take 5"
    page.close()
