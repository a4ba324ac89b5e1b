"""The menu on a phone: two calm lines, whoever looks."""

from tests.browser.conftest import Site

TOPS = "links => [...new Set(links.map(link => link.getBoundingClientRect().top))].length"


async def test_the_menu_is_one_line_below_the_name_at_360_pixels(site: Site) -> None:
    page = await site.visitor(viewport={"width": 360, "height": 740})
    await page.goto("/courses/new")
    assert await page.eval_on_selector_all(".nav-main a", TOPS) == 1
    await page.fill("[name=query]", "Learn DCF valuation")
    await page.get_by_role("button", name="Make my course").click()
    await page.wait_for_url("**/generations/**")
    menu = page.get_by_role("navigation", name="Main").get_by_role("link")
    assert await menu.all_inner_texts() == ["Program", "Course", "Week", "Library", "Mine"]
    assert await page.eval_on_selector_all(".nav-main a", TOPS) == 1
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
