"""A company that advertises: its texts are seen by web patrol."""

from .scene import Scene, hms

DAY = 12


class Advertiser:
    """An organisation of a sector and what it publishes; ``licences`` it has held for long."""

    def __init__(
        self, scene: Scene, sector: str = "ILF", region: str = "320902", licences: tuple[str, ...] = (), name: str = ""
    ) -> None:  # fmt: skip
        self.scene = scene
        self.party = scene.org(name or f"盐城{scene.namespace}信息咨询有限公司", sector, region)
        for kind in licences:
            scene.licence(self.party, kind)

    def license(self, kind: str, day: int, status: str = "VALID", **fields: list[str]) -> None:
        """A licence as told on a day, with its scope and regions."""
        self.scene.emit("lic.events", "licence:national", day, 36_000, party=self.party, kind=kind, status=status, **fields)

    def say(self, text: str, day: int = DAY, kind: str = "ad", named: bool = True, **fields: str | int) -> None:
        """``named``: the text names the company."""
        who = {"party": self.party} if named else {}
        self.scene.emit("txt.items", "web:patrol", day, hms(9), **who, kind=kind, text=text, **fields)
