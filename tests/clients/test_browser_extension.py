"""The browser extension, loaded unpacked, on a customer-service team's own console."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from webpages import agents, driven, faults, lacking, marked, serving, value

from clients import ROOT, Browser, free_port

SOURCES = ROOT / "editors" / "browser"


OWN = ["http://127.0.0.1/*", "http://localhost/*"]
"""Where everything here is."""


@pytest.fixture(scope="module")
def built(needs: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension as it is given out."""
    needs(lacking())
    folder = tmp_path_factory.mktemp("extension")
    subprocess.run(["node", "build.mjs", folder], cwd=SOURCES, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def mock(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with agents(tmp_path_factory.mktemp("mock")) as address:
        yield address


@pytest.fixture(scope="module")
def server(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture(scope="module")
def chromium(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with driven(tmp_path_factory.mktemp("browser"), built) as browser:
        yield browser


@pytest.fixture
def options(chromium: Browser, server: str) -> Browser:
    """The page of options, filled in and saved.

    Nobody is there to answer the browser's question. Where leave was given in its settings it does
    not ask: so that is done, and all else goes its usual way. Where the question itself is answered
    is `test_firefox.py`.
    """
    chromium.allow(origins=OWN)
    save(chromium, server)
    says(chromium, "saved")
    return chromium


def save(page: Browser, server: str, token: str = "", hold: bool = True) -> None:
    """Fill in the options and press the button."""
    page.open(url=page.extension().replace("background.js", "options.html"))
    page.until(script="() => document.querySelectorAll('#profile option').length > 1")
    for selector, given in (("#server", server), ("#token", token)):
        page.click(selector=selector)
        page.press(keys="Control+a")
        page.press(keys="Delete")
        page.insert(text=given)
    page.page(script="(on) => { document.getElementById('hold').checked = on; }", given=hold)
    page.press(keys="Enter")


def worded(name: str, filled: str = "") -> list[str]:
    """What the extension says, in either language: the browser decides on it."""
    files = (SOURCES / "_locales" / lang / "messages.json" for lang in ("zh_CN", "en"))
    messages = [json.loads(file.read_text(encoding="utf-8"))[name]["message"] for file in files]
    return [str(message).replace("$1", filled) for message in messages]


SAID = "(wanted) => wanted.includes(document.getElementById('state').textContent)"


SITE = "(wanted) => wanted.includes(document.getElementById('site').textContent)"
CHECKED = "() => document.getElementById('on').checked"


def says(page: Browser, name: str, filled: str = "") -> None:
    """Wait until the page of options says this."""
    page.until(script=SAID, given=worded(name, filled))


def switch(page: Browser, *sites: str) -> None:
    """Have the extension switched on for these sites, and off for all others."""
    page.page(script="(sites) => chrome.storage.local.set({ sites })", given=sites)
    registered(page, len(sites) > 0)


def registered(page: Browser, wanted: bool) -> None:
    """Wait until scripts are put into pages, or are not."""
    page.background_until(
        script="(wanted) => chrome.scripting.getRegisteredContentScripts().then((all) => all.length === Number(wanted))",
        given=wanted,
    )


def leave(page: Browser) -> set[str]:
    """Where the browser lets the extension in."""
    return set(page.background(script="() => chrome.permissions.getAll().then(({ origins }) => origins)"))


# -- options ----------------------------------------------------------------------------------------


def test_the_options_say_that_the_server_answers(options: Browser) -> None:
    says(options, "saved")


def test_the_options_ask_for_leave_to_reach_the_server_and_give_the_old_one_back(
    options: Browser, server: str
) -> None:
    switch(options)
    assert leave(options) == {"http://127.0.0.1/*"}
    save(options, server.replace("127.0.0.1", "localhost"))
    says(options, "saved")
    assert leave(options) == {"http://localhost/*"}


def test_the_options_say_when_nobody_answers(options: Browser) -> None:
    save(options, f"http://127.0.0.1:{free_port()}")
    options.until(
        script=SAID,
        given=[
            said.replace("$1", why)
            for said, why in zip(worded("savedNot", "$1"), worded("unreachable"), strict=True)
        ],
    )


@pytest.mark.parametrize("token", ["", "another-token"])
def test_the_options_say_when_the_token_is_not_the_servers(
    options: Browser, tmp_path: Path, token: str
) -> None:
    with serving(tmp_path, "--token", "a-token-of-ours") as address:
        save(options, address, token)
        says(options, "tokenAsked")
        save(options, address, "a-token-of-ours")
        says(options, "saved")


@pytest.mark.parametrize("address", ["keqi.example", "ftp://keqi.example", "http://"])
def test_the_options_do_not_save_what_is_no_address(options: Browser, server: str, address: str) -> None:
    options.page(script="() => { document.getElementById('form').noValidate = true; }")
    options.click(selector="#server")
    options.press(keys="Control+a")
    options.insert(text=address)
    options.press(keys="Enter")
    says(options, "badAddress")
    assert (
        options.background(script="() => chrome.storage.local.get().then(({ server }) => server)") == server
    )


def test_a_site_is_switched_off_from_the_options_too(options: Browser, mock: str) -> None:
    switch(options, mock, "https://desk.example")
    options.see(selector="#sites li >> text=https://desk.example")
    options.click(selector="#sites li:has-text('127.0.0.1') button")
    options.gone(selector="#sites li:has-text('127.0.0.1')")
    assert options.background(script="() => chrome.storage.local.get().then(({ sites }) => sites)") == [
        "https://desk.example"
    ]


def test_the_extensions_own_pages_have_no_serious_fault(options: Browser) -> None:
    assert faults(options) == []
    options.open(url=options.extension().replace("background.js", "popup.html"))
    assert faults(options) == []


# -- the button in the toolbar ----------------------------------------------------------------------


def test_the_switch_in_the_toolbar_is_for_the_site_in_front(options: Browser, mock: str) -> None:
    switch(options)
    mock = mock.replace("127.0.0.1", "localhost")
    options.open(url=mock)
    options.until(script="() => window.ready")
    options.toolbar()
    options.popup_until(script=SITE, given=worded("site", mock.removeprefix("http://")))
    assert options.popup(script=CHECKED) is False
    options.popup_click(selector="#on")
    options.popup_until(script=SAID, given=worded("on"))
    registered(options, True)
    assert "http://localhost/*" in leave(options)

    # In the page that is open already, without loading it anew.
    options.click(selector="#plain")
    options.insert(text="这个不行")
    options.until(script="() => document.querySelectorAll('[data-keqi]').length === 1")

    # The click into the page has closed it.
    options.toolbar()
    options.popup_until(script=CHECKED)
    options.popup_click(selector="#on")
    options.popup_until(script=SAID, given=worded("off"))
    registered(options, False)
    assert "http://localhost/*" not in leave(options)
    options.until(script="() => document.querySelectorAll('[data-keqi]').length === 0")


def test_without_the_browsers_leave_nothing_is_switched_on(
    built: Path, mock: str, server: str, tmp_path: Path
) -> None:
    with driven(tmp_path, built) as fresh:
        fresh.extension()
        fresh.open(url=mock)
        fresh.toolbar()
        fresh.popup_until(script=SAID, given=worded("noServer"))
        fresh.background(script="(server) => chrome.storage.local.set({ server })", given=server)

        fresh.open(url=mock)
        fresh.until(script="() => window.ready")
        fresh.toolbar()
        fresh.popup_until(script="() => !document.getElementById('switch').hidden")
        fresh.popup_click(selector="#on")
        # The browser asks, and closes the popup to do so: what was wanted has to be remembered elsewhere.
        fresh.popup_gone()
        wanted = fresh.background(
            script="() => chrome.storage.session.get().then(({ wanted }) => wanted.origin)"
        )
        assert wanted == mock
        assert leave(fresh) == set()
        registered(fresh, False)
        fresh.click(selector="#plain")
        fresh.insert(text="这个不行")
        assert fresh.page(script="() => document.querySelectorAll('[data-keqi]').length") == 0


def test_leave_that_is_taken_back_in_the_browsers_settings_is_gone(options: Browser, mock: str) -> None:
    switch(options, mock, "https://desk.example")
    options.disallow(origins=["http://127.0.0.1/*"])
    options.background_until(
        script="() => chrome.storage.local.get().then(({ sites }) => sites.join() === 'https://desk.example')"
    )


def test_pages_of_the_browser_itself_are_none_of_its_business(options: Browser) -> None:
    options.open(url="chrome://version/")
    options.toolbar()
    options.popup_until(script=SAID, given=worded("noSite"))


# -- in the pages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["plain", "one", "controlled"])
def test_fields_of_a_site_that_is_switched_on_are_checked(options: Browser, mock: str, field: str) -> None:
    switch(options, mock)
    options.open(url=mock)
    options.until(script="() => window.ready")
    options.click(selector=f"#{field}")
    options.insert(text="😀这个问题我不知道")
    marked(options, field, "这个问题我不知道")
    options.press(keys="F8")
    options.see(selector=".card .alt:focus")
    options.press(keys="Enter")
    marked(options, field)
    assert value(options, field) == "😀非常抱歉，这个问题我暂时不清楚"
    if field == "controlled":
        assert options.texts(selector="#state") == [value(options, field)]


def test_rich_text_is_highlighted_and_left_as_it_is(options: Browser, mock: str) -> None:
    switch(options, mock)
    options.open(url=mock)
    options.until(script="() => window.ready")
    before = options.page(script="() => document.getElementById('rich').innerHTML")
    options.click(selector="#rich b")
    options.until(
        script="() => [...(CSS.highlights.get('keqi-error') ?? [])].map(String).join() === '这个不行'"
    )
    assert options.page(script="() => document.getElementById('rich').innerHTML") == before


def test_it_asks_before_something_rude_is_sent(options: Browser, mock: str) -> None:
    switch(options, mock)
    options.open(url=mock)
    options.until(script="() => window.ready")
    options.click(selector="#controlled")
    options.insert(text="这个不行")
    marked(options, "controlled", "这个不行")
    options.press(keys="Enter")
    options.see(selector="[role=alertdialog]")
    assert options.texts(selector="#sent li") == []
    options.click(selector="[role=alertdialog] button >> nth=1")
    options.until(script="() => document.querySelectorAll('#sent li').length === 1")


def test_it_asks_before_a_click_sends_something_rude(options: Browser, mock: str) -> None:
    switch(options, mock)
    options.open(url=f"{mock}/desk.html")
    options.until(script="() => window.ready")
    options.click(selector="#reply")
    options.insert(text="这个不行")
    options.click(selector=".send")
    options.see(selector="[role=alertdialog]")
    said = "() => [...document.querySelectorAll('li.agent p')].at(-1).textContent"
    assert "不行" not in options.page(script=said)
    options.press(keys="Control+Enter")
    options.until(script=f"() => ({said})() === '这个不行'")


def test_other_sites_are_left_alone(options: Browser, mock: str) -> None:
    switch(options, mock)
    options.open(url=mock.replace("127.0.0.1", "localhost"))
    options.until(script="() => window.ready")
    options.click(selector="#plain")
    options.insert(text="这个不行")
    options.page(script="() => new Promise((done) => setTimeout(done, 500))")
    assert options.page(script="() => document.querySelectorAll('[data-keqi]').length") == 0


def test_without_leave_it_may_read_no_page_at_all() -> None:
    manifest = json.loads((SOURCES / "manifest.json").read_text(encoding="utf-8"))
    assert "host_permissions" not in manifest
    assert "content_scripts" not in manifest
    assert set(manifest["permissions"]) == {"storage", "scripting", "activeTab"}


def test_both_languages_say_the_same_things() -> None:
    words = {
        lang: json.loads((SOURCES / "_locales" / lang / "messages.json").read_text(encoding="utf-8"))
        for lang in ("zh_CN", "en")
    }
    assert words["zh_CN"].keys() == words["en"].keys()
