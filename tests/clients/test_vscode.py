"""The packed extension in a real VS Code (code-server), driven with the keyboard and watched by pixels."""

from __future__ import annotations

import csv
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from workbench import COUNT, EXTENSION, PROFILE, Server, Workbench, packed, serving

from clients import KEQI, Browser, answers, browser, free_port, missing_for_vscode, running

DRAFT = "您好😀😀,请问你的订单号是多少?\n𠮷先生,这个不行。\n"
SHOWN = """您好😊，您的订单 20240618 已经发出，请问你方便收货吗？

这款清洁剂不能与消毒液混用，请您放心使用。

改地址不行。
"""
MENDED = "您好😀😀,请问您的订单号是多少?"
LOCAL = {"keqi.path": sys.executable}
PHRASE = '请点"我的", 再点“订单”。\n谢谢您！'
TYPED = ("/", "q", "d", "w", "d")
OWN = f"scene: ours\ntitle: 本店\nphrases: [{json.dumps(PHRASE, ensure_ascii=False)}]\n"

Window = Callable[..., Workbench]


@pytest.fixture(scope="module")
def vsix(needs: Any) -> Path:
    needs(missing_for_vscode())
    return packed()


@pytest.fixture(scope="module")
def chinese(vsix: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("zh"), vsix, "zh-cn") as server:
        yield server


@pytest.fixture(scope="module")
def chromium(vsix: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("browser")) as driven:
        yield driven


@pytest.fixture
def window(chinese: Server, chromium: Browser, tmp_path: Path) -> Window:
    """Opens a window on a folder with the files given as text, under the settings given."""

    def make(
        files: Mapping[str, str],
        settings: Mapping[str, Any] = LOCAL,
        server: Server = chinese,
        size: tuple[int, int] = (1200, 680),
    ) -> Workbench:
        server.set(settings)
        folder = tmp_path / "话术"
        folder.mkdir()
        for name, text in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(text.encode("utf-8"))
        return Workbench(chromium, server, folder, size)

    return make


def picture(workbench: Workbench, name: str) -> None:
    """Keeps a picture for the README when asked to with KEQI_SCREENSHOTS=1."""
    if os.environ.get("KEQI_SCREENSHOTS"):
        workbench.picture(EXTENSION / "images" / name)


def test_what_is_rude_is_underlined_and_counted(window: Window) -> None:
    code = window({"回复.txt": DRAFT})
    code.open("回复.txt")
    code.squiggles("你", "这个不行")
    code.counts(2)


def test_findings_follow_the_typing(window: Window) -> None:
    code = window({"回复.txt": "您好😀,感谢您的来电。\n"})
    code.open("回复.txt")
    code.counts(0)
    code.press("Control+End")
    code.type("😀不知道。")
    code.squiggles("不知道")
    code.counts(1)
    code.press("Backspace", "Backspace", "Backspace", "Backspace")
    code.squiggles()
    code.counts(0)


def test_a_quick_fix_is_applied_with_the_keyboard(window: Window) -> None:
    code = window({"回复.txt": DRAFT})
    code.open("回复.txt")
    code.squiggles("你", "这个不行")
    code.press("Control+Home", *["ArrowRight"] * 8)
    code.press("Control+.")
    code.see(".action-widget .monaco-list-row.focused")
    code.press("Enter")
    code.squiggles("这个不行")
    code.press("Control+s")
    code.see('.tab.active:not(.dirty)[data-resource-name="回复.txt"]')
    assert (code.folder / "回复.txt").read_text(encoding="utf-8").splitlines()[0] == MENDED


def test_the_alternatives_are_offered(window: Window) -> None:
    code = window({"售后回复.txt": SHOWN}, size=(1000, 480))
    code.open("售后回复.txt")
    code.squiggles("你", "改地址不行")
    code.press("Control+End", "ArrowUp", "Control+ArrowRight", "Control+.")
    code.see(".action-widget .monaco-list-row.focused")
    code.see('.action-widget .monaco-list-row[aria-label*="非常抱歉"]')
    picture(code, "quick-fix.png")


def test_fix_all_mends_what_is_safe_and_one_undo_takes_it_back(window: Window) -> None:
    code = window({"回复.txt": DRAFT})
    code.open("回复.txt")
    code.squiggles("你", "这个不行")
    code.run("修正全部可放心修改的用语")
    code.squiggles()
    code.counts(0)
    assert code.text().splitlines()[0] == MENDED
    code.press("Control+z")
    code.shows(DRAFT)


