"""Long work away from the window: one worker thread that owns the engine's process."""

from cnnstudio.ui.jobs.jobs import EngineState, Job, Jobs

__all__ = ["EngineState", "Job", "Jobs"]
