package main

import (
	"errors"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/parse"
)

const luaMS = 1_000

// luaRequest is one run of a script over the object of a cluster.
type luaRequest struct {
	Script string         `json:"script"`
	Object map[string]any `json:"obj"`
	// OpenLibs adds what of Lua's own libraries needs no machine.
	OpenLibs bool `json:"useOpenLibs"`
	MS       int  `json:"ms"`
}

// runLua gives what the script returned last: nil where it returns nothing.
func runLua(request luaRequest, parameters map[string]any) (lua.LValue, error) {
	proto, err := compiledScripts.get(request.Script, compileLua)
	if err != nil {
		return nil, err
	}
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	openLibraries(state, request.OpenLibs)
	deadline := within(request.MS, luaMS)
	state.SetContext(deadline)
	if request.OpenLibs {
		watchCoroutines(state, deadline)
	}
	state.SetGlobal("obj", toLua(state, request.Object))
	if parameters == nil {
		parameters = map[string]any{}
	}
	state.SetGlobal("actionParams", toLua(state, parameters))
	state.Push(state.NewFunctionFromProto(proto))
	if err := state.PCall(0, lua.MultRet, nil); err != nil {
		// The trace names frames of the interpreter, which help nobody who wrote the script.
		var failure *lua.ApiError
		if errors.As(err, &failure) && failure.Type == lua.ApiErrorRun {
			failure.StackTrace = ""
		}
		return nil, err
	}
	return state.Get(-1), nil
}

var compiledScripts = newCache[*lua.FunctionProto](4<<20, 2<<10)

func compileLua(script string) (*lua.FunctionProto, error) {
	const name = "<string>"
	chunk, err := parse.Parse(strings.NewReader(script), name)
	if err != nil {
		return nil, err
	}
	return lua.Compile(chunk, name)
}

type luaLibrary struct {
	name string
	open lua.LGFunction
}

var luaBasics = []luaLibrary{{lua.LoadLibName, lua.OpenPackage}, {lua.BaseLibName, lua.OpenBase}, {lua.TabLibName, lua.OpenTable}}

var luaMore = []luaLibrary{
	{lua.StringLibName, lua.OpenString},
	{lua.MathLibName, lua.OpenMath},
	{lua.CoroutineLibName, lua.OpenCoroutine},
	{lua.OsLibName, openOs},
}

// openLibraries opens base, table and a harmless os, which scripts get by require("os"); string, math, coroutine and a global os only
// where a script asks for open libraries.
func openLibraries(state *lua.LState, more bool) {
	libraries := luaBasics
	if more {
		libraries = append(libraries[:len(libraries):len(libraries)], luaMore...)
	}
	for _, library := range libraries {
		state.Push(state.NewFunction(library.open))
		state.Push(lua.LString(library.name))
		state.Call(1, 0)
	}
	for _, name := range []string{"dofile", "loadfile"} {
		state.SetGlobal(name, lua.LNil)
	}
	silent := state.NewFunction(func(*lua.LState) int { return 0 })
	for _, name := range []string{"print", "_printregs", "collectgarbage"} {
		state.SetGlobal(name, silent)
	}
	state.PreloadModule(lua.OsLibName, func(state *lua.LState) int {
		state.Push(state.SetFuncs(state.NewTable(), osFunctions))
		return 1
	})
	if more {
		boundStrings(state)
	}
}

const longestString = 16 << 20

// boundStrings ends the shortest of all memory bombs with an error instead of with the instance.
func boundStrings(state *lua.LState) {
	library, is := state.GetGlobal(lua.StringLibName).(*lua.LTable)
	if !is {
		return
	}
	repeat := state.GetField(library, "rep")
	state.SetField(library, "rep", state.NewFunction(func(state *lua.LState) int {
		text, times := state.CheckString(1), state.CheckInt(2)
		if times > 0 && len(text) > longestString/times {
			state.RaiseError("resulting string too large")
		}
		state.Push(repeat)
		state.Push(lua.LString(text))
		state.Push(lua.LNumber(times))
		state.Call(2, 1)
		return 1
	}))
}

// watchCoroutines gives the deadline to every coroutine: a Context without timers is not handed down by the interpreter.
func watchCoroutines(state *lua.LState, deadline *deadline) {
	library, is := state.GetGlobal(lua.CoroutineLibName).(*lua.LTable)
	if !is {
		return
	}
	create := state.GetField(library, "create")
	state.SetField(library, "create", state.NewFunction(func(state *lua.LState) int {
		state.Push(create)
		state.Push(state.CheckFunction(1))
		state.Call(1, 1)
		if thread, is := state.Get(-1).(*lua.LState); is {
			thread.SetContext(deadline)
		}
		return 1
	}))
	state.Push(state.NewFunctionFromProto(coroutineWrap()))
	state.Call(0, 0)
}

// coroutineWrap is written anew because the library's own makes its coroutine past the create above.
var coroutineWrap = sync.OnceValue(func() *lua.FunctionProto {
	proto, err := compileLua(`local create, resume, error = coroutine.create, coroutine.resume, error
coroutine.wrap = function(f)
  local co = create(f)
  local function pass(ok, ...)
    if not ok then error((...), 0) end
    return ...
  end
  return function(...) return pass(resume(co, ...)) end
end`)
	if err != nil {
		panic(err)
	}
	return proto
})
