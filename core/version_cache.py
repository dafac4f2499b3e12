"""What was rendered is kept in this process for as long as what it shows stands at the same versions."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable


class Kept[T]:
    """The last `most` results by key. A key names everything its result depends on, read before the result
    is made: so what is kept may be newer than its key, and never older. Safe among threads."""

    def __init__(self, most: int):
        self._most = most
        self._lock = threading.Lock()
        self._results: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
                return self._results[key]
        made = make()
        with self._lock:
            self._results[key] = made
            while len(self._results) > self._most:
                self._results.popitem(last=False)
        return made
