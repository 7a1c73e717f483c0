"""The dailies page worked by keys in a real browser, from its file: shots, picks, and picks.yaml as it comes down."""

from pathlib import Path

from pipeline import picks
from pipeline.deliver.report import report
from pipeline.picks import Pick


def handed_in(page, into: Path) -> dict[str, Pick]:
    into.mkdir()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download picks.yaml").click()
    assert download.value.suggested_filename == "picks.yaml"
    download.value.save_as(into / "picks.yaml")
    return picks.read(into)


def focused(page) -> str:
    return page.evaluate("document.activeElement.dataset.shot ?? ''")


# ---------------------------------------------------------------- keys and picks


def test_keys_walk_through_the_shots_and_pick_and_the_picks_come_down_as_a_file(opened, page_folder, tmp_path) -> None:
    page = opened()
    page.keyboard.press("j")
    assert focused(page) == "gate"
    page.keyboard.press("j")
    assert focused(page) == "bridge"
    page.keyboard.press("3")
    page.keyboard.press("k")
    page.keyboard.press("2")
    assert page.locator(".handin .told").inner_text() == "2 picks to hand in: bridge take 3, gate take 2"
    found = handed_in(page, tmp_path / "in")
    assert found == {"bridge": Pick(3, 1), "gate": Pick(2, 4), "gone": Pick(7, 3)}
    picks.write(tmp_path / "again", found)
    assert picks.read(tmp_path / "again") == found
    assert picks.read(page_folder)["bridge"] == Pick(2, 1), "the page itself writes nothing"


def test_a_pick_can_be_taken_back_and_given_to_the_score(opened, tmp_path) -> None:
    page = opened()
    page.keyboard.press("j")
    page.keyboard.press("2")
    page.keyboard.press("2")
    assert page.locator(".handin").is_hidden()
    page.keyboard.press("j")
    page.keyboard.press("0")
    assert page.locator(".handin .told").inner_text() == "1 pick to hand in: bridge by score again"
    assert handed_in(page, tmp_path / "in") == {"gate": Pick(None, 4), "gone": Pick(7, 3)}
    page.keyboard.press("9")
    page.get_by_role("button", name="Forget them").click()
    assert page.locator(".handin").is_hidden()


def test_picks_are_kept_until_they_are_handed_in(opened, page_folder: Path, tmp_path) -> None:
    page = opened()
    page.get_by_role("button", name="Pick take 3 of gate").click()
    page.reload()
    assert page.locator(".handin .told").inner_text() == "1 pick to hand in: gate take 3"
    assert page.get_by_role("button", name="Pick take 3 of gate").get_attribute("aria-pressed") == "true"
    before = picks.read(page_folder)
    try:
        picks.write(page_folder, before | {"gate": Pick(3, 4, only=True)})
        report(page_folder)
        page.reload()
        assert page.locator(".handin").is_hidden(), "they are in"
        page.get_by_role("button", name="Pick take 1 of bridge").click()
        assert handed_in(page, tmp_path / "in")["gate"] == Pick(3, 4, only=True), "what was said before is kept"
        page.get_by_role("button", name="Pick take 1 of gate").click()
        assert handed_in(page, tmp_path / "again")["gate"] == Pick(1, 4), "another take: all are made"
    finally:
        picks.write(page_folder, before)
        report(page_folder)


def test_a_browser_that_keeps_nothing_still_picks(opened, tmp_path) -> None:
    page = opened()
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('refused'); } })")
    page.reload()
    page.get_by_role("button", name="Pick take 1 of bridge").click()
    assert handed_in(page, tmp_path / "in")["bridge"] == Pick(1, 1)


def test_odd_names_of_shots_come_through_the_file(browser, tmp_path, desk, clips) -> None:
    folder, names = tmp_path / "film", ["no", "夜", "a: b #c", 'quo"te', "5", "line\u2028end\x85"]
    desk.write_manifest(folder, [desk.shot(name, k, 1) for k, name in enumerate(names)])
    for name in names:
        desk.lay_takes(folder / "shots" / name, [desk.take(1), desk.take(2)], chosen=1)
    report(folder)
    context = browser.new_context(accept_downloads=True)
    page = context.new_page()
    page.goto((folder / "dailies.html").as_uri())
    for k in range(len(names)):
        page.locator(".pick").nth(2 * k + 1).click()
    assert handed_in(page, tmp_path / "in") == {name: Pick(2, 1) for name in names}
    context.close()


def test_keys_are_never_taken_from_controls_and_can_be_switched_off(opened) -> None:
    page = opened()
    page.keyboard.press("j")
    page.get_by_role("button", name="Compare takes in sync").first.click()
    page.locator(".together .which input").first.focus()
    page.keyboard.press("2")
    page.keyboard.press("j")
    page.keyboard.press("Space")
    assert not page.locator(".together .which input").first.is_checked(), "the box took its own key"
    assert page.locator(".handin").is_hidden()
    page.locator("video.take").first.focus()
    page.keyboard.press("2")
    assert page.locator(".handin").is_hidden()
    page.locator(".together .close").click()
    page.keyboard.press("?")
    page.get_by_role("checkbox", name="Single keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    assert page.locator(".handin").is_hidden()
    page.keyboard.press("Control+j")
    page.keyboard.press("?")
    assert page.locator("dialog#keys").is_visible(), "the way back stays open"


def test_a_take_that_is_stopped_before_it_began_is_no_error(opened, until) -> None:
    page = opened()
    page.keyboard.press("j")
    for _ in range(10):
        page.keyboard.press("Space")
    until(page, "[...document.querySelectorAll('video')].every((one) => one.paused)")


def test_space_plays_the_take_in_the_film(opened, until) -> None:
    page = opened()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Space")
    until(page, "!document.querySelectorAll('.shot')[1].querySelector('.chosen video').paused")
    page.keyboard.press("Space")
    until(page, "[...document.querySelectorAll('video')].every((one) => one.paused)")
