"""Fill the sessions shown in the READMEs with what the commands really print.

Usage: `python .ci/readme.py`, in the root of the checkout. In a block marked `console`, whatever
follows a line `$ command` is replaced by the command's output; a `text` block behind a `python`
block by what that Python prints.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

FILES = ("README.md", "README.en.md")
BIN = Path(sys.executable).parent


def output(*command: str, stdin: str | None = None) -> str:
    """What a command prints on both streams, as a terminal would show it."""
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "PYTHONUTF8": "1"}
    done = subprocess.run(command, input=stdin, stdout=-1, stderr=-2, text=True, env=env, encoding="utf-8")
    return done.stdout.rstrip("\n")


def console(block: re.Match[str]) -> str:
    """The block with every command's output new."""
    commands = re.findall(r"^\$ .*$", block[1], re.M)
    shown = (f"{command}\n{output('bash', '-c', command[2:])}".rstrip("\n") for command in commands)
    return "```console\n" + "\n".join(shown) + "\n```"


def python(block: re.Match[str]) -> str:
    """The block with what it prints new."""
    return f"```python\n{block[1]}```\n\n```text\n{output(sys.executable, '-', stdin=block[1])}\n```"


def refreshed(text: str) -> str:
    """The text of a README with all sessions new."""
    text = re.sub(r"```console\n(.*?)\n```", console, text, flags=re.S)
    return re.sub(r"```python\n(.*?)```\n\n```text\n(?:.*?\n)?```", python, text, flags=re.S)


if __name__ == "__main__":
    for name in FILES:
        file = Path(name)
        file.write_text(refreshed(file.read_text(encoding="utf-8")), encoding="utf-8")
