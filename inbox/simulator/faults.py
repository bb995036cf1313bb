"""Faults on demand: what Twilio, the carriers, and the network do on bad days."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault.

    chance   how often it occurs, 0.0 to 1.0
    next     the number of next times it certainly occurs, before chance applies
    seconds  from and to, for delays; the wait in a busy response
    code     the error code of a failed delivery, or the HTTP status of an error (502: as HTML)
    """

    chance: float = 0.0
    next: int = 0
    seconds: tuple[float, float] = (0.0, 0.0)
    code: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.chance <= 1:
            raise ValueError("chance must be between 0 and 1")
        if self.next < 0:
            raise ValueError("next must not be negative")
        if not 0 <= self.seconds[0] <= self.seconds[1] <= 3600:
            raise ValueError("seconds must be two numbers, the lower first, at most 3600")


@dataclass(slots=True)
class Faults:
    """All faults, off by default. The same seed repeats the same faults.

    `struck` counts the faults that occurred, so that a test can prove its premise.
    """

    receipts_late: Fault = field(default_factory=Fault)
    receipts_lost: Fault = field(default_factory=Fault)
    receipts_twice: Fault = field(default_factory=Fault)
    receipts_shuffled: Fault = field(default_factory=Fault)
    incoming_twice: Fault = field(default_factory=Fault)
    create_busy: Fault = field(default_factory=Fault)
    create_error_before: Fault = field(default_factory=Fault)
    create_error_after: Fault = field(default_factory=Fault)
    create_hang_before: Fault = field(default_factory=Fault)
    create_hang_after: Fault = field(default_factory=Fault)
    create_cut_after: Fault = field(default_factory=Fault)
    list_lag: Fault = field(default_factory=Fault)
    delivery_fails: Fault = field(default_factory=Fault)
    carrier_silent: Fault = field(default_factory=Fault)
    seed: int | None = None
    struck: Counter[str] = field(default_factory=Counter)
    _left: dict[str, int] = field(init=False, repr=False)
    _random: random.Random = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._left = {name: getattr(self, name).next for name in NAMES}

    def strikes(self, name: str) -> Fault | None:
        """The fault, if it occurs this time."""
        fault: Fault = getattr(self, name)
        if self._left[name]:
            self._left[name] -= 1
        elif not fault.chance or self._random.random() >= fault.chance:
            return None
        self.struck[name] += 1
        return fault

    def seconds_of(self, fault: Fault) -> float:
        return self._random.uniform(*fault.seconds)

    def as_json(self) -> dict[str, Any]:
        """In the format of `faults_from_json`, with the rest of each `next`."""
        shown: dict[str, Any] = {"seed": self.seed, "struck": dict(self.struck)}
        for name in NAMES:
            fault: Fault = getattr(self, name)
            shown[name] = {
                "chance": fault.chance,
                "next": self._left[name],
                "seconds": list(fault.seconds),
                "code": fault.code,
            }
        return shown


NAMES = tuple(known.name for known in fields(Faults) if known.default_factory is Fault)


def faults_from_json(wanted: object) -> Faults:
    """Faults from `{"seed": 7, "receipts_lost": {"chance": 0.2}, ...}`.

    Raises ValueError with a sentence for anything else.
    """
    if not isinstance(wanted, Mapping):
        raise ValueError("faults must be an object")
    chosen: dict[str, Any] = {}
    for name, value in wanted.items():
        if name == "seed":
            chosen["seed"] = _whole(name, value) if value is not None else None
        elif name in NAMES:
            chosen[name] = _fault_from_json(name, value)
        elif name != "struck":
            raise ValueError(f"there is no fault called {name}")
    return Faults(**chosen)


def _fault_from_json(name: str, wanted: object) -> Fault:
    if not isinstance(wanted, Mapping):
        raise ValueError(f"{name} must be an object")
    unknown = set(wanted) - {"chance", "next", "seconds", "code"}
    if unknown:
        raise ValueError(f"{name} has no {min(map(str, unknown))}")
    seconds = wanted.get("seconds", [0, 0])
    if not isinstance(seconds, list) or len(seconds) != 2:
        raise ValueError(f"{name}: seconds must be two numbers")
    return Fault(
        chance=_number(name, wanted.get("chance", 0)),
        next=_whole(name, wanted.get("next", 0)),
        seconds=(_number(name, seconds[0]), _number(name, seconds[1])),
        code=_whole(name, wanted.get("code", 0)),
    )


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name} needs a number")
    return float(value)


def _whole(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{name} needs a whole number")
    return value
