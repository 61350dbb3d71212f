package model

import (
	"testing"
	"time"
)

func TestBackupPlan(t *testing.T) {
	plan := BackupPlan{On: true, Hour: 3, Minute: 30, Keep: 2}
	at := func(text string) time.Time {
		v, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for now, want := range map[string]string{ // in Shanghai, wherever the server is
		"2017-12-28T03:29:59+08:00": "2017-12-27T03:30:00+08:00",
		"2017-12-28T03:30:00+08:00": "2017-12-28T03:30:00+08:00",
		"2017-12-27T23:00:00Z":      "2017-12-28T03:30:00+08:00",
		"2018-01-01T00:10:00+08:00": "2017-12-31T03:30:00+08:00",
	} {
		if got := plan.Planned(at(now)); !got.Equal(at(want)) {
			t.Errorf("at %s: %s, want %s", now, got.In(Shanghai), want)
		}
	}
	good, now := Backup{BegunAt: at("2017-12-27T03:30:00+08:00")}, at("2017-12-28T09:30:00+08:00")
	if plan.Late(good, now) || !plan.Late(good, now.Add(time.Second)) || !plan.Late(Backup{}, now) || (BackupPlan{}).Late(Backup{}, now) {
		t.Error("late at another moment")
	}
	if got := BackupName("bangfu", now); got != "bangfu-bangfu-20171228T013000Z.backup" {
		t.Error(got)
	}
}
