"""A prediction from starting to its end, each in a thread of its own."""

import base64
import threading
import time
from typing import Any

from generation.providers.local.photo import Photo
from tests.support.replicate_server import answers, grids, pictures
from tests.support.replicate_server.inputs import UnusableInputError, photos
from tests.support.replicate_server.reading import RENDERS, Task
from tests.support.replicate_server.webhooks import Courier
from tests.support.replicate_server.world import HOUR, Prediction, World

ROOM = threading.Semaphore(2)  # pictures in the making at once: more would only be slower
TICK = 0.1  # s; the clock may be advanced while somebody sleeps
ERRORS = {
    "failed": "Prediction failed for an unknown reason. It might help to look at the logs (E999)",
    "failed-transient": "Service is temporarily unavailable. Please try again later. (E004)",
    "refused": "The input or output was flagged as sensitive. Please try again with different inputs. (E005)",
    "refused-mildly": "Failed to generate image: the model declined (finish reason: IMAGE_SAFETY)",
}
WITHOUT_OUTPUT = frozenset({"output-null"})


class _Over(Exception):
    """Somebody else ended it, or the world was closed."""


class Life:
    """Runs one prediction. `begin` returns at once; `arrived` is set when the last event was sent."""

    def __init__(self, world: World, prediction: Prediction, task: Task):
        self.world = world
        self.prediction = prediction
        self.task = task
        self.courier = Courier(world, prediction)

    def begin(self) -> None:
        threading.Thread(target=self._run, name=f"life-{self.prediction.number}", daemon=True).start()

    def _run(self) -> None:
        try:
            self._live()
        except _Over:
            pass
        except UnusableInputError as error:
            end(self.world, self.prediction, "failed", error=str(error))
        except Exception as error:  # a defect of the stand-in is a failed prediction, which says so
            end(self.world, self.prediction, "failed", error=f"stand-in: {type(error).__name__}: {error}")
            raise
        finally:
            if not self.world.closed.is_set():
                self.courier.completed()

    def _live(self) -> None:
        plan, settings = self.prediction.plan, self.world.settings
        if "aborted" in plan:
            self._sleep(max(settings.starting, 0.2))
            end(self.world, self.prediction, "aborted")
            raise _Over
        hurried = "webhook-early" in plan
        self._sleep(None if "stuck" in plan else 0 if hurried else settings.starting)
        self._process()
        output = self._make() if not plan & ERRORS.keys() else None
        latency = 0 if hurried else settings.latency + (settings.slow_seconds if "slow" in plan else 0)
        self._sleep(self.prediction.created + latency - time.time())
        if "canceled" in plan:
            end(self.world, self.prediction, "canceled")
            raise _Over
        self._finish(output)

    def _process(self) -> None:
        with self.prediction.changed:
            self._must_live()
            self.prediction.status, self.prediction.started = "processing", time.time()
            self.prediction.logs = f"stand-in: {self.task.step}\n"
            self.prediction.changed.notify_all()
        self.courier.event("start")
        self.courier.event("logs")
        if "stuck-processing" in self.prediction.plan:
            self._sleep(None)

    def _make(self) -> Any:
        """The output: an address, or the data of an answer."""
        model, plan = self.prediction.model, self.prediction.plan
        with ROOM:
            self._must_live()
            if model in RENDERS:
                return self._placed(*self._picture())
            answer = self._answer()
        return None if "output-missing" in plan else answers.told(model, answer, plan)

    def _picture(self) -> tuple[bytes, str]:
        how, values = self.world.settings.pictures, self.prediction.input
        largest = self.world.settings.largest_side
        if self.task.step == "grid" and how != "plain":
            looked_at = self._photos() if how == "engine" else []  # a reference nobody can read fails it
            size = pictures.size_of(values, looked_at, largest)
            return grids.drawn(size, str(values.get("output_format") or "jpg"), self.prediction.id)
        if how == "once":
            return pictures.once(self.task, values, self._photos, self.prediction.id, largest)
        return pictures.render(self.task, values, self._photos(), plain=how == "plain", largest=largest)

    def _answer(self) -> answers.Json:
        how = self.world.settings.pictures
        if how == "once":
            return answers.once(self.task, self._photos)
        return answers.analyse(self.task, self._photos(), plain=how == "plain")

    def _photos(self) -> list[Photo]:
        if self.world.settings.pictures == "plain":
            return []
        return photos(self.world, self.task.images)

    def _placed(self, data: bytes, kind: str) -> Any:
        plan = self.prediction.plan
        if "output-data-url" in plan:
            return f"data:{kind};base64,{base64.b64encode(data).decode()}"
        fault = next((name for name in sorted(plan) if name.startswith("output-")), "")
        address = self.world.keep(self.prediction, data, kind, fault)
        return [address] if "output-list" in plan else address

    def _finish(self, output: Any) -> None:
        plan = self.prediction.plan
        error = next((text for name, text in ERRORS.items() if name in plan), None)
        if error:
            end(self.world, self.prediction, "failed", error=error)
            return
        if plan & WITHOUT_OUTPUT:
            output = None
        with self.prediction.changed:
            self._must_live()
            self.prediction.output = output
            self.prediction.changed.notify_all()
        self.courier.event("output")
        if "early-output" in plan:
            self._sleep(1.0)
        end(self.world, self.prediction, "succeeded")

    def _sleep(self, seconds: float | None) -> None:
        """Sleep that long, or for ever; a deadline, a cancellation or a reset ends it with _Over."""
        until = time.time() + seconds if seconds is not None else float("inf")
        with self.prediction.changed:
            self._must_live()
            while (left := until - time.time()) > 0:
                self.prediction.changed.wait(min(left, TICK))
                self._must_live()

    def _must_live(self) -> None:
        if self.world.closed.is_set() or self.prediction.is_over:
            raise _Over
        deadline = self.prediction.deadline
        if deadline is not None and self.world.clock.now() >= deadline:
            end(self.world, self.prediction, "canceled" if self.prediction.started else "aborted")
            raise _Over


def end(world: World, prediction: Prediction, status: str, *, error: str | None = None) -> bool:
    """End it once; False when it was over before. Its data go an hour later."""
    with prediction.changed:
        if prediction.is_over:
            return False
        prediction.completed = time.time()
        prediction.expires = world.clock.now() + (0 if "output-expired" in prediction.plan else HOUR)
        if status != "succeeded":
            prediction.output = None
        elif prediction.model not in RENDERS:
            prediction.units = {
                "input_token_count": 1200,
                "output_token_count": len(str(prediction.output)) // 4,
            }
        else:
            prediction.units = {"image_output_count": 1}
        prediction.error, prediction.status = error, status
        prediction.changed.notify_all()
    if world.settings.verbose:
        seconds = prediction.completed - prediction.created
        print(
            f"{prediction.id}  {prediction.step:14} {status} after {seconds:.1f} s  {error or ''}", flush=True
        )
    return True
