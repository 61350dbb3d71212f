package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"bangfu/config"
	"bangfu/repo"
	"bangfu/service/model"
	"bangfu/service/people"
	"bangfu/service/verify"
)

// ErrDiffers says that a stored figure is not the published one.
var ErrDiffers = errors.New("some figures differ from the published ones")

// maintain opens the database for one piece of work and closes it again. The services are whole: what they ask of the
// queue is in its rows, and done once a server runs. Only work that changes nothing goes without
// exclusive, and may look at a demo's database.
func maintain(ctx context.Context, cfg config.Config, opts Options, exclusive bool, do func(*App) error) error {
	a := newApp(config.Serve, cfg, opts)
	err := a.openStore(ctx, exclusive)
	if err == nil && exclusive {
		err = errors.Join(a.refuseDemo(ctx), a.openRedis(ctx))
	}
	if err == nil && exclusive {
		err = a.wire()
	}
	if err == nil {
		err = do(a)
	}
	return errors.Join(err, a.Stop(ctx))
}

// migrate brings the stored form up to date and says what it ran.
func (a *App) migrate(ctx context.Context, report func(repo.Migrating)) ([]string, error) {
	if err := a.refuseUnfit(ctx); err != nil {
		return nil, err
	}
	return a.runMigrations(ctx, report)
}

// runMigrations runs what is pending; report hears how far it is.
func (a *App) runMigrations(ctx context.Context, report func(repo.Migrating)) ([]string, error) {
	pending, err := a.store.Pending(ctx)
	if err == nil && len(pending) > 0 {
		// What an older version derived may lack something. First this, then the note that the migration ran.
		err = people.ReindexAll(ctx, a.store, model.DateOf(a.clock.Now()))
	}
	if err != nil {
		return nil, err
	}
	ran, err := a.store.MigrateAs(ctx, a.clock.Now(), a.opts.Version, report)
	if err != nil || a.database == nil {
		return ran, err
	}
	return ran, a.database.IndexByID(ctx, a.cfg.MongoDatabase)
}

// Migrate brings the stored form up to date.
func Migrate(ctx context.Context, cfg config.Config, opts Options, w io.Writer) error {
	return maintain(ctx, cfg, opts, true, func(a *App) error {
		ran, err := a.migrate(ctx, func(m repo.Migrating) {
			line := fmt.Sprintf("%d of %d: %s", m.Number, m.Of, m.ID)
			if m.Documents > 0 {
				line += fmt.Sprintf(", %d documents", m.Documents)
			}
			_, _ = fmt.Fprintln(w, line)
		})
		if err != nil {
			return err
		}
		if len(ran) == 0 {
			_, err = fmt.Fprintln(w, "nothing to migrate")
			return err
		}
		_, err = fmt.Fprintln(w, "migrated:", strings.Join(ran, ", "))
		return err
	})
}

// inspect is maintain for reports, which run beside a running Bangfu.
func inspect(ctx context.Context, cfg config.Config, opts Options, do func(*App) error) error {
	if cfg.Embedded() {
		if _, err := os.Stat(databaseDir(cfg)); err != nil {
			return fmt.Errorf("DATA_DIR: no database in %s; run the demo first, or: bangfu migrate && bangfu seed", cfg.DataDir)
		}
	}
	return maintain(ctx, cfg, opts, false, func(a *App) error {
		if err := a.requireMigrated(ctx); err != nil {
			return err
		}
		return do(a)
	})
}

// Plan asks once for every reminder that is due; workers do the same every minute.
func Plan(ctx context.Context, cfg config.Config, opts Options, w io.Writer) error {
	return maintain(ctx, cfg, opts, true, func(a *App) error {
		if err := a.requireMigrated(ctx); err != nil {
			return err
		}
		if err := a.svc.visit.Plan(ctx); err != nil {
			return err
		}
		n, err := a.store.CountJobs(ctx)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "planned; %d jobs wait in the outbox\n", n)
		return err
	})
}

// Verify recomputes the published figures from the stored records; ErrDiffers when one is not the same.
func Verify(ctx context.Context, cfg config.Config, opts Options, w io.Writer) error {
	return inspect(ctx, cfg, opts, func(a *App) error {
		farm, err := a.store.Farm(ctx)
		if err != nil {
			return err
		}
		return writeFigures(w, farm)
	})
}

// writeFigures recomputes the published figures from a farm's records; ErrDiffers when one is not the same.
func writeFigures(w io.Writer, farm model.Farm) error {
	report, err := verify.Compute(verify.Records(farm))
	if err != nil {
		return err
	}
	if err := report.Write(w); err != nil {
		return err
	}
	if report.Differ() {
		return ErrDiffers
	}
	return nil
}
