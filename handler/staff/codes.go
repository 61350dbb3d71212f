package staff

import (
	"context"
	"encoding/base64"
	"time"

	"bangfu/service/access"
)

type codeInput struct {
	Body struct {
		HouseholdNo string `json:"household_no,omitempty" maxLength:"40" doc:"户号,如H-001"`
		Proxy       bool   `json:"proxy,omitempty" doc:"给代看的人:只看合计和走访,90天有效"`
		CadreID     string `json:"cadre_id,omitempty" maxLength:"40" doc:"干部编号,如C-001"`
	}
}

type codeOutput struct {
	Body struct {
		Code      string    `json:"code" doc:"绑定码:户的6位,干部的10位;10分钟内有效,只能用一次,发的人自己用不了"`
		ExpiresAt time.Time `json:"expires_at"`
	}
}

func (a *api) issueCode(ctx context.Context, holder access.Holder, in *codeInput) (*codeOutput, error) {
	code, err := a.Account.IssueCode(ctx, holder, in.Body.Proxy)
	if err != nil {
		return nil, err
	}
	out := &codeOutput{}
	out.Body.Code, out.Body.ExpiresAt = code.Code, code.ExpiresAt
	return out, nil
}

type cardInput struct {
	Body struct {
		HouseholdNo string `json:"household_no" minLength:"1" maxLength:"40" doc:"户号,如H-001"`
		Renew       bool   `json:"renew,omitempty" doc:"换一张,以前的都作废"`
		Draw        bool   `json:"draw,omitempty" doc:"也画小程序码"`
	}
}

type cardOutput struct {
	Body struct {
		URL       string `json:"url" doc:"服务号二维码里的内容"`
		ImageURL  string `json:"image_url" doc:"微信画好的服务号二维码"`
		MiniScene string `json:"mini_scene" doc:"小程序码的scene"`
		MiniImage string `json:"mini_image,omitempty" doc:"小程序码,data:地址"`
	}
}

func (a *api) makeCard(ctx context.Context, house access.Household, in *cardInput) (*cardOutput, error) {
	card, err := a.Account.HouseholdCard(ctx, house, in.Body.Renew)
	if err != nil {
		return nil, err
	}
	out := &cardOutput{}
	out.Body.URL, out.Body.ImageURL, out.Body.MiniScene = card.OA.URL, card.OA.ImageURL, card.MiniScene
	if !in.Body.Draw {
		return out, nil
	}
	picture, err := a.Account.MiniCardPicture(ctx, card.MiniScene)
	if err != nil {
		return nil, err
	}
	out.Body.MiniImage = "data:" + picture.Type + ";base64," + base64.StdEncoding.EncodeToString(picture.Data)
	return out, nil
}
