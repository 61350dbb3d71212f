package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"bangfu/config"
	"bangfu/repo"
	"bangfu/repo/embedded"
	"bangfu/repo/queue"

	"github.com/redis/go-redis/v9"
)

// openStore connects to the database, starting the embedded one when no other is named. exclusive keeps
// a second process from running over the same files; reports go without.
func (a *App) openStore(ctx context.Context, exclusive bool) error {
	keyset, uri := a.cfg.FieldKeyset.Reveal(), a.cfg.MongoURI.Reveal()
	if a.cfg.Embedded() {
		var err error
		if exclusive {
			if err := a.lockDataDir(); err != nil {
				return err
			}
			if err := embedded.DropHalfMade(ctx, databaseDir(a.cfg)); err != nil {
				return err
			}
		}
		if keyset == "" {
			if keyset, err = ownKeyset(a.cfg.DataDir); err != nil {
				return err
			}
		}
		if a.database, err = embedded.OpenDatabase(databaseDir(a.cfg), a.opts.RelaxedDisk); err != nil {
			return err
		}
		a.onStop(func(context.Context) error { a.database.Close(); return nil })
		uri = a.database.URI()
	}
	sealer, err := repo.NewSealer(keyset)
	if err != nil {
		return err
	}
	if a.store, err = repo.Open(uri, a.cfg.MongoDatabase, sealer, a.opts.Commands); err != nil {
		return err
	}
	a.onStop(a.store.Close)
	if err := a.store.Ping(ctx); err != nil {
		return fmt.Errorf("MONGO_URI: the database does not answer: %w", err)
	}
	return a.store.CheckServer(ctx)
}

func databaseDir(cfg config.Config) string { return filepath.Join(cfg.DataDir, "db") }

// lockDataDir holds DATA_DIR/lock until the end. The kernel lets go of it when the process dies.
func (a *App) lockDataDir() error {
	if err := os.MkdirAll(a.cfg.DataDir, 0o700); err != nil {
		return fmt.Errorf("DATA_DIR: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(a.cfg.DataDir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("DATA_DIR: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return fmt.Errorf("DATA_DIR: %s %w; stop that one or name another folder", a.cfg.DataDir, errFolderInUse)
	}
	a.onStop(func(context.Context) error { return f.Close() })
	return a.dropSnapshots()
}

// errFolderInUse says that another process holds the folder's lock.
var errFolderInUse = errors.New("is in use by another bangfu")

// ownKeyset reads the keys that the embedded database's fields are sealed with, making them the first
// time. Without this file those fields cannot be read, so it lies beside them and is backed up with them.
func ownKeyset(dir string) (string, error) {
	path := keysetPath(dir)
	saved, err := savedKeyset(dir)
	if err == nil {
		return saved, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("DATA_DIR: %w", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "db")); err == nil {
		return "", fmt.Errorf("DATA_DIR: %s is gone, but there is a database sealed with it; put it back", path)
	}
	fresh, err := repo.NewKeyset()
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("DATA_DIR: %w", err)
	}
	if err := writeWhole(path, fresh+"\n"); err != nil {
		return "", fmt.Errorf("DATA_DIR: %w", err)
	}
	return fresh, nil
}

func keysetPath(dir string) string { return filepath.Join(dir, "field-keyset.json") }

func savedKeyset(dir string) (string, error) {
	b, err := os.ReadFile(keysetPath(dir))
	return strings.TrimSpace(string(b)), err
}

// writeWhole leaves either the whole file or none, also after a power cut.
func writeWhole(path, text string) error {
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(part, path)
}

// openRedis connects to Redis, starting the embedded one when no other is named.
func (a *App) openRedis(ctx context.Context) error {
	address := a.cfg.RedisAddress().Reveal()
	if a.cfg.EmbeddedQueue() {
		var err error
		if a.redis, err = embedded.OpenRedis(a.clock.Now); err != nil {
			return err
		}
		a.onStop(func(context.Context) error { a.redis.Close(); return nil })
		address = "redis://" + a.redis.Addr()
	}
	redis.SetLogger(redisLog{a.log})
	var err error
	if a.rdb, err = queue.Connect(address, a.patience); err != nil {
		return fmt.Errorf("REDIS_URL: %w", err)
	}
	a.onStop(func(context.Context) error { return a.rdb.Close() })
	if err := a.rdb.Ping(ctx).Err(); err != nil {
		// Not fatal: the queue is a hint, and Redis may come back before anybody notices.
		a.log.WarnContext(ctx, "redis does not answer yet", "error", err)
	}
	return nil
}
