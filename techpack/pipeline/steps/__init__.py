"""The four steps, one module each. A step is found by its name in `ALL`, in the order of the page.

To add one: a member of `StepName`, a module here with a class that fulfils `Step`, its price in
`techpack.prices`, its handlers in `techpack.handlers`, its band in `techpack.pipeline.progress`.
"""

from techpack.models import StepName
from techpack.pipeline.steps.base import StepWork
from techpack.pipeline.steps.base_views import BaseViews
from techpack.pipeline.steps.category import DetectCategory
from techpack.pipeline.steps.close_ups import CloseUps
from techpack.pipeline.steps.sketches import Sketches

ALL: dict[StepName, StepWork] = {
    StepName.CATEGORY: DetectCategory(),
    StepName.BASE_VIEWS: BaseViews(),
    StepName.CLOSE_UPS: CloseUps(),
    StepName.SKETCHES: Sketches(),
}
