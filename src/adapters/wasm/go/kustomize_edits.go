package main

import (
	"fmt"
	"sort"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
)

// kustomizeEdits are the fields of an Application's kustomize block; each does what `kustomize edit` does.
type kustomizeEdits struct {
	NamePrefix             string            `json:"namePrefix"`
	NameSuffix             string            `json:"nameSuffix"`
	Namespace              string            `json:"namespace"`
	Images                 []string          `json:"images"`
	Replicas               []types.Replica   `json:"replicas"`
	CommonLabels           map[string]string `json:"commonLabels"`
	ForceCommonLabels      bool              `json:"forceCommonLabels"`
	LabelWithoutSelector   bool              `json:"labelWithoutSelector"`
	LabelIncludeTemplates  bool              `json:"labelIncludeTemplates"`
	CommonAnnotations      map[string]string `json:"commonAnnotations"`
	ForceCommonAnnotations bool              `json:"forceCommonAnnotations"`
	Components             []string          `json:"components"`
	Patches                []types.Patch     `json:"patches"`
}

func (edits kustomizeEdits) apply(to *types.Kustomization) error {
	if edits.NamePrefix != "" {
		to.NamePrefix = edits.NamePrefix
	}
	if edits.NameSuffix != "" {
		to.NameSuffix = edits.NameSuffix
	}
	if edits.Namespace != "" {
		to.Namespace = edits.Namespace
	}
	for _, text := range edits.Images {
		setImage(to, text)
	}
	for _, replica := range edits.Replicas {
		setReplica(to, replica)
	}
	if err := edits.label(to); err != nil {
		return err
	}
	annotated, err := added(to.CommonAnnotations, edits.CommonAnnotations, "annotation", edits.ForceCommonAnnotations)
	if err != nil {
		return err
	}
	to.CommonAnnotations = annotated
	to.Components = append(to.Components, edits.Components...)
	to.Patches = append(to.Patches, edits.Patches...)
	return nil
}

func (edits kustomizeEdits) label(to *types.Kustomization) error {
	if len(edits.CommonLabels) == 0 {
		return nil
	}
	if edits.LabelWithoutSelector {
		to.Labels = append(to.Labels, types.Label{Pairs: edits.CommonLabels, IncludeTemplates: edits.LabelIncludeTemplates})
		return nil
	}
	labelled, err := added(to.CommonLabels, edits.CommonLabels, "label", edits.ForceCommonLabels)
	to.CommonLabels = labelled
	return err
}

func added(present, wanted map[string]string, what string, force bool) (map[string]string, error) {
	if len(wanted) == 0 {
		return present, nil
	}
	all := map[string]string{}
	for key, value := range present {
		all[key] = value
	}
	keys := make([]string, 0, len(wanted))
	for key := range wanted {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for _, key := range keys {
		if _, known := all[key]; known && !force {
			return nil, fmt.Errorf("%s %s already in kustomization file", what, key)
		}
		all[key] = wanted[key]
	}
	return all, nil
}

func setReplica(to *types.Kustomization, wanted types.Replica) {
	for i := range to.Replicas {
		if to.Replicas[i].Name == wanted.Name {
			to.Replicas[i].Count = wanted.Count
			return
		}
	}
	to.Replicas = append(to.Replicas, wanted)
}

// setImage understands NAME=NEW:TAG, NAME=NEW@DIGEST, NAME:TAG and NAME@DIGEST.
func setImage(to *types.Kustomization, text string) {
	wanted := imageOf(text)
	for i := range to.Images {
		if to.Images[i].Name != wanted.Name {
			continue
		}
		if wanted.NewName == "" {
			wanted.NewName = to.Images[i].NewName
		}
		if wanted.NewTag == "" && wanted.Digest == "" {
			wanted.NewTag, wanted.Digest = to.Images[i].NewTag, to.Images[i].Digest
		}
		to.Images[i] = wanted
		return
	}
	to.Images = append(to.Images, wanted)
	sort.SliceStable(to.Images, func(i, j int) bool { return to.Images[i].Name < to.Images[j].Name })
}

func imageOf(text string) types.Image {
	name, replacement, renamed := strings.Cut(text, "=")
	if !renamed {
		replacement = name
	}
	image := types.Image{}
	place, digest, _ := strings.Cut(replacement, "@")
	image.Digest = digest
	slash := strings.LastIndex(place, "/")
	if colon := strings.LastIndex(place, ":"); colon > slash {
		image.NewTag = place[colon+1:]
		place = place[:colon]
	}
	if renamed {
		image.Name, image.NewName = name, place
	} else {
		image.Name = place
	}
	return image
}
