"""The words of alerts, Chinese first: they state facts and the clause and never say “crime” (catalogue §3.12)."""

from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml

FACTS_ZH = {
    "LVT-01": "单日单边累计{total_fen}（{n_transfers}笔，{n_banks}家银行，与他人往来{others_fen}，单家银行最多{one_bank_fen}；"
    "收款{incoming}、现金{cash}，1为是），达到大额交易报告标准{line_fen}",
    "P2P-01": "向{n_investors}名出资人归集资金{inflow_fen}，其中{pool_ratio_ppm}未到达指定借款人，沉淀峰值{idle_peak_fen}",
    "P2P-02": "向{n_payees}名出资人兑付{payouts_fen}，其中按先进先出{npo_fifo_ppm}（按比例{npo_prorata_ppm}，"
    "后进先出{npo_lifo_ppm}，上限{npo_maxflow_ppm}）来自其他出资人本金",
    "P2P-03/1": "近90日{n_loans}笔放款共{lent_fen}，按先进先出{own_funded_ppm}（按比例{own_funded_prorata_ppm}，"
    "后进先出{own_funded_lifo_ppm}，上限{own_funded_maxflow_ppm}）来自平台自有或关联方资金",
    "P2P-03/2": "同一出借人近90日首先出借{n_loans}笔共{lent_fen}，30日内转让{sold_ppm}",
    "P2P-03/3": "近90日{n_loans}笔共{lent_fen}的放款早于募集完成一日以上",
    "P2P-04/1": "标的借款人为平台自身或登记关联方，标的金额{asked_fen}，已放款{disbursed_fen}",
    "P2P-04/2": "放款{disbursed_fen}，按先进先出追踪{traced_fifo_ppm}（按比例{traced_prorata_ppm}，"
    "后进先出{traced_lifo_ppm}，上限{traced_maxflow_ppm}）流向平台自身或关联方",
    "P2P-04/3": "{n_borrowers}名借款人放款共{disbursed_fen}，按先进先出追踪{traced_fifo_ppm}（按比例{traced_prorata_ppm}，"
    "后进先出{traced_lifo_ppm}，上限{traced_maxflow_ppm}）汇集至同一主体群",
    "P2P-05": "90日内以平台自有或关联方资金代借款人兑付{n_events}次共{compensated_fen}（按比例{compensated_prorata_fen}），"
    "关联方或无证机构担保标的{n_guaranteed}个共{guaranteed_fen}",
    "P2P-06": "近90日到期后3日借款人仍未还清的{n_unpaid}期中，{guaranteed_ppm}由他人资金按期兑付（{guaranteed_fen}）；"
    "同期限{n_alike}名出资人收益率标准差{spread_ppm}，借款人违约{default_ppm}",
    "P2P-07": "30日缺口{gap30_ppm}，资产平均期限{wal_assets_days}天，负债平均期限{wal_liabilities_days}天，"
    "出资人早于借款到期退出且无独立受让人{early_exits_fen}，随时可取{on_demand_fen}",
    "P2P-09": "标的真实性存疑，评分{score_ppm}：主体查无{f1}、满标未放款{f2}、放款他人{f3}、能力不符{f4}、文案雷同{f5}、"
    "共用联系方式{f6}、他人代还{f7}、重复抵质押{f8}、票据重复{f9}",
    "P2P-10": "30日内{n_texts}条自行发布的宣传中{n_false}个数字与账册不符：宣传年化收益率{yield_stated_ppm}，"
    "实际{yield_computed_ppm}；宣传逾期（坏账）率{overdue_stated_ppm}，实际{overdue_computed_ppm}；宣传期间成交{volume_stated_fen}，实际{volume_computed_fen}（均为零的未涉及）",
    "P2P-11": "线下营销迹象{limbs}项：同日同一网点或终端聚集出资人{n_investors}名共{gathered_fen}，业务提成{n_salesmen}人"
    "共{commission_fen}（与所在县区出资额相关{r2_ppm}），租用门店{rent_counties}个县区，宣传文本{n_texts}条",
    "P2P-08/1": "同一借款人（含控制关系方）{chain_length}个首尾相接的标的，前标还款按先进先出{rollover_ppm}"
    "（按比例{rollover_prorata_ppm}，后进先出{rollover_lifo_ppm}，上限{rollover_maxflow_ppm}）来自后标资金",
    "P2P-08/2": "同一借款人（含控制关系方）同期{chain_length}个标的合计{listed_fen}，单个均未超过限额{cap_fen}",
    "P2P-12": "借款人在{n_platforms}家平台的借款余额{outstanding_fen}，限额{cap_fen}，规定施行前发放的借款余额{legacy_fen}",
    "P2P-12/group": "借款人及其控制关系方在同一平台的借款余额合计{outstanding_fen}，单一借款人限额{cap_fen}",
    "P2P-13/1": "集合运作的产品：单一出资人的资金分散至{n_items}个标的并按月重新匹配，相关出资{amount_fen}",
    "P2P-13/2": "打包转让或证券化：{n_items}项，金额{amount_fen}",
    "P2P-13/3": "同一转让方在30日内转让债权{n_items}笔，本金{amount_fen}",
    "P2P-13/4": "无代销资质销售金融产品{n_items}个，认购{amount_fen}",
    "P2P-13/5": "向{n_items}人次销售股权或收益权份额，金额{amount_fen}",
    "P2P-14": "为{n_clients}名客户的证券账户配资{funded_fen}，最高杠杆{leverage_max_ppm}，完整周期{full_cycles}个，"
    "经标的流入证券账户的借款{by_listing}笔",
    "P2P-15": "同一账户收取客户资金{client_credits}笔共{client_credits_fen}，支付自身费用{own_debits}笔共{own_debits_fen}，"
    "自有收入{own_income_fen}，自有资金进入存管{own_into_custody_fen}",
    "P2P-16": "指定存管银行{n_custodians}家，{n_investors}名出资人绕过存管收付{bypass_fen}，占同期收付{bypass_ratio_ppm}",
    "P2P-17": "存管安排中{n_ineligible}个账户的存管机构不合格（无有效银行牌照{no_bank}、支付机构单独存管{payment_alone}、"
    "不在白名单{not_listed}），近30日入账{held_fen}；宣称存管而未见指定{claimed}",
    "P2P-18": "客户资金流向无权收款方，按先进先出{misused_fen}（占同期客户资金{misuse_ratio_ppm}），存管缺口{shortfall_days}日",
    "P2P-20": "无相应许可（非法性），宣传{n_adverts}条、向{n_people}名社会公众（公开性、社会性）吸收资金{gross_absorbed_fen}，"
    "承诺还本付息{n_promises}处、定期等额返利{n_regular}人（利诱性），资金池、借新还旧、自融或挪用{n_pools}项；"
    "推定出资人{n_inferred}名、内部人员{n_inside}名另计",
    "PAY-01": "应付客户{liabilities_fen}，备付金实有{assets_fen}，缺口{shortfall_fen}（{shortfall_ppm}），连续{days}日",
    "PAY-02": "备付金向无权收款人支付{n_debits}笔共{misused_fen}",
    "PAY-06": "当日{pairs}笔同行收款与另一银行同行付款相互对应，金额{matched_fen}，占当日同行收款{dl_ppm}，"
    "涉及{bank_pairs}对银行，三十日内头寸按净额调拨{net_days}日",
    "PAY-07": "未见支付业务许可，自持牌机构收取结算资金{received_fen}，七日内向{n_payees}方转付{settled_fen}（{split_ppm}，"
    "按比例{split_prorata_ppm}，后进先出{split_lifo_ppm}，上限{split_maxflow_ppm}），扣率中位数{fee_ppm}",
    "REG-03": "{n_contributors}名出资人缴入资本{contributed_fen}：其中{circular_of_fen}按先进先出{circular_ppm}"
    "（按比例{circular_prorata_ppm}，后进先出{circular_lifo_ppm}，上限{circular_maxflow_ppm}）来自机构自有、客户资金或关联方借款；"
    "{withdrawn_of_fen}缴入后按先进先出{withdrawn_ppm}（按比例{withdrawn_prorata_ppm}，后进先出{withdrawn_lifo_ppm}，"
    "上限{withdrawn_maxflow_ppm}）流向股东或关联方",
    "REG-03/3": "股东缴入资本{contributed_fen}，按先进先出{rooted_ppm}（按比例{rooted_prorata_ppm}）来自同一他人，"
    "自身其他入账仅为{own_inflow_ppm}，分红{dividends_fen}中{passed_on_ppm}转付该人（亲属关系{kin}，1为是）",
    "REG-04": "发生收付而未申报的账户{n_undeclared}个（其中关联方账户{n_related}个），个人账户用于经营{n_personal}个"
    "（业务对手最多{business_most}方），开立结算账户{n_accounts}个，注册地、经营地以外开立{n_outside}个，产品推出前30日内新开{n_new}个",
    "REG-05": "本月资金来源{sources_fen}、运用{uses_fen}；现金占来源{cash_in_ppm}、占运用{cash_out_ppm}，"
    "对手不明占来源{unknown_in_ppm}、占运用{unknown_out_ppm}，较上月的稳定性指数来源{psi_in_ppm}、运用{psi_out_ppm}",
    "REG-06": "作为存管（备付金）银行，自身账簿可见的违规{n_breaches}项，其中超过规定时限{n_late}项（最长{lag_days}个工作日），"
    "至今未报告{n_unreported}项，其中红色未报告{n_unreported_red}项",
    "RUN-01": "八项前兆中出现{signals}项：七日内应付出资人{due_fen}，可用资金及应收{covered_fen}，净流出{outflow_days}日，"
    "兑付时滞{delay_days}日（此前{usual_delay_days}日），新增出资人{new_clients}名，关联自然人提取{cash_out_fen}，投诉{complaints}件",
    "YLD-01": "产品综合年化收益{all_in_yield_ppm}，同业{n_peers}家同期限中位数{peer_median_ppm}（稳健z值{peer_z_milli}‰），"
    "借款人利率{borrower_rate_ppm}，法定上限{legal_line_ppm}",
    "YLD-02": "同一产品累计向出资人支付收益{paid_fen}，借款人净付息{received_fen}，其中以平台自有或关联方资金补贴"
    "{subsidy_fen}（占{subsidy_ppm}），已连续{days}日，综合年化收益{all_in_yield_ppm}",
    "YLD-03": "近30日向同一产品出资人支付收益{payouts_fen}，超出其借款人付息{excess_fen}，其中按先进先出{cross_fen}"
    "（占{cross_ppm}）来自其他产品付息或其他客户本金",
    "ECF-03": "股权项目{n_investors}名出资人中{n_regular}名按固定间隔取得回报，收益率标准差{irr_sigma_ppm}，"
    "{n_bought_back}名按本金以上价格获回购，评分{score_ppm}",
    "RE-01": "{n_buyers}名购房人首付款{down_payment_fen}，其中由机构出借{loan_fen}，占首付{share_ppm}",
    "RE-02": "未取得相应许可，经{n_listings}个标的为房地产募集资金{raised_fen}，出资人{n_investors}名，"
    "其中按资金去向认定{by_money}个",
    "RE-03": "{n_people}人（认购人{n_subscribers}名）以众筹方式共同购买同一房产，认购{raised_fen}，"
    "其中进入预售监管{escrowed_fen}",
    "FLOW-01": "资金经{hops}个账户在{span_seconds}秒内回到原账户，最小一笔{loop_fen}",
    "FLOW-02": "自{n_payers}方归集{gathered_fen}，其中{through_ppm}在两日内分散付至{n_payees}方",
    "FLOW-03": "{n_transfers}笔付款略低于{line_fen}，占同期付款的{just_below_ppm}，相邻金额仅{n_beside}笔",
}
FACTS_EN = {
    "LVT-01": "{total_fen} on one side of one day in {n_transfers} payment(s) at {n_banks} bank(s), {others_fen} with others, "
    "{one_bank_fen} at one (received {incoming}, cash {cash}; 1 is yes): reaches the line of the large-value report, {line_fen}",
    "P2P-01": "gathered {inflow_fen} from {n_investors} investors, of which {pool_ratio_ppm} never reached the named "
    "borrowers; idle peak {idle_peak_fen}",
    "P2P-02": "paid {payouts_fen} to {n_payees} investors, of which {npo_fifo_ppm} by FIFO (pro-rata {npo_prorata_ppm}, LIFO "
    "{npo_lifo_ppm}, at most {npo_maxflow_ppm}) was other investors' principal",
    "P2P-03/1": "{n_loans} loan(s) of {lent_fen} in 90 days; {own_funded_ppm} of it by FIFO (pro-rata {own_funded_prorata_ppm}, "
    "LIFO {own_funded_lifo_ppm}, at most {own_funded_maxflow_ppm}) was the platform's or related parties' own money",
    "P2P-03/2": "one lender was the first creditor of {n_loans} loan(s) of {lent_fen} in 90 days and sold {sold_ppm} of it "
    "within 30 days",
    "P2P-03/3": "{n_loans} loan(s) of {lent_fen} in 90 days were paid out a day or more before their listings were full",
    "P2P-04/1": "the borrower is the platform or related to it by register; asked for {asked_fen}, paid out {disbursed_fen}",
    "P2P-04/2": "paid out {disbursed_fen}; {traced_fifo_ppm} of it by FIFO (pro-rata {traced_prorata_ppm}, LIFO "
    "{traced_lifo_ppm}, at most {traced_maxflow_ppm}) reached the platform or related parties",
    "P2P-04/3": "paid out {disbursed_fen} to {n_borrowers} borrowers; {traced_fifo_ppm} of it by FIFO (pro-rata "
    "{traced_prorata_ppm}, LIFO {traced_lifo_ppm}, at most {traced_maxflow_ppm}) came together in one cluster of parties",
    "P2P-05": "{n_events} time(s) in 90 days the platform or related parties made good {compensated_fen} of borrowers' debts "
    "(pro-rata {compensated_prorata_fen}); {n_guaranteed} listing(s) of {guaranteed_fen} guaranteed by related or unlicensed "
    "parties",
    "P2P-06": "of {n_unpaid} instalment(s) of 90 days that borrowers left unpaid, {guaranteed_ppm} were paid on schedule by "
    "others' money ({guaranteed_fen}); yields of {n_alike} investor(s) of one term spread by {spread_ppm} while borrowers left "
    "{default_ppm} unpaid",
    "P2P-07": "30-day gap {gap30_ppm}; assets run {wal_assets_days} days, liabilities {wal_liabilities_days} days; investors "
    "who left before their loans end without an independent buyer {early_exits_fen}; payable on demand {on_demand_fen}",
    "P2P-09": "a listing that may be invented, score {score_ppm}: borrower not in the register {f1}, not paid out {f2}, paid to "
    "another {f3}, beyond the borrower's means {f4}, text of others {f5}, shared phone, device or agent {f6}, repaid by others "
    "{f7}, collateral used twice {f8}, bill used twice {f9}",
    "P2P-10": "{n_false} number(s) in {n_texts} own text(s) of 30 days differ from the books: yield stated {yield_stated_ppm}, "
    "computed {yield_computed_ppm}; overdue or bad debt stated {overdue_stated_ppm}, computed {overdue_computed_ppm}; deals of a "
    "period stated {volume_stated_fen}, computed {volume_computed_fen} (where both are zero nothing was found)",
    "P2P-11": "{limbs} sign(s) of offline marketing: {n_investors} investors who paid {gathered_fen} together at one counter or "
    "terminal; {n_salesmen} persons paid {commission_fen} (R² with their county's inflow {r2_ppm}); rents in {rent_counties} "
    "counties; {n_texts} text(s) about meetings or gifts",
    "P2P-08/1": "{chain_length} listings of one borrower (and those in one control with it) follow each other; {rollover_ppm} of "
    "the repayments by FIFO (pro-rata {rollover_prorata_ppm}, LIFO {rollover_lifo_ppm}, at most {rollover_maxflow_ppm}) was "
    "money of the next one",
    "P2P-08/2": "{chain_length} listings of one borrower (and those in one control with it) at one time, of {listed_fen} "
    "together; each is within the cap of {cap_fen}",
    "P2P-12": "a borrower owes {outstanding_fen} of principal on {n_platforms} platform(s) under a cap of {cap_fen}; "
    "{legacy_fen} is owed on loans issued before the rule",
    "P2P-12/group": "a borrower and the parties in one control with it owe {outstanding_fen} together on one platform; the cap "
    "of a single borrower is {cap_fen}",
    "P2P-13/1": "a product under management: one investor's money in {n_items} listings, matched anew every month; claims of "
    "{amount_fen}",
    "P2P-13/2": "claims packed together, or securitised, trust or fund shares: {n_items} item(s) of {amount_fen}",
    "P2P-13/3": "one transferor passed on claims {n_items} times within 30 days, {amount_fen} of principal",
    "P2P-13/4": "sold {n_items} financial product(s) of others without a licence, {amount_fen} subscribed",
    "P2P-13/5": "sold units of equity or income rights {n_items} times, {amount_fen}",
    "P2P-14": "funded securities accounts for {n_clients} client(s) with {funded_fen}, up to {leverage_max_ppm} of the deposit; "
    "{full_cycles} full cycle(s); {by_listing} loan(s) by listing that went into securities",
    "P2P-15": "one account took {client_credits} client credit(s) of {client_credits_fen} and paid {own_debits} own expense(s) "
    "of {own_debits_fen}; own income {own_income_fen}; own money in custody {own_into_custody_fen}",
    "P2P-16": "{n_custodians} custodian(s) designated; {n_investors} investor(s) paid or were paid {bypass_fen} past custody, "
    "{bypass_ratio_ppm} of all",
    "P2P-17": "{n_ineligible} custody account(s) with an ineligible custodian (no valid bank licence {no_bank}, payment "
    "institution alone {payment_alone}, not on the list {not_listed}), {held_fen} paid in within 30 days; custody claimed and "
    "not designated {claimed}",
    "P2P-18": "{misused_fen} of client money ({misuse_ratio_ppm} of the inflow, by FIFO) is with parties not entitled to it; "
    "custody was short on {shortfall_days} day(s)",
    "P2P-20": "without a licence for it (illegality), with {n_adverts} advert(s), took {gross_absorbed_fen} from {n_people} "
    "of the public (publicness, sociality), promised principal or return {n_promises} time(s) and paid {n_regular} by the "
    "calendar (inducement); {n_pools} finding(s) of pooling, Ponzi, self-financing or misuse; {n_inferred} inferred and "
    "{n_inside} inside investors apart",
    "PAY-01": "owes clients {liabilities_fen}, holds {assets_fen} in reserve: short of {shortfall_fen} "
    "({shortfall_ppm}), day {days} in a row",
    "PAY-02": "paid {misused_fen} out of the reserve in {n_debits} debit(s) to payees not entitled to it",
    "PAY-06": "on one day {pairs} payments in at one bank answered payments out at another, {matched_fen} in all, {dl_ppm} of "
    "what came in inside a bank, over {bank_pairs} pair(s) of banks; positions moved net on {net_days} of 30 days",
    "PAY-07": "without a payment licence on record, got {received_fen} of settlements from licensed acquirers and paid "
    "{settled_fen} of it within seven days to {n_payees} payees ({split_ppm} by FIFO, pro-rata {split_prorata_ppm}, LIFO "
    "{split_lifo_ppm}, at most {split_maxflow_ppm}), keeping a median fee of {fee_ppm}",
    "REG-03": "{contributed_fen} of capital was paid in by {n_contributors}: of {circular_of_fen}, {circular_ppm} by FIFO "
    "(pro-rata {circular_prorata_ppm}, LIFO {circular_lifo_ppm}, at most {circular_maxflow_ppm}) was the institution's or its "
    "clients' money, or lent by its circle; of {withdrawn_of_fen}, {withdrawn_ppm} (pro-rata {withdrawn_prorata_ppm}, LIFO "
    "{withdrawn_lifo_ppm}, at most {withdrawn_maxflow_ppm}) went to shareholders or related parties afterwards",
    "REG-03/3": "of a shareholder's capital of {contributed_fen}, {rooted_ppm} by FIFO (pro-rata {rooted_prorata_ppm}) was one "
    "other party's money, all else that came to him is {own_inflow_ppm} of it, and {passed_on_ppm} of dividends of "
    "{dividends_fen} went on to that party (kin {kin}; 1 is yes)",
    "REG-04": "{n_undeclared} account(s) moved money and were not declared ({n_related} of them related parties'), {n_personal} "
    "personal account(s) did business (with up to {business_most} counterparties), {n_accounts} settlement account(s) are open, "
    "{n_outside} outside the places of registration and business, {n_new} opened within 30 days before a product was offered",
    "REG-05": "sources of {sources_fen} and uses of {uses_fen} in the month; cash {cash_in_ppm} and {cash_out_ppm} of them, "
    "counterparties not known {unknown_in_ppm} and {unknown_out_ppm}; stability index against the month before {psi_in_ppm} and "
    "{psi_out_ppm}",
    "REG-06": "as custodian or reserve bank it could see {n_breaches} breach(es) in its own records; {n_late} went unreported "
    "for too long (up to {lag_days} working days), {n_unreported} are not reported to this day, {n_unreported_red} of them red",
    "RUN-01": "{signals} of eight precursors: {due_fen} due to investors within seven days against {covered_fen} of cash and "
    "receivables; net outflow on {outflow_days} day(s); redemptions after {delay_days} day(s) (before {usual_delay_days}); "
    "{new_clients} new client(s); {cash_out_fen} taken out by the circle's persons; {complaints} complaint(s)",
    "YLD-01": "a product yields {all_in_yield_ppm} a year all in; median of {n_peers} peer(s) {peer_median_ppm} (robust z in "
    "thousandths {peer_z_milli}), borrower's rate {borrower_rate_ppm}, legal line {legal_line_ppm}",
    "YLD-02": "investors of one product were paid {paid_fen} beyond principal, its borrowers paid {received_fen} net of fees; "
    "{subsidy_fen} ({subsidy_ppm}) was the platform's or related parties' money, for {days} day(s); all-in yield "
    "{all_in_yield_ppm}",
    "YLD-03": "investors of one product were paid {payouts_fen} of yield in 30 days, {excess_fen} more than its borrowers paid; "
    "{cross_fen} ({cross_ppm}) of it by FIFO came from other products' interest or other clients' principal",
    "ECF-03": "{n_regular} of {n_investors} investors of an equity project are paid at equal spacing, σ of their rates "
    "{irr_sigma_ppm}; {n_bought_back} were bought out at par or more; score {score_ppm}",
    "RE-01": "{n_buyers} buyer(s) of homes paid down {down_payment_fen} and were lent {loan_fen} for it, {share_ppm}",
    "RE-02": "without a licence for it raised {raised_fen} for real estate through {n_listings} listing(s), from {n_investors} "
    "investors; {by_money} of them by where the money went",
    "RE-03": "{n_people} persons ({n_subscribers} subscribers) bought shares of one property together for {raised_fen}; "
    "{escrowed_fen} of it went to pre-sale escrow",
    "FLOW-01": "money came back after {hops} accounts within {span_seconds} seconds; smallest transfer {loop_fen}",
    "FLOW-02": "gathered {gathered_fen} from {n_payers} payers, {through_ppm} of it paid on to {n_payees} payees within two days",
    "FLOW-03": "{n_transfers} payments just below {line_fen}, {just_below_ppm} of all payments of the time; {n_beside} beside it",
}
REPORTS = ("LVT-01",)  # what a rule wants reported, of whomever it is told


