"use strict";

/** A shot's buttons and numbers, and what they do to its player. */
class Controls {
  constructor(player) {
    this.player = player;
    this.viewer = null;
    const element = document.getElementById("transport").content.firstElementChild.cloneNode(true);
    element.setAttribute("aria-label", `Transport of ${player.shot.title}`);
    this.element = element;
    this.scrub = element.querySelector(".scrub");
    this.playButton = element.querySelector(".play");
    for (const button of element.querySelectorAll("[data-do]")) {
      button.addEventListener("click", () => this.act(button.dataset.do));
    }
    this.scrub.addEventListener("input", () => player.go(Number(this.scrub.value)));
    const speed = element.querySelector(".speed");
    speed.addEventListener("change", () => player.setSpeed(Number(speed.value)));
    const loop = element.querySelector(".loop");
    loop.checked = player.loop;
    loop.addEventListener("change", () => (player.loop = loop.checked));
    const handles = element.querySelector(".handles");
    element.querySelector(".with-handles").hidden = !player.hasHandles;
    handles.addEventListener("change", () => player.setHandles(handles.checked));
    this.sound = new Sound(player, element);
    // As wide as they will ever be, so that nothing moves while it counts.
    const widest = Math.max(...player.range.map((frame) => String(frame).length));
    const length = String(player.shot.end - player.shot.start + 1).length;
    element.querySelector(".count").style.minWidth = `${2 * length + 3}ch`;
    element.querySelector(".frame").style.minWidth = `${widest + 7}ch`;
    player.section.querySelector(".controls").append(element);
    player.listeners.add(() => this.update());
    for (const tile of player.tiles.values()) this.enlarge(tile);
    this.update();
  }

  act(what) {
    const player = this.player;
    const [first, last] = player.range;
    const acts = {
      start: () => player.go(first),
      end: () => player.go(last),
      back: () => player.step(-1),
      on: () => player.step(1),
      play: () => player.toggle(),
      compare: () => this.compare(),
      flip: () => this.viewer?.flip(),
    };
    acts[what]();
  }

  compare(index) {
    if (this.viewer && index === undefined) {
      this.viewer.close();
      return;
    }
    this.viewer?.close();
    this.viewer = new Viewer(this.player, index);
    this.viewer.closed = () => {
      this.viewer = null;
      this.element.querySelector(".compare").setAttribute("aria-expanded", "false");
    };
    this.element.querySelector(".compare").setAttribute("aria-expanded", "true");
  }

  /** A picture is a button that shows it large. */
  enlarge(tile) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "enlarge";
    button.setAttribute("aria-label", `Show ${tile.clip.title} of ${this.player.shot.title} large`);
    button.addEventListener("click", () => {
      this.compare(tile.clip.index);
      this.element.scrollIntoView({ block: "nearest" });
    });
    tile.canvas.parentElement.append(button);
  }

  update() {
    const player = this.player;
    const [first, last] = player.range;
    const frame = player.playing ? player.frame : player.target;
    this.scrub.min = String(first);
    this.scrub.max = String(last);
    this.scrub.value = String(frame);
    const timecode = player.timecode(frame - player.shot.start);
    const count = `${frame - player.shot.start + 1} / ${player.shot.end - player.shot.start + 1}`;
    this.scrub.setAttribute("aria-valuetext", `frame ${count}, ${timecode}`);
    this.element.querySelector(".timecode").textContent = timecode;
    this.element.querySelector(".count").textContent = count;
    this.element.querySelector(".frame").textContent = `layout ${frame}`;
    this.playButton.classList.toggle("playing", player.playing !== 0);
    this.playButton.setAttribute("aria-label", player.playing ? "Pause" : "Play");
    this.element.querySelector(".speed").value = String(player.speed);
  }
}

/** The sound of one take, laid under the pictures. It follows their clock. */
class Sound {
  #audio = null;
  #address = "";
  #clip = null;

  constructor(player, element) {
    this.player = player;
    const clips = player.clips.filter((clip) => clip.media && clip.sound);
    const select = element.querySelector(".sound");
    element.querySelector(".with-sound").hidden = !clips.length;
    for (const clip of clips) select.append(new Option(clip.title, String(clip.index)));
    select.addEventListener("change", () => this.choose(clips.find((clip) => String(clip.index) === select.value)));
    if (clips.length) player.listeners.add(() => this.follow());
  }

