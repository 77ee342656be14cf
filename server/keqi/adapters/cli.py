"""The command line: which command was asked for, and how the program ends.

Only what a command needs is imported, inside the command: a check of one short file must not
wait for a language server to load.
"""

from __future__ import annotations

import gc
import sys
from argparse import Namespace
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from keqi.adapters import terminal
from keqi.adapters.cli_arguments import UsageError, build, language, parse
from keqi.render.messages import Messages

if TYPE_CHECKING:
    from keqi import Linter

ERROR = 2
"""Exit status for wrong usage, settings or lexicons, and for files that cannot be used."""
INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells expect it."""
PIPE_CLOSED = 141
"""Exit status when the reader of our output went away, as shells expect it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status.

    0 nothing found at or above the failing level, 1 findings, 2 an error in usage, settings,
    lexicon or files.
    """
    arguments = sys.argv[1:] if argv is None else list(argv)
    messages = Messages(language(arguments))
    try:
        status = _run(arguments, messages)
        sys.stdout.flush()
    except BrokenPipeError:
        terminal.discard_output()
        return PIPE_CLOSED
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def _run(arguments: Sequence[str], messages: Messages) -> int:
    for stream in (sys.stdout, sys.stderr):
        terminal.prepare(stream)
    try:
        options = parse(arguments, messages)
        return _command(options, messages)
    except UsageError as error:
        sys.stderr.write(f"{messages.say('mistake')}{error}\n")
        return ERROR
    except SystemExit as leave:  # argparse has printed its help
        return leave.code if isinstance(leave.code, int) else 0


def _command(options: Namespace, messages: Messages) -> int:
    if options.version:
        from keqi import __version__

        sys.stdout.write(f"keqi {__version__}\n")
        return 0
    commands = {
        "check": _check,
        "rules": _rules,
        "phrases": _phrases,
        "lexicon": _lexicon,
        "config": _project,
        "init": _project,
        "ignore": _project,
        "lsp": _lsp,
        "serve": _serve,
    }
    if options.command is None:
        build(messages).print_help(sys.stderr)
        return ERROR
    return commands[options.command](options, messages)


def _linter(options: Namespace, messages: Messages) -> Linter:
    """The linter that options and settings ask for in this folder; UsageError when there is none."""
    from keqi.adapters.cli_check import decided
    from keqi.adapters.pool import load_linter
    from keqi.adapters.settings import Projects

    _must_exist(options.lexicon, messages)
    try:
        projects = Projects(options.config, partial(decided, options))
        return load_linter(projects.at(Path.cwd()).settings.policy)
    except ValueError as error:
        raise UsageError(str(error)) from error


def _must_exist(paths: Sequence[Path], messages: Messages) -> None:
    """UsageError naming the first of `paths` that does not exist."""
    for path in paths:
        if not path.exists():
            raise UsageError(messages.failure(str(path), "missing", {}))


def _check(options: Namespace, messages: Messages) -> int:
    from keqi.adapters import caches, cli_check, expressions

    expressions.install(caches.folder())  # formats are told apart before a lexicon is loaded
    # This process lives for a second and its objects last: searching them for cycles costs a tenth of it.
    gc.set_threshold(100_000, 50, 100)
    _must_exist([*options.lexicon, *filter(None, [options.config])], messages)
    return cli_check.run(options, messages)


def _rules(options: Namespace, messages: Messages) -> int:
    """List the rules, those of a category, or explain one."""
    from keqi.render import rules as render
    from keqi.rules import CATEGORIES

    linter = _linter(options, messages)
    style = terminal.style(sys.stdout, options.color, messages)
    wanted = options.rule
    one = linter.rule(wanted) if wanted else None
    if one is not None:
        sys.stdout.write("\n".join(render.explanation(one, linter.level(one.id), style)) + "\n")
        return 0
    listed = [rule for rule in linter.rules if wanted in (None, rule.category)]
    if wanted is not None and wanted not in CATEGORIES and not listed:
        known = (*(rule.id for rule in linter.rules), *CATEGORIES)
        raise UsageError(messages.say("unknown-rule", value=wanted) + messages.near(wanted, known))
    for line in render.listing(listed, linter.level, style):
        sys.stdout.write(line + "\n")
    said = messages.say("rule-count", count=len(listed), profile=linter.profile)
    sys.stdout.write(said + "\n")
    return 0


def _phrases(options: Namespace, messages: Messages) -> int:
    """List the standard phrases, those of a scene, or those that a word finds."""
    from keqi.adapters import cli_phrases

    _must_exist(options.lexicon, messages)
    return cli_phrases.phrases(options, messages)


def _lexicon(options: Namespace, messages: Messages) -> int:
    """Verify own lexicons, or the shipped one."""
    from keqi import check_lexicon

    _must_exist(options.paths, messages)
    problems = check_lexicon(options.paths)
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    if problems:
        sys.stdout.write(messages.say("lexicon-problems", count=len(problems)) + "\n")
        return ERROR
    sys.stdout.write(messages.say("lexicon-clean") + "\n")
    return 0


def _project(options: Namespace, messages: Messages) -> int:
    """Show the settings, begin them, or note what is to be ignored."""
    from keqi.adapters import cli_project

    _must_exist(
        [*getattr(options, "lexicon", []), *filter(None, [getattr(options, "config", None)])], messages
    )
    commands = {"config": cli_project.config, "init": cli_project.init, "ignore": cli_project.ignore}
    return commands[options.command](options, messages)


def _lsp(options: Namespace, messages: Messages) -> int:
    """Serve one editor on standard input and output, or whoever connects."""
    import logging

    # A server's objects last, and a library's are a million: to search all of them for cycles takes longer
    # than to check what was typed. Before the first import, which makes as many.
    gc.set_threshold(50_000, 50, 1_000)
    level = logging.getLevelNamesMapping()[options.log_level.upper()]
    if options.tcp is None and options.ws is None:
        from keqi.adapters.lsp.stdio import serve

        return serve(level)
    return _lsp_on_network(options, messages, level)


def _lsp_on_network(options: Namespace, messages: Messages, level: int) -> int:
    from keqi.adapters.lsp import network

    text = options.tcp if options.tcp is not None else options.ws
    where = network.address(text)
    if where is None:
        raise UsageError(messages.say("not-an-address", value=text))
    if not where.is_local and not options.allow_remote:
        raise UsageError(messages.say("not-local", value=where.host))
    serve = network.serve_tcp if options.tcp is not None else network.serve_websocket
    try:
        return serve(where, level, partial(network.announce, "tcp" if options.tcp else "ws"))
    except ImportError as error:
        raise UsageError(messages.say("no-websockets")) from error
    except OSError as error:
        raise UsageError(messages.say("cannot-listen", value=text, reason=error.strerror or "")) from error


def _serve(options: Namespace, messages: Messages) -> int:
    """Serve a team until told to stop."""
    from keqi.adapters.serve import main as server

    _must_exist([*options.lexicon, *filter(None, [options.config])], messages)
    return server.run(options, messages)
