// From epochs and values to places, with ticks at round values; a curve's path.

import { figure } from "./elements.js";

/** Epochs to places. */
export function span(min, max, from, to) {
  const width = Math.max(max - min, 1);
  return { min, max, from, to, at: (e) => from + ((e - min) / width) * (to - from), value: (px) => min + ((px - from) / (to - from)) * width };
}

/** Values to places, with ticks at round values. */
export function scale(min, max, from, to, log) {
  if (log && max / min < 1.01) [min, max] = [min / 1.1, max * 1.1];
  if (!log && max - min < 1e-9 * Math.max(1, Math.abs(max))) [min, max] = [min - Math.abs(min) * 0.1 - 1e-6, max + Math.abs(max) * 0.1 + 1e-6];
  const f = log ? Math.log10 : (v) => v;
  const pad = (f(max) - f(min)) * 0.04;
  const [low, high] = [f(min) - pad, f(max) + pad];
  const at = (v) => from + ((f(v) - low) / (high - low)) * (to - from);
  let ticks = [];
  if (log) {
    for (let e = Math.floor(low); e <= Math.ceil(high); e++) for (const k of [1, 2, 5]) ticks.push(Number(`${k}e${e}`));
    ticks = ticks.filter((v) => f(v) >= low && f(v) <= high);
    if (ticks.length > 8) ticks = ticks.filter((v) => /^1(e|0*$)|^0\.0*1$/.test(String(v)));
    if (ticks.length > 8) ticks = ticks.filter((_, i) => i % Math.ceil(ticks.length / 8) === 0);
  }
  if (ticks.length < 2) {
    const [a, b] = log ? [10 ** low, 10 ** high] : [low, high];
    const rough = (b - a) / 5, unit = 10 ** Math.floor(Math.log10(rough));
    const step = unit * [1, 2, 5, 10].find((k) => k * unit >= rough);
    ticks = [];
    for (let k = Math.ceil(a / step); k <= Math.floor(b / step); k++) ticks.push(k * step);
  }
  return { at, ticks };
}

export function axes(pen, x, y, theme, width, height) {
  pen.lineWidth = 1;
  pen.strokeStyle = theme.grid;
  pen.fillStyle = theme.axis;
  pen.textBaseline = "middle";
  pen.textAlign = "right";
  for (const tick of y.ticks) {
    const at = Math.round(y.at(tick)) + 0.5;
    pen.beginPath();
    pen.moveTo(x.from, at);
    pen.lineTo(width, at);
    pen.stroke();
    pen.fillText(figure(tick), x.from - 7, at);
  }
  const rough = Math.max((x.max - x.min) / Math.max(2, (x.to - x.from) / 80), 1);
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, Math.round(unit * [1, 2, 5, 10].find((k) => k * unit >= rough)));
  pen.textBaseline = "alphabetic";
  for (let k = Math.ceil(x.min / step) * step; k <= x.max; k += step) {
    pen.textAlign = x.at(k) > x.to - 14 ? "right" : "center";
    pen.fillText(k, Math.min(x.at(k), x.to + 6), height - 4);
  }
}

/** A curve. Where epochs lie closer than pixels, the least and the greatest value of each pixel stand for them. */
export function stroke(pen, line, values, x, y, style, log) {
  pen.globalAlpha = style.alpha;
  pen.strokeStyle = line.color;
  pen.lineWidth = style.width;
  pen.beginPath();
  let open = false, points = 0, dash = true;
  const to = (px, py) => {
    // Dashes by place, each curve's elsewhere: a dash pattern along the path would cost most of the drawing.
    if (line.val) {
      const on = (px + line.phase) % 9 < 6;
      if (!on && points > 1 && dash && dense) { dash = false; open = false; return; }
      dash = on || !dense;
      if (!dash) return;
    }
    open ? pen.lineTo(px, py) : pen.moveTo(px, py);
    open = true;
    points += 1;
  };
  const n = values.length, dense = n > (x.to - x.from) / 3;
  if (line.val && !dense) pen.setLineDash([6, 4]);
  const size = style.cell ?? 1, crowded = n * size > (x.to - x.from) * 1.5;
  for (let i = 0; i < n; i++) {
    let v = values[i];
    if (v === null || (log && v <= 0)) { open = false; continue; }
    const px = x.at(line.epochs[i]);
    if (!crowded) { to(px, y.at(v)); continue; }
    let low = v, high = v;
    const cell = Math.floor(px / size);
    while (i + 1 < n && values[i + 1] !== null && Math.floor(x.at(line.epochs[i + 1]) / size) === cell) {
      v = values[++i];
      if (log && v <= 0) continue;
      if (v < low) low = v;
      if (v > high) high = v;
    }
    to((cell + 0.5) * size, y.at(low));
    if (high > low) to((cell + 0.5) * size, y.at(high));
  }
  pen.stroke();
  pen.setLineDash([]);
  if (points === 1 && n) {
    const i = values.findIndex((v) => v !== null);
    pen.fillStyle = line.color;
    pen.beginPath();
    pen.arc(x.at(line.epochs[i]), y.at(values[i]), 2.5, 0, 7);
    pen.fill();
  }
  pen.globalAlpha = 1;
}
