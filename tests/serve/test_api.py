"""keqi's own HTTP API."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from serving import limited, serving

import keqi
from keqi import __version__
from keqi.adapters.serve.texts import READABLE

RUDE = "改地址不行"
SAFE = "非常抱歉，暂时无法为您改地址"


def checked(client: httpx.Client, *replies: str, **more: Any) -> dict[str, Any]:
    answer = client.post("/v1/check", json={"replies": replies, **more})
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def test_each_reply_is_checked(client: httpx.Client) -> None:
    said = checked(client, "您好，已经为您改好地址。", f"😀{RUDE}")
    assert (said["version"], said["profile"]) == (__version__, "general")
    clean, rude = said["results"]
    whole = [{"start": 0, "end": 12}]
    assert clean == {"format": "draft", "segments": whole, "findings": [], "level": None}
    assert rude["level"] == "error"
    (found,) = rude["findings"]
    assert found["start"] == {"line": 1, "column": 2, "offset": 1}
    assert found["end"]["offset"] == 6
    assert found["fixes"][0] == {"title": SAFE, "safe": True, "edits": [{"start": 1, "end": 6, "text": SAFE}]}


def test_each_reply_is_mended(client: httpx.Client) -> None:
    answer = client.post("/v1/fix", json={"replies": [RUDE, "您好"]}).json()["results"]
    assert [one["text"] for one in answer] == [SAFE, "您好"]
    assert [one["changed"] for one in answer] == [True, False]
    assert answer[0]["findings"] == []
    braver = client.post("/v1/fix", json={"replies": [RUDE], "unsafe": True}).json()["results"]
    assert braver[0]["text"] == keqi.Linter().fix(RUDE, unsafe=True)


def test_a_request_may_name_its_profile_and_language(client: httpx.Client) -> None:
    said = checked(client, RUDE, profile="hotline", lang="en")
    assert said["profile"] == "hotline"
    assert said["results"][0]["findings"][0]["message"].isascii()


LANGUAGES = {
    "nobody says": ({}, {}, False),
    "the request does": ({"lang": "en"}, {}, True),
    "the browser does": ({}, {"Accept-Language": "en-GB,zh;q=0.5"}, True),
    "the request over the browser": ({"lang": "zh"}, {"Accept-Language": "en"}, False),
    "a language that is not spoken here": ({"lang": "fr"}, {"Accept-Language": "en"}, False),
}


@pytest.mark.parametrize(("said", "headers", "english"), LANGUAGES.values(), ids=LANGUAGES)
def test_messages_are_in_the_language_that_is_asked_for(
    client: httpx.Client, said: dict[str, str], headers: dict[str, str], english: bool
) -> None:
    answer = client.post("/v1/check", json={"replies": [RUDE], **said}, headers=headers)
    (found,) = answer.json()["results"][0]["findings"]
    listed = client.get("/v1/rules", params=said, headers=headers).json()["rules"]
    rule = next(rule for rule in listed if rule["id"] == found["rule"])
    assert rule["message"] == found["message"]
    for part in ("title", "message", "why"):
        assert (rule[part] == rule[f"{part}_en"]) == english


def test_nothing_is_checked_of_nothing(client: httpx.Client) -> None:
    assert checked(client)["results"] == []
    for blank in ("", " \n"):
        (result,) = checked(client, blank)["results"]
        assert result == {"format": "draft", "segments": [], "findings": [], "level": None}


CHAT = "😀客户：你们什么态度？不行！\n客服：不行，自己看。\n客户：你等着。\n客服：请您稍等。"
SAID = ["不行，自己看。", "请您稍等。"]
READINGS = {
    "a draft is one reply": ("draft", "不行\n\n不行", "draft", ["不行\n\n不行"]),
    "unless asked, a chat is a draft": ("draft", CHAT, "draft", [CHAT]),
    "of a chat what the agent said": ("auto", CHAT, "transcript", SAID),
    "a text that is no chat is a draft": ("auto", "您好，客服会联系您。\n\n不行", "draft", ["您好，客服会联系您。\n\n不行"]),
    "a chat that is said to be one": ("transcript", "客服：您好", "transcript", ["您好"]),
    "paragraphs": ("plain", "不行\n不行\n\n您好", "plain", ["不行\n不行", "您好"]),
    "lines": ("lines", "不行\n您好", "lines", ["不行", "您好"]),
    "Markdown": ("markdown", "- 不**行**\n\n```\n不行\n```", "markdown", ["不**行**"]),
    "HTML": ("html", "<p title='不行'>不行</p>", "html", ["不行"]),
}  # fmt: skip


@pytest.mark.parametrize(("format", "text", "read", "replies"), READINGS.values(), ids=READINGS)
def test_a_text_is_read_as_what_it_is(
    client: httpx.Client, format: str, text: str, read: str, replies: list[str]
) -> None:
    (result,) = checked(client, text, format=format)["results"]
    assert result["format"] == read
    assert [text[one["start"] : one["end"]] for one in result["segments"]] == replies


def test_every_format_that_is_offered_can_be_read(client: httpx.Client) -> None:
    for format in READABLE:
        assert checked(client, RUDE, format=format)["results"][0]["format"] in READABLE
    refused = client.post("/v1/check", json={"replies": [RUDE], "format": "docx"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "format")
    assert all(format in refused.json()["error"]["message"] for format in READABLE)


def test_of_a_chat_only_what_the_agent_said_is_checked_and_mended(client: httpx.Client) -> None:
    (result,) = checked(client, CHAT, format="auto")["results"]
    flagged = [CHAT[one["start"]["offset"] : one["end"]["offset"]] for one in result["findings"]]
    assert flagged == ["不行", "自己看"]
    assert result["findings"][0]["start"] == {"line": 2, "column": 4, "offset": CHAT.index("客服") + 3}
    (fixed,) = client.post("/v1/fix", json={"replies": [CHAT], "format": "auto"}).json()["results"]
    assert fixed["format"] == "transcript"
    assert fixed["findings"] == []
    old, new = CHAT.splitlines(), fixed["text"].splitlines()
    assert [number for number in range(4) if old[number] != new[number]] == [1]
    assert new[1].startswith("客服：非常抱歉")


def test_the_servers_settings_say_who_else_speaks_for_us(tmp_path: Path) -> None:
    settings = tmp_path / "keqi.toml"
    settings.write_text('speakers = ["王丽"]\n', "utf-8")
    text = "王丽：不行\n张三：不行\n客户：不行"
    with serving("--config", str(settings)) as server, httpx.Client(base_url=server.url) as client:
        (result,) = checked(client, text, format="transcript")["results"]
        assert [finding["start"]["offset"] for finding in result["findings"]] == [3]


def test_a_long_batch_keeps_its_order(client: httpx.Client) -> None:
    replies = [RUDE if n % 3 else "您好" for n in range(1500)]
    results = checked(client, *replies)["results"]
    assert [bool(one["findings"]) for one in results] == [bool(n % 3) for n in range(1500)]


def test_rules_and_profiles(client: httpx.Client) -> None:
    said = client.get("/v1/rules", params={"profile": "hotel"}).json()
    linter = keqi.Linter("hotel")
    assert [(rule["id"], rule["level"]) for rule in said["rules"]] == [
        (rule.id, linter.level(rule.id)[0]) for rule in linter.rules
    ]
    assert client.get("/v1/profiles").json() == {"default": "general", "profiles": list(linter.profiles)}


def test_standard_phrases(client: httpx.Client) -> None:
    everything = client.get("/v1/phrases").json()["phrases"]
    scene = everything[0]["scene"]
    assert {one["scene"] for one in client.get("/v1/phrases", params={"scene": scene}).json()["phrases"]} == {
        scene
    }
    found = client.get("/v1/phrases", params={"q": "ddsd"}).json()["phrases"]
    assert 0 < len(found) < len(everything)
    assert set(found[0]) == {"scene", "sceneTitle", "title", "text", "placeholders", "tags"}


REFUSED = {
    "no JSON": (b"{", "json"),
    "nothing": (b"", "json"),
    "no UTF-8": (b'{"replies": ["\xff"]}', "json"),
    "UTF-16": ('{"replies": []}'.encode("utf-16-le") + b"\x00", "json"),
    "deeply nested": (b"[" * 200_000, "json"),
    "deeply nested replies": (b'{"replies": ' + b"[" * 200_000, "json"),
    "no object": (b"[]", "field"),
    "no replies": (b"{}", "field"),
    "replies that are none": (b'{"replies": [1]}', "field"),
    "a reply instead of replies": (b'{"replies": "x"}', "field"),
    "a profile that is none": (b'{"replies": [], "profile": 3}', "field"),
    "an unknown profile": (b'{"replies": [], "profile": "x"}', "profile"),
    "half a character as profile": (b'{"replies": [], "profile": "\\ud800"}', "profile"),
    "a format that is none": (b'{"replies": [], "format": ["auto"]}', "field"),
    "a format for files": (b'{"replies": [], "format": "xlsx"}', "format"),
    "half a character as format": (b'{"replies": [], "format": "\\ud800"}', "format"),
    "unsafe that is no flag": (b'{"replies": [], "unsafe": "yes"}', "field"),
}


@pytest.mark.parametrize("path", ["/v1/check", "/v1/fix"])
@pytest.mark.parametrize(("body", "code"), REFUSED.values(), ids=REFUSED)
def test_what_is_wrong_with_a_request_is_said(
    client: httpx.Client, path: str, body: bytes, code: str
) -> None:
    answer = client.post(path, content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code
    english = client.post(path, content=body, headers={"Accept-Language": "en-GB,zh;q=0.5"}).json()
    assert english["error"]["message"] != answer.json()["error"]["message"]


TOO_LARGE = {
    "a body": (b'{"replies": ["' + b"a" * (4 << 20) + b'"]}', "large"),
    "a draft of a megabyte": (
        json.dumps({"replies": ["好" * 350_000]}, ensure_ascii=False).encode(),
        "too-long",
    ),
    "a batch": (json.dumps({"replies": [""] * 2001}).encode(), "too-many"),
}


@pytest.mark.parametrize(("body", "code"), TOO_LARGE.values(), ids=TOO_LARGE)
def test_what_is_too_large_is_said(client: httpx.Client, body: bytes, code: str) -> None:
    answer = client.post("/v1/check", content=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, code)


def test_half_characters_do_no_harm(client: httpx.Client) -> None:
    body = b'{"replies": ["\\ud83d\xe3\x80\x82\xe6\x94\xb9\xe5\x9c\xb0\xe5\x9d\x80\xe4\xb8\x8d\xe8\xa1\x8c"]}'
    assert client.post("/v1/check", content=body).json()["results"][0]["level"] == "error"
    assert client.post("/v1/fix", content=body).json()["results"][0]["text"] == f"\ufffd。{SAFE}"


def test_a_check_that_takes_too_long_is_given_up_and_others_go_on() -> None:
    with limited(check_seconds=0.0) as server:
        url = f"{server.url}/v1/check"
        slow = httpx.post(url, json={"replies": [RUDE * 20] * 500}, timeout=60)
        assert (slow.status_code, slow.json()["error"]["code"]) == (503, "time")
        assert slow.headers["retry-after"]
        assert httpx.post(url, json={"replies": [RUDE]}, timeout=60).status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_what_is_not_there(client: httpx.Client, method: str) -> None:
    answer = client.request(method, "/v1/nothing")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "missing")


def test_another_method(client: httpx.Client) -> None:
    answer = client.get("/v1/check")
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method")


def test_health_and_numbers(client: httpx.Client) -> None:
    health = client.get("/healthz").json()
    assert (health["status"], health["version"]) == ("ok", __version__)
    assert health["rules"] == len(keqi.Linter().rules)

    def number(line: str) -> int:
        lines = client.get("/metrics").text.splitlines()
        return next((int(one.split()[-1]) for one in lines if one.startswith(f"{line} ")), 0)

    before = number("keqi_replies_total"), number("keqi_findings_total")
    checked(client, RUDE, RUDE)
    assert (number("keqi_replies_total"), number("keqi_findings_total")) == (before[0] + 2, before[1] + 2)
    assert number('keqi_request_seconds_bucket{route="check",le="+Inf"}') == number(
        'keqi_request_seconds_count{route="check"}'
    )


def test_the_page_about_the_api(client: httpx.Client) -> None:
    page = client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "unsafe" not in page.headers["content-security-policy"]
    for path in client.get("/openapi.json").json()["paths"]:
        assert path in page.text
