"""Content credentials (C2PA): the last step signs the film, and anyone can read where it comes from.

`ffmpeg -c copy` and every later edit drop or break them: sign last.
"""

import json
import mimetypes
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from uuid import uuid4

from pipeline.deliver import json_values
from pipeline.deliver.finished import FinishedFilm, FinishedShot
from pipeline.deliver.provenance_certificate import AUTHORITY, CERTIFICATE, Signer, signer
from pipeline.deliver.provenance_facts import LABEL, assertion, digest, facts_of
from pipeline.deliver.provenance_reader import NONE, OFFLINE, TRUST, trusted_roots
from pipeline.disclosure import IPTC, PARTLY_TRAINED, TRAINED, source_of_film, source_of_shot
from pipeline.errors import MediaInvalid, OperatorError, ToolFailed
from pipeline.media import apart
from pipeline.media.boxes import carries_credentials, outside

State = Literal["trusted", "studio", "unknown", "tampered", "damaged", "none"]

REASONS = {
    "assertion.bmffHash.mismatch": "its pictures, its sound or its index were changed after it was signed",
    "assertion.dataHash.mismatch": "it was changed after it was signed",
    "claimSignature.mismatch": "its credentials were changed after they were signed",
    "assertion.hashedURI.mismatch": "its credentials were changed after they were signed",
    "signingCredential.expired": "the certificate that signed it has expired, and no time stamp says it had not then",
    "claimSignature.outsideValidity": "it was signed outside the time its certificate is valid",
    "signingCredential.invalid": "it was signed with a certificate that may not sign films",
    "outside": "its file type or its free space was changed after it was signed",
}
"""What the codes of C2PA mean for a film; others are told in the reader's own words."""

UNTRUSTED = "signingCredential.untrusted"
_PLAIN_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c6360000000020001e221bc33"
    "0000000049454e44ae426082"
)


@dataclass(frozen=True, slots=True)
class Ingredient:
    """Something the film was made of that brought credentials of its own."""

    title: str
    issuer: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a file's credentials say.

    `state`: signed by someone trusted, by this studio's test certificate, by someone unknown; or tampered with,
    damaged, or without credentials. `when` is the signer's word unless `stamped` by a time stamp authority.
    `sources` are IPTC terms; `facts` is {} unless Dailies signed.
    """

    state: State
    reasons: tuple[str, ...] = ()
    issuer: str = ""
    signer: str = ""
    when: str = ""
    stamped: bool = False
    title: str = ""
    sources: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    ingredients: tuple[Ingredient, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether the file is as it was when it was signed, by whomever."""
        return self.state in {"trusted", "studio", "unknown"}


# ---------------------------------------------------------------- sign


def check_signer(studio: Path, environ: Mapping[str, str] = os.environ) -> Signer:
    """Give who signs here, once a picture of one pixel could be signed: what is wrong is found before the night.

    Raises:
        OperatorError: the certificate or key cannot be used; the cure says what to change.
    """
    who = signer(studio, environ)
    definition = _definition("trial", source_of_film([]), [])
    try:
        _sign(
            definition,
            [],
            Signer(who.chain, who.key, who.algorithm, who.own),
            "image/png",
            BytesIO(_PLAIN_PNG),
            BytesIO(),
        )
    except ToolFailed as failure:
        cure = "a C2PA certificate needs digitalSignature, emailProtection or documentSigning, and its whole chain"
        raise OperatorError(f"{CERTIFICATE} cannot sign films: {failure.message}", cure=cure) from None
    return who


