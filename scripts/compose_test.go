package scripts

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"bangfu/config"

	"github.com/goccy/go-yaml"
)

// composed is compose.yaml, as far as these tests look.
type composed struct {
	Services map[string]struct {
		Build       any // where and with what it is built; nil for an image of others
		Image       string
		EnvFile     string `yaml:"env_file"`
		Environment map[string]string
		Command     []string
		Networks    []string
		NetworkMode string `yaml:"network_mode"`
		Ports       []string
		Volumes     []string
		ReadOnly    bool `yaml:"read_only"`
		Tmpfs       []string
		CapDrop     []string `yaml:"cap_drop"`
		MemLimit    string   `yaml:"mem_limit"`
		Healthcheck struct{ Test []string }
	}
	Networks map[string]struct {
		Internal bool
		IPAM     struct{ Config []struct{ Subnet string } }
	}
}

func compose(t *testing.T) composed {
	t.Helper()
	b, err := os.ReadFile("../compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var c composed
	// What a service says itself stands over what it merges in: duplicates are meant.
	if err := yaml.NewDecoder(bytes.NewReader(b), yaml.AllowDuplicateMapKey()).Decode(&c); err != nil {
		t.Fatal(err)
	}
	return c
}

// pinned is an image by its exact version, or by what is in it.
var pinned = regexp.MustCompile(`^[a-z0-9./-]+(:[0-9]+\.[0-9]+\.[0-9]+(-[a-z0-9.]+)?|@sha256:[0-9a-f]{64})$`)

func TestImagesArePinned(t *testing.T) {
	images := map[string]string{}
	for name, s := range compose(t).Services {
		if s.Build == nil {
			images["compose.yaml "+name] = s.Image
		}
	}
	b, err := os.ReadFile("../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^FROM (\S+)`).FindAllStringSubmatch(string(b), -1) {
		if m[1] != "scratch" {
			images["Dockerfile "+m[1]] = m[1]
		}
	}
	if len(images) < 5 {
		t.Errorf("only %d images found", len(images))
	}
	for where, image := range images {
		if !pinned.MatchString(image) {
			t.Errorf("%s: %q may be another image tomorrow", where, image)
		}
	}
}

func TestComposeIsTight(t *testing.T) {
	c := compose(t)
	ours, stores := 0, 0
	for name, s := range c.Services {
		for variable, value := range s.Environment {
			if regexp.MustCompile(`PASSWORD|SECRET|TOKEN|KEY|URI`).MatchString(variable) && !strings.HasSuffix(variable, "_FILE") && value != "" {
				t.Errorf("%s: %s=%s stands in the file that everybody has", name, variable, value)
			}
		}
		if lasts := name != "secrets" && name != "migrate"; lasts && (s.MemLimit == "" || len(s.Healthcheck.Test) == 0) {
			t.Errorf("%s: memory %q, health %v", name, s.MemLimit, s.Healthcheck.Test)
		}
		switch {
		case s.Build != nil:
			ours++
			if !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) {
				t.Errorf("%s: read_only %v, cap_drop %v", name, s.ReadOnly, s.CapDrop)
			}
			if !slices.ContainsFunc(s.Tmpfs, func(at string) bool { return at == "/tmp" || strings.HasPrefix(at, "/tmp:") }) {
				t.Errorf("%s: imports are unpacked in /tmp, which cannot be written", name)
			}
			if subnets := c.Networks["outside"].IPAM.Config; len(subnets) != 1 || s.Environment["TRUSTED_PROXIES"] != subnets[0].Subnet {
				t.Errorf("%s believes %s, the proxy comes through %v", name, s.Environment["TRUSTED_PROXIES"], subnets)
			}
			for _, p := range s.Ports {
				if !strings.HasPrefix(p, "127.0.0.1:") {
					t.Errorf("%s: %s is open to the network without encryption", name, p)
				}
			}
		case s.NetworkMode != "none":
			stores++
			if len(s.Ports) > 0 || !slices.Equal(s.Networks, []string{"stores"}) || !c.Networks["stores"].Internal {
				t.Errorf("%s: ports %v, networks %v: only we reach it", name, s.Ports, s.Networks)
			}
		}
	}
	if ours != 3 || stores != 2 {
		t.Errorf("%d services of ours, %d stores", ours, stores)
	}
	if command := strings.Join(c.Services["mongo"].Command, " "); !strings.Contains(command, "--keyFile /secrets/keyfile") {
		t.Errorf("mongod lets everybody in: %s", command)
	}
	if command := strings.Join(c.Services["redis"].Command, " "); !strings.Contains(command, "/secrets/redis.conf") {
		t.Errorf("redis lets everybody in: %s", command)
	}
}

