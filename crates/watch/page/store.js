// What the page knows, kept in step with the server.
//
// A stream tells changes, each with the next number. Where a number is missing, everything is fetched again.

import { $ } from "./elements.js";
import { paint, tell } from "./app.js";

export const store = { boot: "", seq: -1, loaded: false, report: false, runs: new Map(), names: new Map(), curves: new Map(), detail: null };
export const view = { log: false, smooth: 0, off: new Set(), focus: null, search: "", epoch: null, drawn: 0 };
const colors = new Map(); // a run's place in the palette, kept while the page is open
const order = new Map(); // when a run without a beginning was first seen
export const dark = matchMedia("(prefers-color-scheme: dark)");

export function color(id) {
  const at = colors.get(id) ?? 0;
  const hues = [255, 35, 155, 320, 80, 205, 10, 285];
  const hue = at < hues.length ? hues[at] : Math.round((at * 137.508) % 360);
  const light = (dark.matches ? 0.76 : 0.56) + (at < hues.length ? 0 : ((at % 3) - 1) * 0.07);
  return `oklch(${light} 0.15 ${hue})`;
}

export const shown = (id) => !view.off.has(id) && store.curves.has(id) && store.runs.has(id);
/** What a run is called: by its name, or by its folder where others have the same name. */
export const label = (run) => (store.names.get(run.name) > 1 ? run.id : run.name);

/** Counts how often each name is there. */
export function countNames() {
  store.names.clear();
  for (const run of store.runs.values()) store.names.set(run.name, (store.names.get(run.name) ?? 0) + 1);
}

export const place = (run) => run.begun ?? order.get(run.id) ?? 0;
export const newestFirst = (a, b) => place(b) - place(a) || (a.id < b.id ? -1 : 1);

let queue = [];
let hello = null;
let loading = false;
let again = false;

async function get(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

/** Fetches everything, and whatever came meanwhile. Messages may be applied twice: rows say where they begin. */
export async function reload() {
  if (loading) { again = true; return; }
  loading = true;
  try {
    const [runs, curves] = await Promise.all([get("/api/runs"), get("/api/curves")]);
    store.boot = runs.boot;
    store.report = runs.report;
    store.runs = new Map();
    for (const run of runs.runs) learn(run);
    store.curves = new Map(Object.entries(curves.curves));
    store.seq = Math.min(runs.seq, curves.seq);
    store.loaded = true;
    $("dir").textContent = runs.dir;
    $("empty-dir").textContent = runs.dir;
    $("cut").hidden = !runs.cut;
    loading = false;
    const waiting = queue;
    queue = [];
    waiting.forEach(apply);
    if (hello && (hello.boot !== store.boot || hello.seq > store.seq)) again = true;
    if (view.focus) fetchDetail();
    paint("list", "charts", "detail");
  } catch (error) {
    loading = false;
    setTimeout(reload, 1500);
    return;
  }
  if (again) { again = false; reload(); }
}

/** Takes a run's line of the list in. */
function learn(run) {
  if (!order.has(run.id)) order.set(run.id, run.changed ?? 0);
  if (!colors.has(run.id)) colors.set(run.id, colors.size);
  const before = store.runs.get(run.id);
  const alarms = (r) => (r ? r.warnings + r.errors : 0);
  if (before && alarms(run) > alarms(before)) tell(`${label(run)}: a new finding`);
  store.runs.set(run.id, run);
}

function apply(message) {
  if (!store.loaded || loading) { queue.push(message); return; }
  if (message.seq <= store.seq && message.boot === store.boot) return;
  if (message.boot !== store.boot || message.seq !== store.seq + 1) { reload(); return; }
  store.seq = message.seq;
  for (const id of message.removed) {
    store.runs.delete(id);
    store.curves.delete(id);
    if (view.focus === id) view.focus = null;
  }
  message.runs.forEach(learn);
  for (const [id, rows] of Object.entries(message.rows)) append(id, rows);
  for (const id of message.curves) {
    get(`/api/curves?id=${encodeURIComponent(id)}`).then((answer) => {
      store.curves.set(id, answer.curves[id]);
      paint("charts");
    }, () => {});
  }
  $("cut").hidden = !message.cut;
  if (message.detail.includes(view.focus) || message.removed.length) fetchDetail();
  paint("list", "charts", "detail");
}

/** Puts new rows of curves behind those before them; later ones are dropped. */
function append(id, rows) {
  const table = store.curves.get(id) ?? { epochs: [], columns: {} };
  if (rows.from > table.epochs.length) { reload(); return; }
  table.epochs.length = rows.from;
  table.epochs.push(...rows.epochs);
  for (const name of new Set([...Object.keys(table.columns), ...Object.keys(rows.columns)])) {
    const column = (table.columns[name] ??= []);
    while (column.length < rows.from) column.push(null);
    column.length = rows.from;
    column.push(...(rows.columns[name] ?? rows.epochs.map(() => null)));
  }
  table.smooth = null;
  store.curves.set(id, table);
}

export function connect() {
  const stream = new EventSource("/api/events");
  const state = (name, text) => {
    $("connection").dataset.state = name;
    $("connection").textContent = text;
  };
  stream.addEventListener("hello", (event) => {
    hello = JSON.parse(event.data);
    state("live", "Live");
    if (store.loaded && (hello.boot !== store.boot || hello.seq !== store.seq)) reload();
  });
  stream.addEventListener("lost", reload);
  stream.onmessage = (event) => apply(JSON.parse(event.data));
  stream.onerror = () => {
    state("lost", "Connection lost, trying again");
    if (stream.readyState === EventSource.CLOSED) { stream.close(); setTimeout(connect, 2000); }
  };
}

export async function fetchDetail() {
  const id = view.focus;
  if (!id) { store.detail = null; return; }
  try {
    const answer = await get(`/api/run?id=${encodeURIComponent(id)}`);
    if (view.focus !== id) return;
    store.detail = answer;
    paint("detail");
    if (answer.run.findings.length) paint("charts");
  } catch (error) { /* It may be gone: a message says so. */ }
}
