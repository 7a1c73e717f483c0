"""Takes on the dailies page in a real browser: in step, at the place a plot names, filtered, and told in words."""

import numpy as np
import pytest

RATE = 24


def focused(page) -> str:
    return page.evaluate("document.activeElement.dataset.shot ?? ''")


# ---------------------------------------------------------------- takes in sync

WATCHED = """async (section) => {
  const clips = [...section.querySelectorAll('video.take')];
  const lead = clips[0], off = [], times = new Set();
  const until = performance.now() + 3000;
  while (performance.now() < until) {
    await new Promise(requestAnimationFrame);
    if (clips.some((one) => one.paused || one.seeking) || lead.currentTime < 0.4) continue;
    off.push(Math.max(...clips.map((one) => Math.abs(one.currentTime - lead.currentTime))));
    times.add(lead.currentTime);
  }
  return [off, times.size];
}"""


def test_takes_play_in_step_within_a_frame(opened) -> None:
    page = opened()
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Pause all").wait_for()
    off, times = page.locator(".shot").first.evaluate(WATCHED)
    assert times > 20, "they played"
    assert np.quantile(off, 0.95) < 1 / RATE
    assert np.median(off) < 0.5 / RATE


def test_one_scrubber_shows_the_same_frame_of_all_and_two_can_be_chosen(opened, until) -> None:
    page = opened()
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.locator(".together .which input").nth(2).uncheck()
    assert page.locator(".shot").first.locator(".takes > li:visible").count() == 2
    page.locator(".together input[type=range]").fill("30")
    there = (
        "[...document.querySelectorAll('.comparing li:not([hidden]) video')].map((v) => Math.floor(v.currentTime * 24))"
    )
    until(page, f"{there}.every((frame) => frame === 30)")
    assert page.locator(".together output").inner_text() == "frame 30 of 48"
    page.get_by_role("button", name="A frame on").click()
    until(page, f"{there}.every((frame) => frame === 31)")
    page.locator(".together .close").click()
    assert page.locator(".shot").first.locator(".takes > li:visible").count() == 3
    assert page.evaluate("document.activeElement.className") == "compare"


# ---------------------------------------------------------------- plots and filter


def test_a_plot_takes_the_clip_to_its_place(opened, until) -> None:
    page = opened()
    card = page.locator(".takes > li").first
    drawing = card.locator("svg").first
    worst = "light flickers, frame by frame: worst in frames 12 to 24 (0.5 to 1.0 s)"
    assert drawing.get_attribute("aria-label") == f"{worst}; 2.5 at most, where 1 is clearly visible."
    box = drawing.bounding_box()
    drawing.click(position={"x": box["width"] * 0.5, "y": 10})
    frame = "Math.floor(document.querySelector('.takes video').currentTime * 24)"
    until(page, f"Math.abs({frame} - 23.5) < 1")
    card.get_by_role("button", name="frames 12 to 24").click()
    until(page, f"{frame} === 12")


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Missing", ["end"]), ("Picked", ["bridge"]), ("Rejected takes", ["end"]), ("Changed", ["gate"]),
     ("Worth a look", ["bridge"]), ("All", ["gate", "bridge", "end"])],
)  # fmt: skip
def test_the_filter_shows_shots_by_what_they_are_and_says_how_many(opened, name, shown) -> None:
    page = opened()
    page.get_by_role("button", name=name, exact=False).first.focus()
    page.keyboard.press("Enter")
    assert page.eval_on_selector_all(".shot:not([hidden])", "all => all.map((one) => one.dataset.shot)") == shown
    told = page.locator(".shown").inner_text()
    assert told == ("3 shots" if name == "All" else f"{len(shown)} of 3 shots")
    page.keyboard.press("j")
    assert focused(page) == shown[0]


def test_a_pick_counts_as_picked_and_a_link_to_a_hidden_shot_shows_it(opened) -> None:
    page = opened()
    page.get_by_role("button", name="Pick take 3 of gate").click()
    page.locator("[data-filter=picked]").click()
    assert page.locator(".shown").inner_text() == "2 of 3 shots"
    page.locator(".timeline a").nth(2).click()
    assert page.locator(".shown").inner_text() == "3 shots"


def test_titles_lines_speed_and_versions_are_told(opened) -> None:
    text = opened().locator("main").inner_text()
    for fact in ("Kyoto in autumn", "Yuki: ", "It was quieter then.", "0.5 s before the cut", "half speed",
                 "the take has 14 frames to spare", "ja · 160 × 90 · 6 s"):  # fmt: skip
        assert fact in text
