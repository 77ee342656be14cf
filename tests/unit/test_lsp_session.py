"""Which result is shown when: sessions with checks that end when the test says so."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import Any

import pytest

from keqi.adapters.lsp import session as session_module
from keqi.adapters.lsp.checker import Made
from keqi.adapters.lsp.document import Change, opened
from keqi.adapters.lsp.present import Checked
from keqi.adapters.lsp.session import Session
from keqi.adapters.lsp.settings import Settings
from keqi.findings import Finding
from keqi.settings import Policy

URI = "untitled:Untitled-1"


@pytest.fixture(autouse=True)
def nothing_is_swift(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every check goes to the bench, where it waits for the test."""
    monkeypatch.setattr(session_module, "SWIFT", 0)


@dataclass
class Screen:
    """An editor that only remembers: (uri, version, codes of what is shown)."""

    shown: list[tuple[str, int | None, list[Any]]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    refreshed: int = 0

    def publish(self, uri: str, version: int | None, shown: Sequence[str]) -> None:
        self.shown.append((uri, version, [json.loads(one)["code"] for one in shown]))

    def refresh(self) -> None:
        self.refreshed += 1

    def show(self, message: str) -> None:
        self.said.append(message)

    def log(self, message: str) -> None:
        self.said.append(message)


class Bench(Executor):
    """Work that lies around until the test does it."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Callable[[], Any]]] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.waiting.append((future, lambda: fn(*args, **kwargs)))
        return future

    def do_one(self) -> None:
        future, work = self.waiting.pop(0)
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(work())
        except Exception as error:
            future.set_exception(error)


class Finder:
    """Finds every 不; its profile is the rule's id."""

    profiles = ("general", "hotel")
    selectors = ()

    def __init__(self, policy: Policy) -> None:
        self.profile = policy.profile

    def under(self, policy: Policy) -> Finder:
        return Finder(policy)

    def check(self, text: str, holes: object = (), spared: object = None) -> list[Finding]:
        if "崩" in text:
            raise RecursionError(text)
        hits = [i for i, char in enumerate(text) if char == "不"]
        return [Finding(i, i + 1, self.profile, "refusal", "error", "不客气") for i in hits]

    def fix(self, text: str, *args: object, **kwargs: object) -> str:
        return text

    def rule(self, id: str) -> None:
        return None


def settings(profile: str = "general", debounce: float = 0, english: bool = False) -> Settings:
    return Settings({"profile": profile}, debounce, english)


async def settle() -> None:
    """Let the loop run everything that is due."""
    for _ in range(20):
        await asyncio.sleep(0)


async def turn() -> None:
    """Let timers of delay zero fire, and what follows from them."""
    await asyncio.sleep(0.001)
    await settle()


class Stage:
    """A session with its surroundings; the linter is loaded unless told otherwise."""

    def __init__(self) -> None:
        self.screen, self.bench = Screen(), Bench()
        self.session = Session(self.screen, Made(Finder), self.bench)
        self.session.settings = settings()

    async def load(self) -> Stage:
        self.session.start(settings(), ())
        await settle()
        self.bench.do_one()
        await turn()
        return self

    async def open(self, text: str) -> None:
        self.session.open(opened(URI, "plaintext", 1, text))
        await turn()

    async def type(self, version: int, text: str) -> None:
        self.session.change(URI, version, [Change(text)])
        await turn()

    async def work(self) -> None:
        self.bench.do_one()
        await turn()


async def test_the_outcome_of_a_check_is_shown_with_its_version() -> None:
    stage = await Stage().load()
    await stage.open("不行不")
    await stage.work()
    assert stage.screen.shown == [(URI, 1, ["general", "general"])]


async def test_an_outcome_for_an_older_version_is_never_shown() -> None:
    stage = await Stage().load()
    await stage.open("不不不")
    await stage.type(2, "不")
    await stage.work()
    assert stage.screen.shown == []
    await stage.work()
    assert stage.screen.shown == [(URI, 2, ["general"])]


async def test_one_check_at_a_time_and_the_versions_between_are_skipped() -> None:
    stage = await Stage().load()
    await stage.open("一")
    for version in range(2, 9):
        await stage.type(version, "不" * version)
    assert len(stage.bench.waiting) == 1
    await stage.work()
    await stage.work()
    assert [version for _, version, _ in stage.screen.shown] == [8]
    assert not stage.bench.waiting


async def test_a_version_number_used_twice_does_not_confuse_anybody() -> None:
    stage = await Stage().load()
    await stage.open("不不不")
    await stage.type(1, "不")
    await stage.work()
    assert stage.screen.shown == []
    await stage.work()
    assert stage.screen.shown == [(URI, 1, ["general"])]


async def test_nothing_is_shown_in_a_document_closed_meanwhile() -> None:
    stage = await Stage().load()
    await stage.open("不")
    stage.session.close(URI)
    await stage.work()
    assert stage.screen.shown == [(URI, None, [])]


async def test_a_document_opened_again_does_not_get_the_outcome_of_its_former_self() -> None:
    stage = await Stage().load()
    await stage.open("不不不")
    stage.session.close(URI)
    await stage.open("不")
    await stage.work()
    await stage.work()
    assert stage.screen.shown == [(URI, None, []), (URI, 1, ["general"])]


async def test_the_outcome_under_old_rules_is_not_shown_once_there_are_new_ones() -> None:
    stage = await Stage().load()
    await stage.open("不")
    stage.session.configure(settings("hotel"), ())
    await settle()
    while stage.bench.waiting:
        await stage.work()
    assert stage.screen.shown == [(URI, 1, ["hotel"])]


async def test_a_question_during_a_recheck_waits_for_what_the_new_rules_find() -> None:
    stage = await Stage().load()
    await stage.open("不")
    await stage.work()
    stage.session.configure(settings("hotel"), ())
    await settle()
    await stage.work()  # the new rules are there, and the check under them has begun
    asked: asyncio.Task[Checked | None] = asyncio.ensure_future(stage.session.checked(URI))
    await turn()
    while stage.bench.waiting:
        await stage.work()
    answer = await asked
    assert answer is not None
    assert [found.finding.rule for found in answer.found] == ["hotel"]


async def test_documents_opened_while_the_linter_loads_are_checked_afterwards() -> None:
    stage = Stage()
    stage.session.start(settings(), ())
    await stage.open("不")
    while stage.bench.waiting:
        await stage.work()
    assert stage.screen.shown == [(URI, 1, ["general"])]


async def test_a_question_about_the_newest_text_waits_for_its_check() -> None:
    stage = await Stage().load()
    stage.session.settings = settings(debounce=1000)
    await stage.open("好")
    await stage.work()
    await stage.type(2, "不")
    asked: asyncio.Task[Checked | None] = asyncio.ensure_future(stage.session.checked(URI))
    await settle()
    await stage.work()
    answer = await asked
    assert answer is not None
    assert answer.document.version == 2
    assert len(answer.found) == 1
    assert stage.screen.shown[-1] == (URI, 2, ["general"])


async def test_a_question_about_a_document_closed_meanwhile_is_answered_with_nothing() -> None:
    stage = await Stage().load()
    await stage.open("不")
    asked = asyncio.ensure_future(stage.session.checked(URI))
    await settle()
    stage.session.close(URI)
    await stage.work()
    assert await asked is None


async def test_a_question_does_not_wait_for_a_linter_that_there_is_not() -> None:
    def load(policy: Policy) -> Finder:
        raise OSError("nowhere to be found")

    stage = Stage()
    stage.session = Session(stage.screen, Made(load), stage.bench)
    await stage.open("不")
    await stage.work()
    assert await stage.session.checked(URI) is None
    assert len(stage.screen.said) == 1


async def test_a_linter_that_comes_late_checks_everything_and_has_the_client_ask_again() -> None:
    """keqi may be installed anew while the editor runs; who pulls was told not to ask again."""
    there = False

    def load(policy: Policy) -> Finder:
        if not there:
            raise OSError("nowhere to be found")
        return Finder(policy)

    stage = Stage()
    stage.session = Session(stage.screen, Made(load), stage.bench)
    other = "untitled:Untitled-2"
    for uri in (URI, other):
        stage.session.open(opened(uri, "plaintext", 1, "不"))
        await turn()
        await stage.work()
    assert [codes for _, _, codes in stage.screen.shown] == [[], []]
    there = True
    await stage.type(2, "不不")
    while stage.bench.waiting:
        await stage.work()
    newest = {uri: (version, len(codes)) for uri, version, codes in stage.screen.shown}
    assert newest == {URI: (2, 2), other: (1, 1)}
    assert stage.screen.refreshed == 1


async def test_rules_that_cannot_be_read_again_stay_as_they_were() -> None:
    loaded: list[Policy] = []

    def load(policy: Policy) -> Finder:
        if loaded:
            raise OSError("being installed anew")
        loaded.append(policy)
        return Finder(policy)

    stage = Stage()
    stage.session = Session(stage.screen, Made(load), stage.bench)
    await stage.load()
    stage.session.reload()
    await stage.open("不")
    while stage.bench.waiting:
        await stage.work()
    assert stage.screen.shown[-1] == (URI, 1, ["general"])
    assert stage.screen.said == []


async def test_a_check_that_fails_takes_the_old_findings_away_and_leaves_the_rest_alone() -> None:
    stage = await Stage().load()
    await stage.open("不")
    await stage.work()
    await stage.type(2, "不崩")
    await stage.work()
    assert stage.screen.shown[-1] == (URI, 2, [])
    assert ["RecursionError" in said for said in stage.screen.said] == [True]
    await stage.type(3, "不")
    await stage.work()
    assert stage.screen.shown[-1] == (URI, 3, ["general"])


async def test_settings_that_are_the_same_change_nothing() -> None:
    stage = await Stage().load()
    stage.session.configure(stage.session.settings, ())
    await settle()
    assert not stage.bench.waiting


async def test_another_language_says_everything_again_with_the_same_rules() -> None:
    stage = await Stage().load()
    await stage.open("不")
    await stage.work()
    stage.session.configure(settings(english=True), ())
    await turn()
    while stage.bench.waiting:
        await stage.work()
    assert stage.screen.shown == [(URI, 1, ["general"])] * 2


async def test_a_session_that_has_stopped_shows_nothing() -> None:
    stage = await Stage().load()
    await stage.open("不")
    stage.session.stop()
    await stage.work()
    assert stage.screen.shown == []


async def test_a_session_that_stops_while_the_linter_loads_says_nothing_of_it() -> None:
    """An editor that was opened by mistake: the threads are gone before the rules are there."""

    def load(policy: Policy) -> Finder:
        raise RuntimeError("cannot schedule new futures after shutdown")

    stage = Stage()
    stage.session = Session(stage.screen, Made(load), stage.bench)
    stage.session.start(settings(), ())
    await settle()
    stage.session.stop()
    await settle()
    while stage.bench.waiting:
        await stage.work()
    assert stage.screen.said == []


async def test_a_short_draft_is_checked_without_a_thread_once_that_has_proved_swift(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session_module, "SWIFT", 1000)
    stage = await Stage().load()
    await stage.open("不")
    await stage.work()
    await stage.type(2, "不不")
    assert not stage.bench.waiting
    assert stage.screen.shown[-1] == (URI, 2, ["general", "general"])
