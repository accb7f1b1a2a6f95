package config

import (
	"errors"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// maxFileBytes bounds what is read as a configuration.
const maxFileBytes = 1 << 20

// fileValues are the values of a configuration file by setting, until they are taken.
type fileValues map[string]string

// readFile reads the YAML file into texts by dotted name.
func readFile(path string, faults *faults) fileValues {
	if path == "" {
		return nil
	}
	data, err := readLimited(path, maxFileBytes)
	if err != nil {
		faults.add("file", "%s cannot be read: %v", path, err)
		return nil
	}
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		faults.add("file", "%s is not YAML: %v", path, err)
		return nil
	}
	values := fileValues{}
	if len(document.Content) > 0 {
		values.flatten("", document.Content[0], faults)
	}
	return values
}

// flatten takes a mapping's members as dotted names, a list's as one text with commas.
func (v fileValues) flatten(name string, node *yaml.Node, faults *faults) {
	switch node.Kind {
	case yaml.ScalarNode:
		if node.Tag != "!!null" {
			v[name] = node.Value
		}
	case yaml.SequenceNode:
		texts := make([]string, len(node.Content))
		for i, member := range node.Content {
			texts[i] = member.Value
		}
		v[name] = strings.Join(texts, ",")
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			v.flatten(strings.TrimPrefix(name+"."+node.Content[i].Value, "."), node.Content[i+1], faults)
		}
	default:
		faults.add("file", "line %d: only plain values, lists and sections are understood", node.Line)
	}
}

// take returns a setting's value and forgets it.
func (v fileValues) take(name string) (string, bool) {
	text, ok := v[name]
	delete(v, name)
	return text, ok
}

// leftOver reports names that no setting has: most are misspelt.
func (v fileValues) leftOver(faults *faults) {
	for _, name := range slices.Sorted(maps.Keys(v)) {
		faults.add(name, "there is no such setting")
	}
}

// readLimited reads a whole file of at most limit bytes.
func readLimited(path string, limit int64) ([]byte, error) {
	file, err := os.Open(path) //nolint:gosec // whoever starts Crosswalk names its files
	if err != nil {
		return nil, plainPathError(err)
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil {
		return nil, plainPathError(err)
	}
	if int64(len(data)) > limit {
		return nil, errors.New("it is too large")
	}
	return data, nil
}

// plainPathError leaves the operation and the path out of an error of the file system.
func plainPathError(err error) error {
	switch {
	case errors.Is(err, os.ErrNotExist):
		return errors.New("there is no such file")
	case errors.Is(err, os.ErrPermission):
		return errors.New("reading it is not permitted")
	}
	return errors.Unwrap(err)
}