  choose(clip) {
    this.#audio?.pause();
    if (this.#address) URL.revokeObjectURL(this.#address);
    this.#clip = clip;
    this.#audio = null;
    this.#address = "";
    if (!clip) return;
    const kind = document.getElementById(clip.media).dataset.kind;
    this.#address = URL.createObjectURL(new Blob([bytesOf(clip.media)], { type: kind }));
    this.#audio = new Audio(this.#address);
    this.follow();
  }

  follow() {
    const audio = this.#audio;
    if (!audio) return;
    const player = this.player;
    const time = (player.frame - this.#clip.first) / player.fps;
    if (player.playing <= 0 || time < 0 || time >= (audio.duration || Infinity)) {
      if (!audio.paused) audio.pause();
      return;
    }
    audio.playbackRate = player.speed;
    // A twentieth of a second is where lips begin to look wrong (ITU-R BT.1359).
    if (Math.abs(audio.currentTime - time) > 0.045) audio.currentTime = time;
    if (audio.paused) audio.play().catch(() => {});
  }
}

/** The whole page: shots, what of them is shown, and the keyboard. */
class Film {
  constructor(shots) {
    const sections = new Map([...document.querySelectorAll("section.shot")].map((each) => [each.dataset.shot, each]));
    this.shots = shots.map((shot) => ({ shot, section: sections.get(shot.id), controls: null }));
    this.active = null;
    this.near = new IntersectionObserver((entries) => entries.forEach((entry) => this.seen(entry)), {
      rootMargin: "400px",
    });
    for (const each of this.shots) {
      this.near.observe(each.section);
      each.section.addEventListener("pointerdown", () => this.activate(each));
      each.section.addEventListener("focusin", () => this.activate(each));
    }
    document.querySelector(".tools").hidden = false;
    document.getElementById("still").remove();
    const find = document.getElementById("find");
    find.addEventListener("input", () => this.filter(find.value));
    for (const box of document.querySelectorAll("[data-column][type=checkbox]")) {
      box.addEventListener("change", () => this.toggle(box.dataset.column, box.checked));
    }
    const size = document.getElementById("size");
    size.addEventListener("input", () => {
      document.documentElement.style.setProperty("--tile", `${size.value}px`);
      Player.current?.refresh();
    });
    this.tabbed = false;
    document.addEventListener("pointerdown", () => (this.tabbed = false), true);
    this.swallowed = "";
    document.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("keyup", (event) => {
      // Firefox presses a button when the key goes up.
      if (event.key === this.swallowed) event.preventDefault();
      this.swallowed = "";
    });
    document.addEventListener("visibilitychange", () => document.hidden && Player.current?.pause());
  }

  /** A shot gets its controls when it comes near, and stops when it is gone. */
  seen(entry) {
    const each = this.shots.find((one) => one.section === entry.target);
    if (entry.isIntersecting) this.prepare(each);
    else each.controls?.player.pause();
  }

  prepare(each) {
    if (!each.controls && each.shot.clips.some((clip) => clip.media)) {
      each.controls = new Controls(new Player(each.shot, each.section));
    }
    return each.controls;
  }

  activate(each) {
    if (this.active === each) return;
    this.active?.section.classList.remove("active");
    this.active = each;
    each?.section.classList.add("active");
    if (each) this.prepare(each);
  }

  filter(text) {
    const wanted = text.trim().toLocaleLowerCase();
    let count = 0;
    for (const each of this.shots) {
      const shown = each.shot.title.toLocaleLowerCase().includes(wanted);
      each.section.hidden = !shown;
      if (!shown) each.controls?.player.pause();
      count += Number(shown);
    }
    document.getElementById("none").hidden = count > 0;
    document.getElementById("found").textContent = wanted ? `${count} of ${this.shots.length}` : "";
    if (this.active?.section.hidden) this.activate(null);
  }

  toggle(column, shown) {
    for (const figure of document.querySelectorAll("figure.clip")) {
      if (figure.dataset.column === column) figure.hidden = !shown;
    }
    Player.current?.refresh();
  }

  /** The shot that keys go to: the one last touched, else the first on the screen. */
  get chosen() {
    if (!this.active) {
      const top = document.querySelector(".tools").getBoundingClientRect().bottom;
      const found = this.shots.find(({ section }) => !section.hidden && section.getBoundingClientRect().bottom > top);
      if (found) this.activate(found);
    }
    return this.active;
  }

  go(step) {
    const shown = this.shots.filter(({ section }) => !section.hidden);
    const here = shown.indexOf(this.chosen);
    const next = shown[clamp(here + step, 0, shown.length - 1)];
    if (!next) return;
    Player.current?.pause();
    this.activate(next);
    next.section.scrollIntoView({ block: "start" });
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target;
    const kind = target.tagName === "INPUT" ? target.type : target.tagName.toLowerCase();
    if (["search", "text", "select", "textarea"].includes(kind)) return;
    const press = event.key === " " ? "space" : event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (press === "Tab") this.tabbed = true;
    // On what was reached by keyboard space means that; on what was clicked a moment ago it plays.
    if (press === "space" && kind !== "range" && target !== document.body && this.tabbed) return;
    const own = kind === "radio" || (kind === "range" && !target.classList.contains("scrub"));
    if (own && /^(Arrow|Home|End)/.test(press)) return;
    const controls = this.chosen && this.prepare(this.chosen);
    const player = controls?.player;
    const many = event.shiftKey ? 10 : 1;
    const acts = {
      n: () => this.go(1),
      p: () => this.go(-1),
      ...(player && {
        space: () => player.toggle(),
        ArrowLeft: () => player.step(-many),
        ArrowRight: () => player.step(many),
        j: () => player.play(-1),
        k: () => player.pause(),
        l: () => player.play(1),
        Home: () => controls.act("start"),
        End: () => controls.act("end"),
        c: () => controls.act("compare"),
        x: () => controls.act("flip"),
      }),
    };
    if (!acts[press]) return;
    event.preventDefault();
    this.swallowed = event.key;
    acts[press]();
  }
}

new Film(JSON.parse(document.getElementById("shots").textContent));
