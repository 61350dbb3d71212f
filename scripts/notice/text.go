package main

import (
	"fmt"
	"slices"
	"strings"
)

const line = "--------------------------------------------------------------------------------\n"

// front is all that follows from the module cache and the lock file: the lists, and the texts of the Go modules.
func front(modules, packages []shipped) string {
	var b strings.Builder
	b.WriteString("Bangfu (帮扶) is shipped with the software that is listed here, each under its own licence.\n")
	b.WriteString("`make notice` writes this file; `make check` sees that it is of what is shipped.\n\n")
	for _, part := range []struct {
		title string
		list  []shipped
	}{{"In the binaries (Go)", modules}, {"In the console's pages (npm)", packages}} {
		fmt.Fprintf(&b, "%s\n\n", part.title)
		for _, s := range part.list {
			fmt.Fprintf(&b, "  %-28s %s\n", strings.Join(s.Licences, " + "), s)
		}
		b.WriteString("\n")
	}
	b.WriteString("In the image: the certificates of Mozilla's list of authorities (MPL-2.0), as Debian's ca-certificates has them.\n\n")
	b.WriteString(texts(modules))
	return b.String()
}

// backTitle begins the last part, which is kept where node_modules is not there.
const backTitle = line + "The texts of the npm packages\n\n"

// back is the texts of the npm packages.
func back(packages []shipped) string { return backTitle + texts(packages) }

// texts has each text once, with those whose it is, in the order of the first of them.
func texts(list []shipped) string {
	owners := map[string][]string{}
	var order []string
	for _, s := range list {
		for _, text := range s.Texts {
			if owners[text] == nil {
				order = append(order, text)
			}
			owners[text] = append(owners[text], s.String())
		}
	}
	var b strings.Builder
	for _, text := range order {
		fmt.Fprintf(&b, "%s\n  %s\n\n%s\n\n", line, strings.Join(slices.Compact(owners[text]), "\n  "), text)
	}
	return b.String()
}
