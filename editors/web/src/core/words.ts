/** What the user reads: Chinese first, English beside it. `{name}` is filled in. */
import type { Language } from "./api";

const WORDS = {
  // levels
  "level.error": ["必须改", "Must change"],
  "level.warning": ["建议改", "Should change"],
  "level.info": ["可以更好", "Could be better"],
  "level.hint": ["小提示", "Hint"],
  // card
  "card.label": ["用语建议", "Suggestion"],
  "card.close": ["关闭", "Close"],
  "card.next": ["下一处（F8）", "Next (F8)"],
  "card.confirm": ["需确认", "To confirm"],
  "card.confirm.title": [
    "这个改法会多说些什么（例如答应去办），采用前请确认",
    "This wording says more than the draft does, such as a promise; confirm before using it",
  ],
  "card.none": ["这里没有现成的改法，请按上面的理由改写。", "No ready wording here; please rewrite it yourself."],
  "card.delete": ["删去", "Leave it out"],
  "card.why": ["为什么", "Why"],
  "card.keys": ["Enter 采用 · ↑↓ 选择 · Esc 关闭", "Enter to use · ↑↓ to choose · Esc to close"],
  "card.click": ["点一下采用；用键盘选按 Alt+Enter", "Click to use; Alt+Enter to choose by keyboard"],
  // verdict
  "verdict.empty": ["写下回复，这里会告诉您能不能发送", "Write a reply; this line says whether it can be sent"],
  "verdict.checking": ["正在检查…", "Checking…"],
  "verdict.ok": ["可以发送", "Ready to send"],
  "verdict.advice": ["可以发送，另有 {n} 条可以更好", "Ready to send; {n} could be better"],
  "verdict.left": ["还有 {n} 处要改", "{n} to change"],
  "verdict.more": ["另有 {n} 条可以更好", "{n} more could be better"],
  "verdict.gaps": ["还有 {n} 个空要填：{names}", "{n} blank(s) to fill in: {names}"],
  "verdict.chat": ["对话记录：只检查客服说的 {n} 段", "Chat: only the agent's {n} turn(s) are checked"],
  "verdict.offline": ["连不上检查服务，正在重试…", "The server cannot be reached; trying again…"],
  "verdict.failed": ["没有检查成功：{why}", "Not checked: {why}"],
  "verdict.count": ["{n} 字", "{n} characters"],
  // console
  title: ["客气 · 客服用语检查", "Keqi · politeness check for customer service"],
  brand: ["客气", "Keqi"],
  tagline: ["客服用语检查与改写", "Courtesy for Chinese customer service"],
  profile: ["行业", "Profile"],
  language: ["English", "中文"],
  "language.label": ["Switch to English", "切换到中文"],
  "theme.system": ["外观：跟随系统", "Appearance: system"],
  "theme.light": ["外观：浅色", "Appearance: light"],
  "theme.dark": ["外观：深色", "Appearance: dark"],
  help: ["快捷键", "Keyboard shortcuts"],
  draft: ["回复草稿", "Draft reply"],
  placeholder: [
    "在这里写回复，或粘贴整段对话…\n（“客服：……”“客户：……”的对话只检查客服的话）",
    "Write a reply here, or paste a whole chat…",
  ],
  "do.rewrite": ["全部改写", "Rewrite all"],
  "do.undo": ["撤销", "Undo"],
  "do.redo": ["重做", "Redo"],
  "do.clear": ["清空", "Clear"],
  "do.copy": ["复制", "Copy"],
  "did.copy": ["已复制", "Copied"],
  "did.copy.left": ["已复制，但还有 {n} 处要改", "Copied, with {n} still to change"],
  "did.copy.not": ["浏览器不允许复制，请手动选择后复制", "The browser refused; select and copy by hand"],
  "did.rewrite": ["已改写", "Rewritten"],
  "did.apply": ["已改为“{text}”", "Changed to “{text}”"],
  "did.delete": ["已删去", "Left out"],
  "did.clear": ["已清空", "Cleared"],
  "did.insert": ["已插入“{text}”", "Inserted “{text}”"],
  "tab.findings": ["问题", "Findings"],
  "tab.phrases": ["常用语", "Phrases"],
  "list.empty": [
    "还没有内容。边写边查，有不妥的地方会画线；点一下就能看到原因和改法。",
    "Nothing yet. What reads badly is underlined as you write; click it for the reason and better wording.",
  ],
  "list.example": ["看一个例子", "Show an example"],
  "list.ok": ["没有发现不妥的地方。", "Nothing to improve."],
  "list.apply": ["改为", "Change to"],
  "list.more": ["还有 {n} 种改法", "{n} more"],
  "list.gone": ["缺少", "missing"],
  "phrases.scene": ["场景", "Scene"],
  "phrases.search": ["搜索常用语", "Search phrases"],
  "phrases.all": ["全部场景", "All scenes"],
  "phrases.none": ["这台服务器没有提供常用语。", "This server offers no phrases."],
  "phrases.nothing": ["没有找到相关的常用语。", "No phrase matches."],
  "rewrite.title": ["全部改写", "Rewrite all"],
  "rewrite.before": ["改写前", "Before"],
  "rewrite.after": ["改写后", "After"],
  "rewrite.unsafe": [
    "也采用要您确认的改法（可能多答应了什么，或删去了句子）",
    "Also use wordings to be confirmed (they may promise more, or leave a sentence out)",
  ],
  "rewrite.apply": ["采用改写", "Use this"],
  "rewrite.cancel": ["取消", "Cancel"],
  "rewrite.working": ["正在改写…", "Rewriting…"],
  "rewrite.same": ["没有可以直接改的地方。", "There is nothing to rewrite."],
  "rewrite.done": ["改后就可以发送了。", "After this it can be sent."],
  "rewrite.left": ["改后还有 {n} 处要您自己看。", "After this {n} are left for you."],
  "token.title": ["需要口令", "A token is needed"],
  "token.label": ["服务器口令（向管理员索取）", "The server's token (ask the administrator)"],
  "token.note": ["口令只存在这台电脑的浏览器里。", "It is kept in this browser only."],
  "token.save": ["继续", "Continue"],
  "help.close": ["关闭", "Close"],
  "help.next": ["下一处 / 上一处", "Next / previous finding"],
  "help.open": ["打开光标处的建议", "Open the suggestion at the cursor"],
  "help.apply": ["采用选中的改法", "Use the chosen wording"],
  "help.escape": ["关闭建议，回到草稿", "Close it and return to the draft"],
  "help.rewrite": ["全部改写", "Rewrite all"],
  "help.copy": ["复制全文", "Copy everything"],
  "help.undo": ["撤销 / 重做", "Undo / redo"],
  "help.privacy": [
    "草稿只发给这台检查服务器，不保存，也不写进日志。",
    "Drafts go to this server only; they are neither kept nor logged.",
  ],
  // any text box
  "hold.title": ["有 {n} 处必须改，仍要发送吗？", "{n} must change. Send anyway?"],
  "hold.send": ["仍然发送", "Send anyway"],
  "hold.back": ["回去修改", "Go back"],
  "field.status": ["客气：{n} 处可以改", "Keqi: {n} to improve"],
  "field.status.none": ["客气：没有发现不妥", "Keqi: nothing to improve"],
  "field.status.failed": ["客气：没有检查成功（{why}）", "Keqi: not checked ({why})"],
} as const satisfies Record<string, readonly [string, string]>;

export type Word = keyof typeof WORDS;

/** The wording for `key`. */
export function say(lang: Language, key: Word, filled: Record<string, string | number> = {}): string {
  return WORDS[key][lang === "en" ? 1 : 0].replace(/\{(\w+)\}/g, (gap, name: string) => String(filled[name] ?? gap));
}

const PROFILES: Record<string, readonly [string, string]> = {
  general: ["通用", "General"],
  hotline: ["客服热线", "Hotline"],
  "e-commerce": ["网店、电商", "E-commerce"],
  hotel: ["酒店、餐饮", "Hotel, restaurant"],
  property: ["物业", "Property"],
  bank: ["银行、保险、证券", "Bank, insurance"],
  medical: ["医院、诊所、药房", "Medical"],
  government: ["政务热线、窗口", "Government"],
};

/** Shipped profiles in the order in which they are offered. */
export const PROFILE_ORDER: readonly string[] = Object.keys(PROFILES);

/** What a profile is called; a team's own goes by its id. */
export function profileName(lang: Language, profile: string): string {
  return PROFILES[profile]?.[lang === "en" ? 1 : 0] ?? profile;
}
