package staff

import (
	"net/http"

	"bangfu/handler/scope"
	"bangfu/service/model"

	"github.com/danielgtaylor/huma/v2"
)

// Register adds the operations. Who may call one stands on its line; in which units, the services decide.
func Register(h huma.API, s Services) {
	a := &api{Services: s, huma: h}
	a.sheetRoutes()
	a.exportRoutes()
	a.selfRoutes()
	a.watchRoutes()
	a.householdRoutes()
	a.aidDayRoutes()
	a.registryRoutes()
	a.aidRoutes()
	a.coopRoutes()
	a.moneyRoutes()
	a.disclosureRoutes()
	a.broadcastRoutes()
	a.bindingRoutes()
}

func (a *api) selfRoutes() {
	open(a, post("/login", "staff-login", "用登录名和密码登录"), a.logIn)
	route(a, noContent(post("/logout", "staff-logout", "退出登录")), model.MaySelf, ofOneself, a.logOut)
	route(a, get("/me", "staff-me", "我是谁,有哪些岗位"), model.MaySelf, ofOneself, a.me)
	route(a, noContent(post("/password", "staff-password", "改我的密码,我的其他登录都退出")), model.MaySelf, ofOneself, a.changePassword)
	route(a, post("/totp", "staff-totp-start", "取一个验证器密钥,确认后才算"), model.MaySelf, ofOneself, a.startTOTP)
	route(a, noContent(post("/totp/confirm", "staff-totp-confirm", "用验证器上的数字确认,开验证码登录")), model.MaySelf, ofOneself, a.confirmTOTP)
	route(a, gone("/totp", "staff-totp-stop", "关掉验证码登录"), model.MaySelf, ofOneself, a.stopTOTP)
	route(a, get("/sessions", "staff-sessions", "我在哪几处登录着"), model.MaySelf, ofOneself, a.sessions)
	route(a, gone("/sessions/{id}", "staff-session-end", "退出我的一次登录"), model.MaySelf, ofOneself, a.endSession)
	route(a, get("/staff", "staff-list", "登录名"), model.MayManageStaff, inLists, a.listStaff)
	route(a, get("/duties", "staff-duties", "每种岗位能办什么"), model.MayManageStaff, ofNobody, a.roles)
	route(a, made("/staff", "staff-make", "新建一个登录名"), model.MayManageStaff, inLists, a.makeStaff)
	route(a, put("/staff/{id}", "staff-change", "改一个登录名的姓名、岗位,或者停用"), model.MayManageStaff, ofStaff("id"), a.changeStaff)
	route(a, post("/staff/{id}/password", "staff-reset-password", "重置密码,解锁"), model.MayManageStaff, ofStaff("id"), a.resetPassword)
	route(a, gone("/staff/{id}/sessions", "staff-end-sessions", "让一个登录名的所有登录都退出"), model.MayManageStaff, ofStaff("id"), a.endStaffSessions)
	route(a, post("/bind-codes", "staff-bind-code", "给一户或一位干部发一次性绑定码"), model.MayIssueCodes, ofHolder("household_no", "cadre_id"), a.issueCode)
	route(a, post("/household-cards", "staff-household-card", "做一户的二维码:没登记的人扫了什么也看不到"), model.MayIssueCodes, ofHousehold("household_no"), a.makeCard)
}

// watchRoutes are those by which one person looks after what another does.
func (a *api) watchRoutes() {
	route(a, get("/staff-names", "staff-names", "登录名是谁:历史和审计里写人的姓名"), model.MaySelf, ofNobody, a.staffNames)
	route(a, get("/bell", "staff-bell", "有几件事等我马上看"), model.MaySelf, ofOneself, a.bell)
	route(a, get("/post-proposals", "staff-waiting-posts", "等另一个人确认的岗位"), model.MayConfirmAssignments, inLists, a.waitingAssignments)
	route(a, noContent(post("/staff/{id}/posts/confirm", "staff-confirm-post", "确认一个岗位,从这时起有效;提出的人和本人不能确认")), model.MayConfirmAssignments, inLists, a.confirmPost)
	route(a, noContent(post("/staff/{id}/posts/refuse", "staff-refuse-post", "不同意一个岗位,要写原因")), model.MayConfirmAssignments, inLists, a.refusePost)
	route(a, get("/backups", "staff-backups", "最近一次备份是什么时候,是不是太旧了"), model.MayReadAudit, ofNobody, a.backups)
	route(a, get("/alerts", "staff-alerts", "紧急查看:谁看了哪一户、为什么、有没有人核对过"), model.MayReadAlerts, inLists, a.alerts)
	route(a, noContent(post("/alerts/{id}/acknowledge", "staff-acknowledge-alert", "核对过一次紧急查看;看的人自己不能核对")), model.MayReadAlerts, ofAlert("id"), a.acknowledge)
}

