package main

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/releaseutil"
	"helm.sh/helm/v3/pkg/strvals"
	"sigs.k8s.io/yaml"
)

// helmRequest is one `helm template`: the chart's files relative to its root, and what its flags say.
type helmRequest struct {
	Files
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	// Values are YAML documents with their names; later ones win.
	Values []struct {
		Name string `json:"name"`
		Text string `json:"text"`
	} `json:"values"`
	Set                  []string          `json:"set"`
	SetString            []string          `json:"setString"`
	SetFile              map[string]string `json:"setFile"`
	KubeVersion          string            `json:"kubeVersion"`
	APIVersions          []string          `json:"apiVersions"`
	SkipCRDs             bool              `json:"skipCrds"`
	SkipTests            bool              `json:"skipTests"`
	SkipSchemaValidation bool              `json:"skipSchemaValidation"`
}

func renderHelm(request helmRequest) (any, error) {
	loaded, err := loadChart(request.Files)
	if err != nil {
		return nil, err
	}
	values, err := request.values()
	if err != nil {
		return nil, err
	}
	if err := chartutil.ProcessDependenciesWithMerge(loaded, values); err != nil {
		return nil, err
	}
	capabilities, err := request.capabilities(loaded)
	if err != nil {
		return nil, err
	}
	options := chartutil.ReleaseOptions{Name: request.Name, Namespace: request.Namespace, Revision: 1, IsInstall: true}
	scope, err := chartutil.ToRenderValuesWithSchemaValidation(loaded, values, options, capabilities, request.SkipSchemaValidation)
	if err != nil {
		return nil, err
	}
	rendered, err := engine.Engine{}.Render(loaded, scope)
	if err != nil {
		return nil, err
	}
	for name := range rendered {
		if path.Base(name) == "NOTES.txt" {
			delete(rendered, name)
		}
	}
	hooks, manifests, err := releaseutil.SortManifests(rendered, capabilities.APIVersions, releaseutil.InstallOrder)
	if err != nil {
		return nil, err
	}
	return request.print(loaded, manifests, hooks), nil
}

func loadChart(files Files) (*chart.Chart, error) {
	var buffered []*loader.BufferedFile
	for _, each := range files.sorted() {
		buffered = append(buffered, &loader.BufferedFile{Name: each.path, Data: each.content})
	}
	loaded, err := loader.LoadFiles(buffered)
	if err != nil {
		return nil, err
	}
	if kind := loaded.Metadata.Type; kind != "" && kind != "application" {
		return nil, fmt.Errorf("%s charts are not installable", kind)
	}
	return loaded, missingDependencies(loaded)
}

func missingDependencies(loaded *chart.Chart) error {
	var missing []string
	for _, wanted := range loaded.Metadata.Dependencies {
		found := false
		for _, present := range loaded.Dependencies() {
			found = found || present.Name() == wanted.Name
		}
		if !found {
			missing = append(missing, wanted.Name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("found in Chart.yaml, but missing in charts/ directory: %s", strings.Join(missing, ", "))
}

func (request helmRequest) values() (map[string]any, error) {
	values := map[string]any{}
	for _, document := range request.Values {
		given := map[string]any{}
		if err := yaml.Unmarshal([]byte(document.Text), &given); err != nil {
			return nil, fmt.Errorf("failed to parse %s: %w", document.Name, err)
		}
		values = overlaid(values, given)
	}
	for _, text := range request.Set {
		if err := strvals.ParseInto(text, values); err != nil {
			return nil, fmt.Errorf("failed parsing --set data: %w", err)
		}
	}
	for _, text := range request.SetString {
		if err := strvals.ParseIntoString(text, values); err != nil {
			return nil, fmt.Errorf("failed parsing --set-string data: %w", err)
		}
	}
	for name, content := range request.SetFile {
		read := func([]rune) (any, error) { return content, nil }
		if err := strvals.ParseIntoFile(name+"=file", values, read); err != nil {
			return nil, fmt.Errorf("failed parsing --set-file data: %w", err)
		}
	}
	return values, nil
}

// overlaid puts one tree of values over another; maps are merged, everything else is replaced, null included.
func overlaid(below, above map[string]any) map[string]any {
	merged := make(map[string]any, len(below)+len(above))
	for key, value := range below {
		merged[key] = value
	}
	for key, value := range above {
		upper, isMap := value.(map[string]any)
		lower, wasMap := merged[key].(map[string]any)
		if isMap && wasMap {
			merged[key] = overlaid(lower, upper)
		} else {
			merged[key] = value
		}
	}
	return merged
}

func (request helmRequest) capabilities(loaded *chart.Chart) (*chartutil.Capabilities, error) {
	capabilities := chartutil.DefaultCapabilities.Copy()
	if request.KubeVersion != "" {
		version, err := chartutil.ParseKubeVersion(request.KubeVersion)
		if err != nil {
			return nil, fmt.Errorf("invalid kube version %q: %w", request.KubeVersion, err)
		}
		capabilities.KubeVersion = *version
	}
	capabilities.APIVersions = append(append(chartutil.VersionSet{}, capabilities.APIVersions...), request.APIVersions...)
	wanted := loaded.Metadata.KubeVersion
	if wanted != "" && !chartutil.IsCompatibleRange(wanted, capabilities.KubeVersion.String()) {
		return nil, errors.New("chart requires kubeVersion: " + wanted + " which is incompatible with Kubernetes " + capabilities.KubeVersion.Version)
	}
	return capabilities, nil
}

// print writes what `helm template --include-crds` writes: definitions, then manifests, then hooks.
func (request helmRequest) print(loaded *chart.Chart, manifests []releaseutil.Manifest, hooks []*release.Hook) string {
	var out strings.Builder
	document := func(source, text string) { fmt.Fprintf(&out, "---\n# Source: %s\n%s\n", source, text) }
	if !request.SkipCRDs {
		for _, definition := range loaded.CRDObjects() {
			document(definition.Filename, string(definition.File.Data))
		}
	}
	for _, manifest := range manifests {
		document(manifest.Name, manifest.Content)
	}
	for _, hook := range hooks {
		if !request.SkipTests || !isTest(hook) {
			document(hook.Path, hook.Manifest)
		}
	}
	return out.String()
}

func isTest(hook *release.Hook) bool {
	for _, event := range hook.Events {
		if event == release.HookTest {
			return true
		}
	}
	return false
}
