// Package web holds the pages that the binary brings along, as `make web` built them. A checkout in which nobody
// built them has a placeholder that says so, and compiles all the same.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:console/dist
var built embed.FS

// Console is the office's console.
func Console() fs.FS { return sub("console/dist") }

func sub(dir string) fs.FS {
	pages, err := fs.Sub(built, dir)
	if err != nil {
		panic(err) // the name stands above and is a path
	}
	return pages
}