func (a *api) householdRoutes() {
	route(a, get("/households", "staff-households", "户的列表"), model.MayReadHouseholds, inLists, a.listHouseholds)
	route(a, post("/households", "staff-identify", "识别新户"), model.MayWriteHouseholds, inUnit("unit_id"), a.identify)
	route(a, get("/households/{no}", "staff-household", "一户的档案,可看某一天的"), model.MayReadHouseholds, ofHousehold("no"), a.readHousehold)
	route(a, put("/households/{no}", "staff-edit-household", "改一户的资料"), model.MayWriteHouseholds, ofHousehold("no"), a.editHousehold)
	route(a, get("/households/{no}/history", "staff-history", "谁在什么时候改过什么"), model.MayReadHouseholds, ofHousehold("no"), a.history)
	route(a, get("/households/{no}/unmet", "staff-unmet", "改户情还缺哪些条件"), model.MayReadHouseholds, ofHousehold("no"), a.unmet)
	route(a, post("/households/{no}/moves", "staff-move", "改户情:纳入、帮扶、退出、巩固、监测、清除"), model.MayChangeStatus, ofHousehold("no"), a.move)
	route(a, post("/households/{no}/corrections", "staff-correct", "更正户情记录里写错的一行"), model.MayChangeStatus, ofHousehold("no"), a.correct)
	route(a, post("/households/{no}/members", "staff-add-member", "登记家庭成员"), model.MayWriteHouseholds, ofHousehold("no"), a.addMember)
	route(a, put("/households/{no}/members/{person}", "staff-edit-member", "改成员的资料"), model.MayWriteHouseholds, ofPerson("no", "person"), a.editMember)
	route(a, post("/households/{no}/departures", "staff-leave", "成员去世或迁出"), model.MayWriteHouseholds, ofHousehold("no"), a.leave)
	route(a, post("/households/{no}/split", "staff-split", "分户"), model.MayWriteHouseholds, ofHousehold("no"), a.split)
	route(a, post("/households/{no}/unsplit", "staff-unsplit", "撤销分户:分出来的户回到原来那一户"), model.MayWriteHouseholds, ofMerge("no", "into_household_no"), a.unsplit)
	route(a, post("/households/{no}/merge", "staff-merge", "并到另一户"), model.MayWriteHouseholds, ofMerge("no", "into_household_no"), a.merge)
	route(a, post("/households/{no}/unmerge", "staff-unmerge", "撤销合户"), model.MayWriteHouseholds, ofHousehold("no"), a.unmerge)
	route(a, put("/households/{no}/incomes/{year}", "staff-income", "一年的收入核算"), model.MayWriteIncome, ofHousehold("no"), a.putIncome)
	route(a, post("/households/{no}/pairings", "staff-pair", "结对"), model.MayPair, ofHousehold("no"), a.pair)
	route(a, post("/households/{no}/handovers", "staff-handover", "结束结对并交接"), model.MayPair, ofHousehold("no"), a.handOver)
	route(a, post("/households/{no}/fields", "staff-fields", "看隐去的内容,要写原因"), model.MayReadFields, ofHousehold("no"), a.readFields)
	route(a, get("/households/{no}/looks", "staff-looks", "谁看过这一户隐去的内容"), model.MayReadHouseholds, ofHousehold("no"), a.looks)
}

