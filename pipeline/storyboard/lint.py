"""Doubts about a board that can be made: what rarely gives a good shot. Warnings, never errors."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import yaml

from pipeline.model import Shot
from pipeline.storyboard.ledger import Ledger

GOOD_STRENGTH = (0.2, 0.4)

_ABSTRACT_JA = re.compile(
    "希望|自由|喜び|悲しみ|幸せ|美しさ|美しい|平和|雰囲気|感情|感動|郷愁|懐かしさ|孤独|記憶|思い出|時間|人生|未来|過去"
    "|成功|革新|情熱|精神|調和|旅路|物語|愛|夢|心|力|世界観|イメージ|コンセプト"
    "|エモい|[ぁ-んー、。・！!？?\\s]"
)
_WRITTEN = re.compile(
    r"\b(?:text|words?|letters|lettering|caption|subtitle|sign|banner|poster|screen|billboard|logo|headline)\b"
    r"[^.;]{0,40}?\b(?:says?|reads|saying|that reads|spelling|spells|written)\b"
    r"|\b(?:with the (?:words?|text)|caption:|subtitle:)"
    r"|という文字|と書かれ|と書いて|文字が|テロップ|字幕",
    re.IGNORECASE,
)
_SPORT = re.compile(
    r"\b(?:football|soccer|basketball|tennis|boxing|wrestling|gymnast\w*|gymnastics|sumo|judo|karate|hockey|rugby"
    r"|volleyball|baseball|breakdanc\w+|parkour)\b|サッカー|野球|相撲|柔道|体操|バスケ|格闘|卓球",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"\b(?:two|three|four|five|several|many|couple|crowd|group|people|friends|lovers|children|men|women|they)\b[^.;]{0,60}?"
    r"\b(?:hug|hugs|hugging|kiss|kisses|kissing|fight|fights|fighting|wrestle|wrestling|embrac\w+|handshake"
    r"|shak\w+ hands|hold\w* hands|danc\w+ together|high[- ]five\w*)\b|抱き合|殴り合|握手|手をつな|取っ組み合",
    re.IGNORECASE,
)


def lint(shots: Sequence[Shot], ledger: Ledger) -> None:
    """Warn of scenes that rarely come out well, of odd strengths, and once of shots without a camera."""
    for shot in shots:
        if shot.source is None or not shot.source.as_is:
            for message in _doubts(shot.scene):
                ledger.doubt(f"shots[{shot.index}].scene", message)
        if shot.strength is not None and not GOOD_STRENGTH[0] <= shot.strength <= GOOD_STRENGTH[1]:
            message = "strength 0.2 to 0.4 keeps the footage's motion; below nothing changes, above it is lost"
            ledger.doubt(f"shots[{shot.index}].strength", message)
    _doubt_cameras(shots, ledger)


def _doubts(scene: str) -> list[str]:
    doubts: list[str] = []
    if _only_abstract(scene):
        doubts.append("nothing here can be seen; name a thing, a person or a place")
    if _WRITTEN.search(scene):
        doubts.append("generated pictures spell badly; put text into `titles` instead of the scene")
    if _SPORT.search(scene) or _TOGETHER.search(scene):
        doubts.append("sport and people touching each other rarely come out well; show one person, or a moment before")
    return doubts


@lru_cache(maxsize=1)
def _words() -> Mapping[str, frozenset[str]]:
    place = Path(__file__).parents[1] / "data" / "abstract_words.yaml"
    return {kind: frozenset(words.split()) for kind, words in yaml.safe_load(place.read_text("utf-8")).items()}


def _only_abstract(scene: str) -> bool:
    little, abstract = _words()["little"], _words()["abstract"]
    if scene.isascii():
        words = [word for word in re.findall(r"[a-z]+", scene.casefold()) if word not in little]
        return bool(words) and all(word in abstract for word in words)
    return not _ABSTRACT_JA.sub("", scene) and bool(re.search("[一-龠ァ-ヶ]", scene))


def _doubt_cameras(shots: Sequence[Shot], ledger: Ledger) -> None:
    """Say once which shots leave the camera to chance; footage and a goal picture move of themselves."""
    drawn = [shot for shot in shots if shot.scene or shot.first_frame]
    without = [shot for shot in drawn if not (shot.camera or shot.prompt or shot.source or shot.last_frame)]
    if without:
        names = ", ".join(shot.id for shot in without[:3]) + (", ..." if len(without) > 3 else "")
        many = f"{len(without)} shots say" if len(without) > 1 else "this shot says"
        message = f"{many} nothing of the camera ({names}); write e.g. camera: dolly_in, here or in `defaults`"
        ledger.doubt(f"shots[{without[0].index}]", message)
