"""LanguageTool's protocol, field by field, and its own clients, unmodified."""

from __future__ import annotations

import json
import re
from functools import cache
from types import SimpleNamespace
from typing import Any

import httpx
import language_tool_python
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from language_tool_python import utils
from pylanguagetool import api as pylanguagetool
from serving import Server, limited, serving

import keqi
from keqi import languagetool
from keqi.adapters.lsp.checker import presentable

RUDE = "改地址不行"
SAFE = "非常抱歉，暂时无法为您改地址"
TEXT, INTEGER, FLAG = str, int, bool


@cache
def linter() -> keqi.Linter:
    return keqi.Linter()


def answered(**parameters: str) -> dict[str, Any]:
    """The answer's data, without HTTP."""
    query = languagetool.understood({"language": "zh-CN", **parameters})
    found = linter().check(query.segment.text, query.segment.holes) if query.is_chinese else []
    rules = {rule.id: rule for rule in linter().rules}
    return languagetool.answer(query, found, rules, "1.0")


def utf16(text: str, offset: int, length: int) -> str:
    """What the protocol's offsets mark in `text`."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * offset : 2 * (offset + length)].decode("utf-16-le", "surrogatepass")


# -- the shape ------------------------------------------------------------------------------------

SHAPE = {
    "software": {"name": TEXT, "version": TEXT, "buildDate": TEXT, "apiVersion": INTEGER, "premium": FLAG, "status": TEXT},
    "warnings": {"incompleteResults": FLAG},
    "language": {"name": TEXT, "code": TEXT, "detectedLanguage": {"name": TEXT, "code": TEXT, "confidence": float, "source": TEXT}},
    "matches": [
        {
            "message": TEXT, "shortMessage": TEXT, "replacements": [{"value": TEXT}], "offset": INTEGER, "length": INTEGER,
            "context": {"text": TEXT, "offset": INTEGER, "length": INTEGER}, "sentence": TEXT, "type": {"typeName": TEXT},
            "rule": {"id": TEXT, "description": TEXT, "issueType": TEXT, "category": {"id": TEXT, "name": TEXT}, "isPremium": FLAG},
            "ignoreForIncompleteSentence": FLAG, "contextForSureMatch": INTEGER,
        }
    ],
    "sentenceRanges": [[INTEGER]],
    "extendedSentenceRanges": [],
}  # fmt: skip


def fits(value: Any, shape: Any, path: str = "") -> None:
    if isinstance(shape, dict):
        assert isinstance(value, dict), path
        assert set(shape) <= set(value), path
        for name, inner in shape.items():
            fits(value[name], inner, f"{path}.{name}")
    elif isinstance(shape, list):
        assert isinstance(value, list), path
        for one in value if shape else ():
            fits(one, shape[0], f"{path}[]")
    else:
        assert type(value) is shape, path


def test_every_field_that_a_client_reads() -> None:
    answer = answered(text=f"您好，{RUDE}，着什么急。")
    assert len(answer["matches"]) == 2
    fits(answer, SHAPE)


def test_the_compact_form() -> None:
    answer = answered(text=RUDE, c="1")
    (match,) = answer["matches"]
    assert not {"software", "warnings"} & set(answer)
    assert not {"context", "sentence"} & set(match)
    assert len(match["replacements"]) <= 5


def test_rule_ids_can_be_written_by_clients() -> None:
    ids = [languagetool.rule_id(rule.id) for rule in linter().rules]
    assert all(id.replace("_", "").isalnum() and id.isupper() for id in ids)
    assert len(set(ids)) == len(ids)
    assert not any(word in id for id in ids for word in ("MORFOLOGIK_RULE", "SPELLER_RULE", "HUNSPELL"))


@pytest.mark.parametrize("text", ["好" * 60 + RUDE + "。" * 60, f"{RUDE}\n谢谢", RUDE, f"😀{RUDE}😀"])
def test_the_context_is_what_clients_search_for(text: str) -> None:
    for match in answered(text=text)["matches"]:
        context = match["context"]
        marked = utf16(text, match["offset"], match["length"]).replace("\n", " ")
        assert utf16(context["text"], context["offset"], context["length"]) == marked
        assert context["text"].removeprefix("...").removesuffix("...") in text.replace("\n", " ")


# -- what is asked for ----------------------------------------------------------------------------

BAD = {
    "no language": {"text": RUDE, "language": ""},
    "an unknown language": {"text": RUDE, "language": "中文"},
    "no text": {},
    "text and data": {"text": RUDE, "data": "{}"},
    "data of no use": {"data": "{"},
    "deeply nested data": {"data": "[" * 100_000},
    "data that is no object": {"data": "[]"},
    "data with both": {"data": '{"text": "a", "annotation": []}'},
    "data with neither": {"data": "{}"},
    "data whose text is none": {"data": '{"text": 1}'},
    "text and markup in one": {"data": '{"annotation": [{"text": "a", "markup": "b"}]}'},
    "text that is to be read otherwise": {"data": '{"annotation": [{"text": "a", "interpretAs": "b"}]}'},
    "an annotation that is none": {"data": '{"annotation": [3]}'},
    "an old name": {"text": RUDE, "enabled": "A"},
    "an unknown level": {"text": RUDE, "level": "loud"},
    "an unknown mode": {"text": RUDE, "mode": "half"},
    "only, but nothing": {"text": RUDE, "enabledOnly": "true"},
    "only, and without": {"text": RUDE, "enabledOnly": "yes", "enabledRules": "A", "disabledRules": "B"},
    "variants of one language": {"text": RUDE, "preferredVariants": "zh-CN"},
    "a variant without a hyphen": {"text": RUDE, "language": "auto", "preferredVariants": "zh"},
}


@pytest.mark.parametrize("parameters", BAD.values(), ids=BAD)
def test_what_the_protocol_refuses(parameters: dict[str, str]) -> None:
    with pytest.raises(languagetool.BadRequestError):
        answered(**parameters)


GOOD = {
    "unknown parameters": {"ruleValues": "x", "useragent": "y", "inputLogging": "no"},
    "no variants at all": {"language": "auto", "preferredVariants": ""},
    "several variants": {"language": "auto", "preferredVariants": "zh-CN, en-US"},
    "not only": {"enabledOnly": "false", "disabledRules": "WHITESPACE_RULE"},
    "a mother tongue": {"motherTongue": "xx"},
    **{
        language: {"language": language}
        for language in ("zh", "zh-Hans", "zh-Hant", "zh_CN", "zh-TW", "auto")
    },
}


@pytest.mark.parametrize("parameters", GOOD.values(), ids=GOOD)
def test_what_the_protocol_lets_pass(parameters: dict[str, str]) -> None:
    assert len(answered(text=RUDE, **parameters)["matches"]) == 1


@pytest.mark.parametrize(
    ("tongue", "english"), [("en", True), ("en-GB", True), ("zh", False), ("eno", False)]
)
def test_who_is_at_home_in_english_reads_english(tongue: str, english: bool) -> None:
    (match,) = answered(text=RUDE, motherTongue=tongue)["matches"]
    category = match["rule"]["category"]["name"]
    for said in (match["message"], match["shortMessage"], match["rule"]["description"], category):
        assert bool(re.match("[A-Za-z]", said)) == english


@pytest.mark.parametrize("parameters", [{"language": "en-US"}, {"language": "auto", "text": "no"}])
def test_other_languages_have_no_findings(parameters: dict[str, str]) -> None:
    answer = answered(**{"text": RUDE, **parameters})
    assert answer["matches"] == []
    assert answer["language"]["detectedLanguage"]["confidence"] == 0.0


def test_rules_are_chosen_by_id_and_by_category() -> None:
    text = f"你好，{RUDE}"
    everything = [match["rule"]["id"] for match in answered(text=text)["matches"]]
    assert "KEQI_REFUSAL_BARE" in everything
    assert len(everything) > 1
    without = answered(text=text, disabledRules="X, KEQI_REFUSAL_BARE")["matches"]
    assert [m["rule"]["id"] for m in without] == [id for id in everything if id != "KEQI_REFUSAL_BARE"]
    only = answered(text=text, enabledOnly="true", enabledCategories="KEQI_REFUSAL")["matches"]
    assert [m["rule"]["id"] for m in only] == ["KEQI_REFUSAL_BARE"]


@pytest.mark.parametrize("level", ["default", "picky"])
def test_the_halves_of_a_text_make_a_whole(level: str) -> None:
    text = f"你好，{RUDE}。麻烦等一下，我尽快处理。把单号发来。"
    halves = [
        answered(text=text, level=level, mode=m)["matches"] for m in ("textLevelOnly", "allButTextLevelOnly")
    ]
    whole = answered(text=text, level=level)["matches"]
    assert sorted(halves[0] + halves[1], key=str) == sorted(whole, key=str)
    assert whole


# -- places ---------------------------------------------------------------------------------------

PIECES = [
    "改地址不行",
    "你",
    "。",
    "，",
    "😀",
    "𠮷",
    "不知道",
    "着什么急",
    "\n",
    "您好",
    "{单号}",
    "\u2028",
    "a",
    " ",
    "自己看",
    "嗯",
]
texts = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@settings(max_examples=120, deadline=None)
@given(texts, st.sampled_from(["default", "picky"]))
def test_a_match_marks_what_was_found(text: str, level: str) -> None:
    answer = answered(text=text, level=level)
    for match in answer["matches"]:
        assert match["length"] > 0
        marked = utf16(text, match["offset"], match["length"])
        assert marked
        assert marked in text
        assert match["offset"] * 2 + match["length"] * 2 <= len(text.encode("utf-16-le"))
        assert utf16(match["context"]["text"], match["context"]["offset"], match["context"]["length"]) == (
            marked.replace("\n", " ")
        )
    starts = [match["offset"] for match in answer["matches"]]
    assert starts == sorted(starts)
    for start, end in answer["sentenceRanges"]:
        assert utf16(text, start, end - start).strip()


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from(["😀😀", "", "您好，", "𠮷先生，"]),
    st.sampled_from([RUDE, "不知道", "着什么急", "自己看"]),
)
def test_a_client_corrects_as_we_do(before: str, act: str) -> None:
    text = f"{before}{act}"
    found = [f for f in linter().check(text) if f.severity in ("warning", "error")]
    if len(found) != 1 or not found[0].fixes or not found[0].fixes[0].safe:
        return
    matches = [as_client(match, text) for match in answered(text=text)["matches"]]
    assert utils.correct(text, matches) == linter().fix(text)


def as_client(match: dict[str, Any], text: str) -> Any:
    """A match as language_tool_python has it: its offsets are Python's."""
    units = text.encode("utf-16-le")
    start = len(units[: 2 * match["offset"]].decode("utf-16-le"))
    end = len(units[: 2 * (match["offset"] + match["length"])].decode("utf-16-le"))
    values = [one["value"] for one in match["replacements"]]
    return SimpleNamespace(offset=start, error_length=end - start, replacements=values)


