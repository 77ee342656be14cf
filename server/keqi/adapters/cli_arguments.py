"""The command line's arguments: what may be written, and what is said when it is not."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from keqi.render.messages import LANGUAGES, Messages
from keqi.settings import size_of

FORMATS = ("text", "json", "jsonl", "sarif", "github", "junit", "checkstyle", "html")
LEVELS = ("hint", "info", "warning", "error")
BASELINE = ("write", "use", "none")
COLOURS = ("auto", "always", "never")

_HELP_WIDTH = 88


class UsageError(Exception):
    """The arguments cannot be used; the text says why, in the reader's language."""


def language(argv: Sequence[str], environ: Mapping[str, str] = os.environ) -> str:
    """The language to speak, known before anything is parsed: `--lang`, else KEQI_LANG, else zh."""
    for at, argument in enumerate(argv):
        name, _, value = argument.partition("=")
        if name == "--lang":
            chosen = value or (argv[at + 1] if at + 1 < len(argv) else "")
            if chosen in LANGUAGES:
                return chosen
    chosen = environ.get("KEQI_LANG", "").lower().replace("_", "-").partition("-")[0]
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def parse(argv: Sequence[str], messages: Messages) -> argparse.Namespace:
    """The arguments by name.

    Raises UsageError; SystemExit(0) once help or version has been printed.
    """
    return build(messages).parse_args(argv)


class _Formatter(argparse.HelpFormatter):
    """Help without the English word `usage`."""

    def __init__(self, prog: str, messages: Messages) -> None:
        super().__init__(prog, max_help_position=30, width=_HELP_WIDTH)
        self.messages = messages

    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """As argparse does, in the reader's language; an empty prefix stays empty."""
        super().add_usage(usage, actions, groups, self.messages.say("usage") if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
    """A parser that speaks the reader's language and raises instead of leaving the process."""

    def __init__(self, messages: Messages, **options: Any) -> None:
        super().__init__(
            formatter_class=lambda prog: _Formatter(prog, messages),
            add_help=False,
            allow_abbrev=False,
            **options,
        )
        self.messages = messages
        self.things = self.add_argument_group(messages.say("help-arguments"))
        self.options = self.add_argument_group(messages.say("help-options"))
        self.options.add_argument("-h", "--help", action="help", help=messages.say("help-help"))

    def error(self, message: str) -> NoReturn:
        """Raise UsageError with argparse's complaint in the reader's words."""
        said = _translated(message, self.messages, self._known())
        raise UsageError(f"{said}{self.messages.say('usage-hint', prog=self.prog)}")

    def _known(self) -> tuple[str, ...]:
        """The options and commands that there are, also those of commands, for suggestions."""
        names = [name for action in self._actions for name in action.option_strings]
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):
                for name, parser in action.choices.items():
                    names += (name, *parser._known())
        return tuple(dict.fromkeys(names))


def _translated(message: str, messages: Messages, known: tuple[str, ...]) -> str:
    """argparse's complaint in the reader's words, with a suggestion where one is near."""
    for pattern, key in _COMPLAINTS:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found is not None:
            said = messages.say(key, **found.groupdict()) if key else found["said"]
            value = found.groupdict().get("value", "")
            near = messages.near(value.split()[0], known) if value and key in _SUGGESTED else ""
            return f"{said}{near}"
    return message


_SUGGESTED = ("unknown-options", "unknown-command")
_COMPLAINTS: tuple[tuple[str, str], ...] = (
    (r"unrecognized arguments: (?P<value>.*)", "unknown-options"),
    (r"argument .*?: invalid choice: '(?P<value>.*?)' \(choose .*", "unknown-command"),
    (r"argument (?P<name>.*?): expected .*", "no-value"),
    (r"argument (?P<name>.*?): ignored explicit argument .*", "takes-no-value"),
    (r"argument (?P<name>.*?): not allowed with argument (?P<value>.*)", "not-together"),
    (r"the following arguments are required: (?P<value>.*)", "missing-arguments"),
    (r"argument .*?: (?P<said>.*)", ""),
)


def _one_of(name: str, choices: Sequence[str], messages: Messages) -> Callable[[str], str]:
    """A reader of option values that must be among `choices`."""

    def read(value: str) -> str:
        if value in choices:
            return value
        said = messages.say("unknown-choice", name=name, value=value, choices=" ".join(choices))
        raise argparse.ArgumentTypeError(said + messages.near(value, tuple(choices)))

    return read


