"""What columns are called in shot lists, in English and Japanese, and which part of a shot each becomes."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.errors import ProducerError

NAMES = {
    "id": "shot shotno shotnumber shotid shotname id no nr number cut cutno cutnumber c カット カット番号 カットno カットナンバー"
    " ショット ショット番号 番号 plan plannr",
    "sequence": "sceneno scenenumber sceneid sequence seq sc シーン番号 シーンno シークエンス シーケンス s",
    "scene": "description desc shotdescription scenedescription action actions picture pictures visual visuals video image"
    " content contents prompt whatwesee 内容 画面 映像 画 絵 描写 説明 画面内容 映像内容 内容説明 ト書き アクション 画面説明",
    "framing": "framing shotsize size shottype type angle cameraangle サイズ アングル 画角 ショットサイズ カメラアングル",
    "camera": "camera cam cameramove cameramovement cameramoves cameramotion movement move moves カメラ カメラワーク"
    " カメラの動き カメラ動き",
    "motion": "motion 動き 動作 モーション",
    "style": "style look スタイル 画風 ルック",
    "lighting": "lighting light lights 照明 ライティング 光 ライト",
    "seconds": "duration dur seconds second secs sec length time runtime estduration 尺 秒 秒数 時間 長さ タイム デュレーション",
    "frames": "frames framecount durationframes frame コマ コマ数 フレーム フレーム数",
    "start": "in start tcin intc starttc timecodein starttime starttimecode 開始 イン",
    "end": "out end tcout outtc endtc timecodeout endtime endtimecode 終了 アウト",
    "dialogue": "dialogue dialog dialogues line lines speech セリフ 台詞 せりふ 会話",
    "narration": "vo voiceover narration narrator voice ナレーション ナレ na",
    "sound": "sound sounds soundeffects se sfx audio fx music bgm 音 音響 効果音 サウンド 音楽 音声",
    "titles": "title titles super supers onscreentext text caption captions graphics テロップ スーパー 文字 字幕 タイトル",
    "transition": "transition transitions トランジション つなぎ 繋ぎ 転換 場面転換 切り替え",
    "location": "location locations place set 場所 ロケ地 ロケーション 舞台",
    "character": "character characters cast who speaker talent 人物 登場人物 キャラ キャラクター 話者 出演",
    "notes": "notes note remark remarks comment comments 備考 メモ 注意 コメント",
}
"""Headings without case, spaces and signs, by the part of a shot."""

EITHER = "scene"
"""A heading that is the number of a scene where its cells are short, and what is seen where they are not."""

SHORT = 8
"""Signs of the number of a scene, such as 12A."""

UNIT = re.compile(r"[(（\[].*?[)）\]]")
FRAMES = re.compile(r"frame|フレーム|コマ", re.IGNORECASE)
UNUSED = "-"


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column became what: key by place. Headings without a key are kept in the notes of each shot."""

    headings: tuple[str, ...]
    keys: Mapping[int, str]

    def told(self) -> list[str]:
        """Say which column became what, and which were not used."""
        lines = [f"column '{self.headings[place]}' became {_words(key)}" for place, key in self.keys.items()]
        other = [one for place, one in enumerate(self.headings) if place not in self.keys and one]
        return [*lines, *([f"kept in `notes` only: {', '.join(other)}"] if other else [])]


def known(heading: str) -> str | None:
    """Find the part of a shot that a heading names, or None."""
    plain = _plain(UNIT.sub("", heading))
    key = _known().get(_plain(heading)) or _known().get(plain)
    return "frames" if key == "seconds" and UNIT.search(heading) and FRAMES.search(heading) else key


def columns(headings: Sequence[str], rows: Sequence[Sequence[str]], wanted: Mapping[str, str]) -> Columns:
    """Map columns to parts of a shot; `wanted` overrules, heading to key, `-` leaves a column out of it.

    Raises:
        ProducerError: `wanted` names a column or a key that does not exist.
    """
    asked = _asked(headings, wanted)
    keys: dict[int, str] = {place: key for place, key in asked.items() if key != UNUSED}
    for place, heading in enumerate(headings):
        key = known(heading)
        if _plain(heading) in (EITHER, "シーン", "場面"):
            key = _scene_or_number([row[place] for row in rows if len(row) > place])
        if key is not None and place not in asked and key not in keys.values():
            keys[place] = key
    return Columns(tuple(headings), dict(sorted(keys.items())))


def _asked(headings: Sequence[str], wanted: Mapping[str, str]) -> dict[int, str]:
    places = {_plain(heading): place for place, heading in reversed(list(enumerate(headings)))}
    asked = {}
    for heading, key in wanted.items():
        if _plain(heading) not in places:
            raise ProducerError(
                f"there is no column '{heading}'", cure=f"there are: {', '.join(filter(None, headings))[:300]}"
            )
        if key not in NAMES and key != UNUSED:
            raise ProducerError(f"'{key}' is no part of a shot", cure=f"there are: {', '.join(NAMES)}, and - for none")
        asked[places[_plain(heading)]] = key
    return asked


def _scene_or_number(cells: Iterable[str]) -> str:
    filled = [cell.strip() for cell in cells if cell.strip()]
    return "sequence" if filled and all(len(cell) <= SHORT and " " not in cell for cell in filled) else "scene"


@lru_cache(maxsize=1)
def _known() -> Mapping[str, str]:
    return {name: key for key, names in NAMES.items() for name in names.split()} | {EITHER: "scene", "シーン": "scene", "場面": "scene"}


def _plain(heading: str) -> str:
    folded = unicodedata.normalize("NFKC", heading).casefold()
    return "id" if folded.strip() == "#" else re.sub(r"[\W_]+", "", folded)


def _words(key: str) -> str:
    told = {"sequence": "the first part of the id", "framing": "`scene` (its first words)", "location": "`scene` (its last words)"}
    told |= {"dialogue": "`lines`", "narration": "`lines`", "sound": "`notes`", "character": "who speaks, else `notes`"}
    told |= {"start": "the length", "end": "the length", "frames": "the length"}
    return told.get(key, f"`{key}`")