func (a *api) aidDayRoutes() {
	route(a, get("/aid-days/{period}", "staff-board", "一个月的走访:谁该去、去了没有、为什么"), model.MayReadHouseholds, inLists, a.board)
	route(a, get("/aid-days/{period}/reminders", "staff-reminders", "一个月的提醒和微信的回答"), model.MayReadAudit, inLists, a.reminders)
	route(a, post("/excuses", "staff-excuse", "批准或不批准请假"), model.MayPair, ofExpectation("id"), a.decide)
	route(a, get("/aid-day-settings", "staff-aid-day-settings", "帮扶日和提醒的设置"), model.MayReadHouseholds, ofNobody, a.aidDaySettings)
	route(a, put("/aid-day-settings", "staff-set-aid-day", "改帮扶日和提醒的设置"), model.MayWriteForms, inFarm, a.setAidDay)
	route(a, post("/aid-day-settings/preview", "staff-preview-aid-day", "看这样设置会发多少提醒"), model.MayReadHouseholds, inFarm, a.previewAidDay)
	route(a, get("/settings", "staff-settings", "扶贫办的电话和时间,急事多久要有人管,记了账告诉不告诉户里"), model.MayReadHouseholds, ofNobody, a.officeSettings)
	route(a, put("/settings", "staff-set-settings", "改扶贫办的电话和时间,急事的时限,记了账告诉不告诉户里"), model.MayWriteForms, inFarm, a.setOffice)

	route(a, get("/calendar/{period}", "staff-calendar", "一个月里哪天有什么:帮扶日、提醒、到期的难事"), model.MayReadHouseholds, inLists, a.calendar)
	route(a, get("/visit-counts", "staff-visit-counts", "件次:按月、按单位、按种类"), model.MayReadHouseholds, inLists, a.visitCounts)
	route(a, get("/households/{no}/visits", "staff-visits", "一户的走访"), model.MayReadHouseholds, ofHousehold("no"), a.visits)

	route(a, made("/households/{no}/visits", "staff-record-visit", "替干部补记一次走访,记着是扶贫办记的"), model.MayPair, ofHousehold("no"), a.recordVisit)
	route(a, put("/households/{no}/visits", "staff-amend-visit", "更正一次走访,要写原因"), model.MayPair, ofHousehold("no"), a.amendVisit)
	route(a, post("/aid-days/{period}/urge", "staff-urge", "催一催这个月还没走访的干部,一天一次"), model.MayPair, inLists, a.urge)
	route(a, get("/visit-files/{id}", "staff-visit-file", "走访的照片或语音,看了会记下来"), model.MayReadHouseholds, ofVisitFile("id"), a.visitFile)

	route(a, get("/needs", "staff-needs", "难事,先到期的在前"), model.MayReadHouseholds, inListsOf("household_no"), a.listNeeds)
	route(a, made("/needs", "staff-raise-need", "替一户记下难事"), model.MayPair, ofHousehold("household_no"), a.raiseNeed)
	route(a, post("/needs/{id}/steps", "staff-steer-need", "换经办人、改期、改种类,或者说明办不了"), model.MayPair, ofNeed("id"), a.steerNeed)
	route(a, get("/needs/{id}/files/{file}", "staff-need-file", "难事附的照片或语音,看了会记下来"), model.MayReadHouseholds, ofNeed("id"), a.needFile)

	route(a, get("/unheard", "staff-unheard", "公众号没听懂的话,去掉了名字,说得多的在前"), model.MayWriteHouseholds, inFarm, a.unheard)
	route(a, noContent(post("/unheard/{id}/teach", "staff-teach", "说明一句没听懂的话是什么意思;不填意思就只从单子上去掉")), model.MayWriteHouseholds, inFarm, a.teach)
	route(a, get("/cues", "staff-cues", "扶贫办自己加的说法"), model.MayWriteHouseholds, inFarm, a.cues)
	route(a, noContent(post("/cues", "staff-add-cue", "加一种说法")), model.MayWriteHouseholds, inFarm, a.addCue)
	route(a, noContent(post("/cues/{id}/remove", "staff-remove-cue", "去掉一种自己加的说法")), model.MayWriteHouseholds, inFarm, a.removeCue)

	route(a, get("/activities", "staff-activities", "一年的会议、主题活动和志愿服务"), model.MayReadHouseholds, inLists, a.activities)
	route(a, put("/activities", "staff-keep-activity", "登记或修改一次活动"), model.MayWriteHouseholds, inFarm, a.keepActivity)
	route(a, get("/debriefings", "staff-debriefings", "一年的述职评议,只有各单位的票数"), model.MayReadHouseholds, inLists, a.debriefings)
	route(a, put("/debriefings", "staff-keep-debriefing", "登记或修改一个单位的评议票数"), model.MayWriteHouseholds, inFarm, a.keepDebriefing)
	route(a, get("/households/{no}/doctors", "staff-doctors", "一户的家庭医生签约"), model.MayReadHouseholds, ofHousehold("no"), a.doctors)
	route(a, put("/households/{no}/doctors", "staff-sign-doctor", "签约家庭医生"), model.MayWriteHouseholds, ofHousehold("no"), a.signDoctor)

	route(a, get("/sending", "staff-sending", "消息发得怎样:被微信挡住的、今天发了多少、要人看的"), model.MayReadAudit, inLists, a.sending)
	route(a, noContent(post("/messages/resend", "staff-resend", "把一条没送到的消息重发")), model.MaySendNotices, inFarm, a.resend)
	route(a, post("/messages/resend-many", "staff-resend-many", "看过名单以后,把多条没送到、不知送到没有的消息一起重发"), model.MaySendNotices, inFarm, a.resendMany)
	route(a, noContent(post("/messages/resolve", "staff-resolve-message", "查明了一条不知送到没有的消息")), model.MaySendNotices, inFarm, a.resolveMessage)
}

func (a *api) disclosureRoutes() {
	route(a, get("/disclosures", "staff-disclosures", "公示:草稿、待审核、已公布的"), model.MayPublish, inFarm, a.disclosures)
	route(a, made("/disclosures", "staff-draft-disclosure", "起草一年的一项公示,或者改它的说明"), model.MayPublish, inFarm, a.draftDisclosure)
	route(a, get("/disclosures/{id}", "staff-disclosure", "一份公示脱敏后的内容"), model.MayPublish, inFarm, a.disclosure)
	route(a, post("/disclosures/{id}/preview", "staff-preview-disclosure", "从档案生成脱敏预览"), model.MayPublish, inFarm, a.previewDisclosure)
	route(a, post("/disclosures/{id}/approve", "staff-approve-disclosure", "审核通过,内容冻结;起草的人不能审核"), model.MayApprovePublic, inFarm, a.approveDisclosure)
	route(a, post("/disclosures/{id}/publications", "staff-publish-disclosure", "登记在一个渠道公布了,附凭据;第一次登记起开始公示"), model.MayPublish, inFarm, a.publishDisclosure)
	route(a, post("/disclosures/{id}/withdraw", "staff-withdraw-disclosure", "撤回,公开页面上写明原因"), model.MayPublish, inFarm, a.withdrawDisclosure)
	route(a, post("/disclosures/{id}/withdraw/approve", "staff-approve-withdrawal", "撤回的说明可以公开;写的人不能审核"), model.MayApprovePublic, inFarm, a.approveWithdrawal)
	route(a, get("/disclosures/{id}/materials/{kind}", "staff-disclosure-material", "公众号文章、电视字幕、公开栏张贴版"), model.MayPublish, inFarm, a.material)
	route(a, get("/disclosure-settings", "staff-disclosure-settings", "公示的设置:其余五项的名称、公示天数"), model.MayPublish, inFarm, a.publicSettings)
	route(a, put("/disclosure-settings", "staff-set-disclosures", "提出改公示的设置;另一个人审核以后才用"), model.MayPublish, inFarm, a.setPublic)
	route(a, post("/disclosure-settings/approve", "staff-approve-disclosure-settings", "审核通过公示设置的改动;提出的人不能审核"), model.MayApprovePublic, inFarm, a.approvePublic)

	route(a, get("/objections", "staff-objections", "对公示的异议,先到期的在前"), model.MayPublish, inFarm, a.objections)
	route(a, get("/objection-owners", "staff-objection-owners", "异议可以交给谁核实"), model.MayPublish, inFarm, a.objectionOwners)
	route(a, post("/objections/{id}/assign", "staff-assign-objection", "交给谁核实、几号前答复"), model.MayPublish, inFarm, a.assignObjection)
	route(a, post("/objections/sort", "staff-sort-objections", "挑拣一个来源提得多的异议:收下,或者放到一边"), model.MayApprovePublic, inFarm, a.sortObjections)
	route(a, post("/objections/{id}/answer", "staff-answer-objection", "写异议的答复,另一个人审核以后才给人看"), model.MayPublish, inFarm, a.answerObjection)
	route(a, post("/objections/{id}/answer/approve", "staff-approve-answer", "答复审核通过,不再挡着办事;写的人不能审核"), model.MayApprovePublic, inFarm, a.approveAnswer)
	route(a, post("/objections/{id}/close", "staff-close-objection", "办结答复过的异议"), model.MayPublish, inFarm, a.closeObjection)
	route(a, post("/objections/{id}/contact", "staff-objection-contact", "看提异议的人的联系方式,要写原因"), model.MayPublish, inFarm, a.objectionContact)
}

