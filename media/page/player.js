"use strict";

/** What is in the range of both numbers. */
const clamp = (value, least, most) => Math.min(Math.max(value, least), most);

/** A picture of a shot on the page: the tile of a clip, or one of the two in the viewer. */
class Tile {
  constructor(clip, canvas) {
    this.clip = clip;
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false });
    this.shown = -1;
  }

  /** Pixels across that are worth drawing: as many as the screen shows, at most as many as there are. */
  get width() {
    const across = this.canvas.clientWidth * (window.devicePixelRatio || 1);
    return clamp(Math.ceil(across) || 320, 2, this.clip.shape[0]);
  }

  draw(source, index) {
    const { shape, box } = this.clip;
    const width = this.width;
    const height = Math.max(2, Math.round((width * shape[1]) / shape[0]));
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    if (box[0] < 0 || box[1] < 0 || box[0] + box[2] > 1 || box[1] + box[3] > 1) this.context.clearRect(0, 0, width, height);
    const [left, top, wide, high] = box;
    source.draw(this.context, index, (-left / wide) * width, (-top / high) * height, width / wide, height / high);
    this.shown = index;
    this.canvas.dataset.picture = index;
    this.canvas.classList.add("drawn");
  }
}

/**
 * The transport of a shot. One clock counts layout frames; a frame is shown when every visible clip has its picture
 * of it, and then all are drawn at once. So clips never differ; where decoding is too slow, the clock waits.
 */
class Player {
  constructor(shot, section) {
    this.shot = shot;
    this.section = section;
    this.clips = shot.clips.map((clip, index) => ({ ...clip, index }));
    this.fps = shot.fps[0] / shot.fps[1];
    this.speed = 1;
    this.loop = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.handles = false;
    this.playing = 0; // 1 forward, -1 backward
    this.frame = shot.start; // what is on the screen
    this.target = shot.start; // what is to be
    this.tiles = new Map();
    this.extra = []; // tiles of the viewer
    this.sources = new Map();
    this.opening = new Map();
    this.listeners = new Set();
    this.anchor = [0, 0];
    this.waiting = 0;
    this.scheduled = 0;
    this.fresh = true;
    for (const clip of this.clips) {
      const view = section.querySelector(`[data-clip="${clip.index}"] .view`);
      if (!clip.media || !view) continue;
      const canvas = document.createElement("canvas");
      canvas.setAttribute("aria-hidden", "true");
      view.append(canvas);
      this.tiles.set(clip.index, new Tile(clip, canvas));
    }
  }

  // -- time ------------------------------------------------------------------------------------------

  /** First and last layout frame that the transport goes through. */
  get range() {
    if (!this.handles) return [this.shot.start, this.shot.end];
    const ends = this.clips.filter((clip) => clip.media && !clip.still).map((clip) => this.reach(clip));
    return [
      Math.min(this.shot.start, ...ends.map(([first]) => first)),
      Math.max(this.shot.end, ...ends.map(([, last]) => last)),
    ];
  }

  get hasHandles() {
    return this.clips.some((clip) => {
      if (!clip.media || clip.still) return false;
      const [first, last] = this.reach(clip);
      return first < this.shot.start || last > this.shot.end;
    });
  }

  /** First and last layout frame that a clip shows. */
  reach(clip) {
    const frames = (clip.frames * clip.fps[1] * this.shot.fps[0]) / (clip.fps[0] * this.shot.fps[1]);
    return [clip.first, clip.first + Math.max(1, Math.round(frames)) - 1];
  }

  /** The picture of a clip that is nearest to a layout frame; of two the earlier one. */
  pictureAt(clip, frame) {
    if (clip.still) return 0;
    const over = (frame - clip.first) * clip.fps[0] * this.shot.fps[1];
    const under = clip.fps[1] * this.shot.fps[0];
    return clamp(Math.ceil((2 * over - under) / (2 * under)), 0, clip.frames - 1);
  }

