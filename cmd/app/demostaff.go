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

// demoStaff are the demo's log-ins, one for each role. The office's looks after the log-ins, too.
func demoStaff() []model.Staff {
	posts := func(roles ...model.Role) (list []model.RoleAssignment) {
		for _, d := range roles {
			list = append(list, model.RoleAssignment{Role: d})
		}
		return list
	}
	return []model.Staff{
		{ID: "office", Name: "扶贫办", Assignments: posts(model.RoleOffice, model.RoleAdministrator), CadreID: "C-109"},
		{ID: "secretary", Name: "第一管理区支部书记", Assignments: []model.RoleAssignment{{Role: model.RoleSecretary, UnitID: demoArea}}},
		{ID: "c-001", Name: "帮扶干部C-001", Assignments: posts(model.RoleCadre), CadreID: "C-001"},
		{ID: "finance", Name: "财务", Assignments: posts(model.RoleFinance)},
		{ID: "doctor", Name: "家庭医生", Assignments: posts(model.RoleDoctor)},
		{ID: "inspector", Name: "检查组", Assignments: posts(model.RoleInspector)},
		{ID: "publisher", Name: "公示和群发", Assignments: posts(model.RolePublisher), CadreID: "C-110"}, // whose phone gets the tests
		{ID: "admin", Name: "系统管理", Assignments: posts(model.RoleAdministrator)},
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
		if err := model.IgnoreKind(store.InsertStaff(ctx, s), model.KindConflict); err != nil {
			return err
		}
	}
	return nil
}
