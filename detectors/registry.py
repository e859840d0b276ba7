"""All detectors, in the order of their ids: a detector is registered by standing in this list."""

from chuantou.detectors.ad.fundraising_advert import FundraisingAdvert
from chuantou.detectors.ad.misleading_advert import MisleadingAdvert
from chuantou.detectors.ad.off_scope_advert import OffScopeAdvert
from chuantou.detectors.ad.unlicensed_advert import UnlicensedAdvert
from chuantou.detectors.am.group_firewall import GroupFirewall
from chuantou.detectors.contract import Detector
from chuantou.detectors.ecf.debt_as_equity import DebtAsEquity
from chuantou.detectors.estate.crowd_buying import CrowdBuying
from chuantou.detectors.estate.down_payment_loan import DownPaymentLoan
from chuantou.detectors.estate.unlicensed_finance import UnlicensedEstateFinance
from chuantou.detectors.flow.gather_scatter import GatherScatter
from chuantou.detectors.flow.just_below import JustBelow
from chuantou.detectors.flow.transfer_loop import TransferLoop
from chuantou.detectors.ilf.absorbed_money import AbsorbedMoney
from chuantou.detectors.ilf.collection_network import CollectionNetwork
from chuantou.detectors.ilf.commission_pyramid import CommissionPyramid
from chuantou.detectors.ilf.fixed_return import FixedReturn
from chuantou.detectors.ilf.mule_accounts import MuleAccounts
from chuantou.detectors.ilf.out_of_scope import OutOfScope
from chuantou.detectors.ilf.trade_clothing import TradeClothing
from chuantou.detectors.ins.insurer_firewall import InsurerFirewall
from chuantou.detectors.ins.misleading_insurance import MisleadingInsurance
from chuantou.detectors.ins.policy_loop import PolicyLoop
from chuantou.detectors.ins.unlicensed_insurance import UnlicensedInsurance
from chuantou.detectors.lvt.large_value import LargeValue
from chuantou.detectors.p2p.borrower_cap import BorrowerCap
from chuantou.detectors.p2p.claim_transfer import ClaimTransfer
from chuantou.detectors.p2p.commingling import Commingling
from chuantou.detectors.p2p.custody_bypass import CustodyBypass
from chuantou.detectors.p2p.false_disclosure import FalseDisclosure
from chuantou.detectors.p2p.fictitious_listing import FictitiousListing
from chuantou.detectors.p2p.fund_pool import FundPool
from chuantou.detectors.p2p.guaranteed_return import GuaranteedReturn
from chuantou.detectors.p2p.illegal_fundraising import IllegalFundraising
from chuantou.detectors.p2p.ineligible_custodian import IneligibleCustodian
from chuantou.detectors.p2p.margin_financing import MarginFinancing
from chuantou.detectors.p2p.maturity_mismatch import MaturityMismatch
from chuantou.detectors.p2p.misappropriation import Misappropriation
from chuantou.detectors.p2p.new_money_pays_old import NewMoneyPaysOld
from chuantou.detectors.p2p.offline_marketing import OfflineMarketing
from chuantou.detectors.p2p.platform_lending import PlatformLending
from chuantou.detectors.p2p.self_financing import SelfFinancing
from chuantou.detectors.p2p.self_guarantee import SelfGuarantee
from chuantou.detectors.p2p.split_listings import SplitListings
from chuantou.detectors.pay.card_cash_out import CardCashOut
from chuantou.detectors.pay.disguised_clearing import DisguisedClearing
from chuantou.detectors.pay.prepaid_card import PrepaidCard
from chuantou.detectors.pay.purpose_drift import PurposeDrift
from chuantou.detectors.pay.reserve_deposit import ReserveDeposit
from chuantou.detectors.pay.reserve_interest import ReserveInterest
from chuantou.detectors.pay.reserve_misuse import ReserveMisuse
from chuantou.detectors.pay.reserve_pledge import ReservePledge
from chuantou.detectors.pay.reserve_shortfall import ReserveShortfall
from chuantou.detectors.pay.second_clearing import SecondClearing
from chuantou.detectors.pay.unlicensed_channel import UnlicensedChannel
from chuantou.detectors.pay.unlicensed_wallet import UnlicensedWallet
from chuantou.detectors.reg.account_inventory import AccountInventory
from chuantou.detectors.reg.custodian_duty import CustodianDuty
from chuantou.detectors.reg.money_profile import MoneyProfile
from chuantou.detectors.reg.name_keywords import NameKeywords
from chuantou.detectors.reg.shareholder_capital import ShareholderCapital
from chuantou.detectors.run.run_precursors import RunPrecursors
from chuantou.detectors.tv.loss_sharing import LossSharing
from chuantou.detectors.tv.trading_mode import TradingMode
from chuantou.detectors.yld.abnormal_yield import AbnormalYield
from chuantou.detectors.yld.cross_subsidy import CrossSubsidy
from chuantou.detectors.yld.own_money_subsidy import OwnMoneySubsidy

DETECTORS: tuple[type[Detector], ...] = (
    TransferLoop,
    GatherScatter,
    JustBelow,
    LargeValue,
    FundPool,
    NewMoneyPaysOld,
    PlatformLending,
    SelfFinancing,
    SelfGuarantee,
    GuaranteedReturn,
    MaturityMismatch,
    SplitListings,
    FictitiousListing,
    FalseDisclosure,
    OfflineMarketing,
    BorrowerCap,
    ClaimTransfer,
    MarginFinancing,
    Commingling,
    CustodyBypass,
    IneligibleCustodian,
    Misappropriation,
    IllegalFundraising,
    ReserveShortfall,
    ReserveMisuse,
    ReserveDeposit,
    ReserveInterest,
    ReservePledge,
    DisguisedClearing,
    SecondClearing,
    CardCashOut,
    PrepaidCard,
    UnlicensedWallet,
    PurposeDrift,
    UnlicensedChannel,
    CollectionNetwork,
    AbsorbedMoney,
    FixedReturn,
    MuleAccounts,
    CommissionPyramid,
    OutOfScope,
    TradeClothing,
    RunPrecursors,
    AbnormalYield,
    OwnMoneySubsidy,
    CrossSubsidy,
    DebtAsEquity,
    DownPaymentLoan,
    UnlicensedEstateFinance,
    CrowdBuying,
    UnlicensedInsurance,
    MisleadingInsurance,
    InsurerFirewall,
    PolicyLoop,
    TradingMode,
    LossSharing,
    GroupFirewall,
    UnlicensedAdvert,
    OffScopeAdvert,
    MisleadingAdvert,
    FundraisingAdvert,
    NameKeywords,
    ShareholderCapital,
    AccountInventory,
    MoneyProfile,
    CustodianDuty,
)
