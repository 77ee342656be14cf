"""VS Code in a browser, as a person at the keyboard uses it and sees it."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from clients import PATIENCE, ROOT, Browser, answers, code_server, free_port, running

EXTENSION = ROOT / "editors" / "vscode"
NOWHERE = "http://127.0.0.1:9"

QUIET = {
    "extensions.autoUpdate": False,
    "extensions.autoCheckUpdates": False,
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
    "workbench.layoutControl.enabled": False,
    "window.commandCenter": False,
    "chat.commandCenter.enabled": False,
    "git.enabled": False,
    "telemetry.telemetryLevel": "off",
    "editor.fontSize": 16,
    "editor.minimap.enabled": False,
    "editor.occurrencesHighlight": "off",
    "editor.selectionHighlight": False,
    "files.autoSave": "off",
}

WORDS = {
    "File": "文件",
    "Edit": "编辑",
    "Selection": "选择",
    "View": "查看",
    "Go": "转到",
    "Run": "运行",
    "Terminal": "终端",
    "Help": "帮助",
    "Explorer": "资源管理器",
    "Outline": "大纲",
    "Timeline": "时间线",
    "Problems": "问题",
    "Output": "输出",
    "Debug Console": "调试控制台",
    "Ports": "端口",
    "Quick Fix": "快速修复",
    "Quick Fix...": "快速修复...",
    "Plain Text": "纯文本",
    "Spaces: {0}": "空格: {0}",
    "Ln {0}, Col {1}": "行 {0}，列 {1}",
    "View Problem": "查看问题",
    "No quick fixes available": "没有可用的快速修复",
    "Checking for quick fixes...": "正在检查快速修复...",
    "Search": "搜索",
    "New Untitled Text File": "新建无标题文本文件",
    "Layout: {0}": "布局: {0}",
}
"""English texts of VS Code seen in our pictures, in the words of its Chinese language pack."""


def packed() -> Path:
    """The extension, packed just now from its sources."""
    subprocess.run(["npm", "run", "--silent", "package"], cwd=EXTENSION, check=True, capture_output=True)
    return EXTENSION / "dist" / "keqi.vsix"


@dataclass(frozen=True, slots=True)
class Server:
    """A running code-server with keqi in it."""

    address: str
    user: Path
    """Its user data; settings are read while it runs."""

    def set(self, settings: Mapping[str, Any]) -> None:
        """Write the user's settings."""
        file = self.user / "User" / "settings.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({**QUIET, **settings}), encoding="utf-8")


@contextmanager
def serving(folder: Path, vsix: Path, language: str = "en") -> Iterator[Server]:
    """code-server with the extension installed, in English or Chinese."""
    port = free_port()
    server = Server(f"http://127.0.0.1:{port}", folder / "user")
    server.set({})
    gallery = dict.fromkeys(("serviceUrl", "itemUrl", "resourceUrlTemplate"), NOWHERE)
    environment = {
        "HOME": str(folder),
        "EXTENSIONS_GALLERY": json.dumps(gallery),
        "KEQI_CACHE_DIR": str(folder / "keqi"),
    }
    common = [
        "node",
        code_server(),
        "--user-data-dir",
        server.user,
        "--extensions-dir",
        folder / "extensions",
    ]
    with running([*common, "--install-extension", vsix], folder / "install.log", environment) as installing:
        assert installing.process.wait(PATIENCE) == 0, installing.said()
    if language != "en":
        _teach(server.user, language)
    quiet = ["--disable-telemetry", "--disable-update-check", "--disable-workspace-trust"]
    start = [*common, *quiet, "--auth", "none", "--bind-addr", f"127.0.0.1:{port}", "--locale", language]
    with running(start, folder / "server.log", environment) as program:
        answers(f"{server.address}/healthz", program)
        yield server


def _teach(user: Path, language: str) -> None:
    """A language pack of a few words: enough for VS Code to call itself Chinese, and extensions with it."""
    out = code_server() / "lib/vscode/out"
    keys = json.loads((out / "nls.keys.json").read_text(encoding="utf-8"))
    english = iter(json.loads((out / "nls.messages.json").read_text(encoding="utf-8")))
    texts = {module: {key: next(english) for key in names} for module, names in keys}
    contents = {
        module: {key: _word(text) for key, text in named.items() if _word(text)}
        for module, named in texts.items()
    }
    pack = user / "pack.json"
    pack.write_text(json.dumps({"version": "1.0.0", "contents": contents}), encoding="utf-8")
    known = {
        "hash": hashlib.md5(pack.read_bytes(), usedforsecurity=False).hexdigest(),
        "extensions": [{"extensionIdentifier": {"id": "test.pack", "uuid": "0"}, "version": "1.0.0"}],
        "translations": {"vscode": str(pack)},
        "label": "中文",
    }
    (user / "languagepacks.json").write_text(json.dumps({language: known}), encoding="utf-8")


