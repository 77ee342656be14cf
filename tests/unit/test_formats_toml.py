"""TOML: which strings are replies, where each code point stands, and how each kind takes new wording."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from structured_data import (
    EVERYTHING,
    any_wording_fits,
    by_label,
    edited,
    fault,
    the_fix_is_right,
    whatever_it_is_it_is_read_or_refused,
)

from keqi.formats import Reading, by_name
from keqi.text import Span

# A file and its replies by label.
REPLIES = {
    "the usual name of a reply": ('id = 1\nscene = "退货"\nanswer = "不行"\n', {"answer": "不行"}),
    "no such name: all values": ("a = '一'\nb.c = '二'\n", {"a": "一", "b.c": "二"}),
    "a key is no reply": ('"不行" = 1\n', {}),
    "no Chinese": ('text = "no"\nb = 1\n', {}),
    "nothing": ("", {}),
    "a mark at the start": ("\ufeffa = '好'", {"a": "好"}),
    "tables": ("[a.b]\nc = '一'\n[a]\nd = '二'\n['退 货'.\"x\\ty\"]\ne = '三'", {"a.b.c": "一", "a.d": "二", "退 货.x\ty.e": "三"}),
    "arrays of tables": (
        "[[r]]\nt = '一'\n[[r]]\nt = '二'\n[r.x]\ny = '三'\n[[r.z]]\nt = '四'\n[[r.z]]\nt = '五'",
        {"r[0].t": "一", "r[1].t": "二", "r[1].x.y": "三", "r[1].z[0].t": "四", "r[1].z[1].t": "五"},
    ),
    "arrays": ("a = [ '一', # '不行'\n ['二'],\n {b = '三', c.d = '四'},\n]\n", {"a[0]": "一", "a[1][0]": "二", "a[2].b": "三", "a[2].c.d": "四"}),
    "all other values": (
        "a = 1979-05-27 07:32:32Z\nb = [inf, 0x1F, 1_000.5e-3, true, 07:32:00]\nc = {}\nd = []\ne = '好'",
        {"e": "好"},
    ),
    "the customer's lines": ("[[m]]\nrole = '客户'\ntext = '吗'\n[[m]]\ntext = '好'\nrole = '客服'", {"m[1].text": "好"}),
    "the customer in dotted keys": ("a.role = 'user'\na.text = '吗'\nb = {role = 'bot', text = '好'}", {"b.text": "好"}),
    "CR LF": ("a = '一'\r\n\r\n[b]\r\nc = '二'\r\n", {"a": "一", "b.c": "二"}),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), REPLIES.values(), ids=REPLIES.keys())
def test_which_values_are_replies(text: str, expected: dict[str, str]) -> None:
    assert by_label("toml", text) == expected


def test_author_and_keys_are_read_as_in_every_structured_file() -> None:
    text = "[[r]]\n工号 = 1024\ntext = '好'\n[[r]]\ntext = '行'\n".replace("工号", '"工号"')
    assert [(s.text, s.author) for s in by_name("toml").segments(text)] == [("好", "1024"), ("行", "")]
    assert by_label("toml", text, Reading(keys=("r[1].*",))) == {"r[1].text": "行"}


# A string and the text that the customer reads, less the white space around it.
KINDS = {
    "basic": (r'a = "您\"好\"\t\u597d\U0001F600"', '您"好"\t好😀'),
    "basic, Chinese in escapes beside other signs": (r'a = "😀\u597d"', "😀好"),
    "literal": (r"a = '您\n好'", r"您\n好"),
    "basic over lines": ('a = """\n您\n  "好"\\\n\n   吗\\\\"""', '您\n  "好"吗\\'),
    "basic over lines, quotes at the end": ('a = """好"""""', '好""'),
    "literal over lines": ("a = '''您\n\\好'''''", "您\n\\好''"),
    "CR LF": ('a = """\r\n您\r\n好"""\r\n', "您\n好"),
}


@pytest.mark.parametrize(("text", "expected"), KINDS.values(), ids=KINDS.keys())
def test_a_string_is_read_in_every_kind(text: str, expected: str) -> None:
    (segment,) = by_name("toml").segments(text, EVERYTHING)
    assert segment.text == expected
    for at, char in enumerate(segment.text):
        source = segment.source_span(Span(at, at + 1)).of(text)
        assert source == char or source == "\r\n" or source[0] == "\\"


# What stands for 不行 in a file, what is to stand there instead, and what comes of it.
WORDINGS = {
    "basic": ('a = "不行" # 注', '"好"\\\n\t', r'a = "\"好\"\\\n\t" # 注'),
    "basic in ASCII stays so": (r'a = "\u4e0d\u884c"', "好😀", r'a = "\u597d\U0001f600"'),
    "literal": ("a = '不行'", '"好"\\', "a = '\"好\"\\'"),
    "literal with an apostrophe": ("a = '不行\\'", "it's", 'a = "it\'s\\\\"'),
    "literal with a line end": ("a = '不行'", "好\n吗", 'a = "好\\n吗"'),
    "basic over lines": ('a = """\n您\n不行"""', '好\n"吗"', 'a = """\n您\n好\n"吗\\""""'),
    "a lone quote within needs no escape": ('a = """不行"""', '说"好"了', 'a = """说"好"了"""'),
    "with CR LF": ('a = """\r\n不行"""', "好\n吗", 'a = """\r\n好\r\n吗"""'),
    "quotes that would meet": ('a = """您""不行"好"""', "", 'a = """您\\"\\"\\"好"""'),
    "a blank that would be eaten": ('a = """您\\\n  不行"""', " 好", 'a = """您 好"""'),
    "a line end that would be eaten": ('a = """不行"""', "\n好", 'a = """\n\n好"""'),
    "literal over lines": ("a = '''\n不行'''", "it's\n\\", "a = '''\nit's\n\\'''"),
    "literal with quotes that would meet": ("a = '''\n不行'''", "'''", 'a = """\n\'\'\'"""'),
    "literal with a control character": ("a = '''\n不行'''", "好\x07\\", 'a = """\n好\\u0007\\\\"""'),
}