def test_the_profile_is_chosen_from_the_status_bar(window: Window) -> None:
    code = window({"回复.txt": "亲,您好,请问有什么可以帮您?\n"})
    code.open("回复.txt")
    code.see(f"{PROFILE} >> text=行业：按项目")
    code.click(PROFILE)
    code.see(".quick-input-list .monaco-list-row")
    code.type("hotline")
    code.see('.quick-input-list .monaco-list-row.focused[aria-label*="客服热线"]')
    code.press("Enter")
    code.see(f"{PROFILE} >> text=行业：客服热线")
    code.squiggles("亲")
    saved = json.loads((code.folder / ".vscode/settings.json").read_text(encoding="utf-8"))
    assert saved == {"keqi.profile": "hotline"}
    code.click(PROFILE)
    code.see(".quick-input-list .monaco-list-row")
    code.type("e-commerce")
    code.see('.quick-input-list .monaco-list-row.focused[aria-label*="网店"]')
    code.press("Enter")
    code.squiggles()


def test_a_draft_that_was_never_saved_is_checked(window: Window) -> None:
    code = window({})
    code.run("新建无标题文本文件")
    code.edits("Untitled-1")
    code.type("😀这个不行。")
    code.squiggles("这个不行")
    code.press("Control+Home", "ArrowRight", "ArrowRight", "Control+.")
    code.see(".action-widget .monaco-list-row.focused")
    code.press("Enter")
    code.squiggles()
    assert "抱歉" in code.text()


def test_only_the_files_named_in_the_settings_are_checked(window: Window) -> None:
    code = window({"甲.txt": "这个不行。\n", "乙.md": "这个不行。\n"}, {**LOCAL, "keqi.files": ["*.md"]})
    code.open("乙.md")
    code.squiggles("这个不行")
    code.open("甲.txt")
    code.until(f"() => document.querySelector('{COUNT}') === null")
    code.squiggles()


def test_the_whole_workspace_is_checked_on_demand(window: Window) -> None:
    files = {"甲.txt": "这个不行。\n", "乙.txt": "您好,感谢您的来电。\n", "丙.md": "- 😀不知道。\n"}
    code = window(files)
    code.open("乙.txt")
    code.counts(0)
    code.run("检查整个工作区")
    code.see(".notifications-toasts >> text=检查了 3 个文件，有 2 处可以改进")
    code.see('.markers-panel .monaco-list-row >> text="甲.txt"')
    code.see('.markers-panel .monaco-list-row >> text="丙.md"')
    code.open("丙.md")
    code.squiggles("不知道")
    code.counts(1)


def test_fixing_the_whole_workspace_is_shown_before_it_is_done(window: Window) -> None:
    code = window({"甲.txt": "请问你的订单号是多少?\n", "乙.md": "- 😀请问你的订单号?\n"})
    code.open("甲.txt")
    code.squiggles("你")
    code.run("修正整个工作区可放心修改的用语")
    code.see('.bulk-edit-panel .monaco-list-row >> text="甲.txt"')
    code.see('.bulk-edit-panel .monaco-list-row >> text="乙.md"')
    assert (code.folder / "乙.md").read_text(encoding="utf-8") == "- 😀请问你的订单号?\n"


def test_without_keqi_one_click_says_what_to_do(window: Window, tmp_path: Path) -> None:
    files = {"回复.txt": DRAFT, ".vscode/settings.json": "{}"}
    code = window(files, {"keqi.path": str(tmp_path / "nowhere" / "keqi")})
    code.open("回复.txt")
    for button in ("安装", "选择位置…", "改用团队服务器…", "查看说明"):
        code.see(f'.notifications-toasts a[role="button"] >> text="{button}"')
    code.see(f"{COUNT} .codicon-warning")
    code.click('.notifications-toasts a[role="button"] >> text="安装"')
    code.see('.monaco-dialog-box >> text="要安装 keqi 吗？"')
    code.press("Escape")
    code.run("Open Workspace Settings (JSON)")
    code.edits("settings.json")
    code.press("Control+a")
    code.type(json.dumps(LOCAL))
    code.press("Control+s")
    code.open("回复.txt")
    code.squiggles("你", "这个不行")


