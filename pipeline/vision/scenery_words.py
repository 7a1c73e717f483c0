"""What a panel is to show, read from the words of a scene: English and Japanese."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from zlib import crc32

Tint = tuple[int, int, int]

# The first place whose words occur (counted, the most wins; ties go to the earlier) is drawn.
PLACES: dict[str, str] = {
    "space": "space|spaceship|spacecraft|planet|galaxy|nebula|asteroid|orbit station|astronaut|universe|cosmos|"
    "宇宙|惑星|銀河|星雲|宇宙船",
    "room": "room|interior|window|kitchen|kissaten|cafe|café|coffee shop|coffee|tea|office|bedroom|bathroom|library|"
    "studio|table|desk|sofa|lamp|counter|restaurant|bar|kitchenette|cup|kettle|classroom|hallway|"
    "部屋|室内|窓|台所|キッチン|喫茶|カフェ|珈琲|コーヒー|書斎|寝室|教室|食卓|机|居間|店内|ランプ|湯飲み|茶碗",
    "city": "city|town|street|building|buildings|skyline|skyscraper|neon|alley|downtown|crossing|crosswalk|sidewalk|"
    "tokyo|shibuya|new york|traffic|road sign|rooftop|market|shop|metropolis|"
    "街|都市|都会|通り|ビル|高層|ネオン|路地|交差点|商店|東京|渋谷|横丁|屋上|町",
    "sea": "sea|ocean|beach|coast|shore|wave|waves|island|harbour|harbor|boat|ship|sail|lighthouse|pier|"
    "海|浜|海岸|波|島|港|船|岬|灯台",
    "river": "river|stream|lake|pond|water|bridge|waterfall|canal|creek|川|河|湖|池|水辺|橋|滝|運河|せせらぎ",
    "desert": "desert|dune|dunes|sand|cactus|canyon|mesa|camel|wasteland|砂漠|砂丘|砂|荒野|峡谷",
    "forest": "forest|wood|woods|tree|trees|maple|bamboo|jungle|grove|cedar|pine|leaves|garden|orchard|autumn|"
    "cherry blossom|森|林|木々|紅葉|もみじ|楓|竹|杉|松|庭|桜|秋|木立",
    "mountain": "mountain|mountains|peak|summit|cliff|hill|hills|valley|volcano|fuji|alps|ridge|"
    "山|峰|頂|崖|丘|谷|富士|火山|高原|峠",
    "field": "field|meadow|grass|grassland|farm|rice|flower|flowers|prairie|plain|village|path|road|countryside|"
    "horizon|train|railway|野原|草原|畑|田|花|村|道|田舎|麦|平原|列車|電車|駅",
}

THINGS: dict[str, str] = {
    "torii": "torii|gate|shrine|鳥居|門|神社",
    "temple": "temple|pagoda|monastery|寺|塔|仏閣|お堂|社",
    "bridge": "bridge|橋",
    "house": "house|cabin|cottage|hut|home|barn|farmhouse|village|家|小屋|民家|村|宿",
    "lighthouse": "lighthouse|灯台",
    "boat": "boat|ship|sail|sailing|yacht|ferry|船|舟|ヨット",
    "car": "car|taxi|drive|driving|drives|truck|van|車|タクシー|自動車|ドライブ",
    "train": "train|railway|tram|locomotive|列車|電車|汽車|鉄道|新幹線",
    "rocket": "rocket|spaceship|spacecraft|ロケット|宇宙船",
    "fuji": "fuji|volcano|富士|火山",
    "waterfall": "waterfall|滝",
    "bamboo": "bamboo|竹",
    "path": "path|road|street|steps|stairs|trail|walks|walk|walking|gate|道|通り|石段|階段|参道|歩",
    "lantern": "lantern|lanterns|festival|提灯|灯籠|祭",
    "umbrella": "umbrella|parasol|傘",
    "steam": "coffee|tea|kettle|cup|steam|soup|ramen|珈琲|コーヒー|茶|湯気|湯|ラーメン",
    "fire": "fire|campfire|bonfire|candle|flame|flames|火|炎|焚き火|蝋燭",
}

FIGURES: dict[str, str] = {
    "child": "child|children|girl|boy|kid|daughter|son|子供|子ども|少年|少女|女の子|男の子|娘|息子",
    "woman": "woman|women|she|her|lady|waitress|mother|heroine|wife|actress|dancer|queen|princess|grandmother|"
    "女|母|妻|婦人|ヒロイン|踊り子|祖母|姫",
    "man": "man|men|he|his|guy|father|hero|husband|boss|master|detective|samurai|monk|soldier|king|barista|"
    "grandfather|actor|person|people|someone|figure|hiker|traveller|traveler|walker|crowd|couple|friends|narrator|"
    "robot|astronaut|男|彼(?!女)|父|夫|主人|侍|僧|刑事|人|店主|祖父|旅人|俳優|ロボット|恋人|友",
}

ANIMALS: dict[str, str] = {
    "cat": "cat|kitten|猫|ねこ|ネコ",
    "dog": "dog|puppy|wolf|fox|犬|いぬ|狼|狐|キツネ",
    "horse": "horse|deer|stag|cow|馬|鹿|牛",
    "birds": "bird|birds|crow|crane flies|gull|gulls|seagull|swallow|heron|鳥|カラス|鶴|鴎|燕",
}

SEASONS: dict[str, str] = {
    "autumn": "autumn|maple|fall colours|fall colors|october|november|red leaves|秋|紅葉|もみじ|楓|落ち葉",
    "winter": "winter|snow|snowy|ice|icy|frozen|december|冬|雪|氷|吹雪",
    "spring": "spring|cherry|sakura|blossom|blossoms|petal|petals|春|桜|花びら",
}

HOURS: dict[str, str] = {
    "golden_hour": "sunset|sunrise|dawn|golden hour|dusk|evening sun|夕日|夕陽|夕焼け|朝日|夜明け|日の出|日没|黄昏",
    "neon": "neon|cyberpunk|ネオン",
    "moonlight": "night|midnight|moon|moonlight|moonlit|stars|starry|夜|月|真夜中|星空|深夜",
    "blue_hour": "blue hour|twilight|evening|宵|夕暮れ|薄明",
    "overcast": "overcast|cloudy|grey sky|gray sky|fog|foggy|mist|misty|rain|rainy|storm|曇|霧|雨|嵐",
}

WEATHER: dict[str, str] = {
    "snow": "snow|snowy|snowfall|snowing|blizzard|snowflakes|雪|吹雪",
    "rain": "rain|rainy|raining|storm|drizzle|downpour|雨|嵐|夕立|梅雨",
    "petals": "petal|petals|blossom|blossoms|sakura|cherry|花びら|桜|花吹雪",
    "leaves": "leaf|leaves|maple|autumn|落ち葉|紅葉|葉|もみじ|楓",
    "sparks": "spark|sparks|fire|campfire|bonfire|ember|embers|flame|flames|firefly|fireflies|火|炎|火花|焚き火|蛍",
    "mist": "mist|misty|fog|foggy|haze|steam|smoke|霧|霞|靄|煙|湯気",
    "dust": "dust|dusty|sand|desert|pollen|particles|埃|砂|塵|砂漠",
}

COLOURS: dict[str, tuple[str, Tint]] = {
    "red": ("red|scarlet|crimson|赤|紅色|朱", (206, 52, 46)),
    "orange": ("orange|オレンジ|橙", (232, 124, 44)),
    "yellow": ("yellow|黄", (240, 196, 62)),
    "green": ("green|緑", (64, 138, 84)),
    "blue": ("blue|青", (54, 104, 190)),
    "purple": ("purple|violet|紫", (124, 76, 172)),
    "pink": ("pink|ピンク|桃色", (236, 140, 170)),
    "white": ("white|白", (238, 236, 230)),
    "black": ("black|黒", (30, 30, 36)),
    "grey": ("grey|gray|silver|灰|銀", (132, 138, 146)),
    "brown": ("brown|茶色", (126, 84, 54)),
}

# Words that hold another word: 鳥居 is no bird, 少女 no woman.
_YOUNG = re.compile("少女|少年|女の子|男の子|young (?:girl|boy)")
_MISLEADING = re.compile("鳥居|嵐山|人気|主人公|人影のない|no one|nobody|empty")

_GARMENTS = (
    "coat|raincoat|dress|jacket|shirt|kimono|cape|suit|hoodie|sweater|robe|scarf|cloak|umbrella|uniform|"
    "コート|レインコート|ドレス|ジャケット|シャツ|着物|浴衣|マント|服|傘|ワンピース"
)
_SOMEWHERE = ("mountain", "field", "sea", "river", "forest", "desert")
_OBJECTS = "bridge|gate|torii|car|taxi|train|boat|door|橋|門|鳥居|車|電車|船|扉"


@dataclass(frozen=True, slots=True)
class Scene:
    """What stands in a panel; `hour` and `season` are "" where the words do not say."""

    place: str
    things: frozenset[str]
    figures: tuple[str, ...]
    animal: str
    season: str
    hour: str
    weather: tuple[str, ...]
    garment: Tint | None
    object_tint: Tint | None
    walking: bool
    close: bool


def _count(words: str, text: str) -> int:
    """Count occurrences: Latin words whole (plural allowed), Japanese anywhere."""
    latin = "|".join(re.escape(one) for one in words.split("|") if one.isascii() or "é" in one)
    other = "|".join(one for one in words.split("|") if not (one.isascii() or "é" in one))
    found = len(re.findall(rf"(?<![a-z])(?:{latin})(?:e?s)?(?![a-z])", text)) if latin else 0
    return found + (len(re.findall(other, text)) if other else 0)


def _first(table: dict[str, str], text: str) -> str:
    counts = {name: _count(words, text) for name, words in table.items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else ""


def _every(table: dict[str, str], text: str) -> Iterable[str]:
    return (name for name, words in table.items() if _count(words, text))


def _tint_of(nouns: str, text: str) -> Tint | None:
    """Find the colour word that stands shortly before one of `nouns`."""
    for words, tint in COLOURS.values():
        if re.search(rf"(?:{words})[い色の]{{0,2}}[\s-]?(?:[a-z]+\s)?(?:{nouns})", text):
            return tint
    return None


def read(scene: str, motion: str = "") -> Scene:
    """Read a scene's words, and the motion's for weather.

    Words that name no place become a landscape, always the same one for the same words.
    """
    text, moving = scene.lower(), _MISLEADING.sub(" ", f"{scene} {motion}".lower())
    living = _MISLEADING.sub(" ", _YOUNG.sub("子供", text))
    things = frozenset(_every(THINGS, text))
    place = _first(PLACES, text) or _SOMEWHERE[crc32(text.encode("utf-8", "replace")) % len(_SOMEWHERE)]
    if "waterfall" in things and place in ("forest", "mountain"):
        place = "river"
    figures = tuple(_every(FIGURES, living))[:2]
    if _count("couple|friends|two people|two men|two women|lovers|二人|ふたり|恋人", text):
        figures = ("woman", "man")
    return Scene(
        place=place,
        things=things,
        figures=figures,
        animal=next(iter(_every(ANIMALS, living)), ""),
        season=_first(SEASONS, text),
        hour=_first(HOURS, text),
        weather=tuple(_every(WEATHER, moving))[:2],
        garment=_tint_of(_GARMENTS, text),
        object_tint=_tint_of(_OBJECTS, text),
        walking=bool(_count("walk|walking|run|running|stroll|march|歩|走", moving)),
        close=bool(_count("close-up|close up|closeup|portrait|face|クローズアップ|アップで|顔|表情", moving)),
    )
