"""`dailies verify`: where a film comes from, and whether it is as it was signed."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.app import app, out
from pipeline.cli.studio import StudioOption, studio_folder

if TYPE_CHECKING:
    from pipeline.deliver.provenance import Credentials

FilmFile = Annotated[Path, typer.Argument(metavar="FILM", help="A film, or any file with content credentials.")]

VERDICTS = {
    "trusted": ("VALID", "signed by someone this house trusts, and unchanged since"),
    "studio": ("VALID", "signed with this studio's test certificate, and unchanged since"),
    "unknown": ("VALID", "unchanged since it was signed; who signed it is not known here"),
    "tampered": ("NOT VALID", "it is not what was signed"),
    "damaged": ("NOT VALID", "its credentials cannot be read"),
    "none": ("NO CREDENTIALS", "nothing tells where it comes from"),
}

SOURCES = {
    "trainedAlgorithmicMedia": "made by AI models",
    "compositeWithTrainedAlgorithmicMedia": "made in part by AI models",
    "algorithmicMedia": "drawn by a program, without AI",
    "digitalCapture": "taken by a camera",
    "compositeCapture": "takes of a camera, put together",
    "composite": "put together from several sources",
}
"""What the commonest terms of the IPTC mean."""


@app.command()
def verify(
    film: FilmFile,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
    studio: StudioOption = None,
) -> None:
    """Check a film's content credentials (C2PA), and whether the manifest.json beside it tells of the same film.

    Exit code 2 when it was changed, has no credentials, or the manifest tells of another film.

    Example: dailies verify renders/kyoto/film.mp4
    """
    from pipeline.deliver.provenance import read

    found = read(film, studio_folder(studio))
    unlike = _unlike(film, found)
    if as_json:
        print(json.dumps(_values(film, found, unlike), ensure_ascii=False, indent=1))
    else:
        _tell(film, found, unlike)
    if not found.valid or unlike:
        raise typer.Exit(2)


def _unlike(film: Path, found: "Credentials") -> list[str] | None:
    """Say in what the manifest.json beside a film differs from what was signed; None = nothing to compare."""
    from pipeline.deliver.provenance_facts import beside, differences, facts_of

    other = beside(film)
    if not found.facts or other is None:
        return None
    return differences(facts_of(found.facts), facts_of(other))


def _tell(film: Path, found: "Credentials", unlike: list[str] | None) -> None:
    verdict, meaning = VERDICTS[found.state]
    style = "bold green" if found.valid else "bold red"
    out.print(f"{film.name}: {verdict}: {meaning}", style=style, markup=False, highlight=False, soft_wrap=True)
    for name, words in [*_lines(found), *_compared(unlike)]:
        out.print(f"  {name:<10}{words}", markup=False, highlight=False, soft_wrap=True)


def _lines(found: "Credentials") -> list[tuple[str, str]]:
    from pipeline.deliver.words import when

    who = f"{found.signer} ({found.issuer})" if found.signer and found.issuer else found.signer or found.issuer
    clock = "by a time stamp" if found.stamped else "by the signer's clock"
    lines = [("because", one) for one in found.reasons if found.state != "none"]
    lines += [("title", found.title), ("signed by", who)]
    lines += [("signed on", f"{when(found.when)} ({clock})" if found.when else "")]
    lines += [("pictures", f"{SOURCES.get(one, 'in the words of the IPTC')}: {one}") for one in found.sources]
    lines += [("made with", f"{one.title}, signed by {one.issuer or 'someone'}") for one in found.ingredients]
    return [(name, words) for name, words in lines if words]


def _compared(unlike: list[str] | None) -> list[tuple[str, str]]:
    if unlike is None:
        return []
    if not unlike:
        return [("manifest", "the manifest.json beside it tells of this film")]
    told = "; ".join(unlike[:5]) + ("; and more" if len(unlike) > 5 else "")
    return [("manifest", f"NOT THIS FILM: the manifest.json beside it differs in {told}")]


def _values(film: Path, found: "Credentials", unlike: list[str] | None) -> dict[str, Any]:
    manifest = "absent" if unlike is None else "differs" if unlike else "agrees"
    return {
        "kind": "verify/1",
        "file": film.name,
        "valid": found.valid,
        "state": found.state,
        "reasons": list(found.reasons),
        "signer": found.signer,
        "issuer": found.issuer,
        "when": found.when,
        "time_stamped": found.stamped,
        "title": found.title,
        "sources": list(found.sources),
        "ingredients": [{"title": one.title, "issuer": one.issuer} for one in found.ingredients],
        "manifest": manifest,
        "differences": unlike or [],
        "facts": dict(found.facts),
    }
