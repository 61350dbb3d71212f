package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"bangfu/config"
	"bangfu/repo"
	"bangfu/repo/backup"
	"bangfu/service/model"
	"bangfu/service/people"
	"bangfu/service/visit"
)

// RestoreOptions are what the operator says on the command line.
type RestoreOptions struct {
	File  string // a file, or the name of a backup in BACKUP_TO
	Into  string // the name of a database on the server of MONGO_URI; without it a folder
	Again bool   // throw away what a restore into the same left that did not end
}

// Restore makes an empty database into what a backup holds. The whole file is checked before anything is written, what is
// written is read back and compared, and what follows from other records is made anew.
func Restore(ctx context.Context, cfg config.Config, opts Options, r RestoreOptions, w io.Writer) error {
	if cfg.Embedded() {
		cfg.DataDir = r.Into
	} else {
		cfg.MongoDatabase = r.Into
	}
	key, err := backup.ReadKey(cfg.Backup.Key.Reveal())
	if err != nil {
		return err
	}
	open := func() (io.ReadCloser, error) { return openBackup(ctx, cfg.Backup, r.File) }
	head, manifest, err := readBackup(open, key, backup.Contents{})
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "备份完好:%s做的,%d个集合,%d份资料\n", head.At.In(model.Shanghai).Format("2006年1月2日15:04"),
		len(manifest.Collections), manifest.Documents()); err != nil {
		return err
	}
	if err := refuseNewerBackup(head); err != nil {
		return err
	}
	if err := wantKeyset(cfg); err != nil {
		return err
	}
	a := newApp(config.Maintain, cfg, opts)
	err = a.openStore(ctx, true)
	if err == nil {
		err = a.restore(ctx, restoring{open, key, head, manifest, r}, w)
	}
	return errors.Join(err, a.Stop(ctx))
}

type restoring struct {
	open     func() (io.ReadCloser, error)
	key      backup.Key
	head     backup.Head
	manifest backup.Manifest
	RestoreOptions
}

// openBackup opens a file or, where there is none, the backup of the name in BACKUP_TO.
func openBackup(ctx context.Context, b config.Backup, name string) (io.ReadCloser, error) {
	file, err := os.Open(name)
	if !errors.Is(err, fs.ErrNotExist) || b.To == "" {
		return file, err
	}
	place, placeErr := backupPlace(b)
	if placeErr != nil {
		return nil, placeErr
	}
	return place.Open(ctx, name)
}

func readBackup(open func() (io.ReadCloser, error), key backup.Key, into backup.Contents) (head backup.Head, m backup.Manifest, err error) {
	file, err := open()
	if err != nil {
		return head, m, err
	}
	defer file.Close()
	into.Head = func(h backup.Head) error { head = h; return nil }
	m, err = backup.Read(file, key, into)
	return head, m, err
}

// refuseNewerBackup keeps an older version from what a newer one has stored.
func refuseNewerBackup(head backup.Head) error {
	if unknown := repo.UnknownOf(head.Migrations); len(unknown) > 0 {
		return fmt.Errorf("the backup was made by a newer bangfu (%s; %s), which this one does not understand; restore it with that version",
			head.Version, strings.Join(unknown, ", "))
	}
	return nil
}

// wantKeyset keeps a restore from making keys of its own: they would open nothing of what is restored.
func wantKeyset(cfg config.Config) error {
	if !cfg.Embedded() || cfg.FieldKeyset != "" {
		return nil
	}
	if _, err := savedKeyset(cfg.DataDir); err != nil {
		return fmt.Errorf("FIELD_KEYSET: the backup holds no keys: name the FIELD_KEYSET of the database that was backed up, or put its field-keyset.json into %s", cfg.DataDir)
	}
	return nil
}

func (a *App) restore(ctx context.Context, r restoring, w io.Writer) error {
	mark, err := a.store.KeysetMark()
	if err != nil {
		return err
	}
	if mark != r.head.Keyset {
		return errors.New("FIELD_KEYSET: these are not the keys of the database that was backed up; id numbers, phones and the audit log would not open")
	}
	if err := a.beginRestore(ctx, r); err != nil {
		return err
	}
	if err := a.load(ctx, r, w); err != nil {
		return err
	}
	if err := a.finishRestore(ctx, w); err != nil {
		return err
	}
	return a.lookOver(ctx, w)
}

