// A console as a customer-service team might have it, with keqi put into every field.
import { useState } from "react";
import { createRoot } from "react-dom/client";

const url = new URLSearchParams(location.search).get("keqi");
// Without an address the page is as its makers left it: for the extension to be tried on.
const { attach } = url ? await import(`${url}/attach.js`) : { attach: () => ({ destroy() {} }) };
const at = (id) => document.getElementById(id);
const sent = (text) => at("sent").append(Object.assign(document.createElement("li"), { textContent: text }));

function Composer() {
  const [text, setText] = useState("");
  const [round, setRound] = useState(0);
  const send = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    sent(text);
    setText("");
  };
  return (
    <section key={round}>
      <label htmlFor="controlled">受控输入框</label>
      <textarea id="controlled" rows="2" value={text} onChange={(e) => setText(e.target.value)} onKeyDown={send} />
      <output id="state">{text}</output>
      <button id="fill" type="button" onClick={() => setText("这个不行。")}>填入</button>
      <button id="render" type="button" onClick={() => setRound(round + 1)}>重建</button>
    </section>
  );
}

at("rich").innerHTML = "<p>您好，<b>这个</b>不行。</p><p>请问<span contenteditable=\"false\">@小王</span>你的订单号是多少？</p>";
at("form").addEventListener("submit", (event) => {
  event.preventDefault();
  sent(at("form-text").value);
});
at("open").addEventListener("click", () => at("dialog").showModal());

window.attached = {};
const put = (id, more = {}) => {
  window.attached[id]?.destroy();
  window.attached[id] = attach(at(id), { url, ...more });
};
for (const id of ["plain", "one", "rich", "inside"]) put(id);
put("form-text", { hold: true });
window.put = put;
const drawn = new MutationObserver(() => {
  if (!at("controlled")) return;
  put("controlled", { hold: true });
  drawn.disconnect();
  window.ready = true;
});
drawn.observe(at("react"), { childList: true });
createRoot(at("react")).render(<Composer />);