def _word(text: str) -> str | None:
    plain = WORDS.get(text.replace("&&", ""))
    return plain and (f"{plain}(&&{text[text.index('&&') + 2]})" if "&&" in text else plain)


class Workbench:
    """One window of VS Code, with a folder open."""

    def __init__(self, browser: Browser, server: Server, folder: Path, size: tuple[int, int]) -> None:
        self._browser = browser
        self.server = server
        self.folder = folder
        url = f"{server.address}/?folder={quote(str(folder))}"
        browser.open(url=url, width=size[0], height=size[1], patience=PATIENCE * 1000)
        self.see(".explorer-folders-view .monaco-list")

    def open(self, name: str) -> None:
        """Open a file of the folder from the keyboard."""
        self.press("Control+p")
        self.see(".quick-input-widget .monaco-inputbox input")
        self.type(name)
        self.see(f'.quick-input-list .monaco-list-row.focused[aria-label*="{name}"]')
        self.press("Enter")
        self.edits(name)

    def edits(self, name: str) -> None:
        """Wait until what is typed goes into this file or draft."""
        self.see(f'.monaco-editor.focused[data-uri$="{quote(name)}"]')

    def run(self, command: str) -> None:
        """Run a command from the palette."""
        self.press("F1")
        self.see(".quick-input-widget .monaco-inputbox input")
        self.type(command)
        self.see(f'.quick-input-list .monaco-list-row.focused[aria-label*="{command}"]')
        self.press("Enter")

    def press(self, *keys: str) -> None:
        """Press keys, one after the other; `Control+p` is one."""
        for key in keys:
            self._browser.press(keys=key)

    def type(self, text: str) -> None:
        """Put text in where the cursor is."""
        self._browser.type(text=text)

    def see(self, selector: str) -> None:
        """Wait until something can be seen."""
        self._browser.see(selector=selector)

    def click(self, selector: str) -> None:
        """Click on something."""
        self._browser.click(selector=selector)

    def until(self, script: str, given: object = None) -> None:
        """Wait until a function, run in the page, gives true."""
        self._browser.until(script=script, given=given)

    def picture(self, file: Path) -> None:
        """Keep what can be seen."""
        self._browser.screenshot(path=str(file))

    def text(self) -> str:
        """The text that the editor shows, as it shows it."""
        shown: str = self._browser.page(script=_TEXT)
        return shown

    def shows(self, text: str) -> None:
        """Wait until the editor shows exactly this text."""
        self.until(f"text => ({_TEXT})() === text", text)

    def squiggles(self, *marked: str) -> None:
        """Wait until exactly these pieces of text are underlined, each once, in any order."""
        self.until(_UNDERLINED, list(marked))

    def offers(self, phrase: str) -> None:
        """Wait until the list of completions is there, with this phrase chosen."""
        self.see(f'.suggest-widget.visible .monaco-list-row.focused[aria-label*="{phrase}"]')

    def counts(self, number: int) -> None:
        """Wait until the status bar tells this number of findings."""
        self.until(_COUNT, number)


_TEXT = """() => [...document.querySelectorAll('.editor-instance .view-lines .view-line')]
    .sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top))
    .map(line => line.textContent.replace(/\\u00a0/g, ' ')).join('\\n')"""

COUNT, PROFILE = '.statusbar-item[id$="keqi.count"]', '.statusbar-item[id$="keqi.profile"]'

_COUNT = f"""number => {{
    const item = document.querySelector('{COUNT}');
    return item?.querySelector('.codicon-check, .codicon-comment-discussion')
        && Number(/\\d+/.exec(item.innerText)?.[0] ?? 0) === number;
}}"""

# What is underlined is told by pixels, as eyes do it: the box of each squiggle against the boxes of
# the characters. Squiggles and characters are in different layers, so nothing else connects them.
_UNDERLINED = """marked => {
    const boxes = [...document.querySelectorAll('.editor-instance .view-overlays .cdr')]
        .filter(e => /squiggly-(error|warning|info|hint)/.test(e.className)).map(e => e.getBoundingClientRect());
    const found = [];
    for (const line of document.querySelectorAll('.editor-instance .view-lines .view-line')) {
        const at = line.getBoundingClientRect();
        for (const box of boxes.filter(b => b.top < at.bottom - 2 && b.bottom > at.top + 2)) {
            let text = '';
            const walk = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
            for (let node = walk.nextNode(); node; node = walk.nextNode()) {
                let start = 0;
                for (const character of node.data) {
                    const range = document.createRange();
                    range.setStart(node, start);
                    range.setEnd(node, start += character.length);
                    const { left, right } = range.getBoundingClientRect();
                    const shared = Math.min(right, box.right) - Math.max(left, box.left);
                    if (shared > (right - left) * 0.2) text += character;
                }
            }
            found.push(text);
        }
    }
    return JSON.stringify(found.sort()) === JSON.stringify([...marked].sort());
}"""
