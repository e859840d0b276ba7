"""REG-02 名称与经营范围关键词: who bears the words of finance, and who only seems to (catalogue §4.10)."""

from chuantou.city.scene import Scene, hms

DAY = 9


def registered(scene: Scene, name: str, scope_text: str = "", region: str = "320902", day: int | None = DAY) -> str:
    """A company whose name is told on ``day`` (None: long ago)."""
    if day is None:
        return scene.org(name, "OTHER", region, scope_text=scope_text)
    party = scene.org("盐城商贸有限公司", "OTHER", region)
    facts = {"name": name, "scope_text": scope_text, "reg_region": region, "op_region": region}
    scene.emit("party.events", "registry:jiangsu", day, hms(10), party=party, **facts)
    return party


def clean(scene: Scene) -> None:
    """“财富管理” in the name, “投资管理” in the scope, without a licence."""
    party = registered(scene, "盐城聚宝财富管理有限公司", "投资管理、资产管理")
    scene.must(party, "log", {"n_hard": (3, 3), "in_name": (1, 1), "in_scope": (1, 1)}, (DAY, DAY))


def existing(scene: Scene) -> None:
    """A company of long ago: the list reaches what is there."""
    party = registered(scene, "盐城老街理财服务有限公司", region="320903", day=None)
    scene.must(party, "log", {"n_hard": (1, 1)}, (0, 0))


def written_otherwise(scene: Scene) -> None:
    """Evasion: homophones, marks, widths and traditional characters."""
    party = registered(scene, "盐城匹凸匹 財·富·管 理有限公司", region="320904")
    scene.must(party, "log", {"n_hard": (2, 2)}, (DAY, DAY))


def synonym(scene: Scene) -> None:
    """Evasion: a synonym, and English in the scope."""
    party = registered(scene, "盐城聚宝资本管理中心", "Asset Management and Finance", "320921")
    scene.must(party, "log", {"n_soft": (1, 1), "n_hard": (2, 2)}, (DAY, DAY))


def licensed(scene: Scene) -> None:
    """Look-alike: a payment institution and a filed manager of private funds."""
    for name, kind in (("盐城汇银支付有限公司", "payment"), ("盐城沿海股权投资基金管理有限公司", "private_fund")):
        scene.licence(registered(scene, name), kind)
    scene.lawful()


def other_words(scene: Scene) -> None:
    """Look-alike: a foundation, places, machines, a brand, a school."""
    registered(scene, "盐城市慈善基金会")
    registered(scene, "盐城金融街物业服务有限公司", "基金小镇物业管理")
    registered(scene, "盐城金融机具制造有限公司", "支付终端制造，代收支付宝款项，理财规划培训")
    scene.lawful()


def denied(scene: Scene) -> None:
    """Look-alike: what the scope denies or excepts."""
    registered(scene, "盐城实业有限公司", "实业投资（不得从事金融、理财业务）；商务咨询（基金业务除外）")
    scene.lawful()


SCENES = (
    ("reg02.clean", "REG-02", "clean", clean),
    ("reg02.existing", "REG-02", "existing-company", existing),
    ("reg02.otherwise", "REG-02", "written-otherwise", written_otherwise),
    ("reg02.synonym", "REG-02", "synonym-and-english", synonym),
    ("reg02.licensed", "REG-02", "lookalike:licensed", licensed),
    ("reg02.words", "REG-02", "lookalike:other-words", other_words),
    ("reg02.denied", "REG-02", "lookalike:denied", denied),
)
