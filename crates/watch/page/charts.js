// The curves: a chart for each log, the runs that are drawn overlaid.

import { $, css, el, figure } from "./elements.js";
import { axes, scale, span, stroke } from "./scales.js";
import { color, label, shown, store, view } from "./store.js";
import { paint } from "./app.js";

export const charts = new Map();
const base = (name) => (name.startsWith("val_") ? name.slice(4) : name);
const rank = (name) => (name === "loss" ? "0" : name === "learning_rate" ? "2" : "1") + name;

export function paintCharts() {
  const names = new Set();
  for (const table of store.curves.values()) for (const name of Object.keys(table.columns)) names.add(base(name));
  const wanted = [...names].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  for (const [name, chart] of charts) if (!names.has(name)) { chart.figure.remove(); charts.delete(name); }
  wanted.forEach((name, i) => {
    let chart = charts.get(name);
    if (!chart) charts.set(name, (chart = newChart(name)));
    if ($("charts").children[i] !== chart.figure) $("charts").insertBefore(chart.figure, $("charts").children[i] ?? null);
  });
  const theme = { grid: css("--grid"), axis: css("--axis"), font: getComputedStyle(document.body).fontFamily };
  for (const tone of ["info", "warning", "error"]) theme[tone] = css(`--${tone}`);
  charts.forEach((chart) => draw(chart, theme));
  view.drawn += 1;
  const number = view.drawn;
  // What is drawn is on the screen when the frame after this one begins.
  requestAnimationFrame(() => setTimeout(() => {
    if (number === 1) performance.mark("drawn");
    document.documentElement.dataset.drawn = number;
  }));
}

function newChart(name) {
  const curves = el("canvas", { "aria-hidden": "true" }), over = el("canvas", { "aria-hidden": "true" });
  const tip = el("div", { class: "tip", hidden: true });
  const plot = el("div", { class: "plot", tabindex: "0", role: "img" }, curves, over, tip);
  const chart = { name, curves, over, tip, plot, lines: [], figure: el("figure", { class: "chart" }, el("figcaption", {}, name, el("span", { class: "dim" }, " by epoch")), plot) };
  const at = (event) => {
    const box = plot.getBoundingClientRect();
    pointAt(chart, event.clientX - box.left, event.clientY - box.top);
  };
  plot.addEventListener("pointermove", at);
  plot.addEventListener("pointerdown", at);
  plot.addEventListener("pointerleave", () => pointAt(chart, null));
  plot.addEventListener("blur", () => pointAt(chart, null));
  plot.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];
    if (event.key === "Escape") pointAt(chart, null);
    if (!step || !chart.x) return;
    event.preventDefault();
    const epoch = Math.min(chart.x.max, Math.max(chart.x.min, (view.epoch ?? chart.x.min) + step));
    Object.assign(view, { epoch, over: chart, y: null });
    paint("hover");
  });
  return chart;
}

function pointAt(chart, x, y) {
  const inside = x !== null && chart.x;
  view.epoch = inside ? Math.round(chart.x.value(x)) : null;
  if (inside) view.epoch = Math.min(chart.x.max, Math.max(chart.x.min, view.epoch));
  Object.assign(view, { over: chart, y });
  paint("hover");
}

/** The lines of a chart: one for each run that is drawn and each of its two logs. */
function linesOf(name) {
  const lines = [];
  for (const [id, table] of store.curves) {
    if (!shown(id)) continue;
    for (const [log, val] of [[name, false], [`val_${name}`, true]]) {
      const raw = table.columns[log];
      if (raw) lines.push({ id, val, raw, epochs: table.epochs, values: smoothed(table, log), color: color(id), focus: id === view.focus, phase: (lines.length * 3.7) % 9 });
    }
  }
  return lines.sort((a, b) => a.focus - b.focus);
}

/** The moving average that forgets exponentially, freed of the weight of its start. */
function smoothed(table, log) {
  const keep = view.smooth;
  if (!keep) return table.columns[log];
  if (table.smooth?.keep !== keep) table.smooth = { keep, columns: {} };
  return (table.smooth.columns[log] ??= (() => {
    let sum = 0, weight = 0;
    return table.columns[log].map((x) => {
      if (x === null) return null;
      sum = keep * sum + (1 - keep) * x;
      weight = keep * weight + (1 - keep);
      return sum / weight;
    });
  })());
}

function draw(chart, theme) {
  const lines = (chart.lines = linesOf(chart.name));
  const { width, height } = chart.plot.getBoundingClientRect();
  const ratio = window.devicePixelRatio || 1;
  for (const canvas of [chart.curves, chart.over]) {
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  }
  const pen = chart.curves.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.font = `11px ${theme.font}`;
  let [x0, x1, y0, y1] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const line of lines) {
    if (!line.epochs.length) continue;
    x0 = Math.min(x0, line.epochs[0]);
    x1 = Math.max(x1, line.epochs[line.epochs.length - 1]);
    for (const y of line.raw) if (y !== null && (!view.log || y > 0)) { if (y < y0) y0 = y; if (y > y1) y1 = y; }
  }
  describe(chart, x0, x1);
  if (y0 > y1) {
    chart.x = null;
    pen.fillStyle = theme.axis;
    pen.textAlign = "center";
    pen.fillText(lines.length && view.log ? "nothing above zero to draw on a log scale" : "no values of the runs that are drawn", width / 2, height / 2);
    hover(chart);
    return;
  }
  const y = scale(y0, y1, height - 22, 8, view.log);
  const room = Math.max(...y.ticks.map((tick) => pen.measureText(figure(tick)).width));
  const x = (chart.x = span(x0, x1, Math.ceil(room) + 12, width - 8));
  chart.y = y;
  axes(pen, x, y, theme, width, height);
  pen.save();
  pen.beginPath();
  pen.rect(x.from - 2, 4, x.to - x.from + 6, height - 22);
  pen.clip();
  pen.lineJoin = "round";
  const many = lines.length > 24;
  for (const line of lines) {
    const style = { width: line.focus ? 2.1 : many ? 1 : 1.5, alpha: line.focus || !many ? 1 : 0.6, cell: lines.length > 100 ? 2 : 1 };
    if (view.smooth) stroke(pen, line, line.raw, x, y, { width: 1, alpha: many ? 0.12 : 0.28 }, view.log);
    stroke(pen, line, line.values, x, y, style, view.log);
  }
  marks(pen, chart, x, y, theme, height);
  pen.restore();
  hover(chart);
}

