package model

import (
	"fmt"
	"strings"
	"time"
)

// DonorKind is what sort of donor it is.
type DonorKind string

// The kinds of donors.
const (
	DonorPerson       DonorKind = "person"
	DonorEnterprise   DonorKind = "enterprise"
	DonorOrganisation DonorKind = "social_organisation"
	DonorCadre        DonorKind = "cadre"
)

// DonorKinds are all of them.
var DonorKinds = []DonorKind{DonorPerson, DonorEnterprise, DonorOrganisation, DonorCadre}

// Anonymous is what a donor is called who has not agreed to be named.
const Anonymous = "爱心人士"

// Donation is money or goods that somebody gave. The donor's name is sealed, whether or not it may be public.
type Donation struct {
	ID           string `bson:"_id"` // the idempotency key
	Record       `bson:",inline"`
	DonorKind    DonorKind   `bson:"donor_kind"`
	DonorName    Sealed      `bson:"donor_name"`
	PublicNameOK bool        `bson:"public_name_ok"`
	FundID       string      `bson:"fund_id"`
	Cash         Fen         `bson:"cash_fen"`
	Goods        []GoodsLine `bson:"goods"`
	On           Date        `bson:"on"`
	Note         string      `bson:"note"`
	ThankedAt    time.Time   `bson:"thanked_at"` // zero: nobody has thanked yet
	ThankedBy    string      `bson:"thanked_by"`
}

// GoodsLine is one kind of goods in a donation; they go to the love supermarket's stock.
type GoodsLine struct {
	ItemID   string `bson:"item_id" json:"item_id" minLength:"1" maxLength:"40"`
	Quantity int64  `bson:"quantity" json:"quantity" minimum:"1" maximum:"1000000"`
	Value    Fen    `bson:"value_fen" json:"value_fen" minimum:"1" doc:"这些一共值多少,分"`
}

// GoodsValue is what the goods are worth.
func (d Donation) GoodsValue() (total Fen, err error) {
	for _, g := range d.Goods {
		if total, err = total.Add(g.Value); err != nil {
			return total, err
		}
	}
	return total, nil
}

// Value is all of it, money and goods.
func (d Donation) Value() (Fen, error) {
	goods, err := d.GoodsValue()
	if err != nil {
		return 0, err
	}
	return goods.Add(d.Cash)
}

// Year of the donation's fund.
func (d Donation) Year() int { return d.On.Year() }

// PublicName is what anybody may read: name is the opened one.
func (d Donation) PublicName(name string) string {
	if d.PublicNameOK && name != "" {
		return name
	}
	return Anonymous
}

// Thanks is the letter to the donor, who is called by name in it. items are the goods in words.
func (d Donation) Thanks(name, farm, fund string, items []string) string {
	var gave []string
	if d.Cash > 0 {
		gave = append(gave, "捐款"+d.Cash.Yuan()+"元")
	}
	if len(items) > 0 {
		gave = append(gave, "捐赠"+strings.Join(items, "、"))
	}
	return fmt.Sprintf("尊敬的%s：\n您于%s向%s%s，我们已经收到并登记，会一笔一笔用在困难户身上，用在哪里随时可以来查。\n谢谢您的爱心！\n%s扶贫办公室",
		name, d.On.LongYear(), fund, strings.Join(gave, "，"), farm)
}
