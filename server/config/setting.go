package config

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// setting is one field of Config with what its tags say.
type setting struct {
	name         string
	defaultValue string
	help         string
	field        reflect.Value
}

// settingsOf returns the settings in the order of the struct.
func settingsOf(c *Config) []setting {
	value := reflect.ValueOf(c).Elem()
	settings := make([]setting, value.NumField())
	for i := range settings {
		tag := value.Type().Field(i).Tag
		settings[i] = setting{name: tag.Get("setting"), defaultValue: tag.Get("default"), help: tag.Get("help"), field: value.Field(i)}
	}
	return settings
}

// Variable is the setting's name in the environment.
func (s setting) Variable() string {
	return "CROSSWALK_" + strings.ToUpper(strings.ReplaceAll(s.name, ".", "_"))
}

// set reads text as the field's type.
func (s setting) set(text string) error {
	text = strings.TrimSpace(text)
	switch target := s.field.Addr().Interface().(type) {
	case *string:
		*target = text
	case *int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return errors.New("it should be a whole number")
		}
		*target = n
	case *time.Duration:
		d, err := time.ParseDuration(text)
		if err != nil {
			return errors.New("it should be a time such as 30m or 12h")
		}
		*target = d
	case *[]string:
		*target = splitList(text)
	default:
		return fmt.Errorf("settings of type %s cannot be read", s.field.Type())
	}
	return nil
}

func splitList(text string) []string {
	var parts []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}