@pytest.mark.parametrize(("text", "new", "expected"), WORDINGS.values(), ids=WORDINGS.keys())
def test_new_wording_is_written_in_the_mildest_kind(text: str, new: str, expected: str) -> None:
    assert edited("toml", text, "不行", new) == expected
    tomllib.loads(expected)


# A broken file: what is wrong with it, where, and a word of the advice.
BROKEN = {
    "a string that is not closed": ("b = 'x'\na = '好\n", "toml-string", "2:5", "收尾的引号"),
    "a basic string that is not closed": ('a = "好\nb = 1', "toml-string", "1:5", "三个引号"),
    "lines that are not closed": ('b = ""\na = """好\n', "toml-string", "2:5", "收尾的引号"),
    "no equals sign": ("a: '好'", "toml-equals", "1:2", "英文等号"),
    "a Chinese key": ("客服 = 1", "toml-key", "1:1", "英文引号"),
    "a Chinese table": ("[客服]\n", "toml-key", "1:2", "英文引号"),
    "a text without quotes": ("a = 好", "toml-value", "1:5", "英文引号"),
    "typographic quotes": ("a = “好”", "toml-quotes", "1:5", "英文引号"),
    "an end too early": ("a = [1,\n", "toml-end", "2:1", "右括号"),
    "a strange escape": ('a = "好\\q"', "toml-escape", "1:7", "单引号"),
    "half a character": ('a = "\\ud83d"', "toml-escape", "1:6", "单引号"),
    "a key twice": ("a = 1\na = 2\n", "toml-twice", "2:6", "不能写两次"),
    "a table twice": ("[a]\n[a]\n", "toml-twice", "2:3", "不能写两次"),
    "two values": ("a = 1 b = 2", "toml-behind", "1:7", "每一行"),
    "a quote in a text": ("a = '他说'好''", "toml-inner-quote", "1:9", "另一种引号"),
    "a brace that is not closed": ("a = {b = 1 c", "toml-bracket", "1:12", "右括号"),
    "a table that is not closed": ("[a\nb = 1", "toml-bracket", "1:3", "右括号"),
    "a control character": ("a = '好\x07'", "toml-control", "1:7", "U+0007"),
    "a lone CR": ("a = 1\rb = 2", "toml-control", "1:6", "U+000D"),
    "a day that is none": ("a = 2020-02-31", "toml-syntax", "1:5", "检查这一行"),
    "a number without end": ("a = " + "9" * 5000, "toml-value", "1:5", "一个值"),
    "too deep": ("a = " + "[" * 10_000, "too-deep", "1:105", "层"),
    "a key of too many steps": ("b = 1\n" + "a." * 100_000, "too-deep", "2:1", "层"),
}


