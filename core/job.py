"""The life of a request: a record written once, and events that are only ever added to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, assert_never

from pydantic import Field

from .errors import StorageError
from .model_base import Stored
from .take import ClipFacts

__all__ = ["CLOSED", "STATES", "JobEvent", "JobRecord", "JobState", "JobStatus", "Short", "fold", "may_follow"]

JobState = Literal["queued", "running", "unknown", "delivered", "done", "failed", "cancelled"]
"""queued     on disk; nothing was asked of a backend yet
running    a backend was asked
unknown    it was asked, the answer was lost, and asking again could cost twice: only a person or the provider decides
delivered  the clip is here and whole; takes are cut from it
done       every shot of the request has its take
failed     it definitely gave nothing
cancelled  somebody cancelled it"""

Short = Literal["hold", "retime"]
"""A clip that is shorter than its shot: its last picture stands, or it runs slower."""

STATES: tuple[JobState, ...] = ("queued", "running", "unknown", "delivered", "done", "failed", "cancelled")
CLOSED: frozenset[JobState] = frozenset({"done", "failed", "cancelled"})
"""A job in one of these is over."""


class JobRecord(Stored):
    """`job.json`: what a job is. Written once, before anything is asked of anyone."""

    schema_name: Literal["shotwright.job.1"] = Field(default="shotwright.job.1", alias="schema")
    id: str
    """UUID made of project, request and attempt, so that the same request is the same job; also our key with
    providers that take one."""
    project: str
    model: str
    backend: str
    digest: str
    """`Request.digest` of `request.json` beside it."""
    attempt: int = Field(ge=1)
    shots: tuple[str, ...]
    short: Short = "hold"
    """What its takes do with a clip that is shorter than its shot."""
    created: str
    """UTC, ISO 8601."""


class JobEvent(Stored):
    """A line of `events.jsonl`. `state` moves the job on; without one the line only tells something."""

    at: str
    """UTC, ISO 8601."""
    state: JobState | None = None
    message: str = ""
    """A sentence for the artist."""
    clip: ClipFacts | None = None
    """With `delivered`: what came."""
    shot: str | None = None
    take: str | None = None
    """A take of this UUID was filed for this shot."""


class JobStatus(Stored):
    """What the events of a job add up to."""

    state: JobState
    message: str = ""
    """The newest sentence that was told."""
    clip: ClipFacts | None = None
    takes: dict[str, str] = Field(default_factory=dict[str, str])
    """Take UUID by shot UUID."""
    changed: str
    """When the last event was added."""

    @property
    def closed(self) -> bool:
        """Whether the job is over."""
        return self.state in CLOSED


def may_follow(before: JobState | None, after: JobState) -> bool:
    """Whether a job may go from one state to another; None is a job without events."""
    match after:
        case "queued":
            return before is None
        case "running":  # again after a restart, when asking twice costs nothing
            return before in ("queued", "running")
        case "unknown":
            return before == "running"
        case "delivered":
            return before in ("running", "unknown")
        case "done":
            return before == "delivered"
        case "failed" | "cancelled":
            return before in ("queued", "running", "unknown", "delivered")
        case _:
            assert_never(after)


def fold(events: Iterable[JobEvent]) -> JobStatus:
    """The status that a job's events add up to. Raises StorageError when they can't have come one after the other."""
    state: JobState | None = None
    message, changed = "", ""
    clip: ClipFacts | None = None
    takes: dict[str, str] = {}
    for event in events:
        if event.state is not None:
            if not may_follow(state, event.state):
                raise StorageError(f"the events are damaged: {event.state} can't follow {state or 'nothing'}.")
            state = event.state
        message, changed = event.message or message, event.at
        clip = event.clip or clip
        if event.shot and event.take:
            takes[event.shot] = event.take
    if state is None:
        raise StorageError("the events are damaged: there are none.")
    return JobStatus(state=state, message=message, clip=clip, takes=takes, changed=changed)
