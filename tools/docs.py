"""Writes the generated pages and checks the links.

tools/docs.py            write docs/cli.md, docs/schemas/ and the table in docs/preflight.md; check that every relative
                         link leads somewhere
tools/docs.py --check    write nothing; fail when a generated page is not what the code says
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"!?\[[^]]*\]\(([^)\s]+)[^)]*\)")

CLI_HEAD = """\
# The command line

<!-- Written by `make docs` from core/verbs.py. Change it there. -->

The same verbs run in two forms, with the same arguments, output and exit codes:

```
shotwright VERB scene.blend …                                 the pip package
blender -b scene.blend --command shotwright VERB …            inside Blender, with the extension installed
```

The pip form runs the `bpy` module of its Python in a child process, or the Blender named by `--blender`
(or the environment variable `SHOTWRIGHT_BLENDER`), which needs the extension installed. Inside Blender the file
may also be named behind the verb. Scripts inside a .blend named there don't run.

With `--json`, stdout carries one JSON document that names its schema, and nothing else; a failure is a document too
(`shotwright.error.1`). Progress, notes and errors go to stderr. On a terminal, Blender prints its version
before a command starts; into a pipe or a file it does not.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | something failed: the report says which shots. Or it was stopped, by Ctrl-C, a signal or `--watch-stdin` |
| 2 | bad usage or bad input: the message says what to change. With several shots, the good ones were done |
| 3 | refused: it could be done, but not without your word |
"""


def cli_page() -> str:
    """docs/cli.md as the code has it."""
    sys.path.insert(0, str(ROOT / "tests"))
    from support.tree import load_tree

    load_tree()
    from shotwright.core import verbs

    parts = [CLI_HEAD]
    common = [verbs.Option(("--blender",), "run in this Blender instead of the bpy module", {"metavar": "PROGRAM"})]
    for verb in verbs.VERBS.values():
        file = " scene.blend" if verb.scene else f" {verb.files}" if verb.files else ""
        file += f" {'|'.join(verb.actions)}" if verb.actions else ""
        parts.append(f"## {verb.name}\n\n`shotwright {verb.name}{file} …`: {verb.description}\n")
        parts += ["\n".join(f"- `{name}`: {text}" for name, text in verb.actions.items()) + "\n"] * bool(verb.actions)
        rows = ["| argument | meaning |", "|---|---|"]
        for option in [*verb.all_options(), *common]:
            value = option.settings.get("metavar", "")
            rows.append(f"| `{' '.join([', '.join(option.flags), value]).strip()}` | {option.help} |")
        parts.append("\n".join(rows) + "\n")
    return "\n".join(parts)


def schema_pages() -> dict[Path, str]:
    """The JSON Schemas of the formats that other programs write."""
    from shotwright.core import asset_list, shotlist_json
    from shotwright.core.model_base import to_json

    folder = ROOT / "docs/schemas"
    return {
        folder / "shotlist.1.json": to_json(shotlist_json.json_schema()),
        folder / "assetlist.1.json": to_json(asset_list.json_schema()),
    }


RULES_BEGIN = "<!-- Written by `make docs` from core/preflight/rules.json. Change it there. -->\n"
RULES_END = "<!-- The end of what is written by `make docs`. -->\n"
ABOUT = {
    "shot": "The shot",
    "model": "What the model makes",
    "references": "What goes along",
    "prompt": "The prompt and who is in it",
    "asset": "Assets",
    "style": "The film's style",
    "camera": "The camera",
    "subject": "The subject",
    "light": "Light and colour",
    "rig": "People",
}


def preflight_page() -> str:
    """docs/preflight.md with the rules as the code has them."""
    from shotwright.core.preflight import rules

    text = (ROOT / "docs/preflight.md").read_text(encoding="utf-8")
    before, _, rest = text.partition(RULES_BEGIN)
    _, _, behind = rest.partition(RULES_END)
    parts = [f"There are {len(rules())} rules.\n"]
    for about, title in ABOUT.items():
        rows = ["| rule | what it finds | severity | for | fix | source |", "|---|---|---|---|---|---|"]
        rows += [rule_row(rule) for rule in rules().values() if rule.about == about]
        parts += [f"### {title}\n", "\n".join(rows) + "\n"]
    return before + RULES_BEGIN + "\n" + "\n".join(parts) + "\n" + RULES_END + behind


def rule_row(rule: Any) -> str:
    """One line of the table."""
    severity = rule.severity
    if rule.sterner:
        severity += f"; {rule.sterner.severity} for models that read {reading(rule.sterner.reads)}"
    models = [*rule.models.names, *rule.models.backends]
    models += [f"models that read {' and '.join(map(reading, rule.models.reads))}"] if rule.models.reads else []
    limits = ", ".join(f"{name} {value:g}" for name, value in rule.limits.items())
    finds = f"{rule.title} ({limits})" if limits else rule.title
    fix = f"`{rule.fix}`" if rule.fix else ""
    source = f"{rule.source}; {rule.date}, {rule.status}".replace("|", "\\|")
    return f"| `{rule.code}` | {finds} | {severity} | {', '.join(models) or 'all'} | {fix} | {source} |"


def reading(kind: str) -> str:
    """What a model reads, in words."""
    return {"text": "a prompt", "asset": "pictures of assets"}.get(kind, kind)


def generated() -> dict[Path, str]:
    """Every generated page with its text."""
    return {ROOT / "docs/cli.md": cli_page(), ROOT / "docs/preflight.md": preflight_page(), **schema_pages()}


def broken_links(page: Path) -> list[str]:
    """The relative links of one page that lead nowhere."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = (unquote(target.split("#")[0]) for target in LINK.findall(text) if "://" not in target)
    return [target for target in targets if target and not (page.parent / target).exists()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing, fail when a page is out of date")
    check = parser.parse_args().check
    wrong: list[str] = []
    for path, text in generated().items():
        if check and (not path.is_file() or path.read_text(encoding="utf-8") != text):
            wrong.append(f"{path.relative_to(ROOT)} is not what the code says: run make docs")
        elif not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
    pages = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
    wrong += [f"{page.relative_to(ROOT)}: {target} does not exist" for page in pages for target in broken_links(page)]
    print("\n".join(wrong) or f"{len(pages)} pages, every link leads somewhere")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
