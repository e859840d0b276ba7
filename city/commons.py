"""What every story shares: banks, the custodian, the tax office, the clearing organisation."""

from .book import BANKS, Book, Scribe

CUSTODIAN_BANK = BANKS[4]


class Commons(Scribe):
    """Institutions of the whole city; they belong to no scene and no scene blames them."""

    def __init__(self, book: Book) -> None:
        super().__init__(book, "commons")
        self.banks: list[str] = []
        self.lenders: list[str] = []  # one bank-internal account a bank: loans are repaid to it
        for code, name in zip(BANKS, ("工行", "农行", "中行", "建行", "交行", "城商行")):
            bank = self.org(f"{name}盐城分行", "BANK", "320902", reg_capital_fen=1_000_000_000_000)
            self.licence(bank, "bank")
            self.banks.append(bank)
            self.lenders.append(self.account(bank, "BANK_INTERNAL", bank=code))
            if code == CUSTODIAN_BANK:
                self.custodian = bank
        treasury = self.org("盐城市国家税务局", "OTHER", "320902")
        self.tax = self.account(treasury, "TAX", bank=BANKS[0])
        clearing = self.org("银行卡清算组织盐城营业部", "BANK", "320902")
        self.licence(clearing, "bank")
        self.clearing = self.account(clearing, "BANK_INTERNAL", bank=BANKS[2])
