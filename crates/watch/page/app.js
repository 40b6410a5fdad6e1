// The page of the live view: its parts, when they are painted, and its beginning.

import { $ } from "./elements.js";
import { charts, hover, paintCharts } from "./charts.js";
import { paintDetail, seen } from "./detail.js";
import { check, matches, paintList } from "./runs.js";
import { connect, countNames, dark, fetchDetail, newestFirst, reload, store, view } from "./store.js";

const due = new Set();
export function paint(...parts) {
  if (!due.size) requestAnimationFrame(paintNow);
  parts.forEach((part) => due.add(part));
}

function paintNow() {
  const parts = new Set(due);
  due.clear();
  if (!store.loaded) return;
  countNames();
  if (!view.focus && store.runs.size) {
    const runs = [...store.runs.values()].sort(newestFirst);
    focus((runs.find((run) => run.state === "running") ?? runs[0]).id);
  }
  $("empty").hidden = store.runs.size > 0;
  $("curves").hidden = !store.curves.size;
  $("detail").hidden = !store.detail || !view.focus;
  if (parts.has("charts")) paintCharts();
  else if (parts.has("hover")) charts.forEach(hover);
  if (parts.has("list")) paintList();
  if (parts.has("detail")) paintDetail();
}

export function focus(id) {
  if (view.focus === id) return;
  view.focus = id;
  seen.clear();
  fetchDetail();
  paint("list", "charts");
}

export function tell(text) {
  $("toast").textContent = text;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => { $("toast").textContent = ""; }, 6000);
}

function remember() {
  try { localStorage.setItem("regimen-watch", JSON.stringify({ log: view.log, smooth: view.smooth })); } catch (error) { /* Not allowed here. */ }
}

function begin() {
  try { Object.assign(view, JSON.parse(localStorage.getItem("regimen-watch") ?? "{}")); } catch (error) { /* Not allowed here. */ }
  $("log").checked = view.log;
  $("smooth").value = view.smooth;
  $("smooth-value").textContent = view.smooth;
  $("log").addEventListener("change", () => { view.log = $("log").checked; remember(); paint("charts"); });
  $("smooth").addEventListener("input", () => {
    view.smooth = Number($("smooth").value);
    $("smooth-value").textContent = view.smooth;
    remember();
    paint("charts");
  });
  $("search").addEventListener("input", () => { view.search = $("search").value.toLowerCase(); paint("list"); });
  const matching = () => [...store.runs.values()].filter(matches).map((run) => run.id);
  $("all").addEventListener("click", () => check(matching(), true));
  $("none").addEventListener("click", () => check(matching(), false));
  dark.addEventListener("change", () => paint("list", "charts", "detail"));
  let width = 0;
  new ResizeObserver(([entry]) => {
    if (width && width !== entry.contentRect.width) paint("charts");
    width = entry.contentRect.width;
  }).observe($("charts"));
  setInterval(() => paint("detail"), 30000);
  connect();
  reload();
}

begin();
