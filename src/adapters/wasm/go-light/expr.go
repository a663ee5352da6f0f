package main

import (
	"strings"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
)

// expressionRequest is one condition. Loops of an expression are bounded by the library; the host's deadline does the rest.
type expressionRequest struct {
	Code string         `json:"code"`
	Env  map[string]any `json:"env"`
}

func evaluateExpression(request expressionRequest) (any, error) {
	program, err := compiledExpressions.get(request.Code, func() (*vm.Program, error) { return expr.Compile(request.Code) })
	if err != nil {
		return nil, err
	}
	variables := map[string]any{"time": timeNames, "strings": stringNames}
	for name, value := range request.Env {
		variables[name] = value
	}
	return expr.Run(program, variables)
}

var compiledExpressions = newCache[*vm.Program](1 << 20)

// timeNames is the `time` of notification triggers.
var timeNames = map[string]any{
	"Now":   time.Now,
	"Parse": func(text string) (time.Time, error) { return time.Parse(time.RFC3339, text) },

	"Nanosecond":  time.Nanosecond,
	"Microsecond": time.Microsecond,
	"Millisecond": time.Millisecond,
	"Second":      time.Second,
	"Minute":      time.Minute,
	"Hour":        time.Hour,

	"Sunday":    time.Sunday,
	"Monday":    time.Monday,
	"Tuesday":   time.Tuesday,
	"Wednesday": time.Wednesday,
	"Thursday":  time.Thursday,
	"Friday":    time.Friday,
	"Saturday":  time.Saturday,

	"ANSIC":       time.ANSIC,
	"UnixDate":    time.UnixDate,
	"RubyDate":    time.RubyDate,
	"RFC822":      time.RFC822,
	"RFC822Z":     time.RFC822Z,
	"RFC850":      time.RFC850,
	"RFC1123":     time.RFC1123,
	"RFC1123Z":    time.RFC1123Z,
	"RFC3339":     time.RFC3339,
	"RFC3339Nano": time.RFC3339Nano,
	"Kitchen":     time.Kitchen,
}

// stringNames is the `strings` of notification triggers.
var stringNames = map[string]any{
	"ReplaceAll": strings.ReplaceAll,
	"ToUpper":    strings.ToUpper,
	"ToLower":    strings.ToLower,
}