func (a *api) registryRoutes() {
	route(a, get("/units", "staff-units", "单位"), model.MayReadHouseholds, ofNobody, a.units)
	route(a, put("/units", "staff-put-unit", "新增或修改单位"), model.MayWriteHouseholds, ofUnit("id", "parent_id"), a.putUnit)
	route(a, get("/cadres", "staff-cadres", "干部"), model.MayReadHouseholds, ofNobody, a.cadres)
	route(a, put("/cadres", "staff-put-cadre", "新增或修改干部"), model.MayWriteHouseholds, ofCadre("id", "unit_id"), a.putCadre)
	route(a, get("/register", "staff-register", "某一天在册多少户、多少人"), model.MayReadHouseholds, inLists, a.register)
	route(a, get("/pairings", "staff-pairings", "几户今天的结对"), model.MayReadHouseholds, inLists, a.pairings)
	route(a, get("/loads", "staff-loads", "每位干部、每个单位帮几户"), model.MayReadHouseholds, inLists, a.loads)
	route(a, get("/audit", "staff-audit", "审计记录"), model.MayReadAudit, inListsOf("household_no"), a.audit)
	route(a, get("/forms/{kind}", "staff-form", "补充项目表"), model.MayReadHouseholds, ofNobody, a.form)
	route(a, put("/forms/{kind}", "staff-new-form", "补充项目表的新一版"), model.MayWriteForms, inFarm, a.newForm)
	route(a, get("/filters", "staff-filters", "我存下的筛选"), model.MayReadHouseholds, ofOneself, a.filters)
	route(a, noContent(put("/filters", "staff-keep-filter", "存下一个筛选")), model.MayReadHouseholds, ofOneself, a.keepFilter)
	route(a, gone("/filters/{name}", "staff-drop-filter", "删掉一个筛选"), model.MayReadHouseholds, ofOneself, a.dropFilter)
}

