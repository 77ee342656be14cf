"""What clients are told when a request cannot be answered: status, code, and a sentence."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import JSONResponse, PlainTextResponse, Response

WORDING: Mapping[str, tuple[str, str]] = {
    "host": (
        "不接受用这个名字访问；请用启动时写明的地址，或在启动时加 --allow-host。",
        "This server is not called by that name; use the address it was started with, or start it with --allow-host.",
    ),
    "origin": (
        "这个网页没有获准使用本服务；管理员可以在启动时加 --allow-origin。",
        "That page may not use this server; it can be allowed with --allow-origin.",
    ),
    "token": ("需要口令（Authorization: Bearer …），或口令不对；请向管理员索取。", "A token is needed (Authorization: Bearer ...), or it is wrong; ask the administrator for it."),
    "rate": ("请求太频繁，请稍后再试。", "Too many requests; try again in a moment."),
    "sessions": ("同时在线的人太多，上限 {limit}；请稍后再试。", "There are {limit} sessions already; try again later."),
    "slow": ("请求没有在限定时间内发完，请检查网络后重试。", "The request was not complete in time; check the network and try again."),
    "large": ("请求太大，上限 {limit} 字节；请分几次发送。", "The request is larger than {limit} bytes; send it in parts."),
    "method": ("这个地址不支持这种请求方法；用法见 /docs。", "That method is not supported here; see /docs."),
    "missing": ("没有这个地址；有哪些接口见 /docs。", "There is nothing here; see /docs for what there is."),
    "json": ("请求不是有效的 JSON（UTF-8）。", "The request is no valid JSON in UTF-8."),
    "field": ("{field} 不对，应为 {expected}。", "{field} is wrong: it should be {expected}."),
    "profile": ("没有叫“{value}”的行业配置；可用：{known}。", "There is no profile {value!r}; there are: {known}."),
    "format": ("没有叫“{value}”的格式；可用：{known}。", "There is no format {value!r}; there are: {known}."),
    "too-long": ("第 {number} 条回复超过 {limit} 字，请拆开后再发。", "Reply {number} has more than {limit} characters; send it in parts."),
    "too-many": ("一次最多 {limit} 条回复，请分几次发送。", "At most {limit} replies at a time; send them in parts."),
    "time": ("检查超时，请缩短内容后再试。", "The check took too long; send less text."),
    "crash": ("服务出错，请联系管理员（没有记录您的内容）。", "The server failed; your text was not recorded."),
}  # fmt: skip


class RefusedError(Exception):
    """Why a request is not answered."""

    def __init__(self, status: int, kind: str, **details: object) -> None:
        super().__init__(kind)
        self.status = status
        self.kind = kind
        """A key of `WORDING`."""
        self.details = details

    def say(self, english: bool) -> str:
        """The reason as a sentence."""
        return WORDING[self.kind][english].format(**self.details)


def speaks_english(headers: Mapping[str, str]) -> bool:
    """Whether the client prefers English."""
    first = headers.get("accept-language", "").partition(",")[0].strip().lower()
    return first.startswith("en")


def refused(refusal: RefusedError, path: str, headers: Mapping[str, str]) -> Response:
    """The response: plain text for clients of LanguageTool, JSON for others."""
    extra = {"Retry-After": "1"} if refusal.status in (429, 503) else {}
    if refusal.status == 401:
        extra["WWW-Authenticate"] = "Bearer"
    if path.startswith("/v2/"):
        return PlainTextResponse(f"Error: {refusal.say(True)}", refusal.status, extra)
    body = {"error": {"code": refusal.kind, "message": refusal.say(speaks_english(headers))}}
    return JSONResponse(body, refusal.status, extra)
