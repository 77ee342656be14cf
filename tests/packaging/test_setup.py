"""`make` and .ci/setup.sh: what they say, when they install, and what they say when they cannot."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = re.findall(r"^([a-z]+):", MAKEFILE, re.M)
TOOLS = ("bash", "sh", "env", "dirname", "cat", "make", "sed", "awk")

pytestmark = pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason="needs a POSIX shell and make")

STUB = """#!/bin/sh
case "$1 $2" in
    "-m pip") echo "$@" >>"$PWD/pip.log"; exit "${PIP_STATUS:-0}" ;;
    ".ci/satisfied.py"*) exit "${SATISFIED:-1}" ;;
esac
exec {python} "$@"
"""


@pytest.fixture
def checkout(tmp_path):
    """A copy of what setting up needs, with a Python that only writes down what pip was asked for."""
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    stub = tmp_path / ".venv/bin/python"
    stub.parent.mkdir(parents=True)
    stub.write_text(STUB.replace("{python}", sys.executable), encoding="utf-8")
    stub.chmod(0o755)
    return tmp_path


def setup(checkout, group="run", **environ):
    done = subprocess.run(
        ["bash", ".ci/setup.sh", group],
        cwd=checkout,
        env={"PATH": _bare(checkout), "PYTHONUTF8": "1", **environ},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    log = checkout / "pip.log"
    asked = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    log.unlink(missing_ok=True)
    return done, asked


def _bare(checkout):
    """A PATH with a shell's tools on it and no Python."""
    folder = checkout / "bin"
    folder.mkdir(exist_ok=True)
    for tool in TOOLS:
        if not (folder / tool).exists():
            (folder / tool).symlink_to(shutil.which(tool))
    return str(folder)


def test_the_second_run_asks_pip_for_nothing(checkout):
    done, asked = setup(checkout)
    assert done.returncode == 0, done.stderr
    assert [line for line in asked if "--editable ." in line]
    done, asked = setup(checkout)
    assert (done.returncode, done.stdout, done.stderr, asked) == (0, "", "", [])


def test_a_change_of_pyproject_installs_again(checkout):
    setup(checkout)
    with (checkout / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert setup(checkout)[1]


def test_nothing_is_installed_over_an_environment_that_has_it_all(checkout):
    done, asked = setup(checkout, SATISFIED="0")
    assert (done.returncode, asked) == (0, [])


def test_the_test_tools_are_a_group_of_their_own(checkout):
    setup(checkout)
    _, asked = setup(checkout, "dev")
    assert any("--group dev" in line for line in asked)


@pytest.mark.parametrize("group", ["run", "dev"])
def test_without_network_the_remedy_is_named_and_the_next_run_tries_again(checkout, group):
    done, _ = setup(checkout, group, PIP_STATUS="1")
    assert done.returncode == 1
    assert "联网" in done.stderr and "PIP_INDEX_URL" in done.stderr
    assert setup(checkout, group)[1]


def test_without_python_the_remedy_is_named(checkout):
    shutil.rmtree(checkout / ".venv")
    done, _ = setup(checkout)
    assert done.returncode == 1
    assert "Python 3.11" in done.stderr and "PYTHON=" in done.stderr


def test_a_name_that_does_not_run_is_no_python(checkout):
    shutil.rmtree(checkout / ".venv")
    broken = Path(_bare(checkout)) / "python3.13"
    broken.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    broken.chmod(0o755)
    assert "Python 3.11" in setup(checkout)[0].stderr


def test_make_help_names_every_command_in_chinese(checkout):
    done = subprocess.run(
        ["make"], cwd=checkout, capture_output=True, text=True, encoding="utf-8", check=True
    )
    for target in TARGETS:
        assert re.search(rf"make {target} .*[\u4e00-\u9fff]", done.stdout), target


def test_every_command_is_phony():
    (phony,) = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.M)
    assert set(phony.split()) == set(TARGETS)


def test_this_environment_is_told_to_be_complete():
    done = subprocess.run([sys.executable, ".ci/satisfied.py", "dev"], cwd=ROOT, check=False)
    assert done.returncode == 0


def test_an_unmet_requirement_is_noticed(checkout):
    done = subprocess.run([sys.executable, ".ci/satisfied.py", "run"], cwd=checkout, check=False)
    assert done.returncode == 1, "keqi is not installed from this folder"


@pytest.mark.skipif(not (ROOT / ".venv/bin/keqi").exists(), reason="needs the checkout's own .venv")
def test_make_run_prints_an_address_where_the_console_is():
    command = ["make", "run", "PORT=0"]
    run = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8", start_new_session=True
    )
    try:
        said = next(line for line in run.stdout if "http://" in line)
        with urllib.request.urlopen(re.search(r"http://[\d.:]+", said)[0], timeout=10) as page:
            assert "<title>" in page.read().decode()
    finally:
        os.killpg(run.pid, signal.SIGINT)
        run.wait(10)
        run.stdout.close()
