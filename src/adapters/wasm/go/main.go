// Package main is a WebAssembly reactor without files, network or environment: one call takes a JSON request
// {"op": NAME, ...} and gives {"ok": ANY} or {"error": TEXT}.
package main

import (
	"encoding/json"
	"fmt"
	"unsafe"
)

func main() {}

type operation func(request json.RawMessage) (any, error)

var operations = map[string]operation{
	"helm":      reading(renderHelm),
	"kustomize": reading(buildKustomization),
	"jsonnet":   reading(evaluateJsonnet),
}

// reading gives an operation its request as a value.
func reading[Request any](work func(Request) (any, error)) operation {
	return func(raw json.RawMessage) (any, error) {
		var request Request
		if err := json.Unmarshal(raw, &request); err != nil {
			return nil, fmt.Errorf("the request cannot be read: %w", err)
		}
		return work(request)
	}
}

type reply struct {
	OK    any    `json:"ok,omitempty"`
	Error string `json:"error,omitempty"`
}

// answer never panics: a mistake in a library costs the one request that met it.
func answer(request []byte) (encoded []byte) {
	defer func() {
		if cause := recover(); cause != nil {
			encoded, _ = json.Marshal(reply{Error: fmt.Sprintf("panic: %v", cause)})
		}
	}()
	var head struct {
		Op string `json:"op"`
	}
	if err := json.Unmarshal(request, &head); err != nil {
		return failure(err)
	}
	work, known := operations[head.Op]
	if !known {
		return failure(fmt.Errorf("there is no operation %q", head.Op))
	}
	result, err := work(request)
	if err != nil {
		return failure(err)
	}
	encoded, err = json.Marshal(reply{OK: result})
	if err != nil {
		return failure(err)
	}
	return encoded
}

func failure(err error) []byte {
	encoded, _ := json.Marshal(reply{Error: err.Error()})
	return encoded
}

// lent holds the buffers that the host may read or write, so that the garbage collector leaves them alone.
var lent = map[uint32][]byte{}

func lend(buffer []byte) uint32 {
	if cap(buffer) == 0 {
		buffer = make([]byte, 1)
	}
	at := uint32(uintptr(unsafe.Pointer(unsafe.SliceData(buffer))))
	lent[at] = buffer
	return at
}

//go:wasmexport alloc
func alloc(size uint32) uint32 { return lend(make([]byte, size)) }

//go:wasmexport free
func free(at uint32) { delete(lent, at) }

// call returns the place of the answer in the upper half and its length in the lower one.
//
//go:wasmexport call
func call(at, size uint32) uint64 {
	encoded := answer(lent[at][:size])
	return uint64(lend(encoded))<<32 | uint64(uint32(len(encoded)))
}