def sign(film: Path, out: Path, made: FinishedFilm, who: Signer, manifest: Mapping[str, Any]) -> None:
    """Sign an MP4 into `out`, which may be `film` itself; it appears whole. The streams are copied, not touched.

    `manifest` is what manifest.json holds: a stable part of it goes into the credentials (`facts_of`).

    Raises:
        ToolFailed: it cannot be signed, or the disk refuses.
    """
    kept = list(_ingredients(made))
    declared = {one.shot: one.source for one in kept if one.shot}
    plans = [shot.plan for shot in made.shots]
    sources = [declared.get(one.shot.id) or source_of_shot(one.generation, trained=one.trained) for one in plans]
    assertions = [{"label": LABEL, "data": assertion(manifest, outside(film))}]
    definition = _definition(made.plan.board.title, source_of_film(sources), kept, assertions)
    temporary = out.with_name(f".{out.name}.{uuid4().hex}.tmp")
    try:
        with film.open("rb") as source, temporary.open("w+b") as goal:
            _sign(definition, kept, who, "video/mp4", source, goal)
            goal.flush()
            os.fsync(goal.fileno())
        temporary.replace(out)
    except OSError as failure:
        message = f"{out.name} could not be signed: {failure.strerror or failure}"
        raise ToolFailed(message, cure="check the disk and its rights") from failure
    finally:
        temporary.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A file with credentials of its own; `shot` is set, and `source` its IPTC term, where it is a whole shot."""

    path: Path
    title: str
    shot: str = ""
    source: str = ""


def _ingredients(made: FinishedFilm) -> Iterator[_Kept]:
    """Find the files of a film that carry credentials, each once, under names that tell nothing of this machine."""
    seen: set[Path] = set()
    for path, title, shot in _candidates(made):
        whole = path.resolve()
        if whole in seen or not carries_credentials(whole):
            continue
        seen.add(whole)
        found = read(whole)
        if found.state not in {"none", "damaged"}:
            yield _Kept(whole, title, shot, _strongest(found.sources) if shot else "")


def _candidates(made: FinishedFilm) -> Iterator[tuple[Path, str, str]]:
    for shot in made.shots:
        name = shot.plan.shot.id
        if shot.take is not None and shot.take in shot.takes:
            yield shot.takes[shot.take], f"take {shot.take} of shot {name}", name
        if shot.clip is not None:
            yield shot.clip, f"take {shot.take} of shot {name}", name
        for one in shot.plan.generation.inputs:
            yield one.path, f"{one.role.replace('_', ' ')} of shot {name}", name if _is_the_shot(shot, one.role) else ""
    for cue in made.sound.cues:
        yield cue.file, f"sound: {cue.role}", ""


def _is_the_shot(shot: FinishedShot, role: str) -> bool:
    return role == "source" and shot.plan.generation.task == "conform"


def _strongest(sources: Sequence[str]) -> str:
    """Choose what a file's own credentials say of it: a model, where one is named; "" where they say nothing."""
    return next((one for one in (TRAINED, PARTLY_TRAINED) if one in sources), sources[0] if sources else "")


