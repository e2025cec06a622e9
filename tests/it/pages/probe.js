// Looks at a page as its reader would, and tells line by line what is fine and what is wrong.
const told = [];
const asked = [];
const ask = (what, work) => asked.push([what, work]);
const answer = (what, work) => {
  let detail = "";
  try {
    detail = work() || "";
  } catch (error) {
    detail = String(error);
  }
  told.push(`${detail ? "wrong" : "fine"}: ${what} ${String(detail).replace(/[<>&\n]/g, " ")}`.trim());
};
const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const facts = JSON.parse(document.getElementById("document").textContent);
const press = (button) => button.click();
const close = (a, b) => Math.abs(a - b) <= 1e-6 * Math.abs(b);

ask("the page was made ready", () => document.documentElement.dataset.ready !== "true" && "not ready");

ask("every figure has its charts, and there is something on them", () => {
  for (const figure of chartData.figures) {
    const plots = all(`#${figure.id} canvas`);
    if (plots.length !== figure.panels.length) return `${figure.id} has ${plots.length} of ${figure.panels.length}`;
    for (const canvas of plots) {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let painted = 0;
      for (let at = 3; at < data.length; at += 4) painted += data[at] ? 1 : 0;
      if (painted < 500) return `${figure.id} has ${painted} painted pixels`;
    }
    for (const plot of all(`#${figure.id} .plot`)) {
      if (!plot.getAttribute("aria-label") || plot.tabIndex !== 0) return "a chart without a text or a place in the order";
    }
  }
});

ask("charts hold the numbers of the page", () => {
  for (const chart of charts.drawn) {
    const { line } = chart.series[0];
    const column = chart.plot.data[1];
    const where = (x) => chart.plot.data[0].indexOf(x);
    // Of several points at one place the last is drawn.
    const isLast = (x, i) => line.places.indexOf(x, i + 1) < 0;
    const bad = line.places.findIndex((x, i) => isLast(x, i) && column[where(x)] !== line.y[i]);
    if (0 <= bad) return `${chart.figure.id}: ${column[where(line.places[bad])]} is not ${line.y[bad]}`;
  }
});

ask("charts of measures hold the numbers of the document", () => {
  for (const figure of chartData.figures.filter((one) => one.id === "variants-chart")) {
    const { y } = figure.panels[0].views[0].lines[0];
    const { of, measure } = facts.ranked_by;
    figure.x.names.forEach((variant, at) => {
      const found = facts.measures.find((one) => one.variant === variant && one.of === of && one.measure === measure);
      if (!close(y[at], found.value)) throw new Error(`${variant}: ${y[at]} is not ${found.value}`);
    });
  }
  for (const figure of chartData.figures.filter((one) => one.id === "sweep-chart")) {
    const { y } = figure.panels[0].views[0].lines[0];
    const known = facts.measures.map((one) => one.value);
    const strange = y.find((value) => value !== null && !known.some((one) => close(value, one)));
    if (strange !== undefined) return `${strange} is no measure`;
  }
});

ask("cells hold the numbers of the document that they name", () => {
  for (const cell of all("[data-from]")) {
    const place = cell.dataset.from;
    const told = place.split(".").reduce((at, key) => at[key], facts);
    const value = told && typeof told === "object" ? told.value : told;
    const here = cell.dataset.v === undefined ? null : Number(cell.dataset.v);
    if (here !== value) return `${place}: ${here} is not ${value}`;
  }
  for (const part of facts.hops || []) {
    if (!all("#hops tbody th").some((head) => head.textContent === part.hop)) return `${part.hop} has no row`;
  }
  if (all("#all-incidents tbody tr").length !== (facts.incidents || []).length) return "not every incident has a row";
});

// What a chart of rows shows of each row in each view, found in the document.
const shown = {
  "calls-chart": (name, view) => {
    const of = name.endsWith(" at replicas") ? `replica.${name.replace(" at replicas", "")}` : `call.${name}`;
    const measures = { mean: "response.mean", p50: "response.p50", p99: "response.p99", rate: "throughput", answered: "availability" };
    return facts.measures.find((one) => one.of === of && one.measure === measures[view]);
  },
  operations: (name, view) => {
    const [store, operation] = name.split(": ");
    const measures = { available: `available.${operation}`, rate: `${operation}.throughput` };
    const wanted = measures[view] || `${operation}.${view}`;
    return facts.measures.find((one) => one.of === `store.${store}` && one.measure === wanted);
  },
  "incidents-chart": (_, view, row) => {
    const times = { "noticed after": "noticed_after_s", "failover after": "failover_after_s", "back after": "restored_after_s" };
    return facts.incidents[row][times[view] || (view === "before noticed" ? "failed_unnoticed" : view)];
  },
  "year-0": (name, view) => {
    const state = facts.performability.states.find((one) => one.state === name);
    const fields = { availability: "availability", p99: "p99_s", "of the loss": "of_the_loss" };
    return { value: view === "share of time" ? state.share : state.fares[0][fields[view]] };
  },
};
ask("charts of rows hold the numbers of the document", () => {
  for (const figure of chartData.figures.filter((one) => shown[one.id])) {
    for (const view of figure.panels[0].views) {
      const [line] = view.lines;
      for (const [row, name] of figure.x.names.entries()) {
        const told = shown[figure.id](name, view.name, row);
        const value = told ? told.value : null;
        const drawn = line.y[row];
        const hidden = drawn === null && (value === null || value === undefined || value <= 0);
        if (!hidden && !close(drawn, value)) return `${figure.id} ${name} ${view.name}: ${drawn} is not ${value}`;
        if (drawn !== null && told.high > 0 && !close(line.high[row], told.high)) return `${name} ${view.name}: another end`;
      }
    }
  }
});

