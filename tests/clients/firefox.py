"""Firefox under a test's command, by the protocol that is built into it (Marionette): no driver to install.

Every message is its length, a colon and JSON: a command `[0, id, name, parameters]`, an answer
`[1, id, error, value]`.
"""

from __future__ import annotations

import json
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from clients import PATIENCE, Running, running

PREFERENCES: Mapping[str, bool | int | str] = {
    "marionette.port": 0,  # any that is free; it writes down which
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    # Without a window manager it never has the focus, and would type nothing.
    "focusmanager.testmode": True,
}

ENTER, TAB, SPACE, F8, CONTROL = "\ue007", "\ue004", " ", "\ue038", "\ue009"

POPUP = "document.querySelector('browser.webextension-popup-browser')"


def program() -> str | None:
    """Where Firefox is; Debian calls the one for companies by another name."""
    return shutil.which("firefox-esr") or shutil.which("firefox")


class Firefox:
    """One window of it. Scripts are bodies of functions: they `return`, and find what is given in `arguments`."""

    def __init__(self, port: int) -> None:
        self._stream = socket.create_connection(("127.0.0.1", port), PATIENCE).makefile("rwb")
        self._count = 0
        self._hear()
        self._do("WebDriver:NewSession", capabilities={"alwaysMatch": {}})

    def _hear(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._stream.read(1) or b":"
        return json.loads(self._stream.read(int(length[:-1])))

    def _do(self, command: str, **given: Any) -> Any:
        self._count += 1
        message = json.dumps([0, self._count, command, given]).encode()
        self._stream.write(b"%d:%s" % (len(message), message))
        self._stream.flush()
        _, _, error, answer = self._hear()
        if error:
            raise AssertionError(
                f"{command}: {error['message']}\n{json.dumps(given, ensure_ascii=False)[:600]}"
            )
        return answer.get("value", answer) if isinstance(answer, dict) else answer

    # -- the page in front --------------------------------------------------------------------------

    def open(self, url: str) -> None:
        self._do("WebDriver:Navigate", url=url)

    def page(self, script: str, *given: Any) -> Any:
        """Run a script in the page, as the page itself could."""
        return self._do("WebDriver:ExecuteScript", script=script, args=given)

    def until(self, script: str, *given: Any) -> None:
        """Wait until a script in the page returns something true."""
        self._patiently(lambda: self.page(script, *given), script, given)

    def click(self, selector: str) -> None:
        self._do("WebDriver:ElementClick", id=self._element(selector))

    def type(self, selector: str, text: str) -> None:
        """Type into an element, which is clicked first."""
        self.click(selector)
        self._do("WebDriver:ElementSendKeys", id=self._element(selector), text=text)

    def press(self, *keys: str) -> None:
        """Press keys, all of them down at once."""
        down = [{"type": "keyDown", "value": key} for key in keys]
        up = [{"type": "keyUp", "value": key} for key in reversed(keys)]
        actions = [{"type": "key", "id": "keyboard", "actions": down + up}]
        self._do("WebDriver:PerformActions", actions=actions)

    def _element(self, selector: str) -> str:
        found = self._do("WebDriver:FindElement", using="css selector", value=selector)
        (element,) = found.values()
        return str(element)

    # -- the browser around it ----------------------------------------------------------------------

    @contextmanager
    def outside(self) -> Iterator[None]:
        """Inside the block, scripts and keys are for the browser's own window."""
        self._do("Marionette:SetContext", value="chrome")
        try:
            yield
        finally:
            self._do("Marionette:SetContext", value="content")

    def prefer(self, name: str, value: bool) -> None:
        with self.outside():
            self.page("Services.prefs.setBoolPref(...arguments)", name, value)

    def install(self, folder: Path) -> str:
        """Load an extension as `about:debugging` does; the address of its pages."""
        extension = self._do("Addon:Install", path=str(folder), temporary=True)
        with self.outside():
            host = self.page(
                "return WebExtensionPolicy.getByID(arguments[0]).mozExtensionHostname", extension
            )
        return f"moz-extension://{host}/"

    def origins(self, extension: str) -> set[str]:
        """Where the browser lets an extension in, its own pages aside."""
        script = (
            "return WebExtensionPolicy.getByID(arguments[0]).allowedOrigins.patterns.map((p) => p.pattern)"
        )
        with self.outside():
            patterns = self.page(script, extension)
        return {pattern for pattern in patterns if not pattern.startswith("moz-extension:")}

    def answer(self, name: str, yes: bool) -> None:
        """Wait for the browser's question of that name and click on one of its buttons."""
        note = f"document.getElementById('{name}-notification')"
        button = "button" if yes else "secondaryButton"
        with self.outside():
            self.until(
                f"return PopupNotifications.panel.state === 'open' && {note} !== null && !{note}.hidden"
            )
            self.page(f"{note}.{button}.click()")
            self.until("return PopupNotifications.panel.state === 'closed'")

    def toolbar(self, extension: str) -> None:
        """Click on the extension's button in the toolbar, where it is put first, and wait for its popup."""
        widget = f"{extension.replace('@', '_').replace('.', '_')}-browser-action"
        button = f"document.querySelector('#{widget} .unified-extensions-item-action-button')"
        with self.outside():
            self.page("CustomizableUI.addWidgetToArea(arguments[0], 'nav-bar')", widget)
            self.until(f"return {POPUP} === null && {button}.getBoundingClientRect().width > 0")
            self.page(f"{button}.click()")
            self.until(f"return {POPUP}?.closest('panel').state === 'open'")

    def popup(self, expression: str) -> Any:
        """What an expression is in the popup, which knows itself as `content`; null while it cannot be told."""
        script = """
          const [expression, done] = arguments;
          const { messageManager } = %s;
          // It may be on the way to another process.
          setTimeout(() => done(null), 1000);
          const heard = ({ data }) => { messageManager.removeMessageListener("keqi", heard); done(data); };
          messageManager.addMessageListener("keqi", heard);
          const asked = `try { sendAsyncMessage("keqi", ${expression}); } catch { sendAsyncMessage("keqi", null); }`;
          messageManager.loadFrameScript("data:," + encodeURIComponent(asked), false);
        """
        with self.outside():
            return self._do("WebDriver:ExecuteAsyncScript", script=script % POPUP, args=[expression])

    def popup_until(self, expression: str) -> None:
        self._patiently(lambda: self.popup(expression), expression)

    def popup_press(self, key: str, then: str) -> None:
        """Press a key in the popup, and wait until an expression is true there."""
        with self.outside():
            self.page(f"{POPUP}.focus()")
        self.popup_until("content.document.hasFocus()")
        with self.outside():
            self.press(key)
        self.popup_until(then)

    def popup_close(self) -> None:
        with self.outside():
            self.page(f"{POPUP}.closest('panel').hidePopup()")
            self.until(f"return {POPUP} === null")

    def _patiently(self, comes_true: Any, *about: Any) -> None:
        deadline = time.monotonic() + PATIENCE / 3
        while not comes_true():
            assert time.monotonic() < deadline, f"never came true: {about}"


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """A Firefox that nobody sees, with a profile of its own; nothing of it stays."""
    found = program()
    assert found
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        profile = Path(home) / "profile"
        profile.mkdir()
        lines = [
            f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()
        ]
        (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
        # What it may do to its own window, such as answering its questions, has to be allowed.
        options = ["--headless", "--marionette", "--remote-allow-system-access", "--no-remote"]
        with running(
            [found, *options, "--profile", profile], folder / "firefox.log", {"HOME": home}
        ) as running_one:
            yield Firefox(_port(profile / "MarionetteActivePort", running_one))


def _port(written: Path, firefox: Running) -> int:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and firefox.process.poll() is None:
        if written.exists() and (port := written.read_text(encoding="utf-8").strip()):
            return int(port)
    raise AssertionError(f"Firefox does not start:\n{firefox.said()[-3000:]}")