// coopRoutes adds the operations of greenhouses, the cooperative and its dividends.
func (a *api) coopRoutes() {
	route(a, get("/coops", "staff-coops", "合作社"), model.MayReadCoop, inLists, a.coops)
	route(a, put("/coops", "staff-put-coop", "新增或修改合作社"), model.MayWriteCoop, ofCoopIn("id", "unit_id"), a.putCoop)
	route(a, get("/greenhouses", "staff-greenhouses", "大棚"), model.MayReadCoop, inLists, a.greenhouses)
	route(a, put("/greenhouses", "staff-put-greenhouse", "新增或修改大棚"), model.MayWriteCoop, ofGreenhouseIn("id", "unit_id"), a.putGreenhouse)
	route(a, get("/allotments", "staff-allotments", "一年里大棚分给了哪些户"), model.MayReadCoop, inLists, a.allotments)
	route(a, put("/allotments", "staff-allot", "把大棚分给一户"), model.MayWriteCoop, ofHousehold("household_no"), a.allot)
	route(a, get("/production-batches", "staff-batches", "一年的栽培批次,产量低的有标记"), model.MayReadCoop, inLists, a.batches)
	route(a, put("/production-batches", "staff-put-batch", "登记或修改栽培批次"), model.MayWriteCoop, ofGreenhouse("greenhouse_id"), a.putBatch)
	route(a, get("/sales", "staff-sales", "一年的销售结算"), model.MayReadCoop, inLists, a.sales)
	route(a, put("/sales", "staff-put-sale", "登记或修改销售结算"), model.MayWriteCoop, ofBatch("batch_id"), a.putSale)
	route(a, get("/coops/{coop}/wages", "staff-wages", "一个月的务工"), model.MayReadCoop, ofCoop("coop"), a.wages)
	route(a, put("/coops/{coop}/wages", "staff-put-wage", "登记或修改务工"), model.MayWriteCoop, ofCoop("coop"), a.putWage)
	route(a, get("/coops/{coop}/subscriptions", "staff-share-lists", "入股名单"), model.MayReadCoop, ofCoop("coop"), a.shareLists)
	route(a, put("/coops/{coop}/subscriptions", "staff-put-share-list", "新做或修改入股名单"), model.MayWriteCoop, ofCoop("coop"), a.putShareList)
	route(a, post("/coops/{coop}/subscriptions/{year}/{version}/freeze", "staff-freeze-shares", "入股名单定稿"),
		model.MayWriteCoop, ofCoop("coop"), a.freezeShareList)
	route(a, get("/coops/{coop}/differences", "staff-list-differences", "两份名单差哪些户,为什么"), model.MayReadCoop, ofCoop("coop"), a.listDifferences)
	route(a, get("/coops/{coop}/dividends", "staff-dividends", "历次分红"), model.MayReadCoop, ofCoop("coop"), a.dividends)
	route(a, put("/coops/{coop}/dividends/{year}/{kind}", "staff-put-dividend", "填报分红数据"), model.MayWriteCoop, ofCoop("coop"), a.putDividend)
	run := func(step string) string { return "/coops/{coop}/dividends/{year}/{kind}/{version}" + step }
	route(a, get(run(""), "staff-dividend", "一次分红:数据、结果、核对、每户发了没有"), model.MayReadCoop, ofCoop("coop"), a.dividend)
	route(a, post(run("/compute"), "staff-compute-dividend", "计算"), model.MayWriteCoop, ofCoop("coop"), a.computeDividend)
	route(a, post(run("/check"), "staff-check-dividend", "核对;不平就说哪里不平"), model.MayWriteCoop, ofCoop("coop"), a.checkDividend)
	route(a, post(run("/approve"), "staff-approve-dividend", "批准,要另一个人"), model.MayApproveCoop, ofCoop("coop"), a.approveDividend)
	route(a, post(run("/publicise"), "staff-publish-dividend", "公示,名单隐去名字"), model.MayWriteCoop, ofCoop("coop"), a.publiciseDividend)
	route(a, post(run("/pay"), "staff-pay-dividend", "发放,每户记一笔账"), model.MayPostMoney, ofCoop("coop"), a.payDividend)
	route(a, post(run("/reversals"), "staff-reverse-dividend", "冲销发错的户"), model.MayPostMoney, ofCoop("coop"), a.reverseDividend)
	route(a, post(run("/reopen"), "staff-reopen-dividend", "重开,做下一版"), model.MayApproveCoop, ofCoop("coop"), a.reopenDividend)
	route(a, post(run("/what-if"), "staff-what-if", "试算,什么也不写"), model.MayReadCoop, ofCoop("coop"), a.whatIf)
	route(a, get(run("/statements/{no}"), "staff-dividend-steps", "一户的分红是怎么算的"), model.MayReadCoop, ofCoop("coop"), a.dividendStatement)
	route(a, get("/households/{no}/dividends", "staff-house-dividends", "一户的股份、分红、务工和卖木耳的钱"),
		model.MayReadCoop, ofHousehold("no"), a.householdDividends)
}

// moneyRoutes adds the books, and where the money comes from.
func (a *api) moneyRoutes() {
	route(a, get("/ledger/totals", "staff-totals", "支出总表:类别×体系×资金×月份,横竖都加得拢"), model.MayReadMoney, inFarm, a.totals)
	route(a, get("/ledger/years", "staff-ledger-years", "哪些年有账,近的在前"), model.MayReadMoney, ofNobody, a.ledgerYears)
	route(a, get("/ledger/months", "staff-months", "各月的账:关了没有,谁关的,还缺什么"), model.MayReadMoney, inFarm, a.months)
	route(a, post("/ledger/months/{period}/close", "staff-close-month", "关账:还有没记完的就说明原因"), model.MayCloseMonth, inFarm, a.closeMonth)
	route(a, post("/ledger/months/{period}/reopen", "staff-reopen-month", "重新打开一个月的账,要写原因"), model.MayCloseMonth, inFarm, a.reopenMonth)
	route(a, get("/entries", "staff-entries", "一笔一笔的账"), model.MayReadMoney, inBooks("household_no"), a.entries)
	route(a, get("/entry", "staff-entry", "一笔账"), model.MayReadMoney, ofEntry("id"), a.entry)
	route(a, post("/entries", "staff-post-entry", "记一笔账"), model.MayPostMoney, inBooks("household_no"), a.postEntry)
	route(a, post("/entries/reverse", "staff-reverse-entry", "冲销一笔账"), model.MayPostMoney, ofEntry("entry_id"), a.reverseEntry)
	route(a, get("/households/{no}/statement", "staff-statement", "一户一年的账,和户里看到的一样"), model.MayReadHouseholds, ofHousehold("no"), a.statement)
	route(a, get("/reports/{kind}", "staff-report", "报表,单位万元"), model.MayReadMoney, inFarm, a.report)
	route(a, get("/funds", "staff-funds", "一年的各笔资金:计划、到账、支出"), model.MayReadMoney, inFarm, a.funds)
	route(a, put("/funds", "staff-put-fund", "登记或修改一笔资金"), model.MayPostMoney, inFarm, a.putFund)
	route(a, get("/fund-receipts", "staff-receipts", "一笔资金的到账"), model.MayReadMoney, inFarm, a.receipts)
	route(a, post("/fund-receipts", "staff-receive", "记一笔到账"), model.MayPostMoney, inFarm, a.receive)
	route(a, get("/donations", "staff-donations", "捐款捐物"), model.MayReadMoney, inFarm, a.donations)
	route(a, post("/donations", "staff-donate", "登记捐款捐物;物进爱心超市的库"), model.MayPostMoney, inFarm, a.donate)
	route(a, get("/donations/thanks", "staff-thanks", "写好的感谢信"), model.MayPostMoney, inFarm, a.thanks)
	route(a, post("/donations/thanked", "staff-thanked", "记下已经致谢"), model.MayPostMoney, inFarm, a.thanked)
	route(a, get("/loans", "staff-loans", "无息借款"), model.MayReadMoney, inFarm, a.loans)
	route(a, post("/loans", "staff-lend", "登记一笔无息借款"), model.MayPostMoney, ofHousehold("household_no"), a.lend)
	route(a, post("/loans/repayments", "staff-repay", "记一笔还款"), model.MayPostMoney, ofLoan("loan_id"), a.repay)
	route(a, get("/stock", "staff-stock", "爱心超市的库存"), model.MayReadMoney, inFarm, a.stock)
	route(a, put("/stock", "staff-put-item", "登记或修改一种物品"), model.MayPostMoney, inFarm, a.putItem)
	route(a, get("/stock/moves", "staff-moves", "一种物品的出入库"), model.MayReadMoney, inFarm, a.moves)
	route(a, post("/stock/moves", "staff-stock-up", "买进的物品入库"), model.MayPostMoney, inFarm, a.stockUp)
	route(a, post("/stock/issues", "staff-issue-goods", "发给一户,同时记账"), model.MayPostMoney, ofHousehold("household_no"), a.issueGoods)
	route(a, post("/stock/returns", "staff-take-goods-back", "发给一户的退回来:物品回库,账冲销"), model.MayPostMoney, ofMove("move_id"), a.takeGoodsBack)
}

