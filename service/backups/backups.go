// Package backups makes backups of the whole database, by plan and on demand, sees that each can be read back, and says how
// old the last good one is.
package backups

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"bangfu/repo"
	"bangfu/repo/backup"
	"bangfu/service/model"
)

// Service makes backups. Safe for concurrent use.
type Service struct {
	store    *repo.Store
	source   Source
	place    backup.Place // nil: there is none, and no plan
	key      backup.Key
	plan     model.BackupPlan
	database string
	version  string
	now      model.Clock
}

// Source opens what is read: the database itself, or a copy of it as of one instant.
type Source func(ctx context.Context) (from *repo.Store, snapshot bool, release func() error, err error)

// Settings are what the operator has decided.
type Settings struct {
	Source   Source
	Place    backup.Place
	Key      backup.Key
	Plan     model.BackupPlan
	Database string // what it is called
	Version  string // of this bangfu
}

// New makes the service.
func New(store *repo.Store, s Settings, now model.Clock) *Service {
	return &Service{
		store: store, source: s.Source, place: s.Place, key: s.Key, plan: s.Plan, database: s.Database, version: s.Version, now: now,
	}
}

// Due makes the backup that the plan asks for, unless it is made. One that failed is tried again by and by; one whose process
// died as well, because only one process at a time comes here.
func (s *Service) Due(ctx context.Context) error {
	if !s.plan.On {
		return nil
	}
	planned := s.plan.Planned(s.now())
	id := string(model.DateOf(planned))
	last, err := s.store.Backup(ctx, id)
	switch {
	case model.IsKind(err, model.KindNotFound):
	case err != nil:
		return err
	case last.State == model.BackupGood, last.State == model.BackupFailed && s.now().Sub(last.EndedAt) < model.BackupPause:
		return nil
	}
	at := s.now().UTC()
	b := model.Backup{ID: id, Try: last.Try + 1, By: "schedule", Name: model.BackupName(s.database, at), BegunAt: at, State: model.BackupRunning}
	if err := s.store.BeginBackup(ctx, b); err != nil {
		return model.IgnoreKind(err, model.KindConflict) // another process was faster, while Redis was away
	}
	if _, err := s.carryOut(ctx, s.place, b); err != nil {
		return err
	}
	return s.tidy(ctx)
}

// File makes a backup as a file of the folder, for the command. beside says that another process runs over the embedded
// database, into which nobody else may write: then neither the list of backups nor the audit log hears of it.
func (s *Service) File(ctx context.Context, folder backup.Folder, name string, beside bool) (model.Backup, error) {
	at := s.now().UTC()
	b := model.Backup{ID: at.Format(time.RFC3339Nano), Try: 1, By: "command", Name: name, BegunAt: at, State: model.BackupRunning}
	if beside {
		return b, s.make(ctx, folder, &b)
	}
	if err := s.store.BeginBackup(ctx, b); err != nil {
		return b, err
	}
	return s.carryOut(ctx, folder, b)
}

// carryOut makes a backup that is noted as begun, and notes what became of it.
func (s *Service) carryOut(ctx context.Context, place backup.Place, b model.Backup) (model.Backup, error) {
	// The line of the audit log comes before anything leaves: a backup is a copy of everything.
	err := s.store.AppendAudit(ctx, model.AuditEntry{
		At: b.BegunAt, Actor: b.By, Action: model.AuditBackup, Record: "backups/" + b.ID, Reason: "整库备份:" + b.Name,
	})
	if err == nil {
		err = s.make(ctx, place, &b)
	}
	b.EndedAt, b.State = s.now().UTC(), model.BackupGood
	if err != nil {
		b.State, b.Trouble = model.BackupFailed, err.Error()
	}
	// Also when the time is up: what became of it is to be known.
	return b, errors.Join(err, s.store.EndBackup(context.WithoutCancel(ctx), b))
}

// make writes a backup into the place and reads it back: one that nobody has read is none.
func (s *Service) make(ctx context.Context, place backup.Place, b *model.Backup) error {
	var m backup.Manifest
	err := place.Put(ctx, b.Name, func(w io.Writer) (err error) {
		counted := &counter{to: w}
		m, err = s.Write(ctx, counted)
		b.Bytes = counted.n
		return err
	})
	if err != nil {
		return err
	}
	b.Documents = m.Documents()
	r, err := place.Open(ctx, b.Name)
	if err != nil {
		return err
	}
	defer r.Close()
	if _, err = backup.Read(r, s.key, backup.Contents{}); err != nil {
		return fmt.Errorf("read back: %w", err)
	}
	return nil
}

type counter struct {
	to io.Writer
	n  int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.n += int64(n)
	return n, err
}

// Write writes a backup of the database and says what is in it.
func (s *Service) Write(ctx context.Context, to io.Writer) (m backup.Manifest, err error) {
	from, snapshot, release, err := s.source(ctx)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, release()) }()
	head := backup.Head{At: s.now().UTC(), Version: s.version, Database: s.database, Snapshot: snapshot}
	if head.Migrations, err = from.Migrated(ctx); err != nil {
		return m, err
	}
	if head.Keyset, err = from.KeysetMark(); err != nil {
		return m, err
	}
	w, err := backup.NewWriter(to, s.key, head)
	if err != nil {
		return m, err
	}
	if err := from.Dump(ctx, w.Collection, w.Add); err != nil {
		return m, err
	}
	after, err := from.Migrated(ctx)
	if err != nil {
		return m, err
	}
	if !slices.Equal(after, head.Migrations) {
		return m, errors.New("the database was migrated while it was read; begin again")
	}
	return w.Close()
}

// tidy lets go of all but the newest of this database, and of what was killed on the way.
func (s *Service) tidy(ctx context.Context) error {
	names, err := s.place.Names(ctx)
	if err != nil {
		return err
	}
	mine := slices.DeleteFunc(names, func(n string) bool { return !strings.HasPrefix(n, "bangfu-"+s.database+"-2") })
	for i := range max(0, len(mine)-s.plan.Keep) {
		if err := s.place.Remove(ctx, mine[i]); err != nil {
			return err
		}
	}
	return s.place.Tidy(ctx, s.now().Add(-24*time.Hour))
}

// State is how backups stand.
type State struct {
	Plan     model.BackupPlan
	Last     model.Backup // the latest that was begun; the zero one when there is none
	LastGood model.Backup
	Late     bool
}

// latest is how many are looked through for the last good one. Where none is among them, it is late whenever it was.
const latest = 50

// State says when the last good backup was made, and whether that is longer ago than planned.
func (s *Service) State(ctx context.Context) (State, error) {
	st := State{Plan: s.plan}
	list, err := s.store.Backups(ctx, latest)
	if err != nil {
		return st, err
	}
	for i, b := range list {
		if i == 0 {
			st.Last = b
		}
		if b.State == model.BackupGood {
			st.LastGood = b
			break
		}
	}
	st.Late = s.plan.Late(st.LastGood, s.now())
	if st.LastGood.ID == "" && st.Last.State == model.BackupRunning && st.Last.Try == 1 && s.now().Sub(st.Last.BegunAt) < model.BackupGrace {
		st.Late = false // the very first one is being made
	}
	return st, nil
}
