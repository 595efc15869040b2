"use strict";
// Filters and sorts the list of errors, and opens the article that a link points into.
// Without this script the list is whole and in its first order.
const STEP = 50;
const form = document.getElementById("filters");
const list = document.getElementById("error-list");
const count = document.getElementById("error-count");
const more = document.getElementById("more");
const errors = Array.from(list.children);
const words = errors.map((error) => error.textContent.toLowerCase());
const rank = new Map(errors.map((error, row) => [error, row]));
const length = new Map(errors.map((error) => [error, error.querySelector(".text").textContent.length]));
const orders = {
  confident: (a, b) => rank.get(a) - rank.get(b),
  doubtful: (a, b) => rank.get(b) - rank.get(a),
  article: (a, b) => a.dataset.place - b.dataset.place,
  longest: (a, b) => length.get(b) - length.get(a),
  shortest: (a, b) => length.get(a) - length.get(b),
};
let shown = STEP;

function update() {
  const wanted = new FormData(form);
  const search = wanted.get("text").trim().toLowerCase();
  const chosen = Array.from(form.querySelectorAll("select[data-filter]"), (select) => [select.name, select.value]);
  const matching = errors.filter((error, row) =>
    chosen.every(([name, value]) => !value || error.dataset[name] === value) &&
    (!search || words[row].includes(search)));
  matching.sort(orders[wanted.get("order")]);
  const visible = matching.slice(0, shown);
  list.replaceChildren(...visible);
  count.textContent = `${visible.length} of ${matching.length} shown` +
    (matching.length < errors.length ? `, from ${errors.length} errors` : "");
  more.hidden = visible.length === matching.length;
}

function restart() {
  shown = STEP;
  update();
}

function openTarget() {
  const target = document.getElementById(location.hash.slice(1));
  const article = target && target.closest("details");
  if (article && !article.open) {
    article.open = true;
    target.scrollIntoView();
  }
}

form.addEventListener("input", restart);
form.addEventListener("reset", () => setTimeout(restart));
form.addEventListener("submit", (event) => event.preventDefault());
more.addEventListener("click", () => {
  const first = shown;
  shown += STEP;
  update();
  // Who pressed the key goes on reading where the list went on.
  list.children[first].focus();
});
window.addEventListener("hashchange", openTarget);
form.hidden = false;
update();
openTarget();
