package main

import (
	"path"
	"sort"
	"strings"
)

// Files of a request by slash path: texts, and what is no text in base64.
type Files struct {
	Texts map[string]string `json:"files"`
	Bytes map[string][]byte `json:"filesB64"`
}

type file struct {
	path    string
	content []byte
}

// sorted gives all files in the order of their paths, so that equal requests give equal answers.
func (files Files) sorted() []file {
	all := make([]file, 0, len(files.Texts)+len(files.Bytes))
	for name, text := range files.Texts {
		all = append(all, file{clean(name), []byte(text)})
	}
	for name, content := range files.Bytes {
		all = append(all, file{clean(name), content})
	}
	sort.Slice(all, func(i, j int) bool { return all[i].path < all[j].path })
	return all
}

func clean(name string) string { return strings.TrimPrefix(path.Clean("/"+name), "/") }
