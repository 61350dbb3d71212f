package wechat

import "context"

const phonePath = "/wxa/business/getuserphonenumber"

// Phone is a person's telephone number as WeChat has verified it.
type Phone struct {
	Number  string // with country code for numbers abroad
	Pure    string // without
	Country string // country code: 86
}

// PhoneNumber exchanges the code of a tap on the phone-number button, which is good once and for five
// minutes from the tap. With the openid WeChat makes sure that the code is this person's; it may be
// empty. ClassCode: the client must have the person tap again. The SDK knows no openid.
func (c *Client) PhoneNumber(ctx context.Context, code, openID string) (Phone, error) {
	err := check(phonePath, rule{code == "", "no code"}, rule{openID != "" && !plausibleOpenID(openID), "not an openid"})
	if err != nil {
		return Phone{}, err
	}
	var a struct {
		Info struct {
			Number  string `json:"phoneNumber"`
			Pure    string `json:"purePhoneNumber"`
			Country loose  `json:"countryCode"`
		} `json:"phone_info"`
	}
	err = c.call(ctx, phonePath, nil, struct {
		Code   string `json:"code"`
		OpenID string `json:"openid,omitempty"`
	}{code, openID}, &a)
	if err != nil {
		return Phone{}, err
	}
	if a.Info.Pure == "" {
		return Phone{}, unexpected(phonePath, "answer without a number")
	}
	return Phone{Number: a.Info.Number, Pure: a.Info.Pure, Country: string(a.Info.Country)}, nil
}
