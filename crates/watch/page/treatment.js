// A treatment: how far it is, its trials, and its results with their intervals.

import { duration, el, figure, signed, svg } from "./elements.js";
import { scroll, table, titled } from "./tables.js";

export function progress(summary, treatment) {
  const { phase, planned, done } = summary.progress ?? {};
  const bar = planned > 0 && el("progress", { max: planned, value: Math.min(done ?? 0, planned), "aria-label": "Training runs done" });
  return titled("Treatment", bar, el("p", { class: "note" }, `${phase}: ${done ?? treatment.trials.length}${planned ? ` of ${planned}` : ""} training runs`));
}

/** Remedies with their effects drawn on one scale: the interval of 95 %, no effect, and the margin that does not matter. */
export function results(found) {
  const ends = found.remedies.flatMap((remedy) => [remedy.low, remedy.high, remedy.effect]).filter(Number.isFinite);
  const reach = Math.max(...ends.map(Math.abs), found.margin ?? 0, 1e-9) * 1.08;
  const at = (value) => 100 + (Math.max(-reach, Math.min(reach, value)) / reach) * 96;
  const forest = (remedy) => {
    if (!Number.isFinite(remedy.low) || !Number.isFinite(remedy.high)) return "";
    const label = `${signed(remedy.effect)}, from ${signed(remedy.low)} to ${signed(remedy.high)}`;
    return svg("svg", { class: `forest ${remedy.verdict}`, viewBox: "0 0 200 20", role: "img", "aria-label": label },
      svg("rect", { class: "band", x: at(-(found.margin ?? 0)), y: 0, width: at(found.margin ?? 0) - at(-(found.margin ?? 0)), height: 20 }),
      svg("line", { class: "zero", x1: 100, x2: 100, y1: 0, y2: 20 }),
      svg("line", { class: "reach", x1: at(remedy.low), x2: at(remedy.high), y1: 10, y2: 10 }),
      svg("circle", { cx: at(remedy.effect), cy: 10, r: 4 }));
  };
  const line = (remedy) => [
    el("span", {}, remedy.id, remedy.change ? el("span", { class: "dim" }, ` ${remedy.change}`) : null),
    el("span", { class: `verdict ${remedy.verdict}` }, remedy.verdict.replaceAll("_", " ")),
    forest(remedy),
    remedy.low === null ? "" : `${signed(remedy.effect)} [${signed(remedy.low)}, ${signed(remedy.high)}]`,
    remedy.p === null ? "" : figure(remedy.p),
    remedy.seeds || "",
    remedy.reason ?? (remedy.seeds_needed ? `${remedy.seeds_needed} seeds would decide` : ""),
  ];
  const { baseline } = found;
  const score = found.part === "test" ? baseline.test : baseline.validation;
  const helps = found.remedies.find((remedy) => remedy.verdict === "helps" && remedy.diff.length);
  return titled("Results", el("p", { class: "note" }, `${found.metric} on ${found.part} rows; baseline ${figure(score)} over ${baseline.seeds} seeds. The band is a difference that does not matter (${figure(found.margin)}).`),
    scroll(table(["Remedy", "Verdict", "Effect, 95 % interval", "", "p", "Seeds", "Note"], found.remedies.map(line), [3, 4, 5])),
    helps && el("details", { "data-name": "diff" }, el("summary", {}, `What ${helps.id} changes in the run file`), el("pre", {}, helps.diff.join("\n"))));
}

export function trials(all) {
  const line = (trial) => [trial.remedy, trial.change, String(trial.seed), trial.failed ? el("span", { class: "alarm error" }, trial.failed) : figure(trial.validation), duration(trial.seconds)];
  const last = all.slice(-200).reverse();
  return titled(`Training runs (${all.length})`, scroll(table(["Remedy", "Change", "Seed", "Validation", "Took"], last.map(line), [2, 3, 4]), true));
}
