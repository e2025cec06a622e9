"use strict";
// Tables that sort, the switch between light and dark, and a start for the charts.
(() => {
  const make = (tag, text, attributes = {}) => {
    const made = document.createElement(tag);
    made.textContent = text;
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };

  // What a cell is sorted by: its number among those of its unit, or else its text; cells without either come last.
  const key = (cell) => {
    if (!cell) return null;
    const { v, u } = cell.dataset;
    if (v !== undefined) return [0, u || "", Number(v)];
    const text = cell.textContent.trim();
    return text === "" || text === "–" ? null : [1, "", text];
  };
  const order = (a, b) => {
    for (let i = 0; i < 3; i += 1) {
      const both = typeof a[i] === "string" ? a[i].localeCompare(b[i]) : a[i] - b[i];
      if (both) return both;
    }
    return 0;
  };

  function sort(table, column, direction) {
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => ({ row, key: key(row.cells[column]) }));
    rows.sort((a, b) => {
      if (!a.key || !b.key) return (a.key ? 0 : 1) - (b.key ? 0 : 1);
      return direction * order(a.key, b.key);
    });
    body.append(...rows.map(({ row }) => row));
    [...table.tHead.rows[0].cells].forEach((head, at) => {
      if (at === column) head.setAttribute("aria-sort", direction < 0 ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
  }

  function sortable(table) {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = make("button", head.textContent, { type: "button" });
      button.addEventListener("click", () => {
        sort(table, column, head.getAttribute("aria-sort") === "ascending" ? -1 : 1);
      });
      head.replaceChildren(button);
    });
  }

  // Above a long table: rows that hold a text, and rows that are not of interest at first.
  function tools(table) {
    const rows = [...table.tBodies[0].rows];
    const more = rows.filter((row) => row.hasAttribute("data-more")).length;
    const box = make("p", "", { class: "tools" });
    const all = make("input", "", { type: "checkbox" });
    const text = make("input", "", { type: "search", placeholder: "p99, web …" });
    const apply = () => {
      const wanted = text.value.trim().toLowerCase().split(/\s+/);
      for (const row of rows) {
        const holds = wanted.every((word) => row.textContent.toLowerCase().includes(word));
        row.hidden = !(holds && (all.checked || text.value.trim() || !row.hasAttribute("data-more")));
      }
    };
    if (8 < rows.length) {
      const label = make("label", "only rows with ");
      label.append(text);
      box.append(label);
    }
    if (more) {
      const label = make("label", "");
      label.append(all, ` all ${rows.length} rows`);
      box.append(label);
    }
    if (!box.children.length) return;
    text.addEventListener("input", apply);
    all.addEventListener("change", apply);
    if (more === rows.length) all.checked = true;
    table.closest(".wide").before(box);
    apply();
  }

  for (const table of document.querySelectorAll("table.sortable")) {
    sortable(table);
    tools(table);
  }

  // The switch keeps to what the system prefers until it is pressed. Paper is light, and so are charts drawn for it.
  const dark = document.getElementById("dark");
  const isDark = () => matchMedia(dark.media).matches;
  const theme = make("button", "", { type: "button", id: "theme" });
  const told = () => {
    theme.textContent = isDark() ? "☀ light" : "☾ dark";
    theme.setAttribute("aria-label", `switch to ${isDark() ? "light" : "dark"} colours`);
  };
  const changed = () => (told(), charts.redraw());
  theme.addEventListener("click", () => {
    dark.media = isDark() ? "not all" : "screen";
    changed();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  matchMedia("print").addEventListener("change", () => charts.redraw());
  document.querySelector("header").prepend(theme);
  told();

  charts.drawAll();
  document.documentElement.dataset.ready = "true";
})();
