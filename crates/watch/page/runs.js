// The list of runs.

import { $, el, figure } from "./elements.js";
import { color, label, newestFirst, shown, store, view } from "./store.js";
import { focus, paint } from "./app.js";

const rows = new Map();
export const matches = (run) => `${run.name} ${run.id}`.toLowerCase().includes(view.search);

export function paintList() {
  const runs = [...store.runs.values()].sort(newestFirst);
  for (const [id, row] of rows) if (!store.runs.has(id)) { row.item.remove(); rows.delete(id); }
  runs.forEach((run, i) => {
    let row = rows.get(run.id);
    if (!row) rows.set(run.id, (row = newRow(run.id)));
    if ($("runs").children[i] !== row.item) $("runs").insertBefore(row.item, $("runs").children[i] ?? null);
    fillRow(row, run);
  });
  const visible = runs.filter((run) => shown(run.id)).length;
  $("count").textContent = runs.length ? `${visible} of ${runs.length} drawn` : "";
}

function newRow(id) {
  const box = el("input", { type: "checkbox", onchange: () => check([id], box.checked) });
  const name = el("b"), state = el("span"), meta = el("span", { class: "meta" });
  const button = el("button", { type: "button", onclick: () => focus(id) }, el("span", { class: "name" }, name, state), meta);
  return { item: el("li", { class: "run" }, el("label", {}, box), button), box, name, state, meta, button };
}

function fillRow(row, run) {
  const focused = run.id === view.focus;
  row.item.className = focused ? "run focus" : "run";
  row.item.hidden = !matches(run);
  row.item.style.setProperty("--run", color(run.id));
  row.box.checked = !view.off.has(run.id);
  row.box.hidden = run.kind === "treatment" && !store.curves.has(run.id);
  row.box.setAttribute("aria-label", `Draw ${label(run)}`);
  row.button.setAttribute("aria-current", focused);
  row.button.title = run.id;
  row.name.textContent = label(run);
  row.state.className = `state ${run.state}`;
  row.state.textContent = run.state;
  const kind = run.kind === "treatment";
  const count = kind
    ? `treatment · ${run.progress.done ?? 0}${run.progress.planned ? ` of ${run.progress.planned}` : ""} runs`
    : (run.wanted ? `${run.epochs}/${run.wanted}` : `${run.epochs} epochs`);
  const best = run.best ? ` · ${run.best.name} ${figure(run.best.value)}` : "";
  row.meta.replaceChildren(count + best);
  const alarm = (n, tone, word) => n && row.meta.prepend(el("span", { class: `alarm ${tone}` }, `${n} ${word}${n > 1 ? "s" : ""}`), " · ");
  alarm(run.warnings, "warning", "warning");
  alarm(run.errors, "error", "error");
  if (run.non_finite) row.meta.prepend(el("span", { class: "alarm error" }, "not finite"), " · ");
}

export function check(ids, on) {
  for (const id of ids) on ? view.off.delete(id) : view.off.add(id);
  paint("list", "charts");
}
