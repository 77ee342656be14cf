"""What holds for files, project by project: what is remembered of it, and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from keqi.adapters.lsp.checker import BrokenLexiconError, Mistakes, TextOf
from keqi.adapters.lsp.resolver import MOST_IGNORED, Resolver
from keqi.adapters.lsp.rulebook import MOST_RULINGS, Rulebook
from keqi.adapters.lsp.settings import Settings
from keqi.problems import Problem
from keqi.settings import Policy
from keqi.suppress import Ignored


class Linter:
    """Knows one profile, and remembers how often it was made."""

    profiles = ("general",)
    selectors = ("refusal",)

    def __init__(self) -> None:
        self.made: list[Policy] = []

    def under(self, policy: Policy) -> Any:
        self.made.append(policy)
        return object()


class Linters:
    """A lexicon folder that is named is broken."""

    def load(self, policy: Policy) -> Any:
        if policy.lexicon:
            raise BrokenLexiconError([Problem(f"{policy.lexicon[0]}/own.yml", 1, 1, "", "坏了")])
        return Linter()

    def mistakes(self, folders: Sequence[str], shipped: bool, text_of: TextOf) -> Mistakes:
        return {}


class Nothing:
    """An editor in which no file is open."""

    def text_of(self, path: Path) -> str | None:
        return None


def resolver(*roots: Path) -> Resolver:
    made = Resolver(Linters(), Nothing())
    made.configure(Settings(), roots)
    return made


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def blamed(of: Resolver) -> list[str]:
    """The files with mistakes, by name."""
    return [faults.uri.rpartition("/")[2] for faults in of.faults().values()]


# -- projects -------------------------------------------------------------------------------------


def test_a_project_counts_once_however_many_folders_it_has(tmp_path: Path) -> None:
    write(tmp_path, "keqi.toml", "")
    write(tmp_path, "酒店/keqi.toml", 'profile = "general"\n')
    of = resolver(tmp_path)
    for number in range(20):
        of.at(tmp_path / str(number) / "a.txt")
        of.at(tmp_path / "酒店" / str(number) / "a.txt")
    assert {project.root for project in of.projects.all} == {tmp_path, tmp_path / "酒店"}
    assert len(of.projects.all) == 2


def test_folders_without_settings_share_those_of_the_workspace(tmp_path: Path) -> None:
    of = resolver(tmp_path)
    first = of.projects.around(tmp_path / "a" / "a.txt")
    assert of.projects.around(tmp_path / "b" / "a.txt") is first


def test_a_file_outside_the_workspace_is_decided_about_where_it_lies(tmp_path: Path) -> None:
    """Settings are looked for upward from a file, so those written into the workspace would not hold for it.

    On Windows it may lie on another drive, from which there is no relative path to the workspace.
    """
    of = resolver(tmp_path / "project")
    assert of.project_at(tmp_path / "project" / "a" / "a.txt").root == tmp_path / "project"
    assert of.project_at(tmp_path / "downloads" / "a.txt").root == tmp_path / "downloads"
    assert of.at(tmp_path / "downloads" / "a.txt").path == "a.txt"
    assert of.project_at(None).root == tmp_path / "project"


@pytest.mark.parametrize(
    ("name", "text", "then"),
    [
        ("keqi.toml", "profil = 1\n", None),
        ("keqi.toml", '[rules]\n"refusal.bear" = "none"\n', None),
        ("pyproject.toml", "[tool.keqi]\nprofil = 1\n", "[project]\n"),
    ],
    ids=["deleted", "deleted, an unknown rule in it", "without our section"],
)
def test_what_holds_no_settings_any_more_has_no_mistakes(
    tmp_path: Path, name: str, text: str, then: str | None
) -> None:
    file, of = write(tmp_path, name, text), resolver(tmp_path)
    of.at(tmp_path / "a.txt")
    assert blamed(of) == [name]
    file.unlink()
    if then is not None:
        write(tmp_path, name, then)
    assert of.touched([file])
    assert blamed(of) == []
    of.at(tmp_path / "a.txt")
    assert blamed(of) == []


def test_settings_that_others_beside_them_overrule_have_no_mistakes(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", "[tool.keqi]\nprofil = 1\n")
    of = resolver(tmp_path)
    of.at(tmp_path / "a.txt")
    assert blamed(of) == ["pyproject.toml"]
    assert of.touched([write(tmp_path, "keqi.toml", "")])
    of.at(tmp_path / "a.txt")
    assert blamed(of) == []


def test_settings_with_a_mistake_keep_it_when_others_change(tmp_path: Path) -> None:
    bad, good = write(tmp_path, "坏/keqi.toml", "profil = 1\n"), write(tmp_path, "好/keqi.toml", "")
    of = resolver(tmp_path)
    of.at(bad.parent / "a.txt")
    of.at(good.parent / "a.txt")
    assert of.touched([bad, good])
    assert blamed(of) == ["keqi.toml"]


def test_a_folder_that_leaves_the_workspace_takes_its_mistakes_along(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    of = resolver(here, there)
    for folder in (here, there):
        write(folder, "keqi.toml", "profil = 1\n")
        write(folder, ".keqi-ignore.json", "{]")
        of.at(folder / "a.txt")
    assert len(blamed(of)) == 4
    of.configure(Settings(), [here])
    of.at(here / "a.txt")
    assert all("/here/" in faults.uri for faults in of.faults().values())
    assert sorted(blamed(of)) == [".keqi-ignore.json", "keqi.toml"]


def test_what_is_wrong_is_told_in_the_language_that_is_spoken(tmp_path: Path) -> None:
    write(tmp_path, "keqi.toml", '[rules]\n"refusal.bear" = "none"\n')
    write(tmp_path, ".keqi-ignore.json", "{]")
    of = resolver(tmp_path)
    for english in (False, True, False):
        of.configure(Settings(english=english), [tmp_path])
        of.at(tmp_path / "a.txt")
        said = [problem.reason for faults in of.faults().values() for problem in faults.problems]
        assert len(said) == 2
        assert all(reason.isascii() == english for reason in said), said


def test_what_is_ignored_for_the_session_is_bounded_and_the_newest_holds() -> None:
    of = resolver()
    for number in range(MOST_IGNORED + 10):
        of.ignore(Ignored(f"{number:016x}"))
        assert f"{number:016x}" in of.at(None).suppressions.ignored
    assert len(of.session_ignored) == MOST_IGNORED


# -- lexicons -------------------------------------------------------------------------------------


def test_a_lexicon_that_nobody_names_any_more_has_no_mistakes(tmp_path: Path) -> None:
    write(tmp_path, "词库/own.yml", "坏")
    file, of = write(tmp_path, "keqi.toml", 'lexicon = ["词库"]\n'), resolver(tmp_path)
    of.at(tmp_path / "a.txt")
    assert blamed(of) == ["own.yml"]
    write(tmp_path, "keqi.toml", "")
    of.touched([file])
    of.at(tmp_path / "a.txt")
    assert blamed(of) == []


def test_a_relative_folder_is_found_again_by_its_files(tmp_path: Path) -> None:
    """Shared lexicons lie beside the project, as a rule."""
    root, file = tmp_path / "project", write(tmp_path, "shared/own.yml", "")
    of = Resolver(Linters(), Nothing())
    of.configure(Settings({"lexicon": ["../shared"]}), [root])
    of.at(root / "a.txt")
    assert of.is_of_lexicon(file)
    assert of.touched([file])


def policy(number: int) -> Policy:
    return Policy(accept=(str(number),))


def test_linters_for_settings_of_a_while_ago_are_let_go() -> None:
    """Each letter typed into `accept` makes another policy, and a linter takes some megabytes."""
    linter = Linter()
    book = Rulebook(lambda policy: linter)  # type: ignore[arg-type,return-value]
    usual = book.under(policy(0))
    for number in range(1, 3 * MOST_RULINGS):
        book.under(policy(number))
        assert book.under(policy(0)) is usual, "what is asked for all the time stays"
    assert len(linter.made) == 3 * MOST_RULINGS
    book.under(policy(1))
    assert len(linter.made) == 3 * MOST_RULINGS + 1