// makeSecrets runs the first start's script into the folder.
func makeSecrets(t *testing.T, dir string) map[string]string {
	t.Helper()
	cmd := exec.Command("sh", "compose/secrets.sh")
	cmd.Env = append(os.Environ(), "SECRETS_DIR="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if info.Mode().Perm() != 0o400 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		b, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[name] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestSecretsAreMadeOnce(t *testing.T) {
	dir := t.TempDir()
	first := makeSecrets(t, dir)
	for _, name := range []string{"mongo/root", "mongo/bangfu", "mongo/keyfile", "redis/password", "redis/redis.conf", "bangfu/redis", "bangfu/mongo-uri"} {
		if len(first[name]) < 64 {
			t.Errorf("%s is %q", name, first[name])
		}
	}
	if first["mongo/root"] == first["mongo/bangfu"] || first["redis/password"] == first["mongo/bangfu"] {
		t.Error("one password for two doors")
	}
	// A start that was cut off: what is derived is gone, and half a file lies there.
	for _, name := range []string{"bangfu/mongo-uri", "redis/redis.conf"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "bangfu/mongo-uri.part"), []byte("mongo"), 0o400); err != nil {
		t.Fatal(err)
	}
	if again := makeSecrets(t, dir); !maps.Equal(first, again) {
		t.Error("the second start made other secrets")
	}
	if other := makeSecrets(t, t.TempDir()); other["mongo/root"] == first["mongo/root"] || other["redis/password"] == first["redis/password"] {
		t.Error("another machine has the same passwords")
	}
}

// TestComposeSettings gives serve what compose gives it: example.env with what only the operator knows, the
// environment of the file, the secrets of a first start.
func TestComposeSettings(t *testing.T) {
	dir := t.TempDir()
	secrets := makeSecrets(t, dir)
	env := map[string]string{}
	b, err := os.ReadFile("../config/example.env")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^([A-Z_]+)=(.*)$`).FindAllStringSubmatch(string(b), -1) {
		env[m[1]] = m[2]
	}
	for _, account := range []string{"WECHAT_OA_", "WECHAT_MP_"} {
		env[account+"APP_ID"], env[account+"APP_SECRET"], env[account+"TOKEN"], env[account+"AES_KEY"] = "wx1", "s", "token", strings.Repeat("a", 43)
	}
	env["FIELD_KEYSET"], env["PUBLIC_BASE_URL"] = "{}", "https://bangfu.example.org"
	for name, value := range compose(t).Services["serve"].Environment {
		value = regexp.MustCompile(`\$\{[A-Z_]+:-([^}]*)\}`).ReplaceAllString(value, "$1")
		env[name] = strings.Replace(value, "/secrets/", dir+"/bangfu/", 1)
	}
	cfg, err := config.Load(config.Serve, env, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(cfg.MongoURI.Reveal(), secrets["mongo/bangfu"]) || cfg.RedisPassword.Reveal() != secrets["redis/password"] {
		t.Error("serve has other passwords than the servers")
	}
	if cfg.WeChat.OA.Mode != "safe" || cfg.WeChat.MP.Mode != "safe" || cfg.APIDocs || cfg.Embedded() || cfg.EmbeddedQueue() {
		t.Errorf("serve is configured as %+v", cfg)
	}
}

// TestRedisAsksForThePassword starts a real one with the configuration of a first start.
func TestRedisAsksForThePassword(t *testing.T) {
	server, err1 := exec.LookPath("redis-server")
	cli, err2 := exec.LookPath("redis-cli")
	if err1 != nil || err2 != nil {
		t.Skip("no redis-server on the PATH")
	}
	secrets, dir := t.TempDir(), t.TempDir()
	password := makeSecrets(t, secrets)["redis/password"]
	socket := filepath.Join(dir, "s")
	cmd := exec.Command(server, filepath.Join(secrets, "redis/redis.conf"), "--dir", dir, "--port", "0", "--unixsocket", socket)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	ping := func(auth string) string {
		c := exec.Command(cli, "-s", socket, "ping")
		c.Env = append(os.Environ(), "REDISCLI_AUTH="+auth)
		out, _ := c.CombinedOutput()
		return string(bytes.TrimSpace(out))
	}
	for end := time.Now().Add(10 * time.Second); ping(password) != "PONG"; {
		if time.Now().After(end) {
			t.Fatalf("with the password: %s", ping(password))
		}
	}
	if got := ping(""); !strings.Contains(got, "NOAUTH") {
		t.Errorf("without a password: %s", got)
	}
}

// TestTheBuildSeesOnlyItsRooms: whatever else lies in the folder, .env and data above all, stays out of the image.
func TestTheBuildSeesOnlyItsRooms(t *testing.T) {
	b, err := os.ReadFile("../.dockerignore")
	if err != nil {
		t.Fatal(err)
	}
	var lines, allowed []string
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	for _, line := range lines {
		if name, yes := strings.CutPrefix(line, "!"); yes {
			allowed = append(allowed, name)
		}
	}
	if lines[0] != "*" || !slices.Contains(lines, "**/.env*") || !slices.Contains(lines, "**/node_modules") {
		t.Errorf("the list is %q", lines)
	}
	slices.Sort(allowed)
	rooms := []string{"NOTICE", "cmd", "config", "go.mod", "go.sum", "handler", "repo", "service", "web"}
	if !slices.Equal(allowed, rooms) {
		t.Errorf("the build sees %q, and needs %q", allowed, rooms)
	}
}
