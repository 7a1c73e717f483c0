
// Frames of a clip: where it is, and how to go there. Only the last frame asked for counts while the clip is busy.
const rate = (clip) => Number(clip.dataset.fps) || 24;
const frames = (clip) => Number(clip.dataset.frames) || Math.round((clip.duration || 0) * rate(clip)) || 1;
const frameOf = (clip) => Math.min(frames(clip) - 1, Math.floor(clip.currentTime * rate(clip) + 0.01));
const loaded = (clip) => new Promise((resolve) => {
  if (clip.readyState >= 2 || clip.error) { resolve(); return; }
  clip.addEventListener("loadeddata", resolve, { once: true });
  clip.addEventListener("error", resolve, { once: true });
  clip.preload = "auto";
  if (clip.readyState === 0) clip.load();
});
const wanted = new Map();
const seek = async (clip, frame) => {
  const busy = wanted.has(clip);
  wanted.set(clip, Math.max(0, Math.min(frames(clip) - 1, frame)));
  if (busy) return;
  await loaded(clip);
  while (!clip.error) {
    const goal = wanted.get(clip);
    const there = new Promise((resolve) => { clip.addEventListener("seeked", resolve, { once: true }); });
    clip.currentTime = (goal + 0.5) / rate(clip);
    await there;
    if (wanted.get(clip) === goal) break;
  }
  wanted.delete(clip);
};

// Plots of what was measured: pointing at one shows the clip there, and the clip shows on them where it is.
const goTo = (card, frame) => {
  const clip = card.querySelector("video.take");
  const together = card.closest(".shot").together;
  card.style.setProperty("--at", frame / Math.max(1, frames(clip ?? card) - 1));
  if (!clip) return;
  if (together) { together.show(frame); return; }
  uncover(clip);
  clip.pause();
  seek(clip, frame);
};
for (const card of all(".takes > li")) {
  const clip = card.querySelector("video.take");
  for (const plot of all(".plot", card)) {
    const drawing = plot.querySelector("svg");
    const point = (event) => {
      const box = drawing.getBoundingClientRect();
      const part = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
      if (clip) goTo(card, Math.round(part * (frames(clip) - 1)));
    };
    drawing.addEventListener("pointerdown", point);
    drawing.addEventListener("pointermove", (event) => {
      if (event.pointerType === "mouse" && (!clip || clip.paused)) point(event);
    });
    for (const button of all("button.worst", plot)) {
      button.hidden = !clip;
      button.addEventListener("click", () => goTo(card, Number(button.dataset.frame)));
    }
  }
  const tell = () => {
    card.style.setProperty("--at", frameOf(clip) / Math.max(1, frames(clip) - 1));
    card.classList.add("seen");
    if (!clip.paused) requestAnimationFrame(tell);
  };
  clip?.addEventListener("play", tell);
  clip?.addEventListener("seeked", tell);
}
