/**
 * Pasted chats: which stretches of a text the agent said.
 *
 * Deliberately narrow: both sides must be labelled (客服：… against 客户：…). Whatever is not surely a
 * chat of two sides is a draft and checked as a whole.
 */

/** A stretch of the text, in UTF-16 units. */
export interface Turn {
  readonly from: number;
  readonly to: number;
}

const OURS = "客服|坐席|座席|话务员|接线员|商家|店家|卖家|掌柜|店小二|管家|售前|售后|客户经理|客户服务|服务员|我|agent|service";
const THEIRS = "客户|用户|顾客|买家|业主|访客|住客|患者|来电人|來電人|客戶|用戶|顧客|買家|customer|client|user|buyer";
const DATE = String.raw`(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[ T]+)?`;
const TIME = String.raw`[\[【(（]?${DATE}\d{1,2}[:：]\d{2}(?:[:：]\d{2})?[\])）】]?`;
const NAME = String.raw`(?<name>(?:在线|人工|智能|官方)?(?:(?<ours>${OURS})|(?<theirs>${THEIRS}))[\w\u4e00-\u9fff*]{0,8}(?:[(（\[【][^)）\]】\n]{1,16}[)）\]】])?)`;
const HEADER = new RegExp(
  String.raw`^[ \t\u3000]*(?:${TIME}[ \t]*)?[<\[【]?${NAME}[>\]】]?[ \t]*(?:[:：]|${TIME}[ \t]*(?:[:：]|$))[ \t]*`,
  "gimu",
);

/** The agent's turns; null when the text is no chat of two sides. */
export function agentTurns(text: string): Turn[] | null {
  const headers = [...text.matchAll(HEADER)];
  const ours = headers.filter((header) => header.groups?.["ours"] !== undefined);
  if (ours.length === 0 || ours.length === headers.length) return null;
  const loose = text.slice(0, headers[0]?.index).split("\n").filter((line) => line.trim()).length;
  if (loose > 3) return null;
  return headers.flatMap((header, index) => {
    if (header.groups?.["ours"] === undefined) return [];
    const turn = stripped(text, header.index + header[0].length, headers[index + 1]?.index ?? text.length);
    return turn.to > turn.from ? [turn] : [];
  });
}

function stripped(text: string, from: number, to: number): Turn {
  const said = text.slice(from, to);
  const first = from + said.length - said.trimStart().length;
  return { from: first, to: Math.max(first, from + said.trimEnd().length) };
}