// The operations of the office.
var (
	office    = scope.Group{Prefix: "/staff/v1", Tag: "扶贫办"}
	get       = office.Get
	post      = office.Post
	put       = office.Put
	made      = office.Created
	gone      = office.Deleted
	noContent = scope.NoContent
)

// sheetRoutes are those of office sheets: the registry's and the books'.
func (a *api) sheetRoutes() {
	later := func(path, id, summary string) huma.Operation {
		o := post(path, id, summary)
		o.DefaultStatus = http.StatusAccepted
		return o
	}
	route(a, scope.WithSheet(made("/imports", "staff-import-check", "传一个表,只检查不导入:每行会新增、修改还是退回")), model.MayImport, inFarm, a.checkImport)
	route(a, get("/imports", "staff-imports", "最近的导入"), model.MayImport, inFarm, a.listImports)
	route(a, get("/imports/{id}", "staff-import", "一次导入到了哪一步"), model.MayImport, inFarm, a.readImport)
	route(a, get("/imports/{id}/changes", "staff-import-changes", "检查过的表会改什么:每一格现在是什么、改成什么"), model.MayImport, inFarm, a.importChanges)
	route(a, later("/imports/{id}/commit", "staff-import-commit", "把检查过的表导入;在后台做,可以重复按"), model.MayImport, inFarm, a.commitImport)
	route(a, scope.Slow(get("/imports/{id}/workbook", "staff-import-workbook", "退回的表:不对的格子标红,后面写着原因")), model.MayImport, inFarm, a.markedImport)
	route(a, gone("/imports/{id}", "staff-import-drop", "放弃一个检查过、还没有导入的表"), model.MayImport, inFarm, a.dropBatch)
	route(a, get("/templates/{kind}", "staff-template", "空白模板"), model.MayImport, ofNobody, a.template)

	route(a, scope.WithSheet(made("/batches", "staff-batch-check", "传一张台账表,只检查不记账:每行会记还是退回")), model.MayPostMoney, inFarm, a.checkBatch)
	route(a, get("/batches", "staff-entry-batches", "最近交的台账表"), model.MayPostMoney, inFarm, a.listBatches)
	route(a, get("/batches/{id}", "staff-batch", "一批账记到了哪一步"), model.MayPostMoney, inFarm, a.readImport)
	route(a, later("/batches/{id}/commit", "staff-batch-commit", "把检查过的一批账记进去;在后台做,可以重复按"), model.MayPostMoney, inFarm, a.commitImport)
	route(a, scope.Slow(get("/batches/{id}/workbook", "staff-batch-workbook", "退回的台账表:不对的格子标红")), model.MayPostMoney, inFarm, a.markedImport)
	route(a, gone("/batches/{id}", "staff-batch-drop", "放弃一批还没有记的账"), model.MayPostMoney, inFarm, a.dropBatch)
	route(a, get("/batch-template", "staff-batch-template", "台账表的空白模板"), model.MayPostMoney, ofNobody, a.batchTemplate)
}

