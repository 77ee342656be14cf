"""The browser extension, loaded unpacked, on a customer-service team's own console."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from webpages import agents, driven, lacking, marked, serving, value

from clients import ROOT, Browser

SOURCES = ROOT / "editors" / "browser"


@pytest.fixture(scope="module")
def built(needs: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension, with leave for this machine's own pages: nobody is there to answer the browser's question."""
    needs(lacking())
    folder = tmp_path_factory.mktemp("extension")
    subprocess.run(["node", "build.mjs", folder], cwd=SOURCES, check=True, capture_output=True)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["host_permissions"] = ["http://127.0.0.1/*", "http://localhost/*"]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def mock(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with agents(tmp_path_factory.mktemp("mock")) as address:
        yield address


@pytest.fixture(scope="module")
def server(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("server"), "--allow-origin", "chrome-extension://*") as address:
        yield address


@pytest.fixture(scope="module")
def chromium(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with driven(tmp_path_factory.mktemp("browser"), built) as browser:
        yield browser


@pytest.fixture
def options(chromium: Browser, server: str) -> Browser:
    """The page of options, filled in and saved."""
    address = chromium.extension().replace("background.js", "options.html")
    chromium.open(url=address)
    chromium.click(selector="#server")
    chromium.press(keys="Control+a")
    chromium.insert(text=server)
    chromium.page(script="() => { document.getElementById('hold').checked = true; }")
    chromium.press(keys="Enter")
    chromium.until(script="() => document.getElementById('state').textContent !== ''")
    return chromium


def switch(page: Browser, *sites: str) -> None:
    """Switch the extension on for these sites, and off for all others, as its popup does."""
    page.page(script="(sites) => chrome.storage.local.set({ sites })", given=sites)
    page.until(
        script="(n) => chrome.scripting.getRegisteredContentScripts().then((all) => all.length === Math.min(n, 1))",
        given=len(sites),
    )


def test_the_options_say_whether_the_server_answers(options: Browser) -> None:
    said = options.texts(selector="#state")[0]
    assert said in ("已保存，服务器可以使用。", "Saved; the server answers.")


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
