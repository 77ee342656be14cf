"""Where a Traditional draft is written, and how the lexicon's wording is written there.

OpenCC knows characters and the forms that a region prints. Two things it does not know are told here:
what people type there (說 rather than 説), and which of the lexicon's words another region says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from keqi.cantonese import SIGNS
from keqi.expressions import late
from keqi.fold import View, mostly_traditional, to_traditional

_HONG_KONG: Final = late(
    rf"[{SIGNS}]|係咪|HK\$|港[幣元鐵]|閣下|八達通|轉數快|屋苑|強積金|回鄉證|毋須|月結單|食環署|俾我"
)
"""What is written in Hong Kong and hardly in Taiwan: signs of Cantonese, money, and what one has only there."""

_TYPED: Final[Mapping[str, Mapping[int, int]]] = {
    "hk": str.maketrans("説户閲鋭脱税衞綫峯羣牀啓枱", "說戶閱銳脫稅衛線峰群床啟檯"),
    "tw": str.maketrans("賬臺", "帳台"),
}
"""Forms of OpenCC's that nobody types, and those that people do."""

_SAID: Final[Mapping[str, Mapping[str, str]]] = {
    "hk": {"渠道": "途径", "个人信息": "个人资料"},
    "tw": {"渠道": "管道", "个人信息": "个人资料", "网络": "网路"},
}
"""Words of the lexicon's wording that are others there; in Simplified characters."""


def region_of(view: View) -> str | None:
    """The region whose Traditional script a draft is written in, `tw` or `hk`; None for Simplified."""
    if not mostly_traditional(view):
        return None
    return "hk" if _HONG_KONG.search(view.original) else "tw"


def as_written_in(region: str, text: str) -> str:
    """The lexicon's wording `text` (Simplified) as people of the region, `tw` or `hk`, write it."""
    for word, there in _SAID[region].items():
        text = text.replace(word, there)
    return to_traditional(text, region).translate(_TYPED[region])
