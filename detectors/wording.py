"""The words of alerts, Chinese first: they state facts and the clause and never say “crime” (catalogue §3.12)."""

from collections.abc import Mapping

FACTS_ZH = {
    "LVT-01": "单日单边累计{total_fen}（{n_transfers}笔，{n_banks}家银行，与他人往来{others_fen}，单家银行最多{one_bank_fen}；"
    "收款{incoming}、现金{cash}，1为是），达到大额交易报告标准{line_fen}",
    "AM-05": "集团{members}家成员、{n_licences}项金融业务许可；三十日内成员间循环{n_loops}次共{circular_fen}；"
    "产品持有其他成员资产{exposure_fen}"
    "（占{exposure_ppm}）；客户资金进入其他成员自有账户{client_fen}（先进先出，按比例{client_prorata_fen}）",
    "INS-01": "三十日内{n_people}人缴纳{premium_fen}，其中以保费名义{n_tagged}人{tagged_fen}，未进入持牌机构的保费账户；"
    "九十五日内成员{n_members}人预缴{prepaid_fen}，{n_claims}人获数倍赔付",
    "INS-03": "三十日内向非保险子公司支付合同以外款项{n_payments}笔{outside_fen}（其中预付后退回{returned_fen}），"
    "服务费等{contract_fen}另计；其中保费{premium_fen}（先进先出，按比例{premium_prorata_fen}）；共用签章人账户{n_shared}对",
    "AD-01": "未见任何有效金融许可，30日内发布{n_published}次、{n_texts}条不同的{n_businesses}类金融业务宣传，广告费{fee_fen}",
    "AD-02": "持有金融许可，30日内发布{n_published}次、{n_texts}条不同宣传超出许可：业务{n_business}类、产品{n_product}类、"
    "地域{n_region}处，广告费{fee_fen}",
    "AD-03": "30日内发布{n_published}次、{n_texts}条不同宣传内容，命中禁止内容{n_hits}处（评分{score_ppm}）：未提示风险{class1}、"
    "保证收益{class2}、夸大{class3}、推荐证明{class4}、安全性虚假{class5}、无证存贷{class6}、数据不实{class7}、违法业务{class8}、违反住房信贷政策{class9}；广告费{fee_fen}",
    "AD-04": "30日内发布{n_published}次、{n_texts}条不同的向公众募集资金并允诺回报的宣传，"
    "由{n_sites}家他方网站载发，广告费{fee_fen}",
    "INS-02": "30日内发布{n_published}次、{n_texts}条不同的保险宣传，命中{n_hits}处（评分{score_ppm}）：承诺收益{n_promised}、"
    "承担损失{n_losses}、过往业绩{n_past}、夸大或与存款比较{n_exaggerated}；广告费{fee_fen}",
    "INS-04": "{n_people}人投保{premium_fen}后三十日内退保或保单借款{payout_fen}，其中{collected_fen}"
    "（先进先出，按比例{collected_prorata_fen}，上限{collected_maxflow_fen}）流入同一归集方，该方六十日内有{n_investors}名自然人付款",
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
    "同期限{n_alike}名出资人收益率标准差{spread_ppm}，借款人违约{default_ppm}；文字承诺保本保息{n_promises}条",
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
    "PAY-01/2": "注册资本{capital_fen}，为近90日备付金日均余额{average_reserve_fen}的{capital_ppm}，低于{required_ppm}",
    "PAY-02": "备付金向无权收款人支付{n_debits}笔共{misused_fen}",
    "PAY-03/1": "{n_accounts}个备付金账户共{held_fen}存放在不符合条件的机构（非银行{no_bank}个、"
    "未备案{not_listed}个，其余总资产不足）",
    "PAY-03/2": "集中交存备付金{central_fen}，占备付金{base_fen}的{share_ppm}，应为{required_ppm}，少交{missing_fen}",
    "PAY-03/3": "{n_clients}名客户30日内付入{n_accounts}个未备案账户{came_fen}，日终仍存{held_fen}（按比例{held_prorata_fen}）",
    "PAY-04/1": "备付金账户90日内收到计息{n_payments}笔共{interest_fen}",
    "PAY-04/2": "备付金存放银行一方{n_payments}笔共{interest_fen}付给机构或其关联方，与备付金平均余额同步（R²={r2_ppm}，"
    "{periods}期，随机出现的概率{p_ppm}），折年率{rate_ppm}",
    "PAY-04/3": "90日内按账户余额向{n_users}名用户付息{n_payments}笔共{interest_fen}",
    "PAY-05/1": "{n_accounts}个备付金账户被质押，当日余额{pledged_fen}",
    "PAY-05/2": "备付金存放银行向机构或其关联方放款{n_loans}笔共{loan_fen}，此前三日内存入并留存的备付金{deposit_fen}",
    "PAY-06": "当日{pairs}笔同行收款与另一银行同行付款相互对应，金额{matched_fen}，占当日同行收款{dl_ppm}，"
    "涉及{bank_pairs}对银行，三十日内头寸按净额调拨{net_days}日",
    "PAY-07": "未见支付业务许可，自持牌机构收取结算资金{received_fen}，七日内向{n_payees}方转付{settled_fen}（{split_ppm}，"
    "按比例{split_prorata_ppm}，后进先出{split_lifo_ppm}，上限{split_maxflow_ppm}），扣率中位数{fee_ppm}",
    "PAY-08/1": "{n_merchants}家商户七日内{n_tickets}笔刷卡共{volume_fen}，其中{loop_ppm}（{looped_fen}）在一日内付回刷卡人；"
    "接近额度或整数的笔数{shape_ppm}，22时至6时笔数{night_ppm}，信用卡金额{credit_ppm}",
    "PAY-08/2": "未见支付业务许可，文字提供POS机{n_texts}条，{n_terminals}台终端七日内刷卡{volume_fen}，付给个人{paid_fen}",
    "ILF-04": "{n_mules}个相互关联的个人账户（{n_holders}名户主，其中{n_on_devices}个共用设备）三十日内代收代付{through_fen}，"
    "涉及无关人员{n_strangers}名，{passed_ppm}在二十四小时内转出，平均评分{score_ppm}",
    "ILF-05": "按出资款及提成往来，{n_participants}人形成{levels}级，{n_uplines}人有下线，下线出资合计{raised_fen}，"
    "提成{commission_fen}，与其下线出资额相关{r2_ppm}",
    "REG-03": "{n_contributors}名出资人缴入资本{contributed_fen}：其中{circular_of_fen}按先进先出{circular_ppm}"
    "（按比例{circular_prorata_ppm}，后进先出{circular_lifo_ppm}，上限{circular_maxflow_ppm}）来自机构自有、客户资金或关联方借款；"
    "{withdrawn_of_fen}缴入后按先进先出{withdrawn_ppm}（按比例{withdrawn_prorata_ppm}，后进先出{withdrawn_lifo_ppm}，"
    "上限{withdrawn_maxflow_ppm}）流向股东或关联方",
    "REG-03/3": "股东缴入资本{contributed_fen}，按先进先出{rooted_ppm}（按比例{rooted_prorata_ppm}）来自同一他人，"
    "自身其他入账仅为{own_inflow_ppm}，分红{dividends_fen}中{passed_on_ppm}转付该人（亲属关系{kin}，1为是）",
    "REG-04": "发生收付而未申报的账户{n_undeclared}个（其中关联方账户{n_related}个），个人账户用于经营{n_personal}个"
    "（业务对手最多{business_most}方），开立结算账户{n_accounts}个，注册地、经营地以外开立{n_outside}个，产品推出前30日内新开{n_new}个",
    "PAY-11": "当月5万元以上大额支付占比{large_ppm}（z千分值{large_z_milli}），无交易背景转账占比{transfers_ppm}"
    "（{transfers_z_milli}），利息类收入占比{interest_ppm}（{interest_z_milli}），同业{n_peers}家；仅供月报，不作预警",
    "PAY-09/1": "未见预付卡许可，九十日内向{n_buyers}名购买人发售储值{sold_fen}，与{n_merchants}家非关联企业"
    "（载明为结算的{n_told}家）结算，按先进先出{settled_fen}（按比例{settled_prorata_fen}）来自该款，未使用{unspent_fen}",
    "PAY-09/2": "当日向{n_buyers}名购买人违反支付方式规定售卡{sold_fen}：现金{cash_fen}，信用卡{credit_card_fen}",
    "PAY-10": "未见支付业务许可，三十日内{n_users}名用户充值{topup_fen}并在一日以后提取{withdrawn_fen}，"
    "余额合计最高{balance_fen}；已知{n_spenders}名用户以余额向他人付款，提取明显少于充值{n_givers}名、多于充值{n_getters}名，结算或受款企业{n_merchants}家",
    "ILF-01": "{n_collectors}个账户向{n_payers}名自然人收款{collected_fen}，经{n_transits}个中转账户，"
    "由{n_payer_accounts}个账户在30日内向{n_payees}名自然人付款，其中{overlap_ppm}为此前付款人；收款流入返款按先进先出{through_fen}（按比例{through_prorata_fen}，"
    "后进先出{through_lifo_fen}，上限{through_most_fen}），现金占{cash_ppm}",
    "ILF-02": "累计向{n_people}名自然人吸收资金{gross_absorbed_fen}（全额计算，扣除本人还后再投为{net_of_rollover_fen}，未归还"
    "{net_outstanding_fen}，其中已逾期或无法归还{loss_fen}）；推定出资{n_inferred}名{inferred_fen}、内部人员和亲属{n_inside}名"
    "{inside_fen}另计；各时段合计{all_absorbed_fen}",
    "ILF-03": "180日内{n_payees}名出资自然人（出资{principal_fen}）按固定比例{payout_ratio_ppm}取得返还{paid_fen}："
    "等间隔{n_rhythm}人（周期{period_days}日）、按单位{unit_fen}的整数倍{n_lattice}人、滚动合计一致{n_sums}人、一次性增值一致{n_gains}人；内部人员{n_inside}名另计",
    "ILF-06/1": "九十日内未见相应许可而收取{n_people}名出资人投资款{amount_fen}，"
    "推定出资人{n_inferred}名、内部人员{n_inside}名另计",
    "ILF-06/2": "九十日内未见放贷许可而向{n_people}方发放有息借款{amount_fen}，收回{income_fen}，内部人员{n_inside}名另计",
    "ILF-06/3": "九十日内未见融资担保许可而代{n_people}名债权人受偿{amount_fen}，收取费用{income_fen}，内部人员{n_inside}名另计",
    "REG-06": "作为存管（备付金）银行，自身账簿可见的违规{n_breaches}项，其中超过规定时限{n_late}项（最长{lag_days}个工作日），"
    "至今未报告{n_unreported}项，其中红色未报告{n_unreported_red}项",
    "REG-02": "名称（{in_name}）或经营范围（{in_scope}）含{n_words}个金融字样而未见相应许可："
    "名录字样{n_hard}个、其中法律限定{n_statute}个，近义字样{n_soft}个；政府出资企业{government}",
    "PAY-12": "向已有红色预警（PAY-07、PAY-09或PAY-10）的{n_entities}家无证机构继续结算{n_settlements}笔共{settled_fen}，"
    "其中新开通的关联商户{n_new_contracts}家，距最早预警{days}日；期内收款的预警机构共{n_noticed}家",
    "ILF-07/1": "以商品、租赁等名义收取{n_buyers}名购买人{principal_fen}，定额返还{fixed_fen}后按原价以上回购{n_bought_back}人"
    "共{back_fen}，向无关供货方采购仅占收款{goods_ppm}，内部人员{n_inside}名另计",
    "ILF-07/2": "以商品、租赁等名义收取{n_buyers}名购买人{principal_fen}，已定额返还{fixed_fen}，宣传文本承诺回购，"
    "向无关供货方采购仅占收款{goods_ppm}，内部人员{n_inside}名另计",
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
    "TV-04": "一个品种（或全场规则）：规则文本{n_rules}处写明集中交易或等额份额公开发行；{n_quick_parties}方{n_quick}次在不足规定"
    "交易日内反向成交（最短{min_interval_days}个交易日，成交{quick_fen}）；累计持有人{n_holders}（登记{direct_holders}），"
    "上限{limit}；成交{turnover_fen}，认购{raised_fen}",
    "TV-05": "向会员单位支付{commission_fen}（{n_rounds}次），为其间客户净亏损{lost_fen}的{beta_ppm}，与亏损相关{corr_ppm}、"
    "与成交额相关{turnover_corr_ppm}；{n_days}个交易日{n_clients}名客户中{losers_ppm}亏损，成交额的{against_ppm}"
    "以{n_counterparties}个关联方为对手",
    "FLOW-01": "资金经{hops}个账户在{span_seconds}秒内回到原账户，最小一笔{loop_fen}",
    "FLOW-02": "自{n_payers}方归集{gathered_fen}，其中{through_ppm}在两日内分散付至{n_payees}方",
    "FLOW-03": "{n_transfers}笔付款略低于{line_fen}，占同期付款的{just_below_ppm}，相邻金额仅{n_beside}笔",
}
FACTS_EN = {
    "LVT-01": "{total_fen} on one side of one day in {n_transfers} payment(s) at {n_banks} bank(s), {others_fen} with others, "
    "{one_bank_fen} at one (received {incoming}, cash {cash}; 1 is yes): reaches the line of the large-value report, {line_fen}",
    "AM-05": "a group of {members} members with {n_licences} financial licences; in 30 days {n_loops} loop(s) among them of "
    "{circular_fen}; a product holds {exposure_fen} of other members' assets ({exposure_ppm}); {client_fen} of clients' money by "
    "FIFO (pro-rata {client_prorata_fen}) reached other members' own accounts",
    "INS-01": "{n_people} person(s) paid {premium_fen} in 30 days, {n_tagged} of them {tagged_fen} as premiums, to accounts that "
    "are no licensed insurer's or broker's premium account; in 95 days {n_members} member(s) prepaid {prepaid_fen} and "
    "{n_claims} got a multiple of it",
    "INS-03": "paid non-insurance subsidiaries {outside_fen} outside contracts in {n_payments} payment(s) of 30 days, "
    "{returned_fen} of it prepaid services that came back, beside {contract_fen} of services; {premium_fen} of it by FIFO "
    "(pro-rata {premium_prorata_fen}) were premiums; {n_shared} pair(s) of accounts with a signatory in common",
    "AD-01": "no valid financial licence; {n_texts} different text(s), published {n_published} time(s) in 30 days, advertise "
    "{n_businesses} kind(s) of financial business; fees {fee_fen}",
    "AD-02": "licensed; {n_texts} different text(s), published {n_published} time(s) in 30 days, go beyond the licences: "
    "{n_business} kind(s) of business, {n_product} of product, {n_region} region(s); fees {fee_fen}",
    "AD-03": "{n_texts} different text(s), published {n_published} time(s) in 30 days, {n_hits} banned statement(s) "
    "(score {score_ppm}): no risk notice {class1}, guaranteed return {class2}, exaggeration {class3}, endorsement {class4}, "
    "false safety {class5}, unlicensed deposits or credit {class6}, untrue numbers {class7}, unlawful business {class8}, "
    "against housing-credit policy {class9}; fees {fee_fen}",
    "AD-04": "{n_texts} different text(s), published {n_published} time(s) in 30 days, ask the public for money and promise a "
    "return; carried by {n_sites} site(s) of others; fees {fee_fen}",
    "INS-02": "{n_texts} different insurance text(s), published {n_published} time(s) in 30 days, {n_hits} statement(s) (score "
    "{score_ppm}): returns promised {n_promised}, losses borne {n_losses}, past results {n_past}, exaggeration or "
    "comparison with deposits {n_exaggerated}; fees {fee_fen}",
    "INS-04": "{n_people} person(s) paid premiums of {premium_fen} and got {payout_fen} back within 30 days by surrender or "
    "loan; {collected_fen} of that by FIFO (pro-rata {collected_prorata_fen}, at most {collected_maxflow_fen}) went to one "
    "collector, whom {n_investors} person(s) paid in 60 days",
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
    "{default_ppm} unpaid; principal or return promised in {n_promises} text(s)",
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
    "PAY-01/2": "a registered capital of {capital_fen} is {capital_ppm} of the average reserve of 90 days, "
    "{average_reserve_fen}, below {required_ppm}",
    "PAY-02": "paid {misused_fen} out of the reserve in {n_debits} debit(s) to payees not entitled to it",
    "PAY-03/1": "{held_fen} in {n_accounts} reserve account(s) at ineligible institutions (no bank {no_bank}, not filed "
    "{not_listed}, the others too small)",
    "PAY-03/2": "{central_fen} of the reserve of {base_fen} is centralised, {share_ppm} instead of {required_ppm}; {missing_fen} "
    "are missing",
    "PAY-03/3": "{n_clients} client(s) paid {came_fen} in 30 days into {n_accounts} account(s) that nobody filed as reserve; "
    "{held_fen} (pro-rata {held_prorata_fen}) still lay there at the day's close",
    "PAY-04/1": "within 90 days {n_payments} credit(s) of interest, {interest_fen}, on reserve accounts",
    "PAY-04/2": "those who keep the reserve paid {interest_fen} in {n_payments} payment(s) to the institution or its circle, "
    "which follow the average balance of the reserve (R² {r2_ppm} over {periods} periods, {p_ppm} by chance), {rate_ppm} a year",
    "PAY-04/3": "within 90 days paid {n_users} user(s) {interest_fen} for their balances, in {n_payments} payment(s)",
    "PAY-05/1": "{n_accounts} reserve account(s) holding {pledged_fen} pledged",
    "PAY-05/2": "a bank that keeps the reserve lent the institution or its circle {loan_fen} in {n_loans} loan(s), while a "
    "deposit of {deposit_fen} made within three days before stayed in the reserve",
    "PAY-06": "on one day {pairs} payments in at one bank answered payments out at another, {matched_fen} in all, {dl_ppm} of "
    "what came in inside a bank, over {bank_pairs} pair(s) of banks; positions moved net on {net_days} of 30 days",
    "PAY-07": "without a payment licence on record, got {received_fen} of settlements from licensed acquirers and paid "
    "{settled_fen} of it within seven days to {n_payees} payees ({split_ppm} by FIFO, pro-rata {split_prorata_ppm}, LIFO "
    "{split_lifo_ppm}, at most {split_maxflow_ppm}), keeping a median fee of {fee_ppm}",
    "PAY-08/1": "{n_tickets} sale(s) of {volume_fen} at the tills of {n_merchants} merchant(s) in 7 days, {loop_ppm} of which "
    "({looped_fen}) went back to who paid within a day; just below a limit or a round sum {shape_ppm} of the tickets, at "
    "22:00–06:00 {night_ppm}, by credit card {credit_ppm} of the money",
    "PAY-08/2": "without a payment licence on record, offers terminals in {n_texts} text(s); sales of {volume_fen} at "
    "{n_terminals} terminals in 7 days, {paid_fen} paid to persons",
    "ILF-04": "{n_mules} accounts of {n_holders} persons that hang together ({n_on_devices} of them on shared devices) passed on "
    "{through_fen} of {n_strangers} strangers' money in 30 days, {passed_ppm} of it within 24 hours; mean score {score_ppm}",
    "ILF-05": "by money paid in, handed up and shared, {n_participants} persons stand on {levels} levels, {n_uplines} of them "
    "above others; they paid in {raised_fen}; commissions of {commission_fen} rise with what came in below each (R² {r2_ppm})",
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
    "PAY-11": "in the month {large_ppm} of clients' payments were of 50,000 yuan or more (z in thousandths {large_z_milli}), "
    "{transfers_ppm} of what was paid out transfers without trade ({transfers_z_milli}), {interest_ppm} of income interest "
    "({interest_z_milli}), against {n_peers} peer(s); a line for the monthly report, no alert",
    "PAY-09/1": "without a licence for prepaid cards on record, sold stored value of {sold_fen} to {n_buyers} buyer(s) in 90 "
    "days and settled with {n_merchants} company(ies) outside its circle ({n_told} told as settlements); {settled_fen} of it by "
    "FIFO (pro-rata {settled_prorata_fen}) was that money; unspent {unspent_fen}",
    "PAY-09/2": "on one day sold cards of {sold_fen} to {n_buyers} buyer(s) by a means that is barred: cash {cash_fen}, "
    "credit card {credit_card_fen}",
    "PAY-10": "without a payment licence on record, {n_users} users topped up {topup_fen} in 30 days and took out "
    "{withdrawn_fen} a day later or more, with up to {balance_fen} in their balances; {n_spenders} of them are known to have "
    "paid others, {n_givers} took out far less and {n_getters} far more than they put in; {n_merchants} company(ies) paid",
    "ILF-01": "{n_collectors} account(s) collected {collected_fen} from {n_payers} persons, {n_transits} passed it on, and "
    "{n_payer_accounts} paid {n_payees} persons within 30 days, {overlap_ppm} of them payers before; {through_fen} of it by FIFO "
    "(pro-rata {through_prorata_fen}, LIFO {through_lifo_fen}, at most {through_most_fen}) was the collected money; in cash "
    "{cash_ppm}",
    "ILF-02": "absorbed {gross_absorbed_fen} from {n_people} persons (gross; net of what each had been paid back before "
    "{net_of_rollover_fen}; still out {net_outstanding_fen}, of which overdue or lost {loss_fen}); inferred {n_inferred} "
    "person(s) with {inferred_fen} and inside {n_inside} with {inside_fen} apart; over all times {all_absorbed_fen}",
    "ILF-03": "in 180 days {n_payees} persons who had given {principal_fen} were paid {paid_fen} at a fixed ratio of "
    "{payout_ratio_ppm}: {n_rhythm} at equal spacing (every {period_days} days), {n_lattice} by multiples of {unit_fen}, "
    "{n_sums} by equal rolling sums, {n_gains} by one equal gain; {n_inside} inside apart",
    "ILF-06/1": "without a licence for it took {amount_fen} of investments from {n_people} persons in 90 days; "
    "{n_inferred} inferred and {n_inside} inside apart",
    "ILF-06/2": "without a licence for it lent {amount_fen} at interest to {n_people} borrowers in 90 days, {income_fen} came "
    "back; {n_inside} inside apart",
    "ILF-06/3": "without a licence for it paid {n_people} creditors {amount_fen} as guarantor in 90 days, for fees of "
    "{income_fen}; {n_inside} inside apart",
    "REG-06": "as custodian or reserve bank it could see {n_breaches} breach(es) in its own records; {n_late} went unreported "
    "for too long (up to {lag_days} working days), {n_unreported} are not reported to this day, {n_unreported_red} of them red",
    "REG-02": "{n_words} word(s) of finance in the name ({in_name}) or scope ({in_scope}) without a licence for them: "
    "{n_hard} of the lists, {n_statute} of them reserved by statute, {n_soft} synonym(s); a firm of the government {government}",
    "PAY-12": "went on settling {settled_fen} in {n_settlements} payment(s) to {n_entities} unlicensed party(ies) with a red "
    "alert (PAY-07, PAY-09 or PAY-10), {n_new_contracts} payee(s) under a new contract of its circle, up to {days} days after "
    "the first alert; {n_noticed} such party(ies) were paid in the time",
    "ILF-07/1": "in the name of goods or leases took {principal_fen} from {n_buyers} buyers, paid them {fixed_fen} in fixed "
    "amounts and bought back from {n_bought_back} for {back_fen}; purchases from unrelated suppliers are {goods_ppm} of "
    "what buyers paid; {n_inside} inside apart",
    "ILF-07/2": "in the name of goods or leases took {principal_fen} from {n_buyers} buyers and pays them {fixed_fen} in "
    "fixed amounts, a text promises to buy back; purchases from unrelated suppliers are {goods_ppm} of what buyers "
    "paid; {n_inside} inside apart",
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
    "TV-04": "one product (or the venue's rules): {n_rules} text(s) of its own speak of centralised trading or equal shares for "
    "public issue; {n_quick_parties} part(ies) closed positions {n_quick} time(s) too soon (least {min_interval_days} trading "
    "day(s), {quick_fen}); {n_holders} holder(s) ever, {direct_holders} by name, the limit is {limit}; turnover {turnover_fen}, "
    "subscribed {raised_fen}",
    "TV-05": "paid members {commission_fen} in {n_rounds} round(s), {beta_ppm} of the clients' net loss of {lost_fen} in the "
    "same time; correlation with the loss {corr_ppm}, with the turnover {turnover_corr_ppm}; on {n_days} trading day(s) "
    "{losers_ppm} of {n_clients} client(s) lost, {against_ppm} of their turnover against {n_counterparties} related part(ies)",
    "FLOW-01": "money came back after {hops} accounts within {span_seconds} seconds; smallest transfer {loop_fen}",
    "FLOW-02": "gathered {gathered_fen} from {n_payers} payers, {through_ppm} of it paid on to {n_payees} payees within two days",
    "FLOW-03": "{n_transfers} payments just below {line_fen}, {just_below_ppm} of all payments of the time; {n_beside} beside it",
}
REPORTS = ("LVT-01",)  # what a rule wants reported, of whomever it is told


