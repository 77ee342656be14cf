"""From bytes to bytes: every format in every encoding, with nothing changed but the replies."""

from __future__ import annotations

import codecs

import pytest
from format_laws import Replacing
from hypothesis import given, settings
from hypothesis import strategies as st

from keqi import documents
from keqi.adapters import files

ENCODINGS = {
    "UTF-8": ("utf-8", b""),
    "UTF-8 with a mark": ("utf-8", codecs.BOM_UTF8),
    "UTF-16 little-endian": ("utf-16-le", codecs.BOM_UTF16_LE),
    "UTF-16 big-endian": ("utf-16-be", codecs.BOM_UTF16_BE),
    "UTF-32": ("utf-32-le", codecs.BOM_UTF32_LE),
    "GB18030": ("gb18030", b""),
}

FILES = {
    "plain": "您好😀\n\n喂，这个{}，㐂\n",
    "lines": "您好😀\n喂，这个{}，㐂\n",
    "markdown": "# 您好😀\n\n- 喂，**这个**{}，㐂\n",
    "csv": '问题,答案\n"在""吗""",您好😀\nx,"喂，这个{}，\n㐂"\n',
    "tsv": "问题\t答案\n在吗\t您好😀\nx\t喂，这个{}，㐂\n",
    "json": '{{"a": "您好😀", "b": ["喂，这个{}，㐂\\n"]}}\n',
    "jsonl": '{{"a": "您好😀"}}\n{{"b": "喂，这个{}，㐂"}}\n',
    "yaml": "a: 您好😀  # 说明\nb: |\n  喂，这个{}，\n  㐂\n",
    "toml": "a = '您好😀' # 说明\nb = \"喂，这个{}，㐂\"\n",
    "po": 'msgid "a"\nmsgstr "您好😀"\n\nmsgid "b"\nmsgstr "喂，这个{}，㐂"\n',
    "properties": "a=您好😀\n# 说明\nb=喂，这个{}，㐂\n",
    "html": "<p>您好😀</p><p>喂，<b>这个</b>{}，㐂</p>\n",
    "transcript": "客服：您好😀\n客户：不行\n客服：喂，这个{}，㐂\n",
}
"""For each format a file in which 喂， is to go and the braces hold what is to be replaced."""


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("format", FILES)
def test_only_the_reply_changes(format: str, encoding: str, end: str) -> None:
    codec, mark = ENCODINGS[encoding]

    def data(wording: str, opening: str) -> bytes:
        text = FILES[format].format(wording).replace("喂，", opening)
        return mark + text.replace("\n", end).encode(codec)

    file = files.opened(data("不行", "喂，"), "x", binary=False)
    edits = documents.edits(Replacing("抱歉"), file.text, format)
    assert file.edited(edits) == data("抱歉", "")


@given(st.sampled_from(sorted(FILES)), st.sampled_from(sorted(ENCODINGS)), st.data())
@settings(max_examples=150, deadline=None)
def test_a_file_without_findings_comes_back_byte_for_byte(
    format: str, encoding: str, draw: st.DataObject
) -> None:
    codec, mark = ENCODINGS[encoding]
    words = draw.draw(st.text("您好😀㐂啊，。 ab12", min_size=2, max_size=20))
    data = mark + FILES[format].format(words).replace("喂，", "").encode(codec)
    file = files.opened(data, "x", binary=False)
    assert file.data == data
    assert documents.edits(Replacing(), file.text, format) == []
