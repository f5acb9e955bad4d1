"""RapidOCR: neural networks in an optional wheel that carries its weights. The only module that imports it."""

from __future__ import annotations

import numpy as np
from rapidocr import RapidOCR

from specsearch.readers.recognition.found import Found, Picture, Recognise

_SETTINGS = {
    "Global.log_level": "critical",
    "Global.use_cls": False,  # it turns lines upside down that are not: pages are turned as wholes
    "Global.text_score": 0.0,  # what is doubtful is refused by us, and said
    "Global.max_side_len": 4000,
    "Det.limit_type": "max",
    "Det.limit_side_len": 1280,  # finds the lines of a page as well as its full size, in a third of the time
    "Rec.rec_batch_num": 1,  # lines together are padded to the longest: slower, and each depends on its neighbours
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,  # there is a child a core; with more, each waits for the others actively
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}
_RIM = 0.15
"""Part of its height by which a line is found wider than it is, at each side."""


def recogniser() -> Recognise:
    """Load the networks."""
    engine = RapidOCR(params=_SETTINGS)

    def recognise(picture: Picture) -> list[Found]:
        answer = engine(np.repeat(picture[:, :, np.newaxis], 3, axis=2))
        if answer.boxes is None or answer.txts is None or answer.scores is None:
            return []
        return [_found(box, text, float(score)) for box, text, score in zip(answer.boxes, answer.txts, answer.scores, strict=True)]

    return recognise


def _found(box: np.ndarray, text: str, score: float) -> Found:
    """A quadrangle from its upper left corner clockwise, as the rectangle through the middles of its sides, without the rim around the letters."""
    (a, b, c, d) = [tuple(map(float, corner)) for corner in box]
    top, bottom = (a[1] + b[1]) / 2, (c[1] + d[1]) / 2
    rim = _RIM * (bottom - top)
    return Found((a[0] + d[0]) / 2 + rim, top, (b[0] + c[0]) / 2 - rim, bottom, text, score)
