"""The simulator's own JSON API: faults on demand, and waiting until all is settled."""

import asyncio
import json

from quart import Blueprint, Response, jsonify, request

from .faults import Faults, faults_from_json
from .rest import simulator

control = Blueprint("control", __name__)

SETTLED_WAIT = 30.0


@control.before_request
async def only_from_here() -> tuple[Response, int] | None:
    """Pages of other sites must not control the simulator through the visitor's browser; links are
    fine.
    """
    if request.method in ("GET", "HEAD"):
        return None
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        return _sorry("this comes from another site", 403)
    return None


@control.get("/faults")
async def show_faults() -> Response:
    return jsonify(simulator().network.faults.as_json())


@control.put("/faults")
async def set_faults() -> Response | tuple[Response, int]:
    """Replace all faults; faults not in the body are turned off."""
    try:
        simulator().network.faults = faults_from_json(json.loads(await request.get_data()))
    except ValueError as error:
        return _sorry(str(error), 400)
    return jsonify(simulator().network.faults.as_json())


@control.delete("/faults")
async def clear_faults() -> tuple[str, int]:
    simulator().network.faults = Faults()
    return "", 204


@control.get("/settled")
async def settled() -> tuple[Response, int]:
    """Respond once everything is settled; 503 after half a minute."""
    try:
        async with asyncio.timeout(SETTLED_WAIT):
            await simulator().network.settled()
    except TimeoutError:
        return jsonify({"settled": False}), 503
    return jsonify({"settled": True}), 200


def _sorry(sentence: str, status: int) -> tuple[Response, int]:
    return jsonify({"error": sentence}), status
