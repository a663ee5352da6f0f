package main

import (
	"cmp"
	"fmt"
	"slices"
)

// applicationsRequest asks for one Application per set of parameters.
type applicationsRequest struct {
	Template      map[string]any   `json:"template"`
	TemplatePatch *string          `json:"templatePatch"`
	Params        []map[string]any `json:"params"`
	Options       []string         `json:"options"`
	MS            int              `json:"ms"`
}

// renderedApplication has the rendered templatePatch beside the object: it is merged by who knows the fields' types.
type renderedApplication struct {
	Object map[string]any `json:"object,omitempty"`
	Patch  *string        `json:"patch,omitempty"`
	Error  string         `json:"error,omitempty"`
}

func renderApplications(request applicationsRequest) (any, error) {
	renderer, err := newRenderer(request.Options, within(request.MS, templatesMS))
	if err != nil {
		return nil, err
	}
	answers := make([]renderedApplication, len(request.Params))
	for i, params := range request.Params {
		if answers[i], err = renderApplication(renderer, request, params); err != nil {
			answers[i] = renderedApplication{Error: err.Error()}
		}
		if err := renderer.ended(); err != nil {
			return nil, err
		}
	}
	return answers, nil
}

func renderApplication(renderer *renderer, request applicationsRequest, params map[string]any) (renderedApplication, error) {
	answer := renderedApplication{Object: request.Template}
	// Without parameters the template is taken as it stands, braces and all; its patch is not.
	if len(params) > 0 {
		object, err := renderer.object(request.Template, params)
		if err != nil {
			return answer, err
		}
		answer.Object = object
	}
	if request.TemplatePatch != nil {
		patch, err := renderer.render(*request.TemplatePatch, params)
		if err != nil {
			return answer, fmt.Errorf("error replacing values in templatePatch: %w", err)
		}
		answer.Patch = &patch
	}
	return answer, nil
}

// object renders keys and values. What is null in an object is dropped.
func (r *renderer) object(original map[string]any, params map[string]any) (map[string]any, error) {
	rendered := make(map[string]any, len(original))
	for _, key := range inOrder(original) {
		if original[key] == nil {
			continue
		}
		value, err := r.value(original[key], params)
		if err != nil {
			if key == "valuesObject" {
				return nil, fmt.Errorf("failed to deeply replace JSON field contents: %w", err)
			}
			return nil, err
		}
		if key, err = r.render(key, params); err != nil {
			return nil, err
		}
		rendered[key] = value
	}
	return rendered, nil
}

func (r *renderer) value(original any, params map[string]any) (any, error) {
	switch original := original.(type) {
	case string:
		return r.render(original, params)
	case map[string]any:
		return r.object(original, params)
	case []any:
		rendered := make([]any, len(original))
		for i, each := range original {
			var err error
			if rendered[i], err = r.value(each, params); err != nil {
				return nil, err
			}
		}
		return rendered, nil
	}
	return original, nil
}

// fieldOrder decides which of several mistakes is told: Argo CD goes through the fields in the order in which the types declare them.
var fieldOrder = func() map[string]int {
	ranks := map[string]int{}
	for rank, name := range []string{
		"metadata", "spec", "name", "namespace", "labels", "annotations", "finalizers",
		"source", "repoURL", "path", "targetRevision", "helm", "kustomize", "directory", "plugin", "chart", "ref",
		"destination", "server", "project", "syncPolicy", "ignoreDifferences", "info", "revisionHistoryLimit", "sources",
	} {
		ranks[name] = rank + 1
	}
	return ranks
}()

func inOrder(object map[string]any) []string {
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	rank := func(name string) int {
		if known := fieldOrder[name]; known > 0 {
			return known
		}
		return len(fieldOrder) + 1
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b)) })
	return names
}