ask("charts of stores hold the numbers of the document", () => {
  const lines = (id) => chartData.figures.filter((one) => one.id === id).flatMap((one) => one.panels[0].views[0].lines);
  const loads = (facts.stores || []).flatMap((store) => [store.node_loads, store.shard_loads]);
  const drawn = lines("store-loads");
  if (drawn.length !== loads.length) return `${drawn.length} lines of ${loads.length}`;
  for (const [at, line] of drawn.entries()) {
    if (line.y.some((load, i) => !close(load, loads[at][i][1]))) return `${line.name} is another`;
  }
  const fresh = lines("freshness").filter((line) => !line.theory);
  const told = (facts.stores || []).filter((store) => store.staleness);
  for (const [at, line] of fresh.entries()) {
    let from = 0;
    for (const [i, age] of line.x.entries()) {
      const part = told[at].staleness.filter((one) => from <= one.age_from_s && one.age_from_s <= age * (1 + 1e-6));
      const [reads, stale] = [part.reduce((sum, one) => sum + one.reads, 0), part.reduce((sum, one) => sum + one.stale, 0)];
      if (Math.abs(line.y[i] - (1 - stale / reads)) > 1e-6) return `${line.name} at ${age}: ${line.y[i]}`;
      from = age * (1 + 2e-6);
    }
  }
  const losses = facts.measures.filter((one) => one.measure === "durability.loss" && one.value > 0);
  const curves = lines("durability").filter((line) => line.high);
  if (curves.length !== losses.length) return `${curves.length} curves of ${losses.length} losses`;
  for (const [at, { y, x }] of curves.entries()) {
    if (x[0] !== 1 || !close(y[0], losses[at].value)) return `${y[0]} is not ${losses[at].value}`;
  }
});

ask("a map and its table hold the numbers of the document", () => {
  if (facts.command !== "sweep" || facts.axes.length < 2) return;
  const pictures = all("#map svg");
  const words = facts.points.some((point) => point.number === null);
  if (words) return pictures.length && "a map of words";
  if (pictures.length !== 2) return `${pictures.length} pictures`;
  const visible = pictures.filter((picture) => picture.getBoundingClientRect().width);
  if (visible.length !== 1) return `${visible.length} of the pictures are shown`;
  if (pictures.some((picture) => !picture.getAttribute("aria-label"))) return "a picture without a text";
  const grid = facts.points.filter((point) => point.on_grid);
  const { of, measure } = facts.objectives[0];
  const found = (variant) => facts.measures.find((one) => one.variant === variant && one.of === of && one.measure === measure);
  const rows = all("#plane tbody tr");
  const heads = all("#plane thead th").map((head) => head.textContent.trim());
  for (const point of grid) {
    const row = rows.find((one) => one.cells[0].textContent === point.fixed);
    const cell = row.cells[heads.indexOf(point.value)];
    const value = point.overloaded ? undefined : String(found(point.variant).value);
    if (cell.dataset.v !== value) return `${point.variant}: ${cell.dataset.v} is not ${value}`;
    for (const picture of pictures) {
      const said = all("title", picture).find((one) => one.textContent.startsWith(`${point.variant}: `));
      if (!said) return `${point.variant} is not on the map`;
      const told = point.overloaded ? "more work than can be done" : cell.textContent.replace("✗ ", "");
      if (!said.textContent.endsWith(told)) return `${said.textContent} is not ${told}`;
    }
  }
});

ask("the table of measures holds those of the document", () => {
  const rows = all("#all-measures tbody tr");
  const wanted = facts.measures;
  if (rows.length !== wanted.length) return `${rows.length} rows of ${wanted.length} measures`;
  const at = (row) => [row.dataset.variant, row.dataset.of, row.dataset.measure].join("|");
  const found = new Map(rows.map((row) => [at(row), row]));
  for (const one of wanted) {
    const row = found.get([one.variant, one.of, one.measure].join("|"));
    if (!row) return `${one.of} ${one.measure} is missing`;
    const cell = row.querySelector(".number");
    const value = cell.dataset.v === undefined ? null : Number(cell.dataset.v);
    if (value !== one.value) return `${one.of} ${one.measure}: ${value} is not ${one.value}`;
  }
});

