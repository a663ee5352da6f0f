package main

import (
	"fmt"
	"path"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// kustomizeRequest is one `kustomize build DIR`, after the edits that an Application asks for.
type kustomizeRequest struct {
	Files
	Dir string `json:"dir"`
	// AnyFile lifts the rule that files come from below the kustomization (--load-restrictor LoadRestrictionsNone).
	AnyFile bool            `json:"anyFile"`
	Edits   *kustomizeEdits `json:"edits"`
}

func buildKustomization(request kustomizeRequest) (any, error) {
	disk := filesys.MakeFsInMemory()
	for _, each := range request.sorted() {
		if err := disk.WriteFile("/"+each.path, each.content); err != nil {
			return nil, err
		}
	}
	dir := "/" + clean(request.Dir)
	if request.Edits != nil {
		if err := edit(disk, dir, *request.Edits); err != nil {
			return nil, err
		}
	}
	options := krusty.MakeDefaultOptions()
	options.PluginConfig = types.DisabledPluginConfig()
	options.Reorder = krusty.ReorderOptionUnspecified
	if request.AnyFile {
		options.LoadRestrictions = types.LoadRestrictionsNone
	}
	built, err := krusty.MakeKustomizer(options).Run(disk, dir)
	if err != nil {
		return nil, err
	}
	text, err := built.AsYaml()
	return string(text), err
}

// edit rewrites the kustomization file of a directory.
func edit(disk filesys.FileSystem, dir string, edits kustomizeEdits) error {
	for _, name := range konfig.RecognizedKustomizationFileNames() {
		file := path.Join(dir, name)
		if !disk.Exists(file) {
			continue
		}
		text, err := disk.ReadFile(file)
		if err != nil {
			return err
		}
		var kustomization types.Kustomization
		if err := kustomization.Unmarshal(text); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := edits.apply(&kustomization); err != nil {
			return err
		}
		edited, err := yaml.Marshal(kustomization)
		if err != nil {
			return err
		}
		return disk.WriteFile(file, edited)
	}
	return fmt.Errorf("there is no kustomization file in %s", dir)
}
