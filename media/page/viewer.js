"use strict";

/** Two clips of a shot over each other, large. */
class Viewer {
  constructor(player, index) {
    this.player = player;
    this.element = document.getElementById("viewer").content.firstElementChild.cloneNode(true);
    this.element.setAttribute("aria-label", `Compare clips of ${player.shot.title}`);
    this.stage = this.element.querySelector(".stage");
    this.canvases = [this.element.querySelector(".one"), this.element.querySelector(".two")];
    this.picks = [this.element.querySelector(".pick-one"), this.element.querySelector(".pick-two")];
    this.tags = [this.element.querySelector(".tag-one"), this.element.querySelector(".tag-two")];
    this.wipe = this.element.querySelector(".wipe");
    this.flipper = this.element.querySelector(".flip");
    this.second = false;
    this.fill(index);
    for (const radio of this.element.querySelectorAll("[type=radio]")) {
      radio.name = `how-${player.shot.id}`;
      radio.addEventListener("change", () => this.show());
    }
    for (const pick of this.picks) pick.addEventListener("change", () => this.show());
    this.wipe.addEventListener("input", () => this.show());
    this.flipper.addEventListener("click", () => this.flip());
    this.stage.addEventListener("pointerdown", (event) => this.drag(event));
    this.stage.addEventListener("pointermove", (event) => event.buttons && this.drag(event));
    this.element.querySelector(".close").addEventListener("click", () => this.close());
    player.section.querySelector(".controls").append(this.element);
    this.resized = new ResizeObserver(() => player.refresh());
    this.resized.observe(this.stage);
    this.show();
  }

  get mode() {
    return this.picks[1].value === "" ? "one" : this.element.querySelector("[type=radio]:checked").value;
  }

  /** The clips to choose from; at first the one that was asked for beside a take, or the two newest takes. */
  fill(index) {
    const clips = this.player.clips.filter((clip) => clip.media);
    const takes = clips.filter((clip) => clip.column === "takes");
    const [pickOne, pickTwo] = this.picks;
    pickTwo.append(new Option("nothing", ""));
    for (const clip of clips) {
      for (const pick of this.picks) pick.append(new Option(clip.title, String(clip.index)));
    }
    const two = takes.at(-1) ?? clips.at(-1);
    const one = takes.at(-2) ?? clips.find((clip) => clip !== two) ?? two;
    pickOne.value = String(index ?? one.index);
    pickTwo.value = index === undefined && one !== two ? String(two.index) : "";
  }

  show() {
    const mode = this.mode;
    const chosen = this.picks.map((pick) => this.player.clips[Number(pick.value)]);
    if (this.picks[1].value === "") chosen.pop();
    this.element.dataset.mode = mode;
    const [width, height] = chosen[0].shape;
    this.stage.style.setProperty("--shape", width / height);
    this.player.extra = chosen.map((clip, place) => {
      const canvas = this.canvases[place];
      if (canvas.dataset.clip !== String(clip.index)) canvas.classList.remove("drawn");
      canvas.dataset.clip = clip.index;
      return new Tile(clip, canvas);
    });
    this.tags.forEach((tag, place) => (tag.textContent = chosen[place] ? `${"AB"[place]} ${chosen[place].title}` : ""));
    this.stage.style.setProperty("--wipe", `${this.wipe.value}%`);
    this.stage.classList.toggle("second", mode === "flip" && this.second);
    this.flipper.textContent = this.second ? "Show A" : "Show B";
    this.player.refresh();
    Player.only(this.player);
  }

  flip() {
    this.second = !this.second;
    this.show();
  }

  drag(event) {
    if (this.mode !== "wipe") return;
    const { left, width } = this.stage.getBoundingClientRect();
    this.wipe.value = String(clamp(((event.clientX - left) / width) * 100, 0, 100));
    this.stage.style.setProperty("--wipe", `${this.wipe.value}%`);
  }

  close() {
    this.resized.disconnect();
    this.player.extra = [];
    this.element.remove();
    this.closed?.();
  }
}
