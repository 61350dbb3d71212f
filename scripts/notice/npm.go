package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// helpers are build tools that put a few lines of their own into the pages.
var helpers = []string{"node_modules/vite", "node_modules/rolldown", "node_modules/@vitejs/plugin-vue"}

type locked struct {
	Version              string
	License              string
	Dev, DevOptional     bool
	Optional, Extraneous bool
}

// npmPackages are those of the lock file that are not for development only, with their texts from node_modules, or
// none of the texts where there is no such folder.
func npmPackages(console string) ([]shipped, error) {
	b, err := os.ReadFile(filepath.Join(console, "package-lock.json"))
	if err != nil {
		return nil, err
	}
	var lock struct{ Packages map[string]locked }
	if err := json.Unmarshal(b, &lock); err != nil {
		return nil, fmt.Errorf("package-lock.json: %w", err)
	}
	_, err = os.Stat(filepath.Join(console, "node_modules"))
	installed := err == nil
	var list []shipped
	for place, p := range lock.Packages {
		if place == "" || (p.Dev || p.DevOptional) && !slices.Contains(helpers, place) {
			continue
		}
		name := place[strings.LastIndex(place, "node_modules/")+len("node_modules/"):]
		s := shipped{Name: name, Version: p.Version, Licences: chosen(p.License)}
		if installed {
			if s.Texts, err = npmTexts(filepath.Join(console, filepath.FromSlash(place)), p); err != nil {
				return nil, err
			}
		}
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b shipped) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Version, b.Version)) })
	return slices.CompactFunc(list, func(a, b shipped) bool { return a.String() == b.String() }), nil
}

// npmTexts are the licence files of an installed package, or what it says of itself where it has none.
func npmTexts(dir string, p locked) ([]string, error) {
	b, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is not installed; run npm ci in web/console", dir)
	}
	if err != nil {
		return nil, err
	}
	var self struct {
		Version string
		Author  any
	}
	if err := json.Unmarshal(b, &self); err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	if self.Version != p.Version {
		return nil, fmt.Errorf("%s is installed as %s, the lock file has %s; run npm ci in web/console", dir, self.Version, p.Version)
	}
	files, err := licenceFiles(dir, dir)
	if err != nil {
		return nil, err
	}
	var s shipped
	if err := s.read(files); err != nil {
		return nil, err
	}
	if len(s.Texts) == 0 {
		s.Texts = []string{fmt.Sprintf("Licence: %s. The package carries no text of it. Author: %s", p.License, author(self.Author))}
	}
	return s.Texts, nil
}

func author(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case map[string]any:
		return fmt.Sprint(v["name"])
	}
	return "not named"
}
