"""What git knows of a file at an earlier revision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess


class GitError(Exception):
    """git is not there, this is no repository, or it does not know the revision; the text says why."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision of the repository that a folder lies in."""

    root: Path
    """The repository's top folder."""
    commit: str
    renamed: dict[str, str]
    """Paths from the top folder of files that were renamed since, with what they were called."""

    def data(self, path: Path) -> bytes | None:
        """What the file at `path` held at this revision; None when it did not exist."""
        try:
            name = path.resolve().relative_to(self.root).as_posix()
        except ValueError:
            return None
        done = _git(self.root, "cat-file", "blob", f"{self.commit}:{self.renamed.get(name, name)}")
        return done.stdout if done.returncode == 0 else None


def revision(folder: Path, name: str) -> Revision:
    """The revision that git calls `name` in the repository of `folder`. Raises GitError."""
    top = _said(folder, "rev-parse", "--show-toplevel")
    commit = _said(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    root = Path(top).resolve()
    listed = _git(root, "diff", "--name-status", "-z", "-M", "--diff-filter=R", commit).stdout
    fields = listed.decode("utf-8", "surrogateescape").split("\0")
    renamed = {new: old for old, new in zip(fields[1::3], fields[2::3], strict=False)}
    return Revision(root, commit, renamed)


def _said(folder: Path, *arguments: str) -> str:
    done = _git(folder, *arguments)
    if done.returncode:
        raise GitError(done.stderr.decode("utf-8", "replace").strip())
    return done.stdout.decode("utf-8", "surrogateescape").strip()


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    import subprocess  # most runs do without

    command: Sequence[str] = ("git", "-C", str(folder), "-c", "core.quotepath=off", *arguments)
    try:
        return subprocess.run(command, capture_output=True, check=False)
    except OSError as error:
        raise GitError("git") from error
