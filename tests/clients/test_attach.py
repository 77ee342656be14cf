"""The module for other pages, on a chat console in which a click sends and nothing is a form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from webpages import agents, driven, faults, lacking, marked, picture, serving

from clients import Browser, free_port

ASKED = "[role=alertdialog] >> text=仍要发送吗"
RUDE = "这个不行"
FINE = "感谢您的来电。"

SENT = "() => [...document.querySelectorAll('li.agent p')].slice(1).map((p) => p.textContent)"
"""What was sent, the agent's first reply aside, which was there before."""
DRAFT = "() => { const r = document.getElementById('reply'); return r.value ?? r.innerText; }"


@pytest.fixture(scope="module")
def mock(needs: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    needs(lacking())
    with agents(tmp_path_factory.mktemp("mock")) as address:
        yield f"{address}/desk.html"


@pytest.fixture(scope="module")
def server(mock: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(
        tmp_path_factory.mktemp("server"), "--allow-origin", mock.removesuffix("/desk.html")
    ) as address:
        yield address


@pytest.fixture(scope="module")
def chromium(mock: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with driven(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


def desk(page: Browser, mock: str, server: str, composer: str = "button", **options: Any) -> Browser:
    """The console with keqi in it, and the send button of that make."""
    page.open(url=f"{mock}?composer={composer}&keqi={server}", **options)
    page.until(script="() => window.ready")
    return page


def write(page: Browser, text: str, errors: int | None = None) -> None:
    """Write a reply, and wait until that many things are known to be wrong with it."""
    page.click(selector="#reply")
    page.insert(text=text)
    if errors is not None:
        page.until(
            script="""(n) => [...document.querySelectorAll('[data-keqi]')].flatMap((h) => [...h.shadowRoot.querySelectorAll('.mark.error')]).length
              + (CSS.highlights.get('keqi-error')?.size ?? 0) === n""",
            given=errors,
        )


def sent(page: Browser) -> list[str]:
    return list(page.page(script=SENT))


def goes(page: Browser, text: str) -> None:
    """Wait until a reply has been sent, and see that it went once."""
    page.until(script=f"() => ({SENT})().length > 0")
    page.page(script="() => new Promise((done) => setTimeout(done, 300))")
    assert sent(page) == [text]


def test_the_card_in_another_console_has_no_serious_fault(chromium: Browser, mock: str, server: str) -> None:
    page = desk(chromium, mock, server, width=1040, height=620)
    write(page, "退款要先审核，你着什么急。快递的事不归我们管。", errors=2)
    page.press(keys="Control+Home")
    page.press(keys="F8")
    page.see(selector=".card .card-title:not(:empty)")
    picture(page, "desk.png")
    assert faults(page) == []


@pytest.mark.parametrize("composer", ["button", "div", "icon", "role", "rich"])
def test_a_click_on_the_send_button_is_asked_about(
    chromium: Browser, mock: str, server: str, composer: str
) -> None:
    page = desk(chromium, mock, server, composer)
    write(page, RUDE, errors=1)
    page.click(selector=".foot > :last-child")
    page.see(selector=ASKED)
    assert page.texts(selector="[role=alertdialog] .ask-what") == ["“这个不行”"]
    assert sent(page) == []
    page.press(keys="Control+Enter")
    goes(page, RUDE)
    page.gone(selector="[role=alertdialog]")


def test_who_goes_back_has_the_draft_and_the_advice(chromium: Browser, mock: str, server: str) -> None:
    page = desk(chromium, mock, server)
    write(page, RUDE, errors=1)
    page.click(selector=".send")
    page.see(selector=ASKED)
    assert faults(page) == []
    page.press(keys="Enter")
    page.gone(selector="[role=alertdialog]")
    page.see(selector=".card .alt")
    assert page.page(script="() => document.activeElement.id") == "reply"
    page.click(selector=".card .alt")
    page.click(selector=".send")
    page.until(script=f"() => ({SENT})().length > 0")
    assert sent(page)[0].startswith("非常抱歉")


def test_who_is_asked_once_is_not_asked_again_about_the_same_text(
    chromium: Browser, mock: str, server: str
) -> None:
    page = desk(chromium, mock, server)
    write(page, RUDE, errors=1)
    page.click(selector=".send")
    page.see(selector=ASKED)
    # The page draws its buttons anew while somebody thinks.
    page.page(script="() => remake()")
    page.click(selector="[role=alertdialog] >> text=仍然发送")
    goes(page, RUDE)


@pytest.mark.parametrize("text", [RUDE, FINE])
def test_two_clicks_before_the_answer_came_are_one(
    chromium: Browser, mock: str, server: str, text: str
) -> None:
    page = desk(chromium, mock, server)
    page.page(
        script="""() => { const ask = window.fetch;
          window.fetch = (...given) => new Promise((go) => (window.answer = () => go(ask(...given)))); }"""
    )
    write(page, text)
    page.click(selector=".send")
    page.click(selector=".send")
    assert sent(page) == []
    page.page(script="() => answer()")
    if text == RUDE:
        page.see(selector=ASKED)
        assert sent(page) == []
    else:
        goes(page, text)


def test_what_is_fine_goes_at_once(chromium: Browser, mock: str, server: str) -> None:
    page = desk(chromium, mock, server)
    write(page, FINE, errors=0)
    page.click(selector=".send")
    goes(page, FINE)


def test_a_warning_holds_nothing_up(chromium: Browser, mock: str, server: str) -> None:
    page = desk(chromium, mock, server)
    write(page, "请问你的订单号是多少？")
    marked(page, "reply", "你")
    page.click(selector=".send")
    goes(page, "请问你的订单号是多少？")


def test_nothing_is_held_when_the_server_cannot_be_reached(chromium: Browser, mock: str, server: str) -> None:
    page = desk(chromium, mock, server)
    # All that it asks from now on goes where nobody is.
    page.page(
        script="(gone) => { const ask = window.fetch; window.fetch = (url, ...more) => ask(gone, ...more); }",
        given=f"http://127.0.0.1:{free_port()}/",
    )
    write(page, RUDE)
    page.click(selector=".send")
    goes(page, RUDE)


def test_nothing_is_held_for_long_when_the_server_does_not_answer(
    chromium: Browser, mock: str, server: str
) -> None:
    page = desk(chromium, mock, server)
    page.page(script="() => { window.fetch = () => new Promise(() => undefined); }")
    write(page, RUDE)
    page.click(selector=".send")
    goes(page, RUDE)


@pytest.mark.parametrize(
    ("button", "does"),
    [
        (".bar >> text=发送图片", "picture"),
        (".bar >> text=快捷回复", "phrases"),
        ("[aria-label=表情]", "emoji"),
        (".foot >> text=存草稿", "keep"),
        ("li >> nth=-1 >> .quote", "quote 3"),
        ("aside >> text=提交", "note"),
    ],
)
@pytest.mark.parametrize("composer", ["button", "unnamed"])
def test_other_buttons_are_nobodys_business(
    chromium: Browser, mock: str, server: str, composer: str, button: str, does: str
) -> None:
    page = desk(chromium, mock, server, composer)
    write(page, RUDE, errors=1)
    page.click(selector=button)
    page.until(script="(does) => document.getElementById('log').textContent === does", given=does)
    assert page.page(script="() => document.querySelectorAll('[data-keqi]').length") > 0
    assert page.page(script=DRAFT) == RUDE
    page.gone(selector="[role=alertdialog]")


def test_rich_text_is_underlined_where_the_browser_has_no_highlights(
    chromium: Browser, mock: str, server: str
) -> None:
    page = chromium
    page.open(url=f"{mock.replace('desk.html', '')}?keqi={server}")
    page.until(script="() => window.ready")
    page.page(script="() => { delete window.Highlight; put('rich'); }")
    under = """() => {
      const lines = [...document.querySelectorAll('[data-keqi]')].flatMap((h) => [...h.shadowRoot.querySelectorAll('.line')]);
      return lines.map((line) => {
        const { left, right, top } = line.getBoundingClientRect();
        const walk = document.createTreeWalker(document.getElementById('rich'), NodeFilter.SHOW_TEXT);
        let over = '';
        for (let node = walk.nextNode(); node; node = walk.nextNode()) {
          for (let at = 0; at < node.length; at++) {
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + 1);
            const box = range.getBoundingClientRect();
            const middle = (box.left + box.right) / 2;
            if (left < middle && middle < right && Math.abs(box.bottom - top) < 8) over += node.data[at];
          }
        }
        return over;
      }).join('|');
    }"""
    page.until(script=f"() => ({under})() === '这个|不行|你'")
    page.click(selector="#rich b")
    page.see(selector=".card .alt")
    page.click(selector=".card .alt")
    page.until(script=f"() => ({under})() === '你'")
    assert page.page(script="() => [...CSS.highlights.values()].reduce((n, h) => n + h.size, 0)") == 0
