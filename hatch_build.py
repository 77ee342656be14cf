"""Put the lexicon inside the wheel, compiled too; an editable install reads it from the checkout."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class LexiconHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "standard":
            return
        lexicon = Path(self.root) / "lexicon"
        for file in sorted(lexicon.rglob("*")):
            if file.suffix in (".yml", ".json"):  # not what the tone model was learned from
                build_data["force_include"][str(file)] = (
                    f"keqi/lexicon/{file.relative_to(lexicon).as_posix()}"
                )
        compiled = compile_lexicon(Path(self.root))
        if compiled is not None:
            build_data["force_include"][str(compiled)] = "keqi/lexicon/compiled.json"


def compile_lexicon(root: Path) -> Path | None:
    """The lexicon as one file that loads in milliseconds; None when keqi's own requirements are missing.

    Without it the first start takes ten seconds longer and fills the user's cache.
    """
    sys.path.insert(0, str(root / "server"))
    try:
        from keqi.adapters import lexicon_files, lexicons
        from keqi.compiler import compile_texts
    except ImportError:
        return None
    finally:
        sys.path.pop(0)
    texts = lexicon_files.read_folder(root / "lexicon", lexicon_files.SHIPPED)
    data, problems = compile_texts(texts)
    if problems:
        raise SystemExit("\n".join(map(str, problems)))
    file = Path(tempfile.mkdtemp()) / "compiled.json"
    file.write_text(lexicons.dump_compiled(data, texts), encoding="utf-8")
    return file
