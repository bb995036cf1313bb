"""Templates compile once: bin/setup and the first start keep them for all later starts."""

from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment
from jinja2.bccache import bc_magic

from inbox.config import Config
from inbox.files import TEMPLATES
from inbox.i18n import LANGUAGES
from inbox.render import environment
from inbox.template_cache import TemplateCache
from tests.house import running_house


class Compiling(Environment):
    """Counts what it compiles."""

    compiled = 0

    def compile(self, *given, **named):  # type: ignore[no-untyped-def, override]
        self.compiled += 1
        return super().compile(*given, **named)


@pytest.fixture
def compiler(tmp_path: Path) -> Path:
    """The module whose settings decide how templates compile."""
    path = tmp_path / "compiler.py"
    path.write_text("trim_blocks = True")
    return path


def started(folder: Path, compiler: Path, words: str = "Hello", language: str = "en") -> Compiling:
    """As after a start of the inbox, with one template in use."""
    cache = TemplateCache(folder / "compiled", language, compiled_by=compiler)
    environment = Compiling(loader=DictLoader({"page.html": words}), bytecode_cache=cache)
    assert environment.get_template("page.html").render() == words
    return environment


def test_a_second_start_compiles_nothing(tmp_path: Path, compiler: Path) -> None:
    assert started(tmp_path, compiler).compiled == 1
    assert started(tmp_path, compiler).compiled == 0


def test_a_changed_template_is_compiled_again(tmp_path: Path, compiler: Path) -> None:
    started(tmp_path, compiler)
    assert started(tmp_path, compiler, "Goodbye").compiled == 1


def test_changed_settings_compile_everything_again(tmp_path: Path, compiler: Path) -> None:
    started(tmp_path, compiler)
    compiler.write_text("trim_blocks = False")
    assert started(tmp_path, compiler).compiled == 1


def test_another_version_of_jinja_compiles_everything_again(
    tmp_path: Path, compiler: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started(tmp_path, compiler)
    monkeypatch.setattr("jinja2.__version__", "99.0")
    assert started(tmp_path, compiler).compiled == 1


def test_each_language_has_its_own(tmp_path: Path, compiler: Path) -> None:
    started(tmp_path, compiler)
    assert started(tmp_path, compiler, language="es").compiled == 1


@pytest.mark.parametrize("part", [0, 3, 20, 60, -1])
def test_a_damaged_file_is_replaced(part: int, tmp_path: Path, compiler: Path) -> None:
    started(tmp_path, compiler)
    [kept] = (tmp_path / "compiled").iterdir()
    kept.write_bytes(kept.read_bytes()[:part])
    assert started(tmp_path, compiler).compiled == 1
    assert started(tmp_path, compiler).compiled == 0


def test_a_file_that_holds_something_else_is_replaced(tmp_path: Path, compiler: Path) -> None:
    started(tmp_path, compiler)
    [kept] = (tmp_path / "compiled").iterdir()
    # After the version, a pickle that names a module that does not exist.
    kept.write_bytes(bc_magic + b"cno_such_module\nname\n.")
    assert started(tmp_path, compiler).compiled == 1


def test_an_installation_that_cannot_be_written_to_works_without(
    tmp_path: Path, compiler: Path
) -> None:
    (tmp_path / "compiled").write_text("A file where the folder would be.")
    assert started(tmp_path, compiler).compiled == 1
    assert started(tmp_path, compiler).compiled == 1


async def test_all_templates_are_loaded_before_the_inbox_answers(config: Config) -> None:
    environment.cache_clear()
    async with running_house(config):
        for language in LANGUAGES:
            loaded = environment(language).cache
            assert loaded is not None
            assert len(loaded) == len(list(TEMPLATES.rglob("*.html"))) > 90
