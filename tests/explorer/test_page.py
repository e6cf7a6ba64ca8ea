"""The page as a person meets it: by keyboard only, with a screen reader, in the dark, on a phone, on a tour."""

import re

import pytest

from explorer_page import go, settled

VIEWS = ("stages", "similarity", "illusions", "projection", "errors", "tuning", "periods", "signals", "depth")
TOURS = ("stages", "worms", "examples", "depth")
MOST_BYTES = 300_000


def scheme(page, color):
    """Light or dark; the page draws its figures again."""
    page.emulate_media(color_scheme=color)
    settled(page)


@pytest.mark.parametrize("key", TOURS)
def test_a_tour_from_start_to_end(key, page):
    """Each step: not done before, done after; the answer comes when asked for, and states what the kernel finds."""
    page.click(f"#start-{key}")
    page.locator("#todo").wait_for()
    steps = page.evaluate("ontogeny.tour.now().steps")
    assert steps == 12
    for number in range(1, steps + 1):
        settled(page)
        assert page.locator("#tour .hint").text_content() == f"Step {number} of 12"
        step = f"ontogeny.tours.{key}[{number - 1}]"
        assert page.evaluate(f"{step}.is(ontogeny.state.get())") is False, f"step {number} is done before it begins"
        assert page.text_content("#done") == page.text_content("#answer") == ""
        page.click("#do-it")
        settled(page)
        assert page.text_content("#done") == "Done.", f"step {number} cannot be done"
        assert page.evaluate(f"{step}.fact(ontogeny.state.get())") is True, f"the answer of step {number} is not so"
        assert page.locator("#tour").get_by_text("?", exact=False).count() >= 1
        page.click("#show-answer")
        assert len(page.text_content("#answer")) > 30
        page.click("#finish" if number == steps else "#next")
    assert page.locator("#tour").is_hidden()
    assert page.evaluate("document.activeElement.id") == f"start-{key}"


def test_a_step_is_done_by_hand_and_taken_back(page):
    page.click("#start-stages")
    page.locator("#todo").wait_for()
    settled(page)
    page.locator("#moment").fill("1")
    settled(page)
    assert page.text_content("#done") == "Done."
    page.click("#next")
    page.click("#back")
    assert page.locator("#tour .hint").text_content() == "Step 1 of 12"
    page.click("#leave")
    assert page.locator("#tour").is_hidden()


def test_keyboard_only(page):
    """From the top of the page to a slider, a tab, a figure, and a tour, without a mouse."""
    press = page.keyboard.press
    page.evaluate("history.replaceState(null, '', location.pathname)")  # no state of an earlier test
    page.reload()
    settled(page)
    press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    seen = []
    for _ in range(40):
        press("Tab")
        seen.append(page.evaluate("document.activeElement.id || document.activeElement.className"))
        if seen[-1] == "play":
            break
    wanted = ["start-stages", "tab-stages", "world", "depth", "start", "file", "plot", "play"]
    assert [name for name in seen if name in wanted] == [
        "start-stages",
        "tab-stages",
        "world",
        "depth",
        "start",
        "file",
        "plot",
        "plot",
        "play",
    ]
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid", "focus is not seen"
    page.focus("#depth")
    press("ArrowRight")
    settled(page)
    assert page.evaluate("ontogeny.state.get().depth") == 3
    assert page.evaluate("document.activeElement.id") == "depth", "focus was lost"
    page.focus("#tab-stages")
    press("ArrowRight")
    settled(page)
    assert page.evaluate("ontogeny.state.get().view") == "similarity"
    press("End")
    settled(page)
    assert page.evaluate("ontogeny.state.get().view") == "depth"
    assert page.evaluate("document.activeElement.id") == "tab-depth"
    page.focus("#start-worms")
    press("Enter")
    page.locator("#todo").wait_for()
    assert page.evaluate("document.activeElement.tagName") == "H2", "a tour begins where it is read"
    for name in ("do-it", "show-answer"):
        page.focus(f"#{name}")
        press("Space")
    settled(page)
    assert page.text_content("#done") == "Done." and page.text_content("#answer")
    page.focus("#leave")
    press("Enter")


NAMELESS = """() => [...document.querySelectorAll('button, select, input, summary, [tabindex="0"], [role=tab]')]
 .filter((one) => {
  const label = one.id && document.querySelector(`label[for="${one.id}"]`);
  return one.checkVisibility() &&
   !(one.getAttribute('aria-label') || label?.textContent?.trim() || one.textContent.trim()); })
  .map((one) => one.outerHTML)"""


