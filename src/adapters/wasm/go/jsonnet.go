package main

import (
	"fmt"
	"path"
	"strings"

	jsonnet "github.com/google/go-jsonnet"
)

type variable struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Code  bool   `json:"code"`
}

// jsonnetRequest is one evaluation: the file, where imports are looked for, and its variables.
type jsonnetRequest struct {
	Files
	Main    string     `json:"main"`
	Libs    []string   `json:"libs"`
	TLAs    []variable `json:"tlas"`
	ExtVars []variable `json:"extVars"`
}

func evaluateJsonnet(request jsonnetRequest) (any, error) {
	importer := &importer{libs: request.Libs, contents: map[string]jsonnet.Contents{}}
	for _, each := range request.sorted() {
		importer.contents[each.path] = jsonnet.MakeContents(string(each.content))
	}
	machine := jsonnet.MakeVM()
	machine.Importer(importer)
	for _, each := range request.TLAs {
		if each.Code {
			machine.TLACode(each.Name, each.Value)
		} else {
			machine.TLAVar(each.Name, each.Value)
		}
	}
	for _, each := range request.ExtVars {
		if each.Code {
			machine.ExtCode(each.Name, each.Value)
		} else {
			machine.ExtVar(each.Name, each.Value)
		}
	}
	return machine.EvaluateFile(clean(request.Main))
}

// importer finds an import beside the file that names it, then in the libraries. Nothing else exists.
type importer struct {
	libs     []string
	contents map[string]jsonnet.Contents
}

func (from *importer) Import(importedFrom, importedPath string) (jsonnet.Contents, string, error) {
	places := append([]string{path.Dir(importedFrom)}, from.libs...)
	for _, place := range places {
		name := path.Join(place, importedPath)
		if strings.HasPrefix(name, "../") {
			continue
		}
		if contents, known := from.contents[clean(name)]; known {
			return contents, clean(name), nil
		}
	}
	return jsonnet.Contents{}, "", fmt.Errorf("couldn't open import %q: no match locally or in the Jsonnet library paths", importedPath)
}