def _size(messages: Messages) -> Callable[[str], int]:
    """A reader of sizes such as 500KB and 64MB."""

    def read(value: str) -> int:
        size = size_of(value)
        if size is None:
            raise argparse.ArgumentTypeError(messages.say("not-a-size", value=value))
        return size

    return read


def _count(name: str, messages: Messages) -> Callable[[str], int]:
    """A reader of whole numbers above zero."""

    def read(value: str) -> int:
        if not value.isdecimal() or int(value) < 1:
            raise argparse.ArgumentTypeError(messages.say("not-a-number", name=name, value=value))
        return int(value)

    return read


def build(messages: Messages) -> argparse.ArgumentParser:
    """The whole grammar."""
    say = messages.say
    parser = _Parser(messages, prog="keqi", description=say("help-program"), epilog=say("help-exit"))
    parser.options.add_argument("--version", action="store_true", help=say("help-version"))
    _add_lang(parser)
    commands = parser.add_subparsers(
        title=say("help-commands"), metavar="COMMAND", dest="command", parser_class=_Parser
    )

    def command(name: str, key: str) -> _Parser:
        made: _Parser = commands.add_parser(name, messages=messages, help=say(key), description=say(key))
        _add_lang(made)
        return made

    _add_check(command("check", "help-check"))
    _add_rules(command("rules", "help-rules"))
    _add_phrases(command("phrases", "help-phrases"))
    _add_lexicon(command("lexicon", "help-lexicon"))
    _add_config(command("config", "help-settings"))
    _add_init(command("init", "help-init"))
    _add_ignore(command("ignore", "help-ignore"))
    _add_lsp(command("lsp", "help-lsp"))
    _add_serve(command("serve", "help-serve"))
    return parser


def _add_lang(parser: _Parser) -> None:
    read = _one_of("--lang", LANGUAGES, parser.messages)
    words = parser.messages.say("help-lang")
    parser.options.add_argument("--lang", type=read, metavar="LANG", help=words)


def _add_rule_options(parser: _Parser) -> None:
    """The options that decide which rules there are."""
    say = parser.messages.say
    parser.options.add_argument("--profile", metavar="NAME", help=say("help-profile"))
    parser.options.add_argument("--config", type=Path, metavar="FILE", help=say("help-config"))
    parser.options.add_argument(
        "--lexicon", action="append", default=[], type=Path, metavar="DIR", help=say("help-own")
    )


def _add_choice(parser: _Parser, name: str, key: str, choices: Sequence[str], default: str | None) -> None:
    words = parser.messages.say(key, choices=" ".join(choices))
    read = _one_of(name, choices, parser.messages)
    metavar = name.lstrip("-").rpartition("-")[2].upper()
    parser.options.add_argument(name, type=read, default=default, metavar=metavar, help=words)


def _add_check(parser: _Parser) -> None:
    say, add = parser.messages.say, parser.options.add_argument
    parser.things.add_argument("paths", nargs="*", metavar="PATH", help=say("help-path"))
    add("--fix", action="store_true", help=say("help-fix"))
    add("--unsafe-fixes", action="store_true", help=say("help-unsafe"))
    add("--diff", action="store_true", help=say("help-diff"))
    _add_choice(parser, "--format", "help-format", FORMATS, "text")
    add("-o", "--output", metavar="FILE", help=say("help-output"))
    _add_rule_options(parser)
    add("--stdin-filename", metavar="FILE", help=say("help-stdin"))
    add("--statistics", action="store_true", help=say("help-statistics"))
    add("--changed", nargs="?", const="HEAD", metavar="REV", help=say("help-changed"))
    _add_choice(parser, "--baseline", "help-baseline", BASELINE, None)
    _add_choice(parser, "--fail-level", "help-fail", LEVELS, None)
    size, count = _size(parser.messages), _count("--jobs", parser.messages)
    add("--max-size", type=size, metavar="SIZE", help=say("help-size"))
    add("--jobs", type=count, default=0, metavar="N", help=say("help-jobs"))
    add("--no-cache", dest="cache", action="store_false", help=say("help-no-cache"))
    _add_choice(parser, "--color", "help-color", COLOURS, "auto")


def _add_rules(parser: _Parser) -> None:
    words = parser.messages.say("help-rule")
    parser.things.add_argument("rule", nargs="?", metavar="ID|CATEGORY", help=words)
    _add_rule_options(parser)
    _add_choice(parser, "--color", "help-color", COLOURS, "auto")


def _add_phrases(parser: _Parser) -> None:
    words = parser.messages.say("help-phrases-word")
    parser.things.add_argument("word", nargs="?", metavar="SCENE|WORD", help=words)
    _add_rule_options(parser)
    _add_choice(parser, "--format", "help-format", ("text", "json"), "text")
    _add_choice(parser, "--color", "help-color", COLOURS, "auto")


