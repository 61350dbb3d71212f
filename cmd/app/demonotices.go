//go:build !noembed

package app

import (
	"context"
	"time"

	"bangfu/repo"
	"bangfu/service/model"
)

// demoPolicies are what the demo's office has published.
var demoPolicies = []model.NoticeText{
	{
		Title: "2017年冬季取暖补助", Summary: "建档立卡户冬季取暖费由农场统一补助，不用申请，不用交钱；没有补上的找扶贫办。",
		Text:     "对建档立卡户给予冬季取暖补助，由农场财务直接结算。应补未补的，可向帮扶干部或扶贫办反映。",
		Keywords: []string{"取暖", "取暖费", "供热", "煤"},
	},
	{
		Title: "城乡居民最低生活保障", Summary: "家庭人均收入低于保障标准的可以申请低保，按月打到卡上；找扶贫办或民政窗口申请。",
		Text:     "共同生活的家庭成员人均收入低于当地最低生活保障标准，且财产状况符合规定的，可以申请最低生活保障。",
		Keywords: []string{"低保", "低保金", "保障金"},
	},
	{
		Title: "贫困家庭学生教育救助", Summary: "建档立卡户的孩子上学有教育救助，从幼儿园到大学标准不同；带学籍证明找扶贫办。",
		Text:     "对建档立卡户在校学生按学段给予教育救助，需提供学籍证明。",
		Keywords: []string{"上学", "学费", "助学", "教育"},
	},
}

// seedNotices publishes the demo's policies and drafts a broadcast of one of them, so that there is something to find.
func seedNotices(ctx context.Context, store *repo.Store, now time.Time) error {
	audience := model.BroadcastAudience{To: "households"}
	for i, text := range demoPolicies {
		text.Audience, text.ValidFrom = audience, model.DateOf(now)
		id := "demo-policy-" + string(rune('1'+i))
		n := model.PolicyNotice{
			ID: id, Record: model.NewRecord(now, "seed"), NoticeText: text, Version: 1, Published: true, PublishedAt: now.UTC(),
		}
		if err := model.IgnoreKind(store.InsertNotice(ctx, n), model.KindConflict); err != nil {
			return err
		}
		v := model.NoticeVersion{ID: id + "/1", NoticeID: id, Version: 1, NoticeText: text, PublishedAt: now.UTC(), PublishedBy: "seed", ApprovedBy: "seed"}
		if err := model.IgnoreKind(store.InsertNoticeVersion(ctx, v), model.KindConflict); err != nil {
			return err
		}
	}
	return model.IgnoreKind(store.InsertBroadcast(ctx, model.Broadcast{
		ID: "demo-broadcast", Record: model.NewRecord(now, "seed"), Title: "告诉各户：取暖补助不用申请", NoticeID: "demo-policy-1", Audience: audience, ByHand: true,
		Until: model.DateOf(now).AddDays(30), State: model.BroadcastDraft,
		Content: model.BroadcastContent{About: "冬季取暖补助", When: model.DateOf(now).LongYear(), More: "不用申请，不用交钱", Text: "今年冬天的取暖费由农场统一补助，不用申请，不用交钱。没有补上的，回“没到”。"},
	}), model.KindConflict)
}
