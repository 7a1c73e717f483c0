
// Single keys. They are never taken from a control that has a use for them, and can be switched off.
const keys = document.querySelector("#keys");
const taking = keys.querySelector(".keys-on");
const TYPED = "input, select, textarea, video, [contenteditable]";
const PRESSED = "button, a, summary, [tabindex='0']";
let current = null;
document.addEventListener("focusin", (event) => { current = event.target.closest?.(".shot") ?? current; });
const inSight = (section) => {
  const box = section.getBoundingClientRect();
  return box.top < innerHeight * 0.75 && box.bottom > innerHeight * 0.25;
};
const held = () => (current && !current.hidden && inSight(current) ? current : null);
const here = () => held() ?? visible().find(inSight) ?? null;
const walk = (by) => {
  const shown = visible();
  const at = shown.indexOf(held());
  const next = at < 0 ? here() ?? shown[0] : shown[Math.max(0, Math.min(shown.length - 1, at + by))];
  next?.scrollIntoView({ block: "start", behavior: "instant" });
  next?.focus({ preventScroll: true });
};
const choose = (section, take) => {
  if (section && (take === null || cardOf(section.dataset.shot, take))) pick(section.dataset.shot, take);
};
const run = (section) => {
  if (section?.together) { section.together.toggle(); return; }
  const clips = section ? all("video.take", section) : [];
  const clip = clips.find((one) => !one.paused) ?? section?.querySelector(".picked video.take, .chosen video.take") ?? clips[0] ?? film;
  if (!clip) return;
  if (section) uncover(clip);
  if (clip.paused) begin(clip); else clip.pause();
};
const acts = (section) => ({
  j: () => walk(1),
  k: () => walk(-1),
  c: () => (section?.together ? section.together.end() : section?.querySelector("button.compare")?.click()),
  " ": () => run(section),
  "?": () => keys.showModal(),
  0: () => choose(section, null),
  ...(section?.together && { ArrowLeft: () => section.together.step(-1), ArrowRight: () => section.together.step(1) }),
});
const act = (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || keys.open) return;
  if (event.target.closest?.(TYPED)) return;
  if (!/^[jkc?0-9]$/.test(event.key) && event.target.closest?.(PRESSED)) return;
  if (!taking.checked && event.key !== "?") return;
  const section = here();
  const does = /^[1-9]$/.test(event.key) ? () => choose(section, Number(event.key)) : acts(section)[event.key];
  if (!does) return;
  event.preventDefault();
  does();
};
document.addEventListener("keydown", act);
keys.querySelector(".close").addEventListener("click", () => keys.close());
document.querySelector(".open-keys")?.addEventListener("click", () => keys.showModal());
