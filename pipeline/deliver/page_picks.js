
// Picks made here: kept by the browser where it keeps things, and handed in as the picks.yaml that a render reads.
const handin = document.querySelector(".handin");
const before = JSON.parse(handin.dataset.picks);
const key = `dailies picks ${handin.dataset.film}`;
const sections = new Map(all(".shot").map((section) => [section.dataset.shot, section]));
const cardOf = (shot, take) => all(".takes > li", sections.get(shot)).find((card) => Number(card.dataset.take) === take && card.querySelector(".pick"));
const pickedBefore = (shot) => (Object.hasOwn(before, shot) ? before[shot].take : null);
const recall = () => {
  try {
    const kept = Object.entries(JSON.parse(localStorage.getItem(key)) ?? {});
    return new Map(kept.filter(([shot, take]) => sections.has(shot) && take !== pickedBefore(shot) && (take === null || cardOf(shot, take))));
  } catch {
    return new Map();
  }
};
const changes = recall();
const keep = () => {
  try {
    if (changes.size) localStorage.setItem(key, JSON.stringify(Object.fromEntries(changes)));
    else localStorage.removeItem(key);
  } catch {
    handin.classList.add("forgetful");
  }
};
const pickOf = (shot) => (changes.has(shot) ? changes.get(shot) : pickedBefore(shot));
const said = (shot, take) => `${shot} ${take === null ? "by score again" : `take ${take}`}`;

// The text that `dailies pick` would have written; a JSON text is a YAML one once these are written as numbers.
const quoted = (text) => JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
const yaml = () => {
  const shots = new Map(Object.entries(before).map(([shot, one]) => [shot, { ...one }]));
  for (const [shot, take] of changes) shots.set(shot, { first_take: 1, ...shots.get(shot), take, only: false });
  const lines = [...shots].sort(([one], [other]) => (one < other ? -1 : 1)).flatMap(([shot, { take, first_take: first, only }]) => {
    const told = [...(take === null ? [] : [`    take: ${take}`]), ...(first === 1 ? [] : [`    first_take: ${first}`]), ...(only ? ["    only: true"] : [])];
    return told.length ? [`  ${quoted(shot)}:`, ...told] : [];
  });
  return `kind: picks/1\nshots:${lines.length ? `\n${lines.join("\n")}` : " {}"}\n`;
};

const showPicks = () => {
  handin.hidden = !changes.size;
  handin.querySelector(".count").textContent = changes.size ? `${plural(changes.size, "pick")} to hand in: ` : "";
  handin.querySelector(".list").textContent = [...changes].map(([shot, take]) => said(shot, take)).join(", ");
  for (const [shot, section] of sections) {
    const take = pickOf(shot);
    for (const card of all(".takes > li", section)) {
      const button = card.querySelector(".pick");
      if (!button) continue;
      const mine = Number(card.dataset.take) === take;
      button.hidden = false;
      button.setAttribute("aria-pressed", mine);
      button.textContent = mine ? "Your pick" : "Pick";
      card.classList.toggle("picked", mine && changes.has(shot));
    }
    section.classList.toggle("handing", changes.has(shot));
    const states = new Set(section.dataset.states.split(" ").filter(Boolean));
    if (changes.has(shot)) states.add("picked");
    section.states = states;
  }
};
const pick = (shot, take) => {
  const now = take !== null && take === pickOf(shot) ? (changes.has(shot) ? pickedBefore(shot) : null) : take;
  if (now === pickedBefore(shot)) changes.delete(shot);
  else changes.set(shot, now);
  keep();
  showPicks();
  sections.get(shot).dispatchEvent(new CustomEvent("picked", { bubbles: true }));
};
for (const [shot, section] of sections) {
  for (const card of all(".takes > li", section)) {
    card.querySelector(".pick")?.addEventListener("click", () => pick(shot, Number(card.dataset.take)));
  }
}
handin.querySelector(".download").addEventListener("click", () => {
  const address = URL.createObjectURL(new Blob([yaml()], { type: "application/yaml" }));
  make("a", { href: address, download: "picks.yaml" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
});
handin.querySelector(".forget").addEventListener("click", () => {
  changes.clear();
  keep();
  showPicks();
  document.querySelector("#shots").focus({ preventScroll: true });
});
showPicks();
