package main

import (
	"encoding/json"
	"errors"
	"fmt"

	lua "github.com/yuin/gopher-lua"
	luajson "layeh.com/gopher-json"
)

// tableOf encodes what a script returned, which has to be a table.
func tableOf(value lua.LValue) ([]byte, error) {
	if value.Type() != lua.LTTable {
		return nil, fmt.Errorf("expect %s output from Lua script, not %s", "table", value.Type().String())
	}
	return luajson.Encode(value)
}

type luaStatus struct {
	Status  string `json:"status,omitempty"`
	Message string `json:"message,omitempty"`
}

var luaStatuses = map[string]bool{"Unknown": true, "Progressing": true, "Suspended": true, "Healthy": true, "Degraded": true, "Missing": true}

// luaHealth gives {} for a script that says nothing about the object.
func luaHealth(request luaRequest) (any, error) {
	value, err := runLua(request, nil)
	if err != nil {
		return nil, err
	}
	if value.Type() == lua.LTNil {
		return luaStatus{}, nil
	}
	encoded, err := tableOf(value)
	if err != nil {
		return nil, err
	}
	var status luaStatus
	if err := json.Unmarshal(encoded, &status); err != nil {
		// An empty table is an array when it comes out of Lua.
		var wrongType *json.UnmarshalTypeError
		if errors.As(err, &wrongType) {
			return luaStatus{}, nil
		}
		return nil, err
	}
	if !luaStatuses[status.Status] {
		return luaStatus{"Unknown", "Lua returned an invalid health status"}, nil
	}
	return status, nil
}

type discoveryRequest struct {
	luaRequest
	// Scripts in the order in which they count; an action of an earlier one wins.
	Scripts []string `json:"scripts"`
}

// ResourceActionParam and ResourceAction have the names that Argo CD gives them: a script's mistake is told with them.
type ResourceActionParam struct {
	Name    string `json:"name,omitempty"`
	Value   string `json:"value,omitempty"`
	Type    string `json:"type,omitempty"`
	Default string `json:"default,omitempty"`
}

type ResourceAction struct {
	Name        string                `json:"name"`
	Params      []ResourceActionParam `json:"params,omitempty"`
	Disabled    bool                  `json:"disabled"`
	IconClass   string                `json:"iconClass,omitempty"`
	DisplayName string                `json:"displayName,omitempty"`
}

func luaDiscovery(request discoveryRequest) (any, error) {
	scripts := request.Scripts
	if len(scripts) == 0 {
		scripts = []string{request.Script}
	}
	offers := map[string]ResourceAction{}
	for _, script := range scripts {
		request.luaRequest.Script = script
		if err := discover(request.luaRequest, offers); err != nil {
			return nil, err
		}
	}
	return offers, nil
}

func discover(request luaRequest, offers map[string]ResourceAction) error {
	value, err := runLua(request, nil)
	if err != nil {
		return err
	}
	encoded, err := tableOf(value)
	if err != nil {
		return err
	}
	if string(encoded) == "[]" {
		return nil
	}
	found := map[string]json.RawMessage{}
	if err := json.Unmarshal(encoded, &found); err != nil {
		return fmt.Errorf("error unmarshaling action table: %w", err)
	}
	for name, about := range found {
		if _, known := offers[name]; known {
			continue
		}
		offer := ResourceAction{Name: name}
		// An array, an empty one above all, says nothing about the action.
		if about[0] != '[' {
			if err := json.Unmarshal(about, &offer); err != nil {
				return fmt.Errorf("error unmarshaling resource action: %w", err)
			}
		}
		offers[name] = offer
	}
	return nil
}

type actionRequest struct {
	luaRequest
	Parameters map[string]any `json:"parameters"`
}

type luaImpact struct {
	Operation string         `json:"operation"`
	Object    map[string]any `json:"object"`
}

// luaAction gives what is to be done in the cluster. A script returns a list of {operation, resource}, or the changed object itself.
func luaAction(request actionRequest) (any, error) {
	value, err := runLua(request.luaRequest, request.Parameters)
	if err != nil {
		return nil, err
	}
	encoded, err := tableOf(value)
	if err != nil {
		return nil, err
	}
	impacts := []luaImpact{}
	if encoded[0] == '[' {
		if impacts, err = listedImpacts(encoded); err != nil {
			return nil, err
		}
	} else {
		object, err := clusterObject(encoded)
		if err != nil {
			return nil, err
		}
		impacts = append(impacts, luaImpact{"patch", object})
	}
	for _, impact := range impacts {
		if impact.Operation == "patch" {
			reconcile(impact.Object, request.Object)
		}
	}
	return impacts, nil
}

func listedImpacts(encoded []byte) ([]luaImpact, error) {
	var listed []struct {
		Operation json.RawMessage `json:"operation"`
		Resource  json.RawMessage `json:"resource"`
	}
	if err := json.Unmarshal(encoded, &listed); err != nil {
		return nil, err
	}
	impacts := make([]luaImpact, len(listed))
	for i, each := range listed {
		switch operation := string(each.Operation); operation {
		case `"create"`, `"patch"`:
			impacts[i].Operation = operation[1 : len(operation)-1]
		default:
			return nil, fmt.Errorf("unsupported operation: %s", operation)
		}
		object, err := clusterObject(each.Resource)
		if err != nil {
			return nil, err
		}
		impacts[i].Object = object
	}
	return impacts, nil
}

// clusterObject reads an object, which has to name its kind.
func clusterObject(encoded []byte) (map[string]any, error) {
	var object map[string]any
	if err := json.Unmarshal(encoded, &object); err != nil {
		return nil, err
	}
	if kind, _ := object["kind"].(string); kind == "" {
		return nil, fmt.Errorf("Object 'Kind' is missing in '%s'", encoded)
	}
	return object, nil
}
