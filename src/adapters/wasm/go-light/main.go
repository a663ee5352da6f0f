package main

import (
	"encoding/json"
	"fmt"
)

// The small libraries: each operation ends within its deadline, and none answers with more than maxAnswer.
var operations = map[string]operation{
	"templates":               limited(reading(renderTemplates)),
	"goTemplate.applications": limited(reading(renderApplications)),
	"lua.health":              limited(reading(luaHealth)),
	"lua.actions.discovery":   limited(reading(luaDiscovery)),
	"lua.action":              limited(reading(luaAction)),
	"jq.delete":               limited(reading(jqDelete)),
	"jq.query":                limited(reading(jqQuery)),
	"expr":                    limited(reading(evaluateExpression)),
}

const maxAnswer = 16 << 20

// limited refuses an answer that is too large to hand over.
func limited(work operation) operation {
	return func(request json.RawMessage) (any, error) {
		result, err := work(request)
		if err != nil {
			return nil, err
		}
		encoded, err := json.Marshal(result)
		if err != nil {
			return nil, err
		}
		if len(encoded) > maxAnswer {
			return nil, fmt.Errorf("the answer is larger than %d MiB", maxAnswer>>20)
		}
		return json.RawMessage(encoded), nil
	}
}
