"""What a producer does in the morning, by real clicks in Prefect's UI. Screenshots lie in test-output/."""

from pathlib import Path

import pytest

SCREENS = Path(__file__).parents[2] / "test-output"
WAIT = 30_000


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    context.set_default_timeout(WAIT)
    yield context.new_page()
    context.close()


@pytest.fixture
def screen(page):
    """Keep what is seen now."""
    SCREENS.mkdir(exist_ok=True)

    def keep(name):
        page.wait_for_timeout(1500)  # pictures and the timeline are drawn
        page.screenshot(path=SCREENS / f"{name}.png")

    return keep


def open_run(page, house, name):
    page.goto(f"http://127.0.0.1:{house.port}/runs/flow-run/{house.run(name)['id']}")
    page.get_by_text(name, exact=True).first.wait_for()


def open_artifact(page, house, start):
    found = house.api("/artifacts/latest/filter", {"limit": 200})
    newest = next(one["latest_id"] for one in found if one["key"].startswith(start))
    page.goto(f"http://127.0.0.1:{house.port}/artifacts/artifact/{newest}")


def test_a_failed_shot_is_retried_by_clicks_and_the_film_completes(house, page, screen):
    house.does("click_ill", "fails")
    house.render(house.write("clicked", "click_well", "click_ill", takes=2))
    house.until_state("clicked", "Failed", seconds=120)
    open_run(page, house, "clicked")
    page.get_by_text("shots failed: click_ill").first.wait_for()
    screen("1-the-film-failed")
    page.get_by_role("tab", name="Subflow Runs").or_(page.get_by_text("Subflow Runs")).first.click()
    page.get_by_text("click_ill").first.wait_for()
    screen("2-its-shots")
    house.rests("click_ill", "fails")
    open_run(page, house, "clicked: click_ill")
    page.get_by_role("button", name="Retry").click()
    page.locator(".p-modal, [role=dialog]").get_by_role("button", name="Retry").click()
    house.until_state("clicked", "Completed", seconds=150)
    open_run(page, house, "clicked")
    page.get_by_text("Completed").first.wait_for()
    screen("3-the-film-completed")
    assert set(house.status("clicked").values()) == {"done"}


def test_the_contact_sheet_is_seen_in_the_artifact(house, page, screen):
    house.render(house.write("sheeted", "sheet_a", takes=2))
    house.until_state("sheeted", "Completed", seconds=120)
    open_artifact(page, house, "shot-sheeted")
    picture = page.locator("img[alt^='contact sheet']").first
    picture.wait_for()
    assert picture.evaluate("one => one.complete && one.naturalWidth") > 500
    screen("4-the-contact-sheet")
    open_artifact(page, house, "film-sheeted")
    screen("5-the-film")
    page.goto(page.get_by_role("link", name="the page with every take").get_attribute("href"))
    page.get_by_text("sheet_a").first.wait_for()
    screen("6-the-page-of-the-film")


def test_a_take_is_approved_in_the_form(house, page, screen):
    house.render(house.write("formed", {"id": "form_ask", "approve": True}, takes=2))
    house.until_state("formed", "Suspended", seconds=120)
    scored = house.manifest("formed")["shots"][0]["take"]
    open_run(page, house, "formed: form_ask")
    page.get_by_role("button", name="Resume").first.click()
    form = page.locator(".p-modal, [role=dialog]").last
    form.locator("img[alt^='contact sheet']").wait_for()
    screen("7-the-form")
    form.locator(".p-select-button__control").focus()
    page.keyboard.press("Space")
    page.locator(".p-select-option", has_text=f"take {3 - scored} (").click()
    screen("8-a-take-is-chosen")
    form.get_by_role("button", name="Submit").click()
    house.until_state("formed", "Completed", seconds=150)
    shot = house.manifest("formed")["shots"][0]
    assert (shot["take"], shot["picked_by"]) == (3 - scored, "producer")