function describe(chart, x0, x1) {
  const ids = new Set(chart.lines.map((line) => line.id));
  const last = chart.lines.find((line) => line.focus && !line.val);
  const value = last ? `; ${label(store.runs.get(last.id))}: ${figure(last.raw[last.raw.length - 1])} at the end` : "";
  const text = ids.size ? `${chart.name} of ${ids.size} runs, epochs ${x0} to ${x1}${value}. Arrow keys read values.` : `${chart.name}: nothing drawn`;
  chart.plot.setAttribute("aria-label", text);
  Object.assign(chart.figure.dataset, { log: chart.name, lines: chart.lines.length, last: Number.isFinite(x1) ? x1 : "" });
}

/** Best epochs, and for the focused run the epochs from which findings hold. */
function marks(pen, chart, x, y, theme, height) {
  if (chart.lines.length <= 24 || chart.lines.some((line) => line.focus)) {
    for (const line of chart.lines) {
      const best = store.runs.get(line.id)?.best;
      if (!best || best.name !== (line.val ? `val_${chart.name}` : chart.name) || (chart.lines.length > 24 && !line.focus)) continue;
      const i = line.epochs.indexOf(best.epoch);
      if (i < 0 || line.values[i] === null || (view.log && line.values[i] <= 0)) continue;
      pen.lineWidth = 1.8;
      pen.strokeStyle = line.color;
      pen.beginPath();
      pen.arc(x.at(best.epoch), y.at(line.values[i]), 4.5, 0, 7);
      pen.stroke();
    }
  }
  if (!store.detail || store.detail.summary.id !== view.focus || !shown(view.focus)) return;
  pen.setLineDash([2, 3]);
  pen.lineWidth = 1.4;
  for (const finding of store.detail.run.findings) {
    if (!finding.from_epoch || finding.from_epoch < x.min || finding.from_epoch > x.max) continue;
    pen.strokeStyle = theme[finding.severity] ?? theme.info;
    pen.beginPath();
    pen.moveTo(x.at(finding.from_epoch), 4);
    pen.lineTo(x.at(finding.from_epoch), height - 20);
    pen.stroke();
  }
  pen.setLineDash([]);
}

/** The cross-hair and, in the chart under the pointer, the values. */
export function hover(chart) {
  const pen = chart.over.getContext("2d");
  const ratio = window.devicePixelRatio || 1;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, chart.over.width, chart.over.height);
  chart.tip.hidden = true;
  if (view.epoch === null || !chart.x || view.epoch < chart.x.min || view.epoch > chart.x.max) return;
  const px = chart.x.at(view.epoch);
  pen.strokeStyle = css("--axis");
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(px, 4);
  pen.lineTo(px, chart.over.height / ratio - 18);
  pen.stroke();
  let points = [];
  for (const line of chart.lines) {
    const i = rowOf(line.epochs, view.epoch);
    const value = line.epochs[i] === view.epoch ? line.values[i] : null;
    if (value !== null && value !== undefined && (!view.log || value > 0)) points.push({ line, value, at: chart.y.at(value) });
  }
  const all = points.length;
  const distance = (p) => (view.y === null ? -p.line.focus : Math.abs(p.at - view.y));
  points = points.sort((a, b) => distance(a) - distance(b)).slice(0, 8).sort((a, b) => a.at - b.at);
  for (const { line, at } of points) {
    pen.fillStyle = line.color;
    pen.beginPath();
    pen.arc(px, at, 3, 0, 7);
    pen.fill();
  }
  if (view.over !== chart || !points.length) return;
  const item = ({ line, value }) => el("li", { class: line.val ? "val" : null, color: line.color }, el("span", {}, label(store.runs.get(line.id) ?? { id: line.id })), el("b", {}, figure(value)));
  chart.tip.replaceChildren(el("p", {}, `Epoch ${view.epoch}`), el("ul", {}, ...points.map(item)), all > points.length ? el("div", { class: "dim" }, `and ${all - points.length} more`) : "");
  chart.tip.hidden = false;
  const right = px > chart.plot.clientWidth / 2;
  chart.tip.style.left = right ? "auto" : `${px + 12}px`;
  chart.tip.style.right = right ? `${chart.plot.clientWidth - px + 12}px` : "auto";
}

/** The place of an epoch in a rising list, by halving. */
function rowOf(epochs, epoch) {
  let [low, high] = [0, epochs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (epochs[middle] < epoch) low = middle + 1;
    else high = middle;
  }
  return low;
}
