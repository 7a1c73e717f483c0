"""Reads a file's C2PA credentials and prints them as JSON; run as a process of its own (`python -m`).

What it reads is hostile: it takes no more than 4 GiB and the time it is given, asks no network, and prints little.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.deliver import json_values
from pipeline.deliver.provenance_facts import LABEL
from pipeline.deliver.provenance_studio import roots
from pipeline.disclosure import IPTC

TRUST = "DAILIES_C2PA_TRUST"
"""Names a PEM file of roots that this house trusts, such as the list that the C2PA publishes."""

OFFLINE: Mapping[str, Any] = {
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
    "core": {
        "allowed_network_hosts": [],
        "allow_redirects": False,
        "decode_identity_assertions": False,
        "backing_store_memory_threshold_in_mb": 32,
    },
}
"""Settings of c2pa-rs: nothing is fetched, and what does not fit 32 MB waits on the disk."""

NONE = "it carries no content credentials"

MEMORY, MOST, LONGEST = 4 << 30, 200, 500
_STATES = {"Trusted": "trusted", "Valid": "unknown", "Invalid": "tampered"}


def read(path: Path, studio: Path | None) -> dict[str, Any]:
    """Read the active manifest of a file: state, reasons, who and when, title, sources, our facts, ingredients."""
    import c2pa  # type: ignore[import-untyped]  # it brings no types

    context = c2pa.Context.from_dict({**OFFLINE, "trust": _trust(studio)})
    reader = c2pa.Reader.try_create(str(path), context=context)
    if reader is None:
        return {"state": "none", "reasons": [["none", NONE]]}
    whole = json_values.mapping(json.loads(reader.json()))
    manifests = json_values.mapping(whole.get("manifests"))
    active = json_values.mapping(manifests.get(str(whole.get("active_manifest"))))
    results = json_values.mapping(whole.get("validation_results"))
    state = _STATES.get(str(whole.get("validation_state")), "tampered")
    if state == "trusted" and results.get("trustListUri") == "user_anchors":
        state = "studio"
    return {
        "state": state,
        "reasons": _failures(results),
        **_told(active),
        "ingredients": _ingredients(active, manifests),
    }


def _trust(studio: Path | None) -> dict[str, str]:
    found = {"user_anchors": roots(studio), "trust_anchors": trusted_roots()}
    return {name: text for name, text in found.items() if text}


def trusted_roots() -> str:
    """Give the roots this house trusts as PEM; "" where none are named.

    Raises:
        OSError, ValueError: the file named cannot be read.
    """
    named = os.environ.get(TRUST, "")
    return Path(named).read_text("ascii") if named else ""


def _failures(results: Mapping[str, Any]) -> list[list[str]]:
    """Give code and explanation of everything that failed, of the film itself and of what it was made of."""
    deltas = [one.get("validationDeltas") for one in json_values.mappings(results.get("ingredientDeltas"))]
    places = [json_values.mapping(one) for one in (results.get("activeManifest"), *deltas)]
    found = [one for place in places for one in json_values.mappings(place.get("failure"))]
    return [[_short(one.get("code")), _short(one.get("explanation"))] for one in found[:MOST]]


def _told(manifest: Mapping[str, Any]) -> dict[str, Any]:
    signature = json_values.mapping(manifest.get("signature_info"))
    assertions = json_values.mappings(manifest.get("assertions"))
    actions = [
        action
        for one in assertions
        if str(one.get("label")).startswith("c2pa.actions")
        for action in json_values.mappings(json_values.mapping(one.get("data")).get("actions"))
    ]
    sources = [_short(one.get("digitalSourceType")).removeprefix(IPTC) for one in actions]
    ours = next((one.get("data") for one in assertions if one.get("label") == LABEL), None)
    stamped = _short(signature.get("time"))
    return {
        "title": _short(manifest.get("title")),
        "issuer": _short(signature.get("issuer")),
        "signer": _short(signature.get("common_name")),
        "when": stamped or next((_short(one.get("when")) for one in actions if one.get("when")), ""),
        "stamped": bool(stamped),
        "sources": list(dict.fromkeys(one for one in sources if one))[:MOST],
        "assertion": ours if isinstance(ours, dict) else None,
    }


def _ingredients(active: Mapping[str, Any], manifests: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"title": _short(one.get("title")), "issuer": _told(_of(one, manifests))["issuer"]}
        for one in json_values.mappings(active.get("ingredients"))[:MOST]
    ]


def _of(ingredient: Mapping[str, Any], manifests: Mapping[str, Any]) -> Mapping[str, Any]:
    return json_values.mapping(manifests.get(str(ingredient.get("active_manifest"))))


def _short(value: object) -> str:
    """Keep words printable and short: they come from a stranger's file."""
    return "".join(one for one in json_values.text(value)[:LONGEST] if one.isprintable())


def _bounded(seconds: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    if sys.platform.startswith("linux"):  # macOS counts shared libraries here, and refuses
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> None:
    """Print what `FILE STUDIO SECONDS` of the command line carries; STUDIO may be empty."""
    file, studio, seconds = sys.argv[1:4]
    _bounded(int(seconds))
    try:
        found = read(Path(file), Path(studio) if studio else None)
    except Exception as failure:  # noqa: BLE001 - whatever a library makes of a hostile file is told, not thrown
        found = {"state": "damaged", "reasons": [["damaged", _short(str(failure))]]}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
