// A chat console as a customer-service team might have it: nothing in it is a form, and a click sends.
// ?composer= says what its send button is made of; ?keqi= puts keqi into the fields (without it, the extension may).
import { useEffect, useRef, useState } from "react";
import { createRoot } from "react-dom/client";

const asked = new URLSearchParams(location.search);
const kind = asked.get("composer") ?? "button";
const url = asked.get("keqi");
const { attach } = url ? await import(`${url}/attach.js`) : { attach: () => ({ destroy() {} }) };

const CHAT = [
  ["customer", "你好，我上周买的电饭煲今天开不了机了"],
  ["agent", "您好，非常抱歉给您添麻烦了，请问指示灯亮吗？"],
  ["customer", "不亮，换了插座也不行"],
  ["customer", "能不能直接给我退款？急着做饭呢"],
];
const CUSTOMERS = [["林女士", "能不能直接给我退款？", "刚刚"], ["阿杰", "发票抬头开错了", "3 分钟"], ["周先生", "好的，谢谢", "12 分钟"]];

/** What sends, in the ways in which pages make it. */
function SendButton({ send }) {
  if (kind === "div") return <div className="send" onClick={send}>发送(Enter)</div>;
  if (kind === "icon") return <button type="button" className="Composer_sendBtn__x7f2" onClick={send}><i aria-hidden="true">➤</i></button>;
  if (kind === "role") return <span role="button" tabIndex={0} aria-label="发送消息" className="send" onClick={send}><b>✓</b></span>;
  if (kind === "unnamed") return <button type="button" className="go" onClick={send}><i aria-hidden="true">▲</i></button>;
  return <button type="button" className="send" onClick={send}>发送</button>;
}

function Rich({ change, round }) {
  return <div key={round} id="reply" contentEditable role="textbox" aria-multiline="true" aria-label="回复客户" className="draft" onInput={(e) => change(e.currentTarget.innerText)} />;
}

function Desk() {
  const [chat, setChat] = useState(CHAT);
  const [text, setText] = useState("");
  const [round, setRound] = useState(0);
  const [footer, setFooter] = useState(0);
  const [log, setLog] = useState([]);
  const draft = useRef("");
  const note = (what) => setLog((known) => [...known, what]);
  const change = (now) => setText((draft.current = now));
  const send = () => {
    const said = draft.current.trim();
    if (!said) return;
    setChat((known) => [...known, ["agent", said]]);
    change("");
    setRound((n) => n + 1);
  };
  useEffect(() => {
    window.remake = () => setFooter((n) => n + 1);
  }, []);
  useEffect(() => {
    const fields = ["reply", "note"].map((id) => attach(document.getElementById(id), { url, hold: true }));
    window.ready = true;
    return () => fields.forEach((field) => field.destroy());
  }, [kind === "rich" ? round : 0]);
  return (
    <>
      <header><b>在线客服</b><input type="search" aria-label="搜索客户" placeholder="搜索客户" /><span>接待中 3</span></header>
      <nav aria-label="会话">
        {CUSTOMERS.map(([name, last, when], index) => (
          <button key={name} type="button" className={index ? "" : "here"}><b>{name}</b><time>{when}</time><span>{last}</span></button>
        ))}
      </nav>
      <main>
        <ol aria-label="聊天记录">
          {chat.map(([who, said], index) => (
            <li key={index} className={who}>
              <p>{said}</p>
              <button type="button" className="quote" onClick={() => note(`quote ${index}`)}>回复</button>
            </li>
          ))}
        </ol>
        <section className="composer">
          <div className="bar">
            <button type="button" onClick={() => note("emoji")} aria-label="表情">☺</button>
            <button type="button" onClick={() => note("picture")}>发送图片</button>
            <button type="button" onClick={() => note("phrases")}>快捷回复</button>
          </div>
          {kind === "rich" ? <Rich change={change} round={round} /> : <textarea id="reply" aria-label="回复客户" className="draft" rows="3" value={text} onChange={(e) => change(e.target.value)} />}
          <div className="foot" key={footer}>
            <button type="button" onClick={() => note("keep")}>存草稿</button>
            <SendButton send={send} />
          </div>
        </section>
      </main>
      <aside>
        <h2>林女士</h2>
        <p>订单 20240618 · 电饭煲 4L</p>
        <label htmlFor="note">备注（客户看不到）</label>
        <textarea id="note" rows="2" />
        <button type="button" onClick={() => note("note")}>提交</button>
        <output id="log">{log.join(" ")}</output>
      </aside>
    </>
  );
}

createRoot(document.getElementById("desk")).render(<Desk />);
