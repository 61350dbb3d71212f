// Command notice writes NOTICE: the licences of everything that is shipped, Go modules in the binaries and npm packages
// in the console's pages. With -check it compares instead, with -list it prints who is under which licence. In each case
// it fails when something comes under a licence that is not on the list of those that we accept. It needs the module
// cache and the lock file; the npm packages' texts come from node_modules.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// shipped is one module or package that goes out with Bangfu.
type shipped struct {
	Name, Version string
	Licences      []string
	Texts         []string // nil where they are not at hand
}

func (s shipped) String() string { return strings.TrimSpace(s.Name + " " + s.Version) }

func main() {
	root := flag.String("root", ".", "folder of the repository")
	check := flag.Bool("check", false, "compare NOTICE with what is shipped, instead of writing it")
	list := flag.Bool("list", false, "print what is shipped and its licences")
	flag.Parse()
	if err := run(*root, *check, *list, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "notice:", err)
		os.Exit(1)
	}
}

func run(root string, check, list bool, w io.Writer) error {
	modules, err := goModules(root)
	if err != nil {
		return err
	}
	packages, err := npmPackages(filepath.Join(root, "web", "console"))
	if err != nil {
		return err
	}
	all := slices.Concat(modules, packages)
	if list {
		for _, s := range all {
			_, _ = fmt.Fprintf(w, "%-28s %s\n", strings.Join(s.Licences, " + "), s)
		}
	}
	if err := refuse(all); err != nil {
		return err
	}
	path := filepath.Join(root, "NOTICE")
	switch {
	case check:
		_, _ = fmt.Fprintln(w, summary(all))
		return compare(path, modules, packages)
	case list:
		return nil
	}
	last := back(packages)
	if !installed(packages) {
		if last, err = kept(path, packages); err != nil {
			return fmt.Errorf("%w; run: make web/console/node_modules/.package-lock.json", err)
		}
	}
	return os.WriteFile(path, []byte(front(modules, packages)+last), 0o644) // everybody may read it
}

// installed reports whether the texts of the npm packages are at hand.
func installed(packages []shipped) bool {
	return !slices.ContainsFunc(packages, func(p shipped) bool { return p.Texts == nil })
}

// kept is the part of NOTICE with the texts of the npm packages, if it is of just these.
func kept(path string, packages []shipped) (string, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	_, rest, _ := strings.Cut(string(b), backTitle)
	for _, p := range packages {
		if !strings.Contains(rest, "\n  "+p.String()+"\n") {
			return "", fmt.Errorf("NOTICE has no text for %s", p)
		}
	}
	return backTitle + rest, nil
}

// refuse names everything whose licence we do not accept.
func refuse(all []shipped) error {
	var errs []error
	for _, s := range all {
		for _, l := range s.Licences {
			if !accepted[l] {
				errs = append(errs, fmt.Errorf("%s is under %s, which is not accepted (scripts/notice/licence.go)", s, l))
			}
		}
		if len(s.Licences) == 0 {
			errs = append(errs, fmt.Errorf("%s names no licence", s))
		}
	}
	return errors.Join(errs...)
}

func summary(all []shipped) string {
	count := map[string]int{}
	for _, s := range all {
		count[strings.Join(s.Licences, " + ")]++
	}
	var parts []string
	for licence, n := range count {
		parts = append(parts, fmt.Sprintf("%s %d", licence, n))
	}
	slices.Sort(parts)
	return fmt.Sprintf("%d modules and packages are shipped: %s", len(all), strings.Join(parts, ", "))
}

// compare is an error when NOTICE is not what would be written now. Where the texts of npm packages are not at hand,
// those in the file are taken to be right if they are of these packages.
func compare(path string, modules, packages []shipped) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	stale := errors.New("NOTICE is not of what is shipped now; run: make notice")
	last := back(packages)
	if !installed(packages) {
		if last, err = kept(path, packages); err != nil {
			return fmt.Errorf("%w: %w", stale, err)
		}
	}
	if string(b) != front(modules, packages)+last {
		return stale
	}
	return nil
}
