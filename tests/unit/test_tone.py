"""The tone model: its committed weights, and how a clause's score comes about."""

from __future__ import annotations

import importlib.util
import json
import math
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqi.fold import fold
from keqi.reply import Reply
from keqi.tone import EDGE, FORMAT, MAX_CLAUSE, ToneModel, _pieces, features, shape

FOLDER = Path(__file__).parents[2] / "lexicon" / "tone"
MODEL = FOLDER / "model.json"


@cache
def shipped():
    return json.loads(MODEL.read_text(encoding="utf-8"))


@cache
def model():
    return ToneModel.from_data(shipped())


@cache
def script():
    """The training script as a module: it is no part of the package."""
    spec = importlib.util.spec_from_file_location("tone_train", FOLDER / "train.py")
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def small(weights, *, bias=0, threshold=10, lengths=(1, 2, 3)):
    of_weight = {}
    for feature, weight in weights.items():
        of_weight.setdefault(str(weight), []).append(feature)
    data = {"format": FORMAT, "bias": bias, "threshold": threshold, "lengths": lengths}
    return ToneModel.from_data({**data, "weights": {w: " ".join(fs) for w, fs in of_weight.items()}})


def reported(text, by=None):
    """The clauses of a reply that sound rude."""
    reply = Reply(fold(text), (), {})
    found = (by or model()).suspicious(reply.text, reply.clauses)
    return [reply.text[reply.clauses[i].start : reply.clauses[i].end] for i, _ in found]


# -- what a clause is read as -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clause", "read"),
    [
        ("", "||"),
        ("稍等", "|稍等|"),
        ("等30分钟", "|等0分钟|"),
        ("9:00-18:00营业", "|0营业|"),
        ("3.5折", "|0折|"),
        ("用app扫", "|用a扫|"),
        ("单号\ufffc\ufffc\ufffc已发", "|单号\ufffc已发|"),
        ("你看啥", "|您看什么|"),
        ("不 行", "|不行|"),
    ],
)
def test_shape(clause, read):
    assert shape(clause) == read


@given(st.text(st.sampled_from("你啥甭看活该|。!30a.\ufffc \t"), max_size=70))
def test_the_pieces_of_a_clause_spell_its_shape(clause):
    assert "".join(sign for sign, _, _ in _pieces(clause)) == shape(clause)


def test_n_grams_have_the_lengths_asked_for():
    assert features("|催单|", (1, 2)) == {"催", "单", "|催", "催单", "单|"}


def test_frame_words_pair_up_whatever_stands_between_them():
    found = {f for f in features("|嫌贵就别买|", (1,)) if "_" in f}
    assert found == {"|_嫌", "|_就", "|_别", "嫌_就", "嫌_别", "嫌_|", "就_别", "就_|", "别_|"}


def test_frame_words_far_apart_are_no_pair():
    assert "嫌_吗" not in features("|嫌还有没有吗|", (1,))


def test_an_empty_clause_has_no_features():
    assert features("||", (1, 2, 3)) == set()


def test_a_clause_counts_up_to_a_length():
    assert shape("好" * (MAX_CLAUSE + 50)) == f"|{'好' * MAX_CLAUSE}|"


# -- scoring ----------------------------------------------------------------------------------------


def test_a_score_is_the_sum_of_the_weights_over_the_root_of_the_number_of_features():
    tone = small({"|催": 8, "催单": 7, "您": -3}, bias=-2)
    number = len(features("|催单啊|", (1, 2, 3)))
    assert tone.score("催单啊") == -2 + (8 + 7) / math.sqrt(number)


def test_a_feature_counts_once():
    assert small({"催": 4}).score("您催催催") == 4 / math.sqrt(len(features("|您催催催|", (1, 2, 3))))


def test_a_clause_that_only_names_something_never_sounds_rude():
    assert small({"鬼": 1000}).score("鬼味烤翅") == -math.inf
    assert small({"鬼": 1000}).score("鬼才信呢") > 10


def test_a_clause_too_short_to_tell_never_sounds_rude():
    assert small({"啊": 1000}).score("啊啊") == -math.inf
    assert small({"啊": 1000}).score("啊啊啊") > 10


