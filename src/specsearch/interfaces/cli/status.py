"""`specsearch status`."""

from __future__ import annotations

from typing import Any

from specsearch.interfaces.cli.options import DEFAULT_INDEX, IndexFolder, OutputFormat
from specsearch.interfaces.cli.output import Format, notice, print_json, print_rows, print_table


def command(index: IndexFolder = DEFAULT_INDEX, style: OutputFormat = Format.TABLE) -> None:
    """Show what is in the index: documents, passages by section, model, and files that were skipped.

    Example: **specsearch status --format json**
    """
    from specsearch.storage.stores import open_snapshot

    with open_snapshot(index, notice) as opened:
        counts = opened.counts()
        facts: dict[str, Any] = {
            "index": str(opened.path),
            "generation": int(opened.meta["generation"]),
            "files": opened.files(),
            "documents": counts["documents"],
            "passages": counts["passages"],
            "model": opened.meta["model"],
            "precision": opened.meta["precision"],
            "fingerprint": opened.meta["fingerprint"],
            "dimension": int(opened.meta["dimension"]),
            "size_bytes": sum(path.stat().st_size for path in opened.path.rglob("*") if path.is_file()),
            "sections": opened.label_counts(),
            "skipped": [{"path": skip.path, "reason": skip.reason} for skip in opened.skips()],
        }
    if style is Format.JSON:
        print_json(facts)
        return
    rows = [{"name": name.replace("_", " "), "value": value} for name, value in facts.items() if name not in ("sections", "skipped")]
    rows += [{"name": f"{label} passages", "value": count} for label, count in facts["sections"].items()]
    rows += [{"name": "skipped", "value": f"{skip['path']}: {skip['reason']}"} for skip in facts["skipped"]]
    columns = {"name": "", "value": ""}
    if style is Format.TABLE:
        print_table(columns, rows)
    else:
        print_rows({"name": "name", "value": "value"}, rows, style)
