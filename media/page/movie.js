"use strict";

// Where pictures come from. Every source answers want(index) with whether that picture can be drawn now,
// and draws it on demand; so whoever holds the clock draws the pictures of all sources in one go.

/** The H.264 track of an mp4: its decoder's settings and its samples in decoding order. Null when there is none. */
function readMp4(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const name = (at) => String.fromCharCode(...bytes.subarray(at, at + 4));

  function boxes(from, to) {
    const found = [];
    for (let at = from; at + 8 <= to; ) {
      let size = view.getUint32(at);
      let head = 8;
      if (size === 1) {
        size = Number(view.getBigUint64(at + 8));
        head = 16;
      } else if (size === 0) size = to - at;
      if (size < head || at + size > to) break;
      found.push({ type: name(at + 4), at: at + head, end: at + size });
      at += size;
    }
    return found;
  }

  function inside(box, ...path) {
    for (const type of path) {
      box = box && boxes(box.at, box.end).find((each) => each.type === type);
    }
    return box;
  }

  function numbers(box, from, width) {
    const list = [];
    if (!box) return list;
    const count = view.getUint32(box.at + from - 4);
    for (let index = 0; index < count * width; index++) list.push(view.getUint32(box.at + from + 4 * index));
    return list;
  }

  const moov = boxes(0, bytes.length).find((box) => box.type === "moov");
  const tracks = moov ? boxes(moov.at, moov.end).filter((box) => box.type === "trak") : [];
  for (const track of tracks) {
    const handler = inside(track, "mdia", "hdlr");
    const table = inside(track, "mdia", "minf", "stbl");
    const entries = table && inside(table, "stsd");
    if (!entries || name(handler.at + 8) !== "vide") continue;
    const entry = boxes(entries.at + 8, entries.end)[0];
    if (!entry || entry.type !== "avc1") return null;
    const settings = boxes(entry.at + 78, entry.end).find((box) => box.type === "avcC");
    if (!settings) return null;
    const description = bytes.slice(settings.at, settings.end);
    const hex = [...description.subarray(1, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

    const sizeBox = inside(table, "stsz");
    const same = view.getUint32(sizeBox.at + 4);
    const total = view.getUint32(sizeBox.at + 8);
    const sizes = same ? new Array(total).fill(same) : numbers(sizeBox, 12, 1);
    const wide = inside(table, "co64");
    const chunks = wide
      ? Array.from({ length: view.getUint32(wide.at + 4) }, (_, index) => Number(view.getBigUint64(wide.at + 8 + 8 * index)))
      : numbers(inside(table, "stco"), 8, 1);
    const perChunk = numbers(inside(table, "stsc"), 8, 3);
    const keys = inside(table, "stss");
    const keySet = keys ? new Set(numbers(keys, 8, 1)) : null;
    const steps = numbers(inside(table, "stts"), 8, 2);
    const shifts = inside(table, "ctts");
    const shiftRuns = numbers(shifts, 8, 2);

    const samples = sizes.map((size, index) => ({ size, at: 0, time: 0, key: !keySet || keySet.has(index + 1) }));
    let sample = 0;
    for (let chunk = 0, run = 0; chunk < chunks.length; chunk++) {
      while (run + 3 < perChunk.length && perChunk[run + 3] <= chunk + 1) run += 3;
      let at = chunks[chunk];
      for (let count = perChunk[run + 1]; count > 0 && sample < total; count--) {
        samples[sample].at = at;
        at += samples[sample++].size;
      }
    }
    spread(steps, (index, step, before) => ((samples[index].time = before), before + step));
    spread(shiftRuns, (index, shift) => ((samples[index].time += shift | 0), 0));

    function spread(runs, put) {
      let index = 0;
      let carried = 0;
      for (let run = 0; run < runs.length; run += 2) {
        for (let count = runs[run]; count > 0 && index < samples.length; count--) {
          carried = put(index++, runs[run + 1], carried);
        }
      }
    }

    // Pictures are named by their place in time, which with B-frames is not the place in the file.
    const order = samples.map((_, index) => index).sort((one, two) => samples[one].time - samples[two].time);
    order.forEach((index, place) => (samples[index].place = place));
    return { codec: `avc1.${hex}`, description, samples, order };
  }
  return null;
}

/** A movie decoded picture by picture with WebCodecs. */
class DecodedMovie {
  #bytes;
  #movie;
  #settings;
  #decoder = null;
  #kept = new Map();
  #next = 0;
  #out = -1;
  #target = -1;
  #backward = false;
  #size = 640;
  #late = 0;
  #round = 0;
  #flushed = false;
  #changed;
  problem = "";
  slow = false;

  static ahead = 3;
  static memory = 48;

  /** A source for these bytes, or null when this browser can't decode them this way. */
  static async open(bytes, changed) {
    if (typeof VideoDecoder === "undefined") return null;
    const movie = readMp4(bytes);
    if (!movie || !movie.samples.length || !movie.samples[0].key) return null;
    // Software gives each picture at once; a graphics card may keep some back and has few decoders.
    for (const hardwareAcceleration of ["prefer-software", "no-preference"]) {
      const { codec, description } = movie;
      const settings = { codec, description, optimizeForLatency: true, hardwareAcceleration };
      const support = await VideoDecoder.isConfigSupported(settings).catch(() => null);
      if (support && support.supported) return new DecodedMovie(bytes, movie, settings, changed);
    }
    return null;
  }

  constructor(bytes, movie, settings, changed) {
    this.#bytes = bytes;
    this.#movie = movie;
    this.#settings = settings;
    this.#changed = changed;
  }

  get pictures() {
    return this.#movie.samples.length;
  }

  want(index, backward, size) {
    if (this.problem) return true;
    index = Math.min(index, this.pictures - 1);
    this.#backward = backward;
    this.#size = size;
    if (index !== this.#target) {
      this.#target = index;
      this.#forget();
      const sample = this.#movie.order[index];
      const key = this.#keyBefore(sample);
      const gone = this.#flushed || (sample < this.#next && index <= this.#out);
      if (!this.#kept.has(index) && (!this.#decoder || gone || key > this.#next)) this.#restart(key);
    }
    this.#feed();
    return this.#kept.has(index);
  }

  draw(context, index, left, top, width, height) {
    const picture = this.#kept.get(Math.min(index, this.pictures - 1));
    if (picture) context.drawImage(picture, left, top, width, height);
  }

  close() {
    clearTimeout(this.#late);
    this.#round++;
    for (const picture of this.#kept.values()) picture.close();
    this.#kept.clear();
    if (this.#decoder && this.#decoder.state !== "closed") this.#decoder.close();
    this.#decoder = null;
  }

  #keyBefore(sample) {
    while (sample > 0 && !this.#movie.samples[sample].key) sample--;
    return sample;
  }

  /** Begin to decode at a key frame. */
  #restart(key) {
    clearTimeout(this.#late);
    this.#late = 0;
    this.#round++;
    this.#flushed = false;
    if (!this.#decoder || this.#decoder.state === "closed") {
      this.#decoder = new VideoDecoder({
        output: (frame) => this.#take(frame),
        error: (error) => this.#fail(error),
      });
      this.#decoder.ondequeue = () => this.#feed();
    } else this.#decoder.reset();
    this.#decoder.configure(this.#settings);
    this.#next = key;
    this.#out = this.#movie.samples[key].place - 1;
  }

  #feed() {
    if (this.#flushed || this.#decoder?.state !== "configured" || this.#target < 0) return;
    const samples = this.#movie.samples;
    const until = this.#movie.order[this.#target] + (this.#backward ? 0 : DecodedMovie.ahead);
    while (this.#next < samples.length && this.#next <= until && this.#decoder.decodeQueueSize < 16) {
      const { at, size, key, place } = samples[this.#next++];
      const data = this.#bytes.subarray(at, at + size);
      try {
        this.#decoder.decode(new EncodedVideoChunk({ type: key ? "key" : "delta", timestamp: place * 1000, data }));
      } catch (error) {
        this.#fail(error);
        return;
      }
    }
    this.#hurry();
  }

  /** A decoder may keep pictures back until it is told that nothing follows. */
  #hurry() {
    if (this.#late || this.#kept.has(this.#target)) return;
    const round = this.#round;
    this.#late = setTimeout(async () => {
      this.#late = 0;
      if (round !== this.#round || this.#kept.has(this.#target) || this.#decoder?.state !== "configured") return;
      if (this.#next <= this.#movie.order[this.#target] || this.#decoder.decodeQueueSize > 0) {
        this.#hurry(); // it is busy
        return;
      }
      this.#flushed = true; // what follows has to begin with a key frame
      const target = this.#target;
      try {
        await this.#decoder.flush();
      } catch {
        return; // it was restarted, closed, or has failed and said so
      }
      if (round !== this.#round || this.#kept.has(this.#target)) return;
      if (target === this.#target) this.#fail(new Error(`picture ${target + 1} is missing`));
      else this.#restart(this.#keyBefore(this.#movie.order[this.#target])), this.#feed();
    }, 250);
  }

  #take(frame) {
    const place = Math.round(frame.timestamp / 1000);
    this.#out = Math.max(this.#out, place);
    if (this.#kept.has(place) || (place < this.#target && !this.#backward)) {
      frame.close();
      return;
    }
    this.#kept.set(place, this.#backward ? this.#copy(frame) : frame);
    this.#forget();
    clearTimeout(this.#late);
    this.#late = 0;
    if (place === this.#target) this.#changed();
  }

  /** A small picture of its own: going backward needs a whole second of them, and a decoder lends few. */
  #copy(frame) {
    const scale = Math.min(1, this.#size / frame.displayWidth);
    const canvas = new OffscreenCanvas(
      Math.max(1, Math.round(frame.displayWidth * scale)),
      Math.max(1, Math.round(frame.displayHeight * scale)),
    );
    canvas.getContext("2d").drawImage(frame, 0, 0, canvas.width, canvas.height);
    frame.close();
    return canvas.transferToImageBitmap();
  }

  #forget() {
    const ahead = this.#target + 2 * DecodedMovie.ahead;
    for (const [place, picture] of this.#kept) {
      const far = this.#backward ? place > this.#target : place < this.#target || place > ahead;
      if (far || this.#kept.size > DecodedMovie.memory) {
        if (place === this.#target) continue;
        picture.close();
        this.#kept.delete(place);
      }
    }
  }

  #fail(error) {
    this.problem = `It can't be decoded here (${error.message}).`;
    this.close();
    this.#changed();
  }
}

/** A movie found picture by picture with a video element, for browsers without WebCodecs: as exact, but slower. */
class SoughtMovie {
  #video = document.createElement("video");
  #address;
  #fps;
  #shown = -1;
  #sought = -1;
  #presented = false;
  #late = 0;
  #changed;
  problem = "";
  slow = true;
  pictures = 0;

  static async open(bytes, kind, fps, changed) {
    const source = new SoughtMovie(bytes, kind, fps, changed);
    await source.#loaded();
    return source;
  }

  constructor(bytes, kind, fps, changed) {
    this.#fps = fps;
    this.#changed = changed;
    this.#address = URL.createObjectURL(new Blob([bytes], { type: kind }));
    this.#video.muted = true;
    this.#video.playsInline = true;
    this.#video.preload = "auto";
    this.#video.addEventListener("seeked", () => this.#arrived());
    this.#video.src = this.#address;
  }

  #loaded() {
    return new Promise((done) => {
      this.#video.addEventListener("loadeddata", () => {
        this.pictures = Math.round((this.#video.duration * this.#fps[0]) / this.#fps[1]);
        done();
      });
      this.#video.addEventListener("error", () => {
        this.problem = "This browser can't play it.";
        done();
      });
    });
  }

  want(index) {
    if (this.problem) return true;
    index = Math.max(0, Math.min(index, this.pictures - 1));
    if (this.#sought < 0 && this.#shown !== index) {
      this.#sought = index;
      this.#presented = false;
      this.#watch();
      // Not its first moment, which is rounded, nor the middle, where Chromium may take the next one.
      this.#video.currentTime = ((index + 0.25) * this.#fps[1]) / this.#fps[0];
    }
    return this.#sought < 0 && this.#shown === index;
  }

  /** The browser says that it is there, but what it draws may still be the picture before. */
  #arrived() {
    if (this.#presented) this.#settle();
    else this.#late = setTimeout(() => this.#settle(), this.#video.requestVideoFrameCallback ? 400 : 60);
  }

  #watch() {
    this.#video.requestVideoFrameCallback?.((_now, picture) => {
      if (this.#sought < 0) return;
      this.#presented = Math.round((picture.mediaTime * this.#fps[0]) / this.#fps[1]) === this.#sought;
      if (!this.#presented) this.#watch();
      else if (!this.#video.seeking) this.#settle();
    });
  }

  #settle() {
    clearTimeout(this.#late);
    if (this.#sought < 0) return;
    this.#shown = this.#sought;
    this.#sought = -1;
    this.#changed();
  }

  draw(context, _index, left, top, width, height) {
    context.drawImage(this.#video, left, top, width, height);
  }

  close() {
    clearTimeout(this.#late);
    this.#sought = -1;
    this.#video.removeAttribute("src");
    this.#video.load();
    URL.revokeObjectURL(this.#address);
  }
}

/** One picture that holds for the whole shot. */
class Still {
  #bitmap;
  problem = "";
  slow = false;
  pictures = 1;

  static async open(bytes, kind) {
    const source = new Still();
    try {
      source.#bitmap = await createImageBitmap(new Blob([bytes], { type: kind }));
    } catch {
      source.problem = "This browser can't show it.";
    }
    return source;
  }

  want() {
    return true;
  }

  draw(context, _index, left, top, width, height) {
    if (this.#bitmap) context.drawImage(this.#bitmap, left, top, width, height);
  }

  close() {
    this.#bitmap?.close();
  }
}

/** The bytes of a file in the page. */
function bytesOf(key) {
  const text = document.getElementById(key).textContent;
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** The source of a clip. `changed` is called when a picture has come. */
async function openSource(clip, changed) {
  const bytes = bytesOf(clip.media);
  const kind = document.getElementById(clip.media).dataset.kind;
  if (clip.still) return Still.open(bytes, kind);
  return (await DecodedMovie.open(bytes, changed)) || SoughtMovie.open(bytes, kind, clip.fps, changed);
}
