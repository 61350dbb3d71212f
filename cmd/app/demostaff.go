//go:build !noembed

package app

import (
	"context"
	"fmt"
	"time"

	"bangfu/repo"
	"bangfu/service/account"
	"bangfu/service/model"
)

// demoPassword is that of every log-in of the demo.
const demoPassword = "bangfu-demo"

// demoArea is the management area whose secretary has a log-in in the demo.
const demoArea = "U-area-1"

// demoStaff are the demo's log-ins, one for each duty. The office's looks after the log-ins, too.
func demoStaff() []model.Staff {
	posts := func(duties ...model.Duty) (list []model.Post) {
		for _, d := range duties {
			list = append(list, model.Post{Duty: d})
		}
		return list
	}
	return []model.Staff{
		{ID: "office", Name: "扶贫办", Posts: posts(model.DutyOffice, model.DutyAdministrator), CadreID: "C-109"},
		{ID: "secretary", Name: "第一管理区支部书记", Posts: []model.Post{{Duty: model.DutySecretary, UnitID: demoArea}}},
		{ID: "c-001", Name: "帮扶干部C-001", Posts: posts(model.DutyCadre), CadreID: "C-001"},
		{ID: "finance", Name: "财务", Posts: posts(model.DutyFinance)},
		{ID: "doctor", Name: "家庭医生", Posts: posts(model.DutyDoctor)},
		{ID: "inspector", Name: "检查组", Posts: posts(model.DutyInspector)},
		{ID: "publisher", Name: "公示和群发", Posts: posts(model.DutyPublisher), CadreID: "C-110"}, // whose phone gets the tests
		{ID: "admin", Name: "系统管理", Posts: posts(model.DutyAdministrator)},
	}
}

// seedStaff makes the demo's log-ins that are not there yet.
func seedStaff(ctx context.Context, store *repo.Store, now time.Time) error {
	var missing []model.Staff
	for _, s := range demoStaff() {
		if _, err := store.Staff(ctx, s.ID); model.IsKind(err, model.KindNotFound) {
			missing = append(missing, s)
		} else if err != nil {
			return err
		}
	}
	if len(missing) == 0 {
		return nil // without the work that a hash takes
	}
	hash, err := account.HashPassword(demoPassword)
	if err != nil {
		return fmt.Errorf("demo staff: %w", err)
	}
	for _, s := range missing {
		s.Record, s.PasswordHash = model.NewRecord(now, "seed"), hash
		if err := ignoreKnown(store.InsertStaff(ctx, s)); err != nil {
			return err
		}
	}
	return nil
}