MARKUP = [("**", ""), ("<p>", "\n\n"), ("{{名}}", "某某"), ("<br/>", "\n"), ("😀", "")]


@settings(max_examples=120, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.sampled_from(MARKUP)), max_size=12))
def test_places_in_annotated_text_are_those_of_what_was_sent(parts: list[Any]) -> None:
    annotation = [
        {"text": part, "offset": {"start": 1, "end": 2}}
        if isinstance(part, str)
        else {"markup": part[0], "interpretAs": part[1]}
        for part in parts
    ]
    sent = "".join(part if isinstance(part, str) else part[0] for part in parts)
    for match in answered(data=json.dumps({"annotation": annotation}))["matches"]:
        marked = utf16(sent, match["offset"], match["length"])
        assert marked
        for one in match["replacements"]:
            # Nothing is offered where markup would be lost.
            assert not any(raw in marked for raw, _ in MARKUP if raw != "😀"), one


def test_text_and_data_say_the_same() -> None:
    text = f"😀您好，{RUDE}，着什么急。"
    annotation = [{"text": text[:4]}, {"text": text[4:], "unknown": 1}]
    plain = answered(text=text)
    assert answered(data=json.dumps({"text": text, "metaData": {"x": 1}})) == plain
    assert answered(data=json.dumps({"annotation": annotation})) == plain


