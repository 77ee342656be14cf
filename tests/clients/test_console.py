"""The server's page and its module for other pages, in a real browser, as a person uses them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from webpages import WEB, agents, compose, driven, faults, lacking, marked, picture, serving, value

from clients import ROOT, Browser

BUILT = ROOT / "server" / "keqi" / "adapters" / "serve" / "console"
TOKEN = "a-token-of-ours"
DRAFT = "😀你好，这个问题我不知道。订单 20240618 你等一下"
CHAT = "客户：你们什么态度？不行！\n客服：不行，自己看。\n客户：你等着。\n客服：请您稍等，马上为您核实。"

Open = Callable[..., Browser]


# -- what runs --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mock(needs: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    needs(lacking())
    with agents(tmp_path_factory.mktemp("mock")) as address:
        yield address


@pytest.fixture(scope="module")
def server(mock: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("server"), "--allow-origin", mock) as address:
        yield address


@pytest.fixture(scope="module")
def chromium(needs: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    needs(lacking())
    with driven(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


@pytest.fixture
def console(chromium: Browser, server: str) -> Iterator[Open]:
    """Opens the console, with a draft typed into it; it must not have complained of anything."""

    def make(draft: str = "", **options: Any) -> Browser:
        chromium.open(url=options.pop("url", server), **options)
        chromium.see(selector=".cm-content")
        if draft:
            chromium.insert(text=draft)
            chromium.gone(selector=".verdict[data-kind=empty]")
        return chromium

    yield make
    assert chromium.noise() == []


def text(page: Browser) -> str:
    """The draft in the console."""
    # Leading and trailing spaces aside, the lines' texts are the draft's lines.
    lines = page.page(
        script="() => [...document.querySelector('.editor').shadowRoot.querySelectorAll('.cm-line')]"
        ".map((line) => line.textContent)"
    )
    return "\n".join(lines)


def holds(page: Browser, wanted: str) -> None:
    """Wait until the draft in the console is `wanted`."""
    page.until(
        script="(wanted) => [...document.querySelector('.editor').shadowRoot.querySelectorAll('.cm-line')]"
        ".map((line) => line.textContent).join('\\n') === wanted",
        given=wanted,
    )


def underlined(page: Browser, *wanted: str) -> None:
    """Wait until these stretches of the draft are underlined, and no others."""
    page.until(
        script="(wanted) => [...document.querySelector('.editor').shadowRoot.querySelectorAll('.keqi-mark')]"
        ".map((mark) => mark.textContent).join('|') === wanted",
        given="|".join(wanted),
    )


def verdict(page: Browser, sentence: str) -> None:
    """Wait until the verdict is `sentence`."""
    page.until(script="(s) => document.querySelector('.verdict').textContent === s", given=sentence)


# -- what is built ----------------------------------------------------------------------------------


def test_what_is_committed_is_what_the_sources_make(needs: Any, tmp_path: Path) -> None:
    needs(lacking())
    subprocess.run(["node", "build.mjs", tmp_path], cwd=WEB, check=True, capture_output=True)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_bytes() for path in BUILT.iterdir()}
    assert made.keys() == kept.keys()
    stale = [name for name in made if made[name] != kept[name]]
    assert stale == [], "run `npm run build` in editors/web"


def test_the_sources_have_no_type_errors(needs: Any) -> None:
    needs(lacking())
    done = subprocess.run(["npm", "run", "--silent", "check"], cwd=WEB, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_what_needs_no_browser_does_what_it_says(needs: Any) -> None:
    needs(lacking())
    done = subprocess.run(["npm", "test", "--silent"], cwd=WEB, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_page_is_small_and_asks_nobody_else() -> None:
    sizes = {path.name: path.stat().st_size for path in BUILT.iterdir()}
    assert sum(sizes.values()) <= 500_000
    page = (BUILT / "index.html").read_text(encoding="utf-8")
    assert "http" not in page
    assert "<style" not in page
    assert "style=" not in page


# -- writing ----------------------------------------------------------------------------------------


def test_what_reads_badly_is_underlined_while_one_types(console: Open) -> None:
    page = console()
    page.type(text="您好😀，")
    verdict(page, "可以发送")
    page.type(text="不知道。")
    underlined(page, "不知道")
    verdict(page, "还有 1 处要改")
    for _ in range(4):
        page.press(keys="Backspace")
    underlined(page)
    verdict(page, "可以发送")


def test_an_input_method_is_left_alone_while_it_composes(console: Open, server: str) -> None:
    page = console("这个不行。")
    underlined(page, "这个不行")
    page.page(
        script="""() => {
          const content = document.querySelector('.editor').shadowRoot.querySelector('.cm-content');
          window.asked = 0;
          const send = window.fetch;
          window.fetch = (...given) => (asked++, send(...given));
          content.addEventListener('compositionend', () => { window.askedWhileComposing = asked; });
        }"""
    )
    compose(page, "b", "bu", "bu z", "bu zhi", "bu zhi dao")
    page.until(script="() => document.querySelector('.editor').shadowRoot.textContent.includes('bu zhi dao')")
    # Longer than any pause after which a check is sent.
    page.page(script="() => new Promise((done) => setTimeout(done, 300))")
    assert page.page(script="() => asked") == 0
    page.insert(text="我也不知道")
    underlined(page, "这个不行", "我也不知道")
    assert page.page(script="() => askedWhileComposing") == 0
    assert text(page) == "这个不行。我也不知道"


def test_an_input_method_may_compose_inside_an_underlined_stretch(console: Open) -> None:
    page = console("这个问题我不知道。")
    underlined(page, "这个问题我不知道")
    page.press(keys="Home")
    page.press(keys="ArrowRight")
    page.press(keys="ArrowRight")
    compose(page, "x", "xi", "xiao")
    page.insert(text="小")
    holds(page, "这个小问题我不知道。")
    underlined(page, "这个小问题我不知道")


# -- finding and fixing -----------------------------------------------------------------------------


def test_a_click_opens_reason_and_alternatives_and_one_more_applies(console: Open) -> None:
    page = console("😀这个问题我不知道。")
    underlined(page, "这个问题我不知道")
    page.click(selector=".keqi-mark")
    page.see(selector=".card .card-message")
    assert len(page.texts(selector=".card .alt")) >= 2
    page.click(selector=".card .alt")
    holds(page, "😀非常抱歉，这个问题我暂时不清楚。")
    verdict(page, "可以发送")


def test_the_keyboard_alone_goes_through_all_findings(console: Open) -> None:
    page = console("你好，这个问题我不知道。")
    underlined(page, "你好", "这个问题我不知道")
    page.press(keys="Control+Home")
    page.press(keys="F8")
    page.see(selector=".card .alt:focus")
    page.press(keys="Enter")
    holds(page, "您好，这个问题我不知道。")
    page.press(keys="F8")
    page.see(selector=".card .alt:focus")
    page.press(keys="ArrowDown")
    page.press(keys="ArrowUp")
    page.press(keys="Escape")
    page.gone(selector=".card")
    page.press(keys="Alt+Enter")
    page.see(selector=".card .alt:focus")
    page.press(keys="Enter")
    holds(page, "您好，非常抱歉，这个问题我暂时不清楚。")
    page.press(keys="Control+z")
    page.press(keys="Control+z")
    holds(page, "你好，这个问题我不知道。")


def test_the_list_applies_with_one_click_and_keeps_the_keyboard(console: Open) -> None:
    page = console("你好，这个不行。")
    page.see(selector=".finding q >> text=这个不行")
    assert page.texts(selector=".group .level") == ["必须改", "建议改"]
    page.click(selector=".finding:has-text('你好') .finding-apply")
    underlined(page, "这个不行")
    page.until(script="() => document.activeElement.closest('#panel-findings') !== null")


def test_what_goes_with_a_graver_finding_is_not_told_of_besides(console: Open) -> None:
    page = console("您好，你的快递丢了不归我们管。请问你的订单号是多少？")
    underlined(page, "你的快递丢了不归我们管", "你")
    verdict(page, "还有 2 处要改")
    assert page.texts(selector=".finding q") == ["你的快递丢了不归我们管", "请问你的订单号是多"]
    page.press(keys="Control+Home")
    page.press(keys="F8")
    page.see(selector=".card .level.error")


def test_what_is_best_left_out_is_said_so(console: Open) -> None:
    page = console("您没看说明吗？你自己没看吗？")
    page.see(selector=".finding-apply >> text=删去")
    leaving = [said for said in page.texts(selector=".finding-apply") if "删去" in said]
    assert set(leaving) == {"删去"}
    page.click(selector=".finding-apply >> text=删去")
    page.see(selector=".toast >> text=已删去")


def test_rewrite_all_shows_both_and_one_undo_takes_it_back(console: Open) -> None:
    page = console(DRAFT)
    page.press(keys="Control+Shift+Enter")
    page.see(selector="dialog ins")
    assert "你好" in page.texts(selector="dialog .side")[0]
    assert "20240618" in page.texts(selector="dialog .side")[1]
    page.press(keys="Enter")
    page.gone(selector="dialog")
    page.until(script="() => !document.querySelector('.editor').shadowRoot.textContent.includes('不知道')")
    assert "20240618" in text(page)
    page.press(keys="Control+z")
    holds(page, DRAFT)


def test_what_needs_consent_is_rewritten_only_when_asked_for(console: Open) -> None:
    page = console("呵呵，您的眼光真不错。")
    page.click(selector=".tools .primary")
    page.see(selector="dialog .rewrite-state:not(:empty)")
    page.until(script="() => !/正在/.test(document.querySelector('.rewrite-state').textContent)")
    before = page.texts(selector="dialog .side")[1]
    page.click(selector="#unsafe")
    page.until(
        script="(before) => document.querySelectorAll('dialog .side')[1].innerText !== before", given=before
    )
    page.press(keys="Escape")
    holds(page, "呵呵，您的眼光真不错。")


# -- chats, phrases, choices ------------------------------------------------------------------------


def test_of_a_pasted_chat_only_the_agents_lines_are_checked(console: Open) -> None:
    page = console(CHAT)
    underlined(page, "不行", "自己看")
    page.until(script="() => document.querySelector('.note').textContent.includes('只检查客服说的 2 段')")
    page.press(keys="Control+Shift+Enter")
    page.see(selector="dialog ins")
    page.press(keys="Enter")
    page.gone(selector="dialog")
    page.until(script="() => !document.querySelector('.editor').shadowRoot.textContent.includes('自己看')")
    assert [text(page).splitlines()[index] for index in (0, 2)] == [
        "客户：你们什么态度？不行！",
        "客户：你等着。",
    ]


def test_a_chat_as_programs_export_it_is_known_too(console: Open) -> None:
    page = console(
        "客服小王 昨天 10:23\n😀您好，这个不行。\n爱笑的眼睛 昨天 10:24\n你们自己看\n客服小王 昨天 10:25\n请您稍等。"
    )
    underlined(page, "这个不行")
    page.until(script="() => document.querySelector('.note').textContent.includes('只检查客服说的 2 段')")
    grey = (
        "() => [...document.querySelector('.editor').shadowRoot.querySelectorAll('.keqi-other')]"
        ".map((other) => other.textContent).join('')"
    )
    assert "你们自己看" in page.page(script=grey)
    assert "不行" not in page.page(script=grey)


def test_a_phrase_is_inserted_and_its_blanks_are_to_be_filled_in(console: Open) -> None:
    page = console()
    page.click(selector="#tab-phrases")
    page.choose(selector="#scene", value="greeting")
    page.click(selector=".phrase:has(i)")
    page.until(script="() => document.querySelector('.note').textContent.startsWith('还有')")
    blank = page.texts(selector=".note")[0].partition("：")[2].partition("、")[0]
    page.insert(text="小美")
    page.until(script="(b) => !document.querySelector('.note').textContent.includes(b)", given=blank)
    assert "小美" in text(page)


def test_phrases_are_found_by_pinyin(console: Open) -> None:
    page = console()
    page.click(selector="#tab-phrases")
    page.see(selector=".phrase")
    page.click(selector="#phrase-search")
    page.type(text="jiubudeng")
    page.until(script="() => document.querySelector('.phrases').textContent.includes('没有找到')")
    page.press(keys="Control+a")
    page.type(text="zaoshang")
    page.until(
        script="() => [...document.querySelectorAll('.phrase')].some((p) => p.textContent.includes('早上'))"
    )


def test_the_profile_decides_and_is_remembered_but_the_draft_is_not(console: Open) -> None:
    page = console("亲，您好，请问有什么可以帮您？")
    page.choose(selector="#profile", value="hotline")
    underlined(page, "亲")
    page.choose(selector="#profile", value="e-commerce")
    underlined(page)
    kept = page.page(script="() => JSON.stringify({ ...localStorage, ...sessionStorage })")
    assert "e-commerce" in kept
    assert "亲" not in kept


def test_the_copy_button_copies_the_whole_draft(console: Open) -> None:
    page = console("您好😀，\n感谢您的来电。")
    page.click(selector=".tools >> text=复制")
    page.see(selector=".toast >> text=已复制")
    assert page.page(script="() => navigator.clipboard.readText()") == "您好😀，\n感谢您的来电。"


def test_who_copies_too_early_is_told(console: Open) -> None:
    page = console("您好，这个不行。")
    verdict(page, "还有 1 处要改")
    page.press(keys="Control+Enter")
    page.see(selector=".toast >> text=已复制，但还有 1 处要改")


def test_english_is_a_click_away(console: Open) -> None:
    page = console("这个不行。")
    page.click(selector="text=English")
    verdict(page, "1 to change")
    page.until(script="() => /^[ -~’“”]+$/.test(document.querySelector('.finding-main span').textContent)")
    page.click(selector=".keqi-mark")
    page.see(selector=".card-title >> text=A bare no")
    page.click(selector=".card-why >> text=Why")
    page.see(selector=".card-why p:not([lang]) >> text=Refusing is not rude in itself")


def test_a_server_that_is_gone_is_said_and_found_again(chromium: Browser, tmp_path: Path) -> None:
    page = chromium
    with serving(tmp_path) as address:
        page.open(url=address)
        page.insert(text="您好。")
        verdict(page, "可以发送")
    page.insert(text="这个不行。")
    verdict(page, "连不上检查服务，正在重试…")
    with serving(tmp_path, port=int(address.rpartition(":")[2])):
        verdict(page, "还有 1 处要改")


def test_no_verdict_stands_on_a_draft_that_was_not_checked(console: Open) -> None:
    page = console("您好。")
    verdict(page, "可以发送")
    page.page(
        script="() => { const send = fetch; window.fetch = (...g) => new Promise((go) => (window.answer = () => go(send(...g)))); }"
    )
    page.insert(text="这个不行。")
    verdict(page, "正在检查…")
    page.page(script="() => answer()")
    verdict(page, "还有 1 处要改")


def test_a_token_is_asked_for_when_the_server_wants_one(chromium: Browser, tmp_path: Path) -> None:
    page = chromium
    with serving(tmp_path, "--token", TOKEN) as address:
        page.open(url=address)
        page.see(selector="dialog #token")
        page.insert(text=TOKEN)
        page.press(keys="Enter")
        page.gone(selector="dialog")
        page.click(selector=".cm-content")
        page.insert(text="这个不行。")
        verdict(page, "还有 1 处要改")


# -- how it looks, and to whom ----------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(console: Open, scheme: str) -> None:
    page = console(scheme=scheme, width=1120, height=680)
    assert page.page(script="() => document.documentElement.dataset.theme") == scheme
    assert faults(page) == []
    page.click(selector="text=看一个例子")
    page.see(selector=".finding")
    assert faults(page) == []
    page.click(selector=".keqi-error")
    page.see(selector=".card .card-title:not(:empty)")
    picture(page, f"console-{scheme}.png")
    assert faults(page) == []
    page.press(keys="Escape")
    page.press(keys="Control+Shift+Enter")
    page.see(selector="dialog ins")
    if scheme == "light":
        picture(page, "rewrite.png")
    assert faults(page) == []
    page.press(keys="Escape")
    page.click(selector="#tab-phrases")
    page.see(selector=".phrase")
    assert faults(page) == []


def test_the_switch_overrules_the_system(console: Open) -> None:
    page = console(scheme="dark")
    ground = "() => getComputedStyle(document.documentElement).backgroundColor"
    dark = page.page(script=ground)
    page.click(selector=".top-tools .icon-button")
    assert page.page(script=ground) != dark
    page.click(selector=".top-tools .icon-button")
    assert page.page(script=ground) == dark


def test_it_works_at_360_pixels(console: Open) -> None:
    page = console("你好，这个问题我不知道。", width=360, height=740)
    assert page.page(script="() => document.documentElement.scrollWidth") == 360
    page.click(selector=".keqi-mark >> nth=1")
    page.see(selector=".card .card-title:not(:empty)")
    picture(page, "console-360.png")
    box = page.page(
        script="() => { const b = document.querySelector('.card').getBoundingClientRect(); return [b.left, b.right]; }"
    )
    assert box[0] >= 0
    assert box[1] <= 360
    page.click(selector=".card .alt")
    holds(page, "你好，非常抱歉，这个问题我暂时不清楚。")


# -- the module in somebody else's page -------------------------------------------------------------


@pytest.fixture
def agent(chromium: Browser, mock: str, server: str) -> Browser:
    chromium.open(url=f"{mock}/?keqi={server}")
    chromium.until(script="() => window.ready")
    return chromium


@pytest.mark.parametrize("field", ["plain", "one", "controlled"])
def test_a_plain_field_is_underlined_fixed_and_undone(agent: Browser, field: str) -> None:
    agent.click(selector=f"#{field}")
    agent.insert(text="😀您好，这个问题我不知道")
    marked(agent, field, "这个问题我不知道")
    agent.press(keys="F8")
    agent.see(selector=".card .alt:focus")
    agent.press(keys="Enter")
    marked(agent, field)
    assert value(agent, field) == "😀您好，非常抱歉，这个问题我暂时不清楚"
    if field == "controlled":
        assert agent.texts(selector="#state") == [value(agent, field)]
    agent.press(keys="Control+z")
    marked(agent, field, "这个问题我不知道")
    assert value(agent, field) == "😀您好，这个问题我不知道"


def test_underlines_follow_scrolling_and_are_cut_where_the_field_is(agent: Browser) -> None:
    agent.click(selector="#plain")
    agent.insert(text="这个问题我不知道。\n" * 12)
    agent.until(script="() => document.querySelectorAll('[data-keqi]').length > 0")
    offset = """() => {
      const field = document.getElementById('plain');
      const mark = [...document.querySelectorAll('[data-keqi]')].map((h) => h.shadowRoot.querySelector('.mark')).find(Boolean);
      return mark && Math.round(mark.getBoundingClientRect().top - field.getBoundingClientRect().top + field.scrollTop);
    }"""
    agent.page(script="() => { document.getElementById('plain').scrollTop = 0; }")
    agent.until(script=f"() => ({offset})() > 0")
    first = agent.page(script=offset)
    agent.page(
        script="() => { document.querySelector('.pane').scrollTop = 40; document.getElementById('plain').scrollTop = 60; }"
    )
    agent.until(
        script=f"(first) => ({offset})() === first && document.getElementById('plain').scrollTop === 60",
        given=first,
    )
    cut = """() => {
      const pane = document.querySelector('.pane').getBoundingClientRect();
      const field = document.getElementById('plain').getBoundingClientRect();
      const box = [...document.querySelectorAll('[data-keqi]')].map((h) => h.shadowRoot.querySelector('.copy-window:not([hidden])'))
        .find(Boolean).getBoundingClientRect();
      return box.top >= pane.top && box.bottom <= pane.bottom && box.bottom <= field.bottom;
    }"""
    agent.until(script=cut)


def test_rich_text_is_underlined_without_touching_it(agent: Browser) -> None:
    before = agent.page(script="() => document.getElementById('rich').innerHTML")
    shown = "() => ['error', 'warning'].map((l) => [...(CSS.highlights.get('keqi-' + l) ?? [])].map(String).join()).join('|')"
    agent.until(script=f"() => ({shown})() === '这个不行|你'")
    assert agent.page(script="() => document.getElementById('rich').innerHTML") == before
    at = agent.page(
        script="""() => {
          const box = [...CSS.highlights.get('keqi-warning')][0].getBoundingClientRect();
          return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
        }"""
    )
    agent.click_at(**at)
    agent.click(selector=".card .alt")
    agent.until(script=f"() => ({shown})() === '这个不行|'")
    assert "@小王</span>您的订单号" in agent.page(script="() => document.getElementById('rich').innerHTML")
    agent.press(keys="Control+z")
    agent.until(script=f"() => ({shown})() === '这个不行|你'")


def test_what_a_framework_puts_in_or_takes_out_is_noticed(agent: Browser) -> None:
    agent.click(selector="#fill")
    marked(agent, "controlled", "这个不行")
    agent.click(selector="#controlled")
    agent.press(keys="Control+a")
    agent.insert(text="感谢您的来电。")
    marked(agent, "controlled")
    agent.press(keys="Enter")
    agent.see(selector="#sent li >> text=感谢您的来电。")
    assert value(agent, "controlled") == ""


def test_a_field_that_is_taken_out_takes_its_underlines_along(agent: Browser) -> None:
    agent.click(selector="#plain")
    agent.insert(text="这个不行")
    marked(agent, "plain", "这个不行")
    seen = """() => [...document.querySelectorAll('[data-keqi]')].map((h) => h.shadowRoot.querySelector('.copy-window'))
      .some((w) => w && !w.hidden && getComputedStyle(w).visibility === 'visible')"""
    assert agent.page(script=seen)
    agent.page(script="() => { window.kept = document.getElementById('plain'); kept.remove(); }")
    agent.until(script=f"() => !({seen})()")
    agent.page(script="() => document.querySelector('.pane').prepend(kept)")
    marked(agent, "plain", "这个不行")
    assert agent.page(script=seen)


def test_a_composition_in_a_plain_field_is_left_alone(agent: Browser) -> None:
    agent.click(selector="#plain")
    compose(agent, "b", "bu", "bu zhi", "bu zhi dao")
    agent.page(script="() => new Promise((done) => setTimeout(done, 300))")
    assert value(agent, "plain") == "bu zhi dao"
    agent.insert(text="我不知道")
    marked(agent, "plain", "我不知道")
    assert value(agent, "plain") == "我不知道"


def test_a_composition_in_rich_text_is_left_alone(agent: Browser) -> None:
    agent.click(selector="#rich b")
    agent.press(keys="Control+Home")
    compose(agent, "x", "xie", "xie xie")
    agent.page(script="() => new Promise((done) => setTimeout(done, 300))")
    assert "xie xie" in agent.page(script="() => document.getElementById('rich').textContent")
    agent.insert(text="谢谢")
    agent.until(script="() => document.getElementById('rich').textContent.startsWith('谢谢您好')")
    agent.until(script="() => [...CSS.highlights.get('keqi-error')].map(String).join() === '这个不行'")


def test_a_field_in_a_modal_dialog_has_its_card_inside_it(agent: Browser) -> None:
    agent.click(selector="#open")
    agent.click(selector="#inside")
    agent.insert(text="这个不行")
    marked(agent, "inside", "这个不行")
    agent.press(keys="F8")
    agent.see(selector="dialog .card .alt:focus")
    agent.press(keys="Enter")
    marked(agent, "inside")


@pytest.mark.parametrize("field", ["controlled", "form-text"])
def test_before_something_rude_is_sent_somebody_is_asked(agent: Browser, field: str) -> None:
    agent.click(selector=f"#{field}")
    agent.insert(text="这个不行")
    marked(agent, field, "这个不行")
    agent.press(keys="Enter")
    agent.see(selector="[role=alertdialog] >> text=仍要发送吗")
    assert agent.texts(selector="#sent li") == []
    agent.press(keys="Enter")
    agent.gone(selector="[role=alertdialog]")
    assert value(agent, field) == "这个不行"
    agent.press(keys="Enter")
    agent.click(selector="[role=alertdialog] >> text=仍然发送")
    agent.until(script="() => document.querySelectorAll('#sent li').length === 1")
    assert agent.texts(selector="#sent li") == ["这个不行"]


def test_who_presses_enter_before_the_answer_came_is_asked_all_the_same(agent: Browser) -> None:
    agent.click(selector="#controlled")
    agent.insert(text="这个不行")
    agent.press(keys="Enter")
    agent.see(selector="[role=alertdialog] >> text=仍要发送吗")
    assert agent.texts(selector="#sent li") == []


def test_what_is_fine_goes_at_once_and_once(agent: Browser) -> None:
    agent.click(selector="#controlled")
    agent.insert(text="感谢您的来电。")
    agent.press(keys="Enter")
    agent.until(script="() => document.querySelectorAll('#sent li').length > 0")
    agent.page(script="() => new Promise((done) => setTimeout(done, 300))")
    assert agent.texts(selector="#sent li") == ["感谢您的来电。"]


def test_where_enter_makes_a_line_it_still_does(agent: Browser) -> None:
    agent.page(script="() => put('plain', { hold: true })")
    agent.click(selector="#plain")
    agent.insert(text="感谢您的来电。")
    agent.press(keys="Enter")
    agent.until(script="() => document.getElementById('plain').value === '感谢您的来电。\\n'")


def test_the_card_in_another_page_has_no_serious_fault(agent: Browser) -> None:
    agent.click(selector="#plain")
    agent.insert(text="您好，这个问题我不知道。请问你的订单号是多少？")
    marked(agent, "plain", "这个问题我不知道", "你")
    agent.press(keys="F8")
    agent.see(selector=".card .card-title:not(:empty)")
    assert faults(agent) == []


def test_what_is_taken_away_leaves_nothing_behind(agent: Browser) -> None:
    agent.page(script="() => { for (const one of Object.values(attached)) one.destroy(); }")
    assert agent.page(script="() => document.querySelectorAll('[data-keqi]').length") == 0
    assert agent.page(script="() => [...CSS.highlights.values()].reduce((n, h) => n + h.size, 0)") == 0
    assert json.dumps(agent.noise()) == "[]"
