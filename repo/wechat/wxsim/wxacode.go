package wxsim

import (
	"slices"
	"strings"
)

const (
	maxCodeScene = 32
	minCodeWidth = 280
	maxCodeWidth = 1280
)

// codeInput is the body of getwxacodeunlimit; what only colours the picture is left out.
type codeInput struct {
	Scene string `json:"scene"`
	Page  string `json:"page"`
	Check *bool  `json:"check_path"` // left out means true
	Env   string `json:"env_version"`
	Width int    `json:"width"`
}

// apiMiniCode draws the round code of a page of the mini-program.
func apiMiniCode(_ *Sim, c *call) (any, error) {
	var in codeInput
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	checked := in.Check == nil || *in.Check
	switch {
	case in.Scene == "" || len(in.Scene) > maxCodeScene || strings.ContainsFunc(in.Scene, notInScene):
		return nil, fail(40129, "invalid scene")
	case !knownStage(in.Env):
		return nil, fail(40097, "invalid args")
	case in.Width != 0 && (in.Width < minCodeWidth || in.Width > maxCodeWidth):
		return nil, fail(40097, "invalid args")
	case strings.HasPrefix(in.Page, "/") || strings.Contains(in.Page, "?"):
		return nil, fail(41030, "invalid page")
	case checked && !releasedPage(in.Page):
		return nil, fail(41030, "invalid page")
	}
	return drawing(in.Scene + "\n" + in.Page + "\n" + in.Env), nil
}

func notInScene(r rune) bool {
	return !strings.ContainsRune(letters+"!#$&'()*+,/:;=?@-._~", r)
}

// knownStage is about the version of the mini-program that opens; left out means the released one.
func knownStage(env string) bool {
	return slices.Contains([]string{"", "release", "trial", "develop"}, env)
}

// releasedPage takes every page under pages/ for one of the released version; "" is the first page.
func releasedPage(page string) bool { return page == "" || strings.HasPrefix(page, "pages/") }