def test_half_characters_are_read_as_one_unit() -> None:
    answer = answered(data=json.dumps({"text": f"\ud83d。{RUDE}"}))
    assert json.dumps(answer, ensure_ascii=False).encode()
    (match,) = answer["matches"]
    assert match["offset"] == 2


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.text(max_size=5), st.text(max_size=9), max_size=4))
def test_a_form_is_read_as_it_was_written(said: dict[str, str]) -> None:
    clean = {presentable(name): presentable(value) for name, value in said.items()}
    assert languagetool.form(str(httpx.QueryParams(clean)).encode()) == clean


@pytest.mark.parametrize("body", [b"text=%zz", b"text=%", b"text=%ff", b"text=\xff"])
def test_a_form_that_is_none(body: bytes) -> None:
    with pytest.raises(languagetool.BadRequestError):
        languagetool.form(body)


def test_pairs_without_a_value_are_dropped() -> None:
    assert languagetool.form(b"text&language=zh&a=b=c&&d=+") == {"language": "zh", "a": "b=c", "d": " "}


# -- over HTTP ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/v2/check", "//v2/check", "/v2//check", "/v2/v2/check"])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/json", "text/plain"])
def test_every_way_of_writing_the_address(client: httpx.Client, path: str, kind: str) -> None:
    body = str(httpx.QueryParams({"text": RUDE, "language": "zh-CN"}))
    answer = client.post(
        f"{str(client.base_url).rstrip('/')}{path}", content=body, headers={"Content-Type": kind}
    )
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert len(answer.json()["matches"]) == 1


