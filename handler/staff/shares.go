package staff

import (
	"context"

	"bangfu/service/access"
	"bangfu/service/coop"
	"bangfu/service/model"
)

// ShareList is a list of who holds shares.
type ShareList struct {
	Rev    int64 `json:"rev"`
	Frozen bool  `json:"frozen" doc:"定稿了,不能再改"`
	model.Subscription
}

func shareListView(v model.Subscription) ShareList { return ShareList{v.Rev, v.Frozen(), v} }

func (a *api) shareLists(ctx context.Context, of access.Record[model.Cooperative], in *ByCoop) (*rowsOutput[ShareList], error) {
	list, err := a.Coop.Subscriptions(ctx, of)
	return rowsAnswer(list, "", err, shareListView)
}

// HolderInput is one household's share.
type HolderInput struct {
	HouseholdNo string `json:"household_no" minLength:"2" maxLength:"40"`
	Amount      string `json:"amount_yuan" minLength:"1" maxLength:"20"`
}

func holdersOf(list []HolderInput, y *yuanReader) (holders []model.Holder) {
	for _, h := range list {
		holders = append(holders, model.Holder{HouseholdID: h.HouseholdNo, Amount: y.fen(h.Amount)})
	}
	return holders
}

type shareListInput struct {
	ByCoop
	Body struct {
		Rev     int64           `json:"rev,omitempty" minimum:"0" doc:"新的不写"`
		Year    int             `json:"year" minimum:"2000" maximum:"2100"`
		Version int             `json:"version" minimum:"1" maximum:"99"`
		Fund    string          `json:"fund_yuan" minLength:"1" maxLength:"20" doc:"入股总额,要等于各户之和"`
		Holders []HolderInput   `json:"holders" minItems:"1" maxItems:"2000"`
		LeftOut []model.LeftOut `json:"left_out,omitempty" maxItems:"2000" doc:"没有入股的户和原因"`
	}
}

func (a *api) putShareList(ctx context.Context, of access.Record[model.Cooperative], in *shareListInput) (*oneOutput[ShareList], error) {
	b := in.Body
	var y yuanReader
	v := model.Subscription{
		CoopID: in.Coop, Year: b.Year, Version: b.Version, Fund: y.fen(b.Fund), Holders: holdersOf(b.Holders, &y), LeftOut: b.LeftOut,
	}
	if y.err != nil {
		return nil, y.err
	}
	v, err := a.Coop.PutSubscription(ctx, of, v, b.Rev)
	return oneAnswer(v, err, shareListView)
}

type freezeInput struct {
	ByCoop
	Year    int `path:"year"`
	Version int `path:"version"`
	Body    struct {
		Rev int64 `json:"rev" minimum:"1"`
	}
}

func (a *api) freezeShareList(ctx context.Context, of access.Record[model.Cooperative], in *freezeInput) (*oneOutput[ShareList], error) {
	v, err := a.Coop.Freeze(ctx, of, in.Year, in.Version, in.Body.Rev)
	return oneAnswer(v, err, shareListView)
}

// ListDifference is a household that stands in only one of two lists.
type ListDifference struct {
	HouseholdNo string `json:"household_no"`
	Head        string `json:"head" doc:"户主,隐去名字"`
	InFirst     bool   `json:"in_first" doc:"true:只在第一份里;false:只在第二份里"`
	Reason      string `json:"reason" doc:"为什么不在另一份里;空的是名单没有写"`
}

type differencesInput struct {
	ByCoop
	First  string `query:"first" required:"true" maxLength:"60" doc:"入股名单(K-001/2018/1)、大棚分配(allotments/2017)或某天在册(register/2017-12-31)"`
	Second string `query:"second" required:"true" maxLength:"60"`
}

func (a *api) listDifferences(ctx context.Context, of access.Record[model.Cooperative], in *differencesInput) (*rowsOutput[ListDifference], error) {
	list, err := a.Coop.Differences(ctx, of, in.First, in.Second)
	return rowsAnswer(list, "", err, func(d coop.Difference) ListDifference {
		return ListDifference{HouseholdNo: d.HouseholdID, Head: d.Head, InFirst: d.InFirst, Reason: d.Reason}
	})
}
