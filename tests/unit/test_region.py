"""Traditional drafts: where they are written, and how the lexicon's wording is written there."""

from __future__ import annotations

import pytest

from keqi.fold import fold
from keqi.region import as_written_in, region_of


@pytest.mark.parametrize(
    ("draft", "region"),
    [
        pytest.param("您好，請問有什麼可以幫您？", "tw", id="nothing tells"),
        pytest.param("唔該你等陣，我哋查緊。", "hk", id="Cantonese"),
        pytest.param("佢而家搵緊，聽日覆您。", "hk", id="Cantonese by other signs"),
        pytest.param("畀你改到聽日。", "hk", id="畀你"),
        pytest.param("費用係依規定收取。", "tw", id="係 in formal Mandarin"),
        pytest.param("閣下的信用卡年費可以豁免。", "hk", id="閣下"),
        pytest.param("訂金為HK$500，憑單據退還。", "hk", id="Hong Kong money"),
        pytest.param("訂金為NT$500，憑單據退還。", "tw", id="Taiwan money"),
        pytest.param("您好，请稍等。", None, id="Simplified"),
        pytest.param("这里不收港币，可以刷八达通。", None, id="Simplified, of Hong Kong"),
    ],
)
def test_region_of(draft, region):
    assert region_of(fold(draft)) == region


@pytest.mark.parametrize(
    ("region", "wording", "written"),
    [
        pytest.param("hk", "请您先听我说明一下", "請您先聽我說明一下", id="說, not 説"),
        pytest.param("hk", "客户可以查阅路线", "客戶可以查閱路線", id="戶 and 線"),
        pytest.param("hk", "您的情况我们已经了解", "您的情況我們已經了解", id="了解, not 瞭解"),
        pytest.param("hk", "麻烦您联系一下物业", "麻煩您聯絡一下物業", id="聯絡"),
        pytest.param("tw", "您可以通过相应的渠道反映", "您可以透過相應的管道反映", id="透過"),
        pytest.param("tw", "审核通过后请核对信息", "審核通過後請核對資料", id="通過 as a verb stays"),
        pytest.param("tw", "账户与平台", "帳戶與平台", id="帳 and 台"),
        pytest.param("tw", "通过相应的渠道反映", "透過相應的管道反映", id="管道"),
        pytest.param("hk", "通过相应的渠道反映", "透過相應的途徑反映", id="途徑"),
        pytest.param("hk", "请您登录账户，留意短信", "請您登入戶口，留意短訊", id="戶口 and 短訊"),
        pytest.param("tw", "请您登录账户，留意短信", "請您登入帳戶，留意簡訊", id="帳戶 and 簡訊"),
        pytest.param("tw", "门店的软件可以在网上下载", "門市的軟體可以在線上下載", id="門市 and 軟體"),
    ],
)
def test_wording_is_written_as_people_there_write_it(region, wording, written):
    assert as_written_in(region, wording) == written