// exportRoutes adds what leaves the house as a file that lists households row by row.
func (a *api) exportRoutes() {
	route(a, scope.Slow(get("/exports/{kind}", "staff-export", "导出一张表;不写用途的话敏感内容是遮住的")), model.MayExport, inLists, a.export)
	route(a, get("/reports/{kind}/file", "staff-report-file", "报表的Excel;到户的要写用途"), model.MayReadMoney, inFarm, a.reportFile)
	route(a, scope.Slow(get("/broadcasts/{id}/export", "staff-broadcast-export", "结果导出成CSV,要写用途")), model.MayReadNotices, ofBroadcast("id"), a.exportBroadcast)
	route(a, scope.Slow(made("/exports/{kind}/requests", "staff-export-request", "表太大,提请另一位同事同意")), model.MayExport, inLists, a.proposeExport)
	route(a, scope.Slow(made("/reports/{kind}/file/requests", "staff-report-request", "到户报表太大,提请另一位同事同意")), model.MayReadMoney, inFarm, a.proposeReport)
	route(a, scope.Slow(made("/broadcasts/{id}/export/requests", "staff-broadcast-request", "群发结果太大,提请另一位同事同意")),
		model.MayReadNotices, ofBroadcast("id"), a.proposeBroadcast)
	route(a, get("/export-requests", "staff-export-requests", "我提请的,和等我同意的"), model.MaySelf, ofOneself, a.exportRequests)
	route(a, post("/export-requests/{id}/decision", "staff-export-decide", "同意或不同意别人导出;同意后提请的人24小时内可以拿"),
		model.MayExport, ofOneself, a.decideExport)
}

func (a *api) aidRoutes() {
	route(a, get("/programmes", "staff-programmes", "某一天在办的项目"), model.MayReadApplications, ofNobody, a.programmes)
	route(a, get("/programmes/{code}", "staff-programme", "一个项目的每一版"), model.MayReadApplications, ofNobody, a.programme)
	route(a, put("/programmes/{code}", "staff-new-programme", "一个项目的新一版:条件、金额、材料"), model.MayWriteProgrammes, inFarm, a.newProgramme)
	route(a, get("/programme-terms", "staff-programme-terms", "写条件能用的内容、比法,材料种类,不批的原因"), model.MayReadApplications, ofNobody, a.programmeTerms)
	route(a, get("/households/{no}/eligibility", "staff-eligibility", "一户可申请什么"), model.MayReadApplications, ofHousehold("no"), a.eligibility)
	route(a, made("/households/{no}/applications", "staff-apply", "替一户申请"), model.MayHandleApplications, ofHousehold("no"), a.apply)
	route(a, get("/households/{no}/papers", "staff-papers", "一户存着的材料"), model.MayReadApplications, ofHousehold("no"), a.papers)
	paper := scope.WithPaper(made("/households/{no}/papers", "staff-add-paper", "替一户存一份材料"))
	route(a, paper, model.MayHandleApplications, ofHousehold("no"), a.addPaper)
	route(a, get("/households/{no}/papers/{paper}", "staff-paper", "看一份材料,要写原因,会记下来"), model.MayHandleApplications, ofHousehold("no"), a.openPaper)
	route(a, gone("/households/{no}/papers/{paper}", "staff-drop-paper", "删掉一份没有用着的材料"), model.MayHandleApplications, ofHousehold("no"), a.dropPaper)

	route(a, get("/applications", "staff-applications", "申请,先到期的在前"), model.MayReadApplications, inListsOf("household_no"), a.applications)
	route(a, get("/applications/{id}", "staff-application", "一份申请和它的核对记录"), model.MayReadApplications, ofApplication("id"), a.application)
	route(a, post("/applications/{id}/steps", "staff-application-step", "核对、要材料、核实、不批、公示、发放、重新核对"), model.MayHandleApplications, ofApplication("id"), a.applicationStep)
	route(a, post("/applications/{id}/approvals", "staff-approve-application", "批准;金额大的要两个人"), model.MayApproveAid, ofApplication("id"), a.approve)
	route(a, post("/applications/{id}/payments", "staff-pay-application", "发放了、没发成、冲回"), model.MayPostMoney, ofApplication("id"), a.pay)
	route(a, get("/application-days", "staff-application-days", "申请各环节的天数"), model.MayReadApplications, ofNobody, a.applicationDays)
	route(a, put("/application-days", "staff-set-application-days", "改申请各环节的天数"), model.MayWriteProgrammes, inFarm, a.setApplicationDays)
}

func (a *api) bindingRoutes() {
	route(a, get("/households/{no}/bindings", "staff-bindings", "谁在微信里能看这一户"), model.MayIssueCodes, ofHousehold("no"), a.bindings)
	route(a, gone("/households/{no}/bindings/{id}", "staff-end-binding", "停掉一个人看这一户的登记,要写原因"), model.MayIssueCodes, ofHousehold("no"), a.endBinding)
	route(a, get("/cadres/{cadre}/bindings", "staff-cadre-bindings", "谁在微信里登记成了这位干部"), model.MayIssueCodes, ofOneCadre("cadre"), a.cadreBindings)
	route(a, gone("/cadres/{cadre}/bindings/{id}", "staff-end-cadre-binding", "停掉一个人的干部登记,要写原因"), model.MayIssueCodes, ofOneCadre("cadre"), a.endCadreBinding)
}

