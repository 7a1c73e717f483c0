"""Letters to speech sounds: enough of English and Japanese that a text has the rhythm of its own language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from zlib import crc32


@dataclass(frozen=True, slots=True)
class Phone:
    """One speech sound: seconds, three formants in hertz, loudness of voice and noise (0..1).

    The noise lies around `middle` hertz, `width` octaves wide. A `burst` begins with a closed mouth. `ends` marks the
    pause after a sentence, `stressed` the vowel that carries a word's accent.
    """

    seconds: float
    formants: tuple[float, float, float] = (500, 1500, 2500)
    voiced: float = 0.0
    noise: float = 0.0
    middle: float = 3000
    width: float = 0.8
    burst: bool = False
    ends: bool = False
    stressed: bool = False

    @property
    def is_pause(self) -> bool:
        """Whether nothing sounds."""
        return not self.voiced and not self.noise


def _vowel(first: float, second: float, third: float, seconds: float = 0.09) -> Phone:
    return Phone(seconds, (first, second, third), voiced=1.0)


# Vowels: Peterson and Barney, JASA 24, 1952.
PHONES: dict[str, Phone] = {
    " ": Phone(0.03),
    ",": Phone(0.22),
    ".": Phone(0.38, ends=True),
    "a": _vowel(730, 1090, 2440, 0.1),
    "æ": _vowel(660, 1720, 2410),
    "e": _vowel(530, 1840, 2480),
    "ə": _vowel(500, 1400, 2450, 0.06),
    "i": _vowel(300, 2290, 3010),
    "ɪ": _vowel(390, 1990, 2550, 0.07),
    "o": _vowel(500, 880, 2410, 0.1),
    "u": _vowel(320, 900, 2240),
    "m": Phone(0.065, (260, 1000, 2200), voiced=0.45),
    "n": Phone(0.06, (270, 1500, 2400), voiced=0.45),
    "l": Phone(0.055, (360, 1200, 2700), voiced=0.6),
    "r": Phone(0.055, (350, 1200, 1600), voiced=0.6),
    "w": Phone(0.055, (300, 700, 2200), voiced=0.6),
    "y": Phone(0.05, (280, 2200, 2900), voiced=0.6),
    "s": Phone(0.09, noise=0.55, middle=6500, width=0.5),
    "ʃ": Phone(0.09, noise=0.6, middle=3300, width=0.6),
    "f": Phone(0.07, noise=0.2, middle=5000, width=1.4),
    "θ": Phone(0.06, noise=0.18, middle=6000, width=1.2),
    "h": Phone(0.05, noise=0.25, middle=1500, width=1.2),
    "z": Phone(0.07, (300, 1600, 2500), voiced=0.3, noise=0.3, middle=6000, width=0.6),
    "v": Phone(0.055, (300, 1300, 2400), voiced=0.35, noise=0.08, middle=4500, width=1.2),
    "p": Phone(0.08, noise=0.45, middle=900, width=1.2, burst=True),
    "t": Phone(0.075, noise=0.55, middle=4500, width=0.8, burst=True),
    "k": Phone(0.08, noise=0.5, middle=2000, width=0.7, burst=True),
    "b": Phone(0.065, (250, 900, 2200), voiced=0.5, noise=0.15, middle=700, width=1.0, burst=True),
    "d": Phone(0.06, (270, 1700, 2500), voiced=0.5, noise=0.2, middle=3800, width=0.8, burst=True),
    "g": Phone(0.065, (260, 1900, 2400), voiced=0.5, noise=0.2, middle=1800, width=0.7, burst=True),
    "tʃ": Phone(0.1, noise=0.6, middle=3600, width=0.6, burst=True),
    "dʒ": Phone(0.08, (280, 1900, 2500), voiced=0.4, noise=0.35, middle=3300, width=0.6, burst=True),
}

_VOWELS = frozenset("aæeəiɪou")

# Spellings, the longest first: English as it is mostly read.
_ENGLISH: dict[str, tuple[str, ...]] = {
    "tion": ("ʃ", "ə", "n"),
    "ough": ("o",),
    "igh": ("a", "ɪ"),
    "tch": ("tʃ",),
    **dict.fromkeys(("ee", "ea", "ie"), ("i",)),
    **dict.fromkeys(("oo", "ew", "ue"), ("u",)),
    **dict.fromkeys(("ai", "ay", "ei", "ey"), ("e", "ɪ")),
    **dict.fromkeys(("oa", "ow", "au", "aw"), ("o", "u")),
    **dict.fromkeys(("oi", "oy"), ("o", "ɪ")),
    "ou": ("a", "u"),
    "th": ("θ",),
    "sh": ("ʃ",),
    "ch": ("tʃ",),
    "ph": ("f",),
    "wh": ("w",),
    "ng": ("n", "g"),
    "ck": ("k",),
    "qu": ("k", "w"),
    "a": ("æ",),
    "e": ("e",),
    "i": ("ɪ",),
    "o": ("o",),
    "u": ("ə",),
    "y": ("ɪ",),
    "c": ("k",),
    "q": ("k",),
    "x": ("k", "s"),
    "j": ("dʒ",),
    **{one: (one,) for one in "bdfghklmnprstvwz"},
}
_SPELLINGS = re.compile("|".join(sorted(_ENGLISH, key=len, reverse=True)) + r"|[,;:—–-]|[.!?]+|\s+|.", re.DOTALL)

_KANA: dict[str, tuple[str, ...]] = {
    **{
        kana: (*onset, vowel)
        for row, onset in (
            ("あいうえお", ""), ("かきくけこ", "k"), ("さしすせそ", "s"), ("たちつてと", "t"), ("なにぬねの", "n"),
            ("はひふへほ", "h"), ("まみむめも", "m"), ("らりるれろ", "r"), ("がぎぐげご", "g"), ("ざじずぜぞ", "z"),
            ("だぢづでど", "d"), ("ばびぶべぼ", "b"), ("ぱぴぷぺぽ", "p"), ("ぁぃぅぇぉ", ""),
        )
        for kana, vowel in zip(row, "aiueo", strict=True)
    },
    "し": ("ʃ", "i"), "ち": ("tʃ", "i"), "つ": ("t", "s", "u"), "じ": ("dʒ", "i"), "ふ": ("f", "u"),
    "や": ("y", "a"), "ゆ": ("y", "u"), "よ": ("y", "o"), "ゃ": ("a",), "ゅ": ("u",), "ょ": ("o",),
    "わ": ("w", "a"), "を": ("o",), "ん": ("n",), "っ": (" ",), "ー": ("ə",),
}  # fmt: skip
_SYLLABLES = "かきくけこさしせそたちつとなにのはひふほまみむもらりるれろよゆやわんいうえお"


def spoken(text: str) -> list[Phone]:
    """Give the sounds of a text, English or Japanese, with the pauses of its signs; never none at all."""
    sounds = [*_told(text.lower())]
    while sounds and sounds[-1].is_pause:
        sounds.pop()
    return _accented(sounds) or [PHONES["ə"]]


def _told(text: str) -> Iterator[Phone]:
    for found in _SPELLINGS.finditer(text):
        sign = found[0]
        if sign in _ENGLISH:
            yield from (PHONES[one] for one in _ENGLISH[sign])
        elif sign[0] in ".!?。！？":
            yield PHONES["."]
        elif sign[0] in ",;:—–-、・…":
            yield PHONES[","]
        elif sign.isspace():
            yield PHONES[" "]
        elif sign.isalnum():
            yield from (PHONES[one] for one in _read(sign))


def _read(sign: str) -> tuple[str, ...]:
    """Read a Japanese letter: kana as they sound, a kanji as two syllables of its own; a numeral likewise."""
    kana = chr(ord(sign) - 0x60) if "ァ" <= sign <= "ヶ" else sign
    if kana in _KANA:
        return _KANA[kana]
    number = crc32(sign.encode())
    return tuple(one for turn in (number, number >> 9) for one in _KANA[_SYLLABLES[turn % len(_SYLLABLES)]])


def _accented(sounds: list[Phone]) -> list[Phone]:
    """Stress the first vowel after every gap: longer, and higher."""
    waiting, vowels, told = True, {PHONES[one] for one in _VOWELS}, []
    for one in sounds:
        waiting = waiting or one.is_pause
        stressed = waiting and one in vowels
        told.append(replace(one, stressed=True, seconds=one.seconds * 1.35) if stressed else one)
        waiting = waiting and not stressed
    return told
