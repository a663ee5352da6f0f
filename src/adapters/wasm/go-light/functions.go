package main

import (
	"regexp"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"github.com/gosimple/slug"
	"sigs.k8s.io/yaml"
)

// functions of ApplicationSet templates: sprig's without a way to the machine, and Argo CD's own.
var functions = func() template.FuncMap {
	all := template.FuncMap(sprig.GenericFuncMap())
	for _, name := range []string{"env", "expandenv", "getHostByName"} {
		delete(all, name)
	}
	all["normalize"] = normalize
	all["slugify"] = slugify
	all["toYaml"] = toYAML
	all["fromYaml"] = fromYAML
	all["fromYamlArray"] = fromYAMLArray
	all[tick] = lookAtClock
	return all
}()

const longestName = 253

var notInNames = regexp.MustCompile(`[^-a-z0-9.]`)

// normalize makes a DNS-1123 subdomain of a text.
func normalize(text string) string {
	name := notInNames.ReplaceAllString(strings.ToLower(text), "-")
	return strings.Trim(name[:min(len(name), longestName)], "-.")
}

// slugify takes [largest size [, cut at word ends]] and the text. Arguments of other types panic, which the template reports.
func slugify(arguments ...any) string {
	slug.MaxLength, slug.EnableSmartTruncate = 50, true
	if len(arguments) == 0 {
		return slug.Make("")
	}
	last := len(arguments) - 1
	if last > 0 {
		slug.MaxLength = arguments[0].(int)
	}
	if last > 1 {
		slug.EnableSmartTruncate = arguments[1].(bool)
	}
	return slug.Make(normalize(arguments[last].(string)))
}

func toYAML(value any) (string, error) {
	text, err := yaml.Marshal(value)
	return strings.TrimSuffix(string(text), "\n"), err
}

func fromYAML(text string) (map[string]any, error) {
	value := map[string]any{}
	err := yaml.Unmarshal([]byte(text), &value)
	return value, err
}

func fromYAMLArray(text string) ([]any, error) {
	value := []any{}
	err := yaml.Unmarshal([]byte(text), &value)
	return value, err
}
