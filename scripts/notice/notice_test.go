package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestNoticeIsFresh holds NOTICE against the modules and packages that are shipped now.
func TestNoticeIsFresh(t *testing.T) {
	if err := run("../..", true, false, io.Discard); err != nil {
		t.Error(err)
	}
}

func TestLicencesAreKnownByTheirTexts(t *testing.T) {
	const bsd = "Redistribution and use in source and binary forms, with or without\nmodification, are permitted"
	for text, want := range map[string][]string{
		"Permission is hereby granted, free of charge,\n * to any person obtaining a copy": {"MIT"},
		"Apache License\n                           Version 2.0, January 2004":             {"Apache-2.0"},
		"Mozilla Public License Version 2.0 … GNU General Public License, Version 2.0":     {"MPL-2.0"},
		bsd: {"BSD-2-Clause"},
		bsd + "\n// * Neither the name of Google Inc. nor the names": {"BSD-3-Clause"},
		"GNU AFFERO GENERAL PUBLIC LICENSE":                          {"GPL, LGPL or AGPL"},
		"GNU LESSER GENERAL PUBLIC LICENSE\nVersion 3":               {"GPL, LGPL or AGPL"},
		"Permission is hereby granted, free of charge, to any person obtaining a copy … or the GNU General Public License": {"GPL, LGPL or AGPL", "MIT"},
		"Server Side Public License": {"SSPL-1.0"}, "Business Source License 1.1": {"BUSL-1.1"},
		"All rights reserved.": {unknown}, "": {unknown},
		"You may use this for good": {unknown}, "Commons Clause License Condition": {"Commons-Clause"},
	} {
		if got := licencesOf(text); !slices.Equal(got, want) {
			t.Errorf("%q is %v, want %v", text, got, want)
		}
	}
	for expression, want := range map[string][]string{
		"MIT": {"MIT"}, "(GPL-3.0 OR MIT)": {"MIT"}, "MIT AND Zlib": {"MIT", "Zlib"}, "GPL-2.0 OR AGPL-3.0": {"GPL-2.0"}, "": {},
		"MIT AND (CC0-1.0 OR GPL-3.0)": {"MIT", "CC0-1.0"},
	} {
		if got := chosen(expression); !slices.Equal(got, want) {
			t.Errorf("%q is %v, want %v", expression, got, want)
		}
	}
}

func TestOtherLicencesAreRefused(t *testing.T) {
	good := shipped{Name: "a", Version: "v1", Licences: []string{"MIT", "Apache-2.0"}}
	if err := refuse([]shipped{good}); err != nil {
		t.Error(err)
	}
	for _, bad := range [][]string{{"MIT", "GPL, LGPL or AGPL"}, {"SSPL-1.0"}, {unknown}, {}} {
		err := refuse([]shipped{good, {Name: "b", Version: "v2", Licences: bad}})
		if err == nil || !strings.Contains(err.Error(), "b v2") {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

// TestAStaleNoticeIsSeen changes what is shipped after NOTICE was written, with node_modules and without.
func TestAStaleNoticeIsSeen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "NOTICE")
	modules := []shipped{{"m", "v1", []string{"MIT"}, []string{"text of m"}}}
	packages := []shipped{{"p", "1.0.0", []string{"MIT"}, []string{"text of p"}}}
	if err := os.WriteFile(path, []byte(front(modules, packages)+back(packages)), 0o600); err != nil {
		t.Fatal(err)
	}
	with := func(s shipped, change func(*shipped)) []shipped {
		change(&s)
		return []shipped{s}
	}
	bare := with(packages[0], func(s *shipped) { s.Texts = nil })
	newer := func(s *shipped) { s.Version += ".1" }
	for what, c := range map[string]struct {
		modules, packages []shipped
		stale             bool
	}{
		"as it was": {modules, packages, false}, "without node_modules": {modules, bare, false},
		"a newer module": {with(modules[0], newer), packages, true}, "a newer module, without": {with(modules[0], newer), bare, true},
		"another text":    {with(modules[0], func(s *shipped) { s.Texts = []string{"x"} }), packages, true},
		"another licence": {with(modules[0], func(s *shipped) { s.Licences = []string{"ISC"} }), bare, true},
		"a newer package": {modules, with(packages[0], newer), true}, "a newer package, without": {modules, with(bare[0], newer), true},
		"another text of a package": {modules, with(packages[0], func(s *shipped) { s.Texts = []string{"x"} }), true},
		"one more":                  {append(slices.Clone(modules), shipped{Name: "n", Licences: []string{"MIT"}}), packages, true},
	} {
		if err := compare(path, c.modules, c.packages); (err != nil) != c.stale {
			t.Errorf("%s: %v", what, err)
		}
	}
}
