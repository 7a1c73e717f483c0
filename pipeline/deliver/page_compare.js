
// Takes of a shot side by side: one control, one frame. The longest clip leads; the others follow within half a frame.
const OFF = 0.5;
const FAR = 4;
const compare = (section, opener) => {
  const cards = all(".takes > li", section).filter((card) => card.querySelector("video.take"));
  const clipOf = (card) => card.querySelector("video.take");
  const shown = new Set(cards);
  const leader = () => [...shown].map(clipOf).reduce((one, other) => (frames(other) > frames(one) ? other : one));
  let running = false;
  let round = 0;

  const play = make("button", { type: "button", className: "all" }, "Play all");
  const back = make("button", { type: "button", ariaLabel: "A frame back" }, "\u2039");
  const on = make("button", { type: "button", ariaLabel: "A frame on" }, "\u203a");
  const close = make("button", { type: "button", className: "close" }, "Close");
  const scrub = make("input", { type: "range", min: 0, value: 0, step: 1, ariaLabel: `Frame of ${section.dataset.shot}` });
  const told = make("output", { className: "frame" });
  const ticks = cards.map((card) => {
    const box = make("input", { type: "checkbox", checked: true });
    box.addEventListener("change", () => choose(card, box));
    return make("label", {}, box, ` Take ${card.dataset.take}`);
  });
  const group = make("div", { className: "which", role: "group", ariaLabel: "Takes to compare" }, ...ticks);
  const panel = make("div", { className: "together", role: "group", ariaLabel: `Takes of ${section.dataset.shot}, side by side` },
    group, play, back, scrub, on, told, close);

  const tell = (frame) => {
    scrub.max = frames(leader()) - 1;
    scrub.value = frame;
    scrub.setAttribute("aria-valuetext", `frame ${frame}`);
    told.textContent = `frame ${frame} of ${frames(leader())}`;
    for (const card of shown) card.style.setProperty("--at", frame / Math.max(1, frames(clipOf(card)) - 1));
  };
  const pause = () => {
    running = false;
    round += 1;
    play.textContent = "Play all";
    for (const card of shown) {
      clipOf(card).pause();
      clipOf(card).playbackRate = 1;
    }
  };
  const seekAll = (frame) => Promise.all([...shown].map((card) => seek(clipOf(card), frame)));
  const show = (frame) => {
    if (running) pause();
    const there = Math.max(0, Math.min(frames(leader()) - 1, frame));
    tell(there);
    return seekAll(there);
  };
  // A clip a little off runs faster or slower until it is right; one far off is set there.
  const follow = (clip, lead) => {
    const off = (clip.currentTime - lead.currentTime) * rate(lead);
    if (clip.ended || clip.seeking || clip.paused) return;
    if (Math.abs(off) > FAR) clip.currentTime = Math.min(lead.currentTime, clip.duration);
    else clip.playbackRate = Math.abs(off) < OFF / 4 ? 1 : Math.max(0.5, Math.min(1.5, 1 - off));
  };
  const turn = (mine) => {
    if (!running || mine !== round) return;
    const lead = leader();
    if (lead.ended) { start(0); return; }
    for (const card of shown) if (clipOf(card) !== lead) follow(clipOf(card), lead);
    tell(frameOf(lead));
    requestAnimationFrame(() => turn(mine));
  };
  const start = async (frame) => {
    running = true;
    round += 1;
    const mine = round;
    play.textContent = "Pause all";
    await seekAll(frame);
    if (!running || mine !== round) return;
    await Promise.allSettled([...shown].map((card) => clipOf(card).play()));
    turn(mine);
  };
  const toggle = () => {
    if (running) { pause(); show(frameOf(leader())); return; }
    const at = frameOf(leader());
    start(at >= frames(leader()) - 1 ? 0 : at);
  };
  const choose = (card, box) => {
    const at = Number(scrub.value);
    if (!box.checked && shown.size === 1) { box.checked = true; return; }
    pause();
    if (box.checked) shown.add(card); else shown.delete(card);
    card.hidden = !box.checked;
    section.style.setProperty("--shown", shown.size);
    show(at);
  };
  const end = () => {
    pause();
    for (const card of all(".takes > li", section)) card.hidden = false;
    for (const card of cards) {
      delete clipOf(card).dataset.together;
      clipOf(card).loop = true;
      clipOf(card).controls = !covers.has(clipOf(card));
    }
    section.classList.remove("comparing");
    delete section.together;
    panel.remove();
    opener.hidden = false;
    opener.focus();
  };

  play.addEventListener("click", toggle);
  back.addEventListener("click", () => show(Number(scrub.value) - 1));
  on.addEventListener("click", () => show(Number(scrub.value) + 1));
  scrub.addEventListener("input", () => show(Number(scrub.value)));
  close.addEventListener("click", end);
  section.together = { show, toggle, end, step: (by) => show(Number(scrub.value) + by) };
  section.classList.add("comparing");
  section.style.setProperty("--shown", shown.size);
  for (const card of all(".takes > li", section)) card.hidden = !shown.has(card);
  for (const card of cards) {
    clipOf(card).pause();
    clipOf(card).dataset.together = "yes";
    clipOf(card).loop = false;
    uncover(clipOf(card));
  }
  opener.after(panel);
  opener.hidden = true;
  show(0);
  play.focus({ preventScroll: true });
};
for (const section of all(".shot")) {
  const takes = section.querySelector(".takes");
  if (!takes || all("video.take", takes).length < 2) continue;
  const opener = make("button", { type: "button", className: "compare" }, "Compare takes in sync");
  opener.addEventListener("click", () => compare(section, opener));
  takes.before(opener);
}
