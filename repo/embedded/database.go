//go:build !noembed

// Package embedded runs the database and the queue's Redis inside our own process,
// so that one binary is a whole system on a laptop. Production leaves it out with
// the build tag noembed and names real servers in MONGO_URI and REDIS_ADDR.
package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"github.com/FerretDB/FerretDB/ferretdb"
	_ "modernc.org/sqlite" // the driver under FerretDB; we open the same files to add one index
)

// Available says whether this binary carries the embedded engines.
const Available = true

// Database is a FerretDB v1, over SQLite files unless it was opened over PostgreSQL, with a relay before it.
type Database struct {
	dir   string // of the SQLite files
	front *proxy
	stop  context.CancelFunc
	done  chan struct{}
}

const sqliteHandler = "sqlite"

// OpenDatabase starts the database over the files in dir, which it creates with owner-only rights.
// relaxed trades the last few writes before a power cut for speed; tests use it.
func OpenDatabase(dir string, relaxed bool) (*Database, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("embedded database: %w", err)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("embedded database: %w", err)
	}
	config := &ferretdb.Config{Handler: sqliteHandler, SQLiteURL: sqliteURL(abs, relaxed)}
	db, err := start(config, "127.0.0.1:0", &oneTurn{}) // SQLite writes one at a time anyway
	if err != nil {
		return nil, fmt.Errorf("embedded database in %s: %w", dir, err)
	}
	db.dir = abs
	return db, nil
}

// OpenPostgres starts the same over a PostgreSQL (postgres://user@/name?host=/socket/folder), at an address
// that several processes of this machine share. Tests use it in the place of a MongoDB.
func OpenPostgres(address, listen string) (*Database, error) {
	db, err := start(&ferretdb.Config{Handler: "postgresql", PostgreSQLURL: address}, listen, &writeLockByDocument{})
	if err != nil {
		return nil, fmt.Errorf("database over PostgreSQL: %w", err)
	}
	return db, nil
}

// start runs FerretDB on a port of its own, and the relay before it at the address listen.
func start(config *ferretdb.Config, listen string, writing writeLock) (*Database, error) {
	config.Listener = ferretdb.ListenerConfig{TCP: "127.0.0.1:0"}
	// FerretDB logs every statement's text, which would carry personal data.
	config.Logger = slog.New(slog.DiscardHandler)
	f, err := newFerretDB(config)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	db := &Database{stop: cancel, done: make(chan struct{})}
	go func() {
		defer close(db.done)
		_ = f.Run(ctx)
	}()
	inner, err := url.Parse(f.MongoDBURI())
	if err == nil {
		db.front, err = newRelay(inner.Host, listen, writing, config.Handler == sqliteHandler)
	}
	if err != nil {
		cancel()
		<-db.done
		return nil, err
	}
	return db, nil
}

// opening lets one FerretDB be made at a time: making one writes into a variable of its package.
var opening sync.Mutex

func newFerretDB(config *ferretdb.Config) (*ferretdb.FerretDB, error) {
	opening.Lock()
	defer opening.Unlock()
	return ferretdb.New(config)
}

func sqliteURL(dir string, relaxed bool) string {
	q := url.Values{}
	if relaxed {
		q.Add("_pragma", "busy_timeout(60000)")
		q.Add("_pragma", "journal_mode(wal)")
		q.Add("_pragma", "synchronous(off)")
	}
	return (&url.URL{Scheme: "file", Opaque: dir + "/", RawQuery: q.Encode()}).String()
}

// URI is the MongoDB connection string of the running database.
func (d *Database) URI() string { return "mongodb://" + d.front.addr() + "/" }

// Close stops the listener and closes the files.
func (d *Database) Close() {
	d.front.close()
	d.stop()
	<-d.done
}

// CopyTo copies the named database into a folder as it is at one instant, while others read and write it.
func (d *Database) CopyTo(ctx context.Context, name, dir string) (err error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(d.dir, name+".sqlite")+"?mode=ro&_pragma=busy_timeout(60000)")
	if err != nil {
		return fmt.Errorf("copy of the database: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", filepath.Join(dir, name+".sqlite")); err != nil {
		return fmt.Errorf("copy of the database: %w", err)
	}
	return nil
}

// DropHalfMade takes away tables of which FerretDB knows nothing: it makes a collection's table first and notes it after, so one
// that was killed in between finds the table in its way ever after. No document is in them. Call it before the folder is opened,
// and only while nobody else has it open.
func DropHalfMade(ctx context.Context, dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.sqlite"))
	if err != nil {
		return fmt.Errorf("half-made collections: %w", err)
	}
	for _, file := range files {
		if err := dropHalfMade(ctx, file); err != nil {
			return fmt.Errorf("half-made collections: %w", err)
		}
	}
	return nil
}

func dropHalfMade(ctx context.Context, file string) (err error) {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(60000)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var noted int
	err = db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master WHERE name = '_ferretdb_collections'`).Scan(&noted)
	if err != nil || noted == 0 {
		return err // FerretDB has not come so far
	}
	tables, err := stringsOf(ctx, db, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
		AND name <> '_ferretdb_collections' AND name NOT IN (SELECT table_name FROM _ferretdb_collections)`)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if _, err := db.ExecContext(ctx, fmt.Sprintf("DROP TABLE %q", t)); err != nil {
			return err
		}
	}
	return nil
}

// IndexByID gives every collection of the named database the expression index that FerretDB's own
// look-ups by _id need: it asks for ->'$._id' while its index is on ->"_id", so SQLite would scan.
// Call it after the collections exist; it can be repeated.
func (d *Database) IndexByID(ctx context.Context, name string) (err error) {
	file := filepath.Join(d.dir, name+".sqlite")
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(60000)")
	if err != nil {
		return fmt.Errorf("index by _id: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	tables, err := stringsOf(ctx, db, `SELECT table_name FROM _ferretdb_collections`)
	if err != nil {
		return fmt.Errorf("index by _id: %w", err)
	}
	for _, t := range tables {
		stmt := fmt.Sprintf(`CREATE INDEX IF NOT EXISTS %q ON %q (_ferretdb_sjson->'$._id')`, t+"_by_id_path", t)
		if _, err := db.ExecContext(ctx, stmt); err != nil {
			return fmt.Errorf("index by _id on %s: %w", t, err)
		}
	}
	return nil
}

func stringsOf(ctx context.Context, db *sql.DB, query string) ([]string, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		names = append(names, n)
	}
	return names, rows.Err()
}