def _definition(
    title: str, source: str, kept: Sequence[_Kept], assertions: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """Write the manifest to be signed: what was done, by which program, out of what."""
    tool = {"name": "Dailies", "version": version("dailies")}
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    created = {"action": "c2pa.created", "when": now, "softwareAgent": tool, "digitalSourceType": IPTC + source}
    placed = [
        {"action": "c2pa.placed", "when": now, "softwareAgent": tool, "parameters": {"ingredientIds": [_id(number)]}}
        for number in range(len(kept))
    ]
    actions = {"label": "c2pa.actions.v2", "data": {"actions": [created, *placed]}}
    return {
        "claim_generator_info": [tool],
        "title": json_values.text(title) or "film",
        "assertions": [actions, *assertions],
    }


def _id(number: int) -> str:
    return f"ingredient-{number + 1}"


def _sign(definition: Mapping[str, Any], kept: Sequence[_Kept], who: Signer, kind: str, source: Any, goal: Any) -> None:
    import c2pa  # type: ignore[import-untyped]  # it brings no types

    hosts = [urlsplit(who.authority).netloc] if who.authority else []
    settings = {
        **OFFLINE,
        "core": {**OFFLINE["core"], "allowed_network_hosts": hosts},
        "builder": {"thumbnail": {"enabled": False}, "created_assertion_labels": ["c2pa.actions.v2", LABEL]},
    }
    info = c2pa.C2paSignerInfo(who.algorithm, who.chain.encode(), who.key.encode(), who.authority or None)
    try:
        with (
            c2pa.Context.from_dict(settings, signer=c2pa.Signer.from_info(info)) as context,
            c2pa.Builder(dict(definition), context=context) as builder,
        ):
            for number, one in enumerate(kept):
                told = {"title": one.title, "relationship": "componentOf", "instance_id": _id(number)}
                with one.path.open("rb") as file:
                    builder.add_ingredient(told, _kind_of(one.path), file)
            builder.sign(kind, source, goal)
    except c2pa.C2paError as failure:
        why = " ".join(str(failure).split())[:300]
        asked = f", and the time stamp authority of {AUTHORITY}" if who.authority else ""
        raise ToolFailed(f"it cannot be signed: {why}", cure=f"check certificate, clock and disk{asked}") from None


def _kind_of(path: Path) -> str:
    return mimetypes.guess_type(path.name)[0] or "video/mp4"


# ---------------------------------------------------------------- read


def read(film: Path, studio: Path | None = None) -> Credentials:
    """Read and check a file's credentials, in a process of its own and a time that grows with the file's size.

    `studio` lets this studio's test certificate be recognised. Nothing is asked of the network.

    Raises:
        MediaInvalid: there is no such file.
        OperatorError: the roots named by DAILIES_C2PA_TRUST cannot be read.
    """
    _there(film)
    if not carries_credentials(film):
        return Credentials("none", (NONE,))
    seconds = 30 + film.stat().st_size // 20_000_000
    argv = [str(film.resolve()), str(studio.resolve()) if studio else "", str(seconds)]
    try:
        told = json.loads(apart.told("pipeline.deliver.provenance_reader", argv, seconds))
    except (MediaInvalid, ValueError) as failure:
        return Credentials("damaged", (getattr(failure, "message", "it is damaged: it cannot be read"),))
    return _credentials(film, told)


def _there(film: Path) -> None:
    if not film.is_file():
        raise MediaInvalid(f"{film} is not a file", cure="name a film, such as film.mp4")
    try:
        film.open("rb").close()
    except OSError as failure:
        raise MediaInvalid(f"{film.name} cannot be read: {failure.strerror}", cure="check who may read it") from failure
    try:
        trusted_roots()
    except (OSError, ValueError) as failure:
        raise OperatorError(f"{TRUST} names no file of roots that can be read", cure="check the path") from failure


def _credentials(film: Path, told: Mapping[str, Any]) -> Credentials:
    signed = json_values.mapping(told.get("assertion"))
    state: State = told["state"]
    codes = [(str(code), str(words)) for code, words in told.get("reasons", []) if code != UNTRUSTED]
    if signed and state in {"trusted", "studio", "unknown"} and not _as_signed(film, signed):
        state, codes = "tampered", [("outside", "")]
    reasons = dict.fromkeys(REASONS.get(code, words or code) for code, words in codes)
    return Credentials(
        state,
        tuple(reasons),
        issuer=told.get("issuer", ""),
        signer=told.get("signer", ""),
        when=told.get("when", ""),
        stamped=told.get("stamped", False),
        title=told.get("title", ""),
        sources=tuple(told.get("sources", ())),
        facts=signed,
        ingredients=tuple(Ingredient(one["title"], one["issuer"]) for one in told.get("ingredients", ())),
    )


def _as_signed(film: Path, signed: Mapping[str, Any]) -> bool:
    """Tell whether what C2PA's hash leaves out is as it was, and our facts have the hash they claim."""
    return signed.get("outside") == outside(film) and signed.get("sha256") == digest(facts_of(signed))
