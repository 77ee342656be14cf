"""The browser extension in Firefox: the whole way of somebody who installs it, the browser's own questions included."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from firefox import CONTROL, ENTER, F8, SPACE, TAB, Firefox, firefox, program
from webpages import MARKS, WEB, agents, serving

from clients import ROOT, missing

SOURCES = ROOT / "editors" / "browser"
KEQI = "keqi@keqi.example"
QUESTION = "addon-webext-permissions"
"""What Firefox calls its question whether an extension may see a site."""


def lacking() -> list[str]:
    """What these tests need and is not there."""
    firefox = [] if program() else ["firefox-esr"]
    built = [] if (WEB / "node_modules" / "esbuild").exists() else ["editors/web/node_modules"]
    return firefox + built + missing("node")


@pytest.fixture(scope="module")
def browser(needs: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    needs(lacking())
    with firefox(tmp_path_factory.mktemp("firefox")) as running:
        yield running


@pytest.fixture(scope="module")
def home(browser: Firefox, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the extension's pages are."""
    folder = tmp_path_factory.mktemp("extension")
    subprocess.run(["node", "build.mjs", folder], cwd=SOURCES, check=True, capture_output=True)
    return browser.install(folder)


@pytest.fixture(scope="module")
def mock(browser: Firefox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with agents(tmp_path_factory.mktemp("mock")) as address:
        # Another site than the server's, to browsers.
        yield address.replace("127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def server(browser: Firefox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture(scope="module")
def installed(browser: Firefox, home: str, server: str) -> Firefox:
    """Firefox with the options filled in, and leave given to reach the server."""
    browser.open(f"{home}options.html")
    browser.type("#server", server)
    browser.page("document.getElementById('hold').checked = true")
    browser.press(ENTER)
    browser.answer(QUESTION, yes=True)
    browser.until(f"return {STATE} !== '' && !{STATE}.endsWith('…')")
    return browser


STATE = "document.getElementById('state').textContent"


def turn(browser: Firefox, mock: str, answer: bool | None = None, closing: bool = False) -> None:
    """Click on the toolbar's button over the mock console and use the switch; `answer` is for the browser's question."""
    browser.open(mock)
    browser.until("return window.ready")
    browser.toolbar(KEQI)
    browser.popup_until("!content.document.getElementById('switch').hidden")
    before = browser.popup("content.document.getElementById('on').checked")
    browser.popup_press(TAB, "content.document.activeElement.id === 'on'")
    browser.popup_press(SPACE, f"content.document.getElementById('on').checked !== {str(before).lower()}")
    if closing:
        browser.popup_close()
    if answer is not None:
        browser.answer(QUESTION, yes=answer)
    if not closing:
        browser.popup_until(f"content.{STATE} !== ''")
        after = browser.popup("content.document.getElementById('on').checked")
        assert after is (before if answer is False else not before)
        browser.popup_close()


@pytest.fixture
def desk(installed: Firefox, mock: str) -> Firefox:
    """The mock console with the extension switched on for it."""
    if "http://localhost/*" not in installed.origins(KEQI):
        turn(installed, mock, answer=True)
    installed.open(mock)
    installed.until("return window.ready")
    return installed


def marked(browser: Firefox, field: str, wanted: str) -> None:
    """Wait until these stretches in a plain field are underlined, and no others."""
    browser.until(f"return ({MARKS})(arguments[0]) === arguments[1]", field, wanted)


def sent(browser: Firefox) -> list[str]:
    return list(browser.page("return [...document.querySelectorAll('#sent li')].map((li) => li.textContent)"))


FOCUSED = """return [...document.querySelectorAll('[data-keqi]')]
  .some((host) => host.shadowRoot.activeElement?.matches(arguments[0]))"""


# -- leave ------------------------------------------------------------------------------------------


def test_the_server_may_be_reached_when_the_browser_was_told_so(installed: Firefox, home: str) -> None:
    installed.open(f"{home}options.html")
    installed.until("return document.querySelectorAll('#profile option').length > 1")
    installed.click("button")
    installed.until(f"return ['已保存，服务器可以使用。', 'Saved; the server answers.'].includes({STATE})")
    assert "http://127.0.0.1/*" in installed.origins(KEQI)


def test_a_site_for_which_leave_is_refused_stays_off(installed: Firefox, mock: str) -> None:
    turn(installed, mock, answer=False)
    assert installed.origins(KEQI) == {"http://127.0.0.1/*"}
    installed.type("#plain", "这个不行")
    assert installed.page("return document.querySelectorAll('[data-keqi]').length") == 0


def test_the_switch_works_in_the_page_that_is_open_and_gives_the_leave_back(
    installed: Firefox, mock: str
) -> None:
    turn(installed, mock, answer=True)
    installed.type("#plain", "这个不行")
    marked(installed, "plain", "这个不行")
    turn(installed, mock)
    assert installed.origins(KEQI) == {"http://127.0.0.1/*"}
    installed.type("#plain", "这个不行")
    assert installed.page("return document.querySelectorAll('[data-keqi]').length") == 0


def test_the_switch_works_though_the_popup_closes_before_the_answer(installed: Firefox, mock: str) -> None:
    turn(installed, mock, answer=True, closing=True)
    installed.type("#plain", "这个不行")
    marked(installed, "plain", "这个不行")
    turn(installed, mock)


# -- writing ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["plain", "one", "controlled"])
def test_a_plain_field_is_underlined_fixed_and_undone(desk: Firefox, field: str) -> None:
    desk.type(f"#{field}", "您好，这个问题我不知道")
    marked(desk, field, "这个问题我不知道")
    desk.press(F8)
    desk.until(FOCUSED, ".card .alt")
    desk.press(ENTER)
    marked(desk, field, "")
    value = "return document.getElementById(arguments[0]).value"
    assert desk.page(value, field) == "您好，非常抱歉，这个问题我暂时不清楚"
    if field == "controlled":
        assert desk.page(f"return {STATE}") == "您好，非常抱歉，这个问题我暂时不清楚"
    desk.press(CONTROL, "z")
    marked(desk, field, "这个问题我不知道")


def test_rich_text_is_underlined_and_fixed_without_touching_the_rest(desk: Firefox) -> None:
    highlighted = """return [...document.querySelectorAll('[data-keqi]')].length > 0 && JSON.stringify(
      ['error', 'warning'].flatMap((l) => [...(CSS.highlights.get('keqi-' + l) ?? [])].map(String))) === JSON.stringify(arguments[0])"""
    before = desk.page("return document.getElementById('rich').innerHTML")
    desk.click("#rich b")
    desk.until(highlighted, ["这个不行", "你"])
    assert desk.page("return document.getElementById('rich').innerHTML") == before
    desk.press(F8)
    desk.until(FOCUSED, ".card .alt")
    desk.press(ENTER)
    desk.until(highlighted, ["这个不行"])
    after = desk.page("return document.getElementById('rich').innerHTML")
    assert after == before.replace("你的订单号", "您的订单号")


def test_it_asks_before_something_rude_is_sent(desk: Firefox) -> None:
    desk.type("#controlled", "这个不行")
    marked(desk, "controlled", "这个不行")
    desk.press(ENTER)
    desk.until(FOCUSED, "[role=alertdialog] button")
    assert sent(desk) == []
    desk.press(ENTER)
    desk.until("return document.activeElement.id === 'controlled'")
    assert sent(desk) == []


def test_it_asks_before_a_click_sends_something_rude(desk: Firefox, mock: str) -> None:
    desk.open(f"{mock}/desk.html")
    desk.until("return window.ready")
    desk.type("#reply", "这个不行")
    marked(desk, "reply", "这个不行")
    desk.click(".send")
    desk.until(FOCUSED, "[role=alertdialog] button")
    said = "return [...document.querySelectorAll('li.agent p')].at(-1).textContent"
    assert "不行" not in desk.page(said)
    desk.press(CONTROL, ENTER)
    desk.until(f"{said} === '这个不行'")
