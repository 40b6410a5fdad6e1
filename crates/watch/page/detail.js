// The run in focus: what the doctor found, its model, its trials.

import { $, duration, el, figure, whole } from "./elements.js";
import { scroll, table, titled } from "./tables.js";
import { progress, results, trials } from "./treatment.js";
import { color, store, view } from "./store.js";

export const seen = new Set();

export function paintDetail() {
  const { detail } = store;
  if (!detail || detail.summary.id !== view.focus) return;
  const summary = store.runs.get(view.focus) ?? detail.summary;
  const { run, treatment } = detail;
  const parts = [title(summary, run), treatment && (treatment.results ? results(treatment.results) : progress(summary, treatment)), findings(run, treatment)];
  parts.push(test(run), treatment?.trials.length && trials(treatment.trials), run.model.layers.length && model(run.model), messages(run));
  const open = [...$("detail").querySelectorAll("details[open]")].map((node) => node.dataset.name);
  const before = [...$("detail").children];
  const now = parts.filter(Boolean).map((part) => {
    for (const node of part.querySelectorAll("details")) node.open = open.includes(node.dataset.name);
    // What stays the same stays in its place: a selection, the keyboard's focus and scrolling with it.
    return before.find((old) => old.isEqualNode(part)) ?? part;
  });
  const scrolled = $("detail").querySelector(".tall")?.scrollTop ?? 0;
  if (now.length !== before.length || now.some((part, i) => part !== before[i])) $("detail").replaceChildren(...now);
  const tall = $("detail").querySelector(".tall");
  if (tall && tall.scrollTop !== scrolled) tall.scrollTop = scrolled;
}

function title(summary, run) {
  const facts = [];
  const ago = summary.changed ? duration(Math.max(0, Date.now() / 1000 - summary.changed)) : "";
  const states = { silent: `no word for ${ago}, and no process seen`, killed: `ended without a word ${ago} ago`, waiting: "has said nothing yet" };
  facts.push(states[summary.state] ?? summary.state);
  if (summary.kind === "run") facts.push(`${summary.epochs}${summary.wanted ? ` of ${summary.wanted}` : ""} epochs`);
  if (summary.pace) facts.push(`${duration(summary.pace)} ${summary.kind === "run" ? "an epoch" : "a run"}`);
  const left = summary.kind === "run" ? summary.wanted - summary.epochs : (summary.progress?.planned ?? 0) - (summary.progress?.done ?? 0);
  if (summary.state === "running" && summary.pace && left > 0) facts.push(`about ${duration(left * summary.pace)} left`);
  if (summary.best) facts.push(`best ${summary.best.name} ${figure(summary.best.value)} in epoch ${summary.best.epoch}`);
  if (run.model.optimizer) facts.push(`${run.model.optimizer}${run.model.learning_rate ? ` at ${figure(run.model.learning_rate)}` : ""}`);
  if (run.samples) facts.push(`${whole(run.samples)} rows${run.val_samples ? `, ${whole(run.val_samples)} to validate` : ""}, ${run.batch_size} a step`);
  if (run.begun) facts.push(`begun ${new Date(run.begun * 1000).toLocaleString()}`);
  if (summary.skipped) facts.push(`${summary.skipped} line${summary.skipped > 1 ? "s" : ""} could not be read`);
  const report = store.report && el("a", { href: `/report?id=${encodeURIComponent(summary.id)}`, target: "_blank", rel: "noopener" }, "Report");
  return el("div", { class: "title", color: color(summary.id) }, el("h2", {}, summary.name), el("code", { class: "dim" }, summary.id), report,
    el("p", { class: "facts" }, ...facts.map((fact) => el("span", {}, fact))));
}

function findings(run, treatment) {
  const cards = [];
  const { non_finite: broken } = run;
  if (broken) cards.push(el("article", { class: "card finding error" }, el("h3", {}, `Not finite from step ${broken.step}, epoch ${broken.epoch + 1}`), el("p", {}, `First at: ${broken.layer}`)));
  const grave = { error: 0, warning: 1, info: 2 };
  const all = [...run.findings, ...(treatment?.results?.findings ?? [])].sort((a, b) => grave[a.severity] - grave[b.severity]);
  const first = seen.size === 0;
  for (const finding of all) {
    const key = `${finding.id} ${finding.layer ?? ""}`;
    cards.push(card(finding, !first && !seen.has(key), treatment?.results?.findings_by_treatment?.[finding.id]));
    seen.add(key);
  }
  seen.add("");
  return cards.length ? el("div", { class: "findings" }, ...cards) : null;
}

function card(finding, fresh, treated) {
  const { evidence, remedies, causes } = finding;
  const head = [el("b", {}, finding.severity), finding.id, `${Math.round(finding.probability * 100)} % sure`];
  if (finding.from_epoch) head.push(`from epoch ${finding.from_epoch}`);
  if (finding.layer) head.push(`layer ${finding.layer}`);
  if (treated) head.push(`${treated} by treatment`);
  const shownValue = (value) => (typeof value === "number" ? figure(value) : typeof value === "string" ? value : JSON.stringify(value));
  const lines = Object.entries(evidence ?? {}).map(([name, value]) => el("tr", {}, el("td", {}, name), el("td", {}, shownValue(value))));
  return el("article", { class: `card finding ${finding.severity}${fresh ? " new" : ""}` },
    el("div", { class: "head" }, ...head.map((part) => (typeof part === "string" ? el("span", {}, part) : part))),
    el("h3", {}, finding.title), el("p", {}, finding.explanation),
    lines.length > 0 && el("table", { class: "evidence" }, el("tbody", {}, ...lines)),
    causes?.length > 0 && el("p", {}, "Behind it may be: ", causes.map((cause) => `${cause.id} (${Math.round(cause.share * 100)} %)`).join(", ")),
    finding.check && el("p", {}, el("b", {}, "To be sure: "), finding.check),
    remedies?.length > 0 && el("div", {}, el("span", { class: "note" }, "What may help"), el("ul", { class: "chips" }, ...remedies.map((id) => el("li", {}, id)))));
}

function test(run) {
  if (!run.test) return null;
  const pair = ([name, value]) => el("li", {}, el("span", { class: "dim" }, `${name} `), figure(value));
  return titled("Test rows", el("ul", { class: "chips" }, ...Object.entries(run.test).map(pair)));
}

function model({ layers }) {
  const shape = (sizes) => `(${sizes.map((n) => n ?? "None").join(", ")})`;
  const rowOfLayer = (layer) => [layer.path, layer.class_name + (layer.activation && layer.activation !== "linear" ? `, ${layer.activation}` : ""), shape(layer.output_shape), whole(layer.params)];
  const sum = (name) => layers.reduce((total, layer) => total + layer[name], 0);
  const [all, trained] = [sum("params"), sum("trainable_params")];
  return titled("Model", scroll(table(["Layer", "Type", "Output shape", "Parameters"], layers.map(rowOfLayer), [3])),
    el("p", { class: "note" }, `${whole(all)} parameters, ${whole(trained)} of them trained`));
}

function messages(run) {
  if (!run.messages.length) return null;
  return titled("What callbacks said", el("ul", {}, ...run.messages.map((message) => el("li", { class: "note" }, message.text))));
}
