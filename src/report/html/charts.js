"use strict";
// Draws the figures of a page with uPlot, from the data that stands on the page.
const chartData = JSON.parse(document.getElementById("chart-data").textContent);
const units = new Map(chartData.units);

// Writes a number as the tables do: in the unit that keeps it short.
function say(value, unit, figures = 4) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const steps = units.get(unit);
  const tiny = value === 0 || (unit === "s" && Math.abs(value) < 1e-12);
  const size = tiny ? 1 : Math.abs(Number(value.toExponential(figures - 1)));
  let step = steps[0];
  for (const one of steps) if (one[2] * one[0] * (1 - 1e-9) <= size) step = one;
  return digits(unit, value / step[0], figures) + step[1];
}

function digits(unit, number, figures) {
  const size = Math.abs(number);
  if (size !== 0 && (size < 1e-3 || 1e6 <= size)) return number.toExponential(figures - 1).replace("e+", "e");
  if (size === 0) return "0";
  // Near certainty it is the missing share that counts.
  const missing = 100 - number;
  const near = unit === "%" && 0 < missing && missing < 1 ? -Math.floor(Math.log10(missing)) : 0;
  const decimals = near ? Math.min(near, 12) + 1 : figures - 1 - Math.floor(Math.log10(size));
  const text = number.toFixed(Math.min(Math.max(decimals, 0), 15));
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

const charts = (() => {
  const dashes = [[], [9, 3], [2.5, 3], [9, 3, 2.5, 3]];
  const drawn = [];

  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const element = (tag, parent, text, name) => {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (name) made.className = name;
    parent.append(made);
    return made;
  };
  const ruler = document.createElement("canvas").getContext("2d");
  const font = () => "12px " + css("--font");
  const widthOf = (text) => ((ruler.font = font()), ruler.measureText(text).width);
  const cut = (text, room) => {
    if (widthOf(text) <= room) return text;
    let short = text;
    while (1 < short.length && room < widthOf(short + "…")) short = short.slice(0, -1);
    return short + "…";
  };

  // Steps between round times: clocks do not count in tens. Those are left out of which few make a short number of the
  // next unit.
  const times = [1, 2, 5, 10, 30, 60, 120, 300, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400];
  const timeSteps = [-9, -8, -7, -6, -5, -4, -3, -2, -1].flatMap((power) => [1, 2, 5].map((one) => Number(`${one}e${power}`)));
  timeSteps.push(...times, ...[2, 5, 10, 20, 50, 100, 365.25, 730.5, 1826.25, 3652.5].map((days) => days * 86400));

  // Between whole numbers there is nothing to be marked.
  const wholeSteps = [0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((power) => [1, 2, 5].map((one) => one * 10 ** power));

  // Round numbers along a logarithmic axis, as many as there is room for.
  function logSteps(low, high, pixels, least) {
    const decade = pixels / Math.log10(high / low);
    const choices = [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 5], [1, 2, 5], [1, 3], [1]];
    const gap = (set) => Math.min(...set.map((one, i) => Math.log10((set[i + 1] || 10) / one)));
    const set = choices.find((choice) => least <= gap(choice) * decade) || [1];
    const skip = Math.max(1, Math.ceil(least / decade));
    const steps = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += 1) {
      if (power % skip) continue;
      steps.push(...set.map((one) => Number(`${one}e${power}`)).filter((one) => low <= one && one <= high));
    }
    return steps;
  }

  // What a line looks like: a formula takes the colour of the line before it.
  function look(lines, at) {
    let own = -1;
    for (let i = 0; i <= at; i += 1) if (!lines[i].theory) own += 1;
    own = Math.max(own, 0);
    return {
      color: css("--line-" + (own % 7)),
      dash: lines[at].theory ? [6, 4] : dashes[Math.floor(own / 7) % 4],
      width: lines[at].theory ? 1.4 : 2,
    };
  }

  // A short piece of a line, beside its name.
  function swatch(parent, { color, dash, width }) {
    const made = (tag, within, attributes) => {
      const one = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
      within.append(one);
      return one;
    };
    const box = made("svg", parent, { class: "swatch", viewBox: "0 0 26 8", "aria-hidden": "true" });
    const stroke = { stroke: color, "stroke-width": 1.5 * width, "stroke-dasharray": dash.join(" ") };
    made("line", box, { x1: 0, x2: 26, y1: 4, y2: 4, ...stroke });
  }

  class Chart {
    constructor(figure, panel, place) {
      Object.assign(this, { figure, panel, at: 0, hidden: new Set() });
      this.isLast = panel === figure.panels[figure.panels.length - 1];
      const box = element("div", place, "", "panel");
      if (panel.title) element("h4", box, panel.title);
      this.rows = 0 < (figure.x.names || []).length;
      if (1 < panel.views.length) this.switches(box);
      this.host = element("div", box, "", "plot");
      this.host.tabIndex = 0;
      this.host.setAttribute("role", "group");
      this.legend = element("div", box, "", "legend");
      this.legend.setAttribute("role", "group");
      this.legend.setAttribute("aria-label", "lines shown");
      this.tip = element("div", this.host, "", "tip");
      this.tip.setAttribute("aria-live", "polite");
      this.host.addEventListener("keydown", (event) => this.key(event));
      this.host.addEventListener("blur", () => (this.tip.style.display = "none"));
      new ResizeObserver(() => this.resize()).observe(box);
      this.show(0);
    }

    switches(box) {
      const group = element("div", box, "", "switch");
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", "what is shown");
      this.buttons = this.panel.views.map((view, at) => {
        const button = element("button", group, view.name);
        button.type = "button";
        button.addEventListener("click", () => this.show(at));
        return button;
      });
    }

    get view() {
      return this.panel.views[this.at];
    }

    show(at) {
      this.at = at;
      (this.buttons || []).forEach((button, i) => button.setAttribute("aria-pressed", String(i === at)));
      this.legend.replaceChildren();
      const { lines } = this.view;
      const names = 1 < lines.length ? lines : [];
      names.forEach((line, i) => {
        const button = element("button", this.legend, "");
        button.type = "button";
        swatch(button, look(lines, i));
        button.append(line.name);
        const press = () => button.setAttribute("aria-pressed", String(!this.hidden.has(line.name)));
        button.addEventListener("click", () => {
          if (!this.hidden.delete(line.name)) this.hidden.add(line.name);
          press();
          this.draw();
        });
        press();
      });
      this.draw();
    }

    visible() {
      return this.view.lines.map((line, at) => ({ line, at })).filter(({ line }) => !this.hidden.has(line.name));
    }

    // Lines with places of their own become columns beside one another; nothing stands where one has no point.
    columns() {
      const tables = [];
      this.series = [];
      for (const { line, at } of this.visible()) {
        // Dots of one row stand beside one another.
        const aside = this.view.stacked ? 0 : ((at - (this.view.lines.length - 1) / 2) * 0.5) / this.view.lines.length;
        line.places = this.rows ? line.x.map((row) => row + aside) : line.x;
        const table = [line.places, line.y];
        this.series.push({ line, at, part: "value" });
        const { low, high } = line;
        if (!this.rows && low && low.some((end) => end !== null)) {
          table.push(low, high);
          this.series.push({ line, at, part: "low" }, { line, at, part: "high" });
        }
        tables.push(table);
      }
      return tables.length ? uPlot.join(tables) : [[0, 1], [null, null]];
    }

    draw() {
      if (this.plot) this.plot.destroy();
      this.plot = null;
      const data = this.columns();
      this.first = data[0];
      this.plot = new uPlot(this.options(data), data, this.host);
      this.host.setAttribute("aria-label", this.told());
      this.host.dataset.points = String(data[0].length);
      this.host.dataset.lines = String(this.visible().length);
    }

    told() {
      const names = this.view.lines.map((line) => line.name).slice(0, 6);
      const title = [this.figure.title, this.panel.title, this.view.name].filter(Boolean).join(", ");
      return `Chart: ${title}. Lines: ${names.join(", ")}. The tables below hold the numbers; arrow keys read points.`;
    }

    size() {
      const width = Math.max(this.host.clientWidth, 200);
      const count = this.rows ? this.figure.x.names.length : 0;
      const low = 1 < this.figure.panels.length ? 200 : 320;
      const each = 20 + 8 * (this.view.stacked ? 1 : this.view.lines.length);
      const height = this.rows ? 76 + each * count : Math.min(low, Math.max(200, width * 0.45)) + (this.isLast ? 20 : 0);
      return { width, height };
    }

    resize() {
      const { width, height } = this.size();
      if (this.plot && this.plot.width !== width) this.plot.setSize({ width, height });
    }

    options(data) {
      const { x } = this.figure;
      const { lines, y } = this.view;
      const series = [{}];
      const bands = [];
      this.series.forEach(({ line, at, part }, i) => {
        const { color, dash, width } = look(lines, at);
        const main = part === "value";
        series.push({
          scale: "y",
          stroke: main ? color : "transparent",
          width: main ? width : 0,
          dash,
          paths: this.rows ? () => null : undefined,
          points: {
            show: main && (line.points || this.rows) && !this.view.stacked,
            size: this.rows ? 10 : 6,
            fill: line.theory ? css("--card") : color,
            stroke: color,
          },
        });
        if (part === "high") bands.push({ series: [i + 1, i], fill: color + "2b" });
      });
      if (series.length === 1) series.push({ scale: "y", show: false });
      return {
        ...this.size(),
        series,
        bands,
        legend: { show: false },
        padding: [this.figure.spans.length || this.rows ? 20 : 10, 22, 0, 0],
        scales: {
          x: this.rows
            ? { time: false, ori: 1, dir: -1, range: () => [-0.6, x.names.length - 0.4] }
            : { time: false, distr: x.log ? 3 : 1, range: (_, low, high) => this.span(low, high) },
          y: { ori: this.rows ? 0 : 1, distr: y.log ? 3 : 1, range: (plot, low, high) => this.reach(low, high, y) },
        },
        axes: this.axes(),
        cursor: {
          dataIdx: (_, i, closest) => this.nearest(data, i, closest),
          drag: { x: !this.rows, y: false },
          sync: this.rows ? undefined : { key: this.figure.id, setSeries: false },
          y: false,
          points: { show: !this.rows },
        },
        hooks: {
          drawClear: [(plot) => this.shade(plot)],
          draw: [(plot) => this.mark(plot)],
          setCursor: [(plot) => this.point(plot)],
        },
      };
    }

    axes() {
      const { x } = this.figure;
      const { y } = this.view;
      const common = () => ({
        stroke: css("--muted"),
        font: font(),
        labelFont: font(),
        grid: { stroke: css("--grid"), width: 1 },
        ticks: { stroke: css("--grid"), width: 1, size: 4 },
        labelSize: 18,
      });
      const steps = (scale, least) => {
        const incrs = scale.whole ? wholeSteps : timeSteps;
        if (!scale.log) return scale.whole || scale.unit === "s" ? { incrs } : {};
        const { width, height } = this.size();
        const pixels = least < 40 ? height - 60 : width - 80;
        return { splits: (_, __, low, high) => logSteps(low, high, pixels, least), filter: (_, splits) => splits };
      };
      const longest = (texts) => Math.max(...(texts || []).map((text) => widthOf(text || "")), 44) + 14;
      const values = (scale) => (_, splits) => splits.map((at) => (at === null ? null : this.number(scale, at, 3)));
      if (this.rows) {
        const room = Math.min(this.host.clientWidth * 0.42, 300);
        const names = x.names.map((name) => cut(name, room));
        const splits = () => x.names.map((_, at) => at);
        const side = { ...common(), side: 3, splits, values: () => names, size: longest(names), grid: { show: false } };
        const below = { ...common(), ...steps(y, 70), scale: "y", side: 2, values: values(y), size: 34, space: 70 };
        return [side, { ...below, label: y.label }];
      }
      const label = this.isLast ? x.label : undefined;
      const below = { ...common(), ...steps(x, 64), side: 2, values: values(x), label, size: 34, space: 64 };
      const size = (_, texts) => longest(texts);
      const side = { ...common(), ...steps(y, 26), scale: "y", side: 3, values: values(y), size };
      return [below, { ...side, label: y.label || undefined }];
    }

    number(scale, value, figures) {
      const { names, suffix, unit } = scale;
      if (names && names.length) return names[Math.round(value)] || "";
      if (figures === 3) return this.tick(scale, value);
      if (suffix !== undefined && suffix !== null) return digits("", value, figures) + suffix;
      return say(value, unit, figures);
    }

    // The numbers of an axis are round, so that they need no zeros.
    tick({ suffix, unit }, value) {
      const text = suffix !== undefined && suffix !== null ? digits("", value, 6) + suffix : say(value, unit, 4);
      return text.replace(/\.?0+e/, "e");
    }

    span(low, high) {
      const columns = this.plot ? this.plot.data[0] : this.first;
      const whole = low === columns[0] && high === columns[columns.length - 1];
      const [from, to] = this.figure.x.extent || [low, high];
      if (whole && low !== null) [low, high] = [Math.min(low, from), Math.max(high, to)];
      if (low === null || low === high) return low === null ? [1, 2] : [low * 0.9, low * 1.1 + 1e-9];
      return [low, high];
    }

    // Levels begin at 0 unless all of them are far from it; limits are kept in sight where they are near.
    reach(low, high, y) {
      if (this.view.stacked) return [0, Math.max(...this.sums().values(), 1e-9) * 1.05];
      if (low === null || low === undefined) return y.log ? [0.1, 1] : [0, 1];
      for (const { at } of this.view.limits) {
        const isNear = at < 3 * high && low < 3 * at;
        if (isNear || this.rows) [low, high] = [Math.min(low, at), Math.max(high, at)];
      }
      if (this.rows) {
        for (const { line } of this.visible())
          for (const end of [...(line.low || []), ...(line.high || [])])
            if (end !== null && (0 < end || !y.log)) [low, high] = [Math.min(low, end), Math.max(high, end)];
      }
      if (y.log) return [low / 1.2, high * (y.unit === "%" && high === 1 ? 1 : 1.2)];
      const top = y.unit === "%" && high <= 1 ? 1 : Infinity;
      const room = (high - low || Math.abs(high) || 1) * 0.08;
      if (0.6 * high < low) return [Math.max(low - room, 0), Math.min(high + room, top)];
      return [Math.min(0, low), Math.min(high * 1.06 || 1, Math.max(top, high))];
    }

    // The point of a line that is nearest to where the cursor is.
    nearest(data, i, closest) {
      const values = data[i];
      if (this.rows) {
        const row = Math.round(data[0][closest]);
        const here = values.findIndex((value, j) => typeof value === "number" && Math.round(data[0][j]) === row);
        return here < 0 ? null : here;
      }
      for (let by = 0; by < values.length; by += 1) {
        if (typeof values[closest - by] === "number") return closest - by;
        if (typeof values[closest + by] === "number") return closest + by;
      }
      return closest;
    }

    shade(plot) {
      const { ctx, bbox } = plot;
      ctx.save();
      Object.assign(ctx, { font: `${12 * devicePixelRatio}px ${css("--font")}`, textAlign: "left", textBaseline: "alphabetic" });
      let end = -Infinity;
      for (const { from, to, label } of this.rows ? [] : this.figure.spans) {
        const clamp = (at) => Math.min(Math.max(at, bbox.left), bbox.left + bbox.width);
        const [left, right] = [from, to].map((at) => clamp(plot.valToPos(at, "x", true)));
        ctx.fillStyle = css("--shade");
        ctx.fillRect(left, bbox.top, Math.max(right - left, 1), bbox.height);
        const wide = ctx.measureText(label).width;
        const at = Math.min(left, bbox.left + bbox.width - wide);
        if (right <= left || at < end) continue;
        ctx.fillStyle = css("--muted");
        ctx.fillText(label, at, bbox.top - 5 * devicePixelRatio);
        end = at + wide + 8 * devicePixelRatio;
      }
      ctx.restore();
    }

    mark(plot) {
      const { ctx, bbox } = plot;
      const scale = devicePixelRatio;
      ctx.save();
      ctx.beginPath();
      ctx.rect(0, 0, ctx.canvas.width, bbox.top + bbox.height);
      ctx.clip();
      Object.assign(ctx, { font: `${12 * scale}px ${css("--font")}`, textAlign: "left", textBaseline: "alphabetic" });
      if (this.rows) this.bars(plot, ctx);
      const upright = this.rows ? this.view.limits : this.figure.marks;
      const key = this.rows ? "y" : "x";
      let row = 0;
      for (const { at, label } of upright) {
        const x = plot.valToPos(at, key, true);
        if (!(bbox.left <= x && x <= bbox.left + bbox.width)) continue;
        this.rule(ctx, [x, bbox.top], [x, bbox.top + bbox.height]);
        if (!this.rows && this.panel !== this.figure.panels[0]) continue;
        const wide = ctx.measureText(label).width + 10 * scale;
        const isLeft = bbox.left + bbox.width < x + wide;
        const y = this.rows ? bbox.top - 4 * scale : bbox.top + (14 + 16 * row) * scale;
        this.write(ctx, label, isLeft ? x - wide + 5 * scale : x + 5 * scale, y);
        row += 1;
      }
      for (const { at, label } of this.rows ? [] : this.view.limits) {
        const y = plot.valToPos(at, "y", true);
        if (!(bbox.top <= y && y <= bbox.top + bbox.height)) continue;
        this.rule(ctx, [bbox.left, y], [bbox.left + bbox.width, y]);
        this.write(ctx, label, bbox.left + 6 * scale, y - 5 * scale);
      }
      ctx.restore();
    }

    rule(ctx, from, to) {
      ctx.strokeStyle = css("--limit");
      ctx.lineWidth = 1.5 * devicePixelRatio;
      ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
      ctx.beginPath();
      ctx.moveTo(...from);
      ctx.lineTo(...to);
      ctx.stroke();
      ctx.setLineDash([]);
    }

    write(ctx, text, x, y) {
      ctx.lineWidth = 4 * devicePixelRatio;
      ctx.strokeStyle = css("--card");
      ctx.strokeText(text, x, y);
      ctx.fillStyle = css("--limit");
      ctx.fillText(text, x, y);
    }

    // What bars of parts come to, row by row.
    sums() {
      const sums = new Map([[0, 0]]);
      for (const { line } of this.visible()) line.x.forEach((row, i) => sums.set(row, (sums.get(row) || 0) + line.y[i]));
      return sums;
    }

    stack(plot, ctx) {
      const ends = new Map();
      for (const { line, at } of this.visible()) {
        ctx.fillStyle = look(this.view.lines, at).color;
        line.x.forEach((row, i) => {
          const from = ends.get(row) || 0;
          const [left, right] = [from, from + line.y[i]].map((end) => plot.valToPos(end, "y", true));
          const half = 8 * devicePixelRatio;
          ctx.fillRect(left, plot.valToPos(row, "x", true) - half, right - left, 2 * half);
          ends.set(row, from + line.y[i]);
        });
      }
    }

    // Intervals of rows, each a bar through its dot.
    bars(plot, ctx) {
      if (this.view.stacked) {
        this.stack(plot, ctx);
        return;
      }
      for (const { line, at } of this.visible()) {
        ctx.strokeStyle = look(this.view.lines, at).color;
        ctx.lineWidth = 3 * devicePixelRatio;
        line.places.forEach((row, i) => {
          const [low, high] = [(line.low || [])[i], (line.high || [])[i]];
          if (typeof low !== "number" || typeof high !== "number") return;
          const y = plot.valToPos(row, "x", true);
          ctx.beginPath();
          ctx.moveTo(plot.valToPos(low, "y", true), y);
          ctx.lineTo(plot.valToPos(high, "y", true), y);
          ctx.stroke();
        });
      }
    }

    // The height of a line at a place, also between its points: lines have points at places of their own.
    between(line, at) {
      const { x, y } = line;
      const i = x.findIndex((place) => at <= place);
      if (x[i] === at) return y[x.lastIndexOf(at)];
      const [from, to, low, high] = [x[i - 1], x[i], y[i - 1], y[i]];
      if (i < 1 || low === null || high === null) return null;
      const share = this.figure.x.log ? Math.log(at / from) / Math.log(to / from) : (at - from) / (to - from);
      return this.view.y.log ? low * (high / low) ** share : low + share * (high - low);
    }

    // Says what is at the cursor.
    point(plot) {
      const { idxs, idx, left, top } = plot.cursor;
      if (idx === null || idx === undefined || left < 0) {
        this.tip.style.display = "none";
        return;
      }
      this.tip.replaceChildren();
      const { x } = this.figure;
      // Beside a point of the first line it is that point that is told of.
      const own = plot.data[0][idxs[1] ?? idx];
      const isNear = Math.abs(plot.valToPos(own, "x") - left) < 16;
      const at = isNear && !this.rows ? own : plot.data[0][idx];
      element("strong", this.tip, this.number(x, at, 4));
      this.series.forEach(({ line, at: order, part }, i) => {
        const column = idxs[i + 1] ?? null;
        const value = this.rows ? column !== null && plot.data[i + 1][column] : this.between(line, at);
        if (part !== "value" || typeof value !== "number") return;
        const row = element("div", this.tip);
        swatch(row, look(this.view.lines, order));
        const place = line.places.indexOf(this.rows ? plot.data[0][column] : at);
        const ends = [(line.low || [])[place], (line.high || [])[place]];
        const known = ends.every((end) => typeof end === "number") && ends[0] !== ends[1];
        const told = known ? ` (${ends.map((end) => say(end, this.view.y.unit)).join(" – ")})` : "";
        row.append(`${line.name}: ${say(value, this.view.y.unit)}${told}`);
      });
      this.tip.style.display = "block";
      const room = this.host.clientWidth - this.tip.offsetWidth - 4;
      const over = plot.over.offsetLeft + left + 14;
      this.tip.style.left = `${Math.max(0, over <= room ? over : over - this.tip.offsetWidth - 28)}px`;
      this.tip.style.top = `${plot.over.offsetTop + Math.min(Math.max(top, 0), plot.over.clientHeight) + 12}px`;
    }

    key(event) {
      const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
      if (event.key === "Escape") this.tip.style.display = "none";
      if (!by) return;
      event.preventDefault();
      const { plot } = this;
      const last = plot.data[0].length - 1;
      const step = Math.max(1, Math.round(last / 100)) * by;
      const now = plot.cursor.idx ?? (by < 0 ? last + 1 : -1);
      const next = Math.min(Math.max(now + step, 0), last);
      const place = plot.valToPos(plot.data[0][next], "x");
      const middle = { left: plot.over.clientWidth / 2, top: plot.over.clientHeight / 2 };
      plot.setCursor(this.rows ? { ...middle, top: place } : { ...middle, left: place });
    }
  }

  function drawAll() {
    for (const figure of chartData.figures) {
      const place = document.querySelector(`#${figure.id} .plots`);
      for (const panel of figure.panels) drawn.push(new Chart(figure, panel, place));
    }
  }

  // Colours are read when something is drawn.
  const redraw = () => drawn.forEach((chart) => chart.show(chart.at));
  return { drawAll, redraw, drawn };
})();