@cache
def facts() -> dict[str, dict[str, str]]:
    """What alerts say of their values, by detector or detector/limb, in ``zh`` and ``en``."""
    text = resources.files("chuantou.detectors").joinpath("facts.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def summary_zh(detector: str, title: str, clause: str, who: str, span: tuple[str, str], values: Mapping) -> str:
    """“…符合…情形，涉嫌…，待核实。” for an accusation; a lead only states what was seen."""
    said = facts()[_limb(detector, values)]["zh"].format(**_written(values, "元"))
    if detector in REPORTS:
        return f"{who}{span[0]}至{span[1]}：{said}。依规报送，不作可疑认定。"
    if _is_lead(detector, values):
        return f"{who}{span[0]}至{span[1]}：{said}。属线索，待核实。"
    return f"{who}{span[0]}至{span[1]}：{said}。符合“{clause} {title}”情形，涉嫌{title}，待核实。"


def summary_en(detector: str, title: str, clause: str, who: str, span: tuple[str, str], values: Mapping) -> str:
    """The same in English: “… meets …, suspected of …, to be verified.”"""
    said = facts()[_limb(detector, values)]["en"].format(**_written(values, " yuan"))
    if detector in REPORTS:
        return f"{who}, {span[0]} to {span[1]}: {said}. To be reported by rule; nothing is suspected."
    if _is_lead(detector, values):
        return f"{who}, {span[0]} to {span[1]}: {said}. A lead, to be verified."
    meets = f"Meets the description of clause {clause} ({title}); suspected, to be verified."
    return f"{who}, {span[0]} to {span[1]}: {said}. {meets}"


def _is_lead(detector: str, values: Mapping) -> bool:
    """Precursors are no act, a name is a watch; what is owed under older law or by a group breaks no cap; custody had a date."""
    if detector.startswith(("FLOW-", "RUN-", "PAY-11", "REG-02")):
        return True
    if detector == "REG-05":
        return True
    if detector == "REG-04" and not values["n_undeclared"] and not values["n_personal"]:
        return True
    return bool(values.get("legacy") or values.get("kin") or values.get("group") or values.get("rectify"))


def _limb(detector: str, values: Mapping) -> str:
    """P2P-04, P2P-12 and others have limbs that state different facts."""
    if values.get("group"):
        return f"{detector}/group"
    limb = values.get("sf", values.get("limb"))
    return f"{detector}/{limb}" if limb is not None else detector


def yuan(fen: int) -> str:
    """Exact yuan with separators: 123456 fen is 1,234.56."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    cents = f".{fen % 100:02d}" if fen % 100 else ""
    return f"{sign}{fen // 100:,}{cents}"


def percent(ppm: int) -> str:
    """Percent with two decimals, cut: 941192 ppm is 94.11%."""
    sign, ppm = ("-", -ppm) if ppm < 0 else ("", ppm)
    return f"{sign}{ppm // 10_000}.{ppm // 100 % 100:02d}%"


def _written(values: Mapping, unit: str) -> dict[str, str]:
    out = {}
    for name, value in values.items():
        if name.endswith("_fen"):
            out[name] = yuan(value) + unit
        elif name.endswith("_ppm"):
            out[name] = percent(value)
        else:
            out[name] = str(value)
    return out
