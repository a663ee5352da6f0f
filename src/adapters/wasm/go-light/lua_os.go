package main

import (
	"fmt"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// osFunctions is what scripts may know of the machine: its clock, which is in UTC.
var osFunctions = map[string]lua.LGFunction{"time": osTime, "date": osDate, "clock": osClock, "difftime": osDifference}

var started = time.Now()

func openOs(state *lua.LState) int {
	state.Push(state.RegisterModule(lua.OsLibName, osFunctions))
	return 1
}

func osClock(state *lua.LState) int {
	state.Push(lua.LNumber(time.Since(started).Seconds()))
	return 1
}

func osDifference(state *lua.LState) int {
	state.Push(state.CheckNumber(1) - state.OptNumber(2, 0))
	return 1
}

// osTime gives the seconds since 1970 of now, or of a table of date fields.
func osTime(state *lua.LState) int {
	if state.GetTop() == 0 {
		state.Push(lua.LNumber(time.Now().Unix()))
		return 1
	}
	table := state.CheckTable(1)
	field := func(name string, usual int) int {
		if number, is := table.RawGetString(name).(lua.LNumber); is {
			return int(number)
		}
		return usual
	}
	date := time.Date(field("year", -1), time.Month(field("month", -1)), field("day", -1),
		field("hour", 12), field("min", 0), field("sec", 0), 0, time.UTC)
	state.Push(lua.LNumber(date.Unix()))
	return 1
}

// osDate takes [format [, seconds since 1970]].
func osDate(state *lua.LState) int {
	format, moment := "%c", time.Now().UTC()
	if state.GetTop() >= 1 {
		format = strings.TrimLeft(state.CheckString(1), "!")
	}
	if state.GetTop() >= 2 {
		moment = time.Unix(state.CheckInt64(2), 0).UTC()
	}
	if !strings.HasPrefix(format, "*t") {
		state.Push(lua.LString(formatDate(moment, format)))
		return 1
	}
	fields := state.NewTable()
	for name, number := range map[string]int{
		"year": moment.Year(), "month": int(moment.Month()), "day": moment.Day(),
		"hour": moment.Hour(), "min": moment.Minute(), "sec": moment.Second(), "wday": int(moment.Weekday()) + 1, "yday": 0,
	} {
		fields.RawSetString(name, lua.LNumber(number))
	}
	fields.RawSetString("isdst", lua.LFalse)
	state.Push(fields)
	return 1
}

// dateFlags are those of the interpreter that Argo CD has, its oddities included.
var dateFlags = map[byte]string{
	'a': "mon", 'A': "Monday", 'b': "Jan", 'B': "January", 'c': "02 Jan 06 15:04 MST", 'd': "02", 'F': "2006-01-02",
	'H': "15", 'I': "03", 'm': "01", 'M': "04", 'p': "PM", 'P': "pm", 'S': "05", 'x': "15/04/05", 'X': "15:04:05",
	'y': "06", 'Y': "2006", 'z': "-0700", 'Z': "MST",
}

func formatDate(moment time.Time, format string) string {
	var text strings.Builder
	for at := 0; at < len(format); at++ {
		if format[at] != '%' || at == len(format)-1 {
			text.WriteByte(format[at])
			continue
		}
		at++
		layout, known := dateFlags[format[at]]
		switch {
		case known:
			text.WriteString(moment.Format(layout))
		case format[at] == 'w':
			fmt.Fprint(&text, int(moment.Weekday()))
		case format[at] == '%':
			text.WriteByte('%')
		default:
			text.WriteByte('%')
			text.WriteByte(format[at])
		}
	}
	return text.String()
}
