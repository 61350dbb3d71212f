package wxsim

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// The sorts of templates. A template message and a subscription message cannot use each other's.
const (
	typeMessage = 0 // of template messages; only an official account has them
	typeOnce    = 2 // an accept allows one message
	typeLong    = 3 // an accept allows messages until it is taken back
)

// maxTemplates is how many templates of either sort an account may have.
const maxTemplates = 25

// Template is a template that an account has.
type Template struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Content string `json:"content"` // with {{thing1.DATA}} where a field goes
	Type    int    `json:"type"`    // 0 template message, 2 one-time, 3 long-term subscription
}

var keywordPattern = regexp.MustCompile(`\{\{\s*([A-Za-z_]+\d*)\.DATA\s*\}\}`)

// keywords are the names of the fields, in the order they are shown.
func (t Template) keywords() []string {
	var list []string
	for _, m := range keywordPattern.FindAllStringSubmatch(t.Content, -1) {
		list = append(list, m[1])
	}
	return list
}

// AddTemplate gives a template to the account "oa" or "mp"; a known id is replaced. A reset keeps it.
func (s *Sim) AddTemplate(account string, t Template) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.accountNamed(account)
	switch {
	case err != nil:
		return err
	case t.ID == "" || t.Content == "":
		return badRequest("a template needs an id and content")
	case len(t.keywords()) == 0:
		return badRequest("content has no {{….DATA}}")
	case t.Type != typeOnce && t.Type != typeLong && (t.Type != typeMessage || a.kind == kindMP):
		return badRequest("type must be 2 or 3, or, for a template message of the official account, 0")
	}
	s.dropTemplate(a, t.ID)
	s.templates[a.kind] = append(s.templates[a.kind], t)
	return nil
}

type templateInput struct {
	Account string `json:"account"` // "oa" (default) or "mp"
	Template
}

func (s *Sim) addTemplate(_ *http.Request, in templateInput) (any, error) {
	return in.Template, s.AddTemplate(in.Account, in.Template)
}

// template finds a template of the account. The caller holds s.mu.
func (s *Sim) template(a *account, id string) (Template, bool) {
	for _, t := range s.templates[a.kind] {
		if t.ID == id {
			return t, true
		}
	}
	return Template{}, false
}

// dropTemplate reports whether there was one. The caller holds s.mu.
func (s *Sim) dropTemplate(a *account, id string) bool {
	before := len(s.templates[a.kind])
	s.templates[a.kind] = slices.DeleteFunc(s.templates[a.kind], func(t Template) bool { return t.ID == id })
	return len(s.templates[a.kind]) < before
}

// ofSort lists the account's templates of one sort. The caller holds s.mu.
func (s *Sim) ofSort(a *account, subscription bool) []Template {
	var list []Template
	for _, t := range s.templates[a.kind] {
		if (t.Type != typeMessage) == subscription {
			list = append(list, t)
		}
	}
	return list
}

func apiTemplateList(s *Sim, c *call) (any, error) {
	list := []map[string]any{}
	for _, t := range s.ofSort(c.acct, false) {
		list = append(list, map[string]any{
			"template_id": t.ID, "title": t.Title, "content": t.Content, "example": "",
			"primary_industry": "", "deputy_industry": "",
		})
	}
	return map[string]any{"template_list": list}, nil
}

// apiTemplateAdd takes a template out of the library. The simulator has no library: any number is
// there, and each keyword becomes a field of the most common sort.
func apiTemplateAdd(s *Sim, c *call) (any, error) {
	var in struct {
		ID       string   `json:"template_id_short"`
		Keywords []string `json:"keyword_name_list"`
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	switch {
	case in.ID == "":
		return nil, fail(40037, "invalid template_id")
	case strings.HasPrefix(in.ID, "TM") || strings.HasPrefix(in.ID, "OPENTM"):
		return nil, fail(40247, "need category template id") // the old library is closed
	case len(in.Keywords) == 0 || len(in.Keywords) > 5:
		return nil, fail(40246, "invalid keyword_name_list")
	case len(s.ofSort(c.acct, false)) >= maxTemplates:
		return nil, fail(45026, "template num exceeds limit")
	}
	var lines []string
	for i, name := range in.Keywords {
		lines = append(lines, fmt.Sprintf("%s：{{thing%d.DATA}}", name, i+1))
	}
	id := s.grow(c.acct, Template{Title: "模板 " + in.ID, Content: strings.Join(lines, "\n")})
	return map[string]any{"errcode": 0, "errmsg": "ok", "template_id": id}, nil
}

// grow stores a template under a new id.
func (s *Sim) grow(a *account, t Template) string {
	t.ID = randomText(43)
	s.templates[a.kind] = append(s.templates[a.kind], t)
	return t.ID
}

func apiTemplateDelete(s *Sim, c *call) (any, error) {
	var in struct {
		ID string `json:"template_id"`
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	if t, known := s.template(c.acct, in.ID); !known || t.Type != typeMessage {
		return nil, fail(40037, "invalid template_id")
	}
	s.dropTemplate(c.acct, in.ID)
	return done(), nil
}

func apiNewTemplateList(s *Sim, c *call) (any, error) {
	list := []map[string]any{}
	for _, t := range s.ofSort(c.acct, true) {
		list = append(list, map[string]any{
			"priTmplId": t.ID, "title": t.Title, "content": t.Content, "example": "", "type": t.Type,
			"keywordEnumValueList": []any{},
		})
	}
	return map[string]any{"errcode": 0, "errmsg": "ok", "data": list}, nil
}

// apiNewTemplateAdd takes a one-time subscription template out of the library, see apiTemplateAdd.
func apiNewTemplateAdd(s *Sim, c *call) (any, error) {
	var in struct {
		ID    any    `json:"tid"` // a number or a string
		Kids  []int  `json:"kidList"`
		Scene string `json:"sceneDesc"`
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	switch {
	case in.ID == nil || in.ID == "":
		return nil, fail(200014, "missing parameter tid")
	case len(in.Kids) < 2 || len(in.Kids) > 5:
		return nil, fail(200020, "invalid kidList")
	case utf8.RuneCountInString(in.Scene) > 15:
		return nil, fail(200021, "invalid sceneDesc")
	case len(s.ofSort(c.acct, true)) >= maxTemplates:
		return nil, fail(200012, "private template num exceeds limit")
	}
	var lines []string
	for _, kid := range in.Kids {
		lines = append(lines, fmt.Sprintf("{{thing%d.DATA}}", kid))
	}
	t := Template{Title: fmt.Sprint("模板 ", in.ID), Content: strings.Join(lines, "\n"), Type: typeOnce}
	return map[string]any{"errcode": 0, "errmsg": "ok", "priTmplId": s.grow(c.acct, t)}, nil
}

func apiNewTemplateDelete(s *Sim, c *call) (any, error) {
	var in struct {
		ID string `json:"priTmplId"`
	}
	if err := c.bind(&in); err != nil {
		return nil, err
	}
	if t, known := s.template(c.acct, in.ID); !known || t.Type == typeMessage {
		return nil, fail(20002, "invalid priTmplId")
	}
	s.dropTemplate(c.acct, in.ID)
	return done(), nil
}

func apiCategory(*Sim, *call) (any, error) {
	return map[string]any{"errcode": 0, "errmsg": "ok", "data": []any{map[string]any{"id": 612, "name": "政务民生"}}}, nil
}
