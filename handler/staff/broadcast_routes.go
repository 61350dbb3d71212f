package staff

import "bangfu/service/model"

// registerBroadcasts adds the notices and the broadcasts.
func (a *api) registerBroadcasts() {
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
	route(a, get("/broadcasts/{id}/events", "staff-broadcast-events", "发到哪里了,有变化就推(SSE,事件progress)"), model.MayReadNotices, ofBroadcast("id"), a.broadcastEvents)
	route(a, get("/broadcasts/{id}/recipients", "staff-broadcast-recipients", "每个人的结果"), model.MayReadNotices, ofBroadcast("id"), a.broadcastResults)
	route(a, post("/broadcasts/{id}/recipients/{person}", "staff-broadcast-resolve", "不确定的一位:查明了怎么办"), model.MaySendNotices, ofBroadcast("id"), a.resolveRecipient)
}
