"""What is built can be installed and used: wheel, sdist, and the editable install. No network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

import keqi
from keqi.adapters import lexicon_files

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DRAFT = "您好，这个不行。\n"


def run(*command, cwd, check=True, **environ):
    """A process far from the checkout, with a home of its own."""
    env = {"PATH": os.environ["PATH"], "HOME": str(cwd), "PYTHONUTF8": "1", **environ}
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, env=env, capture_output=True, text=True, encoding="utf-8"
    )
    if check:
        assert done.returncode == 0, done.stdout + done.stderr
    return done


def build(source, target, *options):
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", target, *options, source, cwd=target)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder with the sdist, and the wheel made from that sdist."""
    target = tmp_path_factory.mktemp("dist")
    build(ROOT, target)
    return target


@pytest.fixture(scope="module")
def wheel(built):
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The scripts of a fresh venv with just the wheel; what it depends on is borrowed from here."""
    venv = tmp_path_factory.mktemp("venv")
    run(sys.executable, "-m", "venv", "--without-pip", venv, cwd=venv)
    scripts = venv / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / "python"
    pip = (sys.executable, "-m", "pip", "--python", python)
    run(*pip, "install", "--no-index", "--no-deps", "--quiet", wheel, cwd=venv)
    own = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=venv).stdout.strip()
    # Only a line on the path: .pth files over there, the editable keqi's among them, are not read.
    Path(own, "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return scripts


class TestWheel:
    def test_is_the_same_from_the_checkout_and_from_the_sdist(self, wheel, tmp_path):
        build(ROOT, tmp_path, "--wheel")
        (direct,) = tmp_path.glob("*.whl")
        with zipfile.ZipFile(wheel) as one, zipfile.ZipFile(direct) as two:
            assert {i.filename: i.CRC for i in one.infolist() if "RECORD" not in i.filename} == {
                i.filename: i.CRC for i in two.infolist() if "RECORD" not in i.filename
            }

    def test_holds_the_code_and_the_whole_lexicon_and_nothing_else(self, wheel):
        with zipfile.ZipFile(wheel) as archive:
            names = set(archive.namelist())
        lexicon = {
            f"keqi/lexicon/{p.relative_to(ROOT / 'lexicon').as_posix()}"
            for p in ROOT.glob("lexicon/**/*.yml")
        }
        code = {
            f"keqi/{p.relative_to(ROOT / 'server/keqi').as_posix()}" for p in ROOT.glob("server/keqi/**/*.py")
        }
        assert lexicon and lexicon <= names
        assert code <= names
        assert "keqi/py.typed" in names
        assert {name.split("/")[0] for name in names} == {"keqi", f"keqi-{keqi.__version__}.dist-info"}
        folders = {part for name in names for part in name.split("/")[:-1]}
        assert not [folder for folder in folders if "cache" in folder]
        assert not [name for name in names if name.endswith((".pyc", ".orig"))]

    def test_says_the_version_of_the_code(self, wheel):
        assert f"-{keqi.__version__}-" in wheel.name
        assert PROJECT["version"] == keqi.__version__

    def test_the_lexicon_found_is_its_own(self, installed, tmp_path):
        code = (
            "import keqi, json; from keqi.adapters.lexicon_files import shipped_folder;"
            "print(json.dumps([keqi.__file__, str(shipped_folder()), len(keqi.Linter().rules)]))"
        )
        file, folder, rules = json.loads(run(installed / "python", "-c", code, cwd=tmp_path).stdout)
        assert Path(file).is_relative_to(installed.parent)
        assert Path(folder) == Path(file).parent / "lexicon"
        assert rules == len(keqi.Linter().rules)

    def test_keqi_check_reports_and_fixes(self, installed, tmp_path):
        (tmp_path / "稿.txt").write_text(DRAFT, encoding="utf-8")
        found = run(installed / "keqi", "check", "--format", "json", "稿.txt", cwd=tmp_path, check=False)
        assert found.returncode == 1, found.stderr
        (finding,) = json.loads(found.stdout)
        assert (finding["path"], finding["category"]) == ("稿.txt", "refusal")
        run(installed / "keqi", "check", "--fix", "稿.txt", cwd=tmp_path)
        assert (tmp_path / "稿.txt").read_text(encoding="utf-8") == keqi.Linter().fix(DRAFT)

    def test_keqi_rules_phrases_and_lexicon_check(self, installed, tmp_path):
        listed = run(installed / "keqi", "rules", cwd=tmp_path).stdout
        assert "refusal.bare" in listed
        assert "请您稍等" in run(installed / "keqi", "phrases", "qsd", cwd=tmp_path).stdout
        assert run(installed / "keqi", "lexicon", "check", cwd=tmp_path, check=False).returncode in (0, 2)

    def test_the_first_start_compiles_nothing(self, installed, tmp_path):
        cache = tmp_path / "cache"
        run(installed / "keqi", "rules", cwd=tmp_path, KEQI_CACHE_DIR=str(cache))
        assert not list(cache.glob("lexicon-*")), "the wheel holds the compiled lexicon"

    def test_python_m_keqi_works_too(self, installed, tmp_path):
        assert keqi.__version__ in run(installed / "python", "-m", "keqi", "--version", cwd=tmp_path).stdout

    def test_it_runs_without_a_place_for_caches(self, installed, tmp_path):
        found = run(
            installed / "keqi", "check", "-", cwd=tmp_path, KEQI_CACHE_DIR="/dev/null/none", check=False
        )
        assert found.returncode == 0, found.stderr


class TestSdist:
    def test_holds_what_a_build_needs_and_nothing_private(self, built):
        (file,) = built.glob("*.tar.gz")
        with tarfile.open(file) as archive:
            names = {name.partition("/")[2] for name in archive.getnames()}
        assert {"pyproject.toml", "hatch_build.py", "README.md", "README.en.md", "LICENSE"} <= names
        assert any(name.startswith("lexicon/rules/") for name in names)
        assert not [name for name in names if name.startswith((".venv", ".git/", "dist", "tests"))]


class TestEditable:
    def test_reads_the_lexicon_of_the_checkout(self):
        assert Path(keqi.__file__).is_relative_to(ROOT), "tests run on the checkout"
        assert lexicon_files.shipped_folder() == ROOT / "lexicon"

    def test_has_the_command(self):
        (script,) = [e for e in distribution("keqi").entry_points if e.name == "keqi"]
        assert callable(script.load())
