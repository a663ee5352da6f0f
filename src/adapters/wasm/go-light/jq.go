package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/itchyny/gojq"
)

const jqMS = 1_000

// jqDeleteRequest removes from each object what each expression names; ms counts for each of them anew.
type jqDeleteRequest struct {
	Expressions []string         `json:"expressions"`
	Objects     []map[string]any `json:"objects"`
	MS          int              `json:"ms"`
}

type jqDeleted struct {
	Objects []any       `json:"objects"`
	Errors  []jqMistake `json:"errors"`
}

// jqMistake without an object: the expression itself is wrong.
type jqMistake struct {
	Expression string `json:"expression"`
	Object     *int   `json:"object,omitempty"`
	Error      string `json:"error"`
}

func jqDelete(request jqDeleteRequest) (any, error) {
	answer := jqDeleted{Objects: make([]any, len(request.Objects)), Errors: []jqMistake{}}
	for i, object := range request.Objects {
		answer.Objects[i] = object
	}
	for _, expression := range request.Expressions {
		code, err := compiledQuery("del(" + expression + ")")
		if err != nil {
			answer.Errors = append(answer.Errors, jqMistake{Expression: expression, Error: err.Error()})
			continue
		}
		for i, object := range answer.Objects {
			after, err := deleted(code, object, within(request.MS, jqMS))
			if err != nil {
				answer.Errors = append(answer.Errors, jqMistake{Expression: expression, Object: &i, Error: err.Error()})
				continue
			}
			answer.Objects[i] = after
		}
	}
	return answer, nil
}

// deleted gives the object without the fields. It leaves the object that it gets as it is.
func deleted(code *gojq.Code, object any, deadline *deadline) (any, error) {
	results := code.RunWithContext(deadline, object)
	first, some := results.Next()
	if !some {
		return nil, errors.New("JQ patch did not return any data")
	}
	if err, failed := first.(error); failed {
		if errors.Is(err, context.DeadlineExceeded) {
			return nil, fmt.Errorf("JQ patch execution timed out (%v)", deadline.limit)
		}
		return nil, fmt.Errorf("JQ patch returned error: %w", err)
	}
	if _, more := results.Next(); more {
		return nil, errors.New("JQ patch returned multiple objects")
	}
	return first, nil
}

type jqQueryRequest struct {
	Query string `json:"query"`
	Input any    `json:"input"`
	MS    int    `json:"ms"`
}

func jqQuery(request jqQueryRequest) (any, error) {
	code, err := compiledQuery(request.Query)
	if err != nil {
		return nil, err
	}
	deadline := within(request.MS, jqMS)
	outputs := []any{}
	for results := code.RunWithContext(deadline, request.Input); ; {
		value, some := results.Next()
		if !some {
			return outputs, nil
		}
		if err, failed := value.(error); failed {
			if halt, is := err.(*gojq.HaltError); is && halt.Value() == nil {
				return outputs, nil
			}
			if errors.Is(err, context.DeadlineExceeded) {
				return nil, fmt.Errorf("the query was not done within %v", deadline.limit)
			}
			return nil, err
		}
		outputs = append(outputs, value)
	}
}

var compiledQueries = newCache[*gojq.Code](2<<20, 4<<10)

func compiledQuery(text string) (*gojq.Code, error) {
	return compiledQueries.get(text, func(text string) (*gojq.Code, error) {
		query, err := gojq.Parse(text)
		if err != nil {
			return nil, err
		}
		return gojq.Compile(query)
	})
}
