package broadcast_test

import (
	"fmt"
	"net/http"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// TestWhatTheOutreachPagesRead goes through what the console reads to offer choices: broadcasts page by page, the
// account's tags, and who can look into an objection.
func TestWhatTheOutreachPagesRead(t *testing.T) {
	r := apptest.Boot(t)
	publisher := r.Staff("writer", "", model.RoleAssignment{Role: model.RolePublisher})
	secretary := r.Staff("sec", "", model.RoleAssignment{Role: model.RoleSecretary, UnitID: "U-area-1"})
	r.Staff("keys", "", model.RoleAssignment{Role: model.RoleAdministrator})

	for i := range 5 {
		body := doc{"title": fmt.Sprint("第", i, "次"), "audience": doc{"to": "cadres"}, "content": cadreContent}
		r.Must(http.MethodPost, "/staff/v1/broadcasts", publisher, body, nil)
	}
	seen, before := map[string]bool{}, ""
	for pages := 1; ; pages++ {
		var page struct {
			Broadcasts []struct{ ID string }
			Next       string
		}
		r.Must(http.MethodGet, "/staff/v1/broadcasts?limit=2&before="+before, publisher, nil, &page)
		for _, b := range page.Broadcasts {
			seen[b.ID] = true
		}
		if before = page.Next; before == "" {
			if pages != 3 || len(seen) != 5 {
				t.Errorf("%d pages with %d broadcasts", pages, len(seen))
			}
			break
		}
	}
	// What the whole farm's author wrote is not the area's secretary's to read; the page says so and goes on.
	var theirs struct {
		Broadcasts []struct{ ID string }
		Next       string
	}
	r.Must(http.MethodGet, "/staff/v1/broadcasts?limit=2", secretary, nil, &theirs)
	if len(theirs.Broadcasts) != 0 || theirs.Next == "" {
		t.Errorf("the secretary's page: %+v", theirs)
	}

	var tags struct {
		Tags []struct {
			ID   int64
			Name string
		}
	}
	r.Must(http.MethodGet, "/staff/v1/wechat-tags", publisher, nil, &tags)
	if len(tags.Tags) == 0 || tags.Tags[0].ID == 0 || tags.Tags[0].Name == "" {
		t.Errorf("tags: %+v", tags)
	}

	var who struct {
		Owners []struct{ ID, Name string }
	}
	r.Must(http.MethodGet, "/staff/v1/objection-owners", publisher, nil, &who)
	ids := map[string]bool{}
	for _, o := range who.Owners {
		ids[o.ID] = true
	}
	if !ids["sec"] || !ids["office"] || ids["keys"] || ids["admin"] {
		t.Errorf("owners: %+v", who)
	}
}

// TestTheDemoCanBroadcast composes as the demo's log-ins do: the test comes to the author's phone, and a second person
// approves.
func TestTheDemoCanBroadcast(t *testing.T) {
	r := apptest.Boot(t)
	login := func(name string) string {
		var out struct{ Token string }
		r.Must(http.MethodPost, "/staff/v1/login", "", doc{"name": name, "password": "bangfu-demo"}, &out)
		return out.Token
	}
	publisher, office := login("publisher"), login("office")
	body := doc{"title": "低保标准", "audience": doc{"to": "cadres", "except": []string{"C-110", "C-109"}}, "content": cadreContent}
	var b broadcastView
	r.Must(http.MethodPost, "/staff/v1/broadcasts", publisher, body, &b)
	path := "/staff/v1/broadcasts/" + b.ID
	r.Must(http.MethodPost, path+"/test", publisher, nil, &b)
	if r.Templates("c-110") != 1 {
		t.Errorf("the test has not arrived: %+v", r.Chat("c-110"))
	}
	r.Must(http.MethodPost, path+"/submit", publisher, nil, &b)
	r.Must(http.MethodPost, path+"/approve", office, doc{"rev": b.Rev}, &b)
	r.Must(http.MethodPost, path+"/start", publisher, doc{}, &b)
	apptest.EventuallyAll(t, "everybody has it", func() bool {
		r.Must(http.MethodGet, path, publisher, nil, &b)
		return b.State == "finished" && b.Counts["accepted"] == 108
	})
}
