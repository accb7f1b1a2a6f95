// Package web carries the built workbench inside the binary: the sources beside this file, the built files in dist.
//
// It holds no logic beyond the file system. A clone that never ran the build still compiles; its dist is empty but for a
// placeholder, and whoever serves the files finds no index.html in them.
package web

import (
	"embed"
	"io/fs"
)

// The "all:" prefix takes the placeholder along, without which an unbuilt dist would not compile.
//
//go:embed all:dist
var files embed.FS

// Dist returns the built workbench with index.html at its root, or a file system without index.html if it was not built.
func Dist() fs.FS {
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		// "dist" is a valid path and is embedded above: fs.Sub has nothing else to complain of.
		panic(err)
	}
	return dist
}
