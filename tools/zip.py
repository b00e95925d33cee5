"""Builds the extension zips with Blender's own builder, one per platform, wheels included.

    tools/zip.py                            dist/shotwright-VERSION-PLATFORM.zip for each platform
    tools/zip.py --platform linux-x64       one of them
    PYTAGS=cp314 tools/zip.py               for a Blender built with Python 3.14 (several: cp313,cp314)
    tools/zip.py --repo                     dist/repo: the zips, index.json and index.html, ready for any web server
    tools/zip.py --lock                     make wheels.lock again from tools/requirements-wheels.txt

The builder is the blender_ext.py of a bpy module (.venv-bpy52 or .venv-bpy45), or --blender FILE.
Prints one line for each zip: path, size, sha256, separated by tabs. The same tree gives the same bytes.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
import zipfile
from pathlib import Path

import wheels as wheel_room
from wheels import DEFAULT_PYTAGS, PIP_PLATFORMS, WheelError

ROOT = wheel_room.ROOT
DIST = ROOT / "dist"
MANIFEST = "blender_manifest.toml"
PAGE = ROOT / "tools" / "repo.html"
# A zip can't hold a date before 1980.
DATE = time.gmtime(max(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), 315532800))[:6]


class ZipError(Exception):
    """The zip can't be built; the message says what to do."""


def find_builder(blender: str | None) -> list[str]:
    """The command line that Blender's extension commands are appended to."""
    if blender:
        return [blender, "--factory-startup", "--command", "extension"]
    for folder in (".venv-bpy52", ".venv-bpy45"):
        pattern = "lib/python3.*/site-packages/bpy/*/scripts/addons_core/bl_pkg/cli/blender_ext.py"
        for script in sorted((ROOT / folder).glob(pattern)):
            return [sys.executable, str(script)]
    raise ZipError("no builder: run `tools/env.py bpy --any` first, or name a Blender with --blender")


def tag_options(builder: list[str]) -> list[str]:
    """Blender knows the valid tags by itself; its script on its own has to be told."""
    if not builder[-1].endswith(".py"):
        return []
    tags = Path(builder[-1]).parents[3] / "modules/_bpy_internal/extensions/tags.py"
    return [f"--valid-tags={tags}"] if tags.exists() else []


def run(command: list[str]) -> None:
    """Run the builder; its output matters only when it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise ZipError(f"{' '.join(command)}\n{done.stdout}")


def tree_files() -> list[str]:
    """The files of the checkout that git tracks or would track, by their path inside it."""
    command = ["git", "-c", "safe.directory=*", "-C", str(ROOT)]
    command += ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise ZipError("zips are built from a git checkout: " + done.stderr.decode().strip())
    names = (name.decode() for name in done.stdout.split(b"\0") if name)
    return sorted(name for name in names if (ROOT / name).is_file())


def staged_manifest(text: str, platform: str, wheel_names: list[str]) -> str:
    """The manifest of one zip: its platform alone, and its wheels before the first table."""
    text, found = re.subn(r"^platforms = \[[^]]*\]$", f'platforms = ["{platform}"]', text, count=1, flags=re.MULTILINE)
    if not found:
        raise ZipError(f"{MANIFEST} has no list of platforms")
    listing = "".join(f'  "./wheels/{name}",\n' for name in wheel_names)
    return re.sub(r"^(?=\[)", f"wheels = [\n{listing}]\n\n", text, count=1, flags=re.MULTILINE)


def stage(folder: Path, platform: str, wheel_names: list[str]) -> None:
    """A clean copy of the tree with the wheels of one platform."""
    for name in tree_files():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, target)
    manifest = folder / MANIFEST
    text = staged_manifest(manifest.read_text(encoding="utf-8"), platform, wheel_names)
    manifest.write_text(text, encoding="utf-8")
    (folder / "wheels").mkdir()
    for name in wheel_names:
        place(wheel_room.CACHE / name, folder / "wheels" / name)


def place(source: Path, target: Path) -> None:
    """A hard link where the disk allows it, else a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def rewrite(source: Path, target: Path) -> None:
    """The same files in a fixed order with fixed dates and rights, so that one tree gives one zip."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in sorted(old.namelist(), key=lambda name: (name != MANIFEST, name)):
            info = zipfile.ZipInfo(name, DATE)
            info.compress_type = old.getinfo(name).compress_type
            info.create_system = 3
            info.external_attr = 0o100644 << 16
            new.writestr(info, old.read(name), compresslevel=9)


def build(platform: str, pytags: tuple[str, ...], builder: list[str]) -> Path:
    """Build and validate the zip of one platform."""
    chosen = wheel_room.select(wheel_room.read_lock(), platform, pytags)
    wheel_room.fetch(chosen)
    manifest = tomllib.loads((ROOT / MANIFEST).read_text(encoding="utf-8"))
    suffix = "" if pytags == DEFAULT_PYTAGS else "-" + "-".join(pytags)
    target = DIST / f"{manifest['id']}-{manifest['version']}-{platform.replace('-', '_')}{suffix}.zip"
    DIST.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=DIST, prefix=".stage-") as scratch:
        tree, output = Path(scratch) / "tree", Path(scratch) / "output"
        tree.mkdir()
        output.mkdir()
        stage(tree, platform, [wheel.filename for wheel in chosen])
        places = [f"--source-dir={tree}", f"--output-dir={output}"]
        run([*builder, "build", *places, "--split-platforms", *tag_options(builder)])
        (built,) = output.glob("*.zip")
        finished = output / "finished.zip"
        rewrite(built, finished)
        run([*builder, "validate", *tag_options(builder), str(finished)])
        finished.replace(target)
    print(f"{target}\t{target.stat().st_size / 1e6:.1f} MB\tsha256 {wheel_room.sha256_of(target)}", flush=True)
    return target


def make_repository(zips: list[Path], builder: list[str]) -> None:
    """A folder that any web server can serve as an extension repository."""
    folder = DIST / "repo"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in zips:
        place(path, folder / path.name)
    run([*builder, "server-generate", f"--repo-dir={folder}", "--html", f"--html-template={PAGE}"])
    print(folder, flush=True)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--platform", action="append", choices=list(PIP_PLATFORMS), help="default: every platform")
    parser.add_argument("--blender", metavar="FILE", help="build with this Blender")
    parser.add_argument("--repo", action="store_true", help="make dist/repo as well")
    parser.add_argument("--lock", action="store_true", help="make wheels.lock again, build nothing")
    options = parser.parse_args(arguments)
    pytags = tuple(tag.strip() for tag in os.environ.get("PYTAGS", "").split(",") if tag.strip()) or DEFAULT_PYTAGS
    try:
        if bad := [tag for tag in pytags if not re.fullmatch(r"cp3\d+", tag)]:
            raise ZipError(f"PYTAGS takes tags such as cp313, not {', '.join(bad)}")
        if options.lock:
            print(f"{len(wheel_room.make_lock())} wheels locked")
            return 0
        builder = find_builder(options.blender)
        zips = [build(platform, pytags, builder) for platform in options.platform or PIP_PLATFORMS]
        if options.repo:
            make_repository(zips, builder)
    except (ZipError, WheelError) as error:
        print(f"zip: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