def test_the_address_overrides_the_body(client: httpx.Client) -> None:
    answer = client.post("/v2/check?text=" + RUDE, data={"text": "您好", "language": "zh-CN"})
    assert len(answer.json()["matches"]) == 1
    assert len(client.get("/v2/check", params={"text": RUDE, "language": "auto"}).json()["matches"]) == 1


REFUSED = {
    "no parameters": ("POST", "/v2/check", b"", 400),
    "no form": ("POST", "/v2/check", b"language=zh&text=%E4%BD%", 400),
    "an unknown action": ("GET", "/v2/nothing", b"", 404),
    "too long": ("POST", "/v2/check", b"language=zh&text=" + "好".encode() * 200_001, 413),
    "far too long": ("POST", "/v2/check", b"language=zh&text=" + b"a" * (4 << 20), 413),
    "a script": ("GET", "/v2/check?language=zh&text=a&callback=alert(1)", b"", 400),
}


@pytest.mark.parametrize(("method", "path", "body", "status"), REFUSED.values(), ids=REFUSED)
def test_refusals_are_plain_text(
    client: httpx.Client, method: str, path: str, body: bytes, status: int
) -> None:
    origin = str(client.base_url).rstrip("/")
    answer = client.request(method, path, content=body, headers={"Origin": origin})
    assert answer.status_code == status
    assert answer.text.startswith("Error: ")
    assert answer.headers["access-control-allow-origin"] == origin


def test_too_often_and_too_slow_are_plain_text() -> None:
    with limited(rate=0.001, burst=1, check_seconds=0.0, max_text=100_000) as server:
        form = {"language": "zh", "text": "不知道" * 3000}
        slow = httpx.post(f"{server.url}/v2/check", data=form)
        assert (slow.status_code, slow.text[:7]) == (500, "Error: ")
        often = httpx.post(f"{server.url}/v2/check", data=form)
        assert (often.status_code, often.text[:7]) == (429, "Error: ")
    with limited(check_seconds=0.0) as server:
        patient = {**form, "allowIncompleteResults": "true"}
        answer = httpx.post(f"{server.url}/v2/check", data=patient).json()
        assert answer["warnings"]["incompleteResults"] is True
        assert answer["warnings"]["incompleteResultsReason"]


