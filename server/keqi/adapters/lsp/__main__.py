"""`python -m keqi.adapters.lsp`: the language server on standard input and output."""

from __future__ import annotations

import argparse
import logging
import sys

from keqi.adapters.lsp.stdio import serve


def main() -> int:
    """Serve one client; the exit status."""
    parser = argparse.ArgumentParser(prog="keqi-lsp", description="客气语言服务（标准输入输出）")
    parser.add_argument("--stdio", action="store_true", help="标准输入输出（默认）")
    levels = ("debug", "info", "warning", "error")
    parser.add_argument("--log-level", choices=levels, default="warning", help="日志只含计数与耗时")
    arguments = parser.parse_args()
    return serve(logging.getLevelNamesMapping()[arguments.log_level.upper()])


if __name__ == "__main__":
    sys.exit(main())