@pytest.mark.parametrize("view", VIEWS)
def test_a_screen_reader_finds_names_and_words(view, page):
    go(page, f"#view={view}")
    tree = page.locator("body").aria_snapshot()
    assert page.evaluate(NAMELESS) == []
    assert re.search(r"- tab .* \[selected\]", tree)
    assert "- heading" in tree and "- tablist" in tree and "- main" not in tree.split("- tablist")[0]
    assert page.evaluate("document.querySelectorAll('h1').length") == 1
    assert tree.count("- slider ") == page.locator("input[type=range]:visible").count() >= 1
    assert not re.search(r"- (slider|combobox|button|textbox|tab)(:|$)", tree, re.MULTILINE), "something has no name"
    summary = page.locator("#summary")
    assert summary.get_attribute("aria-live") == "polite" and len(summary.text_content()) > 40
    said = [
        page.locator("input[type=range]").nth(n).get_attribute("aria-valuetext") for n in range(tree.count("- slider "))
    ]
    assert all(said), "a slider does not say its value"
    assert page.evaluate("document.documentElement.lang") == "en"


@pytest.mark.parametrize("color", ["light", "dark"])
def test_light_and_dark_are_legible(color, page):
    """Contrast of all colors of text and curves against the paper, as WCAG counts it."""
    scheme(page, color)
    ratio = page.evaluate(
        """(names) => { const parts = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255)
          .map((x) => (x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
        const light = (name) => {
          const [r, g, b] = parts(getComputedStyle(document.documentElement).getPropertyValue(name).trim());
          return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
        const paper = light('--paper'), against = (name) => { const own = light(name);
          return (Math.max(own, paper) + 0.05) / (Math.min(own, paper) + 0.05); };
        return Object.fromEntries(names.map((name) => [name, against(name)])); }""",
        ["--ink", "--soft", "--link", "--alarm", *(f"--series-{k}" for k in range(1, 9))],
    )
    assert all(found >= (3 if "series" in name else 4.5) for name, found in ratio.items()), ratio
    drawn = [canvas.evaluate("(c) => c.toDataURL()") for canvas in page.locator("figure canvas").all()]
    scheme(page, "light" if color == "dark" else "dark")
    again = [canvas.evaluate("(c) => c.toDataURL()") for canvas in page.locator("figure canvas").all()]
    assert all(one != other for one, other in zip(drawn, again, strict=True)), "figures do not follow"
    scheme(page, "light")


@pytest.mark.parametrize("width", [390, 1200])
def test_nothing_is_wider_than_the_screen(width, page):
    page.set_viewport_size({"width": width, "height": 844})
    for view in VIEWS:
        go(page, f"#view={view}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, view
        assert page.locator("figure canvas").first.bounding_box()["width"] > 0.6 * min(width, 500), view
    page.click("#start-worms")
    page.locator("#todo").wait_for()
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    tour = page.locator("#tour").bounding_box()
    assert tour["width"] >= 280
    page.click("#leave")
    page.set_viewport_size({"width": 1200, "height": 900})


def test_motion_that_is_not_wanted_comes_in_steps(page):
    page.emulate_media(reduced_motion="reduce")
    go(page, "#moment=0.5")
    page.click("#play")
    jumped = page.evaluate(
        """new Promise((done) => { const look = () => { const now = ontogeny.state.get().moment;
        if (now > 0.5) done(now - 0.5); else setTimeout(look, 5); }; look(); })"""
    )
    page.click("#play")
    assert jumped > 0.03, "a frame of continuous motion moves ten times less"
    page.emulate_media(reduced_motion="no-preference")


def test_the_page_is_small(folder):
    read = [
        path for path in folder.rglob("*") if path.suffix in (".js", ".css", ".html") and path.parent.name != "tours"
    ]
    assert sum(path.stat().st_size for path in read) < MOST_BYTES
    assert max(path.stat().st_size for path in (folder / "tours").iterdir()) < 20_000


def test_policy_forbids_what_is_not_ours(page, window):
    """Neither a script in the page, nor one from elsewhere, nor a request to elsewhere is let through."""
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.hurt = 1\">')")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.hurt = 2'}))"
    )
    refused = page.evaluate("fetch('http://example.org/').then(() => false, () => true)")
    page.evaluate("document.querySelector('img[src=x]').remove()")
    assert refused and page.evaluate("window.hurt") is None
    assert sum("Content Security Policy" in words for words in window.complaints) >= 3
    window.complaints.clear()


def test_the_page_works_without_a_network(page):
    page.context.set_offline(True)
    page.reload()
    settled(page)
    assert page.locator("figure canvas").count() == 2
    page.context.set_offline(False)
