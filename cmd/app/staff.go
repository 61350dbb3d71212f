package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"bangfu/config"
	"bangfu/repo"
	"bangfu/service/account"
	"bangfu/service/model"
)

// Administrator makes the log-in of an administrator, or lets one that has lost its way in again, and
// prints its first password.
func Administrator(ctx context.Context, cfg config.Config, opts Options, id string, w io.Writer) error {
	return maintain(ctx, cfg, opts, true, func(a *App) error {
		if err := a.requireMigrated(ctx); err != nil {
			return err
		}
		password, err := account.AppointAdministrator(ctx, a.store, a.clock.Now, id)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "登录名 %s  第一次的密码 %s(只显示这一次,登录后要先换掉)\n", id, password)
		return err
	})
}

// WaitingAssignments prints the posts that wait for a second person.
func WaitingAssignments(ctx context.Context, cfg config.Config, opts Options, w io.Writer) error {
	return inspect(ctx, cfg, opts, func(a *App) error {
		all, err := a.store.StaffList(ctx)
		if err != nil {
			return err
		}
		for _, st := range all {
			for _, p := range st.Proposed {
				if !p.Open() {
					continue
				}
				if _, err := fmt.Fprintf(w, "登录名 %s(%s)  %s %s %s  %s提出\n", st.ID, st.Name, p.Role.Label(), p.UnitID, p.CadreID, strings.TrimPrefix(p.By, "staff:")); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// ConfirmAssignments lets the posts of a log-in that wait for a second person hold, where there is none yet.
func ConfirmAssignments(ctx context.Context, cfg config.Config, opts Options, id string, w io.Writer) error {
	return maintain(ctx, cfg, opts, true, func(a *App) error {
		if err := a.requireMigrated(ctx); err != nil {
			return err
		}
		held, err := account.ConfirmPostsOnServer(ctx, a.store, a.clock.Now, id)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "登录名 %s 的岗位确认了:%s\n", id, strings.Join(held, "、"))
		return err
	})
}

// ErrAudit says that the audit log is not whole.
var ErrAudit = errors.New("the audit log was tampered with")

// VerifyAudit goes through the audit log and prints every place where a line was altered or removed;
// ErrAudit when there is one.
func VerifyAudit(ctx context.Context, cfg config.Config, opts Options, w io.Writer) error {
	return inspect(ctx, cfg, opts, func(a *App) error { return a.verifyAudit(ctx, w) })
}

func (a *App) verifyAudit(ctx context.Context, w io.Writer) error {
	report, err := a.store.VerifyAudit(ctx)
	if err != nil {
		return err
	}
	for _, place := range report.Broken {
		if _, err := fmt.Fprintln(w, place); err != nil {
			return err
		}
	}
	if len(report.Broken) > 0 {
		_, err = fmt.Fprintf(w, "审计记录 %d 行,有 %d 处不对\n", report.Lines, len(report.Broken))
		return errors.Join(err, ErrAudit)
	}
	_, err = fmt.Fprintf(w, "审计记录 %d 行,完好;末行标记 %s\n", report.Lines, report.LastHash)
	return err
}

// RotateKeys seals every value anew that is not under the primary key of FIELD_KEYSET.
func RotateKeys(ctx context.Context, cfg config.Config, opts Options, w io.Writer) error {
	return maintain(ctx, cfg, opts, true, func(a *App) error {
		if err := a.requireMigrated(ctx); err != nil {
			return err
		}
		done, err := a.store.RotateKeys(ctx, func(r repo.Rotation) {
			_, _ = fmt.Fprintf(w, "%-10s 看过 %d 份,重新加密 %d 项\n", r.Collection, r.Documents, r.Resealed)
		})
		var fresh, already int64
		for _, r := range done {
			fresh, already = fresh+r.Resealed, already+r.Already
		}
		if err != nil {
			return fmt.Errorf("rotation stopped after %d values; run it again, it goes on from there: %w", fresh, err)
		}
		entry := model.AuditEntry{At: a.clock.Now(), Actor: "command", Action: model.AuditChange, Record: "keys", Reason: "换密钥,重新加密"}
		if err := a.store.AppendAudit(ctx, entry); err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "换钥完成:重新加密 %d 项,本来就用新钥的 %d 项\n", fresh, already)
		return err
	})
}

// PrintKeyset prints a fresh FIELD_KEYSET or, with a step, the next one after that which is configured.
func PrintKeyset(cfg config.Config, step repo.KeysetChange, w io.Writer) error {
	next, err := nextKeyset(cfg, step)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, next)
	return err
}

func nextKeyset(cfg config.Config, step repo.KeysetChange) (string, error) {
	if step == "" {
		return repo.NewKeyset()
	}
	current, err := cfg.FieldKeyset.Reveal(), error(nil)
	if current == "" {
		if current, err = savedKeyset(cfg.DataDir); err != nil {
			return "", fmt.Errorf("FIELD_KEYSET: none is set, and none lies in DATA_DIR: %w", err)
		}
	}
	return repo.ChangeKeyset(current, step)
}
