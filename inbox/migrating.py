"""Runs the ORM's migrations without building every model anew for every step.

The ORM keeps the models as they were at each step, and builds all of them twice per operation. An
operation needs only one. Here, a model is built on demand, along with those it refers to.
"""

from collections.abc import Iterator
from typing import Any

from tortoise.fields.relational import RelationalField
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.schema_generator.state import ModelState, State
from tortoise.migrations.schema_generator.state_apps import StateApps
from tortoise.models import Model

# An app's name and a model's name.
Key = tuple[str, str]


class Executor(MigrationExecutor):
    async def _project_state(
        self, applied: set[MigrationKey], *, upto: MigrationKey | None = None
    ) -> State:
        empty = await super()._project_state(set())
        state = _State({}, empty.apps)
        for key in self._full_plan():
            if key == upto:
                break
            if key in applied:
                migration = self.loader.graph.nodes[key]
                assert migration, key
                await migration.apply(state, dry_run=True, schema_editor=None)
        return state


class _State(State):
    """The models as they are after a step."""

    def __init__(self, models: dict[Key, ModelState], apps: StateApps) -> None:
        super().__init__(models, apps)
        self.apps = _Apps(models, apps)

    def _find_related_models(self, app_label: str, model_name: str) -> set[Key]:
        return {(app_label, model_name)}

    def _reload(self, models_to_reload: set[Key]) -> None:
        """Discard built models after a change, since they are out of date."""
        self.apps = _Apps(self.models, self.apps)

    def clone(self) -> State:
        return _State({key: model.clone() for key, model in self.models.items()}, self.apps)


class _Apps(StateApps):
    """Builds a model when it is first requested."""

    def __init__(self, models: dict[Key, ModelState], like: StateApps) -> None:
        super().__init__(dict(like._default_connections), like._connections)
        self._models = models

    def get_model(self, app_label: str, model_name: str | None = None) -> type[Model]:
        key = (app_label, model_name) if model_name else self.split_reference(app_label)
        missing = [one for one in self._with_referred(key, set()) if not self._has(one)]
        for one in missing:
            self.register_model(one[0], self._models[one].render(self))
        if missing:
            self._init_relations()
            self._build_initial_querysets()
        return super().get_model(*key)

    def _has(self, key: Key) -> bool:
        return key[1] in self.apps.get(key[0], {})

    def _with_referred(self, key: Key, seen: set[Key]) -> Iterator[Key]:
        if key in seen or key not in self._models:
            return
        seen.add(key)
        yield key
        for field in self._models[key].fields.values():
            if isinstance(field, RelationalField):
                named: Any = field.model_name  # type: ignore[attr-defined]
                yield from self._with_referred(self.split_reference(named), seen)
