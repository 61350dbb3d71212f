//go:build noembed

package config

// fillDemo does nothing: this binary has no demo.
func fillDemo(map[string]string) {}
