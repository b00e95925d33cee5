"""Running `shotwright` the way a user does, and looking at what it left."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

TIMEOUT = 300.0  # seconds; a Blender that hangs must not hang the tier


class Ran(NamedTuple):
    """A finished command."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        """stdout, which is UTF-8 whatever the locale."""
        return self.raw.decode("utf-8")

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on stdout; fails when there is anything else."""
        document, end = json.JSONDecoder().raw_decode(self.out)
        assert self.out[end:] == "\n"
        return document

    @property
    def message(self) -> str:
        """The sentence of an error document; the same stands on stderr."""
        document = self.document
        assert document["schema"] == "shotwright.error.1"
        assert list(document["error"]) == ["kind", "message"]
        message = document["error"]["message"]
        assert f"shotwright: {message}" in self.err
        assert "Traceback" not in self.err
        return message

    @property
    def problems(self) -> list[str]:
        """The sentences of a report, shot by shot; the same stand on stderr."""
        found = [problem["message"] for shot in self.document["shots"] for problem in shot["problems"]]
        assert all(f"shotwright: {message}" in self.err for message in found)
        assert "Traceback" not in self.err
        return found

    @property
    def film_problem(self) -> str:
        """The one sentence of a report about the cut itself; the same stands on stderr."""
        (problem,) = self.document["problems"]
        assert f"shotwright: {problem['message']}" in self.err
        assert "Traceback" not in self.err
        assert self.document["movie"] is None
        return problem["message"]

    def statuses(self) -> dict[str, str]:
        """Status of each shot of a report, by number."""
        return {shot["number"]: shot["status"] for shot in self.document["shots"]}


def run(command: list[str], environment: dict[str, str], folder: Path) -> Ran:
    """Run a command to its end."""
    done = subprocess.run(
        command,
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=TIMEOUT,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def contents(folder: Path) -> dict[str, str]:
    """Every file below a folder with the hash of its bytes, and every folder."""
    return {
        path.relative_to(folder).as_posix(): sha256(path) if path.is_file() else "folder"
        for path in sorted(folder.rglob("*"))
    }


def half_written(folder: Path) -> list[Path]:
    """What an interrupted or failed job may have left: our temporary names, and Blender's own."""
    return [path for path in folder.rglob("*") if path.name.startswith(".tmp-") or path.name.endswith("@")]


def _ffmpeg(*arguments: str) -> tuple[bytes, str]:
    import imageio_ffmpeg

    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", *arguments]
    done = subprocess.run(command, capture_output=True, check=False)
    return done.stdout, done.stderr.decode("utf-8", "replace")


def frames_of(movie: Path) -> int:
    """Frames of a movie, by decoding all of them."""
    _, text = _ffmpeg("-i", str(movie), "-map", "0:v:0", "-fps_mode", "passthrough", "-f", "null", "-")
    return int(re.findall(r"frame=\s*(\d+)", text)[-1])


def first_frame(movie: Path, width: int, height: int) -> Any:
    """The first frame as an array (h, w, 3) of uint8."""
    import numpy as np

    raw, text = _ffmpeg("-i", str(movie), "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-")
    assert len(raw) == width * height * 3, text
    return np.frombuffer(raw, np.uint8).reshape(height, width, 3)


def pictures(movie: Path, width: int, height: int) -> Any:
    """Every frame as an array (frames, h, w, 3) of float32."""
    import numpy as np

    raw, text = _ffmpeg("-i", str(movie), "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "-")
    assert raw, text
    return np.frombuffer(raw, np.uint8).reshape(-1, height, width, 3).astype(np.float32)


def stream_of(movie: Path) -> tuple[str, float]:
    """Size (`96x64`) and rounded frame rate of a movie's video."""
    _, text = _ffmpeg("-i", str(movie))
    line = next(line for line in text.splitlines() if "Video:" in line)
    size, rate = re.search(r", (\d+x\d+)", line), re.search(r"([\d.]+) fps", line)
    assert size and rate, line
    return size[1], float(rate[1])


def exact_rate(movie: Path) -> str:
    """Frame rate as a fraction, from the time base and duration of one frame that ffmpeg prints."""
    raw, text = _ffmpeg("-i", str(movie), "-map", "0:v:0", "-c", "copy", "-f", "framecrc", "-")
    lines = raw.decode().splitlines()
    base = next((line.split()[-1] for line in lines if line.startswith("#tb 0:")), "")
    assert base, text
    durations = {int(line.split(",")[3]) for line in lines if not line.startswith("#")}
    assert len(durations) == 1, durations
    num, den = (int(part) for part in base.split("/"))
    from fractions import Fraction

    rate = 1 / (Fraction(num, den) * durations.pop())
    return f"{rate.numerator}/{rate.denominator}"
