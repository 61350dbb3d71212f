package app_test

import (
	"context"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bangfu/cmd/app"
	"bangfu/cmd/app/apptest"
	"bangfu/config"
	"bangfu/repo"
	"bangfu/repo/embedded"
	"bangfu/repo/repotest"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// servers are a database and a Redis as production has them, empty.
func servers(t *testing.T) map[string]string {
	t.Helper()
	db, err := embedded.OpenDatabase(filepath.Join(t.TempDir(), "db"), true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	redis, err := embedded.OpenRedis(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(redis.Close)
	keyset, err := repo.NewKeyset()
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"MONGO_URI": db.URI(), "REDIS_ADDR": redis.Addr(), "FIELD_KEYSET": keyset,
		"HTTP_ADDR": "127.0.0.1:0", "METRICS_ADDR": "127.0.0.1:0", "WXSIM_ADDR": "127.0.0.1:0",
		"WECHAT_OA_APP_ID": "wx1", "WECHAT_OA_APP_SECRET": "s1", "WECHAT_OA_TOKEN": "token1", "WECHAT_OA_MODE": "plain",
		"WECHAT_MP_APP_ID": "wx2", "WECHAT_MP_APP_SECRET": "s2", "WECHAT_MP_TOKEN": "token2", "WECHAT_MP_MODE": "plain",
		"PUBLIC_BASE_URL": "https://bangfu.example.org",
	}
}

func load(t *testing.T, purpose config.Purpose, env map[string]string) config.Config {
	t.Helper()
	cfg, err := config.Load(purpose, env, nil)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// start starts Bangfu for the purpose; it stops with the test.
func start(t *testing.T, purpose config.Purpose, env map[string]string, o app.Options) (*app.App, error) {
	t.Helper()
	repotest.OnlyRaced(t)
	a, err := app.Start(t.Context(), purpose, load(t, purpose, env), o)
	if err == nil {
		t.Cleanup(func() { _ = a.Stop(context.Background()) })
	}
	return a, err
}

// migrateByTheNext leaves what a version after this one leaves.
func migrateByTheNext(t *testing.T, env map[string]string) {
	t.Helper()
	client, err := mongo.Connect(options.Client().ApplyURI(env["MONGO_URI"]))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Disconnect(context.Background()) }()
	if _, err := client.Database("bangfu").Collection("migrations").InsertOne(t.Context(), bson.D{{Key: "_id", Value: "9999-next"}}); err != nil {
		t.Fatal(err)
	}
}

func wantRefused(t *testing.T, err error, why string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), why) {
		t.Errorf("got %v, want a refusal with %q", err, why)
	}
}

// look opens the store beside everything else.
func look(t *testing.T, env map[string]string) *repo.Store {
	t.Helper()
	sealer, err := repo.NewSealer(env["FIELD_KEYSET"])
	if err != nil {
		t.Fatal(err)
	}
	store, err := repo.Open(env["MONGO_URI"], "bangfu", sealer, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close(context.Background()) })
	return store
}

// TestTheDemoStaysOutOfProduction lets the demo loose on a database that production has migrated, with and without
// its consent, and looks for the log-ins that everybody knows.
func TestTheDemoStaysOutOfProduction(t *testing.T) {
	t.Parallel()
	env := servers(t)
	if err := app.Migrate(t.Context(), load(t, config.Maintain, env), app.Options{}, io.Discard); err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]app.Options{"unasked": {}, "told to": {IntoServers: true}} {
		_, err := start(t, config.Demo, env, o)
		if err == nil {
			t.Errorf("%s: the demo started", name)
		}
	}
	if staff, err := look(t, env).StaffAfter(t.Context(), "", 10); err != nil || len(staff) > 0 {
		t.Errorf("log-ins in production's database: %v %v", staff, err)
	}
	for _, purpose := range []config.Purpose{config.Serve, config.Work} {
		if _, err := start(t, purpose, env, app.Options{}); err != nil {
			t.Errorf("%s over its own database: %v", purpose, err)
		}
	}
}

// TestADemoStaysOutOfServers names production's servers, one or both, and does not ask for the demo to go there.
func TestADemoStaysOutOfServers(t *testing.T) {
	t.Parallel()
	env := servers(t)
	for name, unset := range map[string]string{"both": "", "the database": "REDIS_ADDR", "Redis": "MONGO_URI"} {
		some := map[string]string{"DATA_DIR": t.TempDir()}
		for k, v := range env {
			if k != unset {
				some[k] = v
			}
		}
		_, err := start(t, config.Demo, some, app.Options{})
		t.Log(name)
		wantRefused(t, err, "--into-this-database")
	}
	if marked, err := look(t, env).DemoMarked(t.Context()); err != nil || marked {
		t.Errorf("the demo was there: %v %v", marked, err)
	}
}

