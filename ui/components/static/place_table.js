// The table of places: a real table whose rows open below themselves and whose columns sort.
// Words come from the server as text and are put in as text, never as markup.
const SHAPES = { feasible: "✓", care: "!", pointless: "–", incomplete: "?", infeasible: "✕", not_offered: "○" };

function made(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

function heading(column, data, sort) {
  const sorted = data.sort.by === column.id;
  const way = sorted ? (data.sort.descending ? "descending" : "ascending") : null;
  const cell = made("th", { scope: "col", class: column.numeric ? "number" : null, "aria-sort": way });
  if (!data.heading) { cell.append(column.title); return cell; }
  const mark = made("span", { class: "mark", "aria-hidden": "true" });
  mark.textContent = sorted ? (data.sort.descending ? " ↓" : " ↑") : "";
  const button = made("button", { type: "button", title: column.means, "data-key": "sort:" + column.id }, column.title, mark);
  button.addEventListener("click", () => sort(column.id));
  cell.append(button);
  return cell;
}

function rowOf(row, data, open) {
  const opened = data.open === row.id;
  const line = made("tr", { class: [row.status, row.chosen ? "chosen" : "", opened ? "opened" : ""].join(" ").trim() });
  data.columns.forEach((column, index) => {
    const cell = row.cells[index];
    if (index === 0) {
      const button = made("button", { type: "button", "aria-expanded": String(opened), "data-key": "row:" + row.id },
        made("span", { class: "arrow", "aria-hidden": "true" }, opened ? "▾" : "▸"), cell.text);
      const head = made("th", { scope: "row" }, button,
        row.chosen ? made("span", { class: "badge" }, row.chosen) : null,
        cell.under ? made("small", {}, cell.under) : null);
      line.append(head);
      return;
    }
    const shape = column.id === "verdict" ? made("span", { class: "shape", "aria-hidden": "true" }, SHAPES[row.status]) : null;
    const words = made("span", { class: column.id === "verdict" ? "word" : null }, cell.text || "–");
    const inside = made("div", {}, shape, words, cell.under ? made("small", {}, cell.under) : null);
    line.append(made("td", { class: column.numeric ? "number" : null, "data-label": column.title }, inside));
  });
  line.addEventListener("click", (event) => {
    // Somebody copies a figure. A press of the button is meant whatever is selected: who comes by
    // keyboard has passed a field whose text is selected still.
    if (!event.target.closest("button") && String(window.getSelection() || "")) return;
    open(row.id);
  });
  return line;
}

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".places");
  const inside = parentElement.activeElement || document.activeElement;
  const held = inside && inside.dataset ? inside.dataset.key : null;
  const open = (id) => setTriggerValue("opened", id);
  const sort = (id) => setTriggerValue("sorted", id);
  const head = made("thead", { class: data.heading ? null : "hidden" },
    made("tr", {}, ...data.columns.map((column) => heading(column, data, sort))));
  const body = made("tbody", {}, ...data.rows.map((row) => rowOf(row, data, open)));
  const table = made("table", {}, made("caption", { class: "hidden" }, data.caption), head, body);
  root.replaceChildren(table);
  const wanted = root.dataset.focus !== data.focus && data.focus ? "row:" + data.open : held;
  root.dataset.focus = data.focus || "";
  const target = wanted ? [...root.querySelectorAll("button")].find((one) => one.dataset.key === wanted) : null;
  if (target) {
    target.focus({ preventScroll: true });
    if (wanted !== held) target.scrollIntoView({ block: data.jump ? "start" : "nearest" });
  }
}