  timecode(frame) {
    const rate = Math.max(1, Math.round(this.fps));
    const count = Math.abs(frame);
    const two = (value) => String(value).padStart(2, "0");
    const seconds = Math.floor(count / rate);
    const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60, count % rate];
    return (frame < 0 ? "-" : "") + parts.map(two).join(":");
  }

  // -- what the artist does --------------------------------------------------------------------------

  play(direction = 1) {
    if (!this.clips.some((clip) => clip.media)) return;
    const [first, last] = this.range;
    Player.only(this);
    if (direction > 0 && this.target >= last) this.target = first;
    if (direction < 0 && this.target <= first) this.target = last;
    this.playing = direction;
    this.anchor = null;
    this.request();
    this.tell();
  }

  pause() {
    if (!this.playing) return;
    this.playing = 0;
    this.target = this.frame;
    this.request();
    this.tell();
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play(1);
  }

  go(frame) {
    const [first, last] = this.range;
    Player.only(this);
    this.playing = 0;
    this.target = clamp(Math.round(frame), first, last);
    this.request();
    this.tell();
  }

  step(frames) {
    this.go(this.target + frames);
  }

  setSpeed(speed) {
    this.speed = clamp(speed, 0.25, 1);
    this.anchor = null;
    this.tell();
  }

  setHandles(on) {
    this.handles = on;
    const [first, last] = this.range;
    this.target = clamp(this.target, first, last);
    this.request();
    this.tell();
  }

  /** Something else is to be drawn: another size, another choice. */
  refresh() {
    this.fresh = false;
    this.request();
  }

  // -- the clock -------------------------------------------------------------------------------------

  /** The tiles that somebody sees, by clip. */
  visible() {
    const tiles = [...this.tiles.values()].filter((tile) => tile.canvas.closest("figure").hidden === false);
    return [...tiles, ...this.extra.filter((tile) => this.tiles.has(tile.clip.index))];
  }

  request() {
    if (this.scheduled) return;
    this.scheduled = requestAnimationFrame((now) => {
      this.scheduled = 0;
      this.tick(now);
    });
  }

  tick(now) {
    if (this.playing && this.fresh && this.frame === this.target) this.advance(now);
    const tiles = this.visible();
    let ready = true;
    for (const tile of tiles) {
      const source = this.sources.get(tile.clip.index);
      if (!source) {
        this.open(tile.clip);
        ready = false;
      } else if (!source.problem) {
        const index = this.pictureAt(tile.clip, this.target);
        ready = source.want(index, this.playing < 0, tile.width) && ready;
      }
    }
    if (ready) this.show(tiles, now);
    else this.waiting ||= now;
    this.say(!ready && now - this.waiting > 400 ? "reading …" : "");
    if (this.playing || !ready) this.request();
  }

  /** Draw every tile's picture of the target frame. */
  show(tiles, now) {
    this.waiting = 0;
    for (const tile of tiles) {
      const source = this.sources.get(tile.clip.index);
      if (source.problem) this.spoil(tile.clip, source.problem);
      else tile.draw(source, this.pictureAt(tile.clip, this.target));
      const [first, last] = tile.clip.still ? [-Infinity, Infinity] : this.reach(tile.clip);
      tile.canvas.classList.toggle("beyond", this.target < first || this.target > last);
    }
    const moved = this.frame !== this.target || !this.fresh;
    this.frame = this.target;
    this.fresh = true;
    if (this.playing) {
      // What can't be decoded in time makes the clock wait; sources that only seek leave frames out instead.
      const slow = tiles.some((tile) => this.sources.get(tile.clip.index)?.slow);
      const late = this.anchor && this.playing * (this.clock(now) - this.frame);
      if (!this.anchor || late > (slow ? 48 : 1.5)) this.anchor = [now, this.frame];
    }
    if (moved) this.tell();
  }

  clock(now) {
    return this.anchor[1] + (this.playing * this.speed * this.fps * (now - this.anchor[0])) / 1000;
  }

  /** Choose the next frame to show. */
  advance(now) {
    if (!this.anchor) this.anchor = [now, this.frame];
    const [first, last] = this.range;
    const exact = this.clock(now);
    // A rounding error must not hold a frame back for another picture of the screen.
    const next = this.playing > 0 ? Math.floor(exact + 1e-6) : Math.ceil(exact - 1e-6);
    if (next < first || next > last) {
      const again = this.playing > 0 ? first : last;
      if (this.loop) {
        this.anchor = [now, again];
        this.target = again;
      } else {
        this.target = this.playing > 0 ? last : first;
        if (this.frame === this.target) {
          this.playing = 0;
          this.tell();
        }
      }
    } else this.target = next;
  }

  // -- sources ---------------------------------------------------------------------------------------

  open(clip) {
    if (this.opening.has(clip.index)) return;
    const opened = (async () => {
      await Player.parsed;
      const source = await openSource(clip, () => this.request());
      if (this.opening.get(clip.index) !== opened) source.close();
      else this.sources.set(clip.index, source);
      this.request();
    })();
    this.opening.set(clip.index, opened);
  }

  /** Say in its place why a clip can't be shown. */
  spoil(clip, problem) {
    const tile = this.tiles.get(clip.index);
    if (!tile) return;
    this.tiles.delete(clip.index);
    for (const each of this.extra) if (each.clip.index === clip.index) each.canvas.classList.remove("drawn");
    const view = tile.canvas.parentElement;
    const text = document.createElement("p");
    text.className = "problem";
    text.textContent = problem;
    view.replaceChildren(text);
  }

  /** Give decoders and memory back; the pictures stay. */
  release() {
    this.playing = 0;
    this.target = this.frame;
    if (this.scheduled) cancelAnimationFrame(this.scheduled);
    this.scheduled = 0;
    for (const source of this.sources.values()) source.close();
    this.sources.clear();
    this.opening.clear();
    this.say("");
    this.tell();
  }

  // -- who looks on ----------------------------------------------------------------------------------

  tell() {
    for (const listener of this.listeners) listener(this);
  }

  say(text) {
    const place = this.section.querySelector(".waiting");
    if (place && place.textContent !== text) place.textContent = text;
  }

  static current = null;

  /** Decoders are few and memory is not endless: one shot at a time has them. */
  static only(player) {
    if (Player.current && Player.current !== player) Player.current.release();
    Player.current = player;
  }

  /** Files stand at the end of the page, which may still be on its way. */
  static parsed = new Promise((done) => {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", done, { once: true });
    else done();
  });
}
