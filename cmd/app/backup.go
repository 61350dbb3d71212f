package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"bangfu/config"
	"bangfu/repo"
	"bangfu/repo/backup"
	"bangfu/repo/embedded"
	"bangfu/service/backups"
)

func (a *App) newBackups() (*backups.Service, error) {
	s := backups.Settings{Source: a.backupSource, Database: a.cfg.MongoDatabase, Version: a.opts.Version}
	b := a.cfg.Backup
	var err error
	if b.Key != "" {
		if s.Key, err = backup.ReadKey(b.Key.Reveal()); err != nil {
			return nil, err
		}
	}
	if s.Place, err = backupPlace(b); err != nil {
		return nil, err
	}
	s.Plan.Keep = b.Keep
	s.Plan.Hour, s.Plan.Minute, s.Plan.On = b.Time()
	return backups.New(a.store, s, a.clock.Now), nil
}

// backupPlace is where BACKUP_TO says; nil when it says nothing.
func backupPlace(b config.Backup) (backup.Place, error) {
	switch {
	case b.To == "":
		return nil, nil
	case b.Remote():
		return backup.OpenBucket(b.To, b.AccessKey.Reveal(), b.SecretKey.Reveal())
	}
	return backup.Folder(b.To), nil
}

// backupSource is what a backup reads: of the embedded database a copy as of one instant, which is taken beside whoever
// writes; of a server the database itself, in the order of repo's dumpOrder.
func (a *App) backupSource(ctx context.Context) (from *repo.Store, snapshot bool, release func() error, err error) {
	if a.database == nil {
		return a.store, false, func() error { return nil }, nil
	}
	dir, err := os.MkdirTemp(a.cfg.DataDir, snapshotPrefix)
	if err != nil {
		return nil, false, nil, fmt.Errorf("DATA_DIR: %w", err)
	}
	release = func() error { return os.RemoveAll(dir) }
	if err := a.database.CopyTo(ctx, a.cfg.MongoDatabase, dir); err != nil {
		return nil, false, nil, errors.Join(err, release())
	}
	db, err := embedded.OpenDatabase(dir, true)
	if err != nil {
		return nil, false, nil, errors.Join(err, release())
	}
	from, err = repo.Open(db.URI(), a.cfg.MongoDatabase, a.store.Sealer(), nil)
	if err != nil {
		db.Close()
		return nil, false, nil, errors.Join(err, release())
	}
	return from, true, func() error {
		err := from.Close(context.WithoutCancel(ctx))
		db.Close()
		return errors.Join(err, os.RemoveAll(dir))
	}, nil
}

// snapshotPrefix is how the folders in DATA_DIR begin that hold a copy of the database while it is backed up.
const snapshotPrefix = "snapshot-"

// dropSnapshots takes away the copies of backups that were killed. Only who holds the folder's lock may.
func (a *App) dropSnapshots() error {
	left, err := filepath.Glob(filepath.Join(a.cfg.DataDir, snapshotPrefix+"*"))
	for _, dir := range left {
		err = errors.Join(err, os.RemoveAll(dir))
	}
	return err
}

// Backup writes the whole database into a file that is not there yet, beside a running Bangfu or without one.
func Backup(ctx context.Context, cfg config.Config, opts Options, file string, w io.Writer) error {
	if cfg.Backup.Key == "" {
		return errors.New("BACKUP_KEY: needed for a backup; make one with: bangfu backup-key")
	}
	if cfg.Embedded() {
		if _, err := os.Stat(databaseDir(cfg)); err != nil {
			return fmt.Errorf("DATA_DIR: no database in %s", cfg.DataDir)
		}
	}
	a := newApp(config.Maintain, cfg, opts)
	beside := false
	err := a.openStore(ctx, true)
	if errors.Is(err, errFolderInUse) {
		beside = true
		err = a.openStore(ctx, false)
	}
	if err == nil {
		err = a.requireMigrated(ctx)
	}
	if err == nil {
		err = a.backup(ctx, file, beside, w)
	}
	return errors.Join(err, a.Stop(ctx))
}

func (a *App) backup(ctx context.Context, file string, beside bool, w io.Writer) error {
	service, err := a.newBackups()
	if err != nil {
		return err
	}
	began := time.Now()
	b, err := service.File(ctx, backup.Folder(filepath.Dir(file)), filepath.Base(file), beside)
	if err != nil {
		return err
	}
	key, err := backup.ReadKey(a.cfg.Backup.Key.Reveal())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "备份好了,也读回来核对过:%s,%d份资料,%d字节,用时%s\n用的备份密钥编号是%s;恢复时还要用%s\n",
		file, b.Documents, b.Bytes, time.Since(began).Round(time.Millisecond), key.Number(), keysetPlace(a.cfg))
	if err == nil && beside {
		_, err = fmt.Fprintln(w, "帮扶正在运行,这一次没有记进审计记录;要记,就设BACKUP_AT让它自己备份")
	}
	return err
}

// keysetPlace says where the keys of the fields lie, which no backup holds.
func keysetPlace(cfg config.Config) string {
	if cfg.FieldKeyset == "" {
		return keysetPath(cfg.DataDir)
	}
	return "FIELD_KEYSET"
}