// TestProductionStaysOutOfADemo starts everything that works for real over what a demo has left.
func TestProductionStaysOutOfADemo(t *testing.T) {
	t.Parallel()
	env := servers(t)
	for range 2 { // the second time over what the first has left
		demo, err := app.Start(t.Context(), config.Demo, load(t, config.Demo, env), app.Options{IntoServers: true, RelaxedDisk: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := demo.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	const why = "database of a demo"
	for _, purpose := range []config.Purpose{config.Serve, config.Work} {
		_, err := start(t, purpose, env, app.Options{})
		wantRefused(t, err, why)
	}
	cfg, ctx := load(t, config.Maintain, env), t.Context()
	wantRefused(t, app.Migrate(ctx, cfg, app.Options{}, io.Discard), why)
	wantRefused(t, app.Plan(ctx, cfg, app.Options{}, io.Discard), why)
	wantRefused(t, app.Administrator(ctx, cfg, app.Options{}, "boss", io.Discard), why)
	wantRefused(t, app.Import(ctx, cfg, app.Options{}, app.ImportOptions{Kind: "households", File: "none.xlsx"}, io.Discard, io.Discard), why)
	wantRefused(t, app.RotateKeys(ctx, cfg, app.Options{}, io.Discard), why)
	wantRefused(t, app.Seed(ctx, cfg, app.Options{}, io.Discard), why)
	if err := app.Verify(ctx, cfg, app.Options{}, io.Discard); err != nil {
		t.Errorf("a report over a demo: %v", err)
	}
}

// TestANewerDatabaseIsRefused has a database that a version of next year has migrated.
func TestANewerDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	env := servers(t)
	cfg := load(t, config.Maintain, env)
	if err := app.Migrate(t.Context(), cfg, app.Options{}, io.Discard); err != nil {
		t.Fatal(err)
	}
	running, err := start(t, config.Serve, env, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ready := func() apptest.Answer {
		return apptest.Request(t, http.MethodGet, running.LocalURL()+"/readyz", "", nil)
	}
	if a := ready(); a.Status != http.StatusOK {
		t.Fatalf("before: %d %s", a.Status, a.Body)
	}
	migrateByTheNext(t, env)
	const why = "migrated by a newer bangfu (9999-next)"
	for _, purpose := range []config.Purpose{config.Serve, config.Work} {
		_, err := start(t, purpose, env, app.Options{})
		wantRefused(t, err, why)
	}
	wantRefused(t, app.Migrate(t.Context(), cfg, app.Options{}, io.Discard), why)
	wantRefused(t, app.Verify(t.Context(), cfg, app.Options{}, io.Discard), why)
	if a := ready(); a.Status != http.StatusServiceUnavailable {
		t.Errorf("a server that was running before: %d %s", a.Status, a.Body)
	}
}

// TestServeIsBare asks production for what only the demo has: the simulator, a clock to turn, the API's description.
func TestServeIsBare(t *testing.T) {
	t.Parallel()
	env := servers(t)
	if err := app.Migrate(t.Context(), load(t, config.Maintain, env), app.Options{}, io.Discard); err != nil {
		t.Fatal(err)
	}
	a, err := start(t, config.Serve, env, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if a.SimURL() != "" {
		t.Errorf("a simulator at %s", a.SimURL())
	}
	internal := strings.TrimSuffix(a.MetricsURL(), "/metrics")
	for _, at := range []string{a.LocalURL(), internal} {
		for _, path := range []string{
			"/sim/info", "/sim/users", "/sim/clock", "/sim/faults", "/sim/users/h-001/text", "/docs", "/openapi.json", "/openapi.yaml",
			"/openapi-3.0.json", "/openapi-3.0.yaml", "/schemas/Form.json",
		} {
			for _, method := range []string{http.MethodGet, http.MethodPost} {
				if got := apptest.Request(t, method, at+path, "", nil); got.Status != http.StatusNotFound {
					t.Errorf("%s %s: %d", method, path, got.Status)
				}
			}
		}
	}
	for _, path := range []string{"/healthz", "/public", "/staff/v1/households", "/none"} {
		got := apptest.Request(t, http.MethodGet, a.LocalURL()+path, "", nil).Header
		if hsts := got.Get("Strict-Transport-Security"); hsts != "max-age=31536000" {
			t.Errorf("%s: HSTS %q", path, hsts)
		}
	}
}

// TestNoHSTSWithoutEncryption: a demo on this machine must not lock browsers out of http://127.0.0.1.
func TestNoHSTSWithoutEncryption(t *testing.T) {
	r := apptest.Boot(t)
	if got := r.Call(http.MethodGet, "/healthz", "", nil).Header.Get("Strict-Transport-Security"); got != "" {
		t.Errorf("HSTS over http: %q", got)
	}
}

// TestRequestIDsAreOurs sends ids along, good ones and bad ones; none comes back or into the log.
func TestRequestIDsAreOurs(t *testing.T) {
	r := apptest.Boot(t)
	seen := map[string]bool{}
	for _, id := range []string{"", "abcdefgh12345678", "chosen-by-a-stranger", "x\ty", strings.Repeat("a", 64)} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.App.LocalURL()+"/healthz", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Request-Id", id)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		got := resp.Header.Values("X-Request-Id")
		if len(got) != 1 || len(got[0]) != 16 || got[0] == id || seen[got[0]] {
			t.Errorf("sent %q, got %q", id, got)
			continue
		}
		seen[got[0]] = true
		apptest.WantContains(t, r.Log.String(), got[0])
		if id != "" {
			apptest.WantWithout(t, r.Log.String(), id)
		}
	}
}
