package main

import (
	"regexp"
	"slices"
	"strings"
)

// accepted are the licences under which something may be shipped with Bangfu, as SPDX calls them. All let it be passed on
// in a larger work under other terms; MPL-2.0 asks for the source of its own files, which is public.
var accepted = map[string]bool{
	"MIT": true, "BSD-2-Clause": true, "BSD-3-Clause": true, "Apache-2.0": true, "ISC": true, "0BSD": true, "MPL-2.0": true,
	"Unlicense": true, "CC0-1.0": true, "BSL-1.0": true, "Zlib": true, "Go-Patents": true,
}

// unknown is the licence of a text that nobody has taught this program.
const unknown = "an unknown licence"

// marks are sentences by which a licence's text is known. A text may hold several licences.
var marks = []struct{ licence, sentence string }{
	{"Apache-2.0", "apache license version 2.0"},
	{"Apache-2.0", "licensed under the apache license, version 2.0"},
	{"MPL-2.0", "mozilla public license version 2.0"},
	{"MPL-2.0", "mozilla public license, version 2.0"},
	{"MIT", "permission is hereby granted, free of charge, to any person obtaining a copy"},
	{"ISC", "provided that the above copyright notice and this permission notice appear in all copies"},
	{"Unlicense", "this is free and unencumbered software released into the public domain"},
	{"CC0-1.0", "cc0 1.0 universal"},
	{"Zlib", "this software is provided 'as-is', without any express or implied warranty"},
	{"BSL-1.0", "boost software license - version 1.0"},
	{"Go-Patents", "additional ip rights grant (patents)"},
	{"SSPL-1.0", "server side public license"},
	{"BUSL-1.1", "business source license"},
	{"Elastic-2.0", "elastic license"},
	{"CC-BY-NC", "attribution-noncommercial"},
	{"CC-BY-SA", "attribution-sharealike"},
	{"EPL", "eclipse public license"},
	{"CDDL", "common development and distribution license"},
	{"Commons-Clause", "commons clause"},
	{"JSON", "shall be used for good, not evil"},
	{"WTFPL", "do what the fuck you want"},
}

var (
	blanks = regexp.MustCompile(`[\s*#/"“”]+`)
	gnu    = regexp.MustCompile(`gnu (affero |lesser |library )?general public license`)
	bsd    = "redistribution and use in source and binary forms"
	// endorse is the third clause of BSD.
	endorse = regexp.MustCompile(`neither the names? of|may not be used to endorse|without specific prior written permission`)
)

// licencesOf are the licences of a text; unknown when it has none that is known.
func licencesOf(text string) []string {
	text = strings.TrimSpace(blanks.ReplaceAllString(strings.ToLower(text), " "))
	var found []string
	for _, m := range marks {
		if strings.Contains(text, m.sentence) {
			found = append(found, m.licence)
		}
	}
	// The MPL speaks of the GNU licences as of others that may be chosen as well.
	if gnu.MatchString(text) && !slices.Contains(found, "MPL-2.0") {
		found = append(found, "GPL, LGPL or AGPL")
	}
	if strings.Contains(text, bsd) {
		if endorse.MatchString(text) {
			found = append(found, "BSD-3-Clause")
		} else {
			found = append(found, "BSD-2-Clause")
		}
	}
	if len(found) == 0 {
		return []string{unknown}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// chosen are the licences of an SPDX expression: all of them where they are joined by AND; of those joined by OR the
// first that is accepted.
func chosen(expression string) []string {
	var list []string
	for part := range strings.SplitSeq(strings.Trim(expression, "()"), " AND ") {
		options := strings.Split(strings.Trim(part, "() "), " OR ")
		i := max(0, slices.IndexFunc(options, func(o string) bool { return accepted[strings.Trim(o, "() ")] }))
		list = append(list, strings.Trim(options[i], "() "))
	}
	return slices.DeleteFunc(list, func(l string) bool { return l == "" })
}
