
// Which shots are shown.
const bar = document.querySelector(".browse");
const visible = () => all(".shot").filter((section) => !section.hidden);
let filter = "all";
const show = (name) => {
  filter = name;
  const every = all(".shot");
  for (const section of every) section.hidden = name !== "all" && !section.states.has(name);
  for (const button of all("[data-filter]")) button.setAttribute("aria-pressed", button.dataset.filter === name);
  const left = visible().length;
  const of = left === every.length ? plural(left, "shot") : `${left} of ${plural(every.length, "shot")}`;
  bar.querySelector(".shown").textContent = left ? of : "No such shot";
  for (const cell of all(".timeline a")) {
    cell.parentElement.classList.toggle("out", document.getElementById(cell.hash.slice(1))?.hidden ?? false);
  }
};
const count = () => {
  for (const button of all("[data-filter]")) {
    const name = button.dataset.filter;
    if (name !== "all") button.querySelector("span").textContent = all(".shot").filter((one) => one.states.has(name)).length;
  }
};
if (bar) {
  bar.hidden = false;
  for (const button of all("[data-filter]")) button.addEventListener("click", () => show(button.dataset.filter));
  for (const link of all('a[href^="#shot-"]')) {
    link.addEventListener("click", () => { if (document.getElementById(link.hash.slice(1))?.hidden) show("all"); });
  }
  document.addEventListener("picked", count);
  count();
}
