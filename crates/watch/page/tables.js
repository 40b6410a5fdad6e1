// Tables, and the cards that they stand in.

import { el } from "./elements.js";

export function table(head, body, numeric) {
  const cell = (tag) => (value, i) => el(tag, { class: numeric.includes(i) ? "num" : null }, value ?? "");
  return el("table", {}, el("thead", {}, el("tr", {}, ...head.map(cell("th")))), el("tbody", {}, ...body.map((row) => el("tr", {}, ...row.map(cell("td"))))));
}

export const titled = (name, ...children) => el("section", { class: "card", "aria-label": name }, el("h3", {}, name), ...children);
export const scroll = (node, tall) => el("div", { class: tall ? "scroll tall" : "scroll", tabindex: "0" }, node);
