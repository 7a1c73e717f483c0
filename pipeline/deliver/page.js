"use strict";
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const make = (tag, about = {}, ...parts) => {
  const made = Object.assign(document.createElement(tag), about);
  made.append(...parts);
  return made;
};
const plural = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

// Copy a command; without a clipboard (an old browser, a strange origin) it is selected instead.
const select = (node) => getSelection().selectAllChildren(node);
const copy = async (code, button) => {
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = "Copied";
  } catch {
    select(code);
    button.textContent = document.execCommand("copy") ? "Copied" : "Selected";
  }
  setTimeout(() => { button.textContent = "Copy"; }, 2000);
};
for (const box of all(".command")) {
  const button = make("button", { type: "button", ariaLive: "polite" }, "Copy");
  button.addEventListener("click", () => copy(box.querySelector("code"), button));
  box.append(button);
}

// Until a clip is played it shows a thumbnail of its strip, which the pointer skims; a browser's own controls hide it.
const covers = new Map();
const begin = (clip) => clip.play().catch((failure) => {
  if (failure.name !== "AbortError") throw failure; // stopped before it began
});
const uncover = (clip) => {
  covers.get(clip)?.remove();
  covers.delete(clip);
  clip.controls = !clip.dataset.together;
};
for (const clip of all("video.take")) {
  const play = make("button", { type: "button", className: "play", ariaLabel: `Play ${clip.ariaLabel}` });
  clip.controls = false;
  clip.after(play);
  covers.set(clip, play);
  const start = () => {
    if (!covers.has(clip) || clip.dataset.together) return;
    uncover(clip);
    begin(clip);
    clip.focus({ preventScroll: true });
  };
  play.addEventListener("click", start);
  clip.addEventListener("click", start);
  const thumb = (number) => clip.style.setProperty("--thumb", number);
  clip.addEventListener("pointermove", (event) => {
    const box = clip.getBoundingClientRect();
    thumb(Math.max(0, Math.min(7, Math.floor((8 * (event.clientX - box.left)) / box.width))));
  });
  clip.addEventListener("pointerleave", () => thumb(3));
}

// One clip plays at a time, but for those that are compared.
const videos = all("video");
for (const one of videos) {
  one.addEventListener("play", () => {
    videos.filter((other) => other !== one && !(one.dataset.together && other.dataset.together)).forEach((other) => other.pause());
  });
}

// The film waits on a frame of its own, not on black; it and the strip of shots know each other.
const film = document.querySelector("video#film");
const fps = film && Number(film.dataset.fps);
if (film && fps) {
  const cells = all(".timeline li");
  const mark = () => {
    const frame = film.currentTime * fps + 0.5;
    for (const cell of cells) {
      const now = frame >= Number(cell.dataset.start) && frame < Number(cell.dataset.end);
      cell.classList.toggle("now", now && !waiting);
    }
  };
  let waiting = true;
  film.addEventListener("loadedmetadata", () => { film.currentTime = film.duration / 3; }, { once: true });
  film.addEventListener("seeked", () => {
    film.addEventListener("seeking", () => { waiting = false; }, { once: true });
  }, { once: true });
  film.addEventListener("play", () => { if (waiting) film.currentTime = 0; }, { once: true });
  film.addEventListener("timeupdate", mark);
  film.addEventListener("seeked", mark);
  for (const button of all("button.seek")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      waiting = false;
      film.currentTime = (Number(button.dataset.start) + 0.5) / fps;
      film.scrollIntoView({ block: "center" });
      film.focus({ preventScroll: true });
      begin(film);
    });
  }
}