def test_a_server_that_dies_is_started_again(window: Window, tmp_path: Path) -> None:
    script, pid = tmp_path / "keqi", tmp_path / "pid"
    script.write_text(
        f'#!/bin/sh\necho $$ >"{pid}"\nexec "{sys.executable}" -P -m keqi "$@"\n', encoding="utf-8"
    )
    script.chmod(0o755)
    code = window({"回复.txt": "这个不行。\n"}, {"keqi.path": str(script)})
    code.open("回复.txt")
    code.squiggles("这个不行")
    os.kill(int(pid.read_text(encoding="utf-8")), signal.SIGKILL)
    code.press("Control+End")
    code.type("😀不知道。")
    code.squiggles("这个不行", "不知道")


def test_a_phrase_is_completed_from_its_initials_and_its_gaps_are_filled_in(window: Window) -> None:
    code = window({"回复.txt": "您好😀，\n"})
    code.open("回复.txt")
    code.counts(0)
    code.press("End", "/", "t", "k", "b", "z")
    code.offers("您在“我的订单”里")
    code.press("Enter")
    code.until("() => document.querySelector('.suggest-widget.visible') === null")
    code.type("已拆封")
    code.press("Tab")
    code.see(".view-line >> text=已拆封")
    assert "{退款原因}" not in code.text()
    assert "/tkbz" not in code.text()
    assert code.text().startswith("您好😀，")
    code.squiggles()


def test_a_phrase_is_escaped_for_the_file_it_goes_into(window: Window, tmp_path: Path) -> None:
    own = tmp_path / "词库" / "phrases" / "本店.yml"
    own.parent.mkdir(parents=True)
    own.write_text(OWN, encoding="utf-8")
    settings = {**LOCAL, "keqi.lexicon": [str(own.parents[1])]}
    code = window({"话术.json": '{\n  "reply": ""\n}\n', "话术.csv": "编号,回复\n1,\n"}, settings)
    code.open("话术.json")
    code.counts(0)
    code.press("Control+Home", "ArrowDown", "End", "ArrowLeft", *TYPED)
    code.offers("请点")
    code.press("Enter", "Control+s")
    code.see('.tab.active:not(.dirty)[data-resource-name="话术.json"]')
    written = json.loads((code.folder / "话术.json").read_text(encoding="utf-8"))
    assert written == {"reply": PHRASE}
    code.open("话术.csv")
    code.counts(0)
    code.press("Control+Home", "ArrowDown", "End", *TYPED)
    code.offers("请点")
    code.press("Enter", "Control+s")
    code.see('.tab.active:not(.dirty)[data-resource-name="话术.csv"]')
    with (code.folder / "话术.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [["编号", "回复"], ["1", PHRASE]]


def test_a_team_server_needs_no_python_and_may_come_and_go(window: Window, tmp_path: Path) -> None:
    port, token = free_port(), "team~secret"
    command = [*KEQI, "serve", "--port", str(port)]
    environment = {"KEQI_TOKEN": token}
    settings = {
        "keqi.serverUrl": f"ws://{token}@127.0.0.1:{port}/lsp",
        "keqi.path": str(tmp_path / "nowhere"),
    }
    with running(command, tmp_path / "server.log", environment) as server:
        answers(f"http://127.0.0.1:{port}/healthz", server)
        code = window({"回复.txt": DRAFT}, settings)
        code.open("回复.txt")
        code.squiggles("你", "这个不行")
    code.see(f"{COUNT} .codicon-debug-disconnect")
    with running(command, tmp_path / "again.log", environment):
        code.counts(2)
        code.squiggles("你", "这个不行")
        code.press("Control+Home", *["ArrowRight"] * 8, "Control+.")
        code.see(".action-widget .monaco-list-row.focused")
        code.press("Enter")
        code.squiggles("这个不行")
        code.press("Control+End", "/", "q", "s", "d")
        code.offers("请您稍等")
        code.press("Escape")


def test_english_editors_get_english(
    vsix: Path, window: Window, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with serving(tmp_path_factory.mktemp("en"), vsix) as english:
        code = window({"reply.txt": DRAFT}, LOCAL, english)
        code.open("reply.txt")
        code.squiggles("你", "这个不行")
        code.see(f"{PROFILE} >> text=Profile: by project")
        code.run("Keqi: Fix Everything That Is Safe to Fix")
        code.squiggles()
