package bot

// CommandNames are the names of all commands, for tests that walk through them.
func CommandNames() (names []string) {
	for _, c := range table {
		names = append(names, c.name)
	}
	return names
}
