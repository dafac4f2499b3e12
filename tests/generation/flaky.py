"""A storage that fails on command."""

from typing import Any, ClassVar

from django.core.files.storage import FileSystemStorage


class FlakyStorage(FileSystemStorage):
    """Refuses the next `failures` files, like a disk that is full for a moment."""

    failures: ClassVar[int] = 0
    reads_fail: ClassVar[bool] = False

    def _open(self, name: str, mode: str = "rb") -> Any:
        if FlakyStorage.reads_fail:
            raise ConnectionError("The storage does not answer")
        return super()._open(name, mode)

    def exists(self, name: str) -> bool:
        if FlakyStorage.reads_fail:
            raise ConnectionError("The storage does not answer")
        return super().exists(name)

    def _save(self, name: str, content: Any) -> str:
        if FlakyStorage.failures:
            FlakyStorage.failures -= 1
            raise OSError("No space left on device")
        return super()._save(name, content)
