// Values under the pointer: the only script of a page, which reads as well without it.
for (const figure of document.querySelectorAll("figure.chart")) {
  const svg = figure.querySelector("svg"), data = JSON.parse(figure.querySelector("script").textContent);
  const tip = document.createElement("div"), hair = document.createElement("div");
  tip.className = "tip"; hair.className = "hair"; tip.hidden = hair.hidden = true;
  figure.append(hair, tip);
  const short = v => v === null ? "not finite" : Number(v.toPrecision(5)).toString();
  svg.addEventListener("pointermove", event => {
    const box = svg.getBoundingClientRect(), outer = figure.getBoundingClientRect();
    const [left, right, top, bottom] = data.at, share = (event.clientX - box.left) / box.width;
    const x = data.x[0] + (share - left) / (right - left) * (data.x[1] - data.x[0]);
    let nearest = null;
    for (const s of data.series) for (const v of s.x) if (nearest === null || Math.abs(v - x) < Math.abs(nearest - x)) nearest = v;
    if (nearest === null) return;
    tip.replaceChildren(`${data.label} ${short(nearest)}`);
    for (const s of data.series) {
      const i = s.x.indexOf(nearest);
      if (i < 0) continue;
      const line = document.createElement("div");
      line.textContent = `${s.name}: ${short(s.y[i])}`;
      line.style.color = `var(--s${s.c})`;
      tip.append(line);
    }
    const at = left + (nearest - data.x[0]) / (data.x[1] - data.x[0]) * (right - left);
    const px = box.left - outer.left + at * box.width, py = box.top - outer.top;
    Object.assign(hair.style, { left: `${px}px`, top: `${py + top * box.height}px`, height: `${(bottom - top) * box.height}px` });
    tip.hidden = hair.hidden = false;
    const width = tip.offsetWidth;
    Object.assign(tip.style, { left: `${px + 10 + width > outer.width ? Math.max(0, px - 10 - width) : px + 10}px`, top: `${py + 12}px` });
  });
  svg.addEventListener("pointerleave", () => { tip.hidden = hair.hidden = true; });
}
