package wxsim

import (
	"bytes"
	"encoding/json"
	"strings"
)

// button is one entry of the account's menu, as the API and the page know it.
type button struct {
	Type     string   `json:"type,omitempty"`
	Name     string   `json:"name"`
	Key      string   `json:"key,omitempty"`
	URL      string   `json:"url,omitempty"`
	AppID    string   `json:"appid,omitempty"`
	PagePath string   `json:"pagepath,omitempty"`
	MediaID  string   `json:"media_id,omitempty"`
	Sub      []button `json:"sub_button"`
}

// UnmarshalJSON reads a button; WeChat gives one without sub-buttons back with an empty list of them.
func (b *button) UnmarshalJSON(raw []byte) error {
	type plain button
	if err := json.Unmarshal(raw, (*plain)(b)); err != nil {
		return err
	}
	if b.Sub == nil {
		b.Sub = []button{}
	}
	return nil
}

type menu struct {
	Buttons []button `json:"button"`
	ID      int64    `json:"menuid"`

	personal bool // for people with a tag
}

// buttonCodes are the error codes of one menu level, in the order of checkButton.
type buttonCodes struct{ kind, name, key, url int }

// apiMenuCreate replaces the menu after checking WeChat's limits.
func apiMenuCreate(s *Sim, c *call) (any, error) {
	// Menu names sent as \uXXXX would show up as these very characters on the phone.
	if bytes.Contains(c.body, []byte(`\u`)) {
		return nil, fail(40033, `invalid charset. please check your request, if include \uxxxx will create fail!`)
	}
	var in menu
	if json.Unmarshal(c.body, &in) != nil {
		return nil, fail(47001, "data format error")
	}
	if err := checkMenu(in.Buttons); err != nil {
		return nil, err
	}
	s.msgID++
	s.menu = &menu{Buttons: in.Buttons, ID: s.msgID}
	s.menusChanged()
	return done(), nil
}

func checkMenu(top []button) error {
	if len(top) == 0 || len(top) > 3 {
		return fail(40016, "invalid button size")
	}
	for _, b := range top {
		if err := checkTop(b); err != nil {
			return err
		}
	}
	return nil
}

func checkTop(b button) error {
	if len(b.Sub) == 0 {
		return checkButton(b, 16, buttonCodes{40017, 40018, 40019, 40020})
	}
	if b.Name == "" || len(b.Name) > 16 {
		return fail(40018, "invalid button name size")
	}
	if len(b.Sub) > 5 {
		return fail(40023, "invalid sub button size")
	}
	for _, sub := range b.Sub {
		if len(sub.Sub) > 0 {
			return fail(40022, "invalid sub button level")
		}
		if err := checkButton(sub, 60, buttonCodes{40024, 40025, 40026, 40027}); err != nil {
			return err
		}
	}
	return nil
}

func checkButton(b button, maxName int, codes buttonCodes) error {
	if b.Name == "" || len(b.Name) > maxName {
		return fail(codes.name, "invalid button name size")
	}
	switch b.Type {
	case "click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin",
		"location_select":
		if b.Key == "" || len(b.Key) > 128 {
			return fail(codes.key, "invalid button key size")
		}
	case "view":
		if !isWebURL(b.URL) || len(b.URL) > 1024 {
			return fail(codes.url, "invalid button url size")
		}
	case "miniprogram":
		if b.AppID == "" || b.PagePath == "" || b.URL == "" || len(b.URL) > 1024 {
			return fail(codes.url, "invalid button url size")
		}
	case "media_id", "view_limited", "article_id", "article_view_limited":
	default:
		return fail(codes.kind, "invalid button type")
	}
	return nil
}

func isWebURL(v string) bool {
	return strings.HasPrefix(v, "http://") || strings.HasPrefix(v, "https://")
}

func apiMenuGet(s *Sim, _ *call) (any, error) {
	if s.menu == nil {
		return nil, fail(46003, "menu no exist")
	}
	return struct {
		Menu     *menu          `json:"menu"`
		Personal []personalMenu `json:"conditionalmenu,omitempty"`
	}{s.menu, s.personal}, nil
}

// apiMenuDelete takes away every menu, those for people with a tag too.
func apiMenuDelete(s *Sim, _ *call) (any, error) {
	s.menu, s.personal = nil, nil
	s.menusChanged()
	return done(), nil
}

// find looks for the button a key, URL or page path stands for.
func (m menu) find(key string) (button, bool) {
	for _, b := range m.Buttons {
		for _, candidate := range append([]button{b}, b.Sub...) {
			if key == candidate.Key || key == candidate.URL || key == candidate.PagePath {
				return candidate, true
			}
		}
	}
	return button{}, false
}