def test_a_page_asks_first(client: httpx.Client) -> None:
    asked = {"Origin": "moz-extension://abc", "Access-Control-Request-Headers": "x-y"}
    answer = client.options("/v2/check", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-headers"] == "x-y"
    assert answer.headers["access-control-allow-methods"] == "GET, POST, OPTIONS"
    assert answer.headers["access-control-allow-private-network"] == "true"
    assert answer.headers["access-control-allow-origin"] == "moz-extension://abc"


def test_what_else_there_is(client: httpx.Client) -> None:
    assert client.get("/v2/healthcheck").text == "OK"
    assert client.get("/v2/maxtextlength").text == "200000"
    assert client.get("/v2/info").json()["software"]["rules"] > 100
    listed = client.get("/v2/languages").json()
    assert {"zh-CN", "zh-TW", "zh-HK", "zh-SG"} == {one["longCode"] for one in listed}
    assert all(one["code"] == "zh" for one in listed)
    rules = client.get("/v2/configinfo", params={"language": "zh"}).json()["rules"]
    assert any(rule["ruleId"] == "KEQI_REFUSAL_BARE" for rule in rules)
    english = client.get("/v2/configinfo", params={"language": "en-US"}).json()["rules"]
    assert [rule["description"] for rule in english] == [rule.title_in(True) for rule in linter().rules]
    assert client.get("/v2/words").json() == {"words": []}
    script = client.get("/v2/check", params={"language": "zh", "text": RUDE, "callback": "got"}).text
    assert script.startswith("got({")
    assert script.endswith("});")


# -- clients --------------------------------------------------------------------------------------


def test_language_tool_python(server: Server) -> None:
    with language_tool_python.LanguageTool("zh-CN", remote_server=server.url) as tool:
        text = f"😀😀您好，{RUDE}"
        (match,) = tool.check(text)
        assert text[match.offset :][: match.error_length] == RUDE
        assert match.replacements[0] == SAFE
        assert tool.correct(text) == linter().fix(text) == f"😀😀您好，{SAFE}"
        assert tool.check("您好，已经为您改好地址。") == []


@pytest.mark.parametrize("language", ["zh", "zh-TW", "auto"])
def test_language_tool_python_in_other_languages(server: Server, language: str) -> None:
    with language_tool_python.LanguageTool(language, remote_server=server.url) as tool:
        assert len(tool.check(RUDE)) == 1


def test_pylanguagetool(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    from pylanguagetool import print_errors

    answer = pylanguagetool.check(RUDE, api_url=f"{server.url}/v2/", lang="zh-CN")
    (match,) = answer["matches"]
    assert match["replacements"][0]["value"] == SAFE
    print_errors(answer, f"{server.url}/v2/", print_color=False, rules=True, rule_categories=True)
    assert SAFE in capsys.readouterr().out


def test_clients_that_know_no_headers_show_the_token_as_their_key() -> None:
    with serving(KEQI_TOKEN="correct-horse") as server:
        url = f"{server.url}/v2/check"
        form = {"language": "zh", "text": RUDE, "username": "any"}
        for key in ({}, {"apiKey": "wrong-horse"}):
            refused = httpx.post(url, data={**form, **key})
            assert refused.status_code == 403
            assert refused.text.startswith("Error: ")
        assert httpx.post(url, data={**form, "apiKey": "correct-horse"}).status_code == 200
        bearer = {"Authorization": "Bearer correct-horse"}
        assert httpx.post(url, data=form, headers=bearer).status_code == 200
        assert httpx.get(f"{server.url}/v2/languages").status_code == 200
