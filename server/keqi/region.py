"""Where a Traditional draft is written, and how the lexicon's wording is written there.

OpenCC knows characters and the forms that a region prints. Two things it does not know are told here:
what people type there (說 rather than 説), and which of the lexicon's words another region says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from keqi.expressions import late
from keqi.fold import View, mostly_traditional, to_traditional

_HONG_KONG: Final = late(
    r"HK\$|港[幣元鐵]|閣下|八達通|轉數快|屋苑|強積金|回鄉證|毋須|月結單|食環署|[畀俾][你我]|喎"
)
"""What is written in Hong Kong and hardly in Taiwan, Cantonese aside: money, and what one has only there."""

_TYPED: Final[Mapping[str, Mapping[int, int]]] = {
    "hk": str.maketrans("説户閲鋭脱税衞綫峯羣牀啓枱瞭", "說戶閱銳脫稅衛線峰群床啟檯了"),
    "tw": str.maketrans("賬臺瞭", "帳台了"),
}
"""Forms of OpenCC's that nobody types, and those that people do."""

_SAID_IN_BOTH: Final = {
    "联系": "联络",
    "信息": "资料",
    "通过相应": "透过相应",
    "打印": "列印",
    "反馈": "反映",
    "登录": "登入",
    "链接": "连结",
    "默认": "预设",
    "屏幕": "萤幕",
    "视频": "影片",
    "工作日": "工作天",
    "小票": "收据",
    "领导": "主管",
}
"""Words of the lexicon's wording that are others in Hong Kong and in Taiwan; in Simplified characters."""

_SAID: Final[Mapping[str, Mapping[str, str]]] = {
    "hk": {
        **_SAID_IN_BOTH,
        "渠道": "途径",
        "咨询": "查询",
        "账号": "户口",
        "账户": "户口",
        "短信": "短讯",
        "快递": "速递",
        "门店": "分店",
        "质量": "质素",
    },
    "tw": {
        **_SAID_IN_BOTH,
        "渠道": "管道",
        "网络": "网路",
        "网上": "线上",
        "短信": "简讯",
        "软件": "软体",
        "门店": "门市",
        "质量": "品质",
        "二维码": "QR Code",
    },
}
"""The same by region."""


def region_of(view: View) -> str | None:
    """The region whose Traditional script a draft is written in, `tw` or `hk`; None for Simplified."""
    if not mostly_traditional(view):
        return None
    return "hk" if view.cantonese or _HONG_KONG.search(view.original) else "tw"


def as_written_in(region: str, text: str) -> str:
    """The lexicon's wording `text` (Simplified) as people of the region, `tw` or `hk`, write it."""
    for word, there in _SAID[region].items():
        text = text.replace(word, there)
    return to_traditional(text, region).translate(_TYPED[region])