@pytest.mark.parametrize(("text", "kind", "place", "advice"), BROKEN.values(), ids=BROKEN.keys())
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "behind a byte order mark"])
def test_a_broken_file_is_refused_with_place_and_remedy(
    mark: str, text: str, kind: str, place: str, advice: str
) -> None:
    found = fault("toml", mark + text)
    line, column = map(int, place.split(":"))
    assert found is not None
    assert found[:2] == (kind, f"{line}:{column + (len(mark) if line == 1 else 0)}")
    assert advice in found[2]


def test_comments_stand_outside_strings() -> None:
    text = "# 一\na = '# 好' # 二\nb = '''\n# 好\n''' #三\r\nc = [ # 四\n1]"
    found = list(by_name("toml").comments(text))
    assert [c.text for c in found] == ["一", "二", "三", "四"]
    assert [c.span.of(text) for c in found][2:] == ["#三", "# 四"]
    assert [c.text for c in by_name("toml").comments("# 一\na = 'b # 二\n")] == ["一"]


# -- any spelling -----------------------------------------------------------------------------------

WORDS = ["您好", "不行", "喂，您", "😀", "x", "#", "=", "裏", "{姓名}", "[a]", ",", " "]
BASIC = ["", "", " ", "\\n", '\\"', "\\u4e0d\\u884c", "\\U0001F600", "'", "\\\\"]
LINES = ["\n", "\n\n", "'", '"', "''", '""', "\n  "]
BETWEEN = {
    '"': BASIC,
    "'": ["", " ", '"', "\\"],
    '"""': [*BASIC, *LINES, "\\\n  ", "\\  \n\n ", "\\\n"],
    "'''": ["", " ", "\\", *LINES],
}
PLACES = [
    "k{} = {}\n",
    "'k {}'  =   {} # 尾 \"\n",
    "[t{}]\na = {}\n",
    "[[r]]\na.k{} = {}\n",
    "k{} = [1, {}, ]\n",
    "k{} = {{ a = {}, b.c = 1979-05-27 07:32:32 }}\n",
    "k{} = [[\n # 注\n {}\n], {{x=true}}]\n",
    '[a.b{}]\n"\\u4e0d" = {}\n',
    "[[r.s{}]]\nx= {}\n",
    "k{} = 1e5\nz={}\n",
]


@st.composite
def strings(draw: st.DrawFn) -> str:
    """A string of any kind."""
    quotes = draw(st.sampled_from(list(BETWEEN)))
    parts = [
        draw(st.sampled_from(WORDS)) + draw(st.sampled_from(BETWEEN[quotes]))
        for _ in range(draw(st.integers(1, 6)))
    ]
    above = draw(st.sampled_from(["", "\n", "\n\n"])) if len(quotes) == 3 else ""
    return quotes + above + "".join(parts) + quotes


@st.composite
def files(draw: st.DrawFn) -> str:
    """A file of a few strings in any place."""
    out = draw(st.sampled_from(["", "# 头 '不行'\n"]))
    for number in range(draw(st.integers(1, 4))):
        out += draw(st.sampled_from(PLACES)).format(number, draw(strings()))
    return out.replace("\n", draw(st.sampled_from(["\n", "\n", "\r\n"])))


def sound(text: str) -> bool:
    try:
        tomllib.loads(text)
    except ValueError:
        return False
    return True


@given(files())
@example('a = """您""不行"好"""')
def test_whatever_the_spelling_the_fixed_file_holds_the_fixed_replies(text: str) -> None:
    assume(sound(text))
    the_fix_is_right("toml", text, tomllib.loads)


@given(files(), st.sampled_from(["好的", "'好'", "\\", "''' \"\"\"", '好"', "'", "\x07"]))
def test_any_wording_fits(text: str, wording: str) -> None:
    assume(sound(text))
    any_wording_fits("toml", text, wording, tomllib.loads)


SIGNS = [*"[]{}\",=.# \t\n\r'\\", "\x00", "\ufeff", "\r\n", chr(0xD800)]
NOISE = [
    *SIGNS,
    "好",
    "不行",
    "a = ",
    "\na = ",
    "'''",
    '"""',
    "'不行'",
    '"好"',
    "[[",
    "]]",
    "1",
    "b",
    "\\u4f60",
]


@given(st.lists(st.sampled_from(NOISE), max_size=20).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    whatever_it_is_it_is_read_or_refused("toml", text)