// broadcastRoutes adds the notices and the broadcasts.
func (a *api) broadcastRoutes() {
	route(a, get("/notices", "staff-notices", "政策库"), model.MayReadNotices, ofNobody, a.notices)
	route(a, made("/notices", "staff-make-notice", "新写一条政策"), model.MayWriteNotices, inFarm, a.makeNotice)
	route(a, get("/notices/{id}", "staff-notice", "一条政策和它发布过的各版"), model.MayReadNotices, ofNobody, a.notice)
	route(a, put("/notices/{id}", "staff-change-notice", "改一条政策,另一个人审核、发布以后户里才看到"), model.MayWriteNotices, inFarm, a.changeNotice)
	route(a, post("/notices/{id}/submit", "staff-submit-notice", "提交审核,要由另一个人审核"), model.MayWriteNotices, inFarm, a.submitNotice)
	route(a, post("/notices/{id}/approve", "staff-approve-notice", "审核通过看过的这一版;写的和提交的人不能审核"), model.MayApproveNotices, inFarm, a.approveNotice)
	route(a, post("/notices/{id}/return", "staff-return-notice", "退回,写明原因"), model.MayApproveNotices, inFarm, a.returnNotice)
	route(a, post("/notices/{id}/publish", "staff-publish-notice", "发布审核通过的,成为新的一版"), model.MayWriteNotices, inFarm, a.publishNotice)
	route(a, post("/notices/{id}/withdraw", "staff-withdraw-notice", "撤下"), model.MayWriteNotices, inFarm, a.withdrawNotice)
	route(a, get("/notices/{id}/knowing", "staff-notice-knowing", "告知率和还要告知的户"), model.MayReadNotices, inLists, a.knowing)
	route(a, noContent(post("/notices/{id}/told", "staff-notice-told", "走访时告知了一户")), model.MayWriteNotices, ofHousehold("household_no"), a.toldNotice)

	route(a, get("/broadcasts", "staff-broadcasts", "群发的列表"), model.MayReadNotices, inLists, a.broadcasts)
	route(a, made("/broadcasts", "staff-make-broadcast", "新写一次群发"), model.MayWriteNotices, inLists, a.makeBroadcast)
	route(a, get("/wechat-tags", "staff-wechat-tags", "公众号的标签,群发可以只发给一个标签"), model.MayWriteNotices, ofNobody, a.wechatTags)
	route(a, get("/broadcasts/{id}", "staff-broadcast", "一次群发"), model.MayReadNotices, ofBroadcast("id"), a.broadcast)
	route(a, put("/broadcasts/{id}", "staff-change-broadcast", "改一次群发;批准作废"), model.MayWriteNotices, ofBroadcast("id"), a.changeBroadcast)
	route(a, get("/broadcasts/{id}/history", "staff-broadcast-history", "谁什么时候做了什么"), model.MayReadNotices, ofBroadcast("id"), a.broadcastHistory)
	route(a, get("/broadcasts/{id}/preview", "staff-broadcast-preview", "现在发会怎样:发给谁、谁发不到、为什么"), model.MayReadNotices, ofBroadcast("id"), a.previewBroadcast)
	route(a, post("/broadcasts/{id}/test", "staff-broadcast-test", "先发给自己看"), model.MayWriteNotices, ofBroadcast("id"), a.testBroadcast)
	route(a, post("/broadcasts/{id}/submit", "staff-broadcast-submit", "提交;50人以内不用第二个人批准"), model.MayWriteNotices, ofBroadcast("id"), a.submitBroadcast)
	route(a, post("/broadcasts/{id}/approve", "staff-broadcast-approve", "第二个人批准"), model.MayApproveNotices, ofBroadcast("id"), a.approveBroadcast)
	route(a, post("/broadcasts/{id}/reject", "staff-broadcast-reject", "退回"), model.MayApproveNotices, ofBroadcast("id"), a.rejectBroadcast)
	route(a, post("/broadcasts/{id}/start", "staff-broadcast-start", "现在发,或者定时发"), model.MaySendNotices, ofBroadcast("id"), a.startBroadcast)
	route(a, post("/broadcasts/{id}/pause", "staff-broadcast-pause", "暂停,正在发的一批发完就停"), model.MaySendNotices, ofBroadcast("id"), a.pauseBroadcast)
	route(a, post("/broadcasts/{id}/resume", "staff-broadcast-resume", "接着发还没发的"), model.MaySendNotices, ofBroadcast("id"), a.resumeBroadcast)
	route(a, post("/broadcasts/{id}/cancel", "staff-broadcast-cancel", "取消,已经收到的收不回来"), model.MaySendNotices, ofBroadcast("id"), a.cancelBroadcast)
	route(a, post("/broadcasts/{id}/retry", "staff-broadcast-retry", "只重发没有成功的"), model.MaySendNotices, ofBroadcast("id"), a.retryBroadcast)
	route(a, get("/broadcasts/{id}/progress", "staff-broadcast-progress", "发到哪里了"), model.MayReadNotices, ofBroadcast("id"), a.broadcastProgress)
	route(a, scope.Slow(get("/broadcasts/{id}/events", "staff-broadcast-events", "发到哪里了,有变化就推(SSE,事件progress)")), model.MayReadNotices, ofBroadcast("id"), a.broadcastEvents)
	route(a, get("/broadcasts/{id}/recipients", "staff-broadcast-recipients", "每个人的结果"), model.MayReadNotices, ofBroadcast("id"), a.broadcastResults)
	route(a, post("/broadcasts/{id}/recipients/{person}", "staff-broadcast-resolve", "不确定的一位:查明了怎么办"), model.MaySendNotices, ofBroadcast("id"), a.resolveRecipient)
}