ask("scripts write numbers as tables do", () => {
  const heads = all("#all-measures thead th").map((head) => head.textContent);
  const column = heads.indexOf("theory");
  let seen = 0;
  for (const row of all("#all-measures tbody tr")) {
    const cell = row.cells[column];
    if (cell.dataset.v === undefined) continue;
    seen += 1;
    const text = say(Number(cell.dataset.v), cell.dataset.u);
    if (text !== cell.textContent) return `${text} is not ${cell.textContent}`;
  }
  if (!seen) return "nothing to compare";
});

ask("tables are sorted by a press on a heading, and turned by another", () => {
  const table = document.querySelector("#all-measures");
  const heads = all("thead th", table);
  const column = heads.findIndex((head) => head.textContent === "measured");
  const button = heads[column].querySelector("button");
  const values = () => {
    const cells = all("tbody tr", table).map((row) => row.cells[column].dataset);
    return cells.filter(({ v, u }) => v !== undefined && u === "s").map(({ v }) => Number(v));
  };
  press(button);
  const up = values();
  if (heads[column].getAttribute("aria-sort") !== "ascending") return "it does not say so";
  if (up.some((value, i) => i && value < up[i - 1])) return `not sorted: ${up}`;
  press(button);
  if (heads[column].getAttribute("aria-sort") !== "descending") return "it does not say that it was turned";
  if (String(values()) !== String(up.reverse())) return "not turned";
  if (up.length < 2 && facts.requests) return "too little to sort";
});

ask("every table is sorted by each of its columns", () => {
  for (const table of all("table.sortable")) {
    all("thead th", table).forEach((head, column) => {
      press(head.querySelector("button"));
      if (head.getAttribute("aria-sort") !== "ascending") throw new Error(`${table.id} does not say so`);
      const cells = all("tbody tr", table).map((row) => row.cells[column]);
      const first = cells.findIndex((cell) => cell.dataset.v === undefined);
      const numbers = cells.slice(0, first < 0 ? cells.length : first).map(({ dataset }) => [dataset.u, Number(dataset.v)]);
      const falls = ([unit, value], i) => i && numbers[i - 1][0] === unit && value < numbers[i - 1][1];
      if (numbers.some(falls)) throw new Error(`${table.id}, ${head.textContent}`);
    });
  }
});

ask("rows can be looked for", () => {
  const box = document.querySelector("#measures .tools");
  const [field, more] = [box.querySelector("[type=search]"), box.querySelector("[type=checkbox]")];
  const shown = () => all("#all-measures tbody tr").filter((row) => !row.hidden);
  const before = shown().length;
  if (more) {
    press(more);
    if (shown().length !== all("#all-measures tbody tr").length || shown().length <= before) return "not all are shown";
    press(more);
  }
  const [first] = facts.measures;
  field.value = first.of.split(".")[1];
  field.dispatchEvent(new Event("input"));
  if (!shown().length || shown().some((row) => !row.textContent.includes(field.value))) return "other rows are shown";
  field.value = "";
  field.dispatchEvent(new Event("input"));
  if (shown().length !== before) return "it does not come back";
});

for (const chart of charts.drawn.filter((one) => one.buttons)) {
  ask(`${chart.figure.id} ${chart.panel.title} switches between its views`, () => {
    const seen = new Set();
    for (const button of chart.buttons) {
      press(button);
      if (button.getAttribute("aria-pressed") !== "true") return "not pressed";
      seen.add(JSON.stringify(chart.plot.data));
    }
    if (seen.size < 2) return "all views are alike";
    press(chart.buttons[0]);
  });
}

ask("lines are hidden and shown", () => {
  for (const chart of charts.drawn) {
    const [first] = all("button", chart.legend);
    if (!first) continue;
    const before = chart.host.dataset.lines;
    press(first);
    if (Number(chart.host.dataset.lines) !== before - 1 || first.getAttribute("aria-pressed") !== "false") return "not hidden";
    press(first);
    if (chart.host.dataset.lines !== before) return "not shown again";
  }
});

ask("arrow keys read points", () => {
  for (const chart of charts.drawn) {
    chart.host.focus();
    chart.host.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
    chart.host.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
    if (chart.tip.style.display !== "block" || !/: .*\d/.test(chart.tip.textContent)) return `${chart.figure.id}: ${chart.tip.textContent}`;
  }
});

ask("there is a light and a dark look", () => {
  const paper = () => getComputedStyle(document.body).backgroundColor;
  const before = paper();
  press(document.getElementById("theme"));
  if (paper() === before) return "both look alike";
  press(document.getElementById("theme"));
  if (paper() !== before) return "it does not turn back";
});

ask("nothing is wider than the page", () => {
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (1 < wide) return `${wide} pixels too wide`;
});

ask("the browser complains of nothing", () => problems.join("; "));

// Charts are drawn once the script that changed them has come to its end.
const next = () => {
  const one = asked.shift();
  if (one) {
    answer(...one);
    setTimeout(next);
    return;
  }
  const outcome = document.createElement("pre");
  outcome.id = "outcome";
  outcome.textContent = told.join("\n");
  document.body.append(outcome);
};
setTimeout(next);
