package main

import lua "github.com/yuin/gopher-lua"

// toLua makes a value of JSON one of Lua. Lua has one type of table, so {} and [] become the same.
func toLua(state *lua.LState, value any) lua.LValue {
	switch value := value.(type) {
	case bool:
		return lua.LBool(value)
	case float64:
		return lua.LNumber(value)
	case string:
		return lua.LString(value)
	case []any:
		table := state.CreateTable(len(value), 0)
		for _, each := range value {
			table.Append(toLua(state, each))
		}
		return table
	case map[string]any:
		table := state.CreateTable(0, len(value))
		for name, each := range value {
			table.RawSetString(name, toLua(state, each))
		}
		return table
	}
	return lua.LNil
}

// reconcile gives back to an object that went through Lua the empty objects of the source, which came out as empty arrays.
func reconcile(changed, source map[string]any) {
	for name, before := range source {
		after, kept := changed[name]
		if !kept {
			continue
		}
		if empty, is := after.([]any); is && len(empty) == 0 {
			if object, was := before.(map[string]any); was {
				changed[name] = object
				continue
			}
		}
		reconcileValue(after, before)
	}
}

func reconcileValue(after, before any) {
	switch after := after.(type) {
	case map[string]any:
		if before, is := before.(map[string]any); is {
			reconcile(after, before)
		}
	case []any:
		// Elements are compared by their places; what is beyond the source is new.
		if before, is := before.([]any); is {
			for i := range min(len(after), len(before)) {
				reconcileValue(after[i], before[i])
			}
		}
	}
}