def test_another_format_is_refused():
    with pytest.raises(ValueError, match="format"):
        ToneModel.from_data({**shipped(), "format": FORMAT + 1})


def test_heaviest_first_in_the_drafts_own_spelling():
    tone = small({"|您自": 5, "活该": 9, "该": 7, "等0": 3, "吧": -4})
    assert tone.heaviest("你自己等30分钟活该吧") == ("活该", "你自", "等30")
    assert tone.heaviest("你自己等30分钟活该吧", 1) == ("活该",)


def test_heaviest_stretches_do_not_overlap():
    assert small({"有完": 5, "完没": 6, "没完": 2}).heaviest("有完没完") == ("完没",)


def test_nothing_weighs_in_a_neutral_clause():
    assert small({"活该": 9}).heaviest("请稍等") == ()


def test_suspicious_names_the_clause_and_its_score():
    tone = small({"活该": 100})
    text = "您好啊,真活该,再见"
    reply = Reply(fold(text), (), {})
    assert list(tone.suspicious(reply.text, reply.clauses)) == [(1, tone.score("真活该"))]


def test_either_spelling_of_the_customer_counts():
    tone = small({"您自己": 100})
    assert reported("你自己看", tone) == ["你自己看"]
    assert reported("您自己看", tone) == ["您自己看"]


def test_an_edge_is_not_elsewhere():
    tone = small({"|就这": 100})
    assert reported("就这样", tone) == ["就这样"]
    assert reported("早就这样了", tone) == []


def test_a_model_without_weights_finds_nothing():
    assert reported("真活该", small({})) == []


@given(st.text(max_size=60))
def test_any_text_has_a_score_and_its_stretches_stand_in_it(text):
    folded = fold(text).text
    assert isinstance(model().score(folded), (int, float))
    assert all(stretch in folded for stretch in model().heaviest(folded))


# -- the shipped model ------------------------------------------------------------------------------


def test_a_stale_model_is_noticed(monkeypatch, tmp_path, capsys):
    stale = tmp_path / "model.json"
    stale.write_text("{}", encoding="utf-8")
    monkeypatch.setattr(script(), "MODEL", stale)
    assert script().check("{...}") == 1
    assert "model.json" in capsys.readouterr().err


def test_the_model_is_what_the_data_give_under_any_hash_seed():
    """One run shows both: the committed file was written under another seed."""
    done = subprocess.run(
        [sys.executable, str(FOLDER / "train.py"), "--check"],
        env={**os.environ, "PYTHONHASHSEED": "12345"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_learning_twice_gives_the_same():
    data = [u for file in script().data_files() for u in script().read(file)][::40]
    assert script().artefact(data) == script().artefact(data)


def test_the_model_stays_small():
    assert MODEL.stat().st_size <= 500_000


def test_weights_are_small_integers_in_order():
    weights = shipped()["weights"]
    assert [int(w) for w in weights] == sorted(map(int, weights))
    assert "0" not in weights
    named = [feature for of_weight in weights.values() for feature in of_weight.split(" ")]
    assert all(feature.strip(EDGE) for feature in named)
    assert len(named) == len(set(named))


def test_no_utterance_is_both_rude_and_polite():
    said = {True: set(), False: set()}
    for file in script().data_files():
        said[file.name.startswith("rude")] |= {u.text for u in script().read(file)}
    assert said[True]
    assert not said[True] & said[False]


class Pair(NamedTuple):
    """Much the same words, once rude and once not."""

    rude: str
    clean: str


PAIRS = [
    Pair("你以为你是谁啊", "我以为是您本人来取，原来是您家人"),
    Pair("跟你说了你也不懂", "跟您说一下办理的步骤"),
    Pair("谁让你不早来", "您早来了，先坐一会儿"),
    Pair("说了你也不听", "您说，我听着"),
    Pair("又不是我弄坏的，冲我发什么火", "是我们弄坏的，我们赔"),
    Pair("你当我们闲得没事干", "您当时是怎么操作的"),
]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.rude)
def test_minimal_pairs(pair):
    assert reported(pair.rude)
    assert not reported(pair.clean)
