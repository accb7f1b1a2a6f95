package config

import (
	"cmp"
	"fmt"
	"strings"
)

// Document returns docs/configuration.md: what can be set, how, and what it is when nobody sets it.
func Document() string {
	var b strings.Builder
	b.WriteString(`# Configuration

Settings come from a YAML file (` + "`crosswalk serve --config FILE`" + `) and from the environment, which wins. A name with a dot is a
section in the file: ` + "`log.level`" + ` is ` + "`level`" + ` inside ` + "`log`" + `. Lists are written as YAML lists, in the environment with commas.
Whatever is wrong is reported at once, before anything starts; a setting that does not exist is a fault.

Secrets are not written into settings but named: ` + "`env:NAME`" + ` is a variable of the environment, ` + "`file:PATH`" + ` the content of a file.

<!-- generated from server/config; go test ./server/config -update writes it again -->

| Setting | In the environment | Default | Meaning |
|---|---|---|---|
`)
	for _, s := range settingsOf(&Config{}) {
		shown := cmp.Or(s.defaultValue, "(empty)")
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s |\n", s.name, s.Variable(), shown, s.help)
	}
	return b.String()
}
