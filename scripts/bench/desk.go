package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"time"
)

// busy is how much of the processors this process has used. A wall clock on a machine that others work on says less.
func busy() time.Duration {
	var use syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &use) != nil {
		return 0
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// todayBench asks for everything that the office's first page begins with, at once, after a write and once more.
func todayBench(ctx context.Context, w io.Writer, base, token string, touch func() error) error {
	me, err := get(ctx, base+"/staff/v1/me", token)
	if err != nil {
		return err
	}
	var day struct{ Today string }
	if err := json.Unmarshal(me, &day); err != nil {
		return err
	}
	fmt.Fprintf(w, "  %-34s %9s %9s %9s\n", "today", "after a write", "again", "processor after a write")
	if err := touch(); err != nil {
		return err
	}
	var took [2]time.Duration
	var used time.Duration
	for i := range took {
		began, before := time.Now(), busy()
		if err := today(ctx, base, token, day.Today); err != nil {
			return err
		}
		if took[i] = time.Since(began); i == 0 {
			used = busy() - before
		}
	}
	fmt.Fprintf(w, "  %-34s %9s %9s %9s\n", "what the office's page asks for", rounded(took[0]), rounded(took[1]), rounded(used))
	return nil
}

// today asks for what web/console/src/areas/today/read.ts asks for somebody of the office.
func today(ctx context.Context, base, token, day string) error {
	paths := []string{
		"/alerts?open=true", "/post-proposals", "/aid-day-settings", "/aid-days/" + day[:7], "/register?on=" + day, "/loads",
		"/needs?brief=true&limit=500", "/applications?waiting=true&brief=true&limit=500", "/applications?overdue=true&brief=true&limit=500",
		"/export-requests", "/sending", "/broadcasts", "/notices", "/disclosures?limit=500", "/disclosure-settings", "/objections?limit=500",
		"/objections?state=held&limit=500", "/imports", "/loans?open=true&brief=true&limit=200",
	}
	errs := make([]error, len(paths))
	var all sync.WaitGroup
	for i, path := range paths {
		all.Go(func() { _, errs[i] = get(ctx, base+"/staff/v1"+path, token) })
	}
	all.Wait()
	return errors.Join(errs...)
}

func get(ctx context.Context, address, token string) ([]byte, error) {
	return call(ctx, http.MethodGet, address, token, nil)
}

func call(ctx context.Context, method, address, token string, body io.Reader) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/octet-stream")
	return answerOf(req)
}

// sheetBench checks and commits a sheet of n rows that change households and one of n new persons, while somebody else
// looks at the list and at the import.
func sheetBench(ctx context.Context, w io.Writer, base, token string, n int) error {
	var houses, persons strings.Builder
	houses.WriteString("户号,致贫原因\n")
	persons.WriteString("人员编号,户号,姓名,性别,出生日期,与户主关系,入户日期\n")
	for i := range n {
		fmt.Fprintf(&houses, "H-%d,因灾\n", 10000+i)
		fmt.Fprintf(&persons, "P-%d,H-%d,王小%c,女,1980-01-02,配偶,2017-11-01\n", 500000+i, 10000+i, '一'+rune(i%5000))
	}
	for _, s := range []struct{ kind, text string }{{"households", houses.String()}, {"persons", persons.String()}} {
		began := time.Now()
		answer, err := call(ctx, http.MethodPost, base+"/staff/v1/imports?name=bench.csv&kind="+s.kind, token, strings.NewReader(s.text))
		if err != nil {
			return err
		}
		checked := time.Since(began)
		var imp struct {
			ID, State string
			Expected  struct{ Refused int }
		}
		if err := json.Unmarshal(answer, &imp); err != nil {
			return err
		}
		at := base + "/staff/v1/imports/" + url.PathEscape(imp.ID)
		before := busy()
		began = time.Now()
		if _, err := call(ctx, http.MethodPost, at+"/commit", token, nil); err != nil {
			return err
		}
		asked, slowest, failed := 0, time.Duration(0), 0
		for imp.State != "done" {
			select { // as a page does that is open
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(time.Second):
			}
			took, err := page(ctx, base+"/staff/v1/households?limit=200&totals=true", token)
			if err != nil {
				failed++
				fmt.Fprintln(w, err)
			}
			asked, slowest = asked+1, max(slowest, took)
			if answer, err = get(ctx, at, token); err != nil {
				failed++
				fmt.Fprintln(w, err)
				continue
			}
			if err := json.Unmarshal(answer, &imp); err != nil {
				return err
			}
		}
		fmt.Fprintf(w, "  %d rows of %s, %d refused: checked in %s, committed in %s (processor %s); the list meanwhile: %d times, slowest %s, %d answers failed\n",
			n, s.kind, imp.Expected.Refused, rounded(checked), rounded(time.Since(began)), rounded(busy()-before), asked, rounded(slowest), failed)
	}
	return nil
}
