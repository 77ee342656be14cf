import assert from "node:assert/strict";
import { test } from "node:test";
import { meansSend, saysSend } from "../attach/sendbutton";

const SEND = [
  "发送", "发 送", " 发送\n", "发送(S)", "发送（Enter）", "发送 Ctrl+Enter", "发送⏎", "✈ 发送", "立即发送", "确认发送", "发送消息",
  "发送并结束", "提交", "提交回复", "提交工单", "回复", "回复客户", "回复并关闭", "發送", "傳送", "送出", "回覆",
  "Send", "SEND", "Send (⌘⏎)", "Send message", "Send & close", "Send now", "Submit", "Submit as solved", "Reply", "Reply to all",
];
const OTHER = [
  "", "发送图片", "发送文件", "发送优惠券", "发送订单", "定时发送", "快捷回复", "自动回复", "回复模板", "查看回复", "3 条回复", "已发送", "提交记录",
  "取消发送", "搜索", "保存", "转接", "结束会话", "存草稿", "AI 回复", "Send file", "Send image", "Send gift", "Reply templates", "Sent",
  "Resend", "Submit feedback form for this page", "Save", "Search", "Cancel", "Sender",
];

test("send buttons go by many names", () => {
  for (const name of SEND) assert.ok(saysSend(name), name);
});

test("what only sounds like one is none", () => {
  for (const name of OTHER) assert.ok(!saysSend(name), name);
});

test("an icon's button goes by what its makers called it", () => {
  for (const marks of ["send", "btn-send", "sendBtn", "Composer_sendButton__x7f2", "icon icon-send", "chat-send-msg"]) {
    assert.ok(meansSend(marks), marks);
  }
  for (const marks of ["", "sender", "resend", "send-file", "sendImage", "btn_send_gift", "sendLater", "unsent", "absenden"]) {
    assert.ok(!meansSend(marks), marks);
  }
});
