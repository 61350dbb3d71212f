package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"

	"bangfu/cmd/app"
	"bangfu/config"
	"bangfu/repo"
	"bangfu/service/model"
)

// listBench adds n households with one person each to the demo's farm, and times pages of the office's list, each
// asked for once after a write, so that nothing of it is remembered, and once more. stack: over MONGO_URI and REDIS_ADDR
// instead of the embedded engines.
func listBench(ctx context.Context, w io.Writer, n int, stack bool) (err error) {
	dir, err := os.MkdirTemp("", "bangfu-list-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	where, settings := "the embedded engines", map[string]string{
		"HTTP_ADDR": "127.0.0.1:0", "METRICS_ADDR": "127.0.0.1:0", "WXSIM_ADDR": "127.0.0.1:0", "DATA_DIR": dir, "LOG_LEVEL": "error",
	}
	if stack {
		keyset, err := repo.NewKeyset()
		if err != nil {
			return err
		}
		where, settings["FIELD_KEYSET"] = "the stack", keyset
		settings["MONGO_URI"], settings["REDIS_ADDR"], settings["MONGO_DATABASE"] = os.Getenv("MONGO_URI"), os.Getenv("REDIS_ADDR"), fmt.Sprintf("bench_%d", time.Now().Unix())
	}
	cfg, err := config.Load(config.Demo, settings, nil)
	if err != nil {
		return err
	}
	a, err := app.Start(ctx, config.Demo, cfg, app.Options{RelaxedDisk: true, IntoServers: stack})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Stop(ctx)) }()
	farm := manyHouseholds(n)
	if farm.Settings, err = a.Store().Settings(ctx); err != nil {
		return err
	}
	if err := a.Store().PutFarm(ctx, farm); err != nil {
		return err
	}
	token, err := officeToken(ctx, a.LocalURL())
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "list of %d households, 50 a page, on %s; load of the machine %s\n", n, where, machineLoad())
	fmt.Fprintf(w, "  %-34s %9s %9s\n", "page", "after a write", "again")
	for _, query := range []url.Values{
		{}, {"totals": {"true"}}, {"sort": {"head"}, "totals": {"true"}}, {"after": {"H-" + fmt.Sprint(10000+n/2)}}, {"unit_id": {"U-area-2"}}, {"status": {"under_assistance"}}, {"text": {"H-1"}}, {"text": {"无此人"}},
	} {
		if err := a.Store().PutFarm(ctx, model.Farm{Settings: farm.Settings, Households: farm.Households[:1]}); err != nil {
			return err
		}
		query.Set("limit", "50")
		var took [2]time.Duration
		for i := range took {
			if took[i], err = page(ctx, a.LocalURL()+"/staff/v1/households?"+query.Encode(), token); err != nil {
				return err
			}
		}
		query.Del("limit")
		name, _ := url.QueryUnescape(query.Encode())
		fmt.Fprintf(w, "  %-34s %9s %9s\n", "?"+name, rounded(took[0]), rounded(took[1]))
	}
	touch := func() error {
		return a.Store().PutFarm(ctx, model.Farm{Settings: farm.Settings, Households: farm.Households[:1]})
	}
	return errors.Join(todayBench(ctx, w, a.LocalURL(), token, touch), sheetBench(ctx, w, a.LocalURL(), token, n))
}

func manyHouseholds(n int) (f model.Farm) {
	record := model.NewRecord(time.Now(), "bench")
	for i := range n {
		house, person := fmt.Sprintf("H-%d", 10000+i), fmt.Sprintf("P-%d", 10000+i)
		f.Households = append(f.Households, model.Household{
			ID: house, Record: record, HeadID: person, UnitID: fmt.Sprintf("U-area-%d", 1+i%6), Status: model.StatusUnderAssistance,
		})
		f.Persons = append(f.Persons, model.Person{ID: person, Record: record, Name: "户主", Memberships: []model.Membership{{HouseholdID: house}}})
	}
	return f
}

// page asks for an address and says how long the whole answer took.
func page(ctx context.Context, address, token string) (time.Duration, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	began := time.Now()
	_, err = answerOf(req)
	return time.Since(began), err
}

// answerOf is the whole answer to a request, which has to be a good one.
func answerOf(req *http.Request) ([]byte, error) {
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode >= http.StatusMultipleChoices {
		err = fmt.Errorf("%s: %d %.200s", req.URL, resp.StatusCode, body)
	}
	return body, err
}
