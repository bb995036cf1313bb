"""Compiled templates on disk, beside Python's compiled modules.

Compiling all templates takes two seconds, so only bin/setup and the first start after a change do
it. Later starts load what was compiled, in a tenth of a second.
"""

from contextlib import suppress
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache


class TemplateCache(FileSystemBytecodeCache):
    """What was compiled for one language. Another version of Jinja, or of `compiled_by`, compiles
    everything again."""

    def __init__(self, folder: Path, language: str, compiled_by: Path) -> None:
        super().__init__(str(folder), f"{language}-%s")
        self._folder = folder
        self._version = jinja2.__version__ + compiled_by.read_text()

    def get_source_checksum(self, source: str) -> str:
        return super().get_source_checksum(self._version + source)

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except Exception:
            # A damaged file may raise anything. It is replaced.
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        # A read-only installation works without.
        with suppress(OSError):
            self._folder.mkdir(exist_ok=True, parents=True)
            super().dump_bytecode(bucket)
