"""The verbs and their arguments, as data for both command lines. `core.commands` reads what was typed by it.

`shotwright VERB scene.blend …` (pip) and `blender -b scene.blend --command shotwright VERB …` differ
only in where the scene comes from; everything else is this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import terms
from .sheet import DEFAULT_SIZE, SHEET_KINDS
from .verb import Option, Verb

__all__ = ["VERBS", "Option", "Verb"]


def _choice(flag: str, choices: tuple[str, ...], help: str, default: bool = True) -> Option:
    """One of some words, the first one where nothing is said; with `default` false that is left to the verb."""
    return Option((flag,), help, {"choices": choices, "default": choices[0] if default else None})


_SCENE = Option(("--scene",), "only this scene of the file", {"metavar": "NAME"})
_SHOT = Option(
    ("--shot",),
    "only this shot, by number, name or id; may be given several times",
    {"metavar": "SHOT", "action": "append", "default": []},
)
_PROJECT = Option(
    ("--project",),
    "use this project folder instead of the one beside the file; made when it is empty or new",
    {"metavar": "FOLDER"},
)
_PICTURE = Option(
    ("--picture",),
    "what the animatic shows: clay, board, or both side by side (default: clay)",
    {"choices": terms.values(terms.PICTURES), "default": terms.DEFAULT_PICTURE},
)
_PASS = Option(
    ("--pass",),
    f"only this reference ({', '.join(terms.values(terms.PASSES))}); may be given several times",
    {"dest": "passes", "metavar": "PASS", "action": "append", "choices": terms.values(terms.PASSES), "default": []},
)
_FIT = (
    "how the picture is brought to the model's shape: pad shows a little more than the camera, crop a little less "
    "(default: pad)"
)
_COLOURS = "clay in neutral grey, or in the objects' viewport colours (default: neutral)"
_AGAIN = Option(("--again",), "another take even where nothing has changed", {"action": "store_true"})
_SHORT = Option(
    ("--short",),
    "what is done with a clip that is shorter than its shot: hold its last picture, or retime it (default: hold)",
    {"choices": ("hold", "retime"), "default": "hold"},
)
_SHEET = Option(
    ("--contact-sheet",),
    "also write a picture of every shot's references: first, middle and last frame",
    {"metavar": "FILE.png"},
)
_TOGETHER = Option(
    ("--together",),
    "ask for the chosen shots in one request; its clip is cut back into a take for each",
    {"action": "store_true"},
)
_MOVIE = Option(("--movie",), "write the cut to this file instead of the project's exports", {"metavar": "FILE"})
_SECTIONS = tuple(
    Option(
        (f"--{name}",),
        f"{label.upper()}: {help[0].lower()}{help[1:]}; empty to clear it",
        {"dest": f"section_{name}", "metavar": "TEXT"},  # a verb's action is called action too
    )
    for name, label, help in terms.SECTIONS
)
_ON: Mapping[str, Any] = {"action": "store_true"}


def _several(flag: str, name: str, value: str, text: str) -> Option:
    """An option that may be given several times."""
    return Option((flag,), text, {"dest": name, "metavar": value, "action": "append", "default": []})


_SHEETS = (
    Option(
        ("--pose",),
        "of a sheet: rest, current, or a frame (default: rest for a character, else current)",
        {"metavar": "POSE"},
    ),
    Option(("--ground",), "of a sheet: white or transparent (default: white)", {"choices": ("white", "transparent")}),
    Option(
        ("--colours",),
        "of a sheet: the objects' viewport colours, or neutral clay (default: viewport)",
        {"choices": ("viewport", "neutral")},
    ),
    Option(
        ("--front",),
        "of a sheet: where the asset looks, as --front=-y or one of x, y, -x of its own axes, or degrees from what "
        "was found, counter-clockwise from above",
        {"metavar": "AXIS"},
    ),
    Option(("--size",), f"of a sheet: pixels across (default: {DEFAULT_SIZE})", {"metavar": "PIXELS", "type": int}),
)


VERBS: dict[str, Verb] = {
    verb.name: verb
    for verb in (
        Verb(
            "shots",
            "list the shots",
            "List every shot of the film in its order, with what is wrong with it.",
            (
                _SCENE,
                _SHOT,
                Option(("--export",), "also write a shot list: .json, .csv or .fountain", {"metavar": "FILE"}),
            ),
        ),
        Verb(
            "make-shots",
            "from cameras, markers or a shot list file",
            "Make shots, or update the ones made before. Without --save or --output it only shows what it would do.",
            (
                _SCENE,
                Option(
                    ("--from",),
                    "auto, cameras, markers, view, or a .json, .csv or .fountain file "
                    "(auto: markers bound to cameras where there are any, else cameras)",
                    {"dest": "source", "metavar": "SOURCE", "default": "auto"},
                ),
                Option(
                    ("--film",), "the film's name, as slates show it (default: the file's name)", {"metavar": "NAME"}
                ),
            ),
            saves=True,
        ),
        Verb(
            "passes",
            "render reference packages",
            "Render the references of every shot, or of some. What has not changed is not drawn again.",
            (
                _SCENE,
                _SHOT,
                _PASS,
                Option(
                    ("--model",),
                    "at the rate, length, size and depth encoding of this model instead of the shot's own",
                    {"metavar": "NAME"},
                ),
                _choice("--fit", ("pad", "crop"), _FIT),
                _choice("--colours", ("neutral", "viewport"), _COLOURS),
                Option(
                    ("--occluded",),
                    "joints behind something: keep draws them as detectors guess them, drop leaves them out "
                    "(default: keep)",
                    {"choices": ("keep", "drop"), "default": "keep"},
                ),
                _PROJECT,
            ),
            long=True,
        ),
        Verb(
            "flipbook",
            "a movie from elsewhere as a shot's motion",
            "Give a shot a movie or an image sequence that shows how it moves: the reference motion.mp4 is made of it. "
            "Without --movie and the like, list what each shot has and what is wrong with it.",
            (
                _SCENE,
                _SHOT,
                Option(
                    ("--movie",),
                    "a movie, a folder of numbered pictures, one picture of a sequence, or name.####.png",
                    {"dest": "footage", "metavar": "FILE"},
                ),
                Option(
                    ("--fps",),
                    "pictures a second of a sequence (default: the scene's)",
                    {"dest": "rate", "metavar": "R"},
                ),
                Option(
                    ("--offset",),
                    "which of its pictures shows the start of the cut range, from 0 (default: 0)",
                    {"metavar": "N", "type": int},
                ),
                Option(
                    ("--crop",),
                    "the part of its picture that is used, in parts from 0 to 1 (default: 0,0,1,1)",
                    {"metavar": "LEFT,TOP,WIDTH,HEIGHT"},
                ),
                Option(
                    ("--fit",),
                    "when its shape is not the camera's: pad shows all of it with black beside, crop fills the picture "
                    "(default: pad)",
                    {"choices": terms.values(terms.FLIPBOOK_FITS)},
                ),
                Option(("--clear",), "take it away from the shot", {"action": "store_true"}),
            ),
            saves=True,
        ),
        Verb(
            "assets",
            "what has to look the same everywhere",
            "List, add and change the film's assets: characters, locations, props, styles and voices with their tags, "
            "pictures and variants, and choose which are in a shot. Without --save or --output it only shows what it "
            "would do.",
            (
                Option(("--scene",), "where new assets are kept (default: the open scene)", {"metavar": "NAME"}),
                _SHOT,
                Option(("--tag",), "the asset, by its tag, with or without @", {"metavar": "TAG"}),
                Option(
                    ("--kind",),
                    f"{', '.join(terms.values(terms.ASSET_KINDS))} (default of a new one: character); "
                    f"of a sheet: {', '.join(SHEET_KINDS)} (default: those of the asset's kind)",
                    {"choices": (*terms.values(terms.ASSET_KINDS), *SHEET_KINDS), "metavar": "KIND"},
                ),
                Option(("--name",), "what a text without tags calls it", {"metavar": "TEXT"}),
                Option(("--description",), "a few words that are put in its place", {"metavar": "TEXT"}),
                Option(("--must-not",), "what it must not be or become", {"metavar": "TEXT"}),
                _several("--fact", "facts", "TEXT", "a fact that holds in every picture; may be given several times"),
                _several("--picture", "pictures", "FILE", "a picture of it; may be given several times"),
                Option(("--sound",), "a recording of a voice", {"metavar": "FILE"}),
                _several("--object", "objects", "NAME", "an object that stands for it; may be given several times"),
                _several(
                    "--collection",
                    "collections",
                    "NAME",
                    "a collection that stands for it; may be given several times",
                ),
                _several(
                    "--variant",
                    "variants",
                    "NAME",
                    "the variant that is added, changed, removed, drawn or, with cast, chosen; cast takes one of each "
                    "kind",
                ),
                Option(
                    ("--variant-kind",),
                    f"{', '.join(terms.values(terms.VARIANT_KINDS))}",
                    {"choices": terms.values(terms.VARIANT_KINDS), "metavar": "KIND"},
                ),
                Option(
                    ("--white-balance",),
                    f"kelvin of a light, {terms.MIN_KELVIN} to {terms.MAX_KELVIN}; 0 for the film's",
                    {"metavar": "K", "type": int},
                ),
                Option(("--rename",), "give it another tag, in every prompt and cast too", {"metavar": "TAG"}),
                Option(
                    ("--from",),
                    "add or change all assets of a .json file, or none",
                    {"dest": "source", "metavar": "FILE"},
                ),
                Option(("--force",), "remove what shots name, too", {"action": "store_true"}),
                Option(("--clear",), "take the asset out of the shots; all assets without --tag", _ON),
                *_SHEETS,
                _PROJECT,
            ),
            actions={
                "list": "every asset, what is wrong with it and which shots it is in",
                "add": "add an asset, or those of a file",
                "change": "change an asset: what is given takes the place of what was there, '' takes it away",
                "remove": "remove an asset, or a variant of it",
                "cast": "put an asset into shots, with the variants it has there",
                "sheet": "draw its sheets into the project; with --save they are among its pictures",
            },
            saves=True,
            long=True,
        ),
        Verb(
            "prompt",
            "what is said to a model about each shot",
            "Show the six sections of each shot's prompt, what the real camera does, and the text that a model will "
            "read; or change them. Assets are named by tag: @lou.",
            (
                _SCENE,
                _SHOT,
                *_SECTIONS,
                Option(
                    ("--repeat-identity",),
                    "say again in CONSTRAINTS what the assets' identity depends on; --no-repeat-identity: don't",
                    {"action": "store_true", "default": None},
                ),
                Option(
                    ("--no-repeat-identity",),
                    "don't say it again",
                    {"dest": "repeat_identity", "action": "store_false", "default": None},
                ),
                Option(
                    ("--section",),
                    "clear only this section; may be given several times (default: all)",
                    {
                        "dest": "sections",
                        "metavar": "SECTION",
                        "action": "append",
                        "choices": terms.values(terms.SECTIONS),
                        "default": [],
                    },
                ),
                Option(("--model",), "show the text as this model will read it", {"metavar": "NAME"}),
                Option(("--to",), "write the prompts to this file", {"dest": "target", "metavar": "FILE.json"}),
                Option(("--force",), "write over another file of that name", _ON),
                Option(
                    ("--from",),
                    "read prompts from this file, for all of its shots or none; a section that is not in it stays",
                    {"dest": "source", "metavar": "FILE.json"},
                ),
            ),
            actions={
                "show": "the sections, and the text made of them",
                "set": "change sections of the shots named with --shot",
                "clear": "empty sections of the shots named with --shot",
                "export": "write the sections to a file, --to",
                "import": "read the sections of many shots from a file, --from",
            },
            saves=True,
        ),
        Verb(
            "style",
            "what every picture of the film has in common",
            "Show or change the film's style, which goes into the STYLE section of every shot.",
            (
                Option(("--prefix",), "stands before everything else in STYLE", {"metavar": "TEXT"}),
                Option(
                    ("--palette",),
                    "colours with their share of the picture, which add to 100: 60 aged ivory #e8dcc0, 30 verdigris, "
                    "10 oxblood",
                    {"metavar": "COLOURS"},
                ),
                Option(
                    ("--white-balance",),
                    f"in kelvin, {terms.MIN_KELVIN} to {terms.MAX_KELVIN}; a chosen light of an asset goes before it",
                    {"metavar": "KELVIN"},
                ),
                Option(("--lens",), "character of the lenses: anamorphic, soft edges", {"metavar": "TEXT"}),
                Option(("--shutter",), "shutter angle in degrees, 1 to 360", {"metavar": "DEGREES"}),
                Option(
                    ("--field",),
                    "clear only this; may be given several times (default: all)",
                    {
                        "dest": "fields",
                        "metavar": "FIELD",
                        "action": "append",
                        "choices": ("prefix", "palette", "white-balance", "lens", "shutter"),
                        "default": [],
                    },
                ),
            ),
            actions={"show": "the style", "set": "change what is named", "clear": "leave it open again"},
            saves=True,
        ),
        Verb(
            "quote",
            "what would be made, and what it would cost",
            "Say for each shot what generate would draw, ask for and send, its price, and what is wrong with it: an "
            "error stops it, a warning is what the model will ignore, damage or refuse. Nothing is drawn or sent.",
            (
                _SCENE,
                _SHOT,
                _PICTURE,
                _AGAIN,
                _TOGETHER,
                Option(
                    ("--model",),
                    "for this model of the catalogue: its sizes, lengths, references and prompt (default: animatic)",
                    {"metavar": "NAME"},
                ),
                _PASS,
                _choice("--fit", ("pad", "crop"), _FIT, default=False),
                _choice("--colours", ("neutral", "viewport"), _COLOURS, default=False),
                Option(
                    ("--fix",),
                    "mend what can be mended, then quote; without --save or --output it only shows what it would do",
                    {"action": "store_true"},
                ),
                _PROJECT,
            ),
            saves=True,
            long=True,
        ),
        Verb(
            "generate",
            "passes + requests + takes + cut",
            "Take every unlocked shot from the scene to the cut: references, a take, its strip in the edit, and the "
            "edit as a movie. What is fresh is not made again; a job that was interrupted goes on where it was.",
            (
                _SCENE,
                _SHOT,
                _PICTURE,
                _AGAIN,
                _TOGETHER,
                _SHORT,
                _PROJECT,
                _MOVIE,
                _SHEET,
            ),
            saves=True,
            long=True,
        ),
        Verb(
            "takes",
            "list the takes, choose the one in the cut",
            "List the takes of each shot, circle one so that it is the one in the cut, or go from one to the next.",
            (
                _SCENE,
                _SHOT,
                Option(
                    ("--take",),
                    "the take to circle: t002, an id, next, previous, newest or oldest (default: next)",
                    {"metavar": "TAKE", "default": "next"},
                ),
                _PROJECT,
            ),
            actions={
                "list": "list the takes",
                "circle": "choose a take and swap it into the edit, keeping trims, transitions and sound",
                "uncircle": "leave the choice to the newest take again",
            },
            saves=True,
        ),
        Verb(
            "jobs",
            "list, resume, cancel",
            "Every request that was made and how far it came.",
            (
                _SHOT,
                Option(
                    ("--job",),
                    "only this job, by id or its first digits; may be given several times",
                    {"metavar": "JOB", "action": "append", "default": []},
                ),
                Option(("--open",), "only jobs that are not over", {"action": "store_true"}),
                _PROJECT,
            ),
            actions={
                "list": "list the jobs",
                "resume": "take every open job that nobody drives to its end, or the ones named",
                "cancel": "cancel the jobs named with --job or --shot",
            },
            long=True,
        ),
        Verb(
            "cut",
            "place takes, render the edit to a file",
            "Put the takes there are into the edit and render it with its sound. What was done there by hand stays. "
            "A shot whose strip was deleted comes back when it is named with --shot.",
            (_SCENE, _SHOT, _PROJECT, _MOVIE, _SHEET),
            saves=True,
            long=True,
        ),
        Verb(
            "page",
            "a page that plays references and takes side by side",
            "Write one HTML file that shows every shot in film order and plays its references and takes in sync. It "
            "needs no network and no other file. The references are those that were rendered last.",
            (
                _SCENE,
                _SHOT,
                Option(
                    ("--page",),
                    "write the page to this file instead of the project's exports",
                    {"metavar": "FILE.html"},
                ),
                Option(
                    ("--limit",),
                    "megabytes of movies and pictures above which smaller previews go into the page; 0: never "
                    "(default: 64)",
                    {"metavar": "MB", "type": float, "default": 64.0},
                ),
                _PROJECT,
            ),
            long=True,
        ),
        Verb(
            "boards",
            "storyboard pages of the shots",
            "Write a storyboard: a panel for each shot with its moves as arrows, start and end frame in one picture, "
            "number, size, lens, action and length, on pages by sequence. Without --pdf and --png, a PDF goes into the "
            "project's exports.",
            (
                _SCENE,
                _SHOT,
                Option(("--pdf",), "write the pages to this file", {"metavar": "FILE.pdf"}),
                Option(
                    ("--png",),
                    "write the pages as pictures: into this folder, or as FILE.png, FILE-2.png, …",
                    {"metavar": "FOLDER"},
                ),
                Option(
                    ("--paper",),
                    "landscape (default: A4)",
                    {"choices": ("A4", "letter"), "default": "A4"},
                ),
                Option(("--date",), "stands in the header as it is given (default: today)", {"metavar": "TEXT"}),
                Option(
                    ("--stills",),
                    "what first and last frame of these shots show from now on, which a model starts and ends with: "
                    "board or clay; kept with --save or --output",
                    {"choices": terms.values(terms.STILLS)},
                ),
                _PROJECT,
            ),
            saves=True,
            long=True,
        ),
        Verb(
            "rhythm",
            "lengths, sizes and moves over the cut",
            "Say how the film is cut: shot lengths, average and median, pace, sizes, framings that come back, and cuts "
            "that may look like a jump, cross a line or turn a direction. Of the edit where there is one; with --shot, "
            "of those shots in their order.",
            (
                _SCENE,
                _SHOT,
                Option(("--picture",), "draw it as a timeline into this file", {"metavar": "FILE.png"}),
            ),
            long=True,
        ),
        Verb(
            "rigs",
            "what is recognised in a file",
            "Say which armatures are persons, and which bone is which joint. Takes .blend, .fbx, .glb, .gltf, .vrm, "
            ".bvh and .usd files; without one, the open file. Nothing is changed.",
            (
                Option(
                    ("--armature",),
                    "only this armature; may be given several times",
                    {"metavar": "NAME", "action": "append", "default": []},
                ),
            ),
            scene=False,
            files="FILE",
        ),
        Verb(
            "motion",
            "put a motion onto a person of the scene",
            "Put the motion of a file, or of another armature of the scene, onto a person's rig: turned joint by "
            "joint, with its feet on the ground. Without --save or --output it only shows what it would do.",
            (
                _SCENE,
                Option(("--onto",), "the armature that is to move", {"metavar": "ARMATURE", "required": True}),
                Option(
                    ("--from",),
                    "a .bvh, .fbx, .glb or .usd file with an animated skeleton, or another armature of the scene",
                    {"dest": "source", "metavar": "SOURCE", "required": True},
                ),
                Option(
                    ("--start",),
                    "the scene's frame at which it begins (default: the first of the scene's range)",
                    {"type": int, "metavar": "FRAME"},
                ),
                Option(
                    ("--in",),
                    "begin with this frame of the source",
                    {"dest": "first", "type": float, "metavar": "FRAME"},
                ),
                Option(
                    ("--out",), "end with this frame of the source", {"dest": "last", "type": float, "metavar": "FRAME"}
                ),
                Option(
                    ("--place",),
                    "where it begins: here, where the armature stands and as it faces, or where the source was "
                    "(default: here)",
                    {"choices": ("here", "source"), "default": "here"},
                ),
                Option(
                    ("--mute-constraints",),
                    "mute constraints and drivers that hold bones the motion turns; without it they are named and "
                    "nothing is done",
                    {"action": "store_true"},
                ),
            ),
            saves=True,
        ),
        Verb(
            "doctor",
            "what works here and what is missing",
            "Check Blender, graphics, ffmpeg, Python packages and folders, and say what to do about each.",
            scene=False,
        ),
    )
}