func (a *App) beginRestore(ctx context.Context, r restoring) error {
	err := a.store.BeginRestore(ctx, r.Again, a.clock.Now(), r.head.At)
	switch {
	case errors.Is(err, repo.ErrNotEmpty):
		return fmt.Errorf("%s holds something already, and nothing is thrown away: name a database or a folder that is empty in --into", r.Into)
	case errors.Is(err, repo.ErrRestoreUnfinished):
		return fmt.Errorf("a restore into %s was cut off and is not whole: say --again to throw away what it left, and begin anew", r.Into)
	}
	return err
}

// load writes the documents, and reads them back: what the database holds is what the manifest says.
func (a *App) load(ctx context.Context, r restoring, w io.Writer) error {
	written, last := int64(0), ""
	_, m, err := readBackup(r.open, r.key, backup.Contents{Chunk: func(collection string, docs [][]byte) error {
		if collection != last {
			last = collection
			_, _ = fmt.Fprintf(w, "%3d%%  %s\n", percent(written, r.manifest.Documents()), collection)
		}
		written += int64(len(docs))
		return a.store.Load(ctx, collection, docs)
	}})
	if err != nil {
		return err
	}
	for i, c := range m.Collections {
		if c != r.manifest.Collections[i] {
			return errors.New("the backup was changed while it was being restored")
		}
		held, err := a.store.Held(ctx, c.Name)
		if err != nil {
			return err
		}
		if held != c {
			return fmt.Errorf("the database holds something else of %s than the backup: %d of %d documents", c.Name, held.Documents, c.Documents)
		}
	}
	return nil
}

func percent(n, of int64) int64 {
	if of == 0 {
		return 100
	}
	return n * 100 / of
}

// finishRestore brings what was restored in step: collections and indexes of this version, its migrations, and what follows
// from other records. Until its end the database is marked as not whole.
func (a *App) finishRestore(ctx context.Context, w io.Writer) error {
	if err := a.store.CreateAll(ctx); err != nil {
		return err
	}
	ran, err := a.runMigrations(ctx, func(repo.Migrating) {})
	if err != nil {
		return err
	}
	if len(ran) > 0 {
		if _, err := fmt.Fprintln(w, "备份是旧版本的,升级了:", strings.Join(ran, "、")); err != nil {
			return err
		}
	}
	if err := a.openRedis(ctx); err != nil {
		return err
	}
	if err := a.wire(); err != nil {
		return err
	}
	if err := a.deriveAgain(ctx); err != nil {
		return err
	}
	if err := a.store.EndRestore(ctx); err != nil {
		return err
	}
	return a.store.AppendAudit(ctx, model.AuditEntry{At: a.clock.Now(), Actor: "command", Action: model.AuditRestore, Record: "database", Reason: "从备份恢复"})
}

// deriveAgain makes anew what follows from other records: it was read at another moment than these.
func (a *App) deriveAgain(ctx context.Context) error {
	if err := people.ReindexAll(ctx, a.store, model.DateOf(a.clock.Now())); err != nil {
		return err
	}
	if err := a.svc.fund.Resume(ctx); err != nil {
		return err
	}
	_, books := a.svc.ledger.Recount(ctx)
	_, visits := visit.Recount(ctx, a.store)
	return errors.Join(books, visits)
}

// lookOver says in plain words what is there now.
func (a *App) lookOver(ctx context.Context, w io.Writer) error {
	farm, err := a.store.Farm(ctx)
	if err != nil {
		return err
	}
	var total model.Sum
	for _, e := range farm.Entries {
		if total, err = total.Add(model.Sum{Amount: e.Amount, Count: 1}); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintf(w, "恢复好了:%d户,%d人,%d位干部,%d次走访,%d笔账共%s元\n", len(farm.Households), len(farm.Persons), len(farm.Cadres),
		len(farm.Visits), total.Count, total.Amount.Yuan()); err != nil {
		return err
	}
	switch err := writeFigures(w, farm); {
	case errors.Is(err, ErrDiffers):
		_, _ = fmt.Fprintln(w, "和公布的数字不同的,看是不是恢复以前就不同:bangfu verify在原来的库上也这样说")
	case err != nil:
		return err
	}
	return a.verifyAudit(ctx, w)
}