def summary_zh(detector: str, title: str, clause: str, who: str, span: tuple[str, str], values: Mapping) -> str:
    """“…符合…情形，涉嫌…，待核实。” for an accusation; a lead only states what was seen."""
    facts = FACTS_ZH[_facts(detector, values)].format(**_written(values, "元"))
    if detector in REPORTS:
        return f"{who}{span[0]}至{span[1]}：{facts}。依规报送，不作可疑认定。"
    if _is_lead(detector, values):
        return f"{who}{span[0]}至{span[1]}：{facts}。属线索，待核实。"
    return f"{who}{span[0]}至{span[1]}：{facts}。符合“{clause} {title}”情形，涉嫌{title}，待核实。"


def summary_en(detector: str, title: str, clause: str, who: str, span: tuple[str, str], values: Mapping) -> str:
    """The same in English: “… meets …, suspected of …, to be verified.”"""
    facts = FACTS_EN[_facts(detector, values)].format(**_written(values, " yuan"))
    if detector in REPORTS:
        return f"{who}, {span[0]} to {span[1]}: {facts}. To be reported by rule; nothing is suspected."
    if _is_lead(detector, values):
        return f"{who}, {span[0]} to {span[1]}: {facts}. A lead, to be verified."
    meets = f"Meets the description of clause {clause} ({title}); suspected, to be verified."
    return f"{who}, {span[0]} to {span[1]}: {facts}. {meets}"


def _is_lead(detector: str, values: Mapping) -> bool:
    """Precursors are no act, a name is a watch; what is owed under older law or by a group breaks no cap; custody had a date."""
    if detector.startswith(("FLOW-", "RUN-", "PAY-11", "REG-02")):
        return True
    if detector == "REG-04" and not values["n_undeclared"] and not values["n_personal"]:
        return True
    return bool(values.get("legacy") or values.get("kin") or values.get("group") or values.get("rectify"))


def _facts(detector: str, values: Mapping) -> str:
    """P2P-04, P2P-12 and others have limbs that state different facts."""
    if values.get("group"):
        return f"{detector}/group"
    limb = values.get("sf", values.get("limb"))
    return f"{detector}/{limb}" if limb is not None else detector
    """P2P-03 and P2P-04 have three limbs that state different facts, P2P-12 two."""
    if values.get("group"):
        return f"{detector}/group"
    limb = values.get("sf", values.get("limb"))
    return detector if limb is None else f"{detector}/{limb}"


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
