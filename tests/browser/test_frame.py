"""The frame in a real browser: nothing against the policy or accessibility, nothing sideways, no need of scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from admissions.accounts.enums import Role
from tests.factories.accounts import PASSWORD, UserFactory, user_with
from tests.house.pages import pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = [(1440, 900), (390, 844)]
PAGES = ["home", "accounts:list", "accounts:create", "accounts:mine"]
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def officer(settings):
    settings.MFA_REQUIRED = False
    return user_with(Role.SECURITY_ADMIN)


def sign_in(page, live_server, user):
    page.goto(f"{live_server.url}/login/")
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(f"{live_server.url}/")


def console_of(page):
    """What the console complains about, apart from the status line of our own error pages."""
    found = []
    page.on(
        "console", lambda message: found.append(message.text) if "Failed to load resource" not in message.text else 0
    )
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def violations(page):
    return {violation["id"]: violation["description"] for violation in Axe().run(page).response["violations"]}


@pytest.mark.parametrize("size", SIZES)
def test_login_page_is_clean(page, live_server, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    complaints = console_of(page)
    page.goto(f"{live_server.url}/login/")
    assert page.inner_text("h1") == "登录"
    assert "不得录入、上传、传输国家秘密" in page.inner_text("body")
    assert complaints == []
    assert violations(page) == {}
    assert page.evaluate(SIDEWAYS) == 0


@pytest.mark.parametrize("size", SIZES)
def test_pages_are_clean_with_long_names(page, live_server, officer, size):
    UserFactory.create_batch(30)
    UserFactory(name="名字特别长的借调工作人员" * 4)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    sign_in(page, live_server, officer)
    complaints = console_of(page)
    for address in [*map(reverse, PAGES), "/no-such-page/"]:
        page.goto(live_server.url + address)
        assert (address, violations(page)) == (address, {})
        assert (address, page.evaluate(SIDEWAYS)) == (address, 0)
    assert complaints == []


def test_slash_goes_to_the_filter_and_question_mark_opens_the_help(page, live_server, officer):
    sign_in(page, live_server, officer)
    page.goto(live_server.url + reverse("accounts:list"))
    in_filters = page.locator(".filters *:focus")
    page.keyboard.press("/")
    expect(in_filters).to_have_count(1)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    expect(page.locator("#shortcut-help")).to_be_visible()
    page.uncheck("[data-shortcuts-switch]")
    page.click("#shortcut-help button")
    expect(page.locator("#shortcut-help")).to_be_hidden()
    page.keyboard.press("/")
    expect(in_filters).to_have_count(0)


def test_second_click_does_not_send_twice(page, live_server, officer):
    sign_in(page, live_server, officer)
    page.goto(live_server.url + reverse("accounts:create"))
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.evaluate("() => { const b = document.querySelector('main button[type=submit]'); b.click(); b.click(); }")
    page.wait_for_selector(".form-errors")
    assert sent == [live_server.url + reverse("accounts:create")]


def test_error_summary_leads_to_the_field(page, live_server, officer):
    sign_in(page, live_server, officer)
    page.goto(live_server.url + reverse("accounts:create"))
    page.click("main button[type=submit]")
    expect(page.locator(".form-errors")).to_be_focused()
    target = page.get_attribute(".form-errors a", "href")
    expect(page.locator(target)).to_have_attribute("aria-invalid", "true")


def test_navigation_and_forms_work_without_scripts(browser, browser_context_args, live_server, officer):
    context = browser.new_context(
        **browser_context_args | {"java_script_enabled": False, "viewport": {"width": 390, "height": 844}}
    )
    page = context.new_page()
    sign_in(page, live_server, officer)
    expect(page.locator("#navigation")).to_be_hidden()
    page.click(".menu-toggle")
    expect(page.locator("#navigation")).to_be_visible()
    page.click("#navigation a:has-text('账号与授权')")
    page.select_option(".filters [name=status]", "active")
    page.click(".filters .filter-submit")
    page.wait_for_url("**status=active**")
    expect(page.locator(".filter-chip")).to_be_visible()
    context.close()


def test_lists_and_records_fit_a_phone(page, live_server, world, settings):
    """What the secretary and the supervisor can open, forms apart; axe looks at each template once."""
    settings.MFA_REQUIRED = False
    page.set_viewport_size({"width": 390, "height": 844})
    sideways, serious, looked_at, opened = {}, {}, set(), set()
    for looker in (str(Role.SECRETARIAT), str(Role.SUPERVISOR)):
        client = Client()
        client.force_login(world.who[looker])
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        for name, address, template in pages_of(world, client, looker, opened):
            page.goto(live_server.url + address)
            if page.evaluate(SIDEWAYS):
                sideways[name] = page.evaluate(SIDEWAYS)
            if template not in looked_at and (ids := serious_violations(page)):
                serious[name] = ids
            looked_at.add(template)
            opened.add(name)
    assert (sideways, serious) == ({}, {})
    assert len(opened) > 80


def serious_violations(page):
    found = Axe().run(page).response["violations"]
    return [row["id"] for row in found if row["impact"] in ("serious", "critical")]


def pages_of(world, client, looker, opened):
    """(name, address, template) of each whole page but the forms, and but those opened already."""
    for name, page in pages().items():
        if page.wanted(looker) != 200 or name in opened:
            continue
        address = page.address(world)
        answer = client.get(address)
        if answer.streaming or not answer.content.lstrip().lower().startswith(b"<!doctype html"):
            continue
        if b'class="form-page' not in answer.content:
            yield name, address, answer.templates[0].name
