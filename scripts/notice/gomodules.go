package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// builds are what is shipped: the binaries of `make build` and that of the image, on the machines of servers.
var builds = []struct {
	arch, tags string
	commands   []string
}{
	{"amd64", "", []string{"./cmd/bangfu", "./cmd/wxsim"}},
	{"arm64", "", []string{"./cmd/bangfu", "./cmd/wxsim"}},
	{"amd64", "noembed", []string{"./cmd/bangfu"}},
	{"arm64", "noembed", []string{"./cmd/bangfu"}},
}

type goPackage struct {
	ImportPath, Dir string
	Standard        bool
	Module          *struct {
		Path, Version, Dir string
		Main               bool
	}
}

// goModules are the modules with packages in the binaries, and Go itself, each with the licence files that lie at or
// above these packages.
func goModules(root string) ([]shipped, error) {
	modules, files := map[string]*shipped{}, map[string][]string{}
	for _, b := range builds {
		packages, err := dependencies(root, b.arch, b.tags, b.commands)
		if err != nil {
			return nil, err
		}
		for _, p := range packages {
			if p.Module == nil || p.Module.Main {
				continue
			}
			if modules[p.Module.Path] == nil {
				modules[p.Module.Path] = &shipped{Name: p.Module.Path, Version: p.Module.Version}
			}
			found, err := licenceFiles(p.Dir, p.Module.Dir)
			if err != nil {
				return nil, err
			}
			files[p.Module.Path] = append(files[p.Module.Path], found...)
		}
	}
	var list []shipped
	for path, m := range modules {
		if err := m.read(files[path]); err != nil {
			return nil, err
		}
		list = append(list, *m)
	}
	slices.SortFunc(list, func(a, b shipped) int { return cmp.Compare(a.Name, b.Name) })
	standard, err := goItself(root)
	return append([]shipped{standard}, list...), err
}

func dependencies(root, arch, tags string, commands []string) ([]goPackage, error) {
	cmd := exec.Command("go", append([]string{"list", "-deps", "-tags", tags, "-json=ImportPath,Dir,Standard,Module"}, commands...)...)
	cmd.Dir, cmd.Stderr = root, os.Stderr
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH="+arch, "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var list []goPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return list, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		list = append(list, p)
	}
}

// goItself is the standard library, whose version is that of whoever builds.
func goItself(root string) (shipped, error) {
	cmd := exec.Command("go", "env", "GOROOT")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return shipped{}, fmt.Errorf("go env: %w", err)
	}
	s := shipped{Name: "Go, its standard library and runtime"}
	return s, s.read([]string{filepath.Join(strings.TrimSpace(string(out)), "LICENSE")})
}

// licenceFiles lie in the folder or above it, up to the root.
func licenceFiles(dir, root string) (files []string, err error) {
	for {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if isLicence(e.Name()) && !e.IsDir() {
				files = append(files, filepath.Join(dir, e.Name()))
			}
		}
		if dir == root || len(dir) <= len(root) {
			return files, nil
		}
		dir = filepath.Dir(dir)
	}
}

func isLicence(name string) bool {
	name = strings.ToLower(name)
	if ext := filepath.Ext(name); ext == ".go" || ext == ".js" || ext == ".json" {
		return false
	}
	return slices.ContainsFunc([]string{"license", "licence", "copying", "copyright", "notice", "unlicense", "patents"}, func(p string) bool {
		return strings.HasPrefix(name, p)
	})
}

// bundled begins what a build tool says of what it was built from, which is not shipped with us.
const bundled = "\n# Licenses of bundled dependencies"

// read takes the texts and the licences in them. A notice belongs to a licence and need not be one.
func (s *shipped) read(files []string) error {
	slices.Sort(files)
	for _, file := range slices.Compact(files) {
		b, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		text, _, _ := strings.Cut(strings.ReplaceAll(string(b), "\r\n", "\n"), bundled)
		s.Texts = append(s.Texts, strings.Trim(text, "\n"))
		found := licencesOf(text)
		if name := strings.ToLower(filepath.Base(file)); found[0] == unknown && (strings.HasPrefix(name, "notice") || strings.HasPrefix(name, "copyright")) {
			continue
		}
		s.Licences = append(s.Licences, found...)
	}
	slices.Sort(s.Licences)
	s.Licences = slices.Compact(s.Licences)
	return nil
}