def _add_lexicon(parser: _Parser) -> None:
    messages = parser.messages
    commands = parser.add_subparsers(
        title=messages.say("help-commands"), metavar="COMMAND", dest="action", required=True,
        parser_class=_Parser,
    )  # fmt: skip
    words = messages.say("help-lexicon-check")
    check: _Parser = commands.add_parser("check", messages=messages, help=words, description=words)
    _add_lang(check)
    check.things.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help=messages.say("help-lexicon-path")
    )


def _add_config(parser: _Parser) -> None:
    say = parser.messages.say
    parser.things.add_argument(
        "path", nargs="?", type=Path, default=Path(), metavar="PATH", help=say("help-settings-path")
    )
    _add_rule_options(parser)
    _add_choice(parser, "--format", "help-format", ("text", "json"), "text")
    parser.options.add_argument("--schema", action="store_true", help=say("help-schema"))


def _add_init(parser: _Parser) -> None:
    say = parser.messages.say
    parser.things.add_argument(
        "path", nargs="?", type=Path, default=Path(), metavar="DIR", help=say("help-init-path")
    )
    parser.options.add_argument("--force", action="store_true", help=say("help-force"))


def _add_ignore(parser: _Parser) -> None:
    say, add = parser.messages.say, parser.options.add_argument
    parser.things.add_argument("place", metavar="PATH[:LINE[:COLUMN]]", help=say("help-place"))
    add("--rule", metavar="ID|CATEGORY", help=say("help-ignore-rule"))
    add("--reason", default="", metavar="TEXT", help=say("help-reason"))
    add("--until", default="", metavar="DATE", help=say("help-until"))
    _add_rule_options(parser)


def _add_serve(parser: _Parser) -> None:
    say, add = parser.messages.say, parser.options.add_argument
    count, size = partial(_count, messages=parser.messages), _size(parser.messages)
    add("--host", default="127.0.0.1", metavar="HOST", help=say("help-host"))
    add("--port", type=_port(parser.messages), default=8765, metavar="PORT", help=say("help-port"))
    _add_rule_options(parser)
    for name, key in (("--allow-host", "help-allow-host"), ("--allow-origin", "help-allow-origin")):
        add(name, action="append", default=[], metavar=name.rpartition("-")[2].upper(), help=say(key))
    proxy = _network(parser.messages)
    add("--trust-proxy", type=proxy, action="append", default=[], metavar="ADDRESS", help=say("help-proxy"))
    add("--token", default="", metavar="TOKEN", help=say("help-token"))
    add("--workers", type=count("--workers"), default=1, metavar="N", help=say("help-workers"))
    add("--max-size", type=size, default=4 << 20, metavar="SIZE", help=say("help-body"))
    sessions = count("--max-sessions")
    add("--max-sessions", type=sessions, default=1000, metavar="N", help=say("help-sessions"))
    add("--rate", type=count("--rate"), default=100, metavar="N", help=say("help-rate"))
    add("--timeout", type=count("--timeout"), default=5, metavar="SECONDS", help=say("help-timeout"))
    _add_choice(parser, "--log-level", "help-log", ("debug", "info", "warning", "error"), "warning")


def _port(messages: Messages) -> Callable[[str], int]:
    """A reader of TCP ports; 0 lets the system choose one."""

    def read(value: str) -> int:
        if not value.isdecimal() or int(value) > 65535:
            raise argparse.ArgumentTypeError(messages.say("not-a-port", value=value))
        return int(value)

    return read


def _network(messages: Messages) -> Callable[[str], str]:
    """A reader of IP addresses and networks (172.17.0.0/16)."""

    def read(value: str) -> str:
        from ipaddress import ip_network

        try:
            return str(ip_network(value, strict=False))
        except ValueError as error:
            raise argparse.ArgumentTypeError(messages.say("not-a-network", value=value)) from error

    return read


def _add_lsp(parser: _Parser) -> None:
    say = parser.messages.say
    ways = parser.options.add_mutually_exclusive_group()
    ways.add_argument("--stdio", action="store_true", help=say("help-stdio"))
    ways.add_argument("--tcp", metavar="HOST:PORT", help=say("help-tcp"))
    ways.add_argument("--ws", metavar="HOST:PORT", help=say("help-ws"))
    parser.options.add_argument("--allow-remote", action="store_true", help=say("help-allow-remote"))
    levels = ("debug", "info", "warning", "error")
    _add_choice(parser, "--log-level", "help-log", levels, "warning")
